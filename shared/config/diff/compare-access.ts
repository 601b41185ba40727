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
import {
  type AccessDifference,
  type Change,
  type Found,
  mergeActions,
  mergeForms,
} from "./merge-differences.ts";
import type { NormalStatement } from "./normal-statement.ts";
import { createRegionFinder, nameRegion, type PatternRegion, type RegionFinder } from "./pattern-regions.ts";
import { createLayersFinder, keyOf, narrow, type SubjectLayers } from "./subject-layers.ts";
import { findAttachedSubjects, findSubjects } from "./subjects.ts";

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

/** Where either side asks dependent actions, they are compared too. */
function askedActions(configurations: readonly Configuration[]): readonly ActionFacts[] {
  const isIgnored = configurations.every(({ dependentActions }) => dependentActions === "ignored");
  return [...lintFacts().actions[isIgnored ? "ignored" : "required"].values()].filter(
    ({ name }) => !actionsWithoutOperation.has(name),
  );
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
