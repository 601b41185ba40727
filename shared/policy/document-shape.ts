/**
 * Whether a value from a bundle has the exact shape of a parsed policy document. An element that this code does not
 * know means that the document says more than is understood here, and so refuses it.
 */

/** What is wrong with a document's shape, and where. */
export interface ShapeProblem {
  readonly path: string;
  readonly message: string;
}

/** A check of one member: what is wrong with it, if anything. */
type Check = (value: unknown, path: string) => ShapeProblem | undefined;

const isString: Check = (value, path) => (typeof value === "string" ? undefined : wrong(path, "a string"));

const isPosition = object({ offset: isCount, line: isCount, column: isCount });

const isStatement = object(
  {
    effect: oneOf("Allow", "Deny"),
    actions: object({ kind: oneOf("Action", "NotAction"), patterns: listOf(isString, 1) }),
    resources: object({ kind: oneOf("Resource", "NotResource"), patterns: listOf(isString, 1) }),
    conditions: listOf(
      object({ operator: isString, key: isString, values: listOf(isString, 1), position: isPosition }),
      0,
    ),
    start: isPosition,
    end: isPosition,
  },
  { sid: isString },
);

const isDocument = object(
  {
    name: isString,
    file: isString,
    version: oneOf("2008-10-17", "2012-10-17"),
    statements: listOf(isStatement, 0),
  },
  { id: isString },
);

/** Finds the first thing that keeps a value from being a `PolicyDocument`. */
export function findShapeProblem(document: unknown): ShapeProblem | undefined {
  return isDocument(document, "");
}

function wrong(path: string, expected: string): ShapeProblem {
  return { path, message: `expected ${expected}; build the bundle again with this version of the product` };
}

function isCount(value: unknown, path: string): ShapeProblem | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0
    ? undefined
    : wrong(path, "a count");
}

function oneOf(...allowed: readonly string[]): Check {
  return (value, path) =>
    typeof value === "string" && allowed.includes(value) ? undefined : wrong(path, allowed.join(" or "));
}

function listOf(check: Check, least: number): Check {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < least) return wrong(path, `a list of ${least} or more`);
    for (let i = 0; i < value.length; i++) {
      const problem = check(value[i], `${path}[${i}]`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

function object(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  const checks = new Map(Object.entries({ ...required, ...optional }));
  const names = Object.keys(required);
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong(path, "an object");
    const missing = names.find((name) => !Object.hasOwn(value, name));
    if (missing !== undefined) return wrong(`${path}.${missing}`, "it to be there");
    for (const [name, member] of Object.entries(value)) {
      const check = checks.get(name);
      if (check === undefined) return wrong(`${path}.${name}`, "no such member");
      if (member === undefined && Object.hasOwn(optional, name)) continue;
      const problem = check(member, `${path}.${name}`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}
