/**
 * The claim that `who-can` rests on: what is said of a resource, or of all that a pattern matches, holds for each call.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openBundle } from "../../../shared/bundle/bundle.ts";
import { resourceCodes } from "../../../shared/reach/patterns/pattern-codes.ts";
import { questionsOf, reachOfQuestions } from "../../../tools/authoring/reach/action-reach.ts";
import { principalOf } from "../../identity/principals.ts";
import { casesOf } from "../../random-cases.ts";
import {
  asksOf,
  Chooser,
  callers,
  decisionsOf,
  randomBundle,
  randomCall,
  served,
  vocabularyOf,
} from "../../reach/random-calls.ts";

describe("what the reach of an action says", () => {
  it("is never contradicted by the decision on a question of a call", { timeout: 60_000 }, () => {
    const met = { yes: 0, no: 0, open: 0 };
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...served), (seed, operation) => {
        const chooser = new Chooser(seed);
        const call = randomCall(chooser, operation);
        if (!call) return;
        const bundle = openBundle(randomBundle(chooser, vocabularyOf(asksOf([call]))));
        const caller = principalOf({ ...chooser.of(callers), groups: ["g1"] });
        const layers = bundle.layersFor(caller);
        if (!layers) throw new Error("a binding of g1");
        const decisions = decisionsOf(chooser, { bundle, principal: caller }, call);
        for (const [index, { ask }] of decisions[0]?.asks.entries() ?? []) {
          const { action, sort, resource = "*" } = ask;
          if (sort === "referenced") continue;
          const wider = resource === "*" ? "*" : resource.slice(0, chooser.count(40, resource.length));
          const wilder = wider.length === resource.length ? [`${wider}*`] : [`${wider}*`, `${wider}?*`];
          for (const text of resource === "*" ? ["*"] : [resource, ...wilder]) {
            const codes = Array.from(resourceCodes(text, false) ?? []);
            const questions = questionsOf({ action, resource: codes }, bundle);
            expect(questions).not.toEqual([]);
            const { allowed } = reachOfQuestions(layers, questions);
            met[allowed.must ? "yes" : allowed.may ? "open" : "no"] += 1;
            for (const { asks } of decisions) {
              const decision = asks[index]?.evaluation.decision;
              if (allowed.must) expect(decision).toBe("allowed");
              if (!allowed.may) expect(decision).toMatch(/Deny$/);
            }
          }
        }
      }),
      { seed: 20260101, numRuns: casesOf(90) },
    );
    expect(Math.min(...Object.values(met))).toBeGreaterThan(casesOf(20));
  });
});
