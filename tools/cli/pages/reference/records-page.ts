/** Writes docs/reference/records.md: lines of the logs, members of records and their places in OCSF, and reasons. */
import { callMapping } from "../../audit/ocsf-mapping.ts";
import { formatRecordSchema } from "../../audit/record-schema.ts";
import { logLines, reasonRows } from "./log-lines.ts";

/** What this page reads of a JSON Schema. */
interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const kinds = ["decision", "upstream", "shadow"];

const intro = `# Records and log lines

Written by \`npm run generate\` from the code and the schema of records; do not edit it.
[Records of decisions](../how-to/audit.md) says how to use them.

Each line is a JSON object with a \`type\`. The first four types are records. They go to standard
output at every \`LogLevel\`; the other types go to standard error. No line holds a token, an input or
an output.

## Lines

| type | level | says | do |
|---|---|---|---|`;

const ids = `
## Ids

| member | is | can a caller choose it? |
|---|---|---|
| \`requestId\` | API Gateway's, in the answer's \`x-amzn-requestid\` and the access log | on REST APIs yes, so it proves nothing |
| \`extendedRequestId\` | API Gateway's second one, \`x-amz-apigw-id\`, on REST APIs only | no |
| \`awsRequestId\` | Lambda's, in its START and REPORT lines | no |
| \`traceId\` | X-Ray's, the same in both functions | yes, by \`X-Amzn-Trace-Id\` |
| \`upstreamRequestId\` | Amazon Connect's, also in CloudTrail | no |

## Reasons

What \`reason\` in a record means. Any other value is the name of an exception of Amazon Connect.

| reason | the caller sees | do |
|---|---|---|`;

const membersIntro = `
## Members

[audit.schema.json](../audit.schema.json) is the JSON Schema; \`schema --audit\` prints it. The record
holds its \`schemaVersion\`, 1, which changes if a member is removed or changes its meaning. Later
versions may add members, so ignore those that you do not know.

The last column is the place in the event that
[\`audit --to ocsf\`](../how-to/audit.md#export-to-a-siem-ocsf) writes, of OCSF's class API Activity.
A \`shadow\` record has no event: its call has one, and would count twice.

| member | in | meaning | in OCSF |
|---|---|---|---|`;

export function formatRecordsPage(): string {
  return [
    intro,
    ...Object.entries(logLines).map(
      ([type, { level, says, next }]) => `| \`${type}\` | ${level} | ${says} | ${next} |`,
    ),
    ids,
    ...reasonRows().map(([name, sees, next]) => `| \`${name}\` | ${sees} | ${next} |`),
    membersIntro,
    ...memberRows(JSON.parse(formatRecordSchema())),
    "",
  ].join("\n");
}

/** A member by its path, over all records that have it. */
interface Member {
  readonly records: Set<string>;
  readonly meaning: string;
  readonly values: Set<string>;
}

/** A row for each member. Those of a candidate's two sides are a decision's. */
function memberRows({ definitions = {} }: Schema): readonly string[] {
  const members = new Map<string, Member>();
  const collect = (node: Schema, path: string, record: string): void => {
    for (const { properties = {} } of partsOf(node, definitions)) {
      for (const [name, child] of Object.entries(properties)) {
        const own = path === "" ? name : `${path}.${name}`;
        const member: Member = members.get(own) ?? {
          records: new Set(),
          meaning: child.description ?? "",
          values: new Set(),
        };
        members.set(own, member);
        member.records.add(record);
        for (const value of valuesOf(child)) member.values.add(value);
        if (name !== "live" && name !== "candidate") collect(child, child.items ? `${own}[]` : own, record);
      }
    }
  };
  for (const record of kinds) collect({ $ref: `#/definitions/${record}` }, "", record);
  return [...members].map(([name, { records, meaning, values }]) => {
    const place = callMapping[name];
    const inOcsf = place && "to" in place ? place.to.map(code).join(", ") : "";
    const means = [meaning, [...values].map(code).join(", ")].filter((part) => part !== "").join(" ");
    const where = records.size === kinds.length ? "all" : [...records].join(", ");
    return `| \`${name}\` | ${where} | ${means} | ${inOcsf} |`;
  });
}

/** The objects that a node stands for: itself, what it refers to, its alternatives, its items. */
function partsOf(node: Schema, definitions: Readonly<Record<string, Schema>>): readonly Schema[] {
  const { $ref, allOf = [], oneOf = [], items } = node;
  const target = $ref === undefined ? undefined : definitions[$ref.replace("#/definitions/", "")];
  const inner = [...allOf, ...oneOf, ...(target ? [target] : []), ...(items ? [items] : [])];
  return [node, ...inner.flatMap((each) => partsOf(each, definitions))];
}

function valuesOf({ const: only, enum: values }: Schema): readonly string[] {
  return [...(only === undefined ? [] : [only]), ...(values ?? [])].map(String);
}

function code(text: string): string {
  return `\`${text}\``;
}
