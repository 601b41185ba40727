/**
 * One case of policy simulation, from parsed JSON to the answer that `cli simulate` prints.
 *
 * A case in: `{id, policy | policies, boundary?, guardrails?, action, resource, context?}`; an answer out:
 * `{id, decision, matchedStatements, missingContextKeys}`, or `{id, error: {code, issues}}`. Other members are for
 * the author (a reason, an expectation) and are not read.
 */
import type { ErrorCode, Issue } from "../../../shared/errors.ts";
import type { MatchedStatement } from "../../../shared/policy/evaluate/compile.ts";
import type { Decision } from "../../../shared/policy/evaluate/evaluate.ts";
import { evaluateLayers } from "../../../shared/policy/evaluate/layers.ts";
import { findMissingKeys } from "../../../shared/policy/evaluate/missing-keys.ts";
import { isPlainObject } from "../../../shared/shape.ts";
import { CASE_FILE, caseIssue, readCase } from "./simulation-case.ts";

type SimulatedMatch = Pick<MatchedStatement, "policy" | "sid" | "index" | "effect">;

export type SimulationAnswer =
  | {
      readonly id: string | number | null;
      readonly decision: Decision;
      readonly matchedStatements: readonly SimulatedMatch[];
      readonly missingContextKeys: readonly string[];
    }
  | {
      readonly id: string | number | null;
      readonly error: { readonly code: ErrorCode; readonly issues: readonly Issue[] };
    };

/** Simulates one case. Never throws: what cannot be decided is answered with an error. */
export function simulateCase(line: unknown): SimulationAnswer {
  const issues: Issue[] = [];
  const id =
    isPlainObject(line) && (typeof line["id"] === "string" || typeof line["id"] === "number")
      ? line["id"]
      : null;
  try {
    const simulation = readCase(line, issues);
    if (simulation === undefined) {
      const isDocument = issues.some(({ file }) => file !== CASE_FILE);
      return { id, error: { code: isDocument ? "invalidDocument" : "invalidInput", issues } };
    }
    const { layers, request } = simulation;
    const { decision, matched } = evaluateLayers(layers, request);
    const sets = [layers.attached, ...layers.boundaries, ...layers.guardrails];
    return {
      id,
      decision,
      matchedStatements: matched.map(({ policy, sid, index, effect }) =>
        sid === undefined ? { policy, index, effect } : { policy, sid, index, effect },
      ),
      missingContextKeys: findMissingKeys(sets, request, "unknownOrAbsent"),
    };
  } catch {
    return { id, error: { code: "internal", issues: [...issues, caseIssue("", "could not be decided")] } };
  }
}
