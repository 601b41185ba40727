/** What policies say about an action on many resources at once, when much of the request is unknown. */
import { lowerAscii } from "../ascii.ts";
import { type CompiledCondition, evaluateCondition } from "../policy/condition/condition.ts";
import type { CompiledPolicySet, CompiledStatement } from "../policy/evaluate/compile.ts";
import type { PolicyLayers } from "../policy/evaluate/layers.ts";
import type { RequestContext } from "../policy/model/context.ts";
import { FALSE, TRUE, UNKNOWN } from "../policy/model/unknown.ts";
import { matchActions } from "../policy/pattern/action-pattern.ts";
import { resolveVariable, type Variable } from "../policy/pattern/template.ts";
import { type MatchingStatements, mayHold } from "./implication/may-hold.ts";
import { matchRegions, type Range, type Region } from "./resource-range.ts";

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

/** What one set of policies says. */
interface SetReach {
  readonly allow: Range;
  readonly deny: Range;
  readonly keys: ReadonlySet<string>;
  /** The statements that may match. */
  readonly statements: readonly CompiledStatement[];
  /** The Denies that match wherever their conditions hold. */
  readonly denies: readonly CompiledStatement[];
}

/** A set, and whether it has to allow: one that only has Denies does not. */
interface Layer {
  readonly reach: SetReach;
  readonly needsAllow: boolean;
}

/** Evaluates all layers, as `evaluateLayers` does for one resource and a known request. */
export function reachOf(layers: PolicyLayers, question: Question): Reach {
  return createReach(question)(layers);
}

/** As {@link reachOf}, for thousands of callers: the boundaries and guardrails that they share are evaluated once. */
export function createReach(question: Question): (layers: PolicyLayers) => Reach {
  const known = new Map<CompiledPolicySet, SetReach>();
  const bounding = (set: CompiledPolicySet): SetReach => {
    const reach = known.get(set) ?? reachOfSet(set, question);
    known.set(set, reach);
    return reach;
  };
  return (layers) =>
    joinLayers(layers, [
      { reach: reachOfSet(layers.attached, question), needsAllow: true },
      ...(layers.denying
        ? [{ reach: onlyDenies(reachOfSet(layers.denying, question)), needsAllow: false }]
        : []),
      ...layers.boundaries.map((set) => ({ reach: bounding(set), needsAllow: true })),
      ...layers.guardrails.map((set) => ({ reach: bounding(set), needsAllow: set.hasAllow })),
    ]);
}

function joinLayers(owner: PolicyLayers, layers: readonly Layer[]): Reach {
  const must = layers.every(({ reach, needsAllow }) => (reach.allow.must || !needsAllow) && !reach.deny.may);
  const may = layers.every(({ reach, needsAllow }) => (reach.allow.may || !needsAllow) && !reach.deny.must);
  const isPossible = must || (may && mayHold(layers.map(matchingOf), owner));
  return {
    allowed: { must, may: isPossible },
    denied: {
      must: layers.some(({ reach }) => reach.deny.must),
      may: layers.some(({ reach }) => reach.deny.may),
    },
    keys: new Set(layers.flatMap(({ reach }) => [...reach.keys])),
    statements: layers.flatMap(({ reach }) => reach.statements),
  };
}

function matchingOf({ reach: { statements, denies }, needsAllow }: Layer): MatchingStatements {
  const allows = statements.filter(({ name }) => name.effect === "Allow");
  return { allows, denies, mustAllow: needsAllow };
}

function reachOfSet(set: CompiledPolicySet, question: Question): SetReach {
  const keys = new Set<string>();
  const statements: CompiledStatement[] = [];
  const denies: CompiledStatement[] = [];
  const of = { Allow: { must: false, may: false }, Deny: { must: false, may: false } };
  for (const statement of statementsAbout(set, question.action)) {
    const fit = matchStatement(statement, question, keys);
    if (fit === "never") continue;
    statements.push(statement);
    const { effect } = statement.name;
    if (effect === "Deny" && fit !== "sometimes") denies.push(statement);
    of[effect].may = true;
    of[effect].must ||= fit === "always";
  }
  return { allow: of.Allow, deny: of.Deny, keys, statements, denies };
}

/** Of policies that only may be attached, or whose end has come, the Allows do not count. */
function onlyDenies(reach: SetReach): SetReach {
  return {
    ...reach,
    allow: { must: false, may: false },
    statements: reach.statements.filter(({ name }) => name.effect === "Deny"),
  };
}

/** Looking through so few takes less time, and less memory, than remembering what was found. */
const fewStatements = 16;

const byAction = new WeakMap<CompiledPolicySet, Map<string, readonly CompiledStatement[]>>();

/** The statements that have the action, found once for each large set. */
export function statementsAbout(set: CompiledPolicySet, action: string): readonly CompiledStatement[] {
  const lowerAction = lowerAscii(action);
  const find = () => set.statements.filter(({ actions }) => matchActions(actions, lowerAction));
  if (set.statements.length <= fewStatements) return find();
  const known = byAction.get(set) ?? new Map<string, readonly CompiledStatement[]>();
  byAction.set(set, known);
  const found = known.get(lowerAction) ?? find();
  known.set(lowerAction, found);
  return found;
}

/** When a statement matches: `everywhere` where its conditions hold, and `always` if they always do. */
type Fit = "never" | "sometimes" | "everywhere" | "always";

function matchStatement(
  { resources, conditions }: CompiledStatement,
  { regions, context }: Question,
  keys: Set<string>,
): Fit {
  const range = matchRegions(resources, regions, context);
  if (!range.may) return "never";
  const truths = conditions.map((condition) => evaluateCondition(condition, context));
  if (truths.includes(FALSE)) return "never";
  for (const [index, condition] of conditions.entries())
    if (truths[index] !== TRUE) addKeys(condition, context, keys);
  for (const { template } of resources.others)
    for (const variable of template?.variables ?? []) addVariable(variable, context, keys);
  if (!range.must) return "sometimes";
  return truths.every((truth) => truth === TRUE) ? "always" : "everywhere";
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
