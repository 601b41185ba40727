// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
/**
 * The claim beneath `who-can`, `what-can` and `role-policy`: what is said of policies while a request is half known
 * holds for every request that it can turn out to be.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CompiledPolicySet } from "../../shared/policy/evaluate/compile.ts";
import { compilePolicies } from "../../shared/policy/evaluate/compile.ts";
import { evaluateLayers, type PolicyLayers } from "../../shared/policy/evaluate/layers.ts";
import type { ContextValue, RequestContext } from "../../shared/policy/model/context.ts";
import { UNKNOWN } from "../../shared/policy/model/unknown.ts";
import { ANY, ANY_IN_PART, STAR, STAR_IN_PART } from "../../shared/policy/pattern/glob.ts";
import { type Reach, reachOf } from "../../shared/reach/layer-reach.ts";
import { ANY_IN_WORD, literalTest, STAR_IN_WORD } from "../../shared/reach/patterns/automaton.ts";
import { resourceCodes } from "../../shared/reach/patterns/pattern-codes.ts";
import type { Region } from "../../shared/reach/resource-range.ts";
import { parsePolicy } from "../../tools/authoring/policy/parse.ts";
import {
  ACTIONS,
  Chooser,
  KEYS,
  RESOURCE_PATTERNS,
  RESOURCES,
  randomPolicy,
  randomValue,
} from "../policy/random-policies.ts";
import { casesOf } from "../random-cases.ts";

const account = "arn:aws:connect:us-east-1:123456789012:";
const codesOf = (text: string) => Array.from(resourceCodes(text, false) ?? []);
const word = [ANY_IN_WORD, STAR_IN_WORD];
/** Forms of resources, as the catalogue has them: identifiers that may be any, and the star of a create. */
const forms: readonly Region[] = [
  [[...codesOf(`${account}instance/i1/agent/`), ...word]],
  [[...codesOf(`${account}instance/`), ...word, ...codesOf("/agent/a1")]],
  [[...codesOf(`${account}instance/i1/contact-flow/`), ...word, ...codesOf(":"), ...word]],
  [codesOf(`${account}instance/i1/agent/a1`)],
  [Array.from(`${account}instance/i1/agent/*`, (each) => each.charCodeAt(0))],
  [Array.from("*", (each) => each.charCodeAt(0))],
];

function setOf(chooser: Chooser): CompiledPolicySet {
  const documents = chooser.some(1, 2, () => parse(JSON.stringify(randomPolicy(chooser))));
  return compilePolicies(documents.filter((document) => document !== undefined));
}

function parse(text: string) {
  const parsed = parsePolicy(text, { name: "p", file: "policies/p.json" });
  return parsed.ok ? parsed.document : undefined;
}

function randomLayers(chooser: Chooser): PolicyLayers {
  const more = () => (chooser.chance(0.2) ? [setOf(chooser)] : []);
  return { attached: setOf(chooser), boundaries: more(), guardrails: more() };
}

function textOf(chooser: Chooser, codes: ArrayLike<number>): string {
  const run = (letters: string) => chooser.some(0, 4, () => chooser.of([...letters])).join("");
  return Array.from(codes, (code) => {
    switch (code) {
      case ANY:
        return chooser.of([..."ab1:/*"]);
      case STAR:
        return run("ab1:/*");
      case ANY_IN_PART:
        return chooser.of([..."ab1/*"]);
      case STAR_IN_PART:
        return run("ab1/*");
      case ANY_IN_WORD:
        return chooser.of([..."abA1"]);
      case STAR_IN_WORD:
        return chooser.chance(0.3) ? chooser.of(["1", "lue", "ue", "$LATEST"]) : run("ab1-_$");
      default:
        return String.fromCharCode(code);
    }
  }).join("");
}

/** Texts of the region, as many as chance finds. */
function textsIn(chooser: Chooser, region: Region): readonly string[] {
  const [first = []] = region;
  const texts = [...RESOURCES, ...chooser.some(12, 12, () => textOf(chooser, first))];
  const tests = region.map(literalTest);
  return texts.filter((text) => tests.every((isIn) => isIn(text)));
}

describe("what the reach of policies says", () => {
  it("*always is always, never is never*: no context that a half-known one can turn out to be contradicts it", {
    timeout: 60_000,
  }, () => {
    const met = { always: 0, never: 0, open: 0, denied: 0, undenied: 0 };
    const count = ({ allowed, denied }: Reach) => {
      met[allowed.must ? "always" : allowed.may ? "open" : "never"] += 1;
      if (denied.must) met.denied += 1;
      if (!denied.may) met.undenied += 1;
    };
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const chooser = new Chooser(seed);
        const layers = randomLayers(chooser);
        const action = chooser.of(ACTIONS);
        const form = chooser.of(forms);
        const region = chooser.chance(0.3) ? [...form, codesOf(chooser.of(RESOURCE_PATTERNS))] : form;
        const texts = textsIn(chooser, region);
        const known = new Map<string, ContextValue>(
          KEYS.map((key) => [key.toLowerCase(), chooser.chance(0.5) ? UNKNOWN : randomValue(chooser, key)]),
        );
        const reach = reachOf(layers, { action, regions: [region], context: known });
        count(reach);
        const { allowed, denied } = reach;
        for (const resource of texts) {
          const context = new Map(
            KEYS.map((key): [string, ContextValue] => {
              const value = known.get(key.toLowerCase());
              return [key.toLowerCase(), value === UNKNOWN ? randomValue(chooser, key) : value];
            }),
          );
          const { decision, mayBeDenied } = evaluateLayers(layers, { action, resource, context });
          if (allowed.must) expect(decision).toBe("allowed");
          if (!allowed.may) expect(decision).not.toBe("allowed");
          if (denied.must) expect(decision).toBe("explicitDeny");
          if (!denied.may) expect(mayBeDenied).toBe(false);
        }
      }),
      { seed: 61, numRuns: casesOf(2_500) },
    );
    expect(Math.min(...Object.values(met))).toBeGreaterThan(casesOf(100));
  });

  it.each([
    ["Allow", "NotResource", "agent/${aws:PrincipalTag/team}", { must: false, may: true }],
    ["Allow", "NotResource", "agent/${aws:PrincipalTag/team, 'x'}", { must: false, may: true }],
    ["Allow", "NotResource", "queue/${aws:PrincipalTag/team}", { must: false, may: true }],
    ["Allow", "Resource", "agent/*${aws:PrincipalTag/team}", { must: false, may: true }],
    ["Deny", "NotResource", "queue/${aws:PrincipalTag/team}", { must: false, may: false }],
    ["Deny", "Resource", "queue/${aws:PrincipalTag/team}", { must: true, may: true }],
  ] as const)(
    "takes into account that a variable may have no value: %s %s %s",
    (Effect, kind, text, allowed) => {
      const all = { Effect: "Allow", Action: "*", Resource: "*" };
      const own = { Effect, Action: "*", [kind]: `${account}instance/i1/${text}` };
      const Statement = Effect === "Deny" ? [all, own] : [own];
      const document = parse(JSON.stringify({ Version: "2012-10-17", Statement }));
      if (!document) throw new Error("not read");
      const layers = { attached: compilePolicies([document]), boundaries: [], guardrails: [] };
      const context: RequestContext = { get: () => UNKNOWN };
      const regions = [[codesOf(`${account}instance/i1/agent/a1`)]];
      expect(reachOf(layers, { action: "connect:DescribeUser", regions, context }).allowed).toEqual(allowed);
    },
  );
});
