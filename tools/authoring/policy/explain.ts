/** Explains a decision by its own matchers, statement by statement, in the words of `SimulateCustomPolicy`. */
import { lowerAscii } from "../../../shared/ascii.ts";
import {
  type CompiledCondition,
  evaluateCondition,
  isMissing,
} from "../../../shared/policy/condition/condition.ts";
import type { Comparison } from "../../../shared/policy/condition/operators.ts";
import type { ValueMatcher } from "../../../shared/policy/condition/typed-value.ts";
import type { CompiledPolicySet, CompiledStatement } from "../../../shared/policy/evaluate/compile.ts";
import {
  type Decision,
  type EvaluationRequest,
  evaluatePolicies,
  matchStatement,
} from "../../../shared/policy/evaluate/evaluate.ts";
import { findMissingKeys } from "../../../shared/policy/evaluate/missing-keys.ts";
import type { ContextValue, RequestContext } from "../../../shared/policy/model/context.ts";
import type { Position } from "../../../shared/policy/model/document.ts";
import {
  type ComparisonResult,
  FALSE,
  TRUE,
  type Truth,
  UNDECIDED,
  UNKNOWN,
  UNREADABLE,
} from "../../../shared/policy/model/unknown.ts";
import { matchActions } from "../../../shared/policy/pattern/action-pattern.ts";
import { matchGlob } from "../../../shared/policy/pattern/glob.ts";
import { matchResourcePattern, matchResources } from "../../../shared/policy/pattern/resource-pattern.ts";
import { formatCodes, substitute, type Template } from "../../../shared/policy/pattern/template.ts";

type MatchResult = "match" | "noMatch" | "unknown";

/** A pattern or value of the policy against the request. */
interface ValueExplanation {
  /** As the policy writes it. */
  readonly value: string;
  /** With variables replaced; `null` when one has no value. Absent when there are none, or one is unknown. */
  readonly resolved?: string | null;
  /**
   * Whether the request matches it; a negated element or operator requires `noMatch`. `unreadable`: one of the two cannot
   * be read as the operator's type, which counts against access.
   */
  readonly result: MatchResult | "unreadable";
}

interface ElementExplanation {
  readonly element: "Action" | "NotAction" | "Resource" | "NotResource";
  readonly result: MatchResult;
  readonly patterns: readonly ValueExplanation[];
}

export interface ConditionExplanation {
  readonly operator: string;
  readonly key: string;
  readonly result: MatchResult;
  /** `null`: the request has no such key; `{unknown: true}`: its value is not known. */
  readonly requestValue: string | readonly string[] | null | { readonly unknown: true };
  readonly values: readonly ValueExplanation[];
  /** What could not be read, and its effect; absent if everything was readable. */
  readonly unreadable?: string;
  readonly line: number;
  readonly column: number;
}

export interface StatementExplanation {
  readonly policy: string;
  readonly sid?: string;
  readonly index: number;
  readonly effect: "Allow" | "Deny";
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
  readonly result: MatchResult;
  readonly action: ElementExplanation;
  readonly resource: ElementExplanation;
  readonly conditions: readonly ConditionExplanation[];
}

/** A statement as `SimulateCustomPolicy` names it. */
interface SimulatedStatement {
  readonly SourcePolicyId: string;
  readonly StartPosition: { readonly Line: number; readonly Column: number };
  readonly EndPosition: { readonly Line: number; readonly Column: number };
}

/** A decision with its reasons; the capitalised members are those of AWS's `EvaluationResult`. */
interface PolicyExplanation {
  readonly EvalActionName: string;
  /** `null`: not known. */
  readonly EvalResourceName: string | null;
  readonly EvalDecision: Decision;
  readonly MatchedStatements: readonly SimulatedStatement[];
  readonly MissingContextValues: readonly string[];
  readonly statements: readonly StatementExplanation[];
}

export function explainPolicies(set: CompiledPolicySet, request: EvaluationRequest): PolicyExplanation {
  const { decision, matched } = evaluatePolicies(set, request);
  const isMatched = new Set(matched);
  return {
    EvalActionName: request.action,
    EvalResourceName: request.resource === UNKNOWN ? null : request.resource,
    EvalDecision: decision,
    MatchedStatements: set.statements.filter(({ name }) => isMatched.has(name)).map(simulatedStatement),
    MissingContextValues: findMissingKeys([set], request, "unknownOrAbsent"),
    statements: set.statements.map((statement) => explainStatement(statement, request)),
  };
}

function simulatedStatement({ name, source }: CompiledStatement): SimulatedStatement {
  return {
    SourcePolicyId: name.policy,
    StartPosition: { Line: source.start.line, Column: source.start.column },
    EndPosition: { Line: source.end.line, Column: source.end.column },
  };
}

function explainStatement(statement: CompiledStatement, request: EvaluationRequest): StatementExplanation {
  const { source, name } = statement;
  const lowerAction = lowerAscii(request.action);
  return {
    policy: name.policy,
    ...(name.sid === undefined ? {} : { sid: name.sid }),
    index: name.index,
    effect: name.effect,
    file: name.file,
    start: source.start,
    end: source.end,
    result: resultOf(matchStatement(statement, lowerAction, request)),
    action: {
      element: source.actions.kind,
      result: resultOf(matchActions(statement.actions, lowerAction) ? TRUE : FALSE),
      patterns: statement.actions.patterns.map(({ pattern, glob }) => ({
        value: pattern,
        result: resultOf(matchGlob(glob, lowerAction) ? TRUE : FALSE),
      })),
    },
    resource: explainResource(statement, request),
    conditions: statement.conditions.map((condition) => explainCondition(condition, request.context)),
  };
}

function explainResource(
  { source, resources }: CompiledStatement,
  request: EvaluationRequest,
): ElementExplanation {
  const { resource, context } = request;
  return {
    element: source.resources.kind,
    result: resultOf(matchResources(resources, resource, context)),
    patterns: resources.patterns.map((pattern) => ({
      value: pattern.pattern,
      ...resolved(pattern.template, context),
      result: resultOf(matchResourcePattern(resources, pattern, resource, context)),
    })),
  };
}

function explainCondition(condition: CompiledCondition, context: RequestContext): ConditionExplanation {
  const value = context.get(condition.lowerKey);
  const { source } = condition;
  const values = condition.values.map((matcher) => ({
    value: matcher.value,
    ...resolved(matcher.template, context),
    result: wordOf(testValue(condition, matcher, value, context)),
  }));
  const isUnreadable = values.some(({ result }) => result === "unreadable");
  return {
    operator: source.operator,
    key: source.key,
    result: resultOf(evaluateCondition(condition, context)),
    requestValue: value === UNKNOWN ? { unknown: true } : (value ?? null),
    values,
    ...(isUnreadable ? { unreadable: describeUnreadable(condition) } : {}),
    line: source.position.line,
    column: source.position.column,
  };
}

/** Why a comparison is undecided, by what the operator compares. */
const faults: Readonly<Partial<Record<Comparison, string>>> = {
  numeric: "could not be read as a number",
  date: "could not be read as a time",
  bool: "could not be read as `true` or `false`",
  binary: "could not be read as base64",
  ip: "could not be read as an IP address",
  arn: "could not be read as an ARN of six parts",
  stringEqualsIgnoreCase: "differs in the case of letters beyond A to Z",
};

function describeUnreadable({ operator, effect }: CompiledCondition): string {
  const counts = effect === "Allow" ? "an Allow does not hold" : "a Deny holds";
  return `a value ${faults[operator.comparison]}, so ${counts}`;
}

/** Whether any of the request's values matches one value of the policy. */
function testValue(
  condition: CompiledCondition,
  matcher: ValueMatcher,
  value: ContextValue,
  context: RequestContext,
): ComparisonResult {
  if (value === UNKNOWN) return UNDECIDED;
  if (condition.operator.comparison === "null") return matcher.matches(String(isMissing(value)), context);
  const found = new Set<ComparisonResult>();
  for (const one of typeof value === "string" ? [value] : (value ?? []))
    found.add(matcher.matches(one, context));
  const order: readonly ComparisonResult[] = [TRUE, UNREADABLE, UNDECIDED];
  return order.find((result) => found.has(result)) ?? FALSE;
}

function resolved(template: Template | undefined, context: RequestContext): { resolved?: string | null } {
  if (template === undefined) return {};
  const codes = substitute(template, context);
  if (codes === UNKNOWN) return {};
  return { resolved: codes === undefined ? null : formatCodes(codes) };
}

function wordOf(result: ComparisonResult): ValueExplanation["result"] {
  return result === UNREADABLE ? "unreadable" : resultOf(result);
}

function resultOf(truth: Truth): MatchResult {
  return truth === TRUE ? "match" : truth === FALSE ? "noMatch" : "unknown";
}
