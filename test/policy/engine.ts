/**
 * The engine, from JSON policies to decisions, for tests that make their own policies.
 */
import { compilePolicies } from "../../shared/policy/evaluate/compile.ts";
import type { EvaluationRequest } from "../../shared/policy/evaluate/evaluate.ts";
import type { PolicyLayers } from "../../shared/policy/evaluate/layers.ts";
import { createContext } from "../../shared/policy/model/context.ts";
import type { PolicyDocument } from "../../shared/policy/model/document.ts";
import { parsePolicy } from "../../tools/authoring/policy/parse.ts";
import type { Layers, Policy, Request } from "../reference/policy-json.ts";

/** Parses a policy that must be right. */
export function parseGood(policy: Policy, name = "policy"): PolicyDocument {
  const parsed = parsePolicy(JSON.stringify(policy), { name, file: `${name}.json` });
  if (!parsed.ok)
    throw new Error(`${JSON.stringify(policy)}\n${JSON.stringify(parsed.issues, undefined, 1)}`);
  return parsed.document;
}

/** Compiles policies that must be right into one set. */
export function compileGood(...policies: readonly Policy[]) {
  return compilePolicies(policies.map((policy, i) => parseGood(policy, String(i))));
}

/** Compiles layers that must be right. */
export function compileLayers({ policies, boundary, guardrails = [] }: Layers): PolicyLayers {
  return {
    attached: compileGood(...policies),
    boundaries: boundary === undefined ? [] : [compileGood(boundary)],
    guardrails: guardrails.map((guardrail) => compileGood(guardrail)),
  };
}

/** The same request for the engine. */
export function engineRequest({ action, resource, context }: Request): EvaluationRequest {
  return { action, resource, context: createContext(context) };
}
