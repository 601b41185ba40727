/**
 * The difference in access between two bundles: who gains or loses which actions on which resources.
 *
 * It compares what policies decide and not how they are written: names, order, twins and splitting show no difference. For
 * every subject, action and form of resource, the resources are cut into regions along all patterns, and both sides are
 * asked for each region. Conditions are compared as they are written: a change of one is a change that may add access.
 */

import { type ActionFacts, lintFacts } from "../lint/action-facts.ts";
import { actionsWithoutOperation } from "../lint/actions-without-operation.ts";
import type { ResourceShape } from "../lint/resource-shape.ts";
import type { Bundle, Configuration } from "../types.ts";
import { type AccessForm, accessForm, implies, isConditional, type LayerConditions } from "./access-form.ts";
import { type NormalStatement, normalizeStatements } from "./normal-statement.ts";
import {
  createRegionFinder,
  nameRegion,
  type PatternRegion,
  type RegionFinder,
  type RegionName,
} from "./pattern-regions.ts";
import { bindingsOf, findAttachedSubjects, findSubjects, type Subject } from "./subjects.ts";

/** One difference. */
export interface AccessDifference {
  readonly subject: string;
  /** `changes`: other conditions, neither stricter nor looser for certain. It may add access. */
  readonly change: "gains" | "loses" | "changes";
  /** Only for callers whom other bindings give more: what is taken from rights that this subject has not alone. */
  readonly isWithOthers: boolean;
  readonly isConditional: boolean;
  readonly actions: readonly string[];
  /** Patterns that say which resources. */
  readonly resources: string;
  /** One of them; `*` for what may be anything. */
  readonly example: string;
}

/** All layers of one subject in one bundle. */
interface SubjectLayers {
  readonly attached: readonly NormalStatement[];
  readonly boundaries: readonly (readonly NormalStatement[])[];
  readonly guardrails: readonly (readonly NormalStatement[])[];
}

/** A difference for one action in one region. */
type Found = Change & { readonly region: RegionName; readonly example: string };

/** What was found of a form, by the statements on both sides. */
type Met = Map<string, readonly Found[]>;

export interface CompareOptions {
  /**
   * Whether a table attaches policies to single principals: then every policy is somebody's, by its name, whether or not a
   * binding has it, and a boundary of a binding's does not bound it.
   */
  readonly hasPrincipalsTable?: boolean;
}

/** Compares two bundles. */
export function compareAccess(
  older: Bundle,
  newer: Bundle,
  { hasPrincipalsTable = false }: CompareOptions = {},
): readonly AccessDifference[] {
  const names = new Map<string, string>();
  const [before, after] = [createLayersFinder(older, names), createLayersFinder(newer, names)];
  const findRegionsOf = createRegionFinder();
  const asked = askedActions([older.config, newer.config]);
  const attached = hasPrincipalsTable ? findAttachedSubjects([older, newer]) : [];
  return [...findSubjects([older.config, newer.config]), ...attached].flatMap((subject) => {
    const [old, next] = [before(subject), after(subject)];
    if (keyOf(old) === keyOf(next)) return [];
    const met: Met = new Map();
    const found = asked.flatMap((facts) =>
      mergeForms(compareAction({ facts, old, next }, findRegionsOf, met)).map((each) => ({
        ...each,
        action: facts.name,
      })),
    );
    return mergeActions(found).map((each) => ({ subject: subject.label, ...each }));
  });
}

/** How many patterns that are left out are named. */
const shownPatterns = 5;

type Merged = Omit<AccessDifference, "subject" | "actions">;

/** One action is asked on resources of several forms: what the same patterns say of each is one difference. */
function mergeForms(found: readonly Found[]): readonly Merged[] {
  const groups = groupBy(found, ({ change, isWithOthers, isConditional, region }) =>
    JSON.stringify([change, isWithOthers, isConditional, region.matched]),
  );
  return groups.flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { region, ...same } = first;
    const except = [...new Set(group.flatMap((each) => each.region.except))].sort();
    return [{ ...same, resources: `${region.matched}${exceptText(except)}` }];
  });
}

function exceptText(patterns: readonly string[]): string {
  if (patterns.length === 0) return "";
  const more = patterns.length - shownPatterns;
  return ` except ${patterns.slice(0, shownPatterns).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function mergeActions(
  found: readonly (Merged & { readonly action: string })[],
): readonly Omit<AccessDifference, "subject">[] {
  const groups = groupBy(found, ({ change, isWithOthers, isConditional, resources }) =>
    JSON.stringify([change, isWithOthers, isConditional, resources]),
  );
  return groups.flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { action: _action, ...same } = first;
    return [{ ...same, actions: group.map(({ action }) => action).sort() }];
  });
}

function groupBy<Item>(
  items: readonly Item[],
  keyOfItem: (item: Item) => string,
): readonly (readonly Item[])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOfItem(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

/** Where either side asks dependent actions, they are compared too. */
function askedActions(configurations: readonly Configuration[]): readonly ActionFacts[] {
  const isIgnored = configurations.every(({ dependentActions }) => dependentActions === "ignored");
  return [...lintFacts().actions[isIgnored ? "ignored" : "required"].values()].filter(
    ({ name }) => !actionsWithoutOperation.has(name),
  );
}

/** `names` gives equal statements one short key, since keys are put together for every action. */
function createLayersFinder(
  { config, policies }: Bundle,
  names: Map<string, string>,
): (subject: Subject) => SubjectLayers {
  const named = (statement: NormalStatement): NormalStatement => {
    const key = names.get(statement.key) ?? String(names.size);
    names.set(statement.key, key);
    return { ...statement, key };
  };
  const statements = new Map(
    policies.map((document) => [document.name, normalizeStatements(document).map(named)]),
  );
  const of = (name: string) => statements.get(name) ?? [];
  return (subject) => {
    const bindings = bindingsOf(subject, config);
    const own = subject.attached === undefined ? [] : [subject.attached];
    const attached = [...new Set([...bindings.flatMap((binding) => binding.policies), ...own])];
    const boundaries = [...new Set(bindings.flatMap(({ boundary }) => boundary ?? []))];
    return {
      attached: attached.flatMap(of),
      boundaries: boundaries.map(of),
      guardrails: [...new Set(config.guardrails)].map(of),
    };
  };
}

/** Equal for layers that decide alike in every request. */
function keyOf({ attached, boundaries, guardrails }: SubjectLayers): string {
  const keys = (statements: readonly NormalStatement[]) =>
    [...new Set(statements.map(({ key }) => key))].sort();
  const each = (sets: readonly (readonly NormalStatement[])[]) =>
    [...new Set(sets.map((set) => keys(set).join()))].sort();
  return JSON.stringify([keys(attached), each(boundaries), each(guardrails)]);
}

interface Comparison {
  readonly facts: ActionFacts;
  readonly old: SubjectLayers;
  readonly next: SubjectLayers;
}

/** Compares one action for one subject, over every form of resource that it is asked on. */
function compareAction(
  { facts, old, next }: Comparison,
  findRegionsOf: RegionFinder,
  met: Met,
): readonly Found[] {
  const [before, after] = [narrow(old, facts.name), narrow(next, facts.name)];
  const [oldKey, nextKey] = [keyOf(before), keyOf(after)];
  if (oldKey === nextKey) return [];
  return lintFacts().shapes.flatMap((shape, index) => {
    const bit = 1n << BigInt(index);
    if ((facts.shapes & bit) === 0n) return [];
    const isRequired = (facts.required & bit) !== 0n;
    // Most actions that are asked on a form are named by the same statements.
    const key = `${index} ${isRequired} ${oldKey} ${nextKey}`;
    const known = met.get(key) ?? [
      ...compareForm({ shape, isRequired, sides: [before, after] }, findRegionsOf),
    ];
    met.set(key, known);
    return known;
  });
}

interface FormComparison {
  readonly shape: ResourceShape;
  readonly isRequired: boolean;
  readonly sides: readonly [SubjectLayers, SubjectLayers];
}

function* compareForm(
  { shape, isRequired, sides }: FormComparison,
  findRegionsOf: RegionFinder,
): Generator<Found> {
  const statements = sides.flatMap((layers) => [
    ...layers.attached,
    ...layers.boundaries.flat(),
    ...layers.guardrails.flat(),
  ]);
  for (const form of shape.patterns) {
    const cut = findRegionsOf(form, statements);
    if (cut === undefined) {
      const matched = `resources of the form \`${shape.format}\`: too many patterns to compare`;
      const unsure = { change: "changes", isWithOthers: false, isConditional: true } as const;
      yield { ...unsure, region: { matched, except: [] }, example: "*" };
      continue;
    }
    for (const region of cut) {
      for (const change of changesIn(region, sides, isRequired))
        yield { ...change, region: nameRegion(region), example: region.example };
    }
  }
}

/** Leaves the statements that are about an action. What must allow and is silent stays, and allows nothing. */
function narrow({ attached, boundaries, guardrails }: SubjectLayers, action: string): SubjectLayers {
  const about = (statements: readonly NormalStatement[]) =>
    statements.filter(({ actions }) => actions.has(action));
  return {
    attached: about(attached),
    boundaries: boundaries.map(about),
    // One that only subtracts may be silent.
    guardrails: guardrails.map((set) => {
      const own = about(set);
      const needsAllow =
        set.some(({ effect }) => effect === "Allow") && own.every(({ effect }) => effect === "Deny");
      return needsAllow ? [...own, silentAllow] : own;
    }),
  };
}

/** Makes a guardrail that has Allows, though none about an action, one that must allow it. */
const silentAllow: NormalStatement = {
  key: "silent",
  effect: "Allow",
  actions: new Set(),
  isNegated: false,
  patterns: [],
  condition: "",
};

type Change = Pick<AccessDifference, "change" | "isWithOthers" | "isConditional">;

/**
 * A caller may match other bindings besides: what those give is taken away by a Deny or a boundary of this subject's, and
 * comes back when that goes, though alone the subject has no access before or after.
 */
function changesIn(
  region: PatternRegion,
  sides: readonly [SubjectLayers, SubjectLayers],
  isRequired: boolean,
): readonly Change[] {
  const [alone, withOthers] = [false, true].map((hasMore) => {
    const [old, next] = sides.map((layers) =>
      accessForm(conditionsIn(region, layers, { isRequired, hasMore })),
    );
    return old && next ? changeOf([old, next], hasMore) : undefined;
  });
  if (!alone) return withOthers ? [withOthers] : [];
  return withOthers && withOthers.change !== "loses" && alone.change === "loses"
    ? [alone, withOthers]
    : [alone];
}

function changeOf([old, next]: readonly [AccessForm, AccessForm], isWithOthers: boolean): Change | undefined {
  const [mayGain, mayLose] = [!implies(next, old), !implies(old, next)];
  if (!mayGain && !mayLose) return undefined;
  const change = mayGain && mayLose ? "changes" : mayGain ? "gains" : "loses";
  return { change, isWithOthers, isConditional: isConditional(old) || isConditional(next) };
}

/** On a resource that is only referred to, an Allow is not needed; a caller with more rights has every Allow. */
function conditionsIn(
  region: PatternRegion,
  { attached, boundaries, guardrails }: SubjectLayers,
  { isRequired, hasMore }: { readonly isRequired: boolean; readonly hasMore: boolean },
): readonly LayerConditions[] {
  const layer = (statements: readonly NormalStatement[], mustAllow: boolean): LayerConditions => ({
    allows: conditionsOf(statements, "Allow", region),
    denies: conditionsOf(statements, "Deny", region),
    mustAllow: mustAllow && isRequired,
  });
  return [
    layer(attached, !hasMore),
    ...boundaries.map((set) => layer(set, true)),
    ...guardrails.map((set) =>
      layer(
        set,
        set.some(({ effect }) => effect === "Allow"),
      ),
    ),
  ];
}

function conditionsOf(
  statements: readonly NormalStatement[],
  wanted: "Allow" | "Deny",
  region: PatternRegion,
): readonly string[] {
  return statements.flatMap((statement) => {
    if (statement.effect !== wanted) return [];
    const truth = region.truthOf(statement);
    if (truth === false) return [];
    const parts = [statement.condition, truth === true ? "" : truth];
    return [parts.filter((part) => part !== "").join(" and ")];
  });
}
