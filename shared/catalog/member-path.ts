/**
 * Reads the member paths of the catalogue: `QueueConfigs[].QueueReference.QueueId`.
 *
 * One reader for one grammar, so that no two rooms disagree about what a path names.
 */
import { InputError } from "../errors.ts";

/** One step of a member path: a member, and what to do with its value. */
export interface PathStep {
  readonly name: string;
  /** `one`: the value itself; `list`: each element (`[]`); `map`: each value (`{}`). */
  readonly each: "one" | "list" | "map";
  /** List members that hold more structures of the same kind, to any depth (`<AndConditions[],OrConditions[]>`). */
  readonly nested: readonly PathStep[];
}

/** A value found at a path. */
export interface Found {
  readonly value: unknown;
  /** With list indexes and map keys: `SecurityProfileIds[1]`. */
  readonly path: string;
  /** The structure that the path's last member stands in; absent for a top-level member. */
  readonly parent: Readonly<Record<string, unknown>> | undefined;
}

const maxDepth = 64;
const stepText = /^([A-Za-z0-9]+)(?:<([^<>]+)>)?(\[\]|\{\})?$/;
const parsed = new Map<string, readonly PathStep[]>();

/**
 * Parses a member path of the catalogue; the same text gives the same steps, made once.
 *
 * @throws TypeError for text that is not a member path; paths come from the catalogue only, never from a caller
 */
export function parseMemberPath(path: string): readonly PathStep[] {
  let steps = parsed.get(path);
  if (!steps) {
    steps = splitSteps(path).map(parseStep);
    parsed.set(path, steps);
  }
  return steps;
}

/** Splits at the dots outside of `<…>`. */
function splitSteps(path: string): readonly string[] {
  return path.match(/(?:<[^<>]*>|[^.<>])+/g) ?? [];
}

function parseStep(text: string): PathStep {
  const match = stepText.exec(text);
  if (!match?.[1]) throw new TypeError(`not a member path: \`${text}\``);
  const each = match[3] === "[]" ? "list" : match[3] === "{}" ? "map" : "one";
  return { name: match[1], each, nested: match[2] === undefined ? [] : match[2].split(",").map(parseStep) };
}

/**
 * Collects what stands at a path below a top-level member whose value is given. What is absent (or null) is not collected.
 *
 * @param steps the path's steps, the first of which names the top-level member
 * @param value the top-level member's value
 * @param takes leaves structures out; a top-level member stands in none
 * @throws InputError when a value is of another shape than the path says
 */
export function collectAt(
  steps: readonly PathStep[],
  value: unknown,
  found: Found[],
  takes: ParentTest = takesAll,
): void {
  const [first] = steps;
  if (!first) return;
  visitValue({ steps, index: 0, found, depth: 0, takes }, { value, path: first.name, parent: undefined });
}

/**
 * Tells whether what the path's last member holds is wanted of a structure. Asked before its elements are visited: a
 * caller chooses how many they are, and an operation has many paths to the same list that differ in this alone.
 */
export type ParentTest = (parent: Readonly<Record<string, unknown>>) => boolean;

const takesAll: ParentTest = () => true;

interface Walk {
  readonly takes: ParentTest;
  readonly steps: readonly PathStep[];
  readonly index: number;
  readonly found: Found[];
  readonly depth: number;
}

function visitValue(walk: Walk, at: Found): void {
  const step = walk.steps[walk.index];
  if (at.value === undefined || at.value === null || !step) return;
  for (const item of itemsOf(at, step.each)) visitItem(walk, step, item);
}

/** Takes a value that the last step is about; else goes on with the next step, and with the structures nested beneath. */
function visitItem(walk: Walk, step: PathStep, at: Found): void {
  if (walk.index === walk.steps.length - 1) {
    walk.found.push(at);
    return;
  }
  if (walk.depth > maxDepth) throw new InputError(at.path, "is nested too deep");
  const next = walk.steps[walk.index + 1];
  const isWanted = walk.index + 1 < walk.steps.length - 1 || walk.takes(asObject(at));
  if (next && isWanted) visitValue({ ...walk, index: walk.index + 1 }, memberOf(at, next.name));
  for (const nested of step.nested) {
    const lower = memberOf(at, nested.name);
    if (lower.value === undefined || lower.value === null) continue;
    for (const item of itemsOf(lower, nested.each)) visitItem({ ...walk, depth: walk.depth + 1 }, step, item);
  }
}

function memberOf(at: Found, name: string): Found {
  const parent = asObject(at);
  return {
    value: Object.hasOwn(parent, name) ? parent[name] : undefined,
    path: `${at.path}.${name}`,
    parent,
  };
}

function itemsOf(at: Found, each: PathStep["each"]): readonly Found[] {
  const { parent, path } = at;
  if (each === "one") return [at];
  if (each === "list") {
    if (!Array.isArray(at.value)) throw new InputError(path, "must be a list");
    return at.value.map((value: unknown, index) => ({ value, path: `${path}[${index}]`, parent }));
  }
  return Object.entries(asObject(at)).map(([key, value]) => ({ value, path: `${path}.${key}`, parent }));
}

function asObject(at: Found): Readonly<Record<string, unknown>> {
  const { value } = at;
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Date) {
    throw new InputError(at.path, "must be an object");
  }
  return value as Readonly<Record<string, unknown>>;
}
