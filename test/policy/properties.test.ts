/**
 * The security claims, as properties of random policies and requests.
 */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { compilePolicies } from "../../shared/policy/evaluate/compile.ts";
import type { Decision, EvaluationRequest } from "../../shared/policy/evaluate/evaluate.ts";
import { evaluatePolicies } from "../../shared/policy/evaluate/evaluate.ts";
import { evaluateLayers } from "../../shared/policy/evaluate/layers.ts";
import { type ContextValue, createContext } from "../../shared/policy/model/context.ts";
import { UNKNOWN } from "../../shared/policy/model/unknown.ts";
import { explainPolicies } from "../../tools/authoring/policy/explain.ts";
import { casesOf } from "../random-cases.ts";
import type { Policy, Request, Statement } from "../reference/policy-json.ts";
import { compileGood, compileLayers, engineRequest, parseGood } from "./engine.ts";
import {
  Chooser,
  randomPolicy,
  randomRequest,
  randomStatement,
  randomValue,
  VALUES,
} from "./random-policies.ts";

vi.setConfig({ testTimeout: 60_000 });

/** Holds for whatever a seed makes. */
function holdsAlways(check: (chooser: Chooser) => void, numRuns = casesOf(2_000)): void {
  fc.assert(
    fc.property(fc.integer(), (seed) => check(new Chooser(seed))),
    { seed: 20_261_124, numRuns },
  );
}

function statementsOf(policy: Policy): readonly Statement[] {
  return Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement as Statement];
}

function decide(policies: readonly Policy[], request: Request): Decision {
  return evaluatePolicies(compileGood(...policies), engineRequest(request)).decision;
}

function shuffled<Item>(chooser: Chooser, items: readonly Item[]): Item[] {
  return items
    .map((item) => [chooser.next(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

const denyAll: Statement = { Effect: "Deny", Action: "*", Resource: "*" };
const allowAll: Statement = { Effect: "Allow", Action: "*", Resource: "*" };

describe("evaluatePolicies", () => {
  it("explicit deny beats allow", () => {
    holdsAlways((chooser) => {
      const policies = [randomPolicy(chooser), { Statement: [allowAll, denyAll] }];
      expect(decide(shuffled(chooser, policies), randomRequest(chooser))).toBe("explicitDeny");
    });
  });

  it("default deny", () => {
    holdsAlways((chooser) => {
      const policy = randomPolicy(chooser);
      const denies = statementsOf(policy).filter(({ Effect }) => Effect === "Deny");
      expect(decide([{ ...policy, Statement: denies }], randomRequest(chooser))).not.toBe("allowed");
    });
  });

  it("allowed only if a statement allows it", () => {
    holdsAlways((chooser) => {
      const policy = randomPolicy(chooser);
      const request = randomRequest(chooser);
      const { decision, matched } = evaluatePolicies(compileGood(policy), engineRequest(request));
      if (decision !== "allowed") return;
      expect(matched.length).toBeGreaterThan(0);
      const others = statementsOf(policy).filter((_, i) => !matched.some(({ index }) => index === i));
      expect(decide([{ ...policy, Statement: others }], request)).toBe("implicitDeny");
      for (const { index } of matched) {
        const alone = statementsOf(policy)[index];
        expect(alone && decide([{ ...policy, Statement: alone }], request)).toBe("allowed");
      }
    });
  });

  it("order and duplicates do not matter", () => {
    holdsAlways((chooser) => {
      const policies = chooser.some(1, 3, () => randomPolicy(chooser));
      const request = randomRequest(chooser);
      const again = shuffled(chooser, [...policies, chooser.of(policies)]).map((policy) => {
        const statements = statementsOf(policy);
        return { ...policy, Statement: shuffled(chooser, [...statements, ...statements.slice(0, 1)]) };
      });
      expect(decide(again, request)).toBe(decide(policies, request));
    });
  });

  it("adding a Deny never adds access", () => {
    holdsAlways((chooser) => {
      const policy = randomPolicy(chooser);
      const request = randomRequest(chooser);
      const deny: Statement = {
        ...randomStatement(chooser, policy.Version === "2012-10-17"),
        Effect: "Deny",
      };
      const more = { ...policy, Statement: [...statementsOf(policy), deny] };
      if (decide([policy], request) !== "allowed") expect(decide([more], request)).not.toBe("allowed");
    });
  });

  it("adding an Allow never removes access", () => {
    holdsAlways((chooser) => {
      const policy = randomPolicy(chooser);
      const request = randomRequest(chooser);
      const allow: Statement = {
        ...randomStatement(chooser, policy.Version === "2012-10-17"),
        Effect: "Allow",
      };
      const more = { ...policy, Statement: [...statementsOf(policy), allow] };
      if (decide([policy], request) === "allowed") expect(decide([more], request)).toBe("allowed");
    });
  });

  it("no Deny is lost, and no Allow holds, by a value that cannot be read", () => {
    // What no operator that these keys are used with can read; the others read every text.
    const typed = ["k:time", "k:flag", "k:ip", "k:bytes"] as const;
    let denied = 0;
    holdsAlways((chooser) => {
      const policies = chooser.some(1, 3, () => randomPolicy(chooser));
      const request = randomRequest(chooser);
      const key = chooser.of(typed);
      const unreadable = { ...request, context: { ...request.context, [key]: "?!" } };
      const value = chooser.of(VALUES[key]);
      const readable = { ...request, context: { ...request.context, [key]: value } };
      if (decide(policies, unreadable) === "allowed") expect(decide(policies, readable)).toBe("allowed");
      if (decide(policies, readable) !== "explicitDeny") return;
      denied++;
      expect(decide(policies, unreadable)).toBe("explicitDeny");
    });
    expect(denied).toBeGreaterThan(casesOf(200));
  });

  it("agrees with its explanation, statement by statement", () => {
    holdsAlways((chooser) => {
      const set = compileGood(randomPolicy(chooser), randomPolicy(chooser));
      const { request } = masked(chooser, randomRequest(chooser));
      const { decision, matched } = evaluatePolicies(set, request);
      const { EvalDecision, statements } = explainPolicies(set, request);
      expect(EvalDecision).toBe(decision);
      const effect = decision === "explicitDeny" ? "Deny" : "Allow";
      const matching = statements.filter((s) => s.effect === effect && s.result === "match");
      if (decision !== "implicitDeny") expect(matching).toHaveLength(matched.length);
      for (const { result, action, resource, conditions } of statements) {
        const parts = [action.result, resource.result, ...conditions.map((condition) => condition.result)];
        const all = parts.every((part) => part === "match");
        expect(result).toBe(parts.includes("noMatch") ? "noMatch" : all ? "match" : "unknown");
      }
    });
  });

  it("decides alike after the documents have travelled as JSON", () => {
    holdsAlways((chooser) => {
      const document = parseGood(randomPolicy(chooser));
      const request = engineRequest(randomRequest(chooser));
      const travelled = compilePolicies(JSON.parse(JSON.stringify([document])));
      expect(evaluatePolicies(travelled, request)).toEqual(
        evaluatePolicies(compilePolicies([document]), request),
      );
    }, 500);
  });
});

/** The request with some of what it holds unknown, and what was masked. */
function masked(chooser: Chooser, request: Request) {
  const context: Record<string, Exclude<ContextValue, undefined>> = { ...request.context };
  const keys = ["aws:username", "aws:PrincipalTag/team", "k:list", "k:number", "k:flag", "k:arn", "k:empty"];
  const maskedKeys = keys.filter(() => chooser.chance(0.35));
  for (const key of maskedKeys) context[key] = UNKNOWN;
  const masksResource = chooser.chance(0.3);
  const unknownRequest: EvaluationRequest = {
    action: request.action,
    resource: masksResource ? UNKNOWN : request.resource,
    context: createContext(context),
  };
  return { request: unknownRequest, maskedKeys, masksResource };
}

/** Some way in which the masked parts could turn out. */
function completed(
  chooser: Chooser,
  request: Request,
  { maskedKeys, masksResource }: ReturnType<typeof masked>,
) {
  const context = { ...request.context };
  for (const key of maskedKeys) {
    const value = randomValue(chooser, key);
    delete context[key];
    if (value !== undefined) Object.assign(context, { [key]: value });
  }
  const resource = masksResource ? randomRequest(chooser).resource : request.resource;
  return engineRequest({ action: request.action, resource, context });
}

describe("what is unknown", () => {
  it("never changes a known answer, however it turns out", () => {
    let known = 0;
    holdsAlways((chooser) => {
      const layers = compileLayers({
        policies: chooser.some(1, 2, () => randomPolicy(chooser)),
        boundary: chooser.chance(0.2) ? randomPolicy(chooser) : undefined,
        guardrails: chooser.chance(0.2) ? [randomPolicy(chooser)] : undefined,
      });
      const request = randomRequest(chooser);
      const mask = masked(chooser, request);
      const { decision, missingContextKeys } = evaluateLayers(layers, mask.request);
      expect(missingContextKeys.length > 0).toBe(decision === "unknown");
      if (decision === "unknown") return;
      known++;
      for (let i = 0; i < 10; i++) {
        const answer = evaluateLayers(layers, completed(chooser, request, mask)).decision;
        // A possible Deny of what nothing allows is a deny either way.
        if (decision === "implicitDeny") expect(["implicitDeny", "explicitDeny"]).toContain(answer);
        else expect(answer).toBe(decision);
      }
    }, 4_000);
    expect(known).toBeGreaterThan(1_000);
  });

  it("stops mattering once the missing keys are known", () => {
    holdsAlways((chooser) => {
      const layers = compileLayers({ policies: [randomPolicy(chooser), randomPolicy(chooser)] });
      const request = randomRequest(chooser);
      const mask = masked(chooser, request);
      const named = new Set<string>();
      let evaluation = evaluateLayers(layers, mask.request);
      // The variables that a key is compared with are named once the key is known.
      for (let round = 0; round < 2 && evaluation.decision === "unknown"; round++) {
        for (const key of evaluation.missingContextKeys) named.add(key.toLowerCase());
        const context: Record<string, Exclude<ContextValue, undefined>> = { ...request.context };
        for (const key of mask.maskedKeys) if (!named.has(key.toLowerCase())) context[key] = UNKNOWN;
        const resource: EvaluationRequest["resource"] =
          mask.masksResource && !named.has("resource") ? UNKNOWN : request.resource;
        evaluation = evaluateLayers(layers, {
          action: request.action,
          resource,
          context: createContext(context),
        });
      }
      expect(evaluation.decision).not.toBe("unknown");
    });
  });
});
