/** Writes `docs/reference/lint.md`: every warning from the table of their codes, the errors of lint, and what is not reported. */
import { warningTexts } from "../../authoring/lint/ignores/warning-codes.ts";

const intro = `# What \`validate\` finds

For authors of policies who look up a code. [Find mistakes in policies](../how-to/lint.md) says how to run
\`validate\` and how to ignore a warning.

Written by \`npm run generate\` from the table of codes; do not edit it.

Facts about actions, resources and condition keys come from the [catalogue](catalog.md), which also decides
calls. So findings are about this product. [A comparison with IAM Access
Analyzer](../evidence/access-analyzer.md) lists its checks one by one.

## Errors

An error makes the whole configuration unusable. The parser has more errors, for everything that is not
IAM's grammar. Each message says what to write instead.

| code | finds |
|---|---|
| \`unknownAction\` | an action that does not exist, or a pattern that matches none, in a Deny or a \`NotAction\`: it would deny or exclude nothing |
| \`absentConditionKey\`, \`conditionKeyNotKnown\`, \`conditionKeyNotCarried\`, \`contactTag\`, \`unknownConditionKey\`, \`unknownVariable\` | a key or variable that never has a value here, for \`conditionKeyNotCarried\` one of another service. It is an error where it changes who has access: in a Deny, or under \`…Not…\`, \`Null\`, \`…IfExists\` or \`ForAllValues:\`. [Use another key, or accept this one](condition-keys.md#keys-that-never-have-a-value) |

## Warnings

| code | finds | to do |
|---|---|---|
`;

const silent = `
With \`dependentActions: ignored\`, an action is judged by its own operations only. \`connect:DescribeUser\` then
supports single users, and no longer \`agent/*\` for a search.

## Not reported

These can look like mistakes. \`validate\` does not report them, because they can be meant.

| in a policy | because |
|---|---|
| \`connect:*\` on \`agent/*\`, \`connect:Search*\` on the instance | a wildcard means what is possible; only an action in full is judged by what its operation needs |
| \`…/agent*\`, which also matches \`agent-group/*\` | each action still has its own resources |
| \`arn:aws:connect:*:*:instance/*/agent/*\` | your instances are among them |
| seconds since 1970 as a date | IAM reads them too |
| a time in the past | findings depend on the files, not on the day |
| \`"a,b"\` or \`"a\\|b"\` as a value | a claim can have such a value |
| an empty value | a tag can be empty |
| an id in capitals | it can be an id |
| a Deny alone | other policies can allow; if none does, that is \`noAccess\` |
| another case of an action, a key or a Boolean | case does not matter there |

| in \`authorizer.yaml\` | because |
|---|---|
| blanks inside the name of a group | many groups have them |
| two bindings for the same callers with different boundaries | a boundary limits only its own binding |
| \`version: 1.0\` | YAML reads it as \`1\` |
| a claim that Cognito does not send by itself | a Lambda trigger can add it |
`;

export function formatLintPage(): string {
  const rows = Object.entries(warningTexts)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, { finds, fix }]) => `| \`${code}\` | ${finds} | ${fix} |`);
  return `${intro}${rows.join("\n")}\n${silent}`;
}
