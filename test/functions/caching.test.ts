/**
 * Caching that cannot leak: API Gateway's cache in front of the deployed handlers, whatever is asked, by whom, in which
 * flavour, and whatever changes meanwhile.
 */

import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Configuration } from "../../shared/bundle/types.ts";
import type { Environment } from "../../shared/settings.ts";
import { authorizeRequest } from "../../tools/local/gateway/authorizer/authorize-request.ts";
import { createAuthorizerCache } from "../../tools/local/gateway/authorizer/authorizer-cache.ts";
import type { ApiShape } from "../../tools/local/gateway/events/api-shape.ts";
import { makeProxyEvent } from "../../tools/local/gateway/events/make-events.ts";
import type { ReceivedRequest } from "../../tools/local/gateway/events/received-request.ts";
import { makeToken, rsaKey } from "../identity/tokens.ts";
import { casesOf } from "../random-cases.ts";
import { bundleOf, given, instanceArn, instanceId, type Statement, tokenOf } from "./lambda-fixture.ts";
import { mockConnect } from "./mocked-connect.ts";

const connect = mockConnect();
const startMs = Date.now();
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caching-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  connect.onAnyCommand().resolves({ $metadata: {} });
  vi.useFakeTimers({ toFake: ["Date"], now: startMs });
});
afterEach(() => vi.useRealTimers());

const rest: ApiShape = {
  authorizer: "rest",
  proxy: "rest",
  isSimple: false,
  identitySources: ["method", "path"],
};
const flavours: readonly (readonly [string, ApiShape])[] = [
  ["a REST API", rest],
  ["a REST API with a TOKEN authorizer", { ...rest, authorizer: "token", identitySources: [] }],
  ["an HTTP API with payload 1.0", { ...rest, authorizer: "http1", proxy: "http1" }],
  ["an HTTP API with documents", { ...rest, authorizer: "http2", proxy: "http2" }],
  ["an HTTP API with simple responses", { ...rest, authorizer: "http2", proxy: "http2", isSimple: true }],
  [
    "an HTTP API whose cache key lacks the route",
    { authorizer: "http2", proxy: "http2", isSimple: true, identitySources: [] },
  ],
];

/** Publishes a policy set where the functions look. */
async function publish(
  name: string,
  statements: readonly Statement[],
  config: Partial<Configuration> = {},
): Promise<string> {
  const path = join(folder, `${name}.json`);
  await writeFile(`${path}.new`, JSON.stringify(bundleOf(statements, config)));
  await rename(`${path}.new`, path);
  return path;
}

/** Both functions, without a bundle of their own: what is published counts. */
function reading(bundlePath: string, environment: Environment = { AUTHORIZER_REFRESH_SECONDS: "3600" }) {
  const variables = { AUTHORIZER_BUNDLE: `file:${bundlePath}`, ...environment };
  return given([], { packagedBundle: undefined, environment: variables });
}

/** What a TOKEN authorizer is asked for Alice. */
const tokenEvent = () => ({
  type: "TOKEN" as const,
  methodArn: "arn:aws:execute-api:us-east-1:123456789012:api/prod/GET/x",
  authorizationToken: `Bearer ${callers.alice}`,
});

/** An API in this process: the cache and rules of the local gateway around functions of their own. */
function createApi(shape: ApiShape, bundlePath: string, ttlSeconds: number, refreshSeconds = 0) {
  const { authorize, proxy, records } = reading(bundlePath, {
    AUTHORIZER_REFRESH_SECONDS: String(refreshSeconds),
    AUTHORIZER_CACHE_SECONDS: String(ttlSeconds),
    AUTHORIZER_SIMPLE_RESPONSES: String(shape.isSimple),
  });
  const cache = createAuthorizerCache(ttlSeconds, () => Date.now());
  const step = { handler: authorize, shape, tokenHeader: "authorization", cache, timeoutMs: 5000 };
  return {
    records,
    async call(request: ReceivedRequest): Promise<number> {
      records.length = 0;
      const authorization = await authorizeRequest(request, step);
      if (authorization.kind === "failed") throw new Error(authorization.reason);
      if (authorization.kind === "unauthorized") return 401;
      if (authorization.kind !== "allowed") return 403;
      return (await proxy(makeProxyEvent(shape.proxy, request, authorization.context))).statusCode;
    },
  };
}

function receive(facts: {
  readonly method: string;
  readonly path: string;
  readonly headers: ReceivedRequest["headers"];
  readonly sourceIp?: string;
  readonly body?: string;
}): ReceivedRequest {
  const { method, path, headers, sourceIp = "192.0.2.1", body = "" } = facts;
  const [rawPath = "", rawQuery = ""] = path.split("?");
  return { requestId: "r", method, rawPath, rawQuery, headers, sourceIp, body: Buffer.from(body) };
}

const expiresSoon = Math.floor(startMs / 1000) + 300;
const callers = {
  alice: tokenOf({ sub: "alice", groups: ["callers"], team: "red" }),
  bob: tokenOf({ sub: "bob", groups: ["callers"], team: "blue" }),
  shortLived: tokenOf({ sub: "carol", groups: ["callers"], team: "red", exp: expiresSoon }),
  nobody: tokenOf({ sub: "nobody", groups: [] }),
  forged: makeToken(rsaKey("k1"), { claims: { sub: "alice", groups: ["callers"], team: "red" } }),
};
type Caller = keyof typeof callers;

const red = { StringEquals: { "jwt:team": "red" } };
const home = { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } };
const recordings = { StringEquals: { "connect:StorageResourceType": "CALL_RECORDINGS" } };
const everything: Statement = { Effect: "Allow", Action: "connect:*", Resource: "*" };
const policySets: readonly (readonly Statement[])[] = [
  [everything],
  [{ ...everything, Condition: red }],
  [{ ...everything, Condition: home }],
  [{ ...everything, Condition: recordings }],
  [everything, { Effect: "Deny", Action: "connect:*", Resource: `${instanceArn}/agent/u-1` }],
  [everything, { Effect: "Deny", Action: ["connect:DeleteUser", "connect:ListUsers"], Resource: "*" }],
  [{ Effect: "Deny", Action: "connect:*", Resource: "*" }],
];
const paths = [
  `/users/${instanceId}/u-1`,
  `/users/${instanceId}/u-2`,
  `/users/${instanceId}/%75-1`,
  `/users/${instanceId}/*`,
  `/users-summary/${instanceId}`,
  `/users-summary/${instanceId}?maxResults=3`,
  `/instance/${instanceId}/storage-config/a-1?resourceType=CALL_RECORDINGS`,
  `/instance/${instanceId}/storage-config/a-1?resourceType=CHAT_TRANSCRIPTS`,
  "/no/such/route",
  "/*",
];

/** Headers that some proxy somewhere believes, and other spellings of the one that counts. */
const oddHeaders: readonly (readonly [string, string])[][] = [
  [],
  [["X-Connect-Token", callers.alice]],
  [["X-Original-URL", paths[0] ?? ""]],
  [["X-Forwarded-For", "192.0.2.7"]],
  [["X-HTTP-Method-Override", "GET"]],
  [["principal", "eyJpZCI6ImFsaWNlIn0"]],
  [["Authorization", `Bearer ${callers.alice}`]],
  [["authorization", ""]],
];

const request = fc.record({
  kind: fc.constant("request" as const),
  caller: fc.constantFrom(...(Object.keys(callers) as Caller[])),
  method: fc.constantFrom("GET", "GET", "DELETE"),
  path: fc.constantFrom(...paths),
  sourceIp: fc.constantFrom("192.0.2.1", "198.51.100.1"),
  odd: fc.constantFrom(...oddHeaders),
  isOddFirst: fc.boolean(),
});
const change = fc.record({ kind: fc.constant("change" as const), policies: fc.constantFrom(...policySets) });
const pause = fc.record({ kind: fc.constant("pause" as const), seconds: fc.constantFrom(1, 70, 200) });
const history = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: request },
    { weight: 2, arbitrary: change },
    { weight: 1, arbitrary: pause },
  ),
  { minLength: 2, maxLength: 14 },
);

describe.each(flavours)("behind %s", (name, shape) => {
  it.each([0, 120])(
    "no caller ever gets an answer that the uncached evaluation refuses, at a TTL of %i s",
    async (ttlSeconds) => {
      const file = `${name.replaceAll(" ", "-")}-${ttlSeconds}`;
      const property = fc.asyncProperty(fc.constantFrom(...policySets), history, async (policies, steps) => {
        vi.setSystemTime(startMs);
        const path = await publish(file, policies);
        const api = createApi(shape, path, ttlSeconds);
        for (const step of steps) {
          if (step.kind === "pause") vi.setSystemTime(Date.now() + step.seconds * 1000);
          else if (step.kind === "change") await publish(file, step.policies);
          else {
            const own = ["Authorization", `Bearer ${callers[step.caller]}`] as const;
            const headers = step.isOddFirst ? [...step.odd, own] : [own, ...step.odd];
            const received = receive({ ...step, headers });
            const status = await api.call(received);
            const uncached = await createApi(shape, path, 0).call(received);
            if (status === 200) expect(uncached).toBe(200);
            if (ttlSeconds === 0) expect(status).toBe(uncached);
            const served = api.records.find(({ stage }) => stage === "proxy");
            const isOne = step.odd.every(([header]) => header.toLowerCase() !== "authorization");
            // Whoever is served is who the one token says, whatever else was sent.
            if (served)
              expect({ isOne, id: served.principal?.id ?? idOf(step.caller) }).toEqual({
                isOne: true,
                id: idOf(step.caller),
              });
          }
        }
      });
      await fc.assert(property, { seed: 20260101, numRuns: casesOf(40) });
    },
  );
});

function idOf(caller: Caller): string {
  return caller === "shortLived" ? "carol" : caller;
}

describe("two routes through one cached answer", () => {
  const statements: readonly Statement[] = [
    everything,
    { Effect: "Deny", Action: "connect:DeleteUser", Resource: "*" },
  ];
  const headers = [["Authorization", `Bearer ${callers.alice}`]] as const;
  const path = `/users/${instanceId}/u-1`;

  it.each(flavours)("are each decided for themselves behind %s", async (_name, shape) => {
    const api = createApi(shape, await publish("two-routes", statements), 3600);
    for (let round = 0; round < 2; round++) {
      expect(await api.call(receive({ method: "GET", path, headers }))).toBe(200);
      expect(await api.call(receive({ method: "DELETE", path, headers }))).toBe(403);
      expect(await api.call(receive({ method: "GET", path: `${path}x`, headers }))).toBe(200);
    }
    const sent = connect.calls().map(({ args }) => args[0].constructor.name);
    expect(new Set(sent)).toEqual(new Set(["DescribeUserCommand"]));
  });
});

describe("an allow in the cache, and then other policies", () => {
  const headers = [["Authorization", `Bearer ${callers.alice}`]] as const;
  const call = receive({ method: "GET", path: `/users/${instanceId}/u-1`, headers });
  const denyAll: readonly Statement[] = [{ Effect: "Deny", Action: "connect:*", Resource: "*" }];
  const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

  it.each(flavours)(
    "ends within the refresh interval behind %s, however long the cache keeps",
    async (_name, shape) => {
      const path = await publish("revoked", [everything]);
      const api = createApi(shape, path, 3600, 60);
      expect(await api.call(call)).toBe(200);
      await publish("revoked", denyAll);
      pass(60);
      expect(await api.call(call)).toBe(403);
      expect(api.records.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual(["proxy deny"]);
    },
  );

  it("ends at once for whoever passes an authorizer that has seen the change", async () => {
    const path = await publish("revoked-early", [everything]);
    const old = createApi(rest, path, 3600, 3600);
    expect(await old.call(call)).toBe(200);
    const onlyDelete: readonly Statement[] = [{ ...everything, Action: "connect:DeleteUser" }];
    await publish("revoked-early", onlyDelete);
    pass(10);
    const { proxy } = reading(path);
    expect((await proxy(makeProxyEvent("rest", call, {}))).statusCode).toBe(401);
    const { context } = await reading(path).authorize(tokenEvent());
    await publish("revoked-early", denyAll);
    pass(10);
    const newer = await reading(path).authorize(tokenEvent());
    const deletion = receive({ method: "DELETE", path: `/users/${instanceId}/u-1`, headers });
    const through = async (answer: object | null | undefined) =>
      (await proxy(makeProxyEvent("rest", deletion, { ...answer } as Record<string, string>))).statusCode;
    expect(await through(context)).toBe(200);
    expect(await through(newer.context)).toBe(403);
    // And the older answer, which is still in the cache, is decided by the newer policies too.
    expect(await through(context)).toBe(403);
  });

  it("answers 503 to try again when the proxy cannot get the policies that the authorizer has", async () => {
    const path = await publish("unreachable", [everything]);
    const { authorize, proxy, records } = reading(path);
    const { context } = await authorize(tokenEvent());
    const through = (answer: object) =>
      proxy(makeProxyEvent("rest", call, { ...answer } as Record<string, string>));
    expect((await through({ ...context })).statusCode).toBe(200);
    pass(10);
    await rm(path);
    const named = { ...context, policyVersion: "f".repeat(64), policyConfirmedAt: String(Date.now()) };
    const answer = await through(named);
    expect(answer).toMatchObject({
      statusCode: 503,
      headers: { "x-amzn-errortype": "ServiceUnavailableException" },
    });
    expect(JSON.parse(answer.body)).toMatchObject({ message: "the policies are being replaced; try again" });
    expect(records.at(-1)).toMatchObject({ outcome: "error", reason: "policiesOutdated" });
  });
});

describe("a cached identity", () => {
  it.each(flavours)("does not outlive its issuer behind %s", async (_name, shape) => {
    const path = await publish("issuer", [everything]);
    const api = createApi(shape, path, 3600, 60);
    const headers = [["Authorization", `Bearer ${callers.alice}`]] as const;
    const call = receive({ method: "GET", path: `/users/${instanceId}/u-1`, headers });
    expect(await api.call(call)).toBe(200);
    const { issuers } = bundleOf([everything]).config;
    const others = issuers.map((each) => ({ ...each, issuer: "https://other.example/" }));
    await publish("issuer", [everything], { issuers: others });
    vi.setSystemTime(startMs + 60_000);
    expect(await api.call(call)).toBe(401);
    expect(api.records.map(({ stage }) => stage)).toEqual(["proxy"]);
  });

  it.each(flavours)("does not outlive its token behind %s", async (_name, shape) => {
    const api = createApi(shape, await publish("expiry", [everything]), 3600);
    const headers = [["Authorization", `Bearer ${callers.shortLived}`]] as const;
    const call = receive({ method: "GET", path: `/users/${instanceId}/u-1`, headers });
    expect(await api.call(call)).toBe(200);
    vi.setSystemTime(startMs + 301_000);
    expect(await api.call(call)).toBe(401);
  });
});
