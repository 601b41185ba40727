/**
 * Which of Amazon Connect's actions a statement is about, and whether it names actions of other services as well.
 */
import { compileActionPattern, compileActions, matchActions } from "../../policy/action-pattern.ts";
import type { ActionElement } from "../../policy/document.ts";
import { matchGlob } from "../../policy/glob.ts";
import { type ActionFacts, lintFacts } from "./action-facts.ts";

/** The actions of Amazon Connect that a pattern or an element matches, and what they have in common. */
export interface MatchedActions {
  readonly actions: readonly ActionFacts[];
  /** Union of {@link ActionFacts.shapes}. */
  readonly shapes: bigint;
  /** Union of {@link ActionFacts.required}. */
  readonly required: bigint;
  /** Union of {@link ActionFacts.keys}. */
  readonly keys: bigint;
  /** Whether actions of other services may match too. */
  readonly isForeign: boolean;
}

const none: MatchedActions = { actions: [], shapes: 0n, required: 0n, keys: 0n, isForeign: false };

/** Patterns met so far: large sets repeat a few of them many times. */
const met = new Map<string, MatchedActions>();
const maxMet = 10_000;

/** Finds the actions that one pattern matches. */
export function matchPattern(pattern: string): MatchedActions {
  const known = met.get(pattern);
  if (known) return known;
  const matched = gather(pattern);
  if (met.size >= maxMet) met.clear();
  met.set(pattern, matched);
  return matched;
}

/** Finds the actions that a statement's `Action` or `NotAction` element stands for. */
export function matchElement(element: ActionElement): MatchedActions {
  const { kind, patterns } = element;
  if (kind === "NotAction") return matchOthers(element);
  const [first] = patterns;
  if (patterns.length === 1 && first !== undefined) return matchPattern(first);
  const matched = patterns.map(matchPattern);
  return unite(
    new Set(matched.flatMap(({ actions }) => actions)),
    matched.some(({ isForeign }) => isForeign),
  );
}

function gather(pattern: string): MatchedActions {
  const { actions } = lintFacts();
  const lower = pattern.toLowerCase();
  const exact = actions.get(lower);
  if (exact) return unite([exact], false);
  const compiled = compileActionPattern(pattern);
  if (typeof compiled === "string") return none;
  const matched = [...actions].filter(([name]) => matchGlob(compiled.glob, name)).map(([, facts]) => facts);
  return unite(matched, !lower.startsWith("connect:"));
}

function matchOthers({ kind, patterns }: ActionElement): MatchedActions {
  const compiled = patterns.map(compileActionPattern).filter((result) => typeof result !== "string");
  const element = compileActions(kind, compiled);
  const { actions } = lintFacts();
  return unite(
    [...actions].filter(([name]) => matchActions(element, name)).map(([, facts]) => facts),
    true,
  );
}

function unite(matched: Iterable<ActionFacts>, isForeign: boolean): MatchedActions {
  const actions = [...matched];
  let shapes = 0n;
  let required = 0n;
  let keys = 0n;
  for (const facts of actions) {
    shapes |= facts.shapes;
    required |= facts.required;
    keys |= facts.keys;
  }
  return { actions, shapes, required, keys, isForeign };
}
