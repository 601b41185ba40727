/**
 * Small checks that together state the closed shape of a JSON value, for data that must be exactly as we wrote it.
 */
import { isPlainObject } from "./canonical-json.ts";

/** Says what is wrong with a value, as `path: message`, or nothing. */
export type Shape = (value: unknown, path: string) => string | undefined;

/** A text that is not empty. */
export const text: Shape = (value, path) =>
  typeof value === "string" && value !== "" ? undefined : `${path}: expected a text`;

/** True or false. */
export const flag: Shape = (value, path) =>
  typeof value === "boolean" ? undefined : `${path}: expected true or false`;

/** One of the given values. */
export function oneOf(...choices: readonly (string | number)[]): Shape {
  return (value, path) =>
    choices.some((choice) => choice === value) ? undefined : `${path}: expected ${choices.join(" or ")}`;
}

/** A whole number within bounds, both included. */
export function wholeNumber(min: number, max: number): Shape {
  return (value, path) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max
      ? undefined
      : `${path}: expected a whole number from ${min} to ${max}`;
}

/** A list whose items all have a shape. */
export function list(item: Shape, options: { readonly min?: number; readonly max?: number } = {}): Shape {
  const { min = 0, max = Number.POSITIVE_INFINITY } = options;
  return (value, path) => {
    if (!Array.isArray(value)) return `${path}: expected a list`;
    if (value.length < min || value.length > max)
      return `${path}: a list of ${value.length} is not accepted here`;
    return firstProblem(value.entries(), (index, inner) => item(inner, `${path}[${index}]`));
  };
}

/** An object with keys of any name, whose values all have a shape. */
export function record(member: Shape): Shape {
  return (value, path) => {
    if (!isPlainObject(value)) return `${path}: expected an object`;
    return firstProblem(Object.entries(value), (key, inner) => member(inner, `${path}.${key}`));
  };
}

/** An object with exactly the given members. */
export function object(
  required: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  const known = new Map(Object.entries({ ...required, ...optional }));
  return (value, path) => {
    if (!isPlainObject(value)) return `${path}: expected an object`;
    const missing = Object.keys(required).find((key) => !Object.hasOwn(value, key));
    if (missing !== undefined) return `${path}: \`${missing}\` is missing`;
    return firstProblem(Object.entries(value), (key, inner) => {
      const shape = known.get(key);
      return shape ? shape(inner, `${path}.${key}`) : `${path}: unknown member \`${key}\``;
    });
  };
}

/** A shape and a rule over the value besides; the rule is asked only about a value of that shape. */
export function also(shape: Shape, rule: Shape): Shape {
  return (value, path) => shape(value, path) ?? rule(value, path);
}

function firstProblem<Key>(
  entries: Iterable<readonly [Key, unknown]>,
  check: (key: Key, value: unknown) => string | undefined,
): string | undefined {
  for (const [key, value] of entries) {
    const problem = check(key, value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
