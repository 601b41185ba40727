/**
 * The difference in access between two bundles: who gains or loses which actions on which resources.
 *
 * It compares what policies decide and not how they are written: names, order, repetition and splitting make no difference.
 * For every subject, action and form of resource, the resources are cut into regions along all patterns, and both sides are
 * compared for each region, for all values that the keys of conditions can have. What differs is then shown by a call.
 */
import type { Bundle, Configuration } from "../../../shared/bundle/types.ts";
import { accessForm, isConditional } from "../../../shared/reach/implication/access-form.ts";
import { createFormComparer, type FormComparer } from "../../../shared/reach/implication/compare-forms.ts";
import {
  type Codes,
  createPatternFinder,
  createShape,
  type PatternFinder,
  patternsWithin,
  type ResourceShape,
} from "../../../shared/reach/resource-shape.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import { type ActionFacts, lintFacts } from "../lint/facts/action-facts.ts";
import { actionsWithoutOperation } from "../lint/facts/actions-without-operation.ts";
import { flatMapCounting } from "../progress.ts";
import {
  type AccessDifference,
  type Found,
  mergeActions,
  mergeForms,
  type Unproved,
} from "./merge-differences.ts";
import type { NormalStatement } from "./normal-statement.ts";
import { createOthersFilter } from "./other-allows.ts";
import { changesIn, conditionsIn } from "./region-changes.ts";
import { createRegionFinder, nameRegion, type RegionFinder } from "./statement-regions.ts";
import { createLayersFinder, keyOf, narrow, type SubjectLayers } from "./subject-layers.ts";
import { findAttachedSubjects, findSubjects, type Subject, shapeOf } from "./subjects.ts";

/** Cache of the differences in one form, by the statements on both sides. */
type FoundByForm = Map<string, readonly Unproved[]>;

/** What the comparisons of all actions share. */
interface Ground {
  /** The resources of a shape that a call to an instance of either configuration can be about. */
  readonly formsOf: PatternFinder;
  readonly findRegionsOf: RegionFinder;
  readonly compare: FormComparer;
}

export interface CompareOptions {
  /** Whether a table attaches policies to principals: any policy by its name, and no binding's boundary limits it. */
  readonly hasPrincipalsTable?: boolean;
}

/** Whose difference it is. */
export interface Told {
  readonly subject: Subject;
  readonly action: string;
  /** Equal for subjects with the same statements on both sides. */
  readonly statements: string;
}

/** Shows differences by calls. */
export interface DifferenceProver {
  prove(found: Unproved, told: Told): Found;
  /** Tells rows of another subject; `undefined` if a call does not show it for this one. */
  retell<Row extends Pick<Found, "calls">>(
    rows: readonly Row[],
    from: Subject,
    to: Subject,
  ): readonly Row[] | undefined;
}

/** A browser has no schemas of inputs, from which calls are made. */
const withoutProof: DifferenceProver = {
  prove: ({ difference: _difference, within: _within, ...found }) => ({ ...found, proved: false, calls: [] }),
  retell: (rows) => rows,
};

/** @param options without a prover, no difference is shown by calls */
export function findDifferences(
  older: Bundle,
  newer: Bundle,
  {
    hasPrincipalsTable = false,
    prover = withoutProof,
  }: CompareOptions & { readonly prover?: DifferenceProver } = {},
): readonly AccessDifference[] {
  const names = new Map<string, string>();
  const [before, after] = [createLayersFinder(older, names), createLayersFinder(newer, names)];
  const instances = new Map(
    [older, newer].flatMap(({ config }) => config.instances.map((each) => [each.arn, each])),
  );
  const ground: Ground = {
    formsOf: createPatternFinder([...instances.values()], formsWithin),
    findRegionsOf: createRegionFinder(),
    compare: createFormComparer(),
  };
  const keepOthers = createOthersFilter([older, newer]);
  const compared = comparedActions([older.config, newer.config]);
  const attached = hasPrincipalsTable ? findAttachedSubjects([older, newer]) : [];
  const rowsOf = (subject: Subject, [old, next]: Sides, statements: string): readonly SubjectRow[] => {
    const cache: FoundByForm = new Map();
    const found = compared.flatMap((facts) =>
      mergeForms(
        compareAction({ facts, old, next }, ground, cache)
          .flatMap((each) => (hasPrincipalsTable ? each : (keepOthers(each, subject, facts.name) ?? [])))
          .map((each) => prover.prove(each, { subject, action: facts.name, statements })),
      ).map((each) => ({ ...each, action: facts.name })),
    );
    return mergeActions(found);
  };
  // Subjects with the same policies on both sides differ by nothing but their names.
  const known = new Map<string, KnownRows>();
  const subjects = [...findSubjects([older.config, newer.config]), ...attached];
  return flatMapCounting(subjects, { doing: "comparing", things: "callers" }, (subject) => {
    const sides = [before(subject), after(subject)] as const;
    const [oldKey, nextKey] = sides.map(keyOf);
    if (oldKey === nextKey) return [];
    const statements = `${oldKey} ${nextKey}`;
    const key = JSON.stringify([statements, shapeOf(subject), ...sides.map(({ policies }) => policies)]);
    const like = known.get(key);
    const rows =
      (like && prover.retell(like.rows, like.subject, subject)) ?? rowsOf(subject, sides, statements);
    if (!like) known.set(key, { subject, rows });
    return rows.map((each) => ({ subject: subject.label, ...each }));
  });
}

type SubjectRow = Omit<AccessDifference, "subject">;

interface KnownRows {
  readonly subject: Subject;
  readonly rows: readonly SubjectRow[];
}

/** If any Region is possible, the instance's own comes first: examples then have that Region. */
function formsWithin(shape: ResourceShape, instance: ConnectInstance): readonly Codes[] {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of an ARN format
  const regional = createShape(shape.format.replace("${Region}", () => instance.region));
  return [...patternsWithin(regional, instance), ...patternsWithin(shape, instance)];
}

/** Dependent actions are compared if either side checks them. */
function comparedActions(configurations: readonly Configuration[]): readonly ActionFacts[] {
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

/** Compares one action for one subject, over every form of resource that it supports. */
function compareAction(
  { facts, old, next }: Comparison,
  ground: Ground,
  cache: FoundByForm,
): readonly Unproved[] {
  const sides = [narrow(old, facts.name), narrow(next, facts.name)] as const;
  const [oldKey, nextKey] = sides.map(keyOf);
  if (oldKey === nextKey) return [];
  const use = createUseFinder(facts, sides, ground);
  return shapesOf(facts).flatMap(({ shape, index, isRequired }) => {
    // Most actions that support a form are named by the same statements.
    const key = `${index} ${isRequired} ${oldKey} ${nextKey}`;
    const known = cache.get(key) ?? [...compareForm({ shape, isRequired, sides }, ground)];
    cache.set(key, known);
    return isRequired ? known : known.flatMap((found) => attribute(found, use));
  });
}

interface AskedShape {
  readonly shape: ResourceShape;
  readonly index: number;
  readonly isRequired: boolean;
}

function shapesOf({ shapes, required }: ActionFacts): readonly AskedShape[] {
  return lintFacts().shapes.flatMap((shape, index) => {
    const bit = 1n << BigInt(index);
    return (shapes & bit) === 0n ? [] : [{ shape, index, isRequired: (required & bit) !== 0n }];
  });
}

type Sides = readonly [SubjectLayers, SubjectLayers];

/** What is allowed on resources that need an Allow: nothing, something under conditions, or something without. */
type Use = "none" | "conditional" | "plain";

/** What a side allows of an action: to the subject alone, or to a caller with more rights. */
type UseFinder = (side: 0 | 1, hasMore: boolean) => Use;

/** A resource that a call only refers to needs no Allow; such a call needs an Allow on the action's other resources. */
function createUseFinder(facts: ActionFacts, sides: Sides, ground: Ground): UseFinder {
  const known = new Map<string, Use>();
  return (side, hasMore) => {
    const key = `${side} ${hasMore}`;
    const use = known.get(key) ?? findUse(side, hasMore);
    known.set(key, use);
    return use;
  };

  function findUse(side: 0 | 1, hasMore: boolean): Use {
    const statements = sides.flatMap(statementsOf);
    let use: Use = "none";
    for (const { shape, isRequired } of shapesOf(facts)) {
      if (!isRequired) continue;
      for (const form of ground.formsOf(shape)) {
        const cut = ground.findRegionsOf(form, statements);
        // Too many patterns to compare: anything may be.
        if (cut === undefined) use = "conditional";
        for (const region of cut ?? []) {
          const access = accessForm(conditionsIn(region, sides[side], { isRequired, hasMore }));
          if (access.kind === "denied") continue;
          if (!isConditional(access)) return "plain";
          use = "conditional";
        }
      }
    }
    return use;
  }
}

/**
 * A Deny that is added or removed on a resource that a call only refers to is the subject's own loss or gain if the subject may
 * make such a call at all. Otherwise it affects subjects with an Allow from other bindings, if there can be any.
 */
function attribute(found: Unproved, useOf: UseFinder): readonly Unproved[] {
  const sides = { gains: [1], loses: [0], changes: [0, 1] } as const;
  for (const isWithOthers of found.isWithOthers ? [true] : [false, true]) {
    const uses = sides[found.change].map((side) => useOf(side, isWithOthers));
    if (uses.every((use) => use === "none")) continue;
    return [{ ...found, isWithOthers, isConditional: found.isConditional || !uses.includes("plain") }];
  }
  return [];
}

interface FormComparison {
  readonly shape: ResourceShape;
  readonly isRequired: boolean;
  readonly sides: Sides;
}

function* compareForm(
  { shape, isRequired, sides }: FormComparison,
  { formsOf, findRegionsOf, compare }: Ground,
): Generator<Unproved> {
  const statements = sides.flatMap(statementsOf);
  for (const form of formsOf(shape)) {
    const cut = findRegionsOf(form, statements);
    if (cut === undefined) {
      const matched = `resources of the form \`${shape.format}\`: too many patterns to compare`;
      const region = { matched, except: [] };
      yield { change: "changes", isWithOthers: false, isConditional: true, region };
      continue;
    }
    for (const region of cut) {
      for (const change of changesIn(region, sides, { isRequired, compare }))
        yield {
          ...change,
          region: nameRegion(region),
          example: region.example,
          ...(isRequired ? { within: [form, ...region.matched.map(({ codes }) => codes)] } : {}),
        };
    }
  }
}

function statementsOf({ attached, boundaries, guardrails }: SubjectLayers): readonly NormalStatement[] {
  return [...attached, ...boundaries.flat(), ...guardrails.flat()];
}
