/**
 * Which of a set of resources the `Resource` or `NotResource` of a statement is about: all of them, some, none.
 *
 * Both answers are sound: `must` means a match for all unknown values; without `may` there is never a match.
 */
import type { RequestContext } from "../policy/model/context.ts";
import { TRUE, UNKNOWN } from "../policy/model/unknown.ts";
import { ANY_IN_PART, STAR, STAR_IN_PART } from "../policy/pattern/glob.ts";
import type { CompiledResources, ResourcePattern } from "../policy/pattern/resource-pattern.ts";
import { substitute } from "../policy/pattern/template.ts";
import { covers, isLiteral, literalTest, matchesText, overlap, textOfCodes } from "./patterns/automaton.ts";
import { globCodes, templateCodes } from "./patterns/pattern-codes.ts";
import type { Codes } from "./resource-shape.ts";

/** Resources: those that all of the patterns match. */
export type Region = readonly Codes[];

/** An answer when not everything is known: it holds for certain, or it may hold. `must` implies `may`. */
export interface Range {
  readonly must: boolean;
  readonly may: boolean;
}

export const always: Range = Object.freeze({ must: true, may: true });
export const never: Range = Object.freeze({ must: false, may: false });
const maybe: Range = Object.freeze({ must: false, may: true });

function notRange({ must, may }: Range): Range {
  return { must: !may, may: !must };
}

/** Whether the element matches each resource of every region (`must`), or any (`may`). */
export function matchRegions(
  resources: CompiledResources,
  regions: readonly Region[],
  context: RequestContext,
): Range {
  const patterns = resources.patterns.map((pattern) => resolvePattern(resources, pattern, context));
  let [must, may] = [true, false];
  for (const region of regions) {
    const any = matchAny(patterns, region);
    const range = resources.negated ? notRange(any) : any;
    must &&= range.must;
    may ||= range.may;
  }
  // INVARIANT: there is a region, so that it may match wherever it must.
  return must ? always : may ? maybe : never;
}

/** Whether any of the patterns matches each resource of a region, or some. */
function matchAny(patterns: readonly Resolved[], region: Region): Range {
  let found = never;
  for (const pattern of patterns) {
    const range = matchRegion(pattern, region);
    if (range.must) return range;
    if (range.may) found = range;
  }
  return found;
}

/** A pattern's codes, its text if it has no wildcard, or its answer if that does not depend on the resource. */
type Resolved = ArrayLike<number> | string | Range;

const codesOfPattern = new WeakMap<ResourcePattern, ArrayLike<number>>();

/** Of patterns without a `$`, by their texts: thousands of policies repeat the same few. */
const codesOfText = new Map<string, ArrayLike<number>>();
const maxTexts = 10_000;

function codesOf(pattern: ResourcePattern): ArrayLike<number> {
  const { pattern: text, template, glob } = pattern;
  const isShared = !text.includes("$");
  const known = isShared ? codesOfText.get(text) : codesOfPattern.get(pattern);
  if (known) return known;
  const codes = template ? templateCodes(template) : globCodes(glob);
  if (codesOfText.size >= maxTexts) codesOfText.clear();
  if (isShared) codesOfText.set(text, codes);
  else codesOfPattern.set(pattern, codes);
  return codes;
}

/**
 * A variable with an unknown value can be any text. It can also have no value, even with a default, since a key with
 * several values gives none. Then the pattern matches nothing, which its codes allow for; or, under `NotResource` in an
 * Allow, everything (`matchResourcePattern`), which codes cannot express.
 */
function resolvePattern(
  resources: CompiledResources,
  pattern: ResourcePattern,
  context: RequestContext,
): Resolved {
  const { template, glob } = pattern;
  if (glob?.kind === "literal") return glob.text;
  if (template) {
    const codes = substitute(template, context);
    if (codes === undefined) return resources.withoutValue === TRUE ? always : never;
    if (codes === UNKNOWN && resources.withoutValue === TRUE) return maybe;
    if (codes !== UNKNOWN) return codes;
  }
  return codesOf(pattern);
}

function matchRegion(pattern: Resolved, region: Region): Range {
  if (typeof pattern === "string") return matchText(pattern, region);
  if ("must" in pattern) return pattern;
  // The usual `Resource: "*"` matches without a comparison with each of hundreds of resources.
  if (pattern.length === 1 && pattern[0] === STAR && region.length > 0) return always;
  const known = rangesIn.get(region) ?? new Map<ArrayLike<number>, Range>();
  rangesIn.set(region, known);
  const range = known.get(pattern) ?? comparePattern(pattern, region);
  if (known.size >= maxRanges) known.clear();
  known.set(pattern, range);
  return range;
}

/** The last answers for each region, by the codes of a pattern. */
const rangesIn = new WeakMap<Region, Map<ArrayLike<number>, Range>>();
const maxRanges = 32;

function comparePattern(pattern: ArrayLike<number>, region: Region): Range {
  if (!region.every((codes) => mayMeet(pattern, codes) && overlap(pattern, codes))) return never;
  return region.some((codes) => covers(pattern, codes)) ? always : maybe;
}

interface TextTest {
  matches(text: string): boolean;
  /** The only text that matches, if there is only one. */
  readonly only: string | undefined;
}

const textTests = new WeakMap<Codes, TextTest>();

/** Most patterns name one resource, and thousands of them are compared with the same few regions. */
function matchText(text: string, region: Region): Range {
  let must = false;
  for (const codes of region) {
    const test = textTests.get(codes) ?? createTextTest(codes);
    textTests.set(codes, test);
    if (!test.matches(text)) return never;
    must ||= test.only === text;
  }
  return must ? always : maybe;
}

function createTextTest(codes: Codes): TextTest {
  const only = isLiteral(codes) ? textOfCodes(codes) : undefined;
  if (only !== undefined) return { matches: (text) => text === only, only };
  // A form of resource. What a person asks about may have wildcards with which a regular expression takes any time.
  const isForm = codes.every(
    (code, at) =>
      code >= 0 || code < STAR_IN_PART || (code === STAR_IN_PART && codes[at - 1] === ANY_IN_PART),
  );
  return { matches: isForm ? literalTest(codes) : (text) => matchesText(codes, text), only };
}

/** Two patterns that differ in a literal beginning have nothing in common, and most pairs do. */
function mayMeet(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  for (let i = 0; ; i++) {
    const [a, b] = [one[i], other[i]];
    if (a === undefined || b === undefined || a < 0 || b < 0) return true;
    if (a !== b) return false;
  }
}
