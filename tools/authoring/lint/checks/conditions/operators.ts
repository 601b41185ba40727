/**
 * Operators that do not fit their key: of another type, without a set operator for several values, or with one that
 * holds when there is no value at all.
 *
 * Rules: IAM User Guide, "Condition operators" (each key's type and the operators that work with it), "Single-valued vs.
 * multivalued context keys" (`ForAllValues` is true when the key is missing).
 */
import {
  type CompiledCondition,
  compileCondition,
  evaluateCondition,
} from "../../../../../shared/policy/condition/condition.ts";
import type { Comparison } from "../../../../../shared/policy/condition/operators.ts";
import { createContext } from "../../../../../shared/policy/model/context.ts";
import type { PolicyCondition } from "../../../../../shared/policy/model/document.ts";
import { FALSE } from "../../../../../shared/policy/model/unknown.ts";
import {
  findConditionKey,
  type KeyType,
} from "../../../../../shared/reach/implication/condition-key-table.ts";
import type { LintedStatement, Report } from "../../linted-statement.ts";

const text: readonly Comparison[] = ["stringEquals", "stringEqualsIgnoreCase", "stringLike"];

/** What fits each type, and the operators to name in the message; `Null` fits all. */
const fitting = {
  string: { comparisons: text, name: "a string", use: "`StringEquals` or `StringLike`" },
  arn: { comparisons: [...text, "arn"], name: "an ARN", use: "`ArnLike` or `ArnEquals`" },
  bool: { comparisons: ["bool"], name: "a boolean", use: "`Bool`" },
  date: { comparisons: ["date"], name: "a date", use: "`DateGreaterThan` or another of the date operators" },
  dateOrNumber: {
    comparisons: ["date", "numeric"],
    name: "a date in seconds",
    use: "a date or numeric operator",
  },
  ip: { comparisons: ["ip"], name: "an IP address", use: "`IpAddress` or `NotIpAddress`" },
  number: { comparisons: ["numeric"], name: "a number", use: "a numeric operator" },
  text: { comparisons: undefined, name: "a text", use: "" },
} satisfies Record<KeyType, { comparisons: readonly Comparison[] | undefined; name: string; use: string }>;

/** Checks the operators of a statement: `wrongOperator`, `missingSetOperator`, `unguardedForAllValues`. */
export function checkOperators(linted: LintedStatement, report: Report): void {
  const { statement, actions, path } = linted;
  if (actions.actions.length === 0 || statement.conditions.length === 0) return;
  const compiled = statement.conditions.map((condition) => compile(condition, linted));
  for (const [index, condition] of compiled.entries()) {
    if (!condition) continue;
    const at = `${path}.Condition.${condition.source.operator}.${condition.source.key}`;
    const fault = findFault(condition);
    if (fault) report(fault.code, at, fault.message);
    if (statement.effect === "Allow" && isUnguarded(condition, compiled.toSpliced(index, 1)))
      report("unguardedForAllValues", at, describeUnguarded(condition));
  }
}

/** Compiles again, since the parser keeps no conditions. Conditions that the parser refuses do not get here. */
function compile(
  condition: PolicyCondition,
  { statement, variables }: LintedStatement,
): CompiledCondition | undefined {
  return compileCondition(condition, { effect: statement.effect, variables }, () => undefined);
}

function findFault({ source, operator }: CompiledCondition): { code: string; message: string } | undefined {
  const known = findConditionKey(source.key);
  if (!known || operator.comparison === "null") return undefined;
  const { comparisons, name, use } = fitting[known.type];
  if (comparisons && !comparisons.some((comparison) => comparison === operator.comparison)) {
    const message = `\`${known.name}\` is ${name}, which \`${source.operator}\` does not compare; use ${use}`;
    return { code: "wrongOperator", message };
  }
  if (known.isMultivalued && operator.qualifier === "none") {
    const message =
      `\`${known.name}\` may have several values; ` +
      `write \`ForAnyValue:${source.operator}\` or \`ForAllValues:${source.operator}\``;
    return { code: "missingSetOperator", message };
  }
  return undefined;
}

/**
 * Whether a condition holds without its key, and nothing else in the statement fails then. `…IfExists` states it, so that
 * is not reported. A tag that must be in the request is a tag key in it too.
 */
function isUnguarded(
  condition: CompiledCondition,
  others: readonly (CompiledCondition | undefined)[],
): boolean {
  const { operator, lowerKey } = condition;
  // The parser warns of `Null` with a set operator.
  if (operator.qualifier !== "forAllValues" || operator.ifExists || operator.comparison === "null")
    return false;
  const guards = others
    .filter((other) => other !== undefined)
    .filter((other) => isSameKey(other.lowerKey, lowerKey));
  return !guards.some((other) => evaluateCondition(other, nothing) === FALSE);
}

const nothing = createContext({});

function isSameKey(key: string, guarded: string): boolean {
  return key === guarded || (guarded === "aws:tagkeys" && key.startsWith("aws:requesttag/"));
}

function describeUnguarded({ source }: CompiledCondition): string {
  return (
    `\`${source.operator}\` also allows a request without \`${source.key}\`; ` +
    `add \`"Null": {"${source.key}": "false"}\` to the condition`
  );
}
