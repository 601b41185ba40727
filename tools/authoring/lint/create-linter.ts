/**
 * Lint: finds what is valid in a policy and rarely meant, by what is known about Amazon Connect.
 *
 * Author side only. Most findings are warnings: the parser and `check-actions.ts` refuse what is certainly
 * wrong. A key that nothing can fill in is an error if that changes who has access. The rules are explained, one by one, in docs/reference/lint.md.
 */
import type { Configuration } from "../../../shared/bundle/types.ts";
import type { Issue } from "../../../shared/errors.ts";
import type { PolicyDocument } from "../../../shared/policy/model/document.ts";
import type { Positions } from "../document/issue-sink.ts";
import { checkBreadth } from "./checks/breadth.ts";
import { checkConditionKeys } from "./checks/conditions/condition-keys.ts";
import { checkContradictions } from "./checks/conditions/contradictions.ts";
import { createGroupsCheck, createIdentityCheck, createTagCheck } from "./checks/conditions/identity-keys.ts";
import { checkOperators } from "./checks/conditions/operators.ts";
import { checkValues } from "./checks/conditions/values.ts";
import { checkVariables } from "./checks/conditions/variables.ts";
import { checkDeadActions } from "./checks/dead-actions.ts";
import { checkInstanceIds } from "./checks/not-configured.ts";
import { checkRedundancy } from "./checks/redundancy.ts";
import { checkResources } from "./checks/resources.ts";
import { checkShadowing } from "./checks/shadowing.ts";
import { resourceJudge } from "./facts/resource-facts.ts";
import type { LintedStatement, Report } from "./linted-statement.ts";
import { actionMatcher } from "./statement-actions.ts";

/** Warnings kept per document: a generated one must not bury all others. */
const maxWarnings = 1_000;

/** Finds what to warn of in one parsed document; `positions` are those of the parser. */
type Linter = (document: PolicyDocument, positions: Positions) => readonly Issue[];

/** Whether the configuration accepts that a policy names a condition key which nothing fills in. */
type KeyAcceptance = (lowerKey: string, policy: string) => boolean;

/** `errors` for commands that do not show warnings: most rules can only warn. */
export type LintExtent = "all" | "errors";

/** Makes a linter; without a configuration it does not judge instances. Never throws for a parsed document. */
export function createLinter(
  config: Configuration | undefined,
  isAccepted: KeyAcceptance = () => false,
  extent: LintExtent = "all",
): Linter {
  // Where none could be read, nothing is said of which of them is meant.
  const instances = config?.instances.length === 0 ? undefined : config?.instances;
  const matcher = actionMatcher(config?.dependentActions ?? "required");
  const judge = resourceJudge(instances);
  const capping = config ? cappingOnly(config) : new Set<string>();
  const checkIdentity = createIdentityCheck(config);
  const checkTags = createTagCheck(config);
  const checkGroups = createGroupsCheck(config);
  return (document, positions) => {
    const issues: Issue[] = [];
    const report: Report = (code, path, message, severity = "warning") => {
      if (issues.length >= maxWarnings && severity === "warning") return;
      const { line, column } = positions.get(path) ?? { line: 1, column: 1 };
      issues.push({ severity, code, file: document.file, path, line, column, message });
    };
    // INVARIANT: only rules that get `report` can find errors.
    const warn: Report = (code, path, message) => report(code, path, message);
    const variables = document.version === "2012-10-17";
    const statements = document.statements.map(
      (statement, index): LintedStatement => ({
        statement,
        path: `Statement[${index}]`,
        variables,
        actions: matcher.matchElement(statement.actions),
        matcher,
        resources: statement.resources.patterns.map((pattern) => judge(pattern, variables)),
      }),
    );
    const isAll = extent === "all";
    for (const linted of statements) {
      if (isAll) checkResources(linted, { judge, instances }, warn);
      checkConditionKeys(linted, (key) => isAccepted(key, document.name), report);
      if (!isAll) continue;
      checkOperators(linted, warn);
      checkValues(linted, warn);
      checkVariables(linted, warn);
      checkContradictions(linted, warn);
      checkRedundancy(linted, warn);
      checkIdentity?.(document.name, linted, warn);
      checkTags?.(linted, warn);
      checkGroups(linted, warn);
      if (instances) checkInstanceIds(linted, instances, warn);
      if (!capping.has(document.name)) checkBreadth(linted, warn);
    }
    if (!isAll) return issues.filter(({ severity }) => severity === "error");
    checkDeadActions(statements, warn);
    checkShadowing(statements, warn);
    return issues;
  };
}

/** Policies that are only ever a boundary or a guardrail: they grant nothing, so a wide Allow in them is usual. */
function cappingOnly({ bindings, guardrails }: Configuration): ReadonlySet<string> {
  const capping = new Set([...guardrails, ...bindings.flatMap(({ boundary }) => boundary ?? [])]);
  for (const { policies } of bindings) for (const name of policies) capping.delete(name);
  return capping;
}
