/**
 * Reads `instances`: which Amazon Connect instances may be reached, as which role, and how many calls at a time.
 *
 * Author side only.
 */

import {
  instanceArnForm,
  parseInstanceArn,
  parseRoleArn,
  roleArnForm,
} from "../../../../shared/bundle/rules/instance-arn.ts";
import { findInstanceProblem, instanceProblemTexts } from "../../../../shared/bundle/rules/instances.ts";
import type { ConnectInstance } from "../../../../shared/request/types.ts";
import type { DocumentNode } from "../../document/document-node.ts";

const keys = {
  required: ["arn"],
  optional: ["roleArn", "externalId", "sourceIdentity", "sessionPolicy", "maxConcurrentCalls"],
};

type Members = ReadonlyMap<string, DocumentNode>;

/** Reads the instances in the author's order; every issue goes to the document's sink. */
export function readInstances(node: DocumentNode | undefined): readonly ConnectInstance[] {
  const items = node?.list();
  if (items?.length === 0) node?.report("emptyList", "name at least one Amazon Connect instance");
  const instances: ConnectInstance[] = [];
  for (const item of items ?? []) {
    const members = item.mapping(keys);
    if (!members) continue;
    const place = readPlace(members.get("arn"));
    const settings = { ...readRole(members, place), ...readLimit(members) };
    if (!place) continue;
    const instance = { ...place, ...settings };
    const problem = findInstanceProblem(instance, instances);
    if (problem)
      (members.get(problem.member) ?? item).report(problem.code, instanceProblemTexts[problem.code]);
    instances.push(instance);
  }
  return instances;
}

function readPlace(node: DocumentNode | undefined): ConnectInstance | undefined {
  const arn = node?.text();
  if (arn === undefined) return undefined;
  const instance = parseInstanceArn(arn);
  const message = `\`${arn}\` is not the ARN of an Amazon Connect instance; write \`${instanceArnForm}\`, the id in lower case`;
  if (!instance) node?.report("malformedArn", message);
  return instance;
}

function readRole(members: Members, instance: ConnectInstance | undefined): Partial<ConnectInstance> {
  const node = members.get("roleArn");
  const roleArn = node?.text();
  if (node && roleArn !== undefined) checkRole(node, roleArn, instance);
  const externalId = members.get("externalId")?.text();
  const sourceIdentity = readFlag(members.get("sourceIdentity"));
  const sessionPolicy = readFlag(members.get("sessionPolicy"));
  return {
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(externalId === undefined ? {} : { externalId }),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    ...(sessionPolicy === undefined ? {} : { sessionPolicy }),
  };
}

function checkRole(node: DocumentNode, arn: string, instance: ConnectInstance | undefined): void {
  const role = parseRoleArn(arn);
  if (!role) {
    node.report("malformedArn", `\`${arn}\` is not the ARN of an IAM role; write \`${roleArnForm}\``);
  } else if (instance && role.partition !== instance.partition) {
    const message = `the role is of partition \`${role.partition}\`, its instance of \`${instance.partition}\``;
    node.report("malformedArn", message);
  } else if (instance && role.accountId !== instance.accountId) {
    const message = `the role is of account \`${role.accountId}\`, its instance of \`${instance.accountId}\`; no role reaches another account's instance`;
    node.report("foreignRole", message, "warning");
  }
}

function readLimit(members: Members): Partial<ConnectInstance> {
  const node = members.get("maxConcurrentCalls");
  const value = node?.plain();
  return node && typeof value === "number"
    ? { maxConcurrentCalls: value }
    : node
      ? wrongType(node, "a number")
      : {};
}

function readFlag(node: DocumentNode | undefined): boolean | undefined {
  const value = node?.plain();
  if (node === undefined || typeof value === "boolean")
    return value === undefined ? undefined : value === true;
  wrongType(node, "`true` or `false`");
  return undefined;
}

function wrongType(node: DocumentNode, expected: string): object {
  node.report("wrongType", `expected ${expected}`);
  return {};
}
