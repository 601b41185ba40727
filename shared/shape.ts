/**
 * Small checks that together describe the closed shape of a JSON value. The data must be exactly as we wrote it: an
 * unknown member may mean something that this code does not understand, so it refuses the value.
 */

/** What is wrong with a value, and where: `issuers[0].audience`; empty for the value itself. */
export interface ShapeProblem {
  readonly path: string;
  readonly message: string;
}

/** Finds the first problem of a value. */
export type Shape = (value: unknown) => ShapeProblem | undefined;

/** Whether a value is an object in JSON's sense: neither a list nor an instance of a class. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A rule for a value whose shape {@link also} has checked: hence the cast. */
export function rule<Value>(problemOf: (value: Value) => string | undefined): Shape {
  return (value) => {
    const message = problemOf(value as Value);
    return message === undefined ? undefined : { path: "", message };
  };
}

export const anything: Shape = () => undefined;
export const anyText = rule((value) => (typeof value === "string" ? undefined : "expected a text"));
/** A text that is not empty. */
export const text = rule((value) =>
  typeof value === "string" && value !== "" ? undefined : "expected a text",
);
export const flag = rule((value) => (typeof value === "boolean" ? undefined : "expected true or false"));

export function oneOf(...choices: readonly (string | number)[]): Shape {
  const wanted: ReadonlySet<unknown> = new Set(choices);
  return rule((value) => (wanted.has(value) ? undefined : `expected ${choices.join(" or ")}`));
}

/** Includes both bounds. */
export function wholeNumber(min: number, max: number): Shape {
  return rule((value) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max
      ? undefined
      : `expected a whole number from ${min} to ${max}`,
  );
}

export function list(item: Shape, { min = 0 }: { readonly min?: number } = {}): Shape {
  return (value) => {
    if (!Array.isArray(value)) return { path: "", message: "expected a list" };
    if (value.length < min) return { path: "", message: `a list of ${value.length} is not accepted here` };
    for (let index = 0; index < value.length; index += 1) {
      const problem = item(value[index]);
      if (problem !== undefined) return within(`[${index}]`, problem);
    }
    return undefined;
  };
}

/** An object with any keys, whose values all have this shape. */
export function record(member: Shape): Shape {
  return (value) => {
    if (!isPlainObject(value)) return { path: "", message: "expected an object" };
    for (const name of Object.keys(value)) {
      const problem = member(value[name]);
      if (problem !== undefined) return within(name, problem);
    }
    return undefined;
  };
}

/** An object with exactly the given members. */
export function object(
  required: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  const requiredNames = Object.keys(required);
  const shapes = new Map(Object.entries({ ...required, ...optional }));
  return (value) => {
    if (!isPlainObject(value)) return { path: "", message: "expected an object" };
    const missing = requiredNames.find((name) => !Object.hasOwn(value, name));
    if (missing !== undefined) return { path: "", message: `\`${missing}\` is missing` };
    for (const name of Object.keys(value)) {
      const shape = shapes.get(name);
      if (shape === undefined) return { path: "", message: `unknown member \`${name}\`` };
      const problem = shape(value[name]);
      if (problem !== undefined) return within(name, problem);
    }
    return undefined;
  };
}

/** Checks `more` only for a value of this shape. */
export function also(shape: Shape, more: Shape): Shape {
  return (value) => shape(value) ?? more(value);
}

/** Puts a problem's path below its member. */
function within(member: string, { path, message }: ShapeProblem): ShapeProblem {
  const dot = path === "" || path.startsWith("[") ? "" : ".";
  return { path: `${member}${dot}${path}`, message };
}
