/**
 * A client of Amazon Connect for one caller: each command is decided before it is sent, and sent as decided.
 *
 * It holds at three places. `send` decides a copy of the input, and sends that copy. The serializer decides whatever
 * comes to it in another way, or changed. And the transport passes only requests that mean a call that was decided and
 * is being sent now. So neither a subclass, nor middleware, nor a signer can send anything else.
 */
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { ConnectClient } from "@aws-sdk/client-connect";
import type { Trail } from "../../../shared/call/trail.ts";
import { recordedIdOf, recordedNameOf } from "../../../shared/connect/answer/recorded-name.ts";
import { upstreamFailureOf } from "../../../shared/connect/answer/upstream-failure.ts";
import { memberOf } from "../../../shared/connect/member.ts";
import { CodedError } from "../../../shared/errors.ts";
import { answerErrorOf } from "../../../shared/request/answer/error-answer.ts";
import { type AuthorizerCore, coreOf } from "../create-authorizer.ts";
import type { DecidedCall } from "../decide-call.ts";
import { AuthorizerError } from "../errors.ts";
import { copyInput, type InputCopy, inputToSend, readInput } from "../input-copy.ts";
import type { Authorizer, GuardOptions, Principal } from "../types.ts";
import { lookUpOf } from "./client-look-up.ts";
import { Exceptions } from "./exceptions.ts";
import { type Middleware, operationOfContext, operationOfSchema, withSerializer } from "./middleware.ts";
import { copyRequest, isDecided, originOf, readRequest, type SdkRequest } from "./sent-request.ts";

/** For whom a client is guarded, and by which policies. */
interface GuardFor {
  readonly authorizer: Authorizer;
  readonly principal: Principal;
  readonly options: GuardOptions;
}

/** The parameters and errors are those of `guardConnectClient`. */
export function guardClient<Client extends ConnectClient>(
  client: Client,
  { authorizer, principal, options: { sourceIp } }: GuardFor,
): Client {
  const core = coreOf(authorizer);
  assertPrincipal(core, principal);
  const guard = new Guard(client, core, { principal, sourceIp });
  const stack = withSerializer(client.middlewareStack, (own) => guard.serializer(own));
  if (!stack) {
    const message =
      "the client has no serializer that could be guarded: use @aws-sdk/client-connect 3.932.0 or newer";
    throw new AuthorizerError("unsupportedClient", message);
  }
  const config = Object.create(
    Object.getPrototypeOf(client.config),
    Object.getOwnPropertyDescriptors(client.config),
  );
  Object.assign(config, { requestHandler: guard.transport });
  const guarded: Client = Object.create(Object.getPrototypeOf(client));
  const send = (command: unknown, given?: unknown, callback?: unknown) => {
    const options = typeof given === "object" && given !== null ? given : undefined;
    // The client's own `send` is found for each command: a mock may replace it.
    const sendOwn: SendCommand = (own) =>
      Reflect.apply(client.send, guarded, options ? [own, options] : [own]);
    const called = [given, callback].find((each) => typeof each === "function") as Callback | undefined;
    return guard.answer(sendOwn, command, { options, callback: called });
  };
  return Object.assign(guarded, { config, middlewareStack: stack, send });
}

function assertPrincipal(core: AuthorizerCore, principal: unknown): void {
  try {
    core.principals.find(principal);
  } catch (error) {
    throw error instanceof CodedError ? new AuthorizerError("unauthorized", error.message) : error;
  }
}

/** The SDK's options for one command. */
interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

type Callback = (error: unknown, output?: unknown) => void;

/** Sends a command in the client's own way. */
type SendCommand = (command: object) => Promise<unknown>;

/** A decided call on its way. */
interface Approval {
  readonly decided: DecidedCall;
  /** What the serializer gets. */
  readonly input: object;
  origin?: string;
}

interface Caller {
  readonly principal: Principal;
  readonly sourceIp: string | undefined;
}

class Guard {
  readonly #client: ConnectClient;
  readonly #core: AuthorizerCore;
  readonly #caller: Caller;
  readonly #exceptions: Exceptions;
  /** Inputs of commands that `send` decided and handed on. */
  readonly #tickets = new WeakMap<object, DecidedCall>();
  readonly #approvals = new WeakMap<object, Approval>();
  /** The calls that are being sent now. */
  readonly #outstanding = new Set<Approval>();
  /** In the place of the client's transport. */
  readonly transport: object;

  constructor(client: ConnectClient, core: AuthorizerCore, caller: Caller) {
    this.#client = client;
    this.#core = core;
    this.#caller = caller;
    this.#exceptions = new Exceptions(client);
    const { metadata } = client.config.requestHandler;
    this.transport = {
      ...(metadata === undefined ? {} : { metadata }),
      handle: (request: unknown, options: unknown) => this.#transmit(request, options),
      // The transport is the client's: other guarded clients use it too.
      destroy() {},
      httpHandlerConfigs: () => ({}),
      updateHttpClientConfig() {},
    };
  }

  /** Decides and sends a command, and answers as the SDK's `send` does: by a promise, or by a callback. */
  answer(
    send: SendCommand,
    command: unknown,
    { options, callback }: { options: SendOptions | undefined; callback: Callback | undefined },
  ): Promise<unknown> | undefined {
    const answered = this.#send(send, command, options?.abortSignal);
    if (!callback) return answered;
    // What a callback throws is its own affair, as in the SDK.
    answered.then((output) => callback(null, output), callback).catch(() => {});
    return undefined;
  }

  async #send(send: SendCommand, command: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    // Read at once, before anything else can change it.
    const operation = operationOfSchema(memberOf(command, "schema"));
    const input = copyInput(memberOf(command, "input"));
    const { decided, trail } = await this.#decide(operation, input, signal);
    const own = inputToSend(decided.input);
    this.#tickets.set(own, decided);
    const inputMember = { value: own, writable: true, enumerable: true, configurable: true };
    try {
      const output = await send(Object.create(command as object, { input: inputMember }));
      noteOutput(trail, output);
      await this.#core.end(trail, 200);
      return output;
    } catch (error) {
      const { status, name, upstreamRequestId } = upstreamFailureOf(error);
      trail.note({ reason: recordedNameOf(name), ...(upstreamRequestId ? { upstreamRequestId } : {}) });
      await this.#core.end(trail, status);
      throw error;
    }
  }

  /** @throws the exception for the caller, unless the call is allowed */
  async #decide(
    operation: string,
    input: InputCopy,
    signal?: AbortSignal,
  ): Promise<{ readonly decided: DecidedCall; readonly trail: Trail }> {
    const { principal, sourceIp } = this.#caller;
    const requestId = randomUUID();
    const region = await this.#client.config.region();
    const lookUp = lookUpOf(this.#client);
    const call = { operation, input, requestId, sourceIp, nowMs: undefined, region, lookUp, signal };
    const trail = await this.#core.begin(call);
    let decided: DecidedCall;
    try {
      decided = await this.#core.decide(principal, call, trail);
    } catch (error) {
      trail.fail(error);
      await this.#core.end(trail, answerErrorOf(error).status);
      throw this.#exceptions.of(error, requestId);
    }
    if (!decided.denial) return { decided, trail };
    await this.#core.end(trail, 403);
    // As the SDK says it: the call was not denied for its own sake.
    if (signal?.aborted) throw Object.assign(new Error("Request aborted"), { name: "AbortError" });
    throw this.#exceptions.denied(decided.denial.message, requestId);
  }

  /** Serializes decided input only, and lets the request pass only while it is on its way. */
  serializer(own: Middleware): Middleware {
    return (next, context) => {
      const serialize = own(async (args) => {
        const approval = this.#approvals.get(args.input as object);
        const request = copyRequest(args.request);
        if (!approval || !request || !isDecided(await this.#read(request), approval.decided))
          throw this.#exceptions.denied("the SDK made another request of the command than was decided");
        approval.origin = originOf(request);
        this.#outstanding.add(approval);
        try {
          return await next(args);
        } finally {
          this.#outstanding.delete(approval);
        }
      }, context);
      return async (args) => {
        const decided = await this.#approve(operationOfContext(context), args.input);
        const input = inputToSend(decided.input);
        this.#approvals.set(input, { decided, input });
        return serialize({ ...args, input });
      };
    };
  }

  /** Finds the decision of `send` about an input, or decides it: `send` did not see it, or it is another one now. */
  async #approve(operation: string, input: unknown): Promise<DecidedCall> {
    const copied = copyInput(input);
    const known = typeof input === "object" && input !== null ? this.#tickets.get(input) : undefined;
    // For one time.
    if (known) this.#tickets.delete(input as object);
    if (known?.operation === operation && isSameInput(copied, known)) return known;
    const { decided, trail } = await this.#decide(operation, copied);
    await this.#core.end(trail);
    return decided;
  }

  /** The only way to the client's transport. */
  async #transmit(request: unknown, options: unknown): Promise<unknown> {
    const copy = copyRequest(request);
    const read = copy && (await this.#read(copy));
    const origin = copy && originOf(copy);
    const approval = [...this.#outstanding].find(
      (each) => each.origin === origin && isDecided(read, each.decided),
    );
    if (!copy || !approval)
      throw this.#exceptions.denied("the request is not one that was decided: middleware changed or made it");
    return this.#client.config.requestHandler.handle(copy as never, options as never);
  }

  async #read(request: SdkRequest) {
    const endpoint: unknown = this.#client.config.endpoint;
    const found: unknown = typeof endpoint === "function" ? await endpoint() : undefined;
    const path = memberOf(found, "path");
    return readRequest(request, typeof path === "string" && path !== "/" ? path : "");
  }
}

function isSameInput(copied: InputCopy, { schema, input }: DecidedCall): boolean {
  try {
    return isDeepStrictEqual(readInput(copied, schema), input);
  } catch {
    return false;
  }
}

function noteOutput(trail: Trail, output: unknown): void {
  const id = memberOf(memberOf(output, "$metadata"), "requestId");
  const upstreamRequestId = typeof id === "string" ? recordedIdOf(id) : undefined;
  if (upstreamRequestId) trail.note({ upstreamRequestId });
}
