/** Writes `docs/reference/condition-keys.md`: every global key from the table that decisions use, and Amazon Connect's own. */

import { conditionKeys } from "../../../shared/reach/implication/condition-key-table.ts";
import { constantKeys } from "../../../shared/request/keys/global-keys.ts";
import {
  insteadOfUnknown,
  reasonsOfAbsence,
  reasonsOfConstants,
  sourcesOfOwn,
  sourcesOfValues,
  undocumentedKeys,
} from "../../authoring/lint/facts/key-notes.ts";

const intro = `# Condition keys

For authors of policies: which condition keys have a value here, and what to use instead of the others. Callers
have a bearer token and call directly, so some of AWS's keys cannot have a value
([decision 70](../decisions/0070-keys-that-aws-fills-in.md)). \`jwt:CLAIM\` is a claim of the caller's token. It is
missing if the token does not have the claim. \`jwt:act.sub\` is the current actor, which acts for the caller (RFC
8693); \`jwt:client_id\` or \`jwt:azp\` is the program that got the token.

The keys are those of AWS's [global condition context
keys](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html) and the [Service
Authorization Reference](https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonconnect.html).
Written by \`npm run generate\` from the table that decisions and [lint](lint.md) use; do not edit it.
`;

export function formatConditionKeysPage(): string {
  const connect = conditionKeys.filter(({ name }) => name.startsWith("connect:")).map(({ name }) => name);
  const constants = new Map<string, string>(Object.entries(constantKeys));
  return [
    intro,
    section(
      "With a value",
      "| key | from |",
      Object.entries(sourcesOfValues).map(([name, source]) => `| ${code(name)} | ${source} |`),
    ),
    section(
      "This product's own",
      "| key | from |",
      Object.entries(sourcesOfOwn).map(([name, source]) => `| ${code(name)} | ${source} |`),
      "AWS does not have these. They have a value in every decision, and no caller can set them.",
    ),
    section(
      "Constant",
      "| key | value | because |",
      Object.entries(reasonsOfConstants).map(
        ([name, reason]) => `| ${code(name)} | \`${constants.get(name)}\` | ${reason} |`,
      ),
    ),
    section(
      "Absent",
      "| key | AWS fills it in for |",
      Object.entries(reasonsOfAbsence).map(([name, reason]) => `| ${code(name)} | ${reason} |`),
      "These are missing here, as they are on AWS for such a call. Keys of other services, like `s3:prefix`, are missing too.",
    ),
    section(
      "Not known",
      "| key | instead |",
      Object.entries(insteadOfUnknown).map(([name, instead]) => `| ${code(name)} | ${instead} |`),
      "AWS can fill these in, but their values are unknown here. A call that depends on one is denied, in an Allow and in a Deny. The same holds for `aws:` keys that are not on this page, and " +
        "for keys of identity providers, like `saml:sub`. `aws:SourceVpcArn` and `aws:Vpce…` are missing from calls to the public endpoint.",
    ),
    section(
      "Amazon Connect's own",
      "| key | from |",
      connect.map(
        (name) =>
          `| ${code(name)} | ${sourcesOfConnect.get(name) ?? "the request, for the actions of the reference"} |`,
      ),
      "[The catalogue](catalog.md) lists the keys of each action. Keys that AWS does not explain are not known ([decision 4](../decisions/0004-facts-that-only-connect-knows.md)).",
    ),
    `## Keys that never have a value

A key that is absent or not known makes an Allow's condition false: \`validate\` warns. In a Deny, or under an
operator that holds without its key (\`…Not…\`, \`Null\`, \`…IfExists\`, \`ForAllValues:\`), it changes who has
access: that is an error. If you want such a key, say why in \`authorizer.yaml\`:

\`\`\`yaml
accept:
  - key: aws:PrincipalOrgID
    because: the organization's guardrail, copied whole; callers outside of the network are refused by the same statement
    policies: [data-perimeter]   # all policies if left out
\`\`\`
`,
  ].join("\n");
}

const contact = "Amazon Connect: the contact";
const sourcesOfConnect: ReadonlyMap<string, string> = new Map([
  ["connect:InstanceId", "the instance that the call names, for every action"],
  ...[1, 2, 3, 4, 5].map((level): [string, string] => [
    `connect:HierarchyGroupL${level}Id`,
    `Amazon Connect: the user, and the path of the user's group. \`connect:HierarchyGroupL${level}Id/hierarchyGroupId\` is the same`,
  ]),
  ["connect:Channel", contact],
  ["connect:ContactAssociationId", contact],
  ["connect:UserArn", contact],
  ["connect:FlowType", "the request; for an existing flow, Amazon Connect"],
  ...[...undocumentedKeys].map((name): [string, string] => [name, "not known"]),
]);

function section(title: string, head: string, rows: readonly string[], text?: string): string {
  const line = head.replace(/[^|]+/g, "---");
  return [`## ${title}\n`, ...(text === undefined ? [] : [`${text}\n`]), head, line, ...rows, ""].join("\n");
}

function code(name: string): string {
  return name.endsWith("/") ? `\`${name}KEY\`` : `\`${name}\``;
}
