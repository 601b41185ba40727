/** Writes `docs/reference/condition-keys.md`: every global key from the table that decisions use, and Amazon Connect's own. */
import { constantKeys } from "../../../shared/request/keys/global-keys.ts";
import { conditionKeys } from "../../authoring/lint/facts/condition-key-table.ts";
import {
  insteadOfUnknown,
  reasonsOfAbsence,
  reasonsOfConstants,
  sourcesOfValues,
  undocumentedKeys,
} from "../../authoring/lint/facts/key-notes.ts";

const intro = `# Condition keys

Written by \`npm run generate\` from the table that decisions and [lint](../how-to/lint.md) use; do not edit it. The keys are those of the IAM User
Guide, [AWS global condition context keys](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html), and of the
[Service Authorization Reference](https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonconnect.html). Callers are people and
programs with a bearer token, who call directly. That decides which of AWS's keys a call has here. The choices are in
[decision 70](../decisions/0070-keys-that-aws-fills-in.md).

In addition, \`jwt:CLAIM\` is a claim of the caller's token. A claim that the token does not have is missing.
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
      "AWS does not fill these in for such a call either: they count as missing, as they do there. A key of another service (`s3:prefix`) is missing too.",
    ),
    section(
      "Not known",
      "| key | instead |",
      Object.entries(insteadOfUnknown).map(([name, instead]) => `| ${code(name)} | ${instead} |`),
      "AWS fills these in, or may, and their values are not known here: a call that depends on one is refused, whether the key is in an Allow or in a Deny. The same holds for `aws:` keys that are not on this page, and " +
        "keys of identity providers (`accounts.google.com:sub`, `saml:sub`). `aws:SourceVpcArn` and `aws:Vpce…` are missing from calls by the public endpoint.",
    ),
    section(
      "Amazon Connect's own",
      "| key | from |",
      connect.map(
        (name) =>
          `| ${code(name)} | ${sourcesOfConnect.get(name) ?? "the request, for the actions of the reference"} |`,
      ),
      "[catalog.md](catalog.md) lists the keys of each action. A key that no page of AWS's explains is not known ([decision 4](../decisions/0004-facts-that-only-connect-knows.md)).",
    ),
    `## Where nothing can fill a key in

A key that is absent or not known makes an Allow's condition false: lint warns. In a Deny, or under an operator that holds without its key (\`…Not…\`, \`Null\`,
\`…IfExists\`, \`ForAllValues:\`), it changes who has access, and is an error of \`validate\` and \`bundle\`. If you want such a key, say why in \`authorizer.yaml\`:

\`\`\`yaml
accept:
  - key: aws:PrincipalOrgID
    because: the organization's guardrail, copied whole; callers outside of the network are refused by the same statement
    policies: [data-perimeter]   # all policies if left out
\`\`\`
`,
  ].join("\n");
}

const contact = "Connect, which is asked for the contact";
const sourcesOfConnect: ReadonlyMap<string, string> = new Map([
  ["connect:InstanceId", "the instance that the call names, for every action"],
  ...[1, 2, 3, 4, 5].map((level): [string, string] => [
    `connect:HierarchyGroupL${level}Id`,
    `Connect, which is asked for the user and the path of the user's group; \`connect:HierarchyGroupL${level}Id/hierarchyGroupId\` is the same`,
  ]),
  ["connect:Channel", contact],
  ["connect:ContactAssociationId", contact],
  ["connect:UserArn", contact],
  ["connect:FlowType", "the request; for an existing flow, Connect"],
  ...[...undocumentedKeys].map((name): [string, string] => [name, "not known"]),
]);

function section(title: string, head: string, rows: readonly string[], text?: string): string {
  const line = head.replace(/[^|]+/g, "---");
  return [`## ${title}\n`, ...(text === undefined ? [] : [`${text}\n`]), head, line, ...rows, ""].join("\n");
}

function code(name: string): string {
  return name.endsWith("/") ? `\`${name}KEY\`` : `\`${name}\``;
}
