/**
 * Shadow mode: what a candidate bundle would do differently is recorded, and nothing of it reaches an answer.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { authorizerResult } from "../../functions/authorizer/result.ts";
import { createProxyHandler } from "../../functions/proxy/handler.ts";
import { createBundle } from "../../shared/bundle/bundle.ts";
import type { Configuration } from "../../shared/bundle/types.ts";
import { createCallerVerifier } from "../../shared/decide/verify-caller.ts";
import { decodePrincipal } from "../../shared/identity/principal/principal-context.ts";
import type { CustomRoute } from "../../shared/request/types.ts";
import { principalOf } from "../identity/principals.ts";
import { casesOf } from "../random-cases.ts";
import {
  bundleOf,
  given,
  instanceArn,
  instanceId,
  type Lambdas,
  noise,
  proxyEvent,
  type Statement,
  tokenOf,
} from "./lambda-fixture.ts";
import { type ReceivedRequest, recordConnect } from "./recording-connect.ts";

let folder: string;
let path: string;
let connect: { readonly received: ReceivedRequest[]; restore(): void };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "shadow-test-"));
  path = join(folder, "candidate.json");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  connect = recordConnect();
});
afterEach(() => {
  connect.restore();
  vi.restoreAllMocks();
});

const allow = (Action: string, more: Partial<Statement> = {}): Statement => ({
  Effect: "Allow",
  Action,
  Resource: "*",
  ...more,
});
const deny = (Action: string): Statement => ({ Effect: "Deny", Action, Resource: "*" });

/** Both handlers, with a candidate beside their own bundle. */
function beside(
  statements: readonly Statement[],
  candidate: unknown,
  { overrides = {}, variables = {} }: { overrides?: Partial<Configuration>; variables?: object } = {},
) {
  writeFileSync(path, typeof candidate === "string" ? candidate : JSON.stringify(candidate));
  return given(statements, {
    config: overrides,
    environment: {
      AUTHORIZER_SHADOW_BUNDLE: `file:${path}`,
      AUTHORIZER_REFRESH_SECONDS: "0",
      ...variables,
    },
  });
}

const shadowing = { clock: () => 0, waitMs: 20_000 };

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly claims?: Readonly<Record<string, unknown>>;
}

const user: Call = { method: "GET", path: `/users/${instanceId}/u-1` };
const removal: Call = { ...user, method: "DELETE" };
const recording: Call = {
  method: "POST",
  path: "/contact/start-recording",
  body: {
    InstanceId: instanceId,
    ContactId: "c-1",
    InitialContactId: "c-1",
    VoiceRecordingConfiguration: { VoiceRecordingTrack: "ALL" },
  },
};

/** Sends a call through authorizer and proxy, as API Gateway does; the answer as its caller sees it. */
async function send(functions: Lambdas, { method, path: asked, ...facts }: Call) {
  const { context, policyDocument } = await functions.ask(method, asked, facts);
  if (policyDocument.Statement[0]?.Effect === "Deny") return { status: 403, body: context?.["message"] };
  const answer = await functions.proxy(proxyEvent(method, asked, context ?? {}, facts));
  return { status: answer.statusCode, body: answer.body };
}

/** The authorizer refuses a stranger, and with that its candidate is waited for. */
async function loadCandidate(functions: Lambdas) {
  await send(functions, { ...user, claims: { groups: ["strangers"] } });
  functions.differences.length = 0;
}

const agent = `${instanceArn}/agent/u-1`;

const agentRoute = (operation: string): CustomRoute => ({
  method: "GET",
  path: "/agents/{id}",
  operation,
  input: { InstanceId: instanceId, UserId: "{id}" },
});

describe("a difference", () => {
  it("names both versions, both outcomes and the statements behind each", async () => {
    const candidate = bundleOf([allow("connect:*")]);
    const functions = beside([allow("connect:Describe*"), deny("connect:DeleteUser")], candidate);
    expect(await send(functions, removal)).toMatchObject({ status: 403 });
    expect(functions.differences).toEqual([
      {
        type: "shadow",
        schemaVersion: 1,
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        stage: "authorizer",
        requestId: "11111111-2222-3333-4444-555555555555",
        difference: "gains",
        principal: { id: "alice", name: "alice", issuer: "https://issuer.test", groups: ["callers"] },
        policyVersion: functions.bundle.version,
        candidateVersion: candidate.version,
        live: {
          outcome: "deny",
          operation: "DeleteUser",
          action: "connect:DeleteUser",
          resource: agent,
          decision: "explicitDeny",
          layer: "attached",
          statements: [{ policy: "p", index: 1, effect: "Deny", file: "policies/p.json", line: 1 }],
        },
        candidate: {
          outcome: "allow",
          operation: "DeleteUser",
          action: "connect:DeleteUser",
          resource: agent,
          decision: "allowed",
          statements: [{ policy: "p", index: 0, effect: "Allow", file: "policies/p.json", line: 1 }],
        },
      },
    ]);
  });

  const readAll = [allow("connect:Describe*")];
  const otherInstance = { arn: `${instanceArn}2`, id: `${instanceId}2` };
  it.each<
    [
      why: string,
      live: readonly Statement[],
      candidate: readonly Statement[],
      call: Call,
      expected: readonly [stage: string, difference: string] | undefined,
      overrides?: Partial<Configuration>,
    ]
  >([
    ["what both allow is none", readAll, [allow("connect:*")], user, undefined],
    ["what both deny is none, by other statements", readAll, [deny("*")], removal, undefined],
    ["an allowed call that is lost", readAll, [allow("connect:List*")], user, ["proxy", "loses"]],
    [
      "a denied call that is gained, decided by the URL",
      readAll,
      [allow("*")],
      removal,
      ["authorizer", "gains"],
    ],
    [
      "a denied call that is gained, decided by the body",
      [allow("*"), { ...deny("*"), Resource: `${instanceArn}/contact/c-1` }],
      [allow("*")],
      recording,
      ["proxy", "gains"],
    ],
    [
      "a denied call whose body the candidate would have to see",
      readAll,
      [allow("*", { Resource: `${instanceArn}/contact/*` })],
      recording,
      ["authorizer", "undecided"],
    ],
    [
      "an allowed call in an instance that goes out of reach",
      readAll,
      readAll,
      user,
      ["proxy", "loses"],
      { instances: [{ partition: "aws", region: "us-west-2", accountId: "123456789012", ...otherInstance }] },
    ],
    [
      "a caller whose issuer is not trusted any more",
      readAll,
      readAll,
      user,
      ["proxy", "loses"],
      { issuers: [{ issuer: "https://other.test", audience: ["a"], claims: { id: "sub" } }] },
    ],
    [
      "a call that is no other's: a route of its own that becomes another operation",
      [allow("*")],
      [allow("*")],
      { method: "GET", path: "/agents/u-1" },
      ["proxy", "otherOperation"],
      { routes: [agentRoute("DeleteUser")] },
    ],
    [
      "a route that goes away",
      [allow("*")],
      [allow("*")],
      { method: "GET", path: "/agents/u-1" },
      ["proxy", "loses"],
      { routes: [] },
    ],
  ])(
    "is recorded once, where the call was decided: %s",
    async (_why, live, statements, call, expected, overrides) => {
      const own = call.path.startsWith("/agents") ? { routes: [agentRoute("DescribeUser")] } : {};
      const functions = beside(live, bundleOf(statements, { mode: "shadow", ...own, ...overrides }), {
        overrides: own,
      });
      await send(functions, call);
      expect(functions.differences.map(({ stage, difference }) => [stage, difference])).toEqual(
        expected ? [expected] : [],
      );
    },
  );

  it("of dependent actions, bindings and guardrails counts like any other", async () => {
    const guarded = createBundle(
      { ...bundleOf([allow("*")]).config, mode: "shadow", guardrails: ["p"], bindings: [] },
      bundleOf([allow("*")]).policies,
    );
    const functions = beside([allow("*")], guarded);
    await send(functions, user);
    expect(functions.differences).toMatchObject([
      { difference: "loses", candidate: { outcome: "deny", decision: "implicitDeny", statements: [] } },
    ]);
  });

  it("is none while the candidate is the bundle that decides", async () => {
    const functions = beside([allow("connect:*")], bundleOf([allow("connect:*")]));
    await send(functions, user);
    expect(functions.differences).toEqual([]);
  });

  it("is told of the newest candidate, once it is there", async () => {
    const functions = beside([allow("connect:*")], bundleOf([allow("connect:List*")]));
    await send(functions, user);
    const next = bundleOf([deny("*")]);
    writeFileSync(path, JSON.stringify(next));
    await send(functions, user);
    expect(functions.differences.map(({ candidateVersion }) => candidateVersion)[1]).toBe(next.version);
  });

  it("is a JSON line on standard output, unless somebody else listens", async () => {
    const lines: string[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((text) => lines.push(String(text)) > 0);
    writeFileSync(path, JSON.stringify(bundleOf([allow("*")])));
    const packagedBundle = bundleOf([deny("*")]);
    const functions = given([deny("*")]);
    const { context } = await functions.ask("GET", "/");
    const proxy = createProxyHandler(
      { AUTHORIZER_SHADOW_BUNDLE: `file:${path}`, CONNECT_ENDPOINT: "http://127.0.0.1:9" },
      { packagedBundle, onRecord: () => undefined, shadowing },
    );
    await proxy(proxyEvent(user.method, user.path, context ?? {}));
    expect(lines).toHaveLength(1);
    const record = JSON.parse(lines[0] ?? "");
    expect(record).toMatchObject({ type: "shadow", difference: "gains" });
    // Metrics are off here: shared/observe counts, where they are on.
    expect(record).not.toHaveProperty("_aws");
  });
});

describe("what only Connect knows", () => {
  const blue = { StringEquals: { "aws:ResourceTag/Team": "blue" } };

  it("is never asked for by a candidate: what hangs on it is undecided", async () => {
    const functions = beside([allow("*")], bundleOf([allow("*", { Condition: blue })]));
    expect(await send(functions, user)).toMatchObject({ status: 200 });
    expect(connect.received.map(({ path: asked }) => asked)).toEqual([`/users/${instanceId}/u-1`]);
    expect(functions.differences).toMatchObject([
      {
        difference: "undecided",
        candidate: { outcome: "notYetKnown", missingContextKeys: ["aws:ResourceTag/Team"] },
      },
    ]);
  });

  it("serves both when the call was decided with it", async () => {
    const live = [allow("*", { Condition: { Null: { "aws:ResourceTag/Team": "true" } } })];
    const functions = beside(live, bundleOf([allow("*", { Condition: blue })]));
    expect(await send(functions, user)).toMatchObject({ status: 200 });
    expect(connect.received).toHaveLength(2);
    expect(functions.differences).toMatchObject([
      { difference: "loses", candidate: { outcome: "deny", decision: "implicitDeny" } },
    ]);
  });
});

describe("claims that only the candidate consults", () => {
  const byClaim: Partial<Configuration> = {
    bindings: [{ match: { groups: ["callers"], claims: { dept: ["sales"] } }, policies: ["p"] }],
  };

  it("travel to the proxy while there is one, and decide there", async () => {
    const functions = beside([allow("*")], bundleOf([allow("*")], byClaim));
    await loadCandidate(functions);
    await send(functions, { ...user, claims: { dept: "sales" } });
    await send(functions, { ...user, claims: { dept: "it" } });
    expect(functions.differences).toMatchObject([{ stage: "proxy", difference: "loses" }]);
    expect(functions.records.at(-1)).toMatchObject({ outcome: "allow" });
  });

  it("that did not travel leave the candidate undecided, not refusing", async () => {
    const without = given([allow("*")]);
    const { context } = await without.ask("GET", user.path);
    const functions = beside([allow("*")], bundleOf([allow("*")], byClaim));
    await functions.proxy(proxyEvent("GET", user.path, context ?? {}));
    expect(functions.differences).toMatchObject([
      { difference: "undecided", candidate: { outcome: "notYetKnown", reason: "claimsNotCarried" } },
    ]);
  });

  it("stay behind when API Gateway would not carry them", () => {
    const principal = (dept: string) =>
      principalOf({ claims: { dept }, opaqueClaims: [], carriedClaims: ["dept"] });
    const facts = {
      methodArn: "arn:aws:execute-api:us-west-2:123456789012:api/prod/GET/users/i/u",
      isSimple: false,
      scope: "route",
      consultedClaims: new Set<string>(),
      refusal: undefined,
    } as const;
    const carriedBy = (dept: string, refusal?: string) => {
      const result = authorizerResult({ ...facts, principal: principal(dept), refusal });
      return decodePrincipal(result.context?.["principal"], 0).carriedClaims;
    };
    expect(carriedBy(noise(2_000))).toEqual(["dept"]);
    expect(carriedBy(noise(9_000))).toEqual([]);
    expect(carriedBy(noise(2_000), "no")).toEqual([]);
  });

  it("are all there where the proxy verifies tokens itself", async () => {
    writeFileSync(path, JSON.stringify(bundleOf([allow("*")], byClaim)));
    const { proxy, differences } = given([allow("*")], {
      environment: { AUTHORIZER_SHADOW_BUNDLE: `file:${path}` },
      verifyCaller: createCallerVerifier(),
    });
    const event = (claims: object) => proxyEvent("GET", user.path, {}, { token: tokenOf({ ...claims }) });
    await proxy(event({ dept: "it" }));
    await proxy(event({ dept: "it" }));
    await proxy(event({ dept: "sales" }));
    expect(differences.map(({ difference }) => difference).slice(1)).toEqual(["loses"]);
  });
});

const calls: readonly Call[] = [
  user,
  removal,
  recording,
  { method: "GET", path: "/no/such/route/at-all" },
  { method: "GET", path: "/users/another-instance/u-1" },
  { method: "GET", path: `/users/${instanceId}/u%2F1` },
  { ...recording, body: { InstanceId: 7 } },
  { ...user, claims: { groups: ["strangers"] } },
];

/** Answers and decision records of some calls. */
async function outcomeOf(functions: Lambdas) {
  const answers: unknown[] = [];
  for (const call of calls) answers.push(await send(functions, call));
  const records = functions.records.map(({ time: _time, ...record }) => record);
  return { answers, records, received: connect.received.splice(0) };
}

const action = fc.constantFrom("*", "connect:*", "connect:DescribeUser", "connect:D*", "connect:Start*");
const statement = fc.record(
  {
    Effect: fc.constantFrom("Allow" as const, "Deny" as const),
    Action: action,
    Resource: fc.constantFrom("*", `${instanceArn}/agent/*`, `${instanceArn}/contact/c-1`, instanceArn),
    Condition: fc.constantFrom(
      { StringEquals: { "aws:ResourceTag/Team": "blue" } },
      { StringLike: { "jwt:dept": "s*" } },
      { Null: { "aws:username": "false" } },
    ),
  },
  { requiredKeys: ["Effect", "Action", "Resource"] },
);
const statements = fc.array(statement, { minLength: 1, maxLength: 4 });
const overrides = fc.constantFrom<Partial<Configuration>>(
  {},
  { mode: "shadow" },
  { bindings: [] },
  { guardrails: ["p"] },
  { tokenHeader: "x-connect-token" },
  { issuers: [] },
  { dependentActions: "ignored" },
);
const broken = fc.constantFrom<unknown>(
  "",
  "{",
  "[]",
  "null",
  { ...bundleOf([allow("*")]), version: "0".repeat(64) },
  { ...bundleOf([allow("*")]), policies: [] },
  { ...bundleOf([allow("*")]), schemaVersion: 2 },
);

/** What became of a call: its last record tells. */
async function endOf(functions: Lambdas, call: Call) {
  functions.records.length = 0;
  await send(functions, call);
  const { stage, outcome, reason, operation } = functions.records.at(-1) ?? {};
  return { stage, outcome, operation, reason: outcome === "error" ? reason : undefined };
}

it("what is recorded is what would have happened, had the candidate decided", async () => {
  const withoutLookUps = statements.map((list) =>
    list.map(({ Condition, ...rest }) =>
      Condition && "StringEquals" in Condition ? rest : { ...rest, ...(Condition ? { Condition } : {}) },
    ),
  );
  const deciding = fc.constantFrom<Partial<Configuration>>({}, { bindings: [] }, { guardrails: ["p"] });
  const seen = new Set<string>();
  const property = fc.asyncProperty(withoutLookUps, withoutLookUps, deciding, async (live, next, change) => {
    const functions = beside(live, bundleOf(next, change));
    await loadCandidate(functions);
    const instead = given(next, { config: change });
    for (const [index, call] of calls.entries()) {
      functions.differences.length = 0;
      const asked = { ...call, claims: { dept: index % 2 === 0 ? "sales" : "it", ...call.claims } };
      const own = await endOf(functions, asked);
      const would = await endOf(instead, asked);
      const recorded = functions.differences.map(({ difference }) => difference);
      const [was, is] = [own.outcome === "allow", would.outcome === "allow"];
      // A call that no bundle serves is refused with another answer where a Deny stands before it; that is none here.
      const isOther =
        own.stage === would.stage && (own.outcome !== would.outcome || own.reason !== would.reason);
      const expected = was === is ? (isOther ? ["otherRefusal"] : []) : [is ? "gains" : "loses"];
      // Before the body is seen, the authorizer can tell no more than that the proxy would be asked.
      const isOpen = own.stage === "authorizer" && would.stage === "proxy" && recorded[0] === "undecided";
      expect([asked, isOpen ? ["undecided"] : recorded]).toEqual([asked, isOpen ? ["undecided"] : expected]);
      seen.add(String(recorded[0]));
    }
  });
  await fc.assert(property, { seed: 11, numRuns: casesOf(150) });
  expect([...seen].sort()).toEqual(["gains", "loses", "undecided", "undefined"]);
});

describe("answers, decision records and what Connect receives", () => {
  it("are the same whatever the candidate is, also a broken one", async () => {
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const any = fc.oneof(
      { weight: 3, arbitrary: fc.tuple(statements, overrides).map(([own, change]) => bundleOf(own, change)) },
      { weight: 1, arbitrary: broken },
    );
    const property = fc.asyncProperty(statements, any, async (live, candidate) => {
      const expected = await outcomeOf(given(live));
      expect(await outcomeOf(beside(live, candidate))).toEqual(expected);
    });
    await fc.assert(property, { seed: 7, numRuns: casesOf(60) });
  });

  it.each([
    ["a file that is not there", { AUTHORIZER_SHADOW_BUNDLE: "file:/no/such/candidate.json" }],
    ["no location at all", { AUTHORIZER_SHADOW_BUNDLE: "candidate.json" }],
    [
      "a bucket behind a closed port",
      {
        AUTHORIZER_SHADOW_BUNDLE: "s3://my-bucket/candidate.json",
        AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9",
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "a",
        AWS_SECRET_ACCESS_KEY: "b",
      },
    ],
  ])("are the same with %s, and that is told as a problem of its own", async (_why, variables) => {
    const lines: string[] = [];
    vi.spyOn(process.stderr, "write").mockImplementation((text) => lines.push(String(text)) > 0);
    const expected = await outcomeOf(given([allow("connect:Describe*")]));
    const functions = beside([allow("connect:Describe*")], "", { variables });
    expect(await outcomeOf(functions)).toEqual(expected);
    expect(functions.differences).toEqual([]);
    await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0));
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ type: "shadowBundleProblem", level: "WARN" });
  });
});

describe("a bundle in shadow mode where one must decide", () => {
  it("denies every call, and says why in the record", async () => {
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const functions = given([allow("*")], { config: { mode: "shadow" } });
    for (const call of [user, removal]) expect(await send(functions, call)).toMatchObject({ status: 403 });
    expect(functions.records[0]).toMatchObject({
      outcome: "error",
      reason: "bundleUnavailable",
      message: expect.stringContaining("mode: shadow"),
    });
    const { context } = await given([allow("*")]).ask("GET", user.path);
    expect(await functions.proxy(proxyEvent("GET", user.path, context ?? {}))).toMatchObject({
      statusCode: 403,
    });
    expect(connect.received).toEqual([]);
  });
});

it("records hold nothing of tokens, claims, inputs or outputs", async () => {
  const secret = "s3cr3t";
  const statements = [allow("*", { Condition: { StringEquals: { "jwt:dept": secret } } })];
  const functions = beside([allow("*")], bundleOf(statements));
  const claims = { dept: `${secret}x`, phone: secret };
  const body = { ...recording.body, VoiceRecordingConfiguration: { VoiceRecordingTrack: secret } };
  for (const call of [
    user,
    { ...recording, body },
    { method: "GET", path: `/users/${instanceId}/${secret}%00` },
    { method: "GET", path: `/users/${secret}/u-1` },
  ])
    await send(functions, { ...call, claims });
  expect(functions.differences.length).toBeGreaterThan(1);
  const text = JSON.stringify(functions.differences);
  expect(text).not.toContain(secret);
  expect(text).not.toContain(tokenOf().split(".")[0] ?? "");
});

it("docs/how-to/shadow.md queries what records hold", async () => {
  const functions = beside([allow("*")], bundleOf([deny("*")]));
  await send(functions, user);
  const [record] = functions.differences;
  const page = readFileSync(resolve(import.meta.dirname, "../../docs/how-to/shadow.md"), "utf8");
  const queries = [...page.matchAll(/^```\n(filter .*?)^```$/gms)].map(([, query = ""]) => query);
  const fields = queries.flatMap((query) =>
    [...query.matchAll(/(?<!as )\b(type|difference|requestId|(?:candidate|live|principal)[\w.]*)/g)].map(
      ([, field = ""]) => field,
    ),
  );
  expect(fields).toContain("candidate.statements.0.policy");
  const valueAt = (field: string) =>
    field.split(".").reduce<unknown>((value, key) => Object(value)[key], record);
  expect(fields.filter((field) => valueAt(field) === undefined)).toEqual([]);
});
