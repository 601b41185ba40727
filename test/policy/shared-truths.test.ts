/**
 * Conditions that several questions of one request have in common, evaluated once for all of them.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluatePolicies } from "../../shared/policy/evaluate/evaluate.ts";
import type { RequestContext } from "../../shared/policy/model/context.ts";
import { compileGood, engineRequest } from "./engine.ts";
import { Chooser, randomPolicy, randomRequest } from "./random-policies.ts";

describe("what the questions of one request have in common", () => {
  it("decides each of them as it would be decided alone", () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const chooser = new Chooser(seed);
        const set = compileGood(randomPolicy(chooser), randomPolicy(chooser));
        // The caller's keys are the same for all questions, the others are each question's own.
        const keys = ["aws:username", "k:list", "k:number", "k:time", "k:flag", "k:arn"];
        const common = new Set(keys.filter(() => chooser.chance(0.7)));
        const first = engineRequest(randomRequest(chooser));
        const truths = new Map<object, 0 | 1 | 2>();
        for (let i = 0; i < 4; i++) {
          const own = engineRequest(randomRequest(chooser));
          const get: RequestContext["get"] = (key) => (common.has(key) ? first : own).context.get(key);
          const shared = { has: (key: string) => common.has(key), truths };
          const alone = evaluatePolicies(set, { ...own, context: { get } });
          const before = truths.size;
          expect(evaluatePolicies(set, { ...own, context: { get, shared } })).toEqual(alone);
          if (i > 0 && before > 0) taken++;
        }
      }),
      { seed: 20_261_124, numRuns: 500 },
    );
    expect(taken).toBeGreaterThan(200);
  });

  it("remembers nothing that depends on a variable of a single question", () => {
    const Condition = { StringEquals: { "aws:username": `$\{aws:ResourceTag/owner}` } };
    const set = compileGood({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "*", Resource: "*", Condition },
    });
    const shared = { has: (key: string) => key === "aws:username", truths: new Map<object, 0 | 1 | 2>() };
    const decide = (owner: string) => {
      const values = new Map([
        ["aws:username", "alice"],
        ["aws:resourcetag/owner", owner],
      ]);
      const context = { get: (key: string) => values.get(key), shared };
      return evaluatePolicies(set, { action: "connect:DescribeUser", resource: "*", context }).decision;
    };
    expect(["alice", "bob", "alice"].map(decide)).toEqual(["allowed", "implicitDeny", "allowed"]);
  });
});
