// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
/**
 * The cost of one call is bounded: by counts of what is done for it, never by a clock.
 */

import type { NormalizedSchema } from "@smithy/core/schema";
import { describe, expect, it } from "vitest";
import { createBundle, openBundle } from "../shared/bundle/bundle.ts";
import { findOperation, operations } from "../shared/catalog/catalog.ts";
import { type Caller, decideCall } from "../shared/decide/authorize.ts";
import { decideWithFacts } from "../shared/decide/with-facts.ts";
import { CodedError, InputError } from "../shared/errors.ts";
import { compilePolicies } from "../shared/policy/evaluate/compile.ts";
import { evaluatePolicies } from "../shared/policy/evaluate/evaluate.ts";
import { evaluateLayers } from "../shared/policy/evaluate/layers.ts";
import type { RequestContext } from "../shared/policy/model/context.ts";
import type { PolicyDocument } from "../shared/policy/model/document.ts";
import { UNKNOWN } from "../shared/policy/model/unknown.ts";
import { type CanonicalCall, createCanonicalCall } from "../shared/request/canonical/canonical-call.ts";
import { parseJson } from "../shared/request/decode/body.ts";
import { decodeValue } from "../shared/request/decode/from-json.ts";
import { findOperationSchema } from "../shared/request/decode/schemas.ts";
import type { OperationInput } from "../shared/request/types.ts";
import { parsePolicy } from "../tools/authoring/policy/parse.ts";
import { configuration } from "./bundle/bundle-fixture.ts";
import { httpCallOf } from "./functions/wire-request.ts";
import { principalOf } from "./identity/principals.ts";

const instanceId = configuration.instances[0]?.id ?? "";

function documentOf(statements: readonly object[]): PolicyDocument {
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const parsed = parsePolicy(text, { name: "p", file: "policies/p.json" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.document;
}

function callerWith(statements: readonly object[]): Caller {
  return {
    bundle: openBundle(createBundle(configuration, [documentOf(statements)])),
    principal: principalOf({
      id: "id-1",
      name: "alice",
      groups: ["g"],
      tags: { a: "x1" },
      claims: { scope: ["read", "write"] },
    }),
    call: httpCallOf({ method: "PUT", path: `/users/${instanceId}`, query: {}, headers: {}, body: "" }),
  };
}

function profileIds(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `sp-${index}`);
}

/** A CreateUser with nearly as many security profiles and tags as are accepted. */
function largestUser(tags: Readonly<Record<string, string>>, profiles = 900): OperationInput {
  return {
    InstanceId: instanceId,
    Username: "u",
    PhoneConfig: { PhoneType: "SOFT_PHONE" },
    RoutingProfileId: "rp",
    SecurityProfileIds: profileIds(profiles),
    Tags: tags,
  };
}

/** A caller whose policy asks for a tag of each resource. */
const byTag = callerWith([
  { Effect: "Allow", Action: "*", Resource: "*" },
  {
    Effect: "Deny",
    Action: "*",
    Resource: "*",
    Condition: { StringNotEquals: { "aws:ResourceTag/team": "blue" } },
  },
]);

/** A call about a user and so many security profiles. */
function userWith(profiles: number): CanonicalCall {
  const row = findOperation("UpdateUserSecurityProfiles");
  if (!row) throw new Error("no row");
  const input = { InstanceId: instanceId, UserId: "u", SecurityProfileIds: profileIds(profiles) };
  return createCanonicalCall({ row }, input, configuration.instances);
}

function decide(caller: Caller, operation: string, input: OperationInput) {
  const row = findOperation(operation);
  if (!row) throw new Error(operation);
  return decideCall(caller, createCanonicalCall({ row }, input, configuration.instances));
}

/** Entries of the members that decision 73 names. */
const documented = new Map([
  ["Attributes", 8_192],
  ["Tags", 200],
]);

describe("the cost of one call is bounded", () => {
  it("reads the request's keys once a call, however many questions and statements ask for them", () => {
    let walks = 0;
    const tags = new Proxy(Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`k${n}`, "v"])), {
      ownKeys: (target) => {
        walks++;
        return Reflect.ownKeys(target);
      },
    });
    const statements = Array.from({ length: 40 }, (_, n) => ({
      Effect: n === 0 ? "Allow" : "Deny",
      Action: "connect:*",
      Resource: "*",
      Condition:
        n === 0
          ? {}
          : {
              StringLike: { [`aws:RequestTag/k${n}`]: "other*" },
              "ForAnyValue:StringEquals": { "aws:TagKeys": [`no-${n}`] },
            },
    }));
    expect(decide(callerWith(statements), "CreateUser", largestUser(tags)).decision).toBe("allowed");
    // The tags by key, the keys of each of the two actions, whether there are any.
    expect(walks).toBeLessThan(8);
  });

  it("visits the elements of a list once or twice, however many kinds of resources they may name", () => {
    let visits = 0;
    const watched = <Value>(values: readonly Value[]) =>
      new Proxy(values, {
        get(target, name, receiver) {
          if (typeof name === "string" && /^[0-9]+$/.test(name)) visits++;
          return Reflect.get(target, name, receiver);
        },
      });
    const filters = Array.from({ length: 50 }, () => ({
      FilterKey: "FEATURE",
      FilterValues: watched(Array.from({ length: 100 }, (_, n) => `value-${n}`)),
    }));
    const input = {
      ResourceArn: configuration.instances[0]?.arn ?? "",
      StartTime: new Date(0),
      EndTime: new Date(1),
      Filters: [{ FilterKey: "QUEUE", FilterValues: ["q"] }, ...filters],
      Metrics: [{ Name: "CONTACTS_HANDLED" }],
    };
    const allow = callerWith([{ Effect: "Allow", Action: "*", Resource: "*" }]);
    expect(decide(allow, "GetMetricDataV2", input).decision).toBe("allowed");
    expect(visits).toBeGreaterThan(0);
    expect(visits).toBeLessThanOrEqual(2 * 50 * 100);
  });

  it("of a list or a map of any operation takes no more elements than documented, and names the member and the limit", () => {
    const checked = new Set<string>();
    for (const [path, schema] of inputContainers()) {
      const most = documented.get(path.slice(path.lastIndexOf(".") + 1)) ?? 1_000;
      const what = schema.isListSchema() ? "elements" : "entries";
      const given = (length: number) =>
        schema.isListSchema()
          ? Array.from({ length }, () => null)
          : Object.fromEntries(Array.from({ length }, (_, index) => [`k${index}`, null]));
      const tooMany = new InputError(path, `must not have more than ${most} ${what}`);
      expect(() => decodeValue(schema, given(most + 1), path)).toThrow(tooMany);
      // As many as that are looked at one by one.
      expect(() => decodeValue(schema, given(most), path)).toThrow(/\[0\]|\.k0/);
      checked.add(path);
    }
    expect(checked).toContain("CreateUser.SecurityProfileIds");
    expect(checked).toContain("CreateUser.Tags");
    expect(checked).toContain("GetMetricDataV2.Filters[].FilterValues");
    expect(checked.size).toBeGreaterThan(300);
  });

  it("of a body reads no more values than documented, before any of them is built", () => {
    const most = 50_000;
    expect(parseJson(`[${"0,".repeat(most - 1)}0]`)).toHaveLength(most);
    for (const text of [`[${"0,".repeat(most)}0]`, `${'{"a":['.repeat(30)}${"[],".repeat(most)}`]) {
      expect(() => parseJson(text)).toThrow(new InputError("", "the body holds more than 50000 values"));
    }
    const long = JSON.stringify({ Content: "[,{\\".repeat(most) });
    expect(parseJson(long)).toEqual({ Content: "[,{\\".repeat(most) });
  });

  it("asks of no more resources than documented, and names the first that is too many", () => {
    const everything = callerWith([{ Effect: "Allow", Action: "*", Resource: "*" }]);
    const create = (count: number) => decide(everything, "CreateUser", largestUser({}, count));
    // The routing profile is one of them; the user that is made has no name yet.
    expect(create(1_000)).toMatchObject({ decision: "allowed", asks: { length: 1_002 } });
    const both = { ...largestUser({}, 1_000), HierarchyGroupId: "h" };
    expect(decide(everything, "CreateUser", both).decision).toBe("allowed");
    expect(() => create(1_024)).toThrow(
      new InputError("SecurityProfileIds[1023]", "is beyond the 1024 resources that one call can name"),
    );
  });

  it("evaluates a condition on what the caller sends once for all questions, and gives each the answer it has alone", () => {
    const own = ["StringLike", "StringNotLike"].flatMap((operator) => [
      { [operator]: { "aws:RequestTag/a": "x*" } },
      { [operator]: { "aws:RequestTag/a": "${aws:RequestTag/b}*" } },
      { [operator]: { "aws:RequestTag/a": "${aws:ResourceTag/c}*" } },
      { [`ForAllValues:${operator}`]: { "aws:TagKeys": ["a", "${aws:username}"] } },
      { [operator]: { "aws:ResourceTag/a": "x*" } },
      { [operator]: { "aws:PrincipalTag/a": "x*" } },
      { [`ForAnyValue:${operator}`]: { "jwt:scope": ["r*", "${aws:ResourceTag/c}"] } },
      { [operator]: { "jwt:absent": "*" } },
    ]);
    const statements = own.map((Condition) => ({ Effect: "Allow", Action: "*", Resource: "*", Condition }));
    for (const statement of statements) {
      const caller = callerWith([statement]);
      const layers = caller.bundle.layersFor(caller.principal);
      if (!layers) throw new Error("no policies");
      const { asks } = decide(caller, "CreateUser", { ...largestUser({ a: "x1", b: "x" }, 5) });
      expect(asks.length).toBeGreaterThan(6);
      for (const { ask, evaluation, context } of asks) {
        const alone = { get: (key: string) => context.get(key) };
        const { action, resource = UNKNOWN } = ask;
        expect(evaluateLayers(layers, { action, resource, context: alone }).decision).toBe(
          evaluation.decision,
        );
      }
    }
    const gets: string[] = [];
    const context: RequestContext = {
      get(key) {
        gets.push(key);
        return key === "aws:requesttag/a" ? "y" : "r";
      },
      shared: { has: (key) => key === "aws:requesttag/a", truths: new Map() },
    };
    const set = compilePolicies([documentOf(statements.slice(0, 3))]);
    for (const resource of ["*", "arn:aws:connect:::x", "*"])
      evaluatePolicies(set, { action: "connect:X", resource, context });
    // The first condition and its key once; those with a variable of each question's own for each of the three.
    expect(gets.filter((key) => key === "aws:requesttag/a")).toHaveLength(1 + 3 + 3);
  });

  it("compares no longer values of a key than documented", () => {
    const caller = callerWith([
      {
        Effect: "Allow",
        Action: "*",
        Resource: "*",
        Condition: {
          StringLike: { "aws:RequestTag/a": "*" },
          "ForAllValues:StringLike": { "aws:TagKeys": "*" },
        },
      },
    ]);
    const create = (tags: Record<string, string>) =>
      decide(caller, "CreateUser", largestUser(tags, 1)).decision;
    expect(create({ a: "x".repeat(8_192) })).toBe("allowed");
    const limits = "is longer than a policy compares: 8192 characters a value, 32768 in all";
    expect(() => create({ a: "x".repeat(8_193) })).toThrow(new InputError("aws:requesttag/a", limits));
    const keys = Array.from({ length: 5 }, (_, index) => `${index}`.repeat(8_000));
    const many = { a: "x", ...Object.fromEntries(keys.map((key) => [key, "x"])) };
    expect(() => create(many)).toThrow(new InputError("aws:tagkeys", limits));
    // What no policy asks for costs nothing.
    expect(create({ a: "x", b: "x".repeat(100_000) })).toBe("allowed");
  });

  it("ends with the first explicit deny", () => {
    const deny = {
      Effect: "Deny",
      Action: "*",
      Resource: "arn:aws:connect:*:*:instance/*/security-profile/sp-2",
    };
    const caller = callerWith([{ Effect: "Allow", Action: "*", Resource: "*" }, deny]);
    const { decision, decisive, asks } = decide(caller, "CreateUser", largestUser({}));
    expect(decision).toBe("explicitDeny");
    expect(asks.at(-1)).toBe(decisive);
    expect(decisive.ask.source).toBe("SecurityProfileIds[2]");
  });

  it("looks up a few resources at a time, and begins no look-up after one has failed", async () => {
    const run = async (failsAt: number) => {
      const begun: string[] = [];
      let running = 0;
      let most = 0;
      const result = await decideWithFacts(byTag, userWith(28), async (resource) => {
        const at = begun.push(resource);
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running--;
        if (at === failsAt) throw new CodedError("upstreamUnavailable", "no");
        return new Map([["aws:resourcetag/team", "blue"]]);
      });
      return { ...result, begun, most };
    };
    const whole = await run(0);
    expect(whole.decision.decision).toBe("allowed");
    expect(whole.begun).toHaveLength(29);
    expect(new Set(whole.begun).size).toBe(29);
    expect(whole.most).toBe(4);
    const failed = await run(6);
    expect(failed.decision.decision).toBe("unknown");
    expect(failed.failure).toBeDefined();
    // The four that were under way when the sixth failed, and no more.
    expect(failed.begun.length).toBeLessThanOrEqual(9);
  });

  it("looks up no more resources than documented, and names the first that is too many", async () => {
    let lookUps = 0;
    const lookUp = async () => {
      lookUps++;
      return new Map([["aws:resourcetag/team", "blue"]]);
    };
    expect((await decideWithFacts(byTag, userWith(31), lookUp)).decision.decision).toBe("allowed");
    expect(lookUps).toBe(32);
    await expect(decideWithFacts(byTag, userWith(33), lookUp)).rejects.toThrow(
      new InputError(
        "SecurityProfileIds[32]",
        "is beyond the 32 resources that policies may have looked up for one call; name fewer in one call",
      ),
    );
    expect(lookUps).toBe(32);
  });
});

/** Every list and map of every operation's input, by its path; each structure once an operation. */
function* inputContainers(): Generator<readonly [path: string, schema: NormalizedSchema]> {
  for (const { name } of operations()) {
    const schema = findOperationSchema(name);
    if (schema) yield* containersIn(schema.input, name, new Set());
  }
}

function* containersIn(
  schema: NormalizedSchema,
  path: string,
  seen: Set<unknown>,
): Generator<readonly [path: string, schema: NormalizedSchema]> {
  if (schema.isStructSchema()) {
    if (seen.has(schema.getSchema())) return;
    seen.add(schema.getSchema());
    for (const [member, inner] of schema.structIterator())
      yield* containersIn(inner, `${path}.${member}`, seen);
  } else if (schema.isListSchema() || schema.isMapSchema()) {
    yield [path, schema];
    yield* containersIn(schema.getValueSchema(), `${path}[]`, seen);
  }
}
