/**
 * The claim that `role-policy` and `what-can` rest on: what is said of all calls holds for each.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type OpenedBundle, openBundle } from "../../shared/bundle/bundle.ts";
import type { OperationRow } from "../../shared/catalog/types.ts";
import { decideCall } from "../../shared/decide/authorize.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";
import type { OpenCaller } from "../../shared/reach/open-context.ts";
import { reachOfOperation } from "../../shared/reach/operation-reach.ts";
import { resourceCodes } from "../../shared/reach/patterns/pattern-codes.ts";
import type { CanonicalCall } from "../../shared/request/canonical/canonical-call.ts";
import { summarizeOperation } from "../../tools/authoring/reach/operation-answer.ts";
import { principalOf } from "../identity/principals.ts";
import { casesOf } from "../random-cases.ts";
import {
  asksOf,
  Chooser,
  callers,
  callOf,
  conditions,
  decisionsOf,
  documentOf,
  httpCall,
  instances,
  makeBundle,
  randomBundle,
  randomCall,
  served,
  vocabularyOf,
} from "./random-calls.ts";

const [caller = principalOf()] = callers;

/** A caller known whole, and known by name only. */
function openCallersOf(principal: VerifiedPrincipal): readonly OpenCaller[] {
  return [
    { principal, isUnknown: () => false },
    {
      principal: principalOf({ ...principal, tags: {}, claims: {} }),
      isUnknown: (key) => key !== "aws:userid",
    },
  ];
}

const tdg = "arn:aws:connect:us-east-1:123456789012:traffic-distribution-group";

describe("what an operation's reach says", () => {
  it("is never contradicted by the decision on a call", { timeout: 60_000 }, () => {
    const met = { always: 0, never: 0, open: 0, narrowed: 0 };
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...served), (seed, operation) => {
        const chooser = new Chooser(seed);
        const calls = chooser
          .some(3, 3, () => randomCall(chooser, operation))
          .filter((call) => call !== undefined);
        const bundle = openBundle(randomBundle(chooser, vocabularyOf(asksOf(calls))));
        for (const call of calls) {
          const instance = instances.find(({ arn }) => arn === call.instance.arn) ?? call.instance;
          const who = chooser.of(callers);
          const layers = bundle.layersFor(who);
          const decisions = decisionsOf(chooser, { bundle, principal: who }, call);
          for (const open of openCallersOf(who)) {
            const { allowed } = reachOfOperation(operation.row, { bundle, caller: open, layers, instance });
            met[allowed.must ? "always" : allowed.may ? "open" : "never"]++;
            const reaches = instances.map((each) => ({
              instance: each,
              reach: reachOfOperation(operation.row, { bundle, caller: open, layers, instance: each }),
            }));
            const { answer } = summarizeOperation(operation.row, reaches);
            const on = asksOf([call]).map(({ resource }) => Array.from(resourceCodes(resource, false) ?? []));
            const about = reachOfOperation(operation.row, {
              bundle,
              caller: open,
              layers,
              instance,
              on,
            }).allowed;
            met.narrowed += about.must !== allowed.must || about.may !== allowed.may ? 1 : 0;
            for (const { decision } of decisions) {
              if (about.must) expect(decision).toBe("allowed");
              if (!about.may) expect(decision).toMatch(/Deny$/);
              if (allowed.must || answer === "always") expect(decision).toBe("allowed");
              if (!allowed.may || answer === "never") expect(decision).toMatch(/Deny$/);
            }
          }
        }
      }),
      { seed: 20260101, numRuns: casesOf(150) },
    );
    expect(Math.min(...Object.values(met))).toBeGreaterThan(casesOf(12));
  });

  /** Every served operation, with a few calls of it. */
  const samples = served.map((operation) => {
    const chooser = new Chooser(7);
    const calls = chooser.some(4, 4, () => randomCall(chooser, operation));
    return { row: operation.row, calls: calls.filter((call) => call !== undefined) };
  });

  function reachAt(row: OperationRow, call: CanonicalCall, bundle: OpenedBundle) {
    const layers = bundle.layersFor(caller);
    return reachOfOperation(row, {
      bundle,
      caller: { principal: caller, isUnknown: () => false },
      layers,
      instance: call.instance,
    }).allowed;
  }

  it.each(conditions)("holds for each operation under the condition %j", { timeout: 60_000 }, (Condition) => {
    const every = { Action: "connect:*", Resource: "*" };
    const bundles = [
      [{ Effect: "Allow", ...every, Condition }],
      [
        { Effect: "Allow", ...every },
        { Effect: "Deny", ...every, Condition },
      ],
    ].map((statements) =>
      openBundle(makeBundle([documentOf("p", statements)], [{ match: { groups: ["g0"] }, policies: ["p"] }])),
    );
    const wrong: string[] = [];
    for (const { row, calls } of samples) {
      for (const call of calls) {
        for (const bundle of bundles) {
          const { decision } = decideCall({ bundle, principal: caller, call: httpCall }, call);
          const { must, may } = reachAt(row, call, bundle);
          const isRight = (!must || decision === "allowed") && (may || decision.endsWith("Deny"));
          if (!isRight) wrong.push(`${row.name}: ${decision}, must ${must}, may ${may}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("is not never for any call that a policy allows just that call, of each operation", {
    timeout: 60_000,
  }, () => {
    const wrong: string[] = [];
    for (const { row, calls } of samples) {
      for (const call of calls) {
        const statements = asksOf([call]).map(({ action, resource }) => ({
          Effect: "Allow",
          Action: action,
          Resource: resource.replace(/(?<=\/)\*$/, "$${*}"),
        }));
        const bundle = openBundle(
          makeBundle([documentOf("p", statements)], [{ match: { groups: ["g0"] }, policies: ["p"] }]),
        );
        expect(decideCall({ bundle, principal: caller, call: httpCall }, call).decision).toBe("allowed");
        if (!reachAt(row, call, bundle).may) wrong.push(row.name);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    [
      "ClaimPhoneNumber",
      { PhoneNumber: "+15550100", TargetArn: `${tdg}/t-1` },
      ["arn:aws:connect:*:*:phone-number/*", `${tdg}/*`],
    ],
    [
      "GetMetricDataV2",
      {
        ResourceArn: instances[0]?.arn ?? "",
        StartTime: "1",
        EndTime: "2",
        Filters: [{ FilterKey: "QUEUE", FilterValues: ["q-1"] }],
        Metrics: [],
      },
      [`${instances[0]?.arn}/queue/*`],
    ],
  ] as const)("knows that %s can do without one of its resources", (name, input, Resource) => {
    const { row } = samples.find((sample) => sample.row.name === name) ?? {};
    const call = row && callOf(row, input);
    if (!row || !call) throw new Error(`no call of ${name}`);
    const document = documentOf("p", [{ Effect: "Allow", Action: row.action, Resource }]);
    const bundle = openBundle(makeBundle([document], [{ match: { groups: ["g0"] }, policies: ["p"] }]));
    expect(decideCall({ bundle, principal: caller, call: httpCall }, call).decision).toBe("allowed");
    expect(reachAt(row, call, bundle)).toEqual({ must: false, may: true });
  });

  it("does not take for certain that a call names its instance", () => {
    const { row } = samples.find((sample) => sample.row.name === "ClaimPhoneNumber") ?? {};
    const call = row && callOf(row, { PhoneNumber: "+15550100", TargetArn: `${tdg}/t-1` });
    if (!row || !call) throw new Error("no call");
    const Condition = { StringEquals: { "connect:InstanceId": call.instance.id } };
    const document = documentOf("p", [{ Effect: "Allow", Action: "connect:*", Resource: "*", Condition }]);
    const bundle = openBundle(
      // Without tags, which are asked on what carries no such key.
      makeBundle([document], [{ match: { groups: ["g0"] }, policies: ["p"] }], {
        dependentActions: "ignored",
      }),
    );
    expect(decideCall({ bundle, principal: caller, call: httpCall }, call).decision).toBe("implicitDeny");
    expect(reachAt(row, call, bundle)).toEqual({ must: false, may: true });
  });
});
