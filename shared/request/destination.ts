/**
 * Where a call goes: which configured instance its input names, and so which region, account and role.
 */
import { CodedError, InputError } from "../errors.ts";
import type { IdentifierSources } from "./identifier-sources.ts";
import { type ConnectArn, canonicalArn, canonicalId } from "./identifiers.ts";
import { mapMember } from "./member-path.ts";
import type { ConnectInstance, OperationInput } from "./types.ts";

/** Where a call goes. */
export interface Destination {
  /** Gives the partition, region, account and role. */
  readonly instance: ConnectInstance;
  /** Whether the input names that very instance, not just its region, or nothing at all. */
  readonly namesInstance: boolean;
}

/**
 * Finds the configured instance that an input's identifiers name; the home instance when they name none.
 *
 * @throws InputError when they name several, or one that is configured and something elsewhere
 * @throws CodedError `unknownInstance` when all that they name is not configured
 */
export function findDestination(facts: {
  readonly input: OperationInput;
  readonly sources: IdentifierSources;
  readonly arns: readonly ConnectArn[];
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
  const owners = arns.map((arn) => findOwner(arn, instances));
  const known = [...told, ...owners].filter((found) => found !== undefined);
  if (known.length < told.length + owners.length) {
    // Beside a configured place, what is elsewhere is malformed input, whether or not that other place is configured.
    throw known.length > 0
      ? new InputError("", "names more than one instance, region or account")
      : notConfigured();
  }
  const named = [...told, ...owners.filter((_, index) => arns[index]?.instanceId !== undefined)];
  const [first, ...rest] = named;
  if (rest.some((other) => other !== first)) throw new InputError("", "names more than one instance");
  const [regional] = owners;
  const instance = first ?? regional ?? instances[0];
  if (!instance) throw new CodedError("internal", "no instance is configured");
  if (regional && (regional.region !== instance.region || regional.accountId !== instance.accountId)) {
    throw new InputError("", "names more than one region or account");
  }
  return { instance, namesInstance: first !== undefined };
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
  const id = arn.instanceId;
  return instances.find(
    (instance) =>
      instance.partition === arn.partition &&
      instance.region === arn.region &&
      (instance.accountId === arn.accountId || arn.accountId === "aws") &&
      (id === undefined || id === instance.id),
  );
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
