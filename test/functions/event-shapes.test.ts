/**
 * One case table through every event shape: the same decision by the authorizer, the same answer, the same call sent.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { createCallerVerifier } from "../../shared/decide/verify-caller.ts";
import type { ApiShape } from "../../tools/local/gateway/events/api-shape.ts";
import { functionUrlEvent } from "../../tools/local/gateway/events/http-events.ts";
import { makeProxyEvent } from "../../tools/local/gateway/events/make-events.ts";
import { makeToken, rsaKey } from "../identity/tokens.ts";
import {
  type EventCase,
  type Outcome,
  readEventCases,
  receive,
  throughApi,
  throughFunctionUrl,
} from "./event-cases.ts";
import { given, instanceArn, instanceId, tokenOf } from "./lambda-fixture.ts";
import { mockConnect } from "./mocked-connect.ts";

const connect = mockConnect();
beforeEach(() => {
  connect.onAnyCommand().resolves({ $metadata: {} });
});

const tokens = {
  good: tokenOf(),
  expired: tokenOf({ exp: 1 }),
  forged: makeToken(rsaKey("k1"), { claims: { groups: ["callers"] } }),
  stranger: tokenOf({ aud: "other" }),
};
const routes = [
  {
    method: "GET",
    path: "/agents/{agentId}",
    operation: "DescribeUser",
    input: { InstanceId: instanceId, UserId: "{agentId}" },
  },
];
const actions = [
  "CreateUser",
  "DeleteUser",
  "DescribeUser",
  "ListUsers",
  "ListQueues",
  "AssociateContactWithUser",
];
const statements = [
  { Effect: "Allow", Action: actions.map((action) => `connect:${action}`), Resource: "*" },
  { Effect: "Deny", Action: "connect:DeleteUser", Resource: `${instanceArn}/agent/*` },
  { Effect: "Deny", Action: "connect:CreateUser", Resource: `${instanceArn}/security-profile/forbidden` },
] as const;

const start = (environment: Readonly<Record<string, string>> = {}) =>
  given(statements, { config: { routes }, environment });
const cached = start();
const uncached = start({ AUTHORIZER_CACHE_SECONDS: "0" });
const simple = start({ AUTHORIZER_SIMPLE_RESPONSES: "true" });
const { proxy: standalone } = given(cached.bundle, { verifyCaller: createCallerVerifier() });

interface Shape extends Pick<ApiShape, "authorizer" | "proxy"> {
  readonly name: string;
  readonly functions: typeof cached;
  /** A TOKEN event has no more than the path to decide by, which may or may not be decoded. */
  readonly mayNotKnow?: true;
}

const shapes: readonly Shape[] = [
  { name: "REST REQUEST", authorizer: "rest", proxy: "rest", functions: cached },
  { name: "REST REQUEST, nothing cached", authorizer: "rest", proxy: "rest", functions: uncached },
  {
    name: "REST TOKEN, nothing cached",
    authorizer: "token",
    proxy: "rest",
    functions: uncached,
    mayNotKnow: true,
  },
  { name: "HTTP API payload 1.0", authorizer: "http1", proxy: "http1", functions: cached },
  { name: "HTTP API payload 2.0, IAM document", authorizer: "http2", proxy: "http2", functions: cached },
  { name: "HTTP API payload 2.0, simple response", authorizer: "http2", proxy: "http2", functions: simple },
  { name: "HTTP API payloads 1.0 and 2.0", authorizer: "http1", proxy: "http2", functions: cached },
];
const cases = readEventCases();

describe.each(shapes)("as $name events", ({ functions, mayNotKnow, ...shape }) => {
  it.each(cases)("$name", async (eventCase) => {
    const expected = shape.proxy === "rest" ? eventCase.expected : (eventCase.decoded ?? eventCase.expected);
    functions.records.length = 0;
    const outcome = await throughApi(functions, shape, receive(eventCase.request, tokens));
    const [record] = functions.records;
    const decision = record?.outcome === "error" ? outcome.authorizer : record?.outcome;
    const isLess = mayNotKnow && decision === "notYetKnown";
    if (!isLess) expect(decision).toBe(expected.authorizer);
    expectAnswer(outcome, expected);
  });
});

describe("through a TOKEN authorizer whose answers are cached by the token alone", () => {
  const others = cases.filter(({ expected }) => expected.authorizer !== "Unauthorized");

  it.each(others)("$name, decided by the proxy", async ({ request, expected }) => {
    cached.records.length = 0;
    const shape = { authorizer: "token", proxy: "rest" } as const;
    const outcome = await throughApi(cached, shape, receive(request, tokens));
    expect(cached.records[0]).toMatchObject({ stage: "authorizer", outcome: "notYetKnown" });
    expectAnswer(outcome, expected);
  });
});

describe.each(
  shapes
    .filter(({ proxy }) => proxy !== "rest")
    .map((shape) => ({
      ...shape,
      functions: start({
        AUTHORIZER_LEAVES_DENIALS: "true",
        ...(shape.functions === simple ? { AUTHORIZER_SIMPLE_RESPONSES: "true" } : {}),
      }),
    })),
)("as $name events, denials left to the proxy", ({ functions, ...shape }) => {
  it.each(cases)("every denial has aws's shape: $name", async ({ request, expected, decoded = expected }) => {
    functions.records.length = 0;
    const outcome = await throughApi(functions, shape, receive(request, tokens));
    const [early, late] = functions.records;
    if (early?.outcome !== "error") expect(early?.outcome).not.toBe("deny");
    // What the authorizer would have denied is the proxy's to deny, and is counted once.
    if (decoded.authorizer === "deny" && early?.outcome !== "error") {
      expect(outcome.authorizer).toBe("allow");
      expect(late).toMatchObject({ stage: "proxy", outcome: "deny" });
    }
    expectAnswer(outcome, decoded);
  });
});

describe("as a function URL's events, with no authorizer in front", () => {
  it.each(cases)("$name", async ({ request, expected }) => {
    expectAnswer(await throughFunctionUrl(standalone, receive(request, tokens)), expected);
  });
});

describe("who is calling", () => {
  const alice = receive({ method: "GET", path: `/users/${instanceId}/u-1` }, tokens);
  const nobody = receive({ method: "GET", path: `/users/${instanceId}/u-1`, headers: [] }, tokens);

  async function contextOf(claims: object): Promise<Record<string, string>> {
    const token = `Bearer ${tokenOf({ ...claims })}`;
    const { context } = await cached.authorize({ type: "TOKEN", methodArn: "", authorizationToken: token });
    return { ...context } as Record<string, string>;
  }

  it("is the token's to say without an authorizer, whatever context somebody made up", async () => {
    const forged = makeProxyEvent("rest", nobody, await contextOf({}));
    expect(await standalone(forged)).toMatchObject({ statusCode: 401 });
    expect(await standalone(makeProxyEvent("http2", alice, { principal: "x" }))).toMatchObject({
      statusCode: 200,
    });
  });

  it("is the authorizer's to say behind an api, whatever token comes along", async () => {
    const bystander = await contextOf({ sub: "bob", groups: [] });
    const answer = await cached.proxy(makeProxyEvent("rest", alice, bystander));
    expect(answer).toMatchObject({ statusCode: 403, body: expect.stringContaining("User: bob") });
    for (const shape of ["rest", "http1", "http2"] as const)
      expect(await cached.proxy(makeProxyEvent(shape, alice, undefined))).toMatchObject({ statusCode: 401 });
    expect(await cached.proxy(functionUrlEvent(alice))).toMatchObject({ statusCode: 401 });
  });

  it("does not matter under a base path that cannot be read: every call is denied", async () => {
    const { proxy } = start({ API_BASE_PATH: "connect" });
    const answer = await proxy(makeProxyEvent("rest", alice, await contextOf({})));
    expect(answer).toMatchObject({
      statusCode: 403,
      headers: { "x-amzn-errortype": "AccessDeniedException" },
    });
  });
});

function expectAnswer(outcome: Outcome, { status, type, message = "", sent }: EventCase["expected"]): void {
  expect(outcome).toMatchObject({ status, ...(type ? { type } : {}) });
  if (outcome.authorizer !== "Unauthorized") expect(outcome.message ?? "").toContain(message);
  const inputs = connect.calls().map(({ args }) => args[0].input);
  expect(inputs).toHaveLength(status === 200 ? 1 : 0);
  if (sent) expect(inputs[0]).toMatchObject(sent);
}
