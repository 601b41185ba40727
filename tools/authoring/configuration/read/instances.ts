/** `instances`: which Amazon Connect instances may be reached, as which role, and how many calls at a time. */
import * as z from "zod";
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

const instance = closed(
  "An Amazon Connect instance.",
  {
    arn: instanceArn.describe(
      "ARN of the instance: arn:aws:connect:REGION:ACCOUNT:instance/ID, the id in lower case. A replica in another Region, with the same id, is an instance of its own.",
    ),
  },
  {
    roleArn: roleArn.describe("ARN of the role to assume for calls to this instance."),
    externalId: text
      .meta({ pattern: externalIdPattern })
      .describe("The value that the role's trust policy requires for `sts:ExternalId`."),
    sourceIdentity: z.boolean().describe("Whether the caller's id is the session's source identity."),
    sessionPolicy: z
      .boolean()
      .describe("Whether the caller's policies are passed to STS as a session policy."),
    maxConcurrentCalls: wholeNumber(1, maxConcurrentCalls, "wrongNumber").describe(
      "How many calls to this instance a container makes at a time. One caller gets at most half of them.",
    ),
  },
).meta({
  // These are about the session of a role.
  dependencies: { externalId: ["roleArn"], sourceIdentity: ["roleArn"], sessionPolicy: ["roleArn"] },
});

export const instances = z
  .array(instance)
  .min(1, "emptyList: name at least one Amazon Connect instance")
  .describe(
    "Instances that may be reached; a call for any other is refused. The first is the home instance.",
  );

export function readInstances(
  items: Sound<z.infer<typeof instances>>,
  node: DocumentNode,
): readonly ConnectInstance[] {
  const read: ConnectInstance[] = [];
  for (const [index, item] of items.entries()) {
    const place = parseInstanceArn(item?.arn ?? "");
    checkRole(item?.roleArn, place, node.at([index, "roleArn"]));
    if (!place) continue;
    const each = { ...item, ...place };
    const problem = findInstanceProblem(each, read);
    if (problem) node.at([index, problem.member]).report(problem.code, instanceProblemTexts[problem.code]);
    read.push(each);
  }
  return read;
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
