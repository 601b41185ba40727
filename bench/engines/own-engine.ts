/**
 * Our engine, as the handlers use it: `compilePolicies` once, `evaluateLayers` for each decision.
 */
import { DocumentError } from "../../shared/errors.ts";
import { compilePolicies } from "../../shared/policy/evaluate/compile.ts";
import type { EvaluationRequest } from "../../shared/policy/evaluate/evaluate.ts";
import { evaluateLayers, type PolicyLayers } from "../../shared/policy/evaluate/layers.ts";
import { createContext } from "../../shared/policy/model/context.ts";
import type { PolicyDocument } from "../../shared/policy/model/document.ts";
import { UNKNOWN } from "../../shared/policy/model/unknown.ts";
import { parsePolicy } from "../../tools/authoring/policy/parse.ts";
import type { Engine } from "./engine.ts";
import type { BenchRequest, BenchStatement } from "./statement.ts";

const statementsPerPolicy = 1_000;

/** Parses statements, as policies of at most 1,000 each: what a bundle holds. */
export function parseStatements(statements: readonly BenchStatement[]): readonly PolicyDocument[] {
  const documents: PolicyDocument[] = [];
  for (let from = 0; from < statements.length; from += statementsPerPolicy) {
    const Statement = statements.slice(from, from + statementsPerPolicy);
    const name = `bench-${documents.length}`;
    const text = JSON.stringify({ Version: "2012-10-17", Statement });
    const parsed = parsePolicy(text, { name, file: `${name}.json` });
    if (!parsed.ok) throw new DocumentError(parsed.issues);
    documents.push(parsed.document);
  }
  return documents;
}

/** Compiles parsed statements into the policies of a principal without boundary and guardrails. */
export function compileLayers(documents: readonly PolicyDocument[]): PolicyLayers {
  return { attached: compilePolicies(documents), boundaries: [], guardrails: [] };
}

function ownRequest({ action, resource, context }: BenchRequest): EvaluationRequest {
  return { action, resource, context: createContext(context) };
}

/** Our engine. */
export const ownEngine: Engine = {
  name: "connect-authorizer",
  prepare(statements, requests) {
    const layers = compileLayers(parseStatements(statements));
    const asked = requests.map(ownRequest);
    return {
      rules: statements.length,
      allows(index) {
        const request = asked[index];
        return request !== undefined && evaluateLayers(layers, request).decision === "allowed";
      },
      run: (passes) => countDecisions(layers, asked, { passes, decision: "allowed" }),
    };
  },
};

/** Our engine as the authorizer asks it when the body names the resource: for every possible one at once. */
export const ownEngineResourceUnknown: Engine = {
  name: "connect-authorizer, resource not known",
  prepare(statements, requests) {
    const layers = compileLayers(parseStatements(statements));
    const asked = requests.map(
      (request): EvaluationRequest => ({ ...ownRequest(request), resource: UNKNOWN }),
    );
    return {
      rules: statements.length,
      allows: () => false,
      run: (passes) => countDecisions(layers, asked, { passes, decision: "allowed" }),
    };
  },
};

function countDecisions(
  layers: PolicyLayers,
  asked: readonly EvaluationRequest[],
  { passes, decision }: { readonly passes: number; readonly decision: string },
): number {
  let count = 0;
  for (let pass = 0; pass < passes; pass++) {
    for (const request of asked) {
      if (evaluateLayers(layers, request).decision === decision) count++;
    }
  }
  return count;
}
