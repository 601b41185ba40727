/**
 * The console under `/_console/`: its page and what the page asks of the gateway. Only for people at this machine; never
 * deployed. `guard.ts` says which requests it answers.
 */
import { randomBytes } from "node:crypto";
import type {
  ConfigurationAnswer,
  ConsoleEvent,
  FirstCallsAnswer,
  Other,
  OthersAnswer,
  SentAnswer,
  WhoAnswer,
} from "../api.ts";
import { ApiRefusal } from "./api-refusal.ts";
import { type Assets, findAssetsFolder, readAssets } from "./assets.ts";
import { type ConfigurationFiles, readSave } from "./configuration-files.ts";
import { Feed } from "./feed.ts";
import { type ConsoleRequest, hasToken, isOwnHost, refusalOf, safetyHeaders, valuesOf } from "./guard.ts";

export interface ConsoleAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Uint8Array;
}

/** What the console knows of the gateway that it belongs to. */
export interface ConsoleSource {
  /** Reads the configuration that decides now. */
  readonly configuration: () => Promise<ConfigurationAnswer>;
  /** Says what it can be compared with. */
  readonly others: () => Promise<OthersAnswer>;
  /** Reads one of these. */
  readonly other: (which: Other) => Promise<ConfigurationAnswer>;
  readonly files: ConfigurationFiles;
  /** Writes commands for a shell that make the first calls. */
  readonly firstCalls: () => readonly string[];
}

/** What the console does for the person at it. */
export interface ConsoleCalls {
  /** Says whose a token is. @param body as the page sent it */
  readonly who: (body: unknown) => Promise<WhoAnswer>;
  /** Sends a request to this gateway. @param body as the page sent it */
  readonly send: (body: unknown) => Promise<SentAnswer>;
}

/** One thing that the page asks for: `GET configuration`. */
type ApiRoute = (query: URLSearchParams, body: Uint8Array) => unknown;

export const consolePath = "/_console/";

const apiPath = `${consolePath}api/`;

export class LocalConsole {
  readonly #token = randomBytes(32).toString("hex");
  readonly #feed = new Feed();
  readonly #routes: ReadonlyMap<string, ApiRoute>;
  #assets: Assets | undefined;

  constructor(source: ConsoleSource, calls?: ConsoleCalls) {
    this.#routes = new Map<string, ApiRoute>([
      ["GET configuration", () => source.configuration()],
      ["GET others", () => source.others()],
      ["GET other", (query) => readOther(source, query)],
      ["GET files", () => source.files.read()],
      ["PUT file", (_, body) => source.files.save(readSave(body))],
      ["GET first-calls", (): FirstCallsAnswer => ({ commands: source.firstCalls() })],
      ["GET events", (query) => this.#feed.read(numberOf(query.get("after")))],
      ...(calls
        ? ([
            ["POST who", (_, body) => calls.who(parse(body))],
            ["POST send", (_, body) => calls.send(parse(body))],
          ] satisfies [string, ApiRoute][])
        : []),
    ]);
  }

  /** Whether the request is for the console: a path of its own, or a browser at `/`, which is led to it. */
  owns(request: Pick<ConsoleRequest, "method" | "rawPath" | "headers">): boolean {
    const { rawPath } = request;
    return rawPath.startsWith(consolePath) || rawPath === "/_console" || isBrowserAtRoot(request);
  }

  async answer(request: ConsoleRequest): Promise<ConsoleAnswer> {
    const refusal = refusalOf(request);
    if (refusal !== undefined) return text(403, refusal);
    const { method, rawPath } = request;
    if (rawPath.startsWith(apiPath)) return this.#answerApi(request, rawPath.slice(apiPath.length));
    if (method !== "GET" && method !== "HEAD")
      return text(405, "the console's files are only read", [["allow", "GET, HEAD"]]);
    if (!rawPath.startsWith(consolePath))
      return text(303, "the console is at /_console/", [["location", consolePath]]);
    return this.#answerFile(request, rawPath.slice(consolePath.length));
  }

  publish(event: ConsoleEvent): void {
    this.#feed.publish(event);
  }

  /** Answers the requests that wait. */
  close(): void {
    this.#feed.close();
  }

  #answerFile(request: ConsoleRequest, name: string): ConsoleAnswer {
    const folder = this.#assets === undefined ? findAssetsFolder() : undefined;
    if (folder !== undefined) this.#assets = readAssets(folder);
    if (this.#assets === undefined)
      return text(404, "the console is not built: run `npm run build` in the checkout");
    if (name === "") return page(this.#assets.document(this.#token));
    const asset = this.#assets.files.get(name);
    if (asset === undefined) return text(404, "the console has no such file: open /_console/");
    const isCompressed = /\bgzip\b/.test(valuesOf(request, "accept-encoding").join());
    return {
      status: 200,
      headers: [
        ...safetyHeaders,
        ["content-type", asset.type],
        // The name changes with the content.
        ["cache-control", "private, max-age=31536000, immutable"],
        ["vary", "accept-encoding"],
        ...(isCompressed ? [["content-encoding", "gzip"] as const] : []),
      ],
      body: isCompressed ? asset.compressed : asset.bytes,
    };
  }

  async #answerApi(request: ConsoleRequest, name: string): Promise<ConsoleAnswer> {
    if (!hasToken(request, this.#token))
      return text(403, "the token of this session is missing or is another one: load the console again");
    const route = this.#routes.get(`${request.method} ${name}`);
    if (route === undefined) return text(404, "the console has no such address");
    try {
      return json(200, await route(new URLSearchParams(request.rawQuery), request.body));
    } catch (cause) {
      if (!(cause instanceof ApiRefusal)) throw cause;
      return typeof cause.body === "string" ? text(cause.status, cause.body) : json(cause.status, cause.body);
    }
  }
}

/** A client of the API asks for JSON or anything, and gets the API's answer. */
function isBrowserAtRoot(request: Pick<ConsoleRequest, "method" | "rawPath" | "headers">): boolean {
  if (request.rawPath !== "/" || (request.method !== "GET" && request.method !== "HEAD")) return false;
  const hosts = valuesOf(request, "host");
  return hosts.every(isOwnHost) && valuesOf(request, "accept").join().includes("text/html");
}

function readOther(source: ConsoleSource, query: URLSearchParams): Promise<ConfigurationAnswer> {
  const [kind, name = ""] = [query.get("kind"), query.get("name") ?? undefined];
  if (kind === "candidate") return source.other({ kind });
  if ((kind === "revision" || kind === "environment") && name !== "") return source.other({ kind, name });
  const problem = "name a `revision`, an `environment` or the `candidate` to compare with";
  return Promise.resolve({ ok: false, name, problem });
}

/** What is no JSON is nothing. */
function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    return undefined;
  }
}

function numberOf(value: string | null): number | undefined {
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

function page(html: string): ConsoleAnswer {
  return {
    status: 200,
    headers: [
      ...safetyHeaders,
      ["content-type", "text/html; charset=utf-8"],
      // It holds the session's token.
      ["cache-control", "no-store"],
    ],
    body: html,
  };
}

function json(status: number, value: unknown): ConsoleAnswer {
  return {
    status,
    headers: [...safetyHeaders, ["content-type", "application/json"], ["cache-control", "no-store"]],
    body: JSON.stringify(value),
  };
}

function text(status: number, message: string, more: ConsoleAnswer["headers"] = []): ConsoleAnswer {
  const type = ["content-type", "text/plain; charset=utf-8"] as const;
  return {
    status,
    headers: [...safetyHeaders, type, ["cache-control", "no-store"], ...more],
    body: `${message}\n`,
  };
}
