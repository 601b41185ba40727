/**
 * The embedded local Connect: Amazon Connect's REST-JSON protocol on a loopback port, from memory, which a file may keep.
 *
 * It checks no signature. If two instances have one id, the Region in the signature says which is meant. Access
 * is decided before a call gets here. A web page is no caller: it would read and change what is here without being asked.
 */
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { HttpAnswer } from "../../../shared/request/answer/error-answer.ts";
import type { ConnectInstance, HttpCall } from "../../../shared/request/types.ts";
import { isOwnHost, openLoopbackServer } from "../loopback-server.ts";
import { answerCall, answerError, type Behaviour, type ReceivedCall } from "./answer.ts";
import { createFaultPlan } from "./faults/fault-plan.ts";
import type { OrderedFault } from "./faults/parse-fault.ts";
import type { InstanceState, Source } from "./instance-state.ts";
import { adoptSeeded, type LiveOptions, startLive } from "./live/live.ts";
import { createWorld } from "./seed.ts";
import type { Seed } from "./seeds/problem.ts";
import { invalidParameter, ServiceFault } from "./service-fault.ts";
import { StateFile } from "./state/state-file.ts";
import type { World } from "./world.ts";

export interface LocalConnectOptions {
  /** The instances that exist. */
  readonly instances: readonly ConnectInstance[];
  /** TCP port on 127.0.0.1; 0, the default, picks a free one. */
  readonly port?: number;
  /** Called for each request when its answer is known. */
  readonly onCall?: (call: ReceivedCall) => void;
  /** Faults to order, in addition to those of each call's own header. */
  readonly faults?: readonly OrderedFault[];
  /** The answer to what is not implemented; `error`, the default, is 501. */
  readonly unimplemented?: Behaviour["unimplemented"];
  readonly advice?: string;
  /** What instances begin with; without it, the built-in contact center. */
  readonly seed?: Seed | undefined;
  /** A file that keeps the resources, so that they outlive the server; without it, they are in memory only. */
  readonly stateFile?: string;
  /** Your own clock and ids, for answers that are the same each time. */
  readonly source?: Partial<Source>;
  /** Moves a little contact center. */
  readonly live?: LiveOptions;
  /** Is given the memory before anything is served, to put in what no operation makes. */
  readonly prepare?: (world: World) => void;
}

export interface LocalConnect {
  readonly url: string;
  /** The newest 1,000 requests, the oldest first. */
  readonly received: readonly ReceivedCall[];
  /** A user of the first instance, to try calls on. */
  readonly userId: string | undefined;
  /** What people should know of the start, each a sentence. */
  readonly notes: readonly string[];
  /** Stops accepting, finishes requests in flight, and resolves when all connections are closed. */
  close(): Promise<void>;
}

const maxReceived = 1000;
const maxBodyBytes = 10 * 1024 * 1024;
const requestTimeoutMs = 30_000;

/** Starts a local Connect. Rejects if the port is taken. @throws StateFileError for a state that can't be used */
export async function startLocalConnect(options: LocalConnectOptions): Promise<LocalConnect> {
  const kept = options.stateFile === undefined ? undefined : new StateFile(options.stateFile);
  try {
    return await startKept(options, kept);
  } catch (error) {
    kept?.close();
    throw error;
  }
}

async function startKept(options: LocalConnectOptions, kept: StateFile | undefined): Promise<LocalConnect> {
  const { instances, source, seed } = options;
  const restored: InstanceState[] = [];
  const restore = (state: InstanceState) => {
    const isKept = kept?.restore(state) ?? false;
    if (isKept) restored.push(state);
    return isKept;
  };
  const world = createWorld({ instances, source, seed, restore });
  if (options.live)
    for (const instance of world.instances()) if (!restored.includes(instance)) adoptSeeded(instance);
  options.prepare?.(world);
  kept?.keep(world.instances());
  const received: ReceivedCall[] = [];
  const { unimplemented = "error", advice = "; `--unimplemented empty` answers without content" } = options;
  const faults = createFaultPlan({
    faults: options.faults ?? [],
    now: () => performance.now(),
    random: Math.random,
  });
  const serveAll: RequestListener = (request, response) => {
    void serve(request, response, async (call) => {
      assertOwn(call);
      const result = await answerCall(world.in(signedRegionOf(call)), call, {
        faults,
        unimplemented,
        advice,
      });
      kept?.commit();
      received.push(result.received);
      if (received.length > maxReceived) received.shift();
      options.onCall?.(result.received);
      return result.answer;
    });
  };
  const server = await openLoopbackServer(options.port ?? 0, { requestTimeout: requestTimeoutMs }, serveAll);
  const stopLive = options.live ? startLive(world, options.live) : () => undefined;
  const close = async () => {
    stopLive();
    await server.close();
    kept?.close();
  };
  const [user] = world.instances()[0]?.table("User").all() ?? [];
  return {
    url: `http://127.0.0.1:${server.port}`,
    received,
    userId: user?.id,
    notes: notesOf(options, restored),
    close,
  };
}

/** Someone who has changed the seed would otherwise look for the change in vain. */
function notesOf(
  { seed, stateFile }: LocalConnectOptions,
  { length }: readonly InstanceState[],
): readonly string[] {
  if (seed === undefined || length === 0) return [];
  const whose = length === 1 ? "an instance" : `${length} instances`;
  return [
    `\`${stateFile}\` has the resources of ${whose} already, so the seed was not used there: delete it to begin anew`,
  ];
}

/**
 * Containers call this machine `host.docker.internal`.
 * @throws ServiceFault for a web page's request, and for one to a name that was made to point here (DNS rebinding)
 */
function assertOwn({ headers }: HttpCall): void {
  const hosts = headers.get("host") ?? [];
  const isOwn = isOwnHost(hosts) || /^host\.docker\.internal(?::\d{1,5})?$/.test(hosts.join());
  if (isOwn && !headers.has("origin")) return;
  const message = "the local Connect is for programs of this machine: call it as http://127.0.0.1";
  throw new ServiceFault("AccessDeniedException", message);
}

/** The Region in the scope of a request's signature (Signature Version 4); `undefined` when it has none. */
function signedRegionOf({ headers }: HttpCall): string | undefined {
  const [authorization = ""] = headers.get("authorization") ?? [];
  return /Credential=[^/]+\/\d{8}\/([a-z0-9-]+)\//.exec(authorization)?.[1];
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (call: HttpCall) => Promise<HttpAnswer>,
): Promise<void> {
  const requestId = randomUUID();
  let given: HttpAnswer;
  try {
    given = await answer(await readCall(request, requestId));
  } catch (error) {
    given = answerError(error, requestId);
  }
  response.writeHead(given.status, { ...given.headers, "content-length": Buffer.byteLength(given.body) });
  response.end(given.body);
}

async function readCall(request: IncomingMessage, requestId: string): Promise<HttpCall> {
  const url = request.url ?? "/";
  const at = url.indexOf("?");
  const headers = new Map<string, readonly string[]>();
  for (const [name, values] of Object.entries(request.headersDistinct)) headers.set(name, values ?? []);
  return {
    method: request.method ?? "",
    rawPath: at < 0 ? url : url.slice(0, at),
    query: at < 0 ? [] : [...new URLSearchParams(url.slice(at + 1))],
    headers,
    body: await readBody(request),
    requestId,
  };
}

/** Reads all of the body, so that its sender reads the answer. @throws ServiceFault over the limit, or not UTF-8 */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > maxBodyBytes) {
    throw new ServiceFault(
      "RequestEntityTooLargeException",
      `the body must not be over ${maxBodyBytes} bytes`,
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw invalidParameter("body", "must be UTF-8");
  }
}
