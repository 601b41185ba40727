/** Sends calls to Amazon Connect: exactly the decided input. */

import { type Command, findCommand } from "../catalog/commands.ts";
import { CodedError } from "../errors.ts";
import type { Settings } from "../settings.ts";
import { recordedIdOf } from "./answer/recorded-name.ts";
import { type UpstreamFailure, upstreamFailureOf } from "./answer/upstream-failure.ts";
import { type ClientsOptions, createClients } from "./client/clients.ts";
import { createLimiter, type LimiterOptions } from "./client/limiter.ts";
import { Deadline } from "./deadline.ts";
import { createSessionFinder, type SessionCall, type SessionFinderOptions } from "./session/role-session.ts";

/** The part of a canonical call that this room needs, and its session if the instance has a role. */
export interface OutgoingCall extends SessionCall {
  readonly operation: string;
  readonly input: object;
  /** For a fair share of the instance's places. */
  readonly caller?: string;
}

export interface SendOptions {
  /** Time left for the whole call: waiting, session, retries. */
  readonly timeoutMs: number;
  /** Aborted when no one waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
  /** Replaces the two above if the caller has a deadline already; the caller closes it. */
  readonly deadline?: Deadline;
  /** Called with the name of the call's session. */
  readonly onSession?: (sessionName: string) => void;
}

/** Connect's output, or its refusal. */
export type SendResult =
  | { readonly kind: "output"; readonly output: unknown; readonly upstreamRequestId: string | undefined }
  | { readonly kind: "failure"; readonly failure: UpstreamFailure };

export type Sender = (call: OutgoingCall, options: SendOptions) => Promise<SendResult>;

export type SenderOptions = ClientsOptions & LimiterOptions & SessionFinderOptions;

/** Concurrent calls to an instance, unless the configuration says otherwise. */
const defaultConcurrentCalls = 100;

/**
 * The sender rejects only for an unknown operation.
 *
 * @param settings `CONNECT_ENDPOINT`: a URL to send to instead of the region's own endpoint;
 * `AWS_ENDPOINT_URL_STS`: the same for AWS STS
 */
export function createSender(settings: Settings, options: SenderOptions = {}): Sender {
  const clients = createClients(settings, options);
  const credentialsOf = (region: string) => () =>
    clients.use({ region }, (client) => client.config.credentials());
  const sessionOf = createSessionFinder(settings, credentialsOf, options);
  const limit = createLimiter(options);

  async function sendInTime(call: OutgoingCall, command: Command, { deadline, onSession }: Sending) {
    const session = await sessionOf(call, deadline);
    if (session) onSession?.(session.name);
    const place = { region: call.instance.region, roleArn: session?.roleArn };
    return clients.use(place, (client) => {
      const job = () => client.send(command, { abortSignal: deadline.signal });
      return session ? session.run(job) : job();
    });
  }

  return async (call, { timeoutMs, signal, onSession, ...given }) => {
    const CommandClass = findCommand(call.operation);
    if (!CommandClass)
      throw new CodedError("unknownOperation", `the SDK has no operation \`${call.operation}\``);
    const command = new CommandClass(call.input);
    const { arn: key, maxConcurrentCalls: maxConcurrent = defaultConcurrentCalls } = call.instance;
    const deadline = given.deadline ?? new Deadline(timeoutMs, signal);
    try {
      const place = { key, maxConcurrent, caller: call.caller };
      const sent = limit(place, deadline, () => sendInTime(call, command, { deadline, onSession }));
      const { $metadata, ...members } = await deadline.race(sent);
      if (!given.deadline) deadline.settle();
      return { kind: "output", output: members, upstreamRequestId: recordedIdOf($metadata.requestId) };
    } catch (error) {
      return { kind: "failure", failure: upstreamFailureOf(error, deadline.signal) };
    } finally {
      if (!given.deadline) deadline.close();
    }
  };
}

interface Sending {
  readonly deadline: Deadline;
  readonly onSession: SendOptions["onSession"];
}
