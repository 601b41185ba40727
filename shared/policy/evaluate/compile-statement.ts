/** Compiles one statement and reports all its problems: the same for the parser and for `compilePolicies`. */

import { type CompiledCondition, compileCondition, type ReportProblem } from "../condition/condition.ts";
import type { PolicyStatement, PolicyVersion } from "../model/document.ts";
import {
  type ActionPattern,
  type CompiledActions,
  compileActionPattern,
  compileActions,
} from "../pattern/action-pattern.ts";
import {
  type CompiledResources,
  compileResourcePattern,
  compileResources,
  type ResourcePattern,
} from "../pattern/resource-pattern.ts";

export interface StatementParts {
  readonly actions: CompiledActions;
  readonly resources: CompiledResources;
  readonly conditions: readonly CompiledCondition[];
  /** Whether `${…}` is a variable, by the policy's version. */
  readonly variables: boolean;
}

/** Identifies a statement in decisions and audit records. */
export interface MatchedStatement {
  readonly policy: string;
  readonly sid?: string;
  /** From 0, within its policy. */
  readonly index: number;
  readonly effect: "Allow" | "Deny";
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface CompiledStatement extends StatementParts {
  readonly source: PolicyStatement;
  /** From 0, within the whole set. */
  readonly ordinal: number;
  readonly name: MatchedStatement;
}

/**
 * Reports each problem at its place within the statement (`Action[1]`, `Condition.StringEquals.aws:username[0]`). Do
 * not use the result if a problem was reported.
 */
export function compileStatement(
  statement: PolicyStatement,
  version: PolicyVersion,
  report: ReportProblem,
): StatementParts {
  const variables = version === "2012-10-17";
  for (const { kind, patterns } of [statement.actions, statement.resources]) {
    if (patterns.length === 0 && statement.effect === "Allow" && kind.startsWith("Not")) {
      report(kind, "emptyList", `\`${kind}\` of an Allow is empty, which would allow everything`);
    }
  }
  const actions: ActionPattern[] = [];
  for (const [i, pattern] of statement.actions.patterns.entries()) {
    const compiled = compileActionPattern(pattern);
    if (typeof compiled !== "string") actions.push(compiled);
    else report(`${statement.actions.kind}[${i}]`, "badAction", compiled);
  }
  const resources: ResourcePattern[] = [];
  for (const [i, pattern] of statement.resources.patterns.entries()) {
    const compiled = compileResourcePattern(pattern, variables);
    if (typeof compiled !== "string") resources.push(compiled);
    else report(`${statement.resources.kind}[${i}]`, "badResource", compiled);
  }
  const conditions: CompiledCondition[] = [];
  for (const condition of statement.conditions) {
    const compiled = compileCondition(condition, { effect: statement.effect, variables }, report);
    if (compiled !== undefined) conditions.push(compiled);
  }
  return {
    actions: compileActions(statement.actions.kind, actions),
    resources: compileResources(statement.resources.kind, statement.effect, resources),
    conditions,
    variables,
  };
}
