/** The block that `role-policy --write` owns in a SAM template, between two comments. The rest stays byte for byte. */
import { stringify } from "yaml";
import { UsageError } from "../command-io.ts";
import { sizeOf, templateQuota, type WrittenPolicy, type WrittenStatement } from "./role-documents.ts";

const opening = "# begin role-policy";
const closing = "# end role-policy";

export interface WrittenTemplate {
  readonly text: string;
  /** Whether the block was the same before. */
  readonly isSame: boolean;
  /** Whether it grants every action in the instances, since a list of actions does not fit. */
  readonly isWide: boolean;
}

/**
 * Replaces the block of a template.
 * @param policy `undefined`: the role needs nothing of Connect
 * @throws UsageError when the comments are missing or doubled, or when the policy fits no role
 */
export function writeBlock(template: string, policy: WrittenPolicy | undefined): WrittenTemplate {
  const { newline, lines, first, last } = findBlock(template);
  const indent = /^ */.exec(lines[first] ?? "")?.[0] ?? "";
  const fitting = policy && fitRole(policy);
  const block = formatItem(fitting).map((line) => `${indent}${line}`);
  const text = [...lines.slice(0, first + 1), ...block, ...lines.slice(last)].join(newline);
  return { text, isSame: text === template, isWide: fitting !== policy };
}

/** Finds the block. @param name how messages name the template @throws UsageError when the comments are missing or doubled */
export function findBlock(template: string, name = "the template") {
  const newline = template.includes("\r\n") ? "\r\n" : "\n";
  const lines = template.split(newline);
  const first = findOnly(lines, opening, name);
  const last = findOnly(lines, closing, name);
  if (last < first) throw new UsageError(`\`${closing}\` comes before \`${opening}\` in ${name}`);
  return { newline, lines, first, last };
}

function findOnly(lines: readonly string[], marker: string, name: string): number {
  const found = lines.flatMap((line, index) => (line.trim().startsWith(marker) ? [index] : []));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new UsageError(
    `${name} has ${found.length} lines that begin with \`${marker}\` and must have one: take the \`Policies\` of ProxyRole in this project's template.yaml as the model`,
  );
}

function formatItem(policy: WrittenPolicy | undefined): readonly string[] {
  if (!policy) return ["- !Ref AWS::NoValue"];
  return stringify(policiesOf(policy), yamlStyle).trimEnd().split("\n");
}

export function policiesOf(policy: WrittenPolicy): readonly object[] {
  return [{ PolicyName: "call-connect", PolicyDocument: policy }];
}

export const yamlStyle = {
  // Quoted, since the version of the policy language looks like a date.
  defaultStringType: "QUOTE_DOUBLE",
  defaultKeyType: "PLAIN",
  lineWidth: 0,
} as const;

/** Finds the policy that fits a role: the policy itself, or the same resources with every action in the instances. */
function fitRole(policy: WrittenPolicy): WrittenPolicy {
  if (sizeOf(policy) <= templateQuota) return policy;
  const wide = widen(policy);
  if (sizeOf(wide) <= templateQuota) return wide;
  throw new UsageError(
    `the policy of ProxyRole has ${sizeOf(policy)} characters, ${sizeOf(wide)} with \`connect:*\` in each instance, and a role's inline policies can have ${templateQuota}: give instances a \`roleArn\``,
  );
}

/** An instance or everything in it; not `instance/${*}`, the resource of an instance that is being created. */
const ofInstance = /:instance\/[\w-]+(\/\*)?$/;

function widen({ Version, Statement }: WrittenPolicy): WrittenPolicy {
  const resources = Statement.flatMap(({ Resource }) => Resource);
  const rest = Statement.map((statement) => ({
    ...statement,
    Resource: statement.Resource.filter((resource) => !ofInstance.test(resource)),
  })).filter(({ Resource }) => Resource.length > 0);
  const everything: WrittenStatement = {
    Sid: "TooManyActionsToName",
    Effect: "Allow",
    Action: ["connect:*"],
    Resource: [...new Set(resources.filter((resource) => ofInstance.test(resource)))].sort(),
  };
  return { Version, Statement: [everything, ...rest] };
}
