/** `trust-policy`: the IAM policies with which the proxy may assume the roles that the configuration names. */
import { parseRoleArn, roleArnForm } from "../../../shared/bundle/rules/instance-arn.ts";
import { configurationArgument, configurationOption, defineCommand } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { openConfiguration } from "../open-configuration.ts";
import { formatJson } from "../terminal/lay-out.ts";
import { trustDocumentsOf } from "./trust-documents.ts";

export const command = defineCommand({
  name: "trust-policy",
  text: "print the IAM policies that let the proxy assume the roles of the configuration's instances",
  arguments: configurationArgument,
  options: {
    "--proxy-role <arn>": { text: "the role that the proxy function runs as", isRequired: true },
    ...configurationOption,
    "--json": "print them as one JSON object",
  },
  example: "trust-policy --proxy-role arn:aws:iam::111122223333:role/connect-proxy",
  finding: "the configuration has errors",
  whenRefused: 1,
  async run({ config, env, proxyRole, json }, io) {
    const proxy = parseRoleArn(proxyRole);
    if (!proxy)
      throw new UsageError(`\`${proxyRole}\` is not the ARN of an IAM role; write \`${roleArnForm}\``);
    const { bundle } = await openConfiguration(config, {
      environment: env,
      stdin: io.stdin,
      warnTo: io.stderr,
    });
    const { roles, proxyPolicy } = trustDocumentsOf(bundle.config.instances, proxyRole);
    if (roles.length === 0)
      throw new UsageError(`no instance in \`${config}\` has a \`roleArn\`: no role is assumed`);
    const foreign = roles.find(({ roleArn }) => parseRoleArn(roleArn)?.partition !== proxy.partition);
    if (foreign) throw new UsageError(`\`${foreign.roleArn}\` is in another partition than \`${proxyRole}\``);
    if (json) {
      io.stdout.write(format({ roles, proxyPolicy }));
      return 0;
    }
    for (const { roleArn, trustPolicy, permissionsPolicy } of roles) {
      io.stdout.write(`# Trust policy of ${roleArn}\n${format(trustPolicy)}\n`);
      io.stdout.write(`# Permissions policy of ${roleArn}\n${format(permissionsPolicy)}\n`);
    }
    io.stdout.write(`# Permissions policy of the proxy's own role, ${proxyRole}\n${format(proxyPolicy)}`);
    return 0;
  },
});

function format(document: object): string {
  return `${formatJson(document)}\n`;
}
