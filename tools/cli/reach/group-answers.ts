/** Answers about hundreds of operations in a few rows: by area, and where many areas are alike, by kind of operation. */
import { broadAreas } from "../../../shared/catalog/area.ts";
import { collapseNames, summarizeNames } from "./collapse-names.ts";

/** What is said of one operation. */
export interface Judged {
  readonly operation: string;
  readonly area: string;
  /** `always`, `some` …; nothing for an operation that is only counted. */
  readonly word: string | undefined;
  readonly reason: string;
  /** Whether a Deny refuses every call of it. */
  readonly isDenied: boolean;
  /** Of what is allowed in part: the resources on which every call also needs it. */
  readonly lacks?: readonly string[];
}

export interface AnswerRow {
  readonly area: string;
  readonly word: string;
  /** Names of operations, and patterns for all in the area that begin so. */
  readonly names: readonly string[];
  readonly reason: string;
}

/** A kind of operation has a row of its own if so many of so many areas are alike. */
const leastOfKind = 5;
const leastAreas = 3;
/** Areas that differ are named, if they are so few. */
const mostOthers = 3;

type Alike = ReadonlyMap<string, readonly Judged[]>;

/** More operations that one Deny refuses are counted. */
const mostDenied = 12;

/** More operations that are allowed in part are counted by what they lack. */
const mostInPart = 12;

export function groupAnswers(judged: readonly Judged[]): readonly AnswerRow[] {
  const denied = groupBy(
    judged.filter((each) => each.isDenied),
    keyOf,
  );
  const counted = [...denied.values()].filter((found) => found.length > mostDenied);
  const inPart = judged.filter(({ lacks = [] }) => lacks.length > 0);
  const isMany = inPart.length > mostInPart;
  const isCounted = new Set([...counted.flat(), ...(isMany ? inPart : [])]);
  const others = judged.map((each) => (isCounted.has(each) ? { ...each, word: undefined } : each));
  return [
    ...groupOthers(others),
    ...(isMany ? [rowInPart(inPart)] : []),
    ...counted.flatMap((found) => rowOfDenied(found, judged.length)),
  ];
}

/** What has to be allowed too says more than a row for each. */
function rowInPart(found: readonly Judged[]): AnswerRow {
  const lacking = groupBy(
    found.flatMap(({ lacks = [] }) => lacks),
    (resource) => resource,
  );
  const counts = [...lacking].map(([resource, all]) => ({ resource, count: all.length }));
  const most = counts.sort((one, other) => other.count - one.count);
  const reason = `allowed, but not on ${most.map(({ resource, count }) => `${resource} (${count})`).join(", ")}`;
  const areas = new Set(found.map(({ area }) => area));
  const area = areas.size === 1 ? [...areas].join() : `${areas.size} areas`;
  return { area, word: "never", names: [`${found.length} operations, which \`--all\` lists`], reason };
}

/** What a wide Deny refuses is seldom of interest: its name and a number say enough. */
function rowOfDenied(found: readonly Judged[], all: number): readonly AnswerRow[] {
  const [first] = found;
  const areas = new Set(found.map(({ area }) => area));
  const area =
    found.length === all ? "all areas" : areas.size === 1 ? [...areas].join() : `${areas.size} areas`;
  return first ? [rowOf(first, area, [`${found.length} operations, which \`--all\` lists`])] : [];
}

function groupOthers(judged: readonly Judged[]): readonly AnswerRow[] {
  const areas = new Map(
    [...broadAreas.keys()].flatMap((area) => {
      const found = judged.filter((each) => each.area === area);
      return found.length === 0 ? [] : [[area, found] as const];
    }),
  );
  const whole = new Map([...areas].filter(([, found]) => isAlike(found) && found[0]?.word !== undefined));
  const others = new Map([...areas].filter(([area]) => !whole.has(area)));
  const kinds = kindsOf([...others.values()].flat());
  const inKinds = new Set([...kinds.values()].flat());
  return [
    ...rowsOfWhole(whole, areas),
    ...rowsOfKinds(kinds, whole.size > 0),
    ...[...others].flatMap(([area, found]) => rowsOfArea(area, found, inKinds)),
  ];
}

function keyOf({ word, reason }: Judged): string {
  return JSON.stringify([word, reason]);
}

function isAlike(found: readonly Judged[]): boolean {
  const [first] = found;
  return first !== undefined && found.every((each) => keyOf(each) === keyOf(first));
}

function groupBy<Item>(items: readonly Item[], keyOfItem: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOfItem(item)) ?? [];
    groups.set(keyOfItem(item), group);
    group.push(item);
  }
  return groups;
}

/** Areas of which all operations are alike, those that are like each other in one row. */
function rowsOfWhole(whole: Alike, areas: Alike): readonly AnswerRow[] {
  const alike = groupBy([...whole], ([, [first]]) => (first ? keyOf(first) : ""));
  return [...alike.values()].flatMap((group) => {
    const names = group.map(([area]) => area);
    const found = group.flatMap(([, each]) => each);
    const [first] = found;
    if (!first) return [];
    const others = [...areas.keys()].filter((area) => !names.includes(area));
    const isMost = names.length > others.length && others.length <= mostOthers;
    const everywhere = others.length === 0 ? "all areas" : `all but ${others.join(", ")}`;
    const area = names.length === 1 ? names.join() : isMost ? everywhere : `${names.length} areas`;
    const operations = found.map(({ operation }) => operation);
    const of = names.length === 1 || isMost ? "" : ` of ${names.join(", ")}`;
    const few = collapseNames(operations, operations);
    const all = few.length <= 3 ? few : [`all ${operations.length} operations`];
    return [rowOf(first, area, of === "" ? all : [`${all.join(", ")}${of}`])];
  });
}

/** Operations with one verb that are alike in all areas. */
function kindsOf(judged: readonly Judged[]): Alike {
  const verbs = groupBy(judged, ({ operation }) => /^[A-Z][a-z]*/.exec(operation)?.[0] ?? operation);
  return new Map(
    [...verbs].filter(
      ([, found]) =>
        found.length >= leastOfKind &&
        found[0]?.word !== undefined &&
        new Set(found.map(({ area }) => area)).size >= leastAreas &&
        isAlike(found),
    ),
  );
}

function rowsOfKinds(kinds: Alike, hasWhole: boolean): readonly AnswerRow[] {
  const alike = groupBy([...kinds], ([, [first]]) => (first ? keyOf(first) : ""));
  return [...alike.values()].flatMap((group) => {
    const [first] = group.flatMap(([, each]) => each);
    const names = group.map(([verb, found]) => `${verb}* (${found.length})`).sort();
    return first ? [rowOf(first, hasWhole ? "other areas" : "all areas", names)] : [];
  });
}

const order = ["always", "some", "depends", "never"];

function rowsOfArea(
  area: string,
  found: readonly Judged[],
  inKinds: ReadonlySet<Judged>,
): readonly AnswerRow[] {
  const shown = found.filter((each) => each.word !== undefined && !inKinds.has(each));
  const all = found.map(({ operation }) => operation);
  // What has a row of its own is not left out of the rest.
  const isWhole = !found.some((each) => inKinds.has(each));
  return [...groupBy(shown, keyOf).values()]
    .flatMap((group) => {
      const [first] = group;
      const operations = group.map(({ operation }) => operation);
      const names = isWhole ? summarizeNames(operations, all) : collapseNames(operations, all);
      return first ? [rowOf(first, area, names)] : [];
    })
    .sort((a, b) => order.indexOf(a.word) - order.indexOf(b.word));
}

function rowOf({ word = "", reason }: Judged, area: string, names: readonly string[]): AnswerRow {
  return { area, word, names, reason };
}
