/**
 * The IAM documents behind assumed roles: who may assume each one and under which conditions, what it may do, and what
 * the proxy's own role needs.
 *
 * Sources: IAM User Guide, "Access to AWS accounts owned by third parties" (external id) and "Monitor and control
 * actions taken with assumed roles" (`sts:SetSourceIdentity` in trust and permissions policy).
 */
import type { ConnectInstance } from "../../../shared/request/types.ts";

interface IamDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly object[];
}

interface RoleDocuments {
  readonly roleArn: string;
  readonly trustPolicy: IamDocument;
  readonly permissionsPolicy: IamDocument;
}

type RoleInstance = ConnectInstance & { readonly roleArn: string };

/** Makes the documents of every role that the instances name, in their order, and the proxy's. */
export function trustDocumentsOf(
  instances: readonly ConnectInstance[],
  proxyRole: string,
): { readonly roles: readonly RoleDocuments[]; readonly proxyPolicy: IamDocument } {
  const byRole = new Map<string, RoleInstance[]>();
  for (const instance of instances) {
    const { roleArn } = instance;
    if (roleArn !== undefined)
      byRole.set(roleArn, [...(byRole.get(roleArn) ?? []), { ...instance, roleArn }]);
  }
  const groups = [...byRole.values()];
  const roles = groups.map((group): RoleDocuments => {
    const [{ roleArn } = { roleArn: "" }] = group;
    return {
      roleArn,
      trustPolicy: trustPolicy(group, proxyRole),
      permissionsPolicy: permissionsPolicy(group),
    };
  });
  return { roles, proxyPolicy: proxyPolicy(groups) };
}

function trustPolicy(group: readonly RoleInstance[], proxyRole: string): IamDocument {
  const [first] = group;
  const Principal = { AWS: proxyRole };
  const setsIdentity = hasSourceIdentity(first);
  const conditions = {
    ...(first?.externalId === undefined ? {} : { StringEquals: { "sts:ExternalId": first.externalId } }),
    // The proxy always names its caller: no other session may be opened.
    ...(setsIdentity ? { StringLike: { "sts:SourceIdentity": "?*" } } : {}),
  };
  const assume = {
    Sid: "ProxyAssumesThisRole",
    Effect: "Allow",
    Principal,
    Action: "sts:AssumeRole",
    ...(Object.keys(conditions).length > 0 ? { Condition: conditions } : {}),
  };
  // A separate statement: this action has no condition key for the external id.
  const name = { Sid: "ProxyNamesItsCaller", Effect: "Allow", Principal, Action: "sts:SetSourceIdentity" };
  return { Version: "2012-10-17", Statement: setsIdentity ? [assume, name] : [assume] };
}

/** Every action in the instances: the policies of the configuration say which of them a caller may use. */
function permissionsPolicy(group: readonly RoleInstance[]): IamDocument {
  const Resource = group.flatMap(({ arn }) => [arn, `${arn}/*`]);
  const statement = { Sid: "ConfiguredInstances", Effect: "Allow", Action: "connect:*", Resource };
  return { Version: "2012-10-17", Statement: [statement] };
}

function proxyPolicy(groups: readonly (readonly RoleInstance[])[]): IamDocument {
  const arnsOf = (some: typeof groups) => some.flatMap(([first]) => first?.roleArn ?? []);
  const naming = arnsOf(groups.filter(([first]) => hasSourceIdentity(first)));
  const assume = {
    Sid: "AssumeConfiguredRoles",
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Resource: arnsOf(groups),
  };
  const name = { Sid: "NameTheCaller", Effect: "Allow", Action: "sts:SetSourceIdentity", Resource: naming };
  return { Version: "2012-10-17", Statement: naming.length > 0 ? [assume, name] : [assume] };
}

function hasSourceIdentity(instance: ConnectInstance | undefined): boolean {
  return instance?.sourceIdentity ?? true;
}
