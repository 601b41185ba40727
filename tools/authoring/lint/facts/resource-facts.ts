/** Which shapes of resources a pattern of `Resource` can match: anywhere, and in the configured instances. */

import { literalTest, overlap } from "../../../../shared/reach/patterns/automaton.ts";
import { resourceCodes } from "../../../../shared/reach/patterns/pattern-codes.ts";
import {
  type Codes,
  createPatternFinder,
  type PatternFinder,
} from "../../../../shared/reach/resource-shape.ts";
import type { ConnectInstance } from "../../../../shared/request/types.ts";
import { lintFacts } from "./action-facts.ts";

export interface ResourceFacts {
  /** False for ARNs of other services, which are not judged here; then the sets below are full. */
  readonly isJudged: boolean;
  /** `1n << index` for each shape of `lintFacts()` that it can match. */
  readonly shapes: bigint;
  /** Those of them that it can match in a configured instance; all of them when no configuration is known. */
  readonly configured: bigint;
}

/** Returns the facts of a pattern; `variables`: whether the document's version has them. */
export type ResourceJudge = (pattern: string, variables: boolean) => ResourceFacts;

const notJudged: ResourceFacts = { isJudged: false, shapes: -1n, configured: -1n };

const judges = new WeakMap<readonly ConnectInstance[], ResourceJudge>();

/** Returns the judge for the instances of a configuration, which caches every pattern. */
export function resourceJudge(instances: readonly ConnectInstance[] | undefined): ResourceJudge {
  if (!instances) return createJudge(instances);
  const found = judges.get(instances) ?? createJudge(instances);
  judges.set(instances, found);
  return found;
}

function createJudge(instances: readonly ConnectInstance[] | undefined): ResourceJudge {
  const known = new Map<string, ResourceFacts>();
  const within = instances && createPatternFinder(instances);
  const { shapes } = lintFacts();
  const abbreviate = createAbbreviator(
    shapes.flatMap((shape) => [...shape.patterns, ...(within?.(shape) ?? [])]),
  );
  const find = (key: string, make: () => ResourceFacts): ResourceFacts => {
    const facts = known.get(key) ?? make();
    known.set(key, facts);
    return facts;
  };
  return (pattern, variables) => {
    const prefix = variables ? "" : "literal ";
    return find(prefix + pattern, () => {
      const short = abbreviate(pattern);
      return find(prefix + short, () => judge(short, variables, within));
    });
  };
}

/** A run of an identifier's characters (`patterns/automaton.ts`). `$` is left out, since it begins a variable. */
const identifierRun = /[\w.-]+/g;

/**
 * Makes a pattern shorter without another judgement: an identifier that no shape spells out becomes `x`. Shapes either
 * spell a word out or take any word there, so that all such identifiers are alike. Ten thousand queues are then judged once.
 */
function createAbbreviator(patterns: readonly Codes[]): (pattern: string) => string {
  const texts = patterns.map((codes) =>
    String.fromCharCode(...codes.map((code) => (code < 0 ? 0x2a : code))),
  );
  const words = new Set(texts.flatMap((text) => text.match(identifierRun) ?? []));
  const isPart = (part: string) => [...words].some((word) => word.includes(part));
  return (pattern) => {
    if (pattern.includes("${")) return pattern;
    return pattern.replace(identifierRun, (run, start: number) => {
      const isWhole = !isWildcard(pattern[start - 1]) && !isWildcard(pattern[start + run.length]);
      return (isWhole ? words.has(run) : isPart(run)) ? run : "x";
    });
  };
}

function isWildcard(character: string | undefined): boolean {
  return character === "*" || character === "?";
}

function judge(pattern: string, variables: boolean, within: PatternFinder | undefined): ResourceFacts {
  if (pattern.split(":", 3)[2] !== "connect") return notJudged;
  const codes = resourceCodes(pattern, variables);
  // The parser refuses these with a message of its own.
  if (!codes) return notJudged;
  const meets = meeting(codes);
  let shapes = 0n;
  let configured = 0n;
  for (const [index, shape] of lintFacts().shapes.entries()) {
    if (!shape.patterns.some(meets)) continue;
    const bit = 1n << BigInt(index);
    shapes |= bit;
    if (!within || within(shape).some(meets)) configured |= bit;
  }
  return { isJudged: true, shapes, configured };
}

/** By the pattern of a shape; there are few of these, and every pattern of every policy is compared with them. */
const literalTests = new WeakMap<Codes, (text: string) => boolean>();

/** Makes the test whether a policy's pattern has a resource in common with a pattern of a shape. */
function meeting(codes: ArrayLike<number>): (each: Codes) => boolean {
  const all = Array.from(codes);
  if (all.some((code) => code < 0)) return (each) => overlap(codes, each);
  const text = String.fromCharCode(...all);
  return (each) => {
    const test = literalTests.get(each) ?? literalTest(each);
    literalTests.set(each, test);
    return test(text);
  };
}
