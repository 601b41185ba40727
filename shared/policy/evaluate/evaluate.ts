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
import {
  type CandidateGroup,
  type Candidates,
  groupsFor,
  partsByValue,
  type StatementPart,
  sortedOf,
} from "./candidates.ts";
import type { CompiledPolicySet, CompiledStatement, MatchedStatement } from "./compile.ts";
import {
  anyResourceOf,
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

function matchConditions(
  { conditions }: Pick<CompiledStatement, "conditions">,
  soFar: Truth,
  context: RequestContext,
): Truth {
  let truth = soFar;
  for (const condition of conditions) {
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
  resources: TextIndex<Candidates>,
  lowerAction: string,
  request: EvaluationRequest,
  resource: string,
  tally: Tally,
): void {
  const exact = resources.exact.get(resource);
  if (exact !== undefined) tallyAll(exact, lowerAction, request, tally);
  let node: PrefixNode<Candidates> | undefined = resources.open;
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

function matchAny(candidates: Candidates, lowerAction: string, request: EvaluationRequest): Truth {
  const sorted = sortedOf(candidates, false);
  if (sorted === undefined) {
    for (const { statement } of candidates.filed) {
      const truth = matchStatement(statement, lowerAction, request);
      if (truth !== FALSE) return truth;
    }
    return FALSE;
  }
  for (const group of sorted.groups) {
    const soFar = matchFirst(group, lowerAction, request);
    if (soFar === FALSE) continue;
    const truth = matchAnyPart(group.parts, soFar, request.context);
    if (truth !== FALSE) return truth;
    const byValue = matchAnyPart(partsByValue(group, request.context), soFar, request.context);
    if (byValue !== FALSE) return byValue;
  }
  return FALSE;
}

function matchAnyPart(parts: readonly StatementPart[], soFar: Truth, context: RequestContext): Truth {
  for (const part of parts) {
    const truth = matchConditions(part, soFar, context);
    if (truth !== FALSE) return truth;
  }
  return FALSE;
}

function tallyAll(
  candidates: Candidates,
  lowerAction: string,
  request: EvaluationRequest,
  tally: Tally,
): void {
  const { resource, context } = request;
  const sorted = sortedOf(candidates, resource !== UNKNOWN);
  if (sorted !== undefined) {
    for (const groups of groupsFor(sorted, resource, context)) {
      for (const group of groups) tallyGroup(group, lowerAction, request, tally);
    }
    return;
  }
  for (const { statement, hasAction, hasResource } of candidates.filed) {
    if (!hasAction && !matchActions(statement.actions, lowerAction)) continue;
    const soFar = hasResource ? TRUE : matchResources(statement.resources, resource, context);
    const truth = matchConditions(statement, soFar, context);
    if (truth !== FALSE) count(statement.name.effect, statement, truth, tally);
  }
}

function tallyGroup(
  group: CandidateGroup,
  lowerAction: string,
  request: EvaluationRequest,
  tally: Tally,
): void {
  const soFar = matchFirst(group, lowerAction, request);
  if (soFar === FALSE) return;
  tallyParts(group.parts, soFar, request.context, tally);
  tallyParts(partsByValue(group, request.context), soFar, request.context, tally);
}

function tallyParts(
  parts: readonly StatementPart[],
  soFar: Truth,
  context: RequestContext,
  tally: Tally,
): void {
  for (const part of parts) {
    const truth = matchConditions(part, soFar, context);
    if (truth !== FALSE) count(part.effect, part.statements, truth, tally);
  }
}

/** Whether the action and the resource of a request are those of a group. */
function matchFirst({ first }: CandidateGroup, lowerAction: string, request: EvaluationRequest): Truth {
  const { statement, hasAction, hasResource } = first;
  if (!hasAction && !matchActions(statement.actions, lowerAction)) return FALSE;
  return hasResource ? TRUE : matchResources(statement.resources, request.resource, request.context);
}

function count(
  effect: "Allow" | "Deny",
  matching: CompiledStatement | readonly CompiledStatement[],
  truth: Truth,
  tally: Tally,
): void {
  if (effect === "Deny") {
    if (truth > tally.deny) tally.deny = truth;
    if (truth === TRUE) tally.denies = added(tally.denies, matching);
  } else {
    if (truth > tally.allow) tally.allow = truth;
    if (truth === TRUE) tally.allows = added(tally.allows, matching);
  }
}

function added(
  list: CompiledStatement[] | undefined,
  matching: CompiledStatement | readonly CompiledStatement[],
): CompiledStatement[] {
  if (!("length" in matching)) {
    if (list === undefined) return [matching];
    list.push(matching);
    return list;
  }
  return list === undefined ? matching.slice() : list.concat(matching);
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
