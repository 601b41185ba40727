/** All that resource patterns with policy variables can say together of the resources of one region. */
import { FALSE, not, TRUE, type Truth, UNDECIDED } from "../../policy/model/unknown.ts";
import type { Template, Variable } from "../../policy/pattern/template.ts";
import { covers } from "../patterns/automaton.ts";
import { symbolCodes } from "../patterns/pattern-codes.ts";
import type { Case } from "./key-cases.ts";
import { domainOf } from "./key-domain.ts";

/** The name of the dimension that they are: no condition key has it. */
export const resourceDimension = "";

export interface VariablePattern {
  /** Equal for equal patterns. */
  readonly key: string;
  readonly text: string;
  readonly template: Template;
  /** Whether it matches the region's resources for some value of its variables. */
  readonly isMet: boolean;
}

/** What a statement's resources depend on. */
export interface ResourceCondition {
  readonly effect: "Allow" | "Deny";
  readonly isNegated: boolean;
  readonly patterns: readonly VariablePattern[];
}

/** Equal for conditions that are met alike. */
export function textOfResource({ isNegated, patterns }: ResourceCondition): string {
  return `the resource ${isNegated ? "is not" : "is"} ${patterns.map(({ text }) => text).join(" or ")}`;
}

type State = "matches" | "differs" | "noValue" | "unknown";

const maxPatterns = 4;

/** Finds the cases; the facts are the conditions, in their order. `undefined` if there are too many. */
export function findResourceCases(conditions: readonly ResourceCondition[]): readonly Case[] | undefined {
  const patterns = [
    ...new Map(conditions.flatMap((each) => each.patterns.map((one) => [one.key, one]))).values(),
  ];
  if (patterns.length > maxPatterns) return undefined;
  let all: readonly ReadonlyMap<string, State>[] = [new Map()];
  for (const pattern of patterns)
    all = all.flatMap((each) => statesOf(pattern).map((state) => new Map([...each, [pattern.key, state]])));
  const implied = patterns.flatMap((one) =>
    patterns
      .filter((other) => covers(symbolCodes(other.template), symbolCodes(one.template)))
      .map((other) => [one.key, other.key] as const),
  );
  return all
    .filter((states) =>
      implied.every(([one, other]) => states.get(one) !== "matches" || states.get(other) === "matches"),
    )
    .map((states) => ({
      holds: conditions.map((condition) => isMet(condition, states)),
      witnesses: [
        {
          value: undefined,
          matches: patterns.flatMap(({ key, text }) => (states.get(key) === "matches" ? [text] : [])),
        },
      ],
    }));
}

function statesOf({ template, isMet }: VariablePattern): readonly State[] {
  return [
    "differs",
    ...(isMet ? (["matches"] as const) : []),
    ...(template.variables.some(mayLackValue) ? (["noValue"] as const) : []),
    ...(lacksUnknown(template) ? [] : (["unknown"] as const)),
  ];
}

function mayLackValue({ lowerKey, fallback }: Variable): boolean {
  const { isPresent, isSingle } = domainOf(lowerKey);
  return !isSingle || (!isPresent && fallback === undefined);
}

/** Whether the values of all variables are known in every call. */
export function lacksUnknown({ variables }: Template): boolean {
  return variables.every(({ lowerKey }) => domainOf(lowerKey).isKnown);
}

/** As `matchResources` does. */
function isMet(
  { effect, isNegated, patterns }: ResourceCondition,
  states: ReadonlyMap<string, State>,
): boolean {
  let matched: Truth = FALSE;
  for (const { key } of patterns) {
    const truth = truthOf[states.get(key) ?? "unknown"](isNegated && effect === "Allow");
    if (truth > matched) matched = truth;
  }
  const truth = isNegated ? not(matched) : matched;
  return effect === "Deny" ? truth !== FALSE : truth === TRUE;
}

const truthOf = {
  matches: () => TRUE,
  differs: () => FALSE,
  noValue: (isExcluding: boolean) => (isExcluding ? TRUE : FALSE),
  unknown: () => UNDECIDED,
} as const satisfies Record<State, (isExcluding: boolean) => Truth>;
