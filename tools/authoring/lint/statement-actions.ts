/** Which of Amazon Connect's actions a statement is about, and whether it names actions of other services as well. */
import { lowerAscii } from "../../../shared/ascii.ts";
import type { DependentActions } from "../../../shared/catalog/types.ts";
import type { ActionElement } from "../../../shared/policy/model/document.ts";
import {
  compileActionPattern,
  compileActions,
  matchActions,
} from "../../../shared/policy/pattern/action-pattern.ts";
import { matchGlob } from "../../../shared/policy/pattern/glob.ts";
import { type ActionFacts, lintFacts } from "./facts/action-facts.ts";

/** The actions of Amazon Connect that a pattern or an element matches, and what they have in common. */
export interface MatchedActions {
  readonly actions: readonly ActionFacts[];
  readonly shapes: bigint;
  readonly required: bigint;
  readonly keys: bigint;
  /** Whether actions of other services may match too. */
  readonly isForeign: boolean;
  /** Whether it is one of `actions`; the name is in lower case. */
  has(lowerAction: string): boolean;
}

const none = unite([], false);

type Actions = ReadonlyMap<string, ActionFacts>;

export interface ActionMatcher {
  matchPattern(pattern: string): MatchedActions;
  /** Those that a statement's `Action` or `NotAction` element covers. */
  matchElement(element: ActionElement): MatchedActions;
}

const maxKept = 10_000;
const matchers = new Map<DependentActions, ActionMatcher>();

/** Returns the matcher for a configuration; there are two, each made once. */
export function actionMatcher(dependentActions: DependentActions): ActionMatcher {
  const known = matchers.get(dependentActions);
  if (known) return known;
  const matcher = createMatcher(lintFacts().actions[dependentActions]);
  matchers.set(dependentActions, matcher);
  return matcher;
}

function createMatcher(actions: Actions): ActionMatcher {
  // Large sets repeat a few patterns and lists of them many times.
  const patterns = new Map<string, MatchedActions>();
  const lists = new Map<string, MatchedActions>();
  const elements = new WeakMap<ActionElement, MatchedActions>();
  const matchPattern = (pattern: string) => keep(patterns, pattern, () => gather(pattern, actions));
  const match = (element: ActionElement): MatchedActions => {
    const { kind, patterns } = element;
    const [first] = patterns;
    if (kind === "Action" && patterns.length === 1 && first !== undefined) return matchPattern(first);
    return keep(lists, [kind, ...patterns].join("\n"), () => {
      if (kind === "NotAction") return matchOthers(element, actions);
      const matched = patterns.map(matchPattern);
      return unite(
        new Set(matched.flatMap((each) => each.actions)),
        matched.some(({ isForeign }) => isForeign),
      );
    });
  };
  return {
    matchPattern,
    matchElement(element) {
      const matched = elements.get(element) ?? match(element);
      elements.set(element, matched);
      return matched;
    },
  };
}

/** Makes a value, unless it was made for the key before. */
function keep(known: Map<string, MatchedActions>, key: string, make: () => MatchedActions): MatchedActions {
  const found = known.get(key);
  if (found) return found;
  const made = make();
  if (known.size >= maxKept) known.clear();
  known.set(key, made);
  return made;
}

function gather(pattern: string, actions: Actions): MatchedActions {
  const lower = lowerAscii(pattern);
  const exact = actions.get(lower);
  if (exact) return unite([exact], false);
  const compiled = compileActionPattern(pattern);
  if (typeof compiled === "string") return none;
  const matched = [...actions].filter(([name]) => matchGlob(compiled.glob, name)).map(([, facts]) => facts);
  return unite(matched, !lower.startsWith("connect:"));
}

function matchOthers({ kind, patterns }: ActionElement, actions: Actions): MatchedActions {
  const compiled = patterns.map(compileActionPattern).filter((result) => typeof result !== "string");
  const element = compileActions(kind, compiled);
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
  let names: ReadonlySet<string> | undefined;
  const has = (lowerAction: string) => {
    names ??= new Set(actions.map(({ name }) => lowerAscii(name)));
    return names.has(lowerAction);
  };
  return { actions, shapes, required, keys, isForeign, has };
}
