/**
 * `role-policy`: the IAM policy of the role that the proxy calls Amazon Connect with: the actions and instances that the
 * configuration can use, and no others.
 */
import { readFile } from "node:fs/promises";
import { stringify } from "yaml";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { openConfiguration } from "../open-configuration.ts";
import { createWayFinder } from "../reach/binding-ways.ts";
import { writeWhole } from "../write-whole.ts";
import {
  inlineQuota,
  managedPolicyQuota,
  type RoleDocument,
  sizeOf,
  type WrittenPolicy,
  writeRoleDocuments,
} from "./role-documents.ts";
import { findBlock, policiesOf, writeBlock, yamlStyle } from "./template-block.ts";

/** Name of the proxy's own role, in the output for several roles. */
const ownRole = "ProxyRole";

/** What to do with the policy instead of printing it as JSON. */
export interface RolePolicyOptions {
  /** Print it as part of a SAM template. */
  readonly sam?: boolean;
  /** Template to write it into, between its two comments. */
  readonly write?: string;
  /** Template that must have it. */
  readonly check?: string;
}

/**
 * Prints the policy; with several roles, an object of them by ARN. Or sees to a template, which has the proxy's own role.
 *
 * @returns 0 done, 1 no binding can use anything, or the template has another policy, 2 the configuration or the template is unusable
 */
export async function runRolePolicy(
  folder: string,
  options: RolePolicyOptions,
  io: CommandIo,
): Promise<ExitStatus> {
  const configuration = await openConfiguration(folder, io);
  if (!configuration) return 2;
  const file = options.write ?? options.check;
  // First, since it takes seconds to find what the role needs.
  const template = file === undefined ? undefined : await readTemplate(file);
  const { bundle, opened } = configuration;
  const ways = [...new Set(bundle.config.bindings.map(createWayFinder(bundle)))];
  const documents = writeRoleDocuments(bundle.config.instances, { bundle: opened, ways });
  const written = new Map<string, WrittenPolicy>();
  for (const { roleArn = ownRole, policy } of documents) if (policy) written.set(roleArn, policy);
  if (template !== undefined)
    return seeToTemplate(folder, { ...options, template, policy: written.get(ownRole) }, io);
  if (written.size === 0) {
    io.stderr.write("no binding can use any operation in the configured instances: the role needs nothing\n");
    return 1;
  }
  for (const [role, policy] of written) io.stderr.write(describeSize(role, policy));
  io.stdout.write(format(written, documents, options));
  return 0;
}

interface TemplateTask extends Pick<RolePolicyOptions, "write" | "check"> {
  readonly template: string;
  readonly policy: WrittenPolicy | undefined;
}

/** Reads a template that has a block to write. */
async function readTemplate(file: string): Promise<string> {
  const template = await readFile(file, "utf8").catch((error: unknown) => {
    throw new UsageError(`\`${file}\` cannot be read: ${String(error)}`);
  });
  findBlock(template);
  return template;
}

async function seeToTemplate(
  folder: string,
  { write, check, template, policy }: TemplateTask,
  io: CommandIo,
): Promise<ExitStatus> {
  const file = write ?? check ?? "";
  const { text, isSame, isWide } = writeBlock(template, policy);
  if (write === undefined && isSame) return 0;
  if (write === undefined) {
    io.stderr.write(
      `the proxy's role in \`${file}\` is not what \`${folder}\` needs: run \`npm run --silent cli -- role-policy ${folder} --write ${file}\`, and look at what changed\n`,
    );
    return 1;
  }
  if (isWide)
    io.stderr.write(
      `warning: the actions that the configuration can use do not fit a role: \`${file}\` grants every action in its instances\n`,
    );
  if (!isSame) await writeWhole(file, text);
  io.stdout.write(
    isSame ? `${file} has the policy already\n` : `wrote the policy of ${ownRole} into ${file}\n`,
  );
  return 0;
}

function format(
  written: ReadonlyMap<string, WrittenPolicy>,
  documents: readonly RoleDocument[],
  { sam }: { readonly sam?: boolean },
): string {
  const own = documents.every(({ roleArn }) => roleArn === undefined) ? written.get(ownRole) : undefined;
  if (!sam) return `${JSON.stringify(own ?? Object.fromEntries(written), undefined, 2)}\n`;
  const roles = [...written].map(([role, policy]) => [role, { Policies: policiesOf(policy) }] as const);
  return stringify(own ? { Policies: policiesOf(own) } : Object.fromEntries(roles), yamlStyle);
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
