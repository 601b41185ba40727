/**
 * AWS's Query protocol, as far as IAM's policy simulator needs it: a form whose names are paths
 * (`ContextEntries.member.1.ContextKeyValues.member.2`) → the request that JSON would hold.
 */
import { IamError } from "../../authoring/simulation/iam-error.ts";
import {
  type IamOperation,
  isIamOperation,
  requestShapes,
  type Shape,
} from "../../authoring/simulation/iam-model.ts";

const version = "2010-05-08";
/** The deepest path has seven parts. */
const maxParts = 16;
/** What belongs to the protocol and to signatures, which are not checked here. */
const ofProtocol =
  /^(?:Action|Version|AWSAccessKeyId|Signature|SignatureMethod|SignatureVersion|SecurityToken|Timestamp|X-Amz-[\w-]+)$/;

export interface QueryRequest {
  readonly operation: IamOperation;
  readonly request: unknown;
}

/** A form's value, or what is below a name. */
interface Branch {
  text: string | undefined;
  readonly below: Map<string, Branch>;
}

/** @throws IamError for what is no request of the policy simulator */
export function readForm(form: string): QueryRequest {
  const fields = new URLSearchParams(form);
  const operation = readOperation(fields);
  const root: Branch = { text: undefined, below: new Map() };
  for (const [name, value] of fields) if (!ofProtocol.test(name)) plant(root, name, value);
  return { operation, request: readBranch(root, requestShapes[operation], "") };
}

function readOperation(fields: URLSearchParams): IamOperation {
  const [action, ...more] = fields.getAll("Action");
  if (action === undefined || more.length > 0)
    throw new IamError("MissingAction", "The request must contain the parameter Action, once.");
  const given = fields.get("Version") ?? version;
  if (isIamOperation(action) && given === version) return action;
  throw new IamError(
    "InvalidAction",
    `Could not find operation ${action} for version ${given}: this server simulates policies (${Object.keys(requestShapes).join(", ")}).`,
  );
}

function plant(root: Branch, name: string, value: string): void {
  const parts = name.split(".");
  if (parts.length > maxParts) throw malformed(name, "is nested too deeply");
  let at = root;
  for (const part of parts) {
    const next: Branch = at.below.get(part) ?? { text: undefined, below: new Map() };
    at.below.set(part, next);
    at = next;
  }
  if (at.text !== undefined) throw malformed(name, "is given twice");
  at.text = value;
}

function readBranch({ text, below }: Branch, shape: Shape, path: string): unknown {
  if (shape.kind === "list")
    return text === "" && below.size === 0 ? [] : itemsOf({ text, below }, shape.member, path);
  if (shape.kind === "structure") {
    if (text !== undefined) throw malformed(path, "has members, and no value of its own");
    // What IAM does not know stays a text: the check of the request names it.
    return Object.fromEntries(
      [...below].map(([name, branch]) => {
        const member = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
        return [name, member ? readBranch(branch, member, join(path, name)) : (branch.text ?? "")];
      }),
    );
  }
  if (text === undefined || below.size > 0) throw malformed(path, "is one value, without members");
  return shape.kind === "integer" && /^-?\d{1,9}$/.test(text) ? Number(text) : text;
}

/** `.member.1`, `.member.2`, …, in any order and without gaps. */
function itemsOf({ text, below }: Branch, member: Shape, path: string): readonly unknown[] {
  const items = below.get("member");
  if (text !== undefined || below.size !== 1 || items === undefined || items.text !== undefined)
    throw malformed(path, `is a list: write ${path}.member.1`);
  return Array.from({ length: items.below.size }, (_, index) => {
    const name = `${path}.member.${index + 1}`;
    const item = items.below.get(String(index + 1));
    if (item === undefined) throw malformed(name, "is missing: the members of a list are numbered from 1");
    return readBranch(item, member, name);
  });
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function malformed(name: string, problem: string): IamError {
  const shown = name.length > 100 ? `${name.slice(0, 100)}...` : name;
  return new IamError("MalformedQueryString", `The parameter ${shown} ${problem}.`);
}
