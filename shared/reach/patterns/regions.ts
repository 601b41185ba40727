/**
 * Which sets of patterns can match one resource together: a form of resource, cut along every pattern into regions, in
 * each of which all resources are treated alike.
 *
 * All patterns are walked at once over every text of the form. Only characters that some pattern waits for matter; one
 * that no pattern waits for represents all others. So the walk ends, and finds every region.
 */
import {
  advance,
  CASELESS,
  type Codes,
  capitalOf,
  isLiteral,
  matchesText,
  type Places,
  startOf,
  textOfCodes,
} from "./automaton.ts";

/** Resources that the same patterns match. */
export interface Region {
  /** Indexes of the patterns, rising. */
  readonly matched: readonly number[];
  /** One of the resources, letter by letter: a `*` is the star that a create or a list is authorized on. */
  readonly example: string;
}

const COLON = 58;
const SLASH = 47;
/** The first that no pattern waits for represents all others: a character of identifiers, if there is one left. */
const ordinary: readonly number[] = Array.from(
  "xyzabcdefghijklmnopqrstuvw0123456789XYZABCDEFGHIJKLMNOPQRSTUVW-_.$ ~\u00e9\u4e2d",
  (each) => each.charCodeAt(0),
);
const maxStates = 20_000;

/** Places of the form and of each pattern after some text; the earlier states spell the text. */
interface State {
  readonly places: readonly Places[];
  readonly before: State | undefined;
  readonly character: number;
}

/** Finds the regions of a form; `undefined` if there are too many. */
export function findRegions(form: Codes, patterns: readonly Codes[]): readonly Region[] | undefined {
  const all = patterns.map((codes, index) => ({ codes, index }));
  const texts = new Set(patterns.filter(isLiteral).map(textOfCodes));
  const named = [...texts]
    .filter((text) => matchesText(form, text))
    .map((example) => ({
      matched: all.filter(({ codes }) => matchesText(codes, example)).map(({ index }) => index),
      example,
    }));
  // Each text that a pattern spells out is a region, and the walk need not follow it letter by letter, except where it
  // ends at such a text: the region that this is an example of has others, which must not go with it.
  let walkedAlong = all.filter(({ codes }) => !isLiteral(codes));
  for (;;) {
    const rows = walkedAlong;
    const walked = walk(
      form,
      rows.map(({ codes }) => codes),
    );
    if (walked === undefined) return undefined;
    const found = walked
      .map(({ matched, text }) => ({ matched: matched.flatMap((at) => rows[at]?.index ?? []), text }))
      .filter(({ matched }) => !matched.some((index) => isLiteral(patterns[index] ?? [])));
    const spelled = new Set(found.map(({ text }) => text).filter((text) => texts.has(text)));
    const added = all.filter(
      (each) => isLiteral(each.codes) && spelled.has(textOfCodes(each.codes)) && !rows.includes(each),
    );
    if (added.length === 0)
      return [...named, ...found.map(({ matched, text }) => ({ matched, example: text }))];
    walkedAlong = [...rows, ...added];
  }
}

/** A region that the walk has found, and its first text. */
interface Walked {
  readonly matched: readonly number[];
  readonly text: string;
}

function walk(form: Codes, patterns: readonly Codes[]): readonly Walked[] | undefined {
  const rows = [form, ...patterns];
  const start: State = { places: rows.map(startOf), before: undefined, character: 0 };
  const seen = new Set([keyOf(start)]);
  const regions = new Map<string, Walked>();
  const open = [start];
  for (let state = open.shift(); state; state = open.shift()) {
    if (isEnd(rows, state, 0)) {
      const matched = patterns.flatMap((_, index) => (isEnd(rows, state, index + 1) ? [index] : []));
      const key = matched.join();
      if (!regions.has(key)) regions.set(key, { matched, text: textOf(state) });
    }
    for (const character of charactersAt(rows, state)) {
      const places = rows.map((row, index) => advance(row, state.places[index] ?? [], character));
      // No text of the form goes on like this.
      if (places[0]?.length === 0) continue;
      const next: State = { places, before: state, character };
      const key = keyOf(next);
      if (seen.has(key)) continue;
      if (seen.size >= maxStates) return undefined;
      seen.add(key);
      open.push(next);
    }
  }
  return [...regions.values()];
}

function keyOf({ places }: State): string {
  return places.map((each) => each.join()).join(";");
}

function isEnd(rows: readonly Codes[], { places }: State, index: number): boolean {
  return places[index]?.includes(rows[index]?.length ?? -1) ?? false;
}

/** The characters that any row waits for, the two that bound runs, and one for all others. */
function charactersAt(rows: readonly Codes[], { places }: State): ReadonlySet<number> {
  const characters = new Set<number>();
  for (const [index, row] of rows.entries()) {
    for (const place of places[index] ?? []) {
      const code = row[place];
      if (code !== undefined && code >= 0) characters.add(code);
      if (code !== undefined && code <= CASELESS)
        characters.add(CASELESS - code).add(capitalOf(CASELESS - code));
    }
  }
  const other = ordinary.find((character) => !characters.has(character));
  if (other !== undefined) characters.add(other);
  return characters.add(COLON).add(SLASH);
}

function textOf(state: State): string {
  const characters: number[] = [];
  for (let at: State | undefined = state; at?.before; at = at.before) characters.push(at.character);
  return String.fromCharCode(...characters.reverse());
}
