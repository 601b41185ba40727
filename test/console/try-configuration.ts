/** A small configuration for Try: a resource's tag decides, claims do, and it has routes of its own. */
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export const instanceId = "00fbeee1-123e-111e-93e3-11111bfbfcc1";

const configuration = `instances:
  - arn: arn:aws:connect:us-west-2:123456789012:instance/${instanceId}
issuers:
  - issuer: https://issuer.example.com
    audience: [test]
    claims: { id: sub, groups: groups, tags: { team: team } }
    jwksUri: https://issuer.example.com/keys
routes:
  - { route: "GET /agents/{agentId}", operation: DescribeUser, input: { InstanceId: ${instanceId}, UserId: "{agentId}" } }
  - route: PUT /queues/{queueId}/name
    operation: UpdateQueueName
    input: { InstanceId: ${instanceId}, QueueId: "{queueId}", Name: "{body.name}", Description: "{query.about}" }
bindings:
  - { match: { groups: [team] }, policies: [own-team] }
  - { match: { claims: { site: [berlin] } }, policies: [all] }
`;

const policies: Readonly<Record<string, object>> = {
  all: { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "connect:*", Resource: "*" } },
  "own-team": {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["connect:DescribeUser", "connect:UpdateQueueName"],
        Resource: "*",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM
        Condition: { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } },
      },
    ],
  },
};

/** Writes it, or a copy of another, into a folder without tests, which goes with the test. */
export async function writeTryConfiguration(copied?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tries with spaces "));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, "tests"));
  if (copied !== undefined) {
    for (const name of ["authorizer.yaml", "policies"])
      await cp(join(copied, name), join(folder, name), { recursive: true });
    return folder;
  }
  await mkdir(join(folder, "policies"));
  await writeFile(join(folder, "authorizer.yaml"), configuration);
  for (const [name, policy] of Object.entries(policies))
    await writeFile(join(folder, "policies", `${name}.json`), JSON.stringify(policy, undefined, 2));
  return folder;
}
