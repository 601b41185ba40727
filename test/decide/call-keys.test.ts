/**
 * The condition keys of a whole call: each of the reference's keys on each action that carries it, and the global ones.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createBundle, openBundle } from "../../shared/bundle/bundle.ts";
import { findOperation } from "../../shared/catalog/catalog.ts";
import type { OperationRow } from "../../shared/catalog/types.ts";
import { type Caller, decideCall, decideRoute, type KnownFacts } from "../../shared/decide/authorize.ts";
import { UNKNOWN } from "../../shared/policy/model/unknown.ts";
import { createCanonicalCall } from "../../shared/request/canonical/canonical-call.ts";
import { decodeInput } from "../../shared/request/decode/decode.ts";
import { findOperationSchema } from "../../shared/request/decode/schemas.ts";
import { matchRoute } from "../../shared/request/route/encoded-route.ts";
import type { HttpCall } from "../../shared/request/types.ts";
import { parsePolicy } from "../../tools/authoring/policy/parse.ts";
import { configuration } from "../bundle/bundle-fixture.ts";
import { served } from "../bypass/attempts.ts";
import { place, withEveryFilter } from "../catalog/synthetic-input.ts";
import { makeWireInput } from "../catalog/wire-input.ts";
import { httpCallOf, restRequest, rpcRequest } from "../functions/wire-request.ts";
import { principalOf } from "../identity/principals.ts";

const moment = Date.UTC(2026, 5, 15, 12);
beforeAll(() => {
  vi.useFakeTimers({ now: moment, toFake: ["Date"] });
});
afterAll(() => {
  vi.useRealTimers();
});

const who = principalOf({
  id: "id-1",
  name: "alice",
  groups: ["g"],
  tags: { Team: "blue" },
  claims: { scope: ["read", "write"], Department: "sales" },
});

function callerWith(call: HttpCall, condition: object = {}): Caller {
  const statement = { Effect: "Allow", Action: "connect:*", Resource: "*", Condition: condition };
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statement });
  const parsed = parsePolicy(text, { name: "p", file: "policies/p.json" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return { bundle: openBundle(createBundle(configuration, [parsed.document])), principal: who, call };
}

/** What Connect would tell of any resource. */
const facts: KnownFacts = new (class extends Map<string, ReadonlyMap<string, string>> {
  override get(): ReadonlyMap<string, string> {
    const keys = [
      "aws:resourcetag/team",
      "connect:channel",
      "connect:userarn",
      "connect:contactassociationid",
      "connect:hierarchygroupl3id",
    ];
    return new Map([...keys, "connect:flowtype"].map((key) => [key, "1"]));
  }
})();

function decideWhole(row: OperationRow, caller: Caller) {
  const schema = findOperationSchema(row.name);
  const routed = matchRoute(caller.call.method, caller.call.rawPath);
  if (!schema || !routed) throw new Error(row.name);
  return decideCall(
    caller,
    createCanonicalCall({ row }, decodeInput(caller.call, routed, schema), configuration.instances),
    facts,
  );
}

/**
 * Keys that are not known of a call although every member is given and everything is looked up: no page of AWS's says
 * where their values come from (docs/decisions/0004).
 */
const notComputed = [
  "AssociateContactWithUser connect:PreferredUserArn",
  "BatchCreateDataTableValue connect:ExpressionValue",
  "BatchUpdateDataTableValue connect:ExpressionValue",
  "SearchContactFlows connect:FlowType",
  "SearchContacts connect:PreferredUserArn",
  "StartAttachedFileUpload connect:UserArn",
  // Known when the request has the segment attribute of this name.
  "StartTaskContact connect:AssignmentType",
];

describe("the keys that an action carries", () => {
  it("are known of every operation's whole call, but for those that are listed with their reason", () => {
    const unknown: string[] = [];
    for (const { row, operation } of served) {
      const input = withEveryFilter(row, makeWireInput(operation));
      const { asks } = decideWhole(row, callerWith(httpCallOf(rpcRequest(row, input))));
      for (const key of row.conditionKeys) {
        // Contacts' tags do not authorize (docs/decisions/0070).
        if (key.startsWith("aws:ResourceTag/") && asks[0]?.ask.type === "contact") continue;
        const value = asks[0]?.context.get(key.replace(/\$\{.*\}/, "team").toLowerCase());
        if (value === UNKNOWN) unknown.push(`${row.name} ${key}`);
      }
    }
    expect(unknown).toEqual(notComputed);
  });

  it("count as missing on an action that does not carry them", () => {
    const row = findOperation("ListQueues");
    if (!row) throw new Error("no row");
    const call = httpCallOf(rpcRequest(row, { InstanceId: place.id }));
    const { context } = decideWhole(row, callerWith(call)).asks[0] ?? {};
    expect(context?.get("connect:channel")).toBeUndefined();
    expect(context?.get("aws:requesttag/team")).toBeUndefined();
  });
});

describe("connect:InstanceId", () => {
  it("has a value in every question of every call that names an instance, whatever the reference lists", () => {
    const wrong: unknown[] = [];
    let notListed = 0;
    for (const { row, operation } of served) {
      const input = withEveryFilter(row, makeWireInput(operation));
      const names = JSON.stringify(input).includes(place.id);
      const { asks } = decideWhole(row, callerWith(httpCallOf(rpcRequest(row, input))));
      if (names && !row.conditionKeys.includes("connect:InstanceId")) notListed++;
      for (const { ask, context } of asks) {
        const value = context.get("connect:instanceid");
        if (value !== (names ? place.id : undefined)) wrong.push([row.name, ask.source, value]);
      }
    }
    expect(wrong).toEqual([]);
    expect(notListed).toBeGreaterThan(20);
  });
});

describe("a level of the hierarchy", () => {
  it.each(["connect:HierarchyGroupL3Id", "connect:HierarchyGroupL3Id/hierarchyGroupId"])(
    "%s is the user's in every question of a call about one, and missing where there is no user",
    (key) => {
      const wrong: unknown[] = [];
      let users = 0;
      for (const { row, operation } of served) {
        const input = withEveryFilter(row, makeWireInput(operation));
        const { asks } = decideWhole(row, callerWith(httpCallOf(rpcRequest(row, input))));
        const owner = asks.find(({ ask }) => ask.type === "user" && ask.sort === "required");
        for (const { ask, context } of asks) {
          const user = ask.type === "user" ? ask : owner?.ask;
          const value = context.get(key.toLowerCase());
          const right = user && (user.resource?.endsWith("*") ? UNKNOWN : "1");
          if (user) users++;
          if (value !== right) wrong.push([row.name, ask.source, value]);
        }
      }
      expect(wrong).toEqual([]);
      expect(users).toBeGreaterThan(40);
    },
  );

  it("is not known under a name that nobody documents", () => {
    const row = findOperation("DescribeUser");
    if (!row) throw new Error("no row");
    const call = httpCallOf(rpcRequest(row, { InstanceId: place.id, UserId: "u-1" }));
    const { context } = decideWhole(row, callerWith(call)).asks[0] ?? {};
    for (const key of [
      "connect:hierarchygroupl6id",
      "connect:hierarchygroupl1id/g-1",
      "connect:hierarchygroupid",
    ])
      expect([key, context?.get(key)]).toEqual([key, UNKNOWN]);
  });
});

describe("a tag", () => {
  it("of a resource asked about is looked up, whatever the reference lists; a contact's is not known", () => {
    const wrong: unknown[] = [];
    let notListed = 0;
    for (const { row, operation } of served) {
      const input = withEveryFilter(row, makeWireInput(operation));
      const { asks } = decideWhole(row, callerWith(httpCallOf(rpcRequest(row, input))));
      for (const { ask, context } of asks) {
        if (ask.resource === undefined || ask.resource.endsWith("*")) continue;
        const isListed = row.conditionKeys.some((key) => key.startsWith("aws:ResourceTag/"));
        if (!isListed) notListed++;
        const value = context.get("aws:resourcetag/team");
        const isOfAws = ask.resource.split(":")[4] === "aws";
        const right = ask.type === "contact" ? UNKNOWN : isOfAws ? undefined : "1";
        if (value !== right) wrong.push([row.name, ask.resource, value]);
      }
    }
    expect(wrong).toEqual([]);
    expect(notListed).toBeGreaterThan(100);
  });

  it.each([
    [{ Tags: { Team: "a" } }, UNKNOWN],
    [{ Tags: { other: "a" } }, undefined],
    [{}, undefined],
  ])("of a resource that a call makes with %j is not known only if the call sets it", (tags, value) => {
    const row = findOperation("CreateUser");
    if (!row) throw new Error("no row");
    const input = {
      InstanceId: place.id,
      Username: "jane",
      PhoneConfig: { PhoneType: "SOFT_PHONE" },
      SecurityProfileIds: ["sp-1"],
      RoutingProfileId: "rp-1",
      ...tags,
    };
    const { asks } = decideWhole(row, callerWith(httpCallOf(rpcRequest(row, input))));
    const made = asks.find(({ ask }) => ask.resource?.endsWith("agent/*"));
    expect(made?.context.get("aws:resourcetag/team")).toBe(value);
  });

  it("of a request is read wherever a request sets tags, whatever the reference lists", () => {
    const wrong: unknown[] = [];
    for (const { row, operation } of served) {
      const name = row.members.find((member) => /^tags$/i.test(member.name))?.name;
      const input = {
        ...withEveryFilter(row, makeWireInput(operation)),
        ...(name ? { [name]: { team: "a" } } : {}),
      };
      const { asks } = decideWhole(row, callerWith(httpCallOf(rpcRequest(row, input))));
      for (const { context } of asks) {
        const value = context.get("aws:requesttag/team");
        if (value !== (name ? "a" : undefined)) wrong.push([row.name, value]);
      }
    }
    expect(wrong).toEqual([]);
  });
});

const row = findOperation("DescribeUser");
if (!row) throw new Error("no row");
const described = restRequest(row, { InstanceId: place.id, UserId: "u-1" });
const call = httpCallOf({ ...described, headers: { "User-Agent": "curl/8.5" } }, { sourceIp: "192.0.2.7" });

function both(condition: object): string {
  const caller = callerWith(call, condition);
  const routed = matchRoute(call.method, call.rawPath);
  if (!routed || !row) throw new Error("no route");
  return `${decideRoute(caller, routed).decision}, ${decideWhole(row, caller).decision}`;
}

const known = { yes: "allowed, allowed", no: "implicitDeny, implicitDeny" };
/** Not in API Gateway's cache key: the authorizer must not depend on them. */
const proxyOnly = { yes: "unknown, allowed", no: "unknown, implicitDeny" };

describe("a global key", () => {
  it.each<[key: string, operator: string, right: unknown, wrong: unknown, { yes: string; no: string }]>([
    ["aws:SourceIp", "IpAddress", "192.0.2.0/24", "198.51.100.0/24", proxyOnly],
    ["aws:CurrentTime", "DateEquals", "2026-06-15T12:00:00Z", "2026-06-15T12:00:01Z", proxyOnly],
    ["aws:CurrentTime", "DateLessThan", "2026-06-15T12:00:01Z", "2026-06-15T12:00:00Z", proxyOnly],
    ["aws:EpochTime", "NumericEquals", String(moment / 1000), String(moment), proxyOnly],
    ["aws:EpochTime", "DateGreaterThan", "2026-06-15T11:59:59Z", "2026-06-15T12:00:00Z", proxyOnly],
    ["aws:UserAgent", "StringLike", "curl/*", "wget/*", proxyOnly],
    ["aws:SecureTransport", "Bool", "true", "false", known],
    ["aws:RequestedRegion", "StringEquals", "us-east-1", "us-west-2", known],
    ["aws:userid", "StringEquals", "id-1", "ID-1", known],
    ["aws:username", "StringEquals", "alice", "bob", known],
    ["AWS:PrincipalTag/team", "StringEquals", "blue", "red", known],
    ["jwt:department", "StringEquals", "sales", "support", known],
    ["jwt:scope", "ForAnyValue:StringEquals", "write", "delete", known],
    ["jwt:scope", "ForAllValues:StringEquals", ["read", "write"], ["read"], known],
  ])(
    "%s with %s decides by its value, in the functions that know it",
    (key, operator, right, wrong, { yes, no }) => {
      expect(both({ [operator]: { [key]: right } })).toBe(yes);
      expect(both({ [operator]: { [key]: wrong } })).toBe(no);
    },
  );

  it.each([
    ["aws:SourceIp", "unknown", "unknown"],
    ["aws:UserAgent", "unknown", "unknown"],
    ["aws:referer", "unknown", "allowed"],
  ])("%s that the event does not tell is missing only where AWS may have none either", (key, early, late) => {
    const bare = httpCallOf(described);
    const routed = matchRoute(bare.method, bare.rawPath);
    if (!routed || !row) throw new Error("no route");
    const caller = callerWith(bare, { Null: { [key]: "true" } });
    expect([decideRoute(caller, routed).decision, decideWhole(row, caller).decision]).toEqual([early, late]);
  });
});
