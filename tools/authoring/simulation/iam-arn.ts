/** ARNs of requests: users, groups and roles, and resources. */
import { invalidInput } from "./iam-error.ts";

export interface EntityArn {
  readonly arn: string;
  readonly account: string;
  readonly kind: "user" | "group" | "role";
  /** Between the kind and the name, as written. */
  readonly path: readonly string[];
  readonly name: string;
}

const entityForm = /^arn:[a-z-]+:iam::(\d{12}):(user|group|role)\/((?:[^/]+\/)*)([^/]+)$/;

export function readEntityArn(arn: string): EntityArn | undefined {
  const [, account, kind, path = "", name] = entityForm.exec(arn) ?? [];
  if (!account || !kind || !name) return undefined;
  return { arn, account, kind: kind as EntityArn["kind"], path: path.split("/").slice(0, -1), name };
}

/** @throws IamError for what names no user, group or role */
export function readPolicySource(arn: string): EntityArn {
  const entity = readEntityArn(arn);
  if (entity === undefined)
    throw invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  return entity;
}

/** @throws IamError for what names no user, group or role */
export function readCallerArn(arn: string): EntityArn {
  const entity = readEntityArn(arn);
  if (entity === undefined)
    throw invalidInput("Invalid caller - Caller must be an IAM user, role or group in this context.");
  return entity;
}

/** The account that owns resources whose ARNs name none. @throws IamError for what is no ARN of IAM */
export function readResourceOwner(arn: string): string {
  const [, account] = /^arn:[a-z-]+:iam::(\d{12}):.+$/.exec(arn) ?? [];
  if (account === undefined) throw invalidInput("Invalid Resource Owner.");
  return account;
}

/** The account in a resource's ARN, if it names one. */
export function accountOf(resource: string): string | undefined {
  const account = resource.split(":", 6)[4];
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined;
}

/** `*` alone stands for all resources. @throws IamError for what is no ARN */
export function readResources(resources: readonly string[]): readonly string[] {
  if (resources.length === 0) return ["*"];
  for (const resource of resources) {
    const [prefix, partition, service, , , ...rest] = resource.split(":");
    const isArn = prefix === "arn" && Boolean(partition && service) && rest.join(":") !== "";
    if (!isArn && !(resource === "*" && resources.length === 1))
      throw invalidInput(`ResourceNames are not in a valid ARN format: ${resource}.`);
  }
  return resources;
}
