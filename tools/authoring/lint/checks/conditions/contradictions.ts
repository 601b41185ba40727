/**
 * Conditions that no request meets together (`neverTrue`): a text that must be and must not be the same, ranges and times that
 * have nothing in common.
 *
 * A finite number of values decides: each value that a condition names, and those next to the ends of a range. The engine itself
 * tests them. A condition with a variable, or with a set operator, is taken to hold.
 */
import { lowerAscii } from "../../../../../shared/ascii.ts";
import {
  type CompiledCondition,
  compileCondition,
  evaluateCondition,
} from "../../../../../shared/policy/condition/condition.ts";
import { parseTime } from "../../../../../shared/policy/condition/date-time.ts";
import { parseIpRange } from "../../../../../shared/policy/condition/ip-address.ts";
import { createContext } from "../../../../../shared/policy/model/context.ts";
import type { PolicyCondition } from "../../../../../shared/policy/model/document.ts";
import { FALSE } from "../../../../../shared/policy/model/unknown.ts";
import { parseTemplate } from "../../../../../shared/policy/pattern/template.ts";
import { findConditionKey } from "../../../../../shared/reach/implication/condition-key-table.ts";
import { covers, overlap } from "../../../../../shared/reach/patterns/automaton.ts";
import { templateCodes } from "../../../../../shared/reach/patterns/pattern-codes.ts";
import { constantKeys } from "../../../../../shared/request/keys/global-keys.ts";
import type { LintedStatement, Report } from "../../linted-statement.ts";

/** Checks the conditions on each key of a statement against each other. */
export function checkContradictions(linted: LintedStatement, report: Report): void {
  const { statement, path, actions } = linted;
  if (actions.actions.length === 0) return;
  const byKey = new Map<string, PolicyCondition[]>();
  for (const condition of statement.conditions) {
    const lowerKey = lowerAscii(condition.key);
    byKey.set(lowerKey, [...(byKey.get(lowerKey) ?? []), condition]);
  }
  for (const [lowerKey, written] of byKey) {
    // One condition can be met, unless its key never has another value.
    if (written.length < 2 && !constants.has(lowerKey)) continue;
    const conditions = written.flatMap((condition) => compile(condition, linted) ?? []);
    const last = conditions.at(-1);
    if (!last || isPossible(conditions, statement.effect === "Allow")) continue;
    const at = `${path}.Condition.${last.source.operator}.${last.source.key}`;
    report("neverTrue", at, describe(conditions, last, statement.effect));
  }
}

/** Compiles what is judged. The parser says what an empty list means. */
function compile(condition: PolicyCondition, linted: LintedStatement): CompiledCondition | undefined {
  const { statement, variables } = linted;
  const compiled = compileCondition(condition, { effect: statement.effect, variables }, () => undefined);
  return compiled && condition.values.length > 0 && isJudged(compiled, linted) ? compiled : undefined;
}

/** A Deny needs only one of several values for each of its conditions, so they need not exclude each other there. */
function isJudged(
  { source, operator, lowerKey }: CompiledCondition,
  { statement, variables }: LintedStatement,
) {
  if (operator.qualifier !== "none" || (variables && source.values.some((value) => value.includes("${"))))
    return false;
  if (statement.effect === "Allow") return true;
  const known = findConditionKey(lowerKey);
  return known !== undefined && !known.isMultivalued && known.type !== "text";
}

function isPossible(conditions: readonly CompiledCondition[], isAllow: boolean): boolean {
  const lowerKey = conditions[0]?.lowerKey ?? "";
  const constant = constants.get(lowerKey);
  // A Deny of what is never so here is usual, and right: `aws:SecureTransport` `false`.
  if (constant !== undefined) return !isAllow || allHold(conditions, constant);
  if (conditions.length < 2) return true;
  if (allHold(conditions, undefined)) return true;
  if (conditions.some((each) => each.operator.comparison === "null" && !allHold([each], "-"))) return false;
  const candidates = candidatesOf(conditions);
  if (candidates === undefined) return !excludeEachOther(conditions);
  return candidates.some((value) => allHold(conditions, value));
}

const constants: ReadonlyMap<string, string> = new Map(
  Object.entries(constantKeys).map(([name, value]) => [lowerAscii(name), value]),
);

function allHold(conditions: readonly CompiledCondition[], value: string | undefined): boolean {
  return conditions.every((condition) => {
    const context = createContext(value === undefined ? {} : { [condition.lowerKey]: value });
    return evaluateCondition(condition, context) !== FALSE;
  });
}

/** Values of which one meets all conditions if any value does; `undefined` if there are no such few. */
function candidatesOf(conditions: readonly CompiledCondition[]): readonly string[] | undefined {
  const comparisons = new Set(conditions.map(({ operator }) => operator.comparison));
  comparisons.delete("null");
  const all = conditions.flatMap(({ operator, source }) =>
    operator.comparison === "null" ? [] : source.values,
  );
  const exact = conditions.find(
    ({ operator }) => operator.comparison === "stringEquals" && isPositive(operator),
  );
  if (exact) return exact.source.values;
  if (comparisons.size > 1) return undefined;
  const [comparison] = comparisons;
  switch (comparison) {
    case undefined:
      return ["-"];
    case "bool":
      return ["true", "false"];
    case "stringEqualsIgnoreCase":
      return [...all.map(lowerAscii), otherThan(all)];
    case "numeric":
      return all.every((value) => /^[+-]?\d{1,9}(?:\.\d{1,5})?$/.test(value))
        ? all.flatMap(aroundNumber)
        : undefined;
    case "date":
      return all.flatMap(aroundTime);
    case "ip":
      return all.flatMap(aroundRange);
    default:
      return undefined;
  }
}

function isPositive({ negated, ifExists }: CompiledCondition["operator"]): boolean {
  return !negated && !ifExists;
}

function otherThan(values: readonly string[]): string {
  return `-${values.map(lowerAscii).join("-")}-`;
}

/** Two different numbers of five decimals are further apart. */
const numberStep = 1e-6;

function aroundNumber(value: string): readonly string[] {
  return [value, ...[-numberStep, numberStep].map((step) => (Number(value) + step).toFixed(6))];
}

const nanoseconds = 1_000_000_000n;

function aroundTime(value: string): readonly string[] {
  const moment = parseTime(value);
  if (!moment) return [];
  return [moment.earliest, moment.latest].flatMap((at) => [at - 1n, at, at + 1n]).map(writeTime);
}

function writeTime(at: bigint): string {
  const [sign, size] = at < 0n ? ["-", -at] : ["", at];
  return `${sign}${size / nanoseconds}.${String(size % nanoseconds).padStart(9, "0")}`;
}

const lastAddress = (1n << 128n) - 1n;

function aroundRange(value: string): readonly string[] {
  const range = parseIpRange(value);
  if (!range) return [];
  const size = 1n << BigInt(128 - range.bits);
  const first = (range.address / size) * size;
  return [first - 1n, first, first + size - 1n, first + size]
    .filter((address) => address >= 0n && address <= lastAddress)
    .map(writeAddress);
}

function writeAddress(address: bigint): string {
  const digits = address.toString(16).padStart(32, "0");
  return (digits.match(/.{4}/g) ?? []).join(":");
}

/** Whether two conditions with wildcards exclude each other: no text fits both, or each that fits one is refused by the other. */
function excludeEachOther(conditions: readonly CompiledCondition[]): boolean {
  const texts = conditions.filter(({ operator }) => operator.comparison === "stringLike");
  const wanted = texts.filter(({ operator }) => isPositive(operator));
  return wanted.some((one) =>
    texts.some((other) => {
      if (other === one) return false;
      const [patterns, others] = [codesOf(one), codesOf(other)];
      if (other.operator.negated)
        return patterns.every((pattern) => others.some((each) => covers(each, pattern)));
      return (
        !other.operator.negated && patterns.every((pattern) => !others.some((each) => overlap(pattern, each)))
      );
    }),
  );
}

function codesOf({ source }: CompiledCondition): readonly ArrayLike<number>[] {
  return source.values.flatMap((value) => {
    const template = parseTemplate(value, { variables: false, wildcards: true });
    return typeof template === "string" ? [] : [templateCodes(template)];
  });
}

function describe(
  conditions: readonly CompiledCondition[],
  last: CompiledCondition,
  effect: "Allow" | "Deny",
): string {
  const result = `the statement ${effect === "Allow" ? "allows" : "denies"} nothing`;
  const constant = constants.get(last.lowerKey);
  if (constant !== undefined) return `\`${last.source.key}\` is always \`${constant}\` here, so ${result}`;
  const others = conditions.slice(0, -1).map(({ source }) => {
    const line = source.position ? ` on line ${source.position.line}` : "";
    return `\`${source.operator}\`${line}`;
  });
  return `no \`${last.source.key}\` meets this and ${others.join(" and ")} together, so ${result}; correct one of them, or write a statement for each`;
}
