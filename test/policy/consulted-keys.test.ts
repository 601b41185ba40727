// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
/** Which keys a set can ask for, and policies that can only deny. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePolicies, findConsultedKeys } from "../../shared/policy/evaluate/compile.ts";
import { evaluateLayers } from "../../shared/policy/evaluate/layers.ts";
import type { RequestContext } from "../../shared/policy/model/context.ts";
import { UNKNOWN } from "../../shared/policy/model/unknown.ts";
import { parsePolicy } from "../../tools/authoring/policy/parse.ts";
import { parseGood } from "./engine.ts";
import { Chooser, randomPolicy, randomRequest } from "./random-policies.ts";

function parse(...statements: readonly object[]) {
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const parsed = parsePolicy(text, { name: "p", file: "p.json" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return [parsed.document];
}

function compile(...statements: readonly object[]) {
  return compilePolicies(parse(...statements));
}

const allow = { Effect: "Allow", Action: "connect:*", Resource: "*" };

describe("the keys that a set consults", () => {
  it("are those of its conditions and of its variables, in lower case, each once", () => {
    const documents = parse(
      allow,
      {
        ...allow,
        Resource: ["arn:aws:connect:*:*:instance/${jwt:Site}/*", "arn:aws:connect:*:*:instance/i"],
      },
      {
        ...allow,
        Condition: {
          StringEquals: { "jwt:Team": ["red", "${aws:PrincipalTag/Team}"] },
          StringLike: { "jwt:team": "blue", "aws:username": "${jwt:name, 'nobody'}-*" },
          Null: { "jwt:level": "false" },
        },
      },
      { Effect: "Deny", NotAction: "connect:Get*", NotResource: "arn:aws:connect:*:*:instance/${jwt:org}" },
    );
    expect([...findConsultedKeys(documents)].sort()).toEqual([
      "aws:principaltag/team",
      "aws:username",
      "jwt:level",
      "jwt:name",
      "jwt:org",
      "jwt:site",
      "jwt:team",
    ]);
  });

  it("are all that a decision ever asks for", () => {
    const property = fc.property(fc.integer(), (seed) => {
      const chooser = new Chooser(seed);
      const documents = [parseGood(randomPolicy(chooser))];
      const set = compilePolicies(documents);
      const consulted = findConsultedKeys(documents);
      const { action, resource } = randomRequest(chooser);
      const context: RequestContext = {
        get(key) {
          expect(consulted).toContain(key);
          return chooser.of([UNKNOWN, undefined, "x", ["x", "y"]]);
        },
      };
      void evaluateLayers({ attached: set, boundaries: [], guardrails: [set] }, { action, resource, context })
        .missingContextKeys;
    });
    fc.assert(property, { seed: 20260101, numRuns: 500 });
  });
});

describe("policies that may be attached", () => {
  const request = (context: RequestContext) => ({ action: "connect:DeleteUser", resource: "*", context });
  const nothing: RequestContext = { get: () => undefined };
  const unknown: RequestContext = { get: () => UNKNOWN };
  const describeOnly = compile({ ...allow, Action: "connect:Describe*" });
  const deny = { Effect: "Deny", Action: "connect:Delete*", Resource: "*" };
  const none = { boundaries: [], guardrails: [] };

  it("never allow", () => {
    const layers = { ...none, attached: describeOnly, denying: compile(allow) };
    expect(evaluateLayers(layers, request(nothing)).decision).toBe("implicitDeny");
  });

  it("deny", () => {
    const layers = { ...none, attached: compile(allow), denying: compile(allow, deny) };
    expect(evaluateLayers(layers, request(nothing))).toMatchObject({
      decision: "explicitDeny",
      layer: "attached",
      mayBeDenied: true,
      matched: [{ policy: "p", index: 1, effect: "Deny" }],
    });
  });

  it("take nothing away that they say nothing of", () => {
    const layers = { ...none, attached: compile(allow), denying: compile(allow) };
    expect(evaluateLayers(layers, request(nothing))).toMatchObject({
      decision: "allowed",
      mayBeDenied: false,
    });
  });

  it("leave open what hangs on what is not known", () => {
    const denying = compile({ ...deny, Condition: { StringEquals: { "jwt:team": "red" } } });
    const layers = { ...none, attached: compile(allow), denying };
    expect(evaluateLayers(layers, request(unknown))).toMatchObject({
      decision: "unknown",
      mayBeDenied: true,
      missingContextKeys: ["jwt:team"],
    });
  });
});
