/**
 * What both functions do with the calls of `golden-calls.ts`, byte for byte: each one's answer, what reached Amazon Connect
 * and STS, and what was printed: records, metrics, logs. `UPDATE_GOLDEN=1` writes the files that they are compared with.
 *
 * A call that the authorizer does not let through is sent to the proxy all the same, with the context of an authorizer
 * that has verified the caller and decided nothing, so that the proxy's own refusal is held too.
 *
 * The clock stands still, chance is always 0, and tokens are signed with an Ed25519 key of fixed bytes. What is kept is what
 * came, except: of requests to AWS the signature, its time and the SDK's own ids and user agent are left out; the folder of
 * the bundle files and the port of the table stand as `{folder}` and `{port}`; the authorizer's `principal` is shown
 * decoded; JSON texts are shown as JSON where that loses nothing; long texts and lists are cut, with a hash of the whole.
 * Of what is printed only JSON counts: Node and the SDK print warnings of their own.
 */
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { inflateRawSync } from "node:zlib";
import { ConnectClient } from "@aws-sdk/client-connect";
import { STSClient } from "@aws-sdk/client-sts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createAuthorizerHandler } from "../../functions/authorizer/handler.ts";
import { createProxyHandler, type ProxyHandler } from "../../functions/proxy/handler.ts";
import { functionUrlEvent } from "../../tools/local/gateway/events/http-events.ts";
import { makeAuthorizerEvent, makeProxyEvent } from "../../tools/local/gateway/events/make-events.ts";
import type { ReceivedRequest } from "../../tools/local/gateway/events/received-request.ts";
import { makeToken, toJwk } from "../identity/tokens.ts";
import { type FakeDynamo, itemOf, startDynamo, tableName } from "../principals/fake-dynamodb.ts";
import { type Answer, type GoldenCall, goldenCalls } from "./golden-calls.ts";
import { bundleOf } from "./lambda-fixture.ts";

/** Takes what goes to the standard output by its number, where a record must be known to be written. */
const numbered = vi.hoisted(() => ({ write: undefined as ((text: string) => void) | undefined }));
vi.mock("node:fs", async (load) => {
  const real = await load<typeof import("node:fs")>();
  const writeSync = (fd: number, data: Uint8Array) => {
    if (fd !== 1 || !numbered.write) return real.writeSync(fd, data);
    numbered.write(Buffer.from(data).toString());
    return data.length;
  };
  return { ...real, writeSync };
});

const now = Date.UTC(2026, 0, 15, 12);
const requestId = "11111111-2222-3333-4444-555555555555";
const lambdaContext = (remainingMs: number) => ({
  awsRequestId: "66666666-7777-8888-9999-000000000000",
  getRemainingTimeInMillis: () => remainingMs,
});

/** RFC 8410, section 7: what stands in PKCS #8 before the 32 bytes of an Ed25519 key. */
const prefix = Buffer.from("302e020100300506032b657004220420", "hex");
const privateKey = createPrivateKey({
  key: Buffer.concat([prefix, Buffer.alloc(32, 7)]),
  format: "der",
  type: "pkcs8",
});
const key = { kid: "golden", privateKey, publicKey: createPublicKey(privateKey) };
const issuers = [
  {
    issuer: "https://issuer.test",
    audience: ["my-app"],
    claims: { id: "sub", groups: "groups" },
    jwks: { keys: [toJwk(key)] },
  },
];

let folder = "";
let dynamo: FakeDynamo;
let standalone: ProxyHandler | undefined;

/** Of the whole process: what the SDK and the log read there. */
const ownEnvironment = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  AWS_SESSION_TOKEN: "session-token",
  AWS_REGION: "us-west-2",
};
const functionEnvironment = {
  ...ownEnvironment,
  AWS_LAMBDA_FUNCTION_NAME: "golden",
  CONNECT_ENDPOINT: "aws",
  POWERTOOLS_METRICS_NAMESPACE: "Golden",
  _X_AMZN_TRACE_ID: "Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=0",
};

beforeAll(async () => {
  dynamo = await startDynamo();
  folder = mkdtempSync(join(tmpdir(), "golden-"));
});
afterAll(async () => {
  await dynamo.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "performance"], now });
  vi.spyOn(Math, "random").mockReturnValue(0);
  dynamo.items.clear();
  dynamo.fault = undefined;
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  numbered.write = undefined;
});

/** Makes the functions for a call. What their factories are given is known here and nowhere else in this file. */
function open(call: GoldenCall) {
  const bundle = bundleOf(call.policies, { issuers, ...call.configuration }, call.more);
  writeFileSync(join(folder, "bundle.json"), JSON.stringify(bundle));
  const { candidate } = call;
  if (candidate !== undefined) {
    const content =
      typeof candidate === "string"
        ? candidate
        : JSON.stringify(bundleOf(candidate.policies, { issuers, ...candidate.configuration }));
    writeFileSync(join(folder, "candidate.json"), content);
  }
  const environmentWith = (more: GoldenCall["variables"]) => {
    const variables = {
      ...functionEnvironment,
      ...(call.item || call.tableFault
        ? { AUTHORIZER_PRINCIPALS_TABLE: tableName, ...dynamo.environment }
        : {}),
      ...(candidate === undefined ? {} : { AUTHORIZER_SHADOW_BUNDLE: "file:{folder}/candidate.json" }),
      ...call.variables,
      ...more,
    };
    const filled = Object.entries(variables).map(([name, value]) => [
      name,
      value.replace("{folder}", folder),
    ]);
    return Object.fromEntries(filled) as Record<string, string>;
  };
  const environment = environmentWith({});
  for (const [name, value] of Object.entries({ ...ownEnvironment, ...call.variables }))
    vi.stubEnv(name, value);
  // However busy the machine is: a candidate and the table are waited for.
  const options = { packagedBundle: bundle, shadowing: { waitMs: 20_000 }, table: { timeoutMs: 20_000 } };
  // It takes part in nothing but to say who is calling.
  const identifying = environmentWith({
    AUTHORIZER_BUNDLE: "",
    AUTHORIZER_SHADOW_BUNDLE: "",
    AUTHORIZER_CACHE_SECONDS: "300",
  });
  // Each made once, where it is first wanted: what it prints then is printed by its own call.
  return {
    authorize: lazy(() => createAuthorizerHandler(environment, options)),
    proxy: lazy(async () =>
      call.shape === "functionUrl"
        ? openStandalone(call)
        : createProxyHandler(environmentWith(call.proxyVariables), options),
    ),
    identify: lazy(() => createAuthorizerHandler(identifying, options)),
  };
}

function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The deployed entry, which takes all from its process; one for all its calls, of one policy set. */
async function openStandalone(call: GoldenCall): Promise<ProxyHandler> {
  const environment = { ...functionEnvironment, AUTHORIZER_BUNDLE: `file:${join(folder, "bundle.json")}` };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  if (!standalone) {
    standalone = (await import("../../functions/proxy/standalone.ts")).handler;
    // Whichever of its calls is the first: none is the cold start.
    await printed(() => standalone?.(functionUrlEvent(receive({ ...call, caller: "" }))));
  }
  return standalone;
}

/** Everything that is printed while a job runs. */
async function printed<Value>(job: () => Value) {
  const lines = { stdout: [] as unknown[], stderr: [] as unknown[] };
  const keep = (to: unknown[]) => (text: unknown) => {
    for (const line of String(text).split("\n")) if (line.startsWith("{")) to.push(shownLine(line));
    return true;
  };
  numbered.write = keep(lines.stdout);
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation(keep(lines[name])),
  );
  try {
    const value = await job();
    return { value, lines };
  } finally {
    for (const spy of spies) spy.mockRestore();
    numbered.write = undefined;
  }
}

/** Metrics stay text: as JSON each would be forty lines. */
function shownLine(line: string): unknown {
  return line.startsWith('{"_aws"') ? line : shown(line);
}

interface SentRequest {
  readonly hostname: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** Amazon Connect and STS, in the place of the network. */
function answerForAws(answers: GoldenCall["connect"] = {}) {
  const sent: unknown[] = [];
  const asked = new Map<string, number>();
  const handle = async (request: SentRequest) => {
    const { hostname, method, path, query, headers } = request;
    const body =
      typeof request.body === "object" ? new TextDecoder().decode(request.body) : (request.body ?? "");
    const isSts = hostname.startsWith("sts.");
    const kept = Object.entries(headers).filter(([name]) =>
      /^(?:content-type|amz-sdk-request|x-amz-(?!user-agent|date|content-sha256))/.test(name),
    );
    const accessKey = /Credential=(\w+)/.exec(headers["authorization"] ?? "")?.[1];
    sent.push({
      to: `${method} ${hostname}${path}`,
      query,
      headers: Object.fromEntries(kept),
      accessKey,
      body: isSts ? Object.fromEntries(new URLSearchParams(body)) : shown(body),
    });
    const place = Object.keys(answers).find((each) => (isSts ? each === "sts" : path.startsWith(each))) ?? "";
    const turn = asked.get(place) ?? 0;
    asked.set(place, turn + 1);
    const given = answers[place];
    const answer: Answer = (Array.isArray(given) ? (given[turn] ?? given.at(-1)) : given) ?? {};
    if (answer === "silence") return new Promise<never>(() => undefined);
    if (answer === "refused")
      throw Object.assign(new Error("connect ECONNREFUSED 192.0.2.9:443"), { code: "ECONNREFUSED" });
    const { status = 200, headers: more = {}, body: content = isSts ? session(body) : {} } = answer;
    const text = typeof content === "string" ? content : JSON.stringify(content);
    const type = isSts ? "text/xml" : "application/json";
    const own = { "content-type": type, "x-amzn-requestid": "0e8e0f5b-6c1d-4a55-9f0e-3b8f4a3a1c77" };
    return {
      response: {
        statusCode: status,
        headers: { ...own, ...more },
        body: Readable.from([Buffer.from(text)]),
      },
    };
  };
  for (const Client of [ConnectClient, STSClient]) {
    const client = new Client({ region: "us-east-1" });
    const prototype: { handle: typeof handle } = Object.getPrototypeOf(client.config.requestHandler);
    client.destroy();
    vi.spyOn(prototype, "handle").mockImplementation(handle as never);
  }
  return sent;
}

/** STS's answer to AssumeRole, as its API reference shows it. */
function session(form: string): string {
  const name = new URLSearchParams(form).get("RoleSessionName");
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session of ${name}</SessionToken>
<Expiration>2026-01-15T13:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}

/** Text as JSON, if it is that and nothing is lost by it. */
function shown(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (JSON.stringify(value) === text && typeof value === "object") return value;
  } catch {
    // Then it is text.
  }
  return text;
}

function decodePrincipal(text: string): unknown {
  const isDeflated = text.startsWith("~");
  const bytes = Buffer.from(isDeflated ? text.slice(1) : text, "base64url");
  return { isDeflated, decoded: JSON.parse((isDeflated ? inflateRawSync(bytes) : bytes).toString()) };
}

const longest = { text: 1_500, list: 12 };
const hash = (value: unknown) =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);

/** The same, short enough for people to read, and without what differs from run to run. */
function tidy(value: unknown, name = ""): unknown {
  if (typeof value === "string") {
    if (name === "principal" && /^[\w~-]{40,}$/.test(value)) return tidy(decodePrincipal(value));
    const text = value.replaceAll(folder, "{folder}").replace(/(?<=127\.0\.0\.1:)\d{4,}/g, "{port}");
    return text.length <= longest.text
      ? text
      : `${text.slice(0, 100)}… (${text.length} characters, ${hash(text)})`;
  }
  if (Array.isArray(value)) {
    const kept = value.slice(0, longest.list).map((each) => tidy(each));
    return value.length <= longest.list ? kept : [...kept, `… (${value.length} in all, ${hash(value)})`];
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([each, inner]) => [each, tidy(inner, each)]));
}

function receive(call: GoldenCall): ReceivedRequest {
  const { method, path, headers = [], body, caller = {} } = call;
  const [rawPath = "", rawQuery = ""] = path.split("?");
  const token =
    typeof caller === "string"
      ? caller
      : `Bearer ${makeToken(key, { header: { alg: "EdDSA" }, claims: { groups: ["callers"], ...caller } })}`;
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const isTyped = headers.some(([name]) => name.toLowerCase() === "content-type");
  return {
    requestId,
    method,
    rawPath,
    rawQuery,
    headers: [
      ...(token === "" ? [] : [[call.tokenHeader ?? "Authorization", token] as const]),
      ...(text === undefined || isTyped ? [] : [["Content-Type", "application/json"] as const]),
      ["User-Agent", "golden"],
      ...headers,
    ],
    body: Buffer.from(text ?? ""),
    sourceIp: "192.0.2.1",
  };
}

/** What the authorizer gives or throws; the proxy never throws. */
async function outcomeOf(job: () => Promise<unknown>): Promise<Readonly<Record<string, unknown>>> {
  try {
    return { answer: await job() };
  } catch (error) {
    return { thrown: String(error) };
  }
}

/** Only where the authorizer lets a call through does API Gateway give the context on. */
function allowedContext({ answer }: Readonly<Record<string, unknown>>): Record<string, string> | undefined {
  const { isAuthorized, policyDocument, context } = (answer ?? {}) as {
    readonly isAuthorized?: boolean;
    readonly policyDocument?: { readonly Statement: readonly { readonly Effect: string }[] };
    readonly context?: Record<string, string>;
  };
  return isAuthorized || policyDocument?.Statement[0]?.Effect === "Allow" ? context : undefined;
}

async function run(call: GoldenCall): Promise<unknown> {
  const item = call.item && itemOf('["https://issuer.test","alice"]', call.item);
  if (item) dynamo.items.set('["https://issuer.test","alice"]', item);
  dynamo.fault = call.tableFault;
  const { authorize, proxy, identify } = open(call);
  const request = receive(call);
  const shape = call.shape ?? "rest";
  const context = lambdaContext(call.remainingMs ?? 29_000);
  const token = request.headers.find(([name]) => name === "Authorization")?.[1] ?? "";
  const tokenEvent = () => makeAuthorizerEvent("token", request, [token]);
  const authorizeOnce = () => {
    const sources = [token, request.method, request.rawPath];
    const event = shape === "functionUrl" ? undefined : makeAuthorizerEvent(shape, request, sources);
    return outcomeOf(async () => event && authorize()(event, context as never));
  };
  const proxyOnce = async (given: Record<string, string> | undefined) => {
    const event =
      shape === "functionUrl"
        ? functionUrlEvent(request)
        : makeProxyEvent(shape === "token" ? "rest" : shape, request, given);
    return (await proxy())(event as never, context);
  };
  const identified = async () => {
    const { answer } = await outcomeOf(() => identify()(tokenEvent() as never));
    return allowedContext({ answer });
  };

  if (shape === "functionUrl") await proxy();
  if (typeof call.candidate === "object") {
    // A candidate is loaded beside the first call: the authorizer waits for it where it refuses somebody.
    const stranger = receive({ ...call, caller: { groups: ["strangers"] } });
    await printed(() => authorize()(makeAuthorizerEvent("rest", stranger, [])));
  }
  if (call.after) {
    await printed(async () => proxyOnce(allowedContext(await authorizeOnce()) ?? (await identified())));
    call.after({ folder, passSeconds: (seconds) => vi.setSystemTime(Date.now() + seconds * 1000) });
  }
  const sent = answerForAws(call.connect);
  const early = shape === "functionUrl" ? undefined : await printed(authorizeOnce);
  const { value: spare } = await printed(async () => allowedContext(early?.value ?? {}) ?? identified());
  const late = await printed(() => proxyOnce(spare));
  const { value: answer } = late;
  const result = {
    ...(early ? { authorizer: { ...early.value, ...early.lines } } : {}),
    proxy: { ...answer, body: shown(answer.body), sent, ...late.lines },
  };
  return tidy(JSON.parse(JSON.stringify(result)));
}

const isUpdate = process.env["UPDATE_GOLDEN"] === "1";

describe.each(Object.entries(goldenCalls))("the golden calls: %s", (group, calls) => {
  const file = join(import.meta.dirname, "../cases/golden", `${group}.generated.json`);
  const written: Record<string, unknown> = {};
  const golden: Record<string, unknown> = isUpdate ? {} : JSON.parse(readFileSync(file, "utf8"));
  afterAll(() => {
    if (isUpdate) writeFileSync(file, `${JSON.stringify(written, undefined, 1)}\n`);
  });

  it.each(calls)("$name", async (call) => {
    const result = await run(call);
    written[call.name] = result;
    if (isUpdate) return;
    expect(result).toEqual(golden[call.name]);
    expect(JSON.stringify(result)).toBe(JSON.stringify(golden[call.name]));
  });

  it("are all there is in the file", () => {
    expect(Object.keys(isUpdate ? written : golden)).toEqual(calls.map(({ name }) => name));
  });
});

it("are at least sixty", () => {
  expect(Object.values(goldenCalls).flat().length).toBeGreaterThanOrEqual(60);
});
