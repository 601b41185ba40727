/**
 * The three services of AWS that bundles are kept in, as far as they are read and published: S3 objects, Parameter Store,
 * AppConfig's data plane. On this machine, in memory, with faults on demand. Every signature is checked.
 *
 * Written from the API references of S3 (GetObject, PutObject), Systems Manager (GetParameter, GetParameters) and
 * AppConfig Data (StartConfigurationSession, GetLatestConfiguration).
 */
import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { isSignatureRight, secretAccessKey } from "./aws-signature.ts";
import { openServer } from "./loopback-server.ts";

/** What goes wrong with the next requests. */
export type AwsFault =
  | { readonly kind: "error"; readonly status: number; readonly code: string; readonly times?: number }
  | { readonly kind: "silence" }
  | { readonly kind: "cut" }
  | { readonly kind: "reset"; readonly times?: number }
  | { readonly kind: "redirect" };

interface AppConfigSession {
  readonly profile: string;
  readonly pollSeconds: number;
  readonly served?: string;
  readonly notBeforeMs: number;
}

export interface FakeAws {
  /** For `createBundleSource`: endpoints, region and credentials. */
  readonly environment: Readonly<Record<string, string>>;
  /** By `/bucket/key`. */
  readonly objects: Map<string, string | Buffer>;
  readonly parameters: Map<string, string>;
  /** When parameters were put, in seconds; those that a test set itself were there for ever. */
  readonly putAt: Map<string, number>;
  /** By `application/environment/profile`: what is deployed. */
  readonly deployed: Map<string, string>;
  /** Method, path and, of SSM, the operation of each request. */
  readonly requests: string[];
  /** The clock that AppConfig's poll intervals are held to. */
  nowMs: number;
  fault: AwsFault | undefined;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export function etagOf(content: string | Buffer): string {
  return `"${createHash("md5").update(content).digest("hex")}"`;
}

/** Starts the services on a free port. */
export async function startAws(): Promise<FakeAws> {
  const { endpoint, close } = await openServer((request, response) => answer(request, response));
  const sessions = new Map<string, AppConfigSession>();
  const aws: FakeAws = {
    environment: {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: "session-token",
      // A profile of the developer would come first.
      AWS_PROFILE: "",
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ENDPOINT_URL_SSM: endpoint,
      AWS_ENDPOINT_URL_APPCONFIGDATA: endpoint,
    },
    objects: new Map(),
    parameters: new Map(),
    putAt: new Map(),
    deployed: new Map(),
    requests: [],
    nowMs: 0,
    fault: undefined,
    close,
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const operation = String(request.headers["x-amz-target"] ?? "").replace("AmazonSSM.", "");
    aws.requests.push([request.method, request.url?.split("?")[0], operation].join(" ").trim());
    const fault = takeFault(aws);
    if (fault?.kind === "silence") return;
    if (fault?.kind === "reset") {
      request.socket.resetAndDestroy();
      return;
    }
    const served = isSignatureRight(request, body)
      ? (faulty(fault) ?? serve(request, operation, body))
      : failure(403, "SignatureDoesNotMatch");
    const isJson = operation !== "" || /^\/configuration(?:sessions)?(?:\?|$)/.test(request.url ?? "");
    const reply = isJson && served.status >= 300 ? { ...served, body: '{"message":"secret"}' } : served;
    const content = Buffer.from(reply.body ?? "");
    response.writeHead(reply.status, { "content-length": content.length, ...reply.headers });
    if (fault?.kind === "cut") {
      response.write(content.subarray(0, content.length / 2), () => response.destroy());
      return;
    }
    response.end(content);
  }

  function serve(request: IncomingMessage, operation: string, body: string): Answer {
    if (operation !== "") return serveSsm(aws, operation, JSON.parse(body));
    const url = new URL(request.url ?? "", endpoint);
    if (url.pathname === "/configurationsessions") return startSession(JSON.parse(body));
    if (url.pathname === "/configuration") return poll(url.searchParams.get("configuration_token") ?? "");
    return serveS3(aws, request, { path: decodeURIComponent(url.pathname), body });
  }

  function startSession(input: Readonly<Record<string, unknown>>): Answer {
    const pollSeconds = Number(input["RequiredMinimumPollIntervalInSeconds"] ?? 60);
    if (!(pollSeconds >= 15 && pollSeconds <= 86_400)) return failure(400, "BadRequestException");
    const parts = ["Application", "Environment", "ConfigurationProfile"].map(
      (name) => input[`${name}Identifier`],
    );
    const profile = parts.join("/");
    if (!aws.deployed.has(profile)) return failure(404, "ResourceNotFoundException");
    const token = randomUUID();
    sessions.set(token, { profile, pollSeconds, notBeforeMs: aws.nowMs });
    return { status: 201, body: JSON.stringify({ InitialConfigurationToken: token }) };
  }

  function poll(token: string): Answer {
    const session = sessions.get(token);
    if (!session || aws.nowMs < session.notBeforeMs) return failure(400, "BadRequestException");
    sessions.delete(token);
    const next = randomUUID();
    const content = aws.deployed.get(session.profile) ?? "";
    const notBeforeMs = aws.nowMs + session.pollSeconds * 1000;
    sessions.set(next, { ...session, served: content, notBeforeMs });
    return {
      status: 200,
      headers: {
        "next-poll-configuration-token": next,
        "next-poll-interval-in-seconds": String(session.pollSeconds),
      },
      body: content === session.served ? "" : content,
    };
  }

  return aws;
}

function takeFault(aws: FakeAws): AwsFault | undefined {
  const { fault } = aws;
  if (fault && "times" in fault && fault.times !== undefined)
    aws.fault = fault.times > 1 ? { ...fault, times: fault.times - 1 } : undefined;
  return fault;
}

function faulty(fault: AwsFault | undefined): Answer | undefined {
  if (fault?.kind === "error") return failure(fault.status, fault.code);
  if (fault?.kind !== "redirect") return undefined;
  const headers = { "x-amz-bucket-region": "eu-west-1", location: "http://127.0.0.1:1/" };
  return { ...failure(301, "PermanentRedirect"), headers };
}

/** In S3's form; JSON services say the code in the header alone. */
function failure(status: number, code: string): Answer {
  const headers = { "x-amzn-errortype": `${code}:http://internal.amazon.com/` };
  return { status, headers, body: `<Error><Code>${code}</Code><Message>secret</Message></Error>` };
}

function serveS3(
  aws: FakeAws,
  { method, headers }: IncomingMessage,
  { path, body }: { readonly path: string; readonly body: string },
): Answer {
  const content = aws.objects.get(path);
  const known = headers["if-none-match"];
  if (method === "PUT") {
    const holds = content === undefined ? undefined : etagOf(content);
    const wanted = headers["if-match"];
    if ((known === "*" && holds) || (wanted !== undefined && wanted !== holds))
      return failure(412, "PreconditionFailed");
    aws.objects.set(path, body);
    return { status: 200, headers: { etag: etagOf(body) } };
  }
  if (content === undefined) return failure(404, "NoSuchKey");
  const etag = etagOf(content);
  if (known === etag) return { status: 304, headers: { etag } };
  return { status: 200, headers: { etag }, body: content };
}

function serveSsm(aws: FakeAws, operation: string, input: Readonly<Record<string, unknown>>): Answer {
  const json = (value: unknown): Answer => ({ status: 200, body: JSON.stringify(value) });
  const find = (name: unknown) => ({ Name: String(name), Value: aws.parameters.get(String(name)) });
  if (operation === "GetParameter") {
    const found = find(input["Name"]);
    return found.Value === undefined ? failure(400, "ParameterNotFound") : json({ Parameter: found });
  }
  if (operation === "PutParameter") {
    const name = String(input["Name"]);
    if (String(input["Value"]).length > 4096) return failure(400, "ValidationException");
    aws.parameters.set(name, String(input["Value"]));
    aws.putAt.set(name, Date.now() / 1000);
    return json({ Version: 1 });
  }
  if (operation === "GetParametersByPath") {
    const below = [...aws.parameters.keys()].filter((name) => name.startsWith(`${input["Path"]}/`));
    const from = Number(input["NextToken"] ?? 0);
    const page = below
      .slice(from, from + 10)
      .map((name) => ({ Name: name, LastModifiedDate: aws.putAt.get(name) ?? 0 }));
    return json({ Parameters: page, ...(from + 10 < below.length ? { NextToken: String(from + 10) } : {}) });
  }
  const names = input["Names"];
  if (operation === "DeleteParameters" && Array.isArray(names) && names.length <= 10) {
    for (const name of names) aws.parameters.delete(String(name));
    return json({ DeletedParameters: names });
  }
  if (operation !== "GetParameters" || !Array.isArray(names) || names.length > 10)
    return failure(400, "ValidationException");
  const found = names.map(find).filter(({ Value }) => Value !== undefined);
  return json({ Parameters: found.reverse() });
}
