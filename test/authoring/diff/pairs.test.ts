/**
 * The acceptance of `diff`: random pairs of configurations and random calls. Each change of a decision is told, and each
 * difference that is told as proved is so for its call.
 */
import { describe, expect, it } from "vitest";
import { type OpenedBundle, openBundle } from "../../../shared/bundle/bundle.ts";
import type { AccessDifference } from "../../../tools/authoring/diff/merge-differences.ts";
import { compareAccess } from "../../../tools/authoring/diff/prove.ts";
import { findSubjects } from "../../../tools/authoring/diff/subjects.ts";
import { decide, decideExample, makeCall, principalOf, word } from "./decide-both.ts";
import { type DrawnCall, drawBundles, drawCall, Random } from "./random-pairs.ts";

const pairs = Number(process.env["DIFF_PAIRS"] ?? 15);
const callsOfEach = Number(process.env["DIFF_CALLS"] ?? 200);
const seed = Number(process.env["DIFF_SEED"] ?? 106);

function decideDrawn(
  { caller, operation, input, tags, from, at }: DrawnCall,
  sides: readonly OpenedBundle[],
) {
  const { http, canonical } = makeCall(operation, input, from);
  const principal = principalOf(caller);
  return sides.map((bundle) => {
    const asked = { bundle, principal, call: http, nowMs: Date.parse(at) };
    const told = { tags, hierarchy: [], userArn: null, channel: "VOICE" };
    return decide(asked, canonical, { get: () => told } as unknown as ReadonlyMap<string, typeof told>);
  });
}

describe(`the difference between ${pairs} pairs of configurations`, { timeout: 1_200_000 }, () => {
  const told = { proved: 0, possible: 0, changed: 0, same: 0 };

  it("*each change of a decision is told, and what is told as proved is so*", () => {
    for (let pair = 0; pair < pairs; pair++) {
      const random = new Random(seed * 100_003 + pair);
      const { drawn, before, after } = drawBundles(random);
      const differences = compareAccess(before, after);
      const sides = [openBundle(before), openBundle(after)];
      const subjects = findSubjects([before.config, after.config]);
      for (const each of differences) checkTold(each, sides, { pair, drawn });
      for (let at = 0; at < callsOfEach; at++) {
        const call = drawCall(random);
        const [was, is] = decideDrawn(call, sides);
        const [old, next] = [was?.decision === "allowed", is?.decision === "allowed"];
        if (old === next) continue;
        told.changed += 1;
        const { groups, claims } = call.caller;
        const labels = subjects
          .filter(
            ({ group, claims: wanted }) =>
              (group === undefined || groups.includes(group)) &&
              Object.entries(wanted).every(([claim, value]) => [claims[claim]].flat().includes(value)),
          )
          .map(({ label }) => label);
        const changes = next ? ["gains", "changes"] : ["loses", "changes"];
        const actions = [...(was?.asks ?? []), ...(is?.asks ?? [])].map(({ ask }) => ask.action);
        const isTold = differences.some(
          (each) =>
            labels.includes(each.subject) &&
            changes.includes(each.change) &&
            actions.some((action) => each.actions.includes(action)),
        );
        if (!isTold)
          expect({
            pair,
            call,
            was: was?.decision,
            is: is?.decision,
            drawn,
            differences,
          }).toBeUndefined();
      }
      if (differences.length === 0) told.same += 1;
    }
    if (process.env["DIFF_PAIRS"]) console.log(told);
    expect(told.changed).toBeGreaterThan(0);
    expect(told.proved).toBeGreaterThan(0);
  });

  function checkTold(each: AccessDifference, sides: readonly OpenedBundle[], context: object): void {
    told[each.proved ? "proved" : "possible"] += 1;
    expect({ ...each, context }).toMatchObject(each.proved ? { calls: [{}, ...each.calls.slice(1)] } : {});
    for (const call of each.calls) {
      const [was, is] = decideExample(call, sides).map(word);
      if (was !== call.older || is !== call.newer) expect({ each, was, is, context }).toBeUndefined();
    }
  }
});
