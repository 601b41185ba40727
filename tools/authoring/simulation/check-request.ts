/** Checks a request against IAM's model, and says what is wrong with it as IAM's API and AWS's SDKs do. */
import { lowerAscii } from "../../../shared/ascii.ts";
import { isPlainObject } from "../../../shared/shape.ts";
import { IamError } from "./iam-error.ts";
import {
  type IamOperation,
  type IamRequest,
  type IntegerShape,
  type ListShape,
  requestShapes,
  type Shape,
  type StructureShape,
  type TextShape,
} from "./iam-model.ts";

/** More than a person reads at once. */
const maxProblems = 10;

/** Returns the request as what it is. @throws IamError `ValidationError` with what breaks a constraint */
export function checkRequest(operation: IamOperation, request: unknown): IamRequest {
  const checker = new Checker();
  checker.check(requestShapes[operation], request, "");
  const { problems } = checker;
  if (problems.length === 0) return withoutNulls(request) as IamRequest;
  const [count, noun] = [problems.length, problems.length === 1 ? "error" : "errors"];
  const shown = problems.slice(0, maxProblems).join("; ");
  throw new IamError("ValidationError", `${count} validation ${noun} detected: ${shown}`);
}

/** Paths are as IAM writes them: `contextEntries.1.member.contextKeyName`. */
class Checker {
  readonly problems: string[] = [];

  check(shape: Shape, value: unknown, path: string): void {
    if (shape.kind === "structure" && isPlainObject(value)) this.#checkMembers(shape, value, path);
    else if (shape.kind === "list" && Array.isArray(value)) this.#checkItems(shape, value, path);
    else if (shape.kind === "integer" && typeof value === "number" && Number.isInteger(value))
      this.#checkNumber(shape, value, path);
    else if (shape.kind === "text" && typeof value === "string") this.#checkText(shape, value, path);
    else this.#fail(path || "the request", `be ${describe(shape)}`);
  }

  #checkMembers({ members, required }: StructureShape, value: Json, path: string): void {
    const placeOf = (name: string) => (path === "" ? inCamelCase(name) : `${path}.${inCamelCase(name)}`);
    for (const [name, member] of Object.entries(value)) {
      const shape = Object.hasOwn(members, name) ? members[name] : undefined;
      if (shape === undefined) {
        const known = Object.keys(members).join(", ");
        const where = path || "input";
        this.problems.push(`Unknown parameter in ${where}: ${quoted(name)}, must be one of: ${known}`);
      } else if (member !== null) this.check(shape, member, placeOf(name));
    }
    for (const name of required) if ((value[name] ?? null) === null) this.#fail(placeOf(name), "not be null");
  }

  #checkItems({ member, max }: ListShape, value: readonly unknown[], path: string): void {
    if (max !== undefined && value.length > max) this.#fail(path, `have length less than or equal to ${max}`);
    for (const [index, item] of value.entries()) this.check(member, item, `${path}.${index + 1}.member`);
  }

  #checkNumber({ min, max }: IntegerShape, value: number, path: string): void {
    if (value < min) this.#fail(path, `have value greater than or equal to ${min}`);
    if (value > max) this.#fail(path, `have value less than or equal to ${max}`);
  }

  #checkText({ min, max, pattern, values }: TextShape, value: string, path: string): void {
    const { length } = [...value];
    if (min !== undefined && length < min) this.#fail(path, `have length greater than or equal to ${min}`);
    if (max !== undefined && length > max) this.#fail(path, `have length less than or equal to ${max}`);
    if (pattern !== undefined && length > 0 && !new RegExp(`^(?:${pattern})$`, "u").test(value))
      this.#fail(path, `satisfy regular expression pattern: ${pattern}`);
    if (values !== undefined && !values.includes(value))
      this.#fail(path, `satisfy enum value set: [${values.join(", ")}]`);
  }

  /** The value is left out, as IAM does. */
  #fail(path: string, constraint: string): void {
    this.problems.push(`Value at '${path}' failed to satisfy constraint: Member must ${constraint}`);
  }
}

type Json = Readonly<Record<string, unknown>>;

const typeWords = {
  structure: "an object",
  list: "a list",
  integer: "a whole number",
  text: "a string",
} as const satisfies Record<Shape["kind"], string>;

function describe(shape: Shape): string {
  const holds = shape.kind === "text" ? shape.holds : undefined;
  return holds === undefined ? typeWords[shape.kind] : `${typeWords[shape.kind]}: ${holds}`;
}

/** Short: the message is for a line of a terminal. */
function quoted(name: string): string {
  return `'${name.length > 60 ? `${name.slice(0, 60)}...` : name}'`;
}

function inCamelCase(name: string): string {
  return lowerAscii(name.charAt(0)) + name.slice(1);
}

function withoutNulls(value: unknown): unknown {
  if (!isPlainObject(value)) return Array.isArray(value) ? value.map(withoutNulls) : value;
  const kept = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutNulls(member)]));
}
