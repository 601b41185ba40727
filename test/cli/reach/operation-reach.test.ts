/**
 * The claim that `role-policy` and `what-can` rest on: what is said of all calls holds for each.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideCall } from "../../../shared/authorize.ts";
import { openBundle } from "../../../shared/config/bundle.ts";
import type { VerifiedPrincipal } from "../../../shared/identity/types.ts";
import type { OpenCaller } from "../../../tools/cli/reach/open-context.ts";
import { summarizeOperation } from "../../../tools/cli/reach/operation-answer.ts";
import { reachOfOperation } from "../../../tools/cli/reach/operation-reach.ts";
import { principal } from "../../config/bundle-fixture.ts";
import {
  asksOf,
  Chooser,
  httpCall,
  instances,
  randomBundle,
  randomCall,
  served,
  vocabularyOf,
} from "./random-calls.ts";

const caller = principal({ groups: ["g0", "g2"], tags: { team: "blue" }, claims: { dept: "sales" } });

/** The caller known whole, and known by name only. */
const callers: readonly OpenCaller[] = [
  { principal: caller, isUnknown: () => false },
  {
    principal: { ...caller, tags: {}, claims: {} } as VerifiedPrincipal,
    isUnknown: (key) => key !== "aws:userid",
  },
];

describe("what an operation's reach says", () => {
  it("is never contradicted by the decision on a call", { timeout: 60_000 }, () => {
    const met = { always: 0, never: 0, open: 0 };
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...served), (seed, operation) => {
        const chooser = new Chooser(seed);
        const calls = chooser
          .some(3, 3, () => randomCall(chooser, operation))
          .filter((call) => call !== undefined);
        const bundle = openBundle(randomBundle(chooser, vocabularyOf(asksOf(calls))));
        const layers = bundle.layersFor(caller);
        for (const call of calls) {
          const instance = instances.find(({ id }) => id === call.instance.id) ?? call.instance;
          const { decision } = decideCall({ bundle, principal: caller, call: httpCall }, call);
          for (const open of callers) {
            const { allowed } = reachOfOperation(operation.row, { bundle, caller: open, layers, instance });
            met[allowed.must ? "always" : allowed.may ? "open" : "never"]++;
            if (allowed.must) expect(decision).toBe("allowed");
            if (!allowed.may) expect(decision).toMatch(/Deny$/);
            const reaches = instances.map((each) => ({
              instance: each,
              reach: reachOfOperation(operation.row, { bundle, caller: open, layers, instance: each }),
            }));
            const { answer } = summarizeOperation(operation.row, reaches);
            if (answer === "always") expect(decision).toBe("allowed");
            if (answer === "never") expect(decision).toMatch(/Deny$/);
          }
        }
      }),
      { numRuns: 250 },
    );
    expect(Math.min(...Object.values(met))).toBeGreaterThan(50);
  });
});
