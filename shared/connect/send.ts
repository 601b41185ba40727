/**
 * The real Amazon Connect: sends exactly the input that was decided, and nothing else.
 */
import * as connect from "@aws-sdk/client-connect";
import { CodedError } from "../errors.ts";
import { createClients } from "./clients.ts";
import { type UpstreamFailure, upstreamFailureOf } from "./upstream-failure.ts";

/** Where a call goes: the part of a canonical call that this room needs. */
export interface OutgoingCall {
  readonly operation: string;
  readonly input: object;
  readonly region: string;
}

export interface SendOptions {
  /** Time left for the whole call, retries included. */
  readonly timeoutMs: number;
}

/** What Connect answered: an output, or its refusal. */
export type SendResult =
  | { readonly kind: "output"; readonly output: unknown; readonly upstreamRequestId: string | undefined }
  | { readonly kind: "failure"; readonly failure: UpstreamFailure };

export type Sender = (call: OutgoingCall, options: SendOptions) => Promise<SendResult>;

/** The SDK's command classes differ in type only: each takes its operation's input. */
type CommandClass = new (input: object) => connect.DescribeUserCommand;

/**
 * Creates the sender.
 *
 * @param environment `CONNECT_ENDPOINT`: a URL to send to instead of the region's own endpoint
 */
export function createSender(environment: Readonly<Record<string, string | undefined>>): Sender {
  const clientFor = createClients(environment);
  return async (call, { timeoutMs }) => {
    const Command = findCommand(call.operation);
    const signal = AbortSignal.timeout(Math.max(1, Math.floor(timeoutMs)));
    try {
      const output = await clientFor(call.region).send(new Command(call.input), { abortSignal: signal });
      const { $metadata, ...members } = output;
      return { kind: "output", output: members, upstreamRequestId: $metadata.requestId };
    } catch (error) {
      return { kind: "failure", failure: upstreamFailureOf(error) };
    }
  };
}

function findCommand(operation: string): CommandClass {
  const name = `${operation}Command`;
  const found: unknown = Object.hasOwn(connect, name) ? Reflect.get(connect, name) : undefined;
  if (typeof found !== "function")
    throw new CodedError("unknownOperation", `the SDK has no operation \`${operation}\``);
  return found as CommandClass;
}
