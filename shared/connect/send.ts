/**
 * The real Amazon Connect: sends exactly the input that was decided, and nothing else.
 */

import { type Command, findCommand } from "../catalog/commands.ts";
import { CodedError } from "../errors.ts";
import type { ConnectInstance } from "../request/types.ts";
import { recordedIdOf } from "./answer/recorded-name.ts";
import { type UpstreamFailure, upstreamFailureOf } from "./answer/upstream-failure.ts";
import type { CallSignal } from "./call-signal.ts";
import { type ClientsOptions, createClients } from "./client/clients.ts";
import { createLimiter, type LimiterOptions } from "./client/limiter.ts";
import { createDeadline, type Deadline } from "./deadline.ts";
import { createSessionFinder } from "./session/role-session.ts";
import { withSession } from "./session/session-credentials.ts";
import type { SessionsOptions } from "./session/sessions.ts";

/** Where a call goes, and as whom: the part of a canonical call that this room needs. */
export interface OutgoingCall {
  readonly operation: string;
  readonly input: object;
  readonly instance: ConnectInstance;
  /** Whose call it is, for a fair share of the places of the instance. */
  readonly caller?: string;
  /** The caller in whose session it is sent, if the instance has a role. Absent for our own calls. */
  readonly session?: OutgoingSession;
}

/** The caller's own session of a role. */
export interface OutgoingSession {
  readonly name: string;
  /** Session policies, the first that STS takes counts; none for a session that only the role bounds. */
  readonly policies: readonly string[];
}

export interface SendOptions {
  /** Time left for the whole call: waiting, session, retries. */
  readonly timeoutMs: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: CallSignal | AbortSignal | undefined;
  /** The clock of the call that this one is all of, in place of the two above; its owner ends it. */
  readonly deadline?: Deadline;
  /** Told the name of the session that the call is sent in. */
  readonly onSession?: (sessionName: string) => void;
}

/** What Connect answered: an output, or its refusal. */
export type SendResult =
  | { readonly kind: "output"; readonly output: unknown; readonly upstreamRequestId: string | undefined }
  | { readonly kind: "failure"; readonly failure: UpstreamFailure };

export type Sender = (call: OutgoingCall, options: SendOptions) => Promise<SendResult>;

export type SenderOptions = ClientsOptions & LimiterOptions & SessionsOptions;

/** Calls under way to one instance at a time, unless the configuration says otherwise. */
const defaultConcurrentCalls = 100;

/**
 * Creates the sender. What it gives never rejects, but for an operation that there is none of.
 *
 * @param environment `CONNECT_ENDPOINT`: a URL to send to instead of the region's own endpoint;
 * `AWS_ENDPOINT_URL_STS`: the same for AWS STS
 */
export function createSender(
  environment: Readonly<Record<string, string | undefined>>,
  options: SenderOptions = {},
): Sender {
  const clients = createClients(environment, options);
  const sessionOf = createSessionFinder(environment, clients, options);
  const limit = createLimiter(options);

  async function sendInTime(
    call: OutgoingCall,
    command: Command,
    { deadline, onSession }: { readonly deadline: Deadline } & Pick<SendOptions, "onSession">,
  ) {
    const { region } = call.instance;
    const abortSignal = deadline.signal;
    const session = await sessionOf(call, deadline);
    if (!session) return clients.use({ region }, (client) => client.send(command, { abortSignal }));
    const { roleArn, credentials, onRefused } = session;
    onSession?.(session.name);
    try {
      return await clients.use({ region, roleArn }, (client) =>
        withSession(credentials, () => client.send(command, { abortSignal })),
      );
    } catch (error) {
      onRefused(error);
      throw error;
    }
  }

  return async (call, options) => {
    const { onSession } = options;
    const CommandClass = findCommand(call.operation);
    if (!CommandClass)
      throw new CodedError("unknownOperation", `the SDK has no operation \`${call.operation}\``);
    const command = new CommandClass(call.input);
    const { arn: key, maxConcurrentCalls: maxConcurrent = defaultConcurrentCalls } = call.instance;
    const isOwn = options.deadline === undefined;
    const deadline = options.deadline ?? createDeadline(options.timeoutMs, options.signal);
    try {
      const facts = { deadline, ...(onSession ? { onSession } : {}) };
      const { caller } = call;
      const place = { key, maxConcurrent, ...(caller === undefined ? {} : { caller }) };
      const sent = limit(place, deadline, () => sendInTime(call, command, facts));
      const { $metadata, ...members } = await deadline.race(sent);
      if (isOwn) deadline.settle();
      return { kind: "output", output: members, upstreamRequestId: recordedIdOf($metadata.requestId) };
    } catch (error) {
      return { kind: "failure", failure: upstreamFailureOf(error, deadline.signal) };
    } finally {
      if (isOwn) deadline.close();
    }
  };
}
