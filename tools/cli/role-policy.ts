/**
 * `role-policy`: the IAM policy of the role that the proxy calls Amazon Connect with: the actions and instances that the
 * configuration can use, and no others.
 */
import { stringify } from "yaml";
import type { CommandIo, ExitStatus } from "./command-io.ts";
import { openConfiguration } from "./open-configuration.ts";
import { createWayFinder } from "./reach/binding-ways.ts";
import {
  inlineQuota,
  managedPolicyQuota,
  type RoleDocument,
  sizeOf,
  type WrittenPolicy,
  writeRoleDocuments,
} from "./role/role-documents.ts";

/** Name of the proxy's own role, in the output for several roles. */
const ownRole = "ProxyRole";

/**
 * Prints the policy; with several roles, an object of them by ARN.
 *
 * @returns 0 printed, 1 no binding can use anything, 2 the configuration is unusable
 */
export async function runRolePolicy(
  folder: string,
  options: { readonly sam?: boolean },
  io: CommandIo,
): Promise<ExitStatus> {
  const configuration = await openConfiguration(folder, io);
  if (!configuration) return 2;
  const { bundle, opened } = configuration;
  const ways = [...new Set(bundle.config.bindings.map(createWayFinder(bundle)))];
  const documents = writeRoleDocuments(bundle.config.instances, { bundle: opened, ways });
  const written = new Map<string, WrittenPolicy>();
  for (const { roleArn = ownRole, policy } of documents) if (policy) written.set(roleArn, policy);
  if (written.size === 0) {
    io.stderr.write("no binding can use any operation in the configured instances: the role needs nothing\n");
    return 1;
  }
  for (const [role, policy] of written) io.stderr.write(describeSize(role, policy));
  io.stdout.write(format(written, documents, options));
  return 0;
}

function format(
  written: ReadonlyMap<string, WrittenPolicy>,
  documents: readonly RoleDocument[],
  { sam }: { readonly sam?: boolean },
): string {
  const own = documents.every(({ roleArn }) => roleArn === undefined) ? written.get(ownRole) : undefined;
  if (!sam) return `${JSON.stringify(own ?? Object.fromEntries(written), undefined, 2)}\n`;
  const fragment = (PolicyDocument: WrittenPolicy) => [{ PolicyName: "call-connect", PolicyDocument }];
  const roles = [...written].map(([role, policy]) => [role, { Policies: fragment(policy) }] as const);
  return stringify(own ? { Policies: fragment(own) } : Object.fromEntries(roles), {
    // The version of the policy language reads as a date.
    defaultStringType: "QUOTE_DOUBLE",
    defaultKeyType: "PLAIN",
    lineWidth: 0,
  });
}

function describeSize(role: string, policy: WrittenPolicy): string {
  const size = sizeOf(policy);
  if (size <= managedPolicyQuota) return "";
  const fits =
    size <= inlineQuota
      ? `it fits a role's inline policies (${inlineQuota} in all)`
      : `nor a role's inline policies (${inlineQuota} in all): split its statements over several managed policies`;
  return `warning: the policy of ${role} has ${size} characters and does not fit a managed policy (${managedPolicyQuota}); ${fits}\n`;
}
