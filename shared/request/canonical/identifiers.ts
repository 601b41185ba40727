/**
 * One canonical form of each identifier, settled before any policy is asked.
 *
 * Two spellings of one resource are how a Deny is slipped past: an ARN for an id, capitals in a UUID, an
 * encoded dot segment. Here each value becomes the one form that is authorized and sent, or is refused.
 */
import { lowerUuids } from "../../catalog/resource-arn.ts";
import { parseConnectArn } from "../../catalog/targets.ts";
import { InputError } from "../../errors.ts";
import type { ConnectInstance } from "../types.ts";

/** The parts of an Amazon Connect ARN. */
export type ConnectArn = NonNullable<ReturnType<typeof parseConnectArn>>;

const maxIdLength = 500;
/** An id, with the qualifier that Connect documents for flows, views and data tables: `:$SAVED`, `:$LATEST`, a version. */
const bareId = /^[A-Za-z0-9_-]+(:[$A-Za-z0-9_-]+)?$/;

/** What an identifier at one place may name. */
export interface IdentifierRule {
  /** Resource types that the member can hold. */
  readonly types: ReadonlySet<string>;
  readonly instance: ConnectInstance;
}

/**
 * Puts an identifier in canonical form: an ARN of the same partition, region, account, instance and type becomes
 * its id; a UUID becomes lower case; all else stays as it is.
 *
 * @param path member path, for errors
 * @throws InputError for anything that is not exactly one resource's id
 */
export function canonicalId(value: string, rule: IdentifierRule, path: string): string {
  const id = value.startsWith("arn:") ? idOfArn(value, rule, path) : value;
  assertId(id, path);
  return lowerUuids(id);
}

/**
 * Puts an ARN in canonical form, for members whose value is the ARN itself (`resourceArn`).
 *
 * @throws InputError when it is not an Amazon Connect ARN whose parts are all ids
 */
export function canonicalArn(
  value: string,
  path: string,
): { readonly text: string; readonly arn: ConnectArn } {
  const arn = parseConnectArn(value);
  if (!arn) throw new InputError(path, "is not the ARN of an Amazon Connect resource");
  if (arn.id !== undefined) assertId(arn.id, path);
  if (arn.instanceId !== undefined) assertId(arn.instanceId, path);
  const canonical = lowerUuids(value);
  const again = parseConnectArn(canonical);
  if (!again) throw new InputError(path, "is not the ARN of an Amazon Connect resource");
  return { text: canonical, arn: again };
}

/** Refuses what is not an id: empty, dot segments, slashes, wildcards, percent signs, control characters, other alphabets. */
export function assertId(id: string, path: string): void {
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

function idOfArn(value: string, rule: IdentifierRule, path: string): string {
  const { arn } = canonicalArn(value, path);
  if (!rule.types.has(arn.type)) throw new InputError(path, `names a resource of type \`${arn.type}\``);
  const { instance } = rule;
  const owned = arn.accountId === "aws" || arn.accountId === instance.accountId;
  if (arn.partition !== instance.partition || arn.region !== instance.region || !owned) {
    throw new InputError(path, "names a resource of another partition, region or account");
  }
  if (arn.instanceId !== undefined && arn.instanceId !== instance.id) {
    throw new InputError(path, "names a resource of another instance");
  }
  if (arn.id === undefined) throw new InputError(path, "names no single resource");
  return arn.id;
}
