/**
 * The claim that makes the authorizer worth having: what it says without the body, the proxy says with it.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CallDecision, type Caller, decideCall, decideRoute } from "../shared/authorize.ts";
import { findOperation } from "../shared/catalog/catalog.ts";
import type { OperationRow } from "../shared/catalog/types.ts";
import { createBundle, openBundle } from "../shared/config/bundle.ts";
import { CodedError } from "../shared/errors.ts";
import { parsePolicy } from "../shared/policy/parse.ts";
import { createCanonicalCall } from "../shared/request/canonical-call.ts";
import { matchRoute } from "../shared/request/route.ts";
import type { HttpCall, OperationInput } from "../shared/request/types.ts";
import { readSdkOperations } from "../tools/catalog/sdk-operations.ts";
import { makeInput, place } from "./catalog/synthetic-input.ts";
import { configuration, principal } from "./config/bundle-fixture.ts";

const served = readSdkOperations().flatMap((operation) => {
  const row = findOperation(operation.name);
  return row && row.refused === undefined
    ? [{ row, whole: makeInput(operation).input as OperationInput }]
    : [];
});

interface Statement {
  readonly Effect: string;
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: object | undefined;
}

/** A caller with the given statements, whose request comes from one address at one moment. */
function callerWith(statements: readonly Statement[], call: HttpCall): Caller {
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const parsed = parsePolicy(text, { name: "p", file: "policies/p.json" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const bundle = openBundle(createBundle(configuration, [parsed.document]));
  return { bundle, principal: principal({ groups: ["g"], tags: { team: "blue" } }), call };
}

function httpCall(row: OperationRow, input: OperationInput, sourceIp: string): HttpCall {
  const rawPath = row.uri.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(input[name])));
  return { method: row.method, rawPath, query: [], headers: new Map(), requestId: "r", sourceIp };
}

/** Decides, or gives the code of the refusal. */
function attempt(decide: () => CallDecision): string {
  try {
    return decide().decision;
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
}

/** Actions and resources to write statements of: those that the call is really asked about, near misses, wildcards. */
function vocabulary(row: OperationRow, input: OperationInput): { actions: string[]; resources: string[] } {
  const call = httpCall(row, input, "192.0.2.1");
  const all = callerWith([{ Effect: "Allow", Action: "connect:*", Resource: "*" }], call);
  const { asks } = decideCall(all, createCanonicalCall(row, input, configuration.instances));
  const resources = asks.map(({ ask }) => ask.resource ?? "*");
  const instance = `arn:aws:connect:us-east-1:123456789012:instance/${place.id}`;
  return {
    actions: [...new Set(["connect:*", "connect:Tag*", ...asks.map(({ ask }) => ask.action)])],
    resources: [
      ...new Set([
        "*",
        instance,
        `${instance}*`,
        `${instance}/*`,
        "arn:aws:connect:*:*:phone-number/*",
        ...resources,
      ]),
      ...resources.map((arn) => arn.replace(/[^/]*$/, "*")),
      ...resources.filter((arn) => arn !== "*").map((arn) => arn.replace(/.$/, "?")),
    ],
  };
}

const conditions: readonly (object | undefined)[] = [
  undefined,
  undefined,
  { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
  { NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
  { DateGreaterThan: { "aws:CurrentTime": "2020-01-01T00:00:00Z" } },
  { StringEquals: { "aws:RequestTag/team": "1" } },
  { StringNotEquals: { "aws:RequestTag/team": "1" } },
  { Null: { "aws:TagKeys": "true" } },
  { "ForAllValues:StringLike": { "aws:TagKeys": "x*" } },
  { StringEquals: { "connect:InstanceId": place.id } },
  { StringNotEqualsIfExists: { "connect:InstanceId": place.id } },
  { StringEquals: { "aws:ResourceTag/team": "blue" } },
  { StringEquals: { "aws:PrincipalTag/team": "blue" } },
  { StringEquals: { "aws:RequestedRegion": "us-east-1" } },
];

/** Some of an input's optional members, so that references come and go. */
function partOf(row: OperationRow, input: OperationInput, keep: readonly boolean[]): OperationInput {
  const names = Object.keys(input).filter((name, index) => {
    const member = row.members.find((candidate) => candidate.name === name);
    return member?.required || keep[index % keep.length];
  });
  return Object.fromEntries(names.map((name) => [name, input[name]]));
}

describe("the authorizer's allow or deny is what the proxy decides with the body in hand, whatever the body is", () => {
  it("for every operation, under random policies, bodies and addresses", () => {
    const seen = new Map<string, number>();
    for (const { row, whole } of served) {
      const { actions, resources } = vocabulary(row, whole);
      const statement = fc.record({
        Effect: fc.constantFrom("Allow", "Allow", "Deny"),
        Action: fc.constantFrom(...actions),
        Resource: fc.constantFrom(...resources),
        Condition: fc.constantFrom(...conditions),
      });
      const runs = fc.tuple(
        fc.array(statement, { minLength: 1, maxLength: 6 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
        fc.constantFrom("192.0.2.1", "198.51.100.1"),
      );
      const property = fc.property(runs, ([statements, keep, sourceIp]) => {
        const input = partOf(row, whole, keep);
        const call = httpCall(row, input, sourceIp);
        const caller = callerWith(statements, call);
        const routed = matchRoute(call.method, call.rawPath);
        if (routed?.row !== row) throw new Error(`${call.rawPath} is not ${row.name}`);
        const early = attempt(() => decideRoute(caller, routed));
        const final = attempt(() =>
          decideCall(caller, createCanonicalCall(row, input, configuration.instances)),
        );
        seen.set(early, (seen.get(early) ?? 0) + 1);
        if (early === "allowed") expect(["allowed", "invalidInput"]).toContain(final);
        if (early === "explicitDeny" || early === "implicitDeny") expect(final).not.toBe("allowed");
      });
      fc.assert(property, { seed: 7, numRuns: 25 });
    }
    // Each outcome must have been reached often, or the property says little.
    for (const outcome of ["allowed", "explicitDeny", "implicitDeny", "unknown"]) {
      expect([outcome, (seen.get(outcome) ?? 0) > 200]).toEqual([outcome, true]);
    }
  }, 120_000);
});

describe("a policy that allows exactly what an operation asks", () => {
  it.each(served.map(({ row, whole }) => [row.name, row, whole] as const))(
    "allows %s, and not without any one of its Allows",
    (_, row, whole) => {
      const call = httpCall(row, whole, "192.0.2.1");
      const canonical = createCanonicalCall(row, whole, configuration.instances);
      const { asks } = vocabularyAsks(row, whole);
      const allows = asks
        .filter(({ sort }) => sort === "required")
        .map(({ action, resource }) => ({ Effect: "Allow", Action: action, Resource: resource ?? "*" }));
      expect(decideCall(callerWith(allows, call), canonical).decision).toBe("allowed");
      for (const left of new Set(allows.map((each) => JSON.stringify(each)))) {
        const rest = allows.filter((each) => JSON.stringify(each) !== left);
        const caller = callerWith(
          [
            ...rest,
            {
              Effect: "Allow",
              Action: "connect:ListInstances",
              Resource: "arn:aws:connect:us-east-1:123456789012:none",
            },
          ],
          call,
        );
        // An Allow on `<type>/*` covers the type's single resources too: then another Allow may stand in for the one left out.
        const isCovered = rest.some(
          (each) =>
            each.Action === JSON.parse(left).Action &&
            each.Resource.endsWith("*") &&
            JSON.parse(left).Resource.startsWith(each.Resource.slice(0, -1)),
        );
        if (!isCovered) expect(decideCall(caller, canonical).decision).toBe("implicitDeny");
      }
      for (const { action, resource } of asks) {
        const denied = callerWith(
          [
            { Effect: "Allow", Action: "*", Resource: "*" },
            { Effect: "Deny", Action: action, Resource: resource ?? "*" },
          ],
          call,
        );
        expect(decideCall(denied, canonical).decision).toBe("explicitDeny");
      }
    },
  );
});

function vocabularyAsks(row: OperationRow, input: OperationInput) {
  const caller = callerWith(
    [{ Effect: "Allow", Action: "connect:*", Resource: "*" }],
    httpCall(row, input, "192.0.2.1"),
  );
  const { asks } = decideCall(caller, createCanonicalCall(row, input, configuration.instances));
  return { asks: asks.map(({ ask }) => ask) };
}
