/**
 * The engine against the naive reference, on random policies and requests. `POLICY_PAIRS` and `POLICY_SEED` in the
 * environment make a longer run, or another one.
 */
import { expect, it } from "vitest";
import { evaluateLayers } from "../../shared/policy/evaluate/layers.ts";
import { casesOf } from "../random-cases.ts";
import type { Layers } from "../reference/policy-json.ts";
import { decideByReference } from "../reference/reference.ts";
import { compileLayers, engineRequest } from "./engine.ts";
import { Chooser, randomPolicy, randomRequest } from "./random-policies.ts";

const pairs = Number(process.env["POLICY_PAIRS"] ?? casesOf(200_000));
const seed = Number(process.env["POLICY_SEED"] ?? 20_261_124);
const REQUESTS_PER_POLICY = 40;

it(`agrees with the reference on ${pairs} pairs from seed ${seed}`, { timeout: pairs * 10 }, () => {
  const chooser = new Chooser(seed);
  const seen = { allowed: 0, explicitDeny: 0, implicitDeny: 0 };
  for (let done = 0; done < pairs; done += REQUESTS_PER_POLICY) {
    const layers = randomLayers(chooser);
    const compiled = compileLayers(layers);
    for (let i = 0; i < REQUESTS_PER_POLICY; i++) {
      const request = randomRequest(chooser);
      const expected = decideByReference(layers, request);
      seen[expected]++;
      const { decision } = evaluateLayers(compiled, engineRequest(request));
      if (decision !== expected) expect.fail(disagreement(layers, request, decision, expected));
    }
  }
  // A run in which one answer hardly ever occurs would prove little.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(pairs / 20);
});

function randomLayers(chooser: Chooser): Layers {
  return {
    policies: chooser.some(1, 3, () => randomPolicy(chooser)),
    boundary: chooser.chance(0.15) ? randomPolicy(chooser) : undefined,
    guardrails: chooser.chance(0.15) ? chooser.some(1, 2, () => randomPolicy(chooser)) : undefined,
  };
}

function disagreement(...what: readonly unknown[]): string {
  const [layers, request, decision, expected] = what;
  return `engine: ${decision}, reference: ${expected}, seed: ${seed}\n${JSON.stringify({ layers, request }, undefined, 1)}`;
}
