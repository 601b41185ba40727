/** One question of a call: what the policies say to it, with every reason as plain data. */
import type { AskDecision } from "../../../shared/decide/authorize.ts";
import type { EvaluationRequest, MatchedStatement } from "../../../shared/policy/evaluate/evaluate.ts";
import type { PolicyLayer, PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import { UNKNOWN } from "../../../shared/policy/model/unknown.ts";
import type { WrittenPolicies } from "../configuration/read/policies.ts";
import { type ConditionExplanation, explainPolicies, type StatementExplanation } from "../policy/explain.ts";
import { formatStatement } from "./statement-text.ts";

/** A statement that has the action but does not apply, and the first reason. */
export interface PassedStatement {
  readonly statement: string;
  readonly because: string;
}

/** A text of a statement that names an instance. */
export interface NamedText {
  readonly statement: string;
  /** `policies/NAME.json:line:column` */
  readonly at: string;
  readonly written: string;
  /** What the bundle holds. */
  readonly resolved: string;
}

export interface ExplainedAsk {
  readonly action: string;
  readonly resource: string | null;
  readonly sort: "required" | "referenced";
  /** Member path that the resource comes from, or `*`. */
  readonly source: string;
  readonly decision: string;
  readonly layer?: PolicyLayer;
  readonly statements: readonly MatchedStatement[];
  readonly missingContextKeys: readonly string[];
  readonly passed: readonly PassedStatement[];
  /** Whether the answer depends on something that is not known; absent when it does not. */
  readonly isOpen?: true;
  /** Statements that apply because a value could not be read; absent when there are none. */
  readonly unreadable?: readonly PassedStatement[];
  /** What these statements have in the place of names; absent when they name no instance. */
  readonly names?: readonly NamedText[];
}

/** What the policies say to one question of a call. */
export function explainAsk(
  { ask, evaluation, context, isOpen }: AskDecision,
  layers: PolicyLayers | undefined,
  written: WrittenPolicies = new Map(),
): ExplainedAsk {
  const { action, resource, sort, source } = ask;
  const sets = layers ? [layers.attached, ...layers.boundaries, ...layers.guardrails] : [];
  const request: EvaluationRequest = { action, resource: resource ?? UNKNOWN, context };
  const saidBy = (set: PolicyLayers["attached"]) => explainPolicies(set, request).statements;
  // Of policies that only may be attached, or whose end has come, only the Denies count.
  const denies = layers?.denying ? saidBy(layers.denying).filter(({ effect }) => effect === "Deny") : [];
  const considered = [...sets.flatMap(saidBy), ...denies];
  const unreadable = considered.flatMap(unreadableStatement);
  const isPassed = ({ result, action: element }: StatementExplanation) =>
    result !== "match" && element.result === "match";
  const isBehind = ({ policy, index }: StatementExplanation) =>
    evaluation.matched.some((each) => each.policy === policy && each.index === index);
  const named = considered
    .filter((each) => isBehind(each) || isPassed(each))
    .flatMap((each) => namedTexts(each, written));
  return {
    action,
    resource: resource ?? null,
    sort,
    source,
    decision: evaluation.decision,
    ...(evaluation.layer ? { layer: evaluation.layer } : {}),
    statements: evaluation.matched,
    missingContextKeys: evaluation.missingContextKeys,
    passed: considered.filter(isPassed).map(passedStatement),
    ...(isOpen && isUndecided(ask, evaluation) ? { isOpen } : {}),
    ...(unreadable.length > 0 ? { unreadable } : {}),
    ...(named.length > 0 ? { names: named } : {}),
  };
}

/** A required target that nothing allows is open to nobody. */
function isUndecided({ sort }: AskDecision["ask"], { decision }: AskDecision["evaluation"]): boolean {
  return decision === "unknown" || (sort === "referenced" && decision !== "explicitDeny");
}

function namedTexts(statement: StatementExplanation, written: WrittenPolicies): readonly NamedText[] {
  const own = [...(written.get(statement.policy) ?? [])].filter(([path]) =>
    path.startsWith(`Statement[${statement.index}].`),
  );
  return own.map(([, text]) => ({
    statement: nameStatement(statement),
    at: `${statement.file}:${text.line}:${text.column}`,
    written: text.written,
    resolved: text.resolved,
  }));
}

function nameStatement({ start, ...statement }: StatementExplanation): string {
  return formatStatement({ ...statement, ...start });
}

function unreadableStatement(statement: StatementExplanation): readonly PassedStatement[] {
  const found = statement.conditions.find(({ unreadable }) => unreadable !== undefined);
  if (statement.result !== "match" || found === undefined) return [];
  return [{ statement: nameStatement(statement), because: describeCondition(found) }];
}

function describeCondition({
  operator,
  key,
  requestValue,
  result,
  unreadable,
}: ConditionExplanation): string {
  const has = describeValue(requestValue);
  const why = unreadable === undefined ? "" : `; ${unreadable}`;
  return `${operator} on \`${key}\` ${wordOf(result)}: ${has}${why}`;
}

function describeValue(value: ConditionExplanation["requestValue"]): string {
  if (value === null) return "the request has no such key";
  if (typeof value === "object" && "unknown" in value) return "what the request has is not known here";
  return `the request has ${JSON.stringify(value)}`;
}

function passedStatement(statement: StatementExplanation): PassedStatement {
  const { resource, conditions } = statement;
  const name = nameStatement(statement);
  if (resource.result !== "match") {
    const listed = resource.patterns.map(({ value }) => `\`${value}\``).join(", ");
    return { statement: name, because: `${resource.element} ${listed} ${wordOf(resource.result)}` };
  }
  const [failed] = conditions.filter(({ result }) => result !== "match");
  if (!failed) return { statement: name, because: "it does not apply" };
  return { statement: name, because: describeCondition(failed) };
}

function wordOf(result: "match" | "noMatch" | "unknown"): string {
  if (result === "match") return "matches";
  return result === "unknown" ? "is not known to match" : "does not match";
}
