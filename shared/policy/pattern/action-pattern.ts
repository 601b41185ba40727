/**
 * The `Action` and `NotAction` elements: patterns of service and action name, compared without case (IAM User
 * Guide, "IAM JSON policy elements: Action").
 */
import { lowerAscii } from "../../ascii.ts";
import type { ActionElement } from "../model/document.ts";
import { quote } from "../model/quote.ts";
import { compileGlob, type Glob, literalGlob, literalOf, matchGlob } from "./glob.ts";
import { parseWildcards } from "./template.ts";
import { splitLiterals, type TextSet } from "./text-set.ts";

export interface ActionPattern {
  /** As written. */
  readonly pattern: string;
  /** In lower case. */
  readonly glob: Glob;
  /** Cache of the `Action` element that holds only this pattern, as most do. */
  alone?: CompiledActions;
}

export interface CompiledActions {
  readonly negated: boolean;
  readonly patterns: readonly ActionPattern[];
  /** The patterns that name one action, in lower case. */
  readonly literals: TextSet;
  readonly globs: readonly Glob[];
}

/** Policies repeat the same few hundred actions. The cache is emptied at this size. */
const MAX_REMEMBERED = 4_096;
const remembered = new Map<string, ActionPattern>();

/** Returns a message if the pattern is invalid. */
export function compileActionPattern(pattern: string): ActionPattern | string {
  const known = remembered.get(pattern);
  if (known !== undefined) return known;
  const compiled = compileAfresh(pattern);
  if (typeof compiled === "string") return compiled;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(pattern, compiled);
  return compiled;
}

function compileAfresh(pattern: string): ActionPattern | string {
  if (pattern === "") return "action is empty; write `service:name` or `*`";
  if (!/^[A-Za-z0-9_.*?:-]+$/.test(pattern)) {
    return `action ${quote(pattern)} has characters that no action has; variables are not allowed here`;
  }
  const colon = pattern.indexOf(":");
  const onlyStars = /^\*+$/.test(pattern);
  if (!onlyStars && (colon <= 0 || colon === pattern.length - 1 || pattern.indexOf(":", colon + 1) >= 0)) {
    return `action ${quote(pattern)} is not \`service:name\` or \`*\``;
  }
  const lower = lowerAscii(pattern);
  if (!/[*?]/.test(lower)) return { pattern, glob: literalGlob(lower) };
  return { pattern, glob: compileGlob(parseWildcards(lower)) };
}

export function compileActions(
  kind: ActionElement["kind"],
  patterns: readonly ActionPattern[],
): CompiledActions {
  const [only, second] = patterns;
  if (kind !== "Action" || only === undefined || second !== undefined) return gather(kind, patterns);
  only.alone ??= gather(kind, patterns);
  return only.alone;
}

function gather(kind: ActionElement["kind"], patterns: readonly ActionPattern[]): CompiledActions {
  const { literals, others } = splitLiterals(
    patterns.map(({ glob }) => glob),
    literalOf,
  );
  return { negated: kind === "NotAction", patterns, literals, globs: others };
}

/** @param lowerAction in lower case */
export function matchActions(actions: CompiledActions, lowerAction: string): boolean {
  if (actions.literals.has(lowerAction)) return !actions.negated;
  for (const glob of actions.globs) {
    if (matchGlob(glob, lowerAction)) return !actions.negated;
  }
  return actions.negated;
}
