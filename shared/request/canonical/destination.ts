/**
 * Where a call goes: which configured instance its input names, and so which region, account and role.
 */

import type { IdentifierSources } from "../../catalog/identifier-sources.ts";
import { sharedTypes } from "../../catalog/targets.ts";
import { CodedError, InputError } from "../../errors.ts";
import type { ConnectInstance, OperationInput } from "../types.ts";
import { type ConnectArn, canonicalArn, canonicalId } from "./identifiers.ts";
import { mapMember } from "./member-path.ts";

/** Where a call goes. */
export interface Destination {
  /** Gives the partition, region, account and role. */
  readonly instance: ConnectInstance;
  /** Whether the input names that very instance, not just its region, or nothing at all. */
  readonly namesInstance: boolean;
}

/** The ARNs of an input. */
export interface InputArns {
  /** Those in members whose value is the ARN itself. */
  readonly values: readonly ConnectArn[];
  /** Those of what two Regions share, where an id is expected. */
  readonly shared: readonly ConnectArn[];
}

/**
 * Finds the configured instance that an input's identifiers name; the home instance when they name none.
 *
 * An id names the first instance that has it, its replica in another Region only by its ARN or where `instances` are those
 * of that Region. A resource that two Regions share says where a call goes if nothing else does.
 *
 * @throws InputError when they name several, or one that is configured and something elsewhere
 * @throws CodedError `unknownInstance` when all that they name is not configured
 */
export function findDestination(facts: {
  readonly input: OperationInput;
  readonly sources: IdentifierSources;
  readonly arns: InputArns;
  readonly instances: readonly ConnectInstance[];
}): Destination {
  const { input, sources, arns, instances } = facts;
  const told: (ConnectInstance | undefined)[] = [];
  for (const source of sources.instances) {
    mapMember(input, source, (value, path) => {
      told.push(findInstance(value, instances, path));
      return value;
    });
  }
  const shared = [...arns.values, ...arns.shared].filter(({ type }) => sharedTypes.has(type));
  const others = arns.values.filter(({ type }) => !sharedTypes.has(type));
  const owners = others.map((arn) => findOwner(arn, instances));
  const known = [...told, ...owners].filter((found) => found !== undefined);
  if (known.length < told.length + owners.length) {
    // Beside a configured place, what is elsewhere is malformed input, whether or not that other place is configured.
    throw known.length > 0
      ? new InputError("", "names more than one instance, region or account")
      : notConfigured();
  }
  const [named] = [...told, ...owners.filter((_, index) => others[index]?.instanceId !== undefined)];
  const [regional] = [...owners, ...shared.map((arn) => findOwner(arn, instances))];
  const near = instances.find((each) => shared.some((arn) => isOfAccount(arn, each)));
  const isNowhere = arns.values.length > 0;
  const instance = named ?? regional ?? near ?? (isNowhere ? undefined : instances[0]);
  if (!instance) throw notConfigured();
  if (told.some((other) => other !== instance) || !arns.values.every((arn) => fits(arn, instance)))
    throw new InputError("", "names more than one instance, region or account");
  return { instance, namesInstance: named !== undefined };
}

/** Finds the configured instance that an id or instance ARN names. */
function findInstance(
  value: string,
  instances: readonly ConnectInstance[],
  path: string,
): ConnectInstance | undefined {
  const arn = value.startsWith("arn:") ? canonicalArn(value, path).arn : undefined;
  if (arn && arn.type !== "instance") throw new InputError(path, `names a resource of type \`${arn.type}\``);
  if (arn) return findOwner(arn, instances);
  return instances.find((instance) => instanceId(value, instance, path) === instance.id);
}

/** Finds the configured instance that an ARN belongs to; for types without an instance, one of its region and account. */
function findOwner(arn: ConnectArn, instances: readonly ConnectInstance[]): ConnectInstance | undefined {
  return instances.find((instance) => instance.region === arn.region && fits(arn, instance));
}

/** Whether an ARN can stand in a call to an instance. */
function fits(arn: ConnectArn, instance: ConnectInstance): boolean {
  const { type, region, instanceId: id } = arn;
  return (
    isOfAccount(arn, instance) &&
    (region === instance.region || sharedTypes.has(type)) &&
    (id === undefined || id === instance.id)
  );
}

/** Whether an ARN is of an instance's partition and account, or of what AWS manages there. */
export function isOfAccount({ partition, accountId }: ConnectArn, instance: ConnectInstance): boolean {
  return partition === instance.partition && (accountId === instance.accountId || accountId === "aws");
}

/** Gives the canonical id of an instance named by its id or its ARN. */
export function instanceId(value: string, instance: ConnectInstance, path: string): string {
  if (value.startsWith("arn:")) {
    const { arn } = canonicalArn(value, path);
    return arn.instanceId ?? arn.id ?? "";
  }
  return canonicalId(value, { types: new Set(["instance"]), instance }, path);
}

function notConfigured(): CodedError {
  return new CodedError("unknownInstance", "the call is for an instance that is not configured");
}
