/**
 * Compiling one statement, with everything that is wrong with it reported. The parser runs it to check a document,
 * `compilePolicies` to build a set, so that the two can never disagree on what is understood.
 */
import {
  type ActionPattern,
  type CompiledActions,
  compileActionPattern,
  compileActions,
} from "./action-pattern.ts";
import { type CompiledCondition, compileCondition, type ReportProblem } from "./condition.ts";
import type { PolicyStatement, PolicyVersion } from "./document.ts";
import {
  type CompiledResources,
  compileResourcePattern,
  compileResources,
  type ResourcePattern,
} from "./resource-pattern.ts";

/** The parts of a compiled statement. */
export interface StatementParts {
  readonly actions: CompiledActions;
  readonly resources: CompiledResources;
  readonly conditions: readonly CompiledCondition[];
}

/**
 * Compiles a statement; reports each problem at its place within the statement (`Action[1]`,
 * `Condition.StringEquals.aws:username[0]`) and then returns `undefined`.
 */
export function compileStatement(
  statement: PolicyStatement,
  version: PolicyVersion,
  report: ReportProblem,
): StatementParts | undefined {
  const variables = version === "2012-10-17";
  let problems = 0;
  const reportAt =
    (element: string): ReportProblem =>
    (place, code, message) => {
      problems++;
      report(element + place, code, message);
    };
  const actions = statement.actions.patterns.map((pattern, i) =>
    accept<ActionPattern>(compileActionPattern(pattern), (message) =>
      reportAt(statement.actions.kind)(`[${i}]`, "badAction", message),
    ),
  );
  const resources = statement.resources.patterns.map((pattern, i) =>
    accept<ResourcePattern>(compileResourcePattern(pattern, variables), (message) =>
      reportAt(statement.resources.kind)(`[${i}]`, "badResource", message),
    ),
  );
  const conditions = statement.conditions.map((condition) =>
    compileCondition(
      condition,
      { effect: statement.effect, variables },
      reportAt(`Condition.${condition.operator}.${condition.key}`),
    ),
  );
  if (problems > 0) return undefined;
  return {
    actions: compileActions(statement.actions.kind, actions.filter(isDefined)),
    resources: compileResources(statement.resources.kind, statement.effect, resources.filter(isDefined)),
    conditions: conditions.filter(isDefined),
  };
}

function accept<Compiled>(
  result: Compiled | string,
  report: (message: string) => void,
): Compiled | undefined {
  if (typeof result !== "string") return result;
  report(result);
  return undefined;
}

function isDefined<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
