/**
 * Rewrites the strings at a member path of the catalogue, such as `QueueConfigs[].QueueReference.QueueId`.
 *
 * It walks by the very steps that `shared/catalog/member-path.ts` reads targets with, so that no identifier is
 * asked about that was not put in canonical form first.
 */
import { type ParentTest, type PathStep, parseMemberPath } from "../../catalog/member-path.ts";
import { InputError } from "../../errors.ts";
import type { InputValue, OperationInput } from "../types.ts";

/**
 * Rewrites one string.
 *
 * @param path with list indexes and map keys: `SecurityProfileIds[1]`
 * @param parent the structure that the path's last member stands in
 */
export type Rewrite = (value: string, path: string, parent: OperationInput) => string;

/**
 * Returns a copy of the input in which every string at the path is rewritten; what is absent stays absent.
 *
 * @param takes leaves structures as they are whose last member is not to be rewritten
 * @throws InputError when something else than a string stands there
 */
export function mapMember(
  input: OperationInput,
  path: string,
  rewrite: Rewrite,
  takes: ParentTest = takesAll,
): OperationInput {
  return rewriteObject(input, { steps: parseMemberPath(path), at: "", rewrite, takes });
}

const takesAll: ParentTest = () => true;

interface Walk {
  readonly steps: readonly PathStep[];
  /** Path walked so far. */
  readonly at: string;
  readonly rewrite: Rewrite;
  readonly takes: ParentTest;
}

/** Rewrites the member that the first step names. */
function rewriteObject(object: OperationInput, walk: Walk): OperationInput {
  const [step] = walk.steps;
  const value = step && Object.hasOwn(object, step.name) ? object[step.name] : undefined;
  if (!step || value === undefined) return object;
  if (walk.steps.length === 1 && step.nested.length === 0 && !walk.takes(object)) return object;
  const at = walk.at === "" ? step.name : `${walk.at}.${step.name}`;
  return { ...object, [step.name]: rewriteEach(step, value, { ...walk, at }, object) };
}

/** Rewrites a value, each element of a list or each value of a map, as the step says. */
function rewriteEach(step: PathStep, value: InputValue, walk: Walk, parent: OperationInput): InputValue {
  if (step.each === "one") return rewriteItem(step, value, walk, parent);
  if (step.each === "list") {
    if (!isList(value)) throw new InputError(walk.at, "must be a list");
    return value.map((item, index) =>
      rewriteItem(step, item, { ...walk, at: `${walk.at}[${index}]` }, parent),
    );
  }
  const entries = Object.entries(asObject(value, walk.at)).map(([key, item]) => {
    const at = `${walk.at}.${key}`;
    return [key, item === undefined ? item : rewriteItem(step, item, { ...walk, at }, parent)] as const;
  });
  return Object.fromEntries(entries);
}

function rewriteItem(step: PathStep, value: InputValue, walk: Walk, parent: OperationInput): InputValue {
  const rest = walk.steps.slice(1);
  if (rest.length === 0 && step.nested.length === 0) {
    if (typeof value !== "string") throw new InputError(walk.at, "must be a string");
    return walk.rewrite(value, walk.at, parent);
  }
  let object = rewriteObject(asObject(value, walk.at), { ...walk, steps: rest });
  for (const nested of step.nested) {
    // A structure of the same kind beneath: the same step applies to it again.
    const again: PathStep = { name: nested.name, each: nested.each, nested: step.nested };
    object = rewriteObject(object, { ...walk, steps: [again, ...rest] });
  }
  return object;
}

function asObject(value: InputValue, at: string): OperationInput {
  if (typeof value !== "object" || value === null || isList(value) || value instanceof Date) {
    throw new InputError(at, "must be an object");
  }
  return value;
}

function isList(value: InputValue): value is readonly InputValue[] {
  return Array.isArray(value);
}
