/**
 * Single values of a condition key that stand for all others: each value that the key can have is compared by all of the
 * conditions like one of them.
 *
 * Conditions of several types on one key are taken apart: the texts, the numbers, the addresses … stand each for their own
 * type, and every combination counts as possible. So does every result of a value with variables.
 */
import type { ComparisonResult } from "../../policy/model/unknown.ts";
import { FALSE, TRUE, UNDECIDED, UNREADABLE } from "../../policy/model/unknown.ts";
import { plainCodes } from "../../policy/pattern/template.ts";
import { covers, textOfCodes } from "../patterns/automaton.ts";
import { symbolCodes } from "../patterns/pattern-codes.ts";
import { domainOf, type KeyDomain, wholeKeys, zonedKeys } from "./key-domain.ts";
import { addressesAround, numbersAround, timesAround, unreadable } from "./ordered-values.ts";
import type { Term } from "./term.ts";
import { likeInUnicode, mayMatch, type TextPattern, textPatterns, textsAround } from "./text-values.ts";

type Comparison = Term["condition"]["operator"]["comparison"];
type Kind = "text" | "numeric" | "date" | "ip" | "binary";

export interface ValueCell {
  /** What a comparison of the kind reads. */
  readonly texts: Readonly<Record<Kind, string>>;
  /** The value itself; absent if the kinds read different texts. */
  readonly exact?: string;
  /** Results of values that do not follow from the text, by {@link freeKey}. */
  readonly results: ReadonlyMap<string, ComparisonResult>;
}

export function kindOf(comparison: Comparison): Kind {
  if (comparison === "numeric" || comparison === "date" || comparison === "ip" || comparison === "binary")
    return comparison;
  return "text";
}

/** Names a value whose result may be free. */
export function freeKey(comparison: Comparison, value: string): string {
  return `${comparison} ${value}`;
}

/** Reads such a name again. */
export function readFreeKey(name: string): { readonly value: string; readonly isLike: boolean } {
  const end = name.indexOf(" ");
  const comparison = name.slice(0, end);
  return { value: name.slice(end + 1), isLike: comparison === "stringLike" || comparison === "arn" };
}

const maxCells = 1_000;

/** Returns `undefined` if there are too many. */
export function findCells(
  key: string,
  terms: readonly Term[],
  { only }: KeyDomain,
): readonly ValueCell[] | undefined {
  const compared = terms.filter(({ condition }) => condition.operator.comparison !== "null");
  const texts = compared.filter(({ condition }) => kindOf(condition.operator.comparison) === "text");
  const patterns = texts.flatMap(textPatterns);
  const typed = typedValues(key, compared);
  const pool = [...new Set([...typed.values()].flat())];
  const found = textsAround(patterns, texts.length > 0 || typed.size > 1 ? pool : []);
  if (!found) return undefined;
  const alone = new Map(found.map(({ text, isAlone }) => [text, isAlone]));
  const kinds = new Map<Kind, readonly string[]>([["text", found.map(({ text }) => text)], ...typed]);
  const exact = [...new Set([...pool, ...alone.keys()])].map((text) => cellOf(sameText(text)));
  const isOneKind = typed.size === 0 || (texts.length === 0 && typed.size === 1);
  const mixed = isOneKind ? [] : product(kinds);
  if (!mixed) return undefined;
  const bases = [...exact, ...mixed];
  const cells: ValueCell[] = [];
  for (const base of bases) {
    const isAlone = alone.get(base.texts.text) ?? texts.length === 0;
    const results = freeResults(patterns, base, isAlone);
    if (!results || cells.length + results.length > maxCells) return undefined;
    cells.push(...results.map((each) => ({ ...base, results: each })));
  }
  return only === undefined ? cells : cells.filter(({ exact: text }) => text === only);
}

function typedValues(key: string, compared: readonly Term[]): ReadonlyMap<Kind, readonly string[]> {
  const values = new Map<Kind, string[]>();
  for (const { condition } of compared) {
    const kind = kindOf(condition.operator.comparison);
    if (kind !== "text") values.set(kind, [...(values.get(kind) ?? []), ...condition.source.values]);
  }
  const around = {
    numeric: (texts: readonly string[]) => numbersAround(texts, wholeKeys.has(key)),
    date: (texts: readonly string[]) => timesAround(texts, zonedKeys.has(key)),
    ip: addressesAround,
    binary: (texts: readonly string[]) =>
      [...texts.map(canonicalBase64), "AAAA", "AAAB", ""].slice(0, texts.length + 3),
  };
  return new Map(
    [...values].map(([kind, texts]) => [
      kind,
      kind === "text" ? [] : [...new Set([...around[kind](texts), unreadable])],
    ]),
  );
}

function canonicalBase64(text: string): string {
  return Buffer.from(text, "base64").toString("base64");
}

function sameText(text: string): ValueCell["texts"] {
  return { text, numeric: text, date: text, ip: text, binary: text };
}

function cellOf(texts: ValueCell["texts"]): ValueCell {
  const isExact = Object.values(texts).every((text) => text === texts.text);
  return { texts, results: new Map(), ...(isExact ? { exact: texts.text } : {}) };
}

function product(kinds: ReadonlyMap<Kind, readonly string[]>): readonly ValueCell[] | undefined {
  let all: readonly ValueCell["texts"][] = [sameText(unreadable)];
  for (const [kind, texts] of kinds) {
    if (all.length * texts.length > maxCells * 4) return undefined;
    all = all.flatMap((each) => texts.map((text) => ({ ...each, [kind]: text })));
  }
  return all.map(cellOf);
}

const maxFree = 5;

/** Every combination of results that do not follow from the text. `undefined` if there are too many. */
function freeResults(
  patterns: readonly TextPattern[],
  { texts: { text } }: ValueCell,
  isAlone: boolean,
): readonly ReadonlyMap<string, ComparisonResult>[] | undefined {
  const free = new Map<string, readonly ComparisonResult[]>();
  for (const pattern of patterns) {
    const results = resultsOf(pattern, text, isAlone);
    if (results.length > 0) free.set(freeKey(pattern.comparison, pattern.value), results);
  }
  if (free.size > maxFree) return undefined;
  let all: readonly ReadonlyMap<string, ComparisonResult>[] = [new Map()];
  for (const [key, results] of free)
    all = all.flatMap((each) => results.map((result) => new Map([...each, [key, result]])));
  const implied = impliedPairs(patterns);
  return all.filter((each) =>
    implied.every(([one, other]) => each.get(one) !== TRUE || each.get(other) === TRUE),
  );
}

/** Pairs of values with the same variables, of which the second matches whatever the first matches. */
function impliedPairs(patterns: readonly TextPattern[]): readonly (readonly [string, string])[] {
  const compared = patterns.filter(
    ({ comparison, template }) =>
      template.variables.length > 0 && (comparison === "stringLike" || comparison === "stringEquals"),
  );
  return compared.flatMap((one) =>
    compared
      .filter((other) => covers(symbolCodes(other.template), symbolCodes(one.template)))
      .map((other) => [freeKey(one.comparison, one.value), freeKey(other.comparison, other.value)] as const),
  );
}

/** The results that a value may have for the text; empty for the one that the engine finds. */
function resultsOf(pattern: TextPattern, text: string, isAlone: boolean): readonly ComparisonResult[] {
  const { comparison, template } = pattern;
  if (template.variables.length === 0) {
    const isFree = comparison === "stringEqualsIgnoreCase" && !isAlone && !mayMatch(pattern, text);
    const plain = textOfCodes(plainCodes(template));
    return isFree && likeInUnicode(plain).length > 0 ? [FALSE, UNREADABLE] : [];
  }
  const isKnown = template.variables.every(({ lowerKey }) => domainOf(lowerKey).isKnown);
  const undecided = isKnown ? [] : ([UNDECIDED] as const);
  const hasUnreadable = comparison !== "stringEquals" && comparison !== "stringLike";
  return [
    FALSE,
    ...(mayMatch(pattern, text) && (text !== "" || isPerhapsEmpty(pattern)) ? ([TRUE] as const) : []),
    ...undecided,
    ...(hasUnreadable ? ([UNREADABLE] as const) : []),
  ];
}

/** The value of a variable is never empty; its default may be. */
function isPerhapsEmpty({ template }: TextPattern): boolean {
  return template.variables.every(({ fallback }) => fallback === "");
}
