/** What policies say about an action on many resources at once, when much of the request is unknown. */
import { lowerAscii } from "../../../shared/ascii.ts";
import { type CompiledCondition, evaluateCondition } from "../../../shared/policy/condition/condition.ts";
import type { CompiledPolicySet, CompiledStatement } from "../../../shared/policy/evaluate/compile.ts";
import type { PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import type { RequestContext } from "../../../shared/policy/model/context.ts";
import { FALSE, TRUE, UNKNOWN } from "../../../shared/policy/model/unknown.ts";
import { matchActions } from "../../../shared/policy/pattern/action-pattern.ts";
import { resolveVariable, type Variable } from "../../../shared/policy/pattern/template.ts";
import { type MatchingStatements, mayHold } from "../implication/may-hold.ts";
import { matchRegions, never, type Range, type Region } from "./resource-range.ts";

export interface Question {
  readonly action: string;
  /** Never empty. */
  readonly regions: readonly Region[];
  /** The known part of the request, the same for all the resources. */
  readonly context: RequestContext;
}

export interface Reach {
  /** Whether the action is allowed: always and on all the resources (`must`), or sometimes on some (`may`). */
  readonly allowed: Range;
  readonly denied: Range;
  /** Condition keys and variables that the answer depends on, as the policies spell them. */
  readonly keys: ReadonlySet<string>;
  /** The statements that may match. */
  readonly statements: readonly CompiledStatement[];
}

interface SetReach {
  readonly allow: Range;
  readonly deny: Range;
  /** A set that only has Denies does not have to allow. */
  readonly needsAllow: boolean;
  readonly matching: MatchingStatements;
}

/** Evaluates all layers, as `evaluateLayers` does for one resource and a known request. */
export function reachOf(layers: PolicyLayers, question: Question): Reach {
  const keys = new Set<string>();
  const statements: CompiledStatement[] = [];
  const reach = (set: CompiledPolicySet, needsAllow: boolean): SetReach => {
    const of = { Allow: { must: false, may: false }, Deny: { must: false, may: false } };
    const matching: { allows: CompiledStatement[]; denies: CompiledStatement[] } = { allows: [], denies: [] };
    for (const statement of statementsAbout(set, question.action)) {
      const range = matchStatement(statement, question, keys);
      if (!range.may) continue;
      statements.push(statement);
      if (statement.name.effect === "Allow") matching.allows.push(statement);
      else if (range.isEverywhere) matching.denies.push(statement);
      const side = of[statement.name.effect];
      side.may = true;
      side.must ||= range.must;
    }
    return { allow: of.Allow, deny: of.Deny, needsAllow, matching: { ...matching, mustAllow: needsAllow } };
  };
  const sets = [
    reach(layers.attached, true),
    ...layers.boundaries.map((set) => reach(set, true)),
    ...layers.guardrails.map((set) => reach(set, set.hasAllow)),
  ];
  const must = sets.every(({ allow, deny, needsAllow }) => (allow.must || !needsAllow) && !deny.may);
  const may = sets.every(({ allow, deny, needsAllow }) => (allow.may || !needsAllow) && !deny.must);
  const isPossible =
    must ||
    (may &&
      mayHold(
        sets.map(({ matching }) => matching),
        layers,
      ));
  return {
    allowed: { must, may: isPossible },
    denied: { must: sets.some(({ deny }) => deny.must), may: sets.some(({ deny }) => deny.may) },
    keys,
    statements,
  };
}

const none: readonly CompiledStatement[] = [];

const byAction = new WeakMap<CompiledPolicySet, Map<string, readonly CompiledStatement[]>>();

/** The statements that have the action, found once for each set. */
export function statementsAbout(set: CompiledPolicySet, action: string): readonly CompiledStatement[] {
  const known = byAction.get(set) ?? new Map<string, readonly CompiledStatement[]>();
  byAction.set(set, known);
  const lowerAction = lowerAscii(action);
  const kept = known.get(lowerAction);
  if (kept) return kept;
  const found = set.statements.filter(({ actions }) => matchActions(actions, lowerAction));
  // Most sets have none: thousands of empty lists would be one each.
  const shared = found.length === 0 ? none : found;
  known.set(lowerAction, shared);
  return shared;
}

function matchStatement(
  statement: CompiledStatement,
  { regions, context }: Question,
  keys: Set<string>,
): Range & { readonly isEverywhere: boolean } {
  const resources = matchRegions(statement.resources, regions, context);
  const truths = statement.conditions.map((condition) => evaluateCondition(condition, context));
  if (!resources.may || truths.includes(FALSE)) return { ...never, isEverywhere: false };
  for (const [index, condition] of statement.conditions.entries())
    if (truths[index] !== TRUE) addKeys(condition, context, keys);
  for (const { template } of statement.resources.others)
    for (const variable of template?.variables ?? []) addVariable(variable, context, keys);
  const must = resources.must && truths.every((truth) => truth === TRUE);
  return { must, may: true, isEverywhere: resources.must };
}

function addKeys(
  { source, lowerKey, values }: CompiledCondition,
  context: RequestContext,
  keys: Set<string>,
): void {
  if (context.get(lowerKey) === UNKNOWN) keys.add(source.key);
  else
    for (const { template } of values)
      for (const variable of template?.variables ?? []) addVariable(variable, context, keys);
}

function addVariable(variable: Variable, context: RequestContext, keys: Set<string>): void {
  if (resolveVariable(variable, context) === UNKNOWN) keys.add(variable.key);
}
