/**
 * What an evaluation through layers reports apart from its decision; the decisions themselves are in `test/cases/policy`.
 */
import { describe, expect, it } from "vitest";
import { evaluateLayers } from "../../shared/policy/evaluate/layers.ts";
import { createContext } from "../../shared/policy/model/context.ts";
import { UNKNOWN } from "../../shared/policy/model/unknown.ts";
import type { Layers, Statement } from "../reference/policy-json.ts";
import { compileLayers } from "./engine.ts";

const resource = "arn:aws:connect:us-east-1:123456789012:instance/i/agent/a";

function statement(effect: "Allow" | "Deny", key?: string): Statement {
  const condition = key === undefined ? {} : { Condition: { StringEquals: { [key]: "yes" } } };
  return { Effect: effect, Action: "connect:DescribeUser", Resource: "*", ...condition };
}

function policy(...statements: readonly Statement[]) {
  return { Version: "2012-10-17", Statement: statements };
}

/** Asks with two keys of unknown value, `No` that is another value and `yes` that is the one wanted. */
function evaluate(layers: Layers, asked: string | typeof UNKNOWN = resource) {
  const context = createContext({ Open: UNKNOWN, Open2: UNKNOWN, No: "no", Yes: "yes" });
  return evaluateLayers(compileLayers(layers), { action: "connect:DescribeUser", resource: asked, context });
}

const allow = policy(statement("Allow"));

describe("evaluateLayers says whether a Deny may match", () => {
  it.each<[string, Layers, boolean]>([
    ["no, when there is none", { policies: [allow] }, false],
    ["no, when its condition fails", { policies: [allow, policy(statement("Deny", "No"))] }, false],
    ["yes, when it does", { policies: [allow, policy(statement("Deny", "Yes"))] }, true],
    ["yes, when that is not known", { policies: [allow, policy(statement("Deny", "Open"))] }, true],
    ["yes, when nothing allows anyway", { policies: [policy(statement("Deny", "Open"))] }, true],
    ["no, when nothing allows and nothing denies", { policies: [policy()] }, false],
    [
      "yes, in a boundary",
      { policies: [allow], boundary: policy(statement("Allow"), statement("Deny", "Open")) },
      true,
    ],
    ["yes, in a guardrail", { policies: [allow], guardrails: [policy(statement("Deny", "Open"))] }, true],
    ["no, for a possible Allow", { policies: [policy(statement("Allow", "Open"))] }, false],
  ])("%s", (_, layers, expected) => {
    expect(evaluate(layers).mayBeDenied).toBe(expected);
  });
});

describe("evaluateLayers names what would have to be known", () => {
  it("of an attached policy, as it spells it", () => {
    const { decision, missingContextKeys } = evaluate({ policies: [policy(statement("Allow", "Open"))] });
    expect({ decision, missingContextKeys }).toEqual({ decision: "unknown", missingContextKeys: ["Open"] });
  });

  it("of every layer", () => {
    const layers = {
      policies: [allow],
      boundary: policy(statement("Allow", "Open")),
      guardrails: [policy(statement("Deny", "OPEN2"))],
    };
    expect(evaluate(layers).missingContextKeys).toEqual(["Open", "OPEN2"]);
  });

  it("the resource among it", () => {
    const named = { ...statement("Allow"), Resource: resource };
    expect(evaluate({ policies: [policy(named)] }, UNKNOWN).missingContextKeys).toEqual(["resource"]);
  });

  it("not what only statements consult that fail anyway, nor what is absent", () => {
    const failing = {
      ...statement("Allow", "Open2"),
      Condition: { StringEquals: { Open2: "yes", No: "yes" } },
    };
    const layers = { policies: [policy(failing, statement("Allow", "Absent"), statement("Allow", "Open"))] };
    expect(evaluate(layers).missingContextKeys).toEqual(["Open"]);
  });

  it.each<[string, Layers]>([
    ["allowed", { policies: [allow, policy(statement("Allow", "Open"))] }],
    ["explicitDeny", { policies: [policy(statement("Deny"), statement("Deny", "Open"))] }],
    ["implicitDeny", { policies: [policy(statement("Deny", "Open"))] }],
  ])("nothing, when it is %s already", (decision, layers) => {
    const evaluation = evaluate(layers);
    expect({ decision, keys: evaluation.missingContextKeys }).toEqual({
      decision: evaluation.decision,
      keys: [],
    });
  });
});

describe("evaluateLayers weighs layers", () => {
  it("and leaves open what one of them leaves open, whichever it is", () => {
    const open = policy(statement("Allow", "Open"));
    expect(evaluate({ policies: [open], boundary: allow }).decision).toBe("unknown");
    expect(evaluate({ policies: [allow], boundary: open }).decision).toBe("unknown");
    expect(evaluate({ policies: [allow], boundary: allow, guardrails: [open] }).decision).toBe("unknown");
    expect(evaluate({ policies: [allow], boundary: open, guardrails: [allow] }).decision).toBe("unknown");
  });
});
