/**
 * The decision of one policy set: an explicit deny beats an allow, an allow beats the default, which is deny (IAM
 * User Guide, "Policy evaluation logic"), in three-valued logic.
 */

import { evaluateCondition } from "../condition/condition.ts";
import type { RequestContext } from "../model/context.ts";
import { FALSE, TRUE, type Truth, UNKNOWN } from "../model/unknown.ts";
import { matchActions } from "../pattern/action-pattern.ts";
import { type PrefixNode, stepNode } from "../pattern/prefix-tree.ts";
import { matchResources } from "../pattern/resource-pattern.ts";
import type { CompiledPolicySet, CompiledStatement, MatchedStatement } from "./compile.ts";
import {
  anyResourceOf,
  type Candidate,
  findBuckets,
  resourcesOf,
  type TextIndex,
  type UnknownResourceLists,
} from "./statement-index.ts";

export type { RequestContext } from "../model/context.ts";
export type { MatchedStatement } from "./compile.ts";

export interface EvaluationRequest {
  /** `connect:CreateUser`; compared without case. */
  readonly action: string;
  /** An ARN, or `*`. An ARN that ends in `/*`, as for creates, is plain text: patterns match it like any other ARN. */
  readonly resource: string | typeof UNKNOWN;
  readonly context: RequestContext;
}

/** `unknown` if the answer depends on something that is not known yet. */
export type Decision = "allowed" | "explicitDeny" | "implicitDeny" | "unknown";

/** With the statements that made the decision: the Denies of an explicit deny, the Allows otherwise. */
export interface Evaluation {
  readonly decision: Decision;
  readonly matched: readonly MatchedStatement[];
}

/** Which statements of a set match, before Denies are weighed against Allows. */
export interface Tally {
  deny: Truth;
  allow: Truth;
  /** The statements that certainly match, unordered, perhaps repeated. */
  denies: CompiledStatement[] | undefined;
  allows: CompiledStatement[] | undefined;
}

export function evaluatePolicies(set: CompiledPolicySet, request: EvaluationRequest): Evaluation {
  const tally = tallyStatements(set, request);
  const decision = decide(tally.deny, tally.allow);
  return { decision, matched: namesOf(decision === "explicitDeny" ? tally.denies : tally.allows) };
}

/** A possible Deny makes an allow unknown. Without an Allow it changes nothing. */
export function decide(deny: Truth, allow: Truth): Decision {
  if (deny === TRUE) return "explicitDeny";
  if (allow === FALSE) return "implicitDeny";
  return deny === FALSE && allow === TRUE ? "allowed" : "unknown";
}

export function matchStatement(
  statement: CompiledStatement,
  lowerAction: string,
  request: EvaluationRequest,
): Truth {
  if (!matchActions(statement.actions, lowerAction)) return FALSE;
  const { resource, context } = request;
  return matchConditions(statement, matchResources(statement.resources, resource, context), context);
}

function matchConditions(statement: CompiledStatement, soFar: Truth, context: RequestContext): Truth {
  let truth = soFar;
  for (const condition of statement.conditions) {
    if (truth === FALSE) return FALSE;
    const holds = evaluateCondition(condition, context);
    if (holds < truth) truth = holds;
  }
  return truth;
}

/** Evaluates every statement that could match. */
export function tallyStatements(set: CompiledPolicySet, request: EvaluationRequest): Tally {
  const tally: Tally = { deny: FALSE, allow: FALSE, denies: undefined, allows: undefined };
  const { lowerAction, buckets } = findBuckets(set.index, request.action);
  for (const bucket of buckets) {
    if (request.resource === UNKNOWN) tallyUnknown(anyResourceOf(bucket), lowerAction, request, tally);
    else tallyKnown(resourcesOf(bucket), lowerAction, request, request.resource, tally);
  }
  return tally;
}

function tallyKnown(
  resources: TextIndex<Candidate[]>,
  lowerAction: string,
  request: EvaluationRequest,
  resource: string,
  tally: Tally,
): void {
  const exact = resources.exact.get(resource);
  if (exact !== undefined) tallyAll(exact, lowerAction, request, tally);
  let node: PrefixNode<Candidate[]> | undefined = resources.open;
  for (let at = 0; node !== undefined; at += node?.label.length ?? 0) {
    if (node.item !== undefined) tallyAll(node.item, lowerAction, request, tally);
    node = stepNode(node, resource, at);
  }
}

/** These statements are undecided at best, so the first undecided one settles the result. */
function tallyUnknown(
  { every, someAllow, someDeny }: UnknownResourceLists,
  lowerAction: string,
  request: EvaluationRequest,
  tally: Tally,
): void {
  tallyAll(every, lowerAction, request, tally);
  if (tally.deny === FALSE) tally.deny = matchAny(someDeny, lowerAction, request);
  if (tally.allow === FALSE) tally.allow = matchAny(someAllow, lowerAction, request);
}

function matchAny(candidates: readonly Candidate[], lowerAction: string, request: EvaluationRequest): Truth {
  for (const { statement } of candidates) {
    const truth = matchStatement(statement, lowerAction, request);
    if (truth !== FALSE) return truth;
  }
  return FALSE;
}

function tallyAll(
  candidates: readonly Candidate[],
  lowerAction: string,
  request: EvaluationRequest,
  tally: Tally,
): void {
  const { resource, context } = request;
  for (const { statement, hasAction, hasResource } of candidates) {
    if (!hasAction && !matchActions(statement.actions, lowerAction)) continue;
    const soFar = hasResource ? TRUE : matchResources(statement.resources, resource, context);
    const truth = matchConditions(statement, soFar, context);
    if (truth === FALSE) continue;
    if (statement.name.effect === "Deny") {
      if (truth > tally.deny) tally.deny = truth;
      if (truth === TRUE) tally.denies = added(tally.denies, statement);
    } else {
      if (truth > tally.allow) tally.allow = truth;
      if (truth === TRUE) tally.allows = added(tally.allows, statement);
    }
  }
}

function added(list: CompiledStatement[] | undefined, statement: CompiledStatement): CompiledStatement[] {
  if (list === undefined) return [statement];
  list.push(statement);
  return list;
}

const NONE: readonly MatchedStatement[] = Object.freeze([]);

/** Names each statement once, in the order of the documents. */
export function namesOf(statements: CompiledStatement[] | undefined): readonly MatchedStatement[] {
  if (statements === undefined) return NONE;
  const names: MatchedStatement[] = [];
  for (const { name } of statements.sort((a, b) => a.ordinal - b.ordinal)) {
    if (names.at(-1) !== name) names.push(name);
  }
  return names;
}
