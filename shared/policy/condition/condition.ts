/**
 * Compiles and evaluates one condition key under one operator (IAM User Guide, "Condition operators", "Multiple context
 * keys or values", "Single-valued vs. multivalued context keys").
 */
import { lowerAscii } from "../../ascii.ts";
import type { ContextValue, RequestContext } from "../model/context.ts";
import type { PolicyCondition } from "../model/document.ts";
import { quote } from "../model/quote.ts";
import { FALSE, not, TRUE, type Truth, UNDECIDED, UNKNOWN, UNREADABLE } from "../model/unknown.ts";
import { splitLiterals, type TextSet } from "../pattern/text-set.ts";
import { type ConditionOperator, parseOperator, suggestOperator } from "./operators.ts";
import type { ValueMatcher } from "./typed-value.ts";
import { compileValue } from "./value-matcher.ts";

export interface CompiledCondition {
  readonly source: PolicyCondition;
  readonly operator: ConditionOperator;
  readonly lowerKey: string;
  /** The statement's effect: decides what a single-valued operator makes of several values. */
  readonly effect: "Allow" | "Deny";
  readonly values: readonly ValueMatcher[];
  /** The values that are compared for plain equality. */
  readonly literals: TextSet;
  readonly others: readonly ValueMatcher[];
  /** The result of an unreadable comparison, before any negation: a Deny's condition holds, an Allow's does not. */
  readonly unreadable: Truth;
}

/** Reports what is wrong: the element's place within its statement, a code and a message. */
export type ReportProblem = (place: string, code: string, message: string) => void;

/** Do not use the result if a problem was reported. */
export function compileCondition(
  source: PolicyCondition,
  statement: { readonly effect: "Allow" | "Deny"; readonly variables: boolean },
  report: ReportProblem,
): CompiledCondition | undefined {
  const operator = parseOperator(source.operator);
  const place = `Condition.${source.operator}.${source.key}`;
  if (operator === undefined) {
    const suggestion = suggestOperator(source.operator);
    const hint = suggestion === undefined ? "" : `; did you mean \`${suggestion}\``;
    report(place, "unknownOperator", `${quote(source.operator)} is not a condition operator${hint}`);
    return undefined;
  }
  if (source.key === "") report(place, "badKey", "condition key is empty");
  const values: ValueMatcher[] = [];
  for (const [i, value] of source.values.entries()) {
    const matcher = compileValue(operator, value, statement.variables);
    if (typeof matcher === "string") report(`${place}[${i}]`, "badValue", matcher);
    else values.push(matcher);
  }
  return {
    source,
    operator,
    lowerKey: lowerAscii(source.key),
    effect: statement.effect,
    values,
    ...splitLiterals(values, ({ literal }) => literal),
    unreadable: (statement.effect === "Deny") !== operator.negated ? TRUE : FALSE,
  };
}

/** The result is undecided if the key, or a variable that matters, is not known. */
export function evaluateCondition(condition: CompiledCondition, context: RequestContext): Truth {
  const { shared } = context;
  if (!shared?.has(condition.lowerKey)) return evaluateAnew(condition, context);
  const known = shared.truths.get(condition);
  if (known !== undefined) return known;
  const truth = evaluateAnew(condition, context);
  if (
    condition.others.every(
      ({ template }) => !template?.variables.some(({ lowerKey }) => !shared.has(lowerKey)),
    )
  )
    shared.truths.set(condition, truth);
  return truth;
}

function evaluateAnew(condition: CompiledCondition, context: RequestContext): Truth {
  const { operator } = condition;
  // The guide says so for every request ("Null with qualifier").
  if (operator.comparison === "null" && operator.qualifier !== "none") {
    return operator.qualifier === "forAllValues" ? TRUE : FALSE;
  }
  const value = context.get(condition.lowerKey);
  if (condition.values.length === 0) return testNoValues(condition, value);
  if (value === UNKNOWN) return UNDECIDED;
  const missing = isMissing(value);
  // `Null` compares the policy value with "the key is missing".
  if (operator.comparison === "null") return test(condition, String(missing), context);
  if (missing) return whenMissing(condition);
  if (operator.qualifier === "none") {
    return typeof value === "string"
      ? test(condition, value, context)
      : testSeveral(condition, value, context);
  }
  return testSet(condition, typeof value === "string" ? [value] : value, context);
}

/** Whether a key is absent or has no value. */
export function isMissing(value: string | readonly string[] | undefined): value is undefined | readonly [] {
  return value === undefined || (value.length === 0 && typeof value !== "string");
}

function whenMissing({ operator, effect }: CompiledCondition): Truth {
  // "Any value" makes it false and "if exists" true: we choose what adds no access.
  if (operator.ifExists && operator.qualifier === "forAnyValue") return effect === "Deny" ? TRUE : FALSE;
  if (operator.ifExists || operator.qualifier === "forAllValues") return TRUE;
  if (operator.qualifier === "forAnyValue") return FALSE;
  return operator.negated ? TRUE : FALSE;
}

/**
 * An empty list of policy values. The guide says that `ForAnyValue:` never matches, and that `ForAllValues:` and
 * `…IfExists` match only without the key ("Empty array condition"). For the others it contradicts itself: the condition
 * holds, and the statement grants nothing. We choose what adds no access.
 */
function testNoValues(condition: CompiledCondition, value: ContextValue): Truth {
  const { operator, effect } = condition;
  if (operator.qualifier === "none" && !operator.ifExists) return effect === "Deny" ? TRUE : FALSE;
  if (operator.qualifier === "forAnyValue" && !operator.ifExists) return FALSE;
  if (value === UNKNOWN) return UNDECIDED;
  return isMissing(value) ? whenMissing(condition) : FALSE;
}

/** Tests one request value: it must match any policy value or, if negated, none. */
export function test(condition: CompiledCondition, requestValue: string, context: RequestContext): Truth {
  let matched: Truth = condition.literals.has(requestValue) ? TRUE : FALSE;
  for (const matcher of condition.others) {
    if (matched === TRUE) break;
    const comparison = matcher.matches(requestValue, context);
    const truth = comparison === UNREADABLE ? condition.unreadable : comparison;
    if (truth > matched) matched = truth;
  }
  return condition.operator.negated ? not(matched) : matched;
}

/**
 * A single-valued operator on a key with several values. The guide only says that such a key requires a set operator.
 * We choose what adds no access: an Allow needs every value to pass, a Deny only one.
 */
function testSeveral(
  condition: CompiledCondition,
  values: readonly string[],
  context: RequestContext,
): Truth {
  return condition.effect === "Allow"
    ? testAll(condition, values, context)
    : testAny(condition, values, context);
}

/** The empty string alone is an empty set ("resolves to a null dataset, such as an empty string"). */
function testSet(condition: CompiledCondition, values: readonly string[], context: RequestContext): Truth {
  const isEmpty = values.length === 1 && values[0] === "";
  if (condition.operator.qualifier === "forAllValues") {
    return isEmpty ? TRUE : testAll(condition, values, context);
  }
  return isEmpty ? FALSE : testAny(condition, values, context);
}

function testAll(condition: CompiledCondition, values: readonly string[], context: RequestContext): Truth {
  let all: Truth = TRUE;
  for (const value of values) {
    const truth = test(condition, value, context);
    if (truth < all) all = truth;
  }
  return all;
}

function testAny(condition: CompiledCondition, values: readonly string[], context: RequestContext): Truth {
  let any: Truth = FALSE;
  for (const value of values) {
    const truth = test(condition, value, context);
    if (truth > any) any = truth;
  }
  return any;
}
