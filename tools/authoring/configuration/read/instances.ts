/** `instances`: which Amazon Connect instances may be reached, as which role, and how many calls at a time. */
import * as z from "zod";
import { lowerAscii } from "../../../../shared/ascii.ts";
import {
  instanceArnForm,
  instanceArnPattern,
  parseInstanceArn,
  parseRoleArn,
  roleArnForm,
  roleArnPattern,
} from "../../../../shared/bundle/rules/instance-arn.ts";
import {
  externalIdPattern,
  findInstanceProblem,
  instanceProblemTexts,
  maxConcurrentCalls,
} from "../../../../shared/bundle/rules/instances.ts";
import type { ConnectInstance } from "../../../../shared/request/types.ts";
import type { DocumentNode } from "../../document/document-node.ts";
import { nearestName } from "../../nearest-name.ts";
import { anyInstance, instanceNameForm } from "../../policy/instance-names.ts";
import type { Sound } from "../check-shape.ts";
import { closed, text, textThat, wholeNumber } from "../members.ts";

const instanceArn = textThat(
  (arn) => parseInstanceArn(arn) !== undefined,
  (arn) =>
    `malformedArn: \`${arn}\` is not the ARN of an Amazon Connect instance; write \`${instanceArnForm}\`, the id in lower case`,
).meta({ pattern: instanceArnPattern });

const roleArn = textThat(
  (arn) => parseRoleArn(arn) !== undefined,
  (arn) => `malformedArn: \`${arn}\` is not the ARN of an IAM role; write \`${roleArnForm}\``,
).meta({ pattern: roleArnPattern });

const name = text
  .regex(
    instanceNameForm,
    "malformedName: a name has 1 to 64 letters, digits, `-` and `_`, so that it is no policy variable",
  )
  .describe(
    `Name of the instance. Policies and inputs of routes may write \`\${NAME}\` for its ARN; an environment replaces the instance of that name.`,
  );

const arn = {
  arn: instanceArn.describe(
    "ARN of the instance: arn:aws:connect:REGION:ACCOUNT:instance/ID, the id in lower case. A replica in another Region, with the same id, is an instance of its own.",
  ),
};

const others = {
  roleArn: roleArn.describe("ARN of the role to assume for calls to this instance."),
  externalId: text
    .meta({ pattern: externalIdPattern })
    .describe("The value that the role's trust policy requires for `sts:ExternalId`."),
  sourceIdentity: z.boolean().describe("Whether the caller's id is the session's source identity."),
  sessionPolicy: z.boolean().describe("Whether the caller's policies are passed to STS as a session policy."),
  maxConcurrentCalls: wholeNumber(1, maxConcurrentCalls, "wrongNumber").describe(
    "How many calls to this instance a container makes at a time. One caller gets at most half of them.",
  ),
};

/** These are about the session of a role. */
const dependencies = { externalId: ["roleArn"], sourceIdentity: ["roleArn"], sessionPolicy: ["roleArn"] };

const instance = closed("An Amazon Connect instance.", arn, { name, ...others }).meta({ dependencies });

export const instances = z
  .array(instance)
  .min(1, "emptyList: name at least one Amazon Connect instance")
  .describe(
    "Instances that calls may reach. A call for any other is denied. The first is the home instance.",
  );

/** Of an environment: it replaces the instances that it names, whole. */
export const replacements = z
  .array(
    closed("An Amazon Connect instance in this environment.", { name, ...arn }, others).meta({
      dependencies,
    }),
  )
  .describe(
    "Instances of this environment. Each replaces the instance of that name in authorizer.yaml. Others stay as they are.",
  );

type WrittenInstances = Sound<z.infer<typeof instances>>;

interface WrittenInstance {
  readonly item: WrittenInstances[number];
  readonly node: DocumentNode;
}

/** An environment's file, as far as it can be read. */
interface Replacing {
  readonly items: Sound<z.infer<typeof replacements>>;
  readonly node: DocumentNode;
}

interface ReadInstances {
  readonly instances: readonly ConnectInstance[];
  readonly names: ReadonlyMap<string, string>;
}

/** Reads the instances of `authorizer.yaml`, with those of an environment in their places. */
export function readInstances(
  items: WrittenInstances,
  node: DocumentNode,
  replacing?: Replacing,
): ReadInstances {
  const base = placesOf(items, node);
  checkNames(base);
  const written = replacing ? replaceInstances(base, placesOf(replacing.items, replacing.node)) : base;
  const read: ConnectInstance[] = [];
  const names = new Map<string, string>();
  for (const { item, node: place } of written) {
    const { name: given, ...members } = item ?? {};
    const found = parseInstanceArn(members.arn ?? "");
    if (given !== undefined && !names.has(given)) names.set(given, found?.arn ?? anyInstance);
    checkRole(members.roleArn, found, place.at(["roleArn"]));
    if (!found) continue;
    const each = { ...members, ...found };
    const problem = findInstanceProblem(each, read);
    if (problem) place.at([problem.member]).report(problem.code, instanceProblemTexts[problem.code]);
    read.push(each);
  }
  return { instances: read, names };
}

function placesOf(items: WrittenInstances, node: DocumentNode): readonly WrittenInstance[] {
  return items.map((item, index) => ({ item, node: node.at([index]) }));
}

function checkNames(written: readonly WrittenInstance[]): void {
  const seen = new Set<string>();
  for (const { item, node } of written) {
    if (item?.name === undefined) continue;
    const lower = lowerAscii(item.name);
    if (seen.has(lower))
      node
        .at(["name"])
        .report("duplicateName", `an instance before this one is named \`${item.name}\`, apart from case`);
    seen.add(lower);
  }
}

function replaceInstances(
  base: readonly WrittenInstance[],
  replacing: readonly WrittenInstance[],
): readonly WrittenInstance[] {
  checkNames(replacing);
  const known = base.flatMap(({ item }) => item?.name ?? []);
  const byName = new Map<string, WrittenInstance>();
  for (const each of replacing) {
    const own = each.item?.name;
    if (own === undefined) continue;
    byName.set(own, each);
    if (known.includes(own)) continue;
    const nearest = nearestName(own, known);
    const hint = nearest
      ? `did you mean \`${nearest}\``
      : "an environment replaces instances and adds none: give one in `authorizer.yaml` this `name`";
    each.node
      .at(["name"])
      .report("unknownName", `no instance in \`authorizer.yaml\` is named \`${own}\`; ${hint}`);
  }
  return base.map((each) => byName.get(each.item?.name ?? "") ?? each);
}

function checkRole(arn = "", place: ConnectInstance | undefined, node: DocumentNode): void {
  const role = parseRoleArn(arn);
  if (!role || !place) return;
  if (role.partition !== place.partition) {
    const message = `the role is of partition \`${role.partition}\`, its instance of \`${place.partition}\``;
    node.report("malformedArn", message);
  } else if (role.accountId !== place.accountId) {
    const message = `the role is of account \`${role.accountId}\`, its instance of \`${place.accountId}\`; no role reaches another account's instance`;
    node.report("foreignRole", message, "warning");
  }
}
