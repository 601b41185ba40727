/**
 * `trust-policy`: what IAM must be told so that the proxy may assume the roles that the configuration names.
 */
import { parseRoleArn, roleArnForm } from "../../../shared/bundle/rules/instance-arn.ts";
import { formatIssue } from "../../../shared/errors.ts";
import { loadConfiguration } from "../../authoring/configuration/load-configuration.ts";
import { statusOf } from "../bundle/validate.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { trustDocumentsOf } from "./trust-documents.ts";

export interface TrustPolicyOptions {
  readonly config: string;
  /** ARN of the role that the proxy function runs as. */
  readonly proxyRole: string;
  readonly json?: boolean;
}

/**
 * Prints each role's trust and permissions policy, and the one that the proxy's own role needs.
 *
 * @returns 0 printed, 1 the configuration has errors, 2 no such folder
 * @throws UsageError when no instance has a role, or the proxy's is none
 */
export async function runTrustPolicy(options: TrustPolicyOptions, io: CommandIo): Promise<ExitStatus> {
  const { config, proxyRole } = options;
  const proxy = parseRoleArn(proxyRole);
  if (!proxy)
    throw new UsageError(`\`${proxyRole}\` is not the ARN of an IAM role; write \`${roleArnForm}\``);
  const loaded = await loadConfiguration(config);
  const issues = loaded.ok ? loaded.warnings : loaded.issues;
  io.stderr.write(issues.map((issue) => `${formatIssue(issue)}\n`).join(""));
  if (!loaded.ok) return statusOf(issues);
  const { roles, proxyPolicy } = trustDocumentsOf(loaded.bundle.config.instances, proxyRole);
  if (roles.length === 0)
    throw new UsageError(`no instance in \`${config}\` has a \`roleArn\`: no role is assumed`);
  const foreign = roles.find(({ roleArn }) => parseRoleArn(roleArn)?.partition !== proxy.partition);
  if (foreign) throw new UsageError(`\`${foreign.roleArn}\` is of another partition than \`${proxyRole}\``);
  if (options.json) {
    io.stdout.write(format({ roles, proxyPolicy }));
    return 0;
  }
  for (const { roleArn, trustPolicy, permissionsPolicy } of roles) {
    io.stdout.write(`# Trust policy of ${roleArn}\n${format(trustPolicy)}\n`);
    io.stdout.write(`# Permissions policy of ${roleArn}\n${format(permissionsPolicy)}\n`);
  }
  io.stdout.write(`# Permissions policy of the proxy's own role, ${proxyRole}\n${format(proxyPolicy)}`);
  return 0;
}

function format(document: object): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
