/** `role-policy`: the IAM policy of the proxy's role: only the actions and instances that the configuration can use. */
import { stringify } from "yaml";
import { calledAs } from "../called-as.ts";
import { configurationArgument, configurationOption, defineCommand } from "../command.ts";
import type { CommandIo, ExitStatus } from "../command-io.ts";
import { openConfiguration } from "../open-configuration.ts";
import { inputName, readInputText } from "../read-input.ts";
import { printLine } from "../terminal/lay-out.ts";
import { isOwnOutput, writeOut } from "../write-out.ts";
import {
  formatRolePolicies,
  inlineQuota,
  managedPolicyQuota,
  ownRole,
  type RolePolicies,
  rolePoliciesOf,
  sizeOf,
  type WrittenPolicy,
} from "./role-documents.ts";
import { findBlock, policiesOf, writeBlock, yamlStyle } from "./template-block.ts";

export const command = defineCommand({
  name: "role-policy",
  text: "print the IAM policy of the proxy's role: the Connect actions and instances that the configuration can use",
  arguments: configurationArgument,
  options: {
    ...configurationOption,
    "--sam": "print it as the `Policies` of a role in a SAM template, in YAML",
    "--write <template>": {
      text: "write it into the proxy's role of this SAM template, between its comments",
      excludes: ["sam", "check"],
      completes: "file",
      dash: "both",
    },
    "--check <template>": {
      text: "exit with status 1 if --write would change this template",
      excludes: ["sam"],
      completes: "file",
      dash: "input",
    },
  },
  example: "role-policy config --write template.yaml",
  finding: "no binding can use any operation, or the template has another policy",
  async run({ config, env, sam = false, write, check }, io) {
    const opened = await openConfiguration(config, { environment: env, stdin: io.stdin });
    const file = write ?? check;
    // First, since it takes seconds to find what the role needs.
    const template = file === undefined ? undefined : await readTemplate(file, io);
    const policies = rolePoliciesOf(opened);
    const { byRole: written } = policies;
    if (template !== undefined) {
      const task = {
        folder: env === undefined ? config : `${config} --env ${env}`,
        file: file ?? "",
        template,
        policy: written.get(ownRole),
      };
      return write === undefined ? checkTemplate(task, io) : writeTemplate(task, io);
    }
    if (written.size === 0) {
      io.stderr.write(
        "no binding can use any operation in the configured instances: the role needs nothing\n",
      );
      return 1;
    }
    for (const [role, policy] of written) io.stderr.write(describeSize(role, policy));
    io.stdout.write(sam ? formatForSam(policies) : formatRolePolicies(policies));
    return 0;
  },
});

interface TemplateTask {
  readonly folder: string;
  readonly file: string;
  readonly template: string;
  readonly policy: WrittenPolicy | undefined;
}

async function readTemplate(file: string, io: CommandIo): Promise<string> {
  const template = await readInputText(file, io);
  findBlock(template, `\`${inputName(file)}\``);
  return template;
}

function checkTemplate({ folder, file, template, policy }: TemplateTask, io: CommandIo): ExitStatus {
  if (writeBlock(template, policy).isSame) return 0;
  printLine(
    `the proxy's role in \`${inputName(file)}\` is not what \`${folder}\` needs: run \`${calledAs()} role-policy ${folder} --write ${file}\`, and review the change`,
    io,
  );
  return 1;
}

async function writeTemplate({ file, template, policy }: TemplateTask, io: CommandIo): Promise<ExitStatus> {
  const { text, isSame, isWide } = writeBlock(template, policy);
  if (isWide)
    printLine(
      `warning: the actions that the configuration can use do not fit a role: \`${file}\` grants every action in its instances`,
      io,
    );
  const isFilter = isOwnOutput(file);
  if (isFilter || !isSame) await writeOut(file, text, io);
  const said = isSame ? `${file} has the policy already` : `wrote the policy of ${ownRole} into ${file}`;
  printLine(said, io, isFilter ? "stderr" : "stdout");
  return 0;
}

function formatForSam({ byRole, only }: RolePolicies): string {
  const roles = [...byRole].map(([role, policy]) => [role, { Policies: policiesOf(policy) }] as const);
  return stringify(only ? { Policies: policiesOf(only) } : Object.fromEntries(roles), yamlStyle);
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
