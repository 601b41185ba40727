/**
 * The member paths of the catalogue (`QueueConfigs[].QueueReference.QueueId`), and the one walk along them.
 *
 * The same walk reads targets and rewrites identifiers. So every identifier is in canonical form when it is decided.
 */
import { InputError } from "../errors.ts";

/** A member, and what to do with its value. */
export interface PathStep {
  readonly name: string;
  /** `one`: the value itself; `list`: each element (`[]`); `map`: each value (`{}`). */
  readonly each: "one" | "list" | "map";
  /** List members that hold more structures of the same kind, at any depth (`<AndConditions[],OrConditions[]>`). */
  readonly nested: readonly PathStep[];
}

export interface Found {
  readonly value: unknown;
  /** With list indexes and map keys: `SecurityProfileIds[1]`. */
  readonly path: string;
  /** The structure that holds the path's last member; absent for a top-level member. */
  readonly parent: Readonly<Record<string, unknown>> | undefined;
}

const maxDepth = 64;
const stepText = /^([A-Za-z0-9]+)(?:<([^<>]+)>)?(\[\]|\{\})?$/;
const parsed = new Map<string, readonly PathStep[]>();

/** @throws TypeError for text that is not a member path; paths come only from the catalogue, never from a caller */
export function parseMemberPath(path: string): readonly PathStep[] {
  let steps = parsed.get(path);
  if (!steps) {
    steps = splitSteps(path).map(parseStep);
    parsed.set(path, steps);
  }
  return steps;
}

export function topMember(path: string): string {
  return parseMemberPath(path)[0]?.name ?? "";
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
 * Whether the walk enters the last member of this structure. It is called before the elements are visited: a caller
 * chooses their number, and an operation has many paths to one list that differ only in this test.
 */
export type ParentTest = (parent: Structure) => boolean;

type Structure = Readonly<Record<string, unknown>>;

const takesAll: ParentTest = () => true;

interface Walk {
  readonly steps: readonly PathStep[];
  /** Of the current step. */
  readonly index: number;
  readonly depth: number;
  readonly takes: ParentTest;
  /** Returns the new value, or the same one to leave it unchanged. */
  readonly visit: (found: Found) => unknown;
}

/**
 * Collects the values that a path finds below a top-level member with this value. Absent values are not collected.
 *
 * @param takes is not called for a top-level member, whose structure is not given
 * @throws InputError when a value has another shape than the path
 */
export function collectAt(path: string, value: unknown, takes: ParentTest = takesAll): readonly Found[] {
  const steps = parseMemberPath(path);
  const [first] = steps;
  if (!first || value === undefined || value === null) return [];
  const found: Found[] = [];
  const visit = (at: Found): unknown => {
    found.push(at);
    return at.value;
  };
  visitEach({ steps, index: 0, depth: 0, takes, visit }, first, {
    value,
    path: first.name,
    parent: undefined,
  });
  return found;
}

/**
 * @param path with list indexes and map keys: `SecurityProfileIds[1]`
 * @param parent the structure that holds the path's last member
 */
export type Rewrite = (text: string, path: string, parent: Structure) => string;

/**
 * Returns a copy of the input in which every text at the path is rewritten; what is absent stays absent.
 *
 * @throws InputError when a value has another shape than the path, or is not a text
 */
export function rewriteAt<Input extends Structure>(
  input: Input,
  path: string,
  rewrite: Rewrite,
  takes: ParentTest = takesAll,
): Input {
  const steps = parseMemberPath(path);
  const [first] = steps;
  if (!first || (steps.length === 1 && !takes(input))) return input;
  const visit = ({ value, path: at, parent = input }: Found): string => {
    if (typeof value !== "string") throw new InputError(at, "must be a string");
    return rewrite(value, at, parent);
  };
  // Texts become texts, so the input keeps its type.
  return visitMember({ steps, index: 0, depth: 0, takes, visit }, first, { value: input, path: "" }) as Input;
}

/** Visits a member of a structure. Returns the structure, or a copy if the member was rewritten. */
function visitMember(walk: Walk, step: PathStep, at: Pick<Found, "value" | "path">): Structure {
  const parent = asObject(at);
  const value = Object.hasOwn(parent, step.name) ? parent[step.name] : undefined;
  if (value === undefined) return parent;
  const path = at.path === "" ? step.name : `${at.path}.${step.name}`;
  const visited = visitEach(walk, step, { value, path, parent });
  return visited === value ? parent : { ...parent, [step.name]: visited };
}

/** Visits the value, each element of a list or each value of a map, as the step says. */
function visitEach(walk: Walk, step: PathStep, at: Found): unknown {
  const { value, path, parent } = at;
  if (step.each === "one") return visitItem(walk, step, at);
  if (step.each === "list") {
    if (!Array.isArray(value)) throw new InputError(path, "must be a list");
    const visited = value.map((item: unknown, index) =>
      visitItem(walk, step, { value: item, path: `${path}[${index}]`, parent }),
    );
    return visited.every((item, index) => item === value[index]) ? value : visited;
  }
  const map = asObject(at);
  const visited = Object.entries(map).map(
    ([key, item]) => [key, visitItem(walk, step, { value: item, path: `${path}.${key}`, parent })] as const,
  );
  return visited.every(([key, item]) => item === map[key]) ? map : Object.fromEntries(visited);
}

/** Visits the value of the last step. For any other step, walks into the value, and into structures nested in it. */
function visitItem(walk: Walk, step: PathStep, at: Found): unknown {
  const next = walk.steps[walk.index + 1];
  if (!next) return walk.visit(at);
  if (walk.depth > maxDepth) throw new InputError(at.path, "is nested too deep");
  let structure = asObject(at);
  if (walk.index + 2 < walk.steps.length || walk.takes(structure))
    structure = visitMember({ ...walk, index: walk.index + 1 }, next, { ...at, value: structure });
  for (const { name, each } of step.nested) {
    // A structure of the same kind: the same step applies to it again.
    const again: PathStep = { name, each, nested: step.nested };
    structure = visitMember({ ...walk, depth: walk.depth + 1 }, again, { ...at, value: structure });
  }
  return structure;
}

function asObject({ value, path }: Pick<Found, "value" | "path">): Structure {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Date) {
    throw new InputError(path, "must be an object");
  }
  return value as Structure;
}
