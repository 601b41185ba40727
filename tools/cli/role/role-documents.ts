/** The IAM policy of each role that calls Connect, from what the calls to its instances need. */
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import { createWayFinder } from "../../authoring/reach/binding-ways.ts";
import { createWaysAbout } from "../../authoring/reach/ways-about.ts";
import { formatJson } from "../terminal/lay-out.ts";
import { shortenActions } from "./shorten-actions.ts";
import { type Callers, type Grants, type InstanceNeeds, needsOf } from "./usable-actions.ts";

export interface WrittenStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

export interface WrittenPolicy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly WrittenStatement[];
}

export interface RoleDocument {
  /** `undefined`: the proxy's own role. */
  readonly roleArn: string | undefined;
  /** Absent when its callers can do nothing there. */
  readonly policy?: WrittenPolicy;
}

/** IAM's limits in characters, without white space (IAM User Guide, "IAM and AWS STS quotas"). */
export const managedPolicyQuota = 6_144;
export const inlineQuota = 10_240;
/**
 * How many of the 10,240 characters of a role's inline policies this policy may have in a template. The rest is for the
 * template's other policies: log, traces, a candidate's store and key, and a dozen roles to assume.
 */
export const templateQuota = 9_000;

/** Name of the proxy's own role, among those of instances. */
export const ownRole = "ProxyRole";

export interface RolePolicies {
  /** Only of roles whose callers can do something there. */
  readonly byRole: ReadonlyMap<string, WrittenPolicy>;
  /** The proxy's own, where no other role is assumed. */
  readonly only: WrittenPolicy | undefined;
}

/** Writes the policies of all roles that a configuration needs. Takes seconds where many actions can be used. */
export function rolePoliciesOf(opened: { readonly bundle: Bundle; open(): OpenedBundle }): RolePolicies {
  const { config } = opened.bundle;
  const ways = [...new Set(config.bindings.map(createWayFinder(opened.bundle)))];
  const callers = { bundle: opened.open(), ways, waysAbout: createWaysAbout(ways) };
  const documents = writeRoleDocuments(config.instances, callers);
  const byRole = new Map<string, WrittenPolicy>();
  for (const { roleArn = ownRole, policy } of documents) if (policy) byRole.set(roleArn, policy);
  const isAlone = documents.every(({ roleArn }) => roleArn === undefined);
  return { byRole, only: isAlone ? byRole.get(ownRole) : undefined };
}

/** Formats them as one JSON document: the only policy, or all by role. */
export function formatRolePolicies({ byRole, only }: RolePolicies): string {
  return `${formatJson(only ?? Object.fromEntries(byRole))}\n`;
}

export function sizeOf(policy: WrittenPolicy): number {
  return JSON.stringify(policy).length;
}

/** Writes the policy of each role, in the order of the instances. */
export function writeRoleDocuments(
  instances: readonly ConnectInstance[],
  callers: Callers,
): readonly RoleDocument[] {
  return groupByRole(instances).map(({ roleArn, members }) => {
    const needs = members.map((instance) => needsOf(instance, callers));
    const calls = mergeGrants(needs.map((each) => each.calls));
    const lookUps = withoutKnown(mergeGrants(needs.map((each) => each.lookUps)), calls);
    if (calls.size === 0) return { roleArn };
    const dependents = mergeGrants(needs.map((each) => each.dependents));
    return { roleArn, policy: writePolicy({ calls, dependents, lookUps }) };
  });
}

interface RoleGroup {
  readonly roleArn: string | undefined;
  readonly members: readonly ConnectInstance[];
}

function groupByRole(instances: readonly ConnectInstance[]): readonly RoleGroup[] {
  const groups = new Map<string | undefined, ConnectInstance[]>();
  for (const instance of instances) {
    const members = groups.get(instance.roleArn);
    if (members) members.push(instance);
    else groups.set(instance.roleArn, [instance]);
  }
  return [...groups].map(([roleArn, members]) => ({ roleArn, members }));
}

type Shortener = (actions: readonly string[], resources: readonly string[]) => readonly string[];

/**
 * Names every action if that fits a managed policy. Otherwise it writes patterns that match the same actions. If these do not
 * fit a template's role, the patterns also match actions that no operation needs, so that nothing here can use them.
 */
function writePolicy({ calls, dependents, lookUps }: InstanceNeeds): WrittenPolicy {
  const write = (shorten: Shortener): WrittenPolicy => ({
    Version: "2012-10-17",
    Statement: [
      ...writeStatements("Calls", calls, shorten),
      // Few actions of other services that Connect uses on its caller's behalf, by their exact names.
      ...writeStatements("OtherServices", dependents, (actions) => actions),
      // Properties of resources that policies use and only Connect knows.
      ...writeStatements("LookUps", lookUps, shorten),
    ],
  });
  const named = write((actions) => actions);
  if (sizeOf(named) <= managedPolicyQuota) return named;
  const short = write(shortenActions);
  if (sizeOf(short) <= templateQuota) return short;
  return write((actions, resources) => shortenActions(actions, resources, "nothingCallable"));
}

/** One statement for all resources with the same actions: no resource gets another's. Long lists shorten best. */
function writeStatements(sid: string, grants: Grants, shorten: Shortener): readonly WrittenStatement[] {
  const byResource = new Map<string, string[]>();
  for (const [action, resources] of grants)
    for (const resource of resources) append(byResource, resource, action);
  const byActions = new Map<string, string[]>();
  for (const [resource, actions] of byResource) append(byActions, JSON.stringify(actions.sort()), resource);
  const pairs = [...byActions].map(([actions, resources]) => ({ actions, resources: resources.sort() }));
  pairs.sort((a, b) => ((a.resources[0] ?? "") < (b.resources[0] ?? "") ? -1 : 1));
  return pairs.map(({ actions, resources }, index) => ({
    Sid: pairs.length === 1 ? sid : `${sid}${index + 1}`,
    Effect: "Allow",
    Action: shorten(JSON.parse(actions), resources),
    Resource: resources,
  }));
}

function append(lists: Map<string, string[]>, key: string, item: string): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

function mergeGrants(all: readonly Grants[]): Grants {
  const merged = new Map<string, Set<string>>();
  for (const [action, resources] of all.flatMap((grants) => [...grants]))
    merged.set(action, new Set([...(merged.get(action) ?? []), ...resources]));
  return merged;
}

/** Leaves out what calls already have. */
function withoutKnown(grants: Grants, known: Grants): Grants {
  const rest = [...grants].map(([action, resources]): [string, ReadonlySet<string>] => [
    action,
    new Set([...resources].filter((resource) => !known.get(action)?.has(resource))),
  ]);
  return new Map(rest.filter(([, resources]) => resources.size > 0));
}
