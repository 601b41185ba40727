/**
 * The one canonical form of each identifier, settled before any policy is evaluated.
 *
 * A second spelling of a resource can evade a Deny: an ARN for an id, capitals in a UUID, an encoded dot segment. This
 * file parses what a caller wrote and returns the one form that is authorized and sent. It refuses everything else.
 */
import {
  assertBelongs,
  type CallPlace,
  lowerUuids,
  type ParsedArn,
  parseConnectArn,
} from "../../catalog/resource-arn.ts";
import type { TargetSpec } from "../../catalog/types.ts";
import { InputError } from "../../errors.ts";

/** The resource that a text names, in canonical form: an ARN, or an id whose type the member knows. */
export type Identifier =
  | { readonly kind: "arn"; readonly arn: ParsedArn }
  | { readonly kind: "id"; readonly id: string };

const maxIdLength = 500;
/**
 * An id, with the qualifier that Connect documents for flows, views and data tables: `:$SAVED`, `:$LATEST`, a version.
 * Callers may not write dots, which ids in ARNs may have (`isArnId` in `shared/catalog/resource-arn.ts`).
 */
const bareId = /^[A-Za-z0-9_-]+(:[$A-Za-z0-9_-]+)?$/;

/**
 * Parses an id or an ARN.
 *
 * @param path member path, for errors
 * @throws InputError for anything that is not exactly one resource's id or ARN
 */
export function parseIdentifier(text: string, path: string): Identifier {
  if (text.startsWith("arn:")) return { kind: "arn", arn: parseArn(text, path) };
  assertId(text, path);
  return { kind: "id", id: lowerUuids(text) };
}

/** Parses a text that must be an ARN. Throws as {@link parseIdentifier} does. */
export function parseArn(text: string, path: string): ParsedArn {
  const arn = parseConnectArn(lowerUuids(text));
  if (!arn) throw new InputError(path, "is not the ARN of an Amazon Connect resource");
  assertId(arn.id, path);
  if (arn.instanceId !== undefined) assertId(arn.instanceId, path);
  return arn;
}

/** What an input may name in one place. */
export interface IdentifierRule {
  readonly spec: TargetSpec;
  /** The types that an id there may have. */
  readonly types: ReadonlySet<string>;
  readonly where: CallPlace;
}

/**
 * Returns the text that is decided and sent for an identifier: an id, lower-case if it is a UUID. An ARN is reduced to
 * its id unless the id alone would name something else.
 *
 * @throws InputError for a resource that the member may not name, or that belongs somewhere else
 */
export function canonicalText(text: string, { spec, types, where }: IdentifierRule, path: string): string {
  const isArn = text.startsWith("arn:");
  if (isArn && spec.orAnyArn) return text;
  const identifier = parseIdentifier(text, path);
  if (identifier.kind === "id") return identifier.id;
  const { arn } = identifier;
  // An ARN of another type says what it is (an AWS-managed view).
  const isOtherType = !types.has(arn.type);
  if (isOtherType && !spec.types?.includes(arn.type)) throw wrongType(arn, path);
  assertBelongs(arn, isOtherType ? where : { ...where, namesInstance: true }, path);
  // It belongs to the call but is of another Region: two Regions share it, and its id would name this Region's.
  return isOtherType || arn.region !== where.region ? arn.text : arn.id;
}

export function wrongType({ type }: ParsedArn, path: string): InputError {
  return new InputError(path, `names a resource of type \`${type}\``);
}

/** Refuses empty ids, dot segments, slashes, wildcards, percent signs, control characters, other alphabets. */
function assertId(id: string, path: string): void {
  if (id === "") throw new InputError(path, "must not be empty");
  if (id.length > maxIdLength)
    throw new InputError(path, `must not be longer than ${maxIdLength} characters`);
  if (!bareId.test(id)) {
    throw new InputError(
      path,
      "must be an id of letters, digits, `-` and `_`, or the ARN of the same instance",
    );
  }
}
