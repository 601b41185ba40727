/**
 * From a decoded input to the one that is authorized and sent: its identifiers in canonical form, and the
 * instance it goes to known and configured.
 *
 * The authorizer uses the same function on what method and path settle.
 */

import { sourcesOf } from "../../catalog/identifier-sources.ts";
import { parseMemberPath } from "../../catalog/member-path.ts";
import { isOfKind, mayBeDiscriminated, sharedTypes } from "../../catalog/targets.ts";
import type { OperationRow, TargetSpec } from "../../catalog/types.ts";
import { InputError } from "../../errors.ts";
import type { CanonicalCall, CertainInput, ConnectInstance, OperationInput, RoutedCall } from "../types.ts";
import { type Destination, findDestination, instanceId, isOfAccount } from "./destination.ts";
import { type ConnectArn, canonicalArn, canonicalId, type IdentifierRule } from "./identifiers.ts";
import { certainInput } from "./known-from-url.ts";
import { mapMember, type Rewrite } from "./member-path.ts";
import type { QueryTexts } from "./query-texts.ts";

/** The operation of a call, and the Region that its path names before the route. */
export type RoutedOperation = Pick<RoutedCall, "row" | "region">;

/**
 * Mints the call that is decided and sent.
 *
 * @throws InputError for an identifier that has no canonical form
 * @throws CodedError `unknownInstance` when the call is for an instance that is not configured
 */
export function createCanonicalCall(
  routed: RoutedOperation,
  input: OperationInput,
  instances: readonly ConnectInstance[],
): CanonicalCall {
  const { input: canonical, instance, namesInstance } = canonicalizeInput(routed, input, instances);
  return { row: routed.row, input: canonical, instance, namesInstance } as CanonicalCall;
}

/** What is certain of a call before its query and body are seen. */
export interface CanonicalBeginning extends CertainInput {
  /** Absent while a member that is not certain may still name another place. */
  readonly destination?: Destination;
}

/**
 * Puts what method and path settle in canonical form, for a reader that sees nothing else. Errors as {@link createCanonicalCall}.
 *
 * @param query what the query tells besides, where the reader may see it
 */
export function canonicalizeBeginning(
  routed: RoutedCall,
  instances: readonly ConnectInstance[],
  query?: QueryTexts,
): CanonicalBeginning {
  const { row } = routed;
  const { input: settled, isCertain: isSettled } = certainInput(routed);
  const certain = query ? { ...settled, ...Object.fromEntries(query.texts) } : settled;
  const isCertain = (member: string) =>
    isSettled(member) || (query !== undefined && (query.texts.has(member) || query.absent.has(member)));
  const { input, ...destination } = canonicalizeInput(routed, certain, instances);
  const { instances: ids, arns, shared } = sourcesOf(row);
  const mayBeElsewhere = [...ids, ...[...arns, ...shared].map(({ source }) => source)].some(
    (source) => !isCertain(topMember(source)),
  );
  return destination.namesInstance || !mayBeElsewhere
    ? { input, isCertain, destination }
    : { input, isCertain };
}

function topMember(source: string): string {
  return parseMemberPath(source)[0]?.name ?? "";
}

/** Puts every identifier of an input, whole or partial, in canonical form. Errors as {@link createCanonicalCall}. */
export function canonicalizeInput(
  { row, region }: RoutedOperation,
  input: OperationInput,
  configured: readonly ConnectInstance[],
): Destination & { readonly input: OperationInput } {
  assertLabels(row, input);
  const instances = region === undefined ? configured : configured.filter((each) => each.region === region);
  const sources = sourcesOf(row);
  const arns: ConnectArn[] = [];
  const shared: ConnectArn[] = [];
  let canonical = input;
  for (const spec of sources.arns) {
    const rewrite: Rewrite = (value, path, parent) => {
      if (!isDiscriminated(parent, spec) && !isOfNoKind(value, parent, spec)) return value;
      const { text, arn } = canonicalArn(value, path);
      arns.push(arn);
      return text;
    };
    canonical = mapMember(canonical, spec.source, rewrite, (parent) => mayBeDiscriminated(parent, spec));
  }
  for (const spec of sources.shared) {
    const read: Rewrite = (value, path) => {
      if (value.startsWith("arn:")) shared.push(canonicalArn(value, path).arn);
      return value;
    };
    mapMember(canonical, spec.source, read, (parent) => isDiscriminated(parent, spec));
  }
  const named = { values: arns, shared };
  const destination = findDestination({ input: canonical, sources, arns: named, instances });
  const { instance } = destination;
  for (const source of sources.instances) {
    const keep = source.endsWith("Arn");
    canonical = mapMember(canonical, source, (value, path) =>
      keep ? canonicalArn(value, path).text : instanceId(value, instance, path),
    );
  }
  for (const { spec, types } of sources.ids) {
    const rewrite: Rewrite = (value, path) => canonicalMember(value, { spec, types, instance }, path);
    canonical = mapMember(canonical, spec.source, rewrite, (parent) => isDiscriminated(parent, spec));
  }
  return { ...destination, input: canonical };
}

/** A label that a URL parser on the way could read as another path is refused, whatever it stands for. */
function assertLabels(row: OperationRow, input: OperationInput): void {
  for (const { name, place } of row.members) {
    const value = place === "path" ? input[name] : undefined;
    if (typeof value !== "string") continue;
    if (value === "" || value === "." || value === "..")
      throw new InputError(name, "must not be empty or a dot segment");
    if (/\p{Cc}/u.test(value)) throw new InputError(name, "must not hold control characters");
  }
}

/**
 * A reduced ARN is an id; an ARN of another type that the member may name (`types`), or of another Region where two share
 * the type, stays an ARN.
 */
function canonicalMember(
  value: string,
  rule: IdentifierRule & { readonly spec: TargetSpec },
  path: string,
): string {
  const { spec, types, instance } = rule;
  if (spec.orAnyArn && value.startsWith("arn:")) return value;
  if (value.startsWith("arn:")) {
    const { text, arn } = canonicalArn(value, path);
    const isElsewhere = arn.region !== instance.region;
    if (!types.has(arn.type) && spec.types?.includes(arn.type)) {
      if (isElsewhere) throw new InputError(path, "names a resource of another region");
      return text;
    }
    // Its id alone would name the resource that has that id in this Region.
    if (isElsewhere && types.has(arn.type) && sharedTypes.has(arn.type) && isOfAccount(arn, instance))
      return text;
  }
  return canonicalId(value, rule, path);
}

function isDiscriminated(parent: Readonly<Record<string, unknown>>, { discriminator }: TargetSpec): boolean {
  const value = discriminator && parent[discriminator.member];
  return !discriminator || (typeof value === "string" && isOfKind(value, discriminator.values));
}

/** An ARN whose kind is not told is asked on as one of the kind asked for (`catalog/targets.ts`): so it is made canonical too. */
function isOfNoKind(value: string, parent: OperationInput, { discriminator }: TargetSpec): boolean {
  return !!discriminator && typeof parent[discriminator.member] !== "string" && value.startsWith("arn:");
}
