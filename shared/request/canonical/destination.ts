/** Finds the configured instance that a call's input names, and so its region, account and role. */
import { belongsTo, type ParsedArn, sharedTypes } from "../../catalog/resource-arn.ts";
import { CodedError, InputError } from "../../errors.ts";
import type { ConnectInstance } from "../types.ts";
import type { Identifier } from "./identifiers.ts";

export interface Destination {
  /** Gives the partition, region, account and role. */
  readonly instance: ConnectInstance;
  /** Whether the input names this instance, not only its region or nothing. */
  readonly namesInstance: boolean;
}

/** The identifiers of an input that determine its destination. */
export interface NamedPlaces {
  readonly instances: readonly Identifier[];
  /** ARNs in members whose value is the ARN itself. */
  readonly arns: readonly ParsedArn[];
  /** ARNs of resources that two Regions share, where an id is expected. */
  readonly shared: readonly ParsedArn[];
}

/**
 * Finds the configured instance that an input's identifiers name; the home instance when they name none.
 *
 * An id names the first instance that has it. To reach its replica in another Region, the input must hold the replica's
 * ARN, or `configured` must be the instances of that Region. A resource that two Regions share determines the
 * destination only if nothing else does.
 *
 * @throws InputError when they name several instances, or a configured one and another place
 * @throws CodedError `unknownInstance` when none of the named instances is configured
 */
export function findDestination(named: NamedPlaces, configured: readonly ConnectInstance[]): Destination {
  const ownerOf = (arn: ParsedArn) =>
    configured.find((instance) => instance.region === arn.region && belongsTo(arn, instance));
  const instances = named.instances.map((each) =>
    each.kind === "arn" ? ownerOf(each.arn) : configured.find(({ id }) => id === each.id),
  );
  const shared = [...named.arns, ...named.shared].filter(({ type }) => sharedTypes.has(type));
  const others = named.arns.filter(({ type }) => !sharedTypes.has(type));
  const owners = others.map(ownerOf);
  const known = [...instances, ...owners].filter((found) => found !== undefined);
  if (known.length < instances.length + owners.length) {
    // With a configured instance, another place is malformed input, whether or not that place is configured.
    throw known.length > 0 ? twoPlaces() : notConfigured();
  }
  const [first] = [...instances, ...owners.filter((_, index) => others[index]?.instanceId !== undefined)];
  const [regional] = [...owners, ...shared.map(ownerOf)];
  const near = configured.find((each) => shared.some((arn) => belongsTo(arn, each)));
  const isNowhere = named.arns.length > 0;
  const instance = first ?? regional ?? near ?? (isNowhere ? undefined : configured[0]);
  if (!instance) throw notConfigured();
  const isOne = instances.every((other) => other === instance);
  if (!isOne || !named.arns.every((arn) => belongsTo(arn, instance))) throw twoPlaces();
  return { instance, namesInstance: first !== undefined };
}

function twoPlaces(): InputError {
  return new InputError("", "names more than one instance, region or account");
}

function notConfigured(): CodedError {
  return new CodedError("unknownInstance", "the call is for an instance that is not configured");
}
