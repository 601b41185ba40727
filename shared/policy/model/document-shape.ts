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
type Check = (value: unknown) => ShapeProblem | undefined;

const isString: Check = (value) => (typeof value === "string" ? undefined : wrong("a string"));

const isPosition = object({ offset: isCount, line: isCount, column: isCount });

const isStatement = object(
  {
    effect: oneOf("Allow", "Deny"),
    actions: object({ kind: oneOf("Action", "NotAction"), patterns: listOf(isString) }),
    resources: object({ kind: oneOf("Resource", "NotResource"), patterns: listOf(isString) }),
    conditions: listOf(
      object({ operator: isString, key: isString, values: listOf(isString), position: isPosition }),
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
    statements: listOf(isStatement),
  },
  { id: isString },
);

/** Finds the first thing that keeps a value from being a `PolicyDocument`. */
export function findShapeProblem(document: unknown): ShapeProblem | undefined {
  return isDocument(document);
}

function wrong(expected: string): ShapeProblem {
  return {
    path: "",
    message: `expected ${expected}; build the bundle again with this version of the product`,
  };
}

/** Puts a problem's path below the member it was found in. */
function within(member: string, problem: ShapeProblem): ShapeProblem {
  const dot = problem.path === "" || problem.path.startsWith("[") ? "" : ".";
  return { ...problem, path: `${member}${dot}${problem.path}` };
}

function isCount(value: unknown): ShapeProblem | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0
    ? undefined
    : wrong("a count");
}

function oneOf(...allowed: readonly string[]): Check {
  return (value) =>
    typeof value === "string" && allowed.includes(value) ? undefined : wrong(allowed.join(" or "));
}

function listOf(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return wrong("a list");
    for (let i = 0; i < value.length; i++) {
      const problem = check(value[i]);
      if (problem !== undefined) return within(`[${i}]`, problem);
    }
    return undefined;
  };
}

function object(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  const requiredNames = Object.keys(required);
  const checks = new Map([...Object.entries(required), ...Object.entries(optional)]);
  return (value) => {
    if (!isRecord(value)) return wrong("an object");
    let found = 0;
    // Inherited members, which no JSON has, count as unknown ones.
    for (const name in value) {
      const check = Object.hasOwn(value, name) ? checks.get(name) : undefined;
      const problem = check === undefined ? wrong("no such member") : check(value[name]);
      if (problem !== undefined) return within(name, problem);
      if (!Object.hasOwn(optional, name)) found++;
    }
    if (found === requiredNames.length) return undefined;
    return within(String(requiredNames.find((name) => !Object.hasOwn(value, name))), wrong("it to be there"));
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
