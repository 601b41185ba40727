/** Regions of a form of resource: which statements are about each of them, and what it is called. */

import type { ResourceCondition } from "../../../shared/reach/implication/resource-cases.ts";
import { lacksUnknown } from "../../../shared/reach/implication/resource-cases.ts";
import {
  type Codes,
  covers,
  isLiteral,
  matchesText,
  overlap,
  textOfCodes,
} from "../../../shared/reach/patterns/automaton.ts";
import { findRegions, type Region } from "../../../shared/reach/patterns/regions.ts";
import type { NormalPattern, NormalStatement } from "./normal-statement.ts";

export interface PatternRegion {
  /** Whether a statement is about the region's resources, or what it depends on: the values of policy variables. */
  truthOf(statement: NormalStatement): boolean | ResourceCondition;
  /** Patterns that match the region, and those of the others that match other resources of the form. */
  readonly matched: readonly NormalPattern[];
  readonly others: readonly NormalPattern[];
  readonly example: string;
}

/** Cuts a form along the patterns of statements; `undefined` if there are too many regions. */
export type RegionFinder = (
  form: Codes,
  statements: readonly NormalStatement[],
) => readonly PatternRegion[] | undefined;

/** Creates a finder that caches the regions of each form and set of patterns. */
export function createRegionFinder(): RegionFinder {
  const found = new Map<string, readonly Region[] | undefined>();
  return (form, statements) => {
    const patterns = patternsFor(form, statements);
    const key = JSON.stringify([Array.from(form), patterns.map(({ key }) => key)]);
    const codes = patterns.map((pattern) => pattern.codes);
    if (!found.has(key)) found.set(key, findRegions(form, codes));
    return found.get(key)?.map((region) => withPatterns(region, patterns));
  };
}

/** The patterns that match some resource of the form, each once. */
function patternsFor(form: Codes, statements: readonly NormalStatement[]): readonly NormalPattern[] {
  const patterns = new Map(statements.flatMap((each) => each.patterns.map((one) => [one.key, one])));
  // The codes and not the spelling: `${*}` is a star.
  return [...patterns.values()].filter(({ codes }) =>
    isLiteral(codes) ? matchesText(form, textOfCodes(codes)) : overlap(codes, form),
  );
}

function withPatterns({ matched, example }: Region, patterns: readonly NormalPattern[]): PatternRegion {
  const inside = matched.flatMap((index) => patterns[index] ?? []);
  const keys = new Set(inside.map(({ key }) => key));
  return {
    matched: inside,
    others: patterns.filter((pattern) => !keys.has(pattern.key)),
    example,
    truthOf({ patterns: own, isNegated, effect }) {
      const met = own.filter((pattern) => keys.has(pattern.key));
      if (met.some(({ template }) => !template)) return !isNegated;
      const variable = own.flatMap(({ key, text, template }) =>
        template ? [{ key, text, template, isMet: keys.has(key) }] : [],
      );
      const conditionOf = (patterns: typeof variable): ResourceCondition => ({ effect, isNegated, patterns });
      // A variable without a value takes an Allow with NotResource away, from every resource (resource-pattern.ts).
      if (isNegated && effect === "Allow") return variable.length === 0 || conditionOf(variable);
      if (met.length > 0) return conditionOf(variable.filter(({ isMet }) => isMet));
      // A variable that is not known may leave a Deny open.
      const open =
        effect === "Deny" && !isNegated ? variable.filter(({ template }) => !lacksUnknown(template)) : [];
      return open.length > 0 ? conditionOf(open) : isNegated;
    },
  };
}

/** A region's name: the narrowest patterns that match it, and the patterns within those that do not. */
export interface RegionName {
  readonly matched: string;
  readonly except: readonly string[];
}

export function nameRegion({ matched, others }: PatternRegion): RegionName {
  const narrowest = matched.filter(
    (pattern) =>
      !matched.some(
        (other) =>
          other !== pattern && covers(pattern.codes, other.codes) && !covers(other.codes, pattern.codes),
      ),
  );
  const names = narrowest.map(({ text }) => text).sort();
  const isOne = narrowest.some(({ codes }) => isLiteral(codes));
  const within = isOne
    ? []
    : others.filter(({ codes }) => narrowest.every((pattern) => overlap(pattern.codes, codes)));
  return {
    matched: names.length === 0 ? "all resources" : names.join(" and "),
    except: within.map(({ text }) => text),
  };
}
