/** Writes `docs/reference/configuration.md` from the JSON Schema, one table for each mapping, and the environment variables. */
import {
  createConfigurationSchema,
  createEnvironmentSchema,
  type JsonSchema,
} from "../../authoring/configuration/configuration-schema.ts";
import { createTestSchema } from "../../authoring/tests/test-file.ts";
import { type EnvironmentVariable, environmentVariables } from "./environment-variables.ts";

const intro = `# Configuration reference

Every member of the files in \`config/\`, and every environment variable. Examples are
[the configuration of AWS's examples](../../examples/aws/authorizer.yaml) and [policies by example](policies-by-example.md).
[\`validate\`](../how-to/lint.md) checks more than these tables: that policies exist, that routes do not
overlap, and the [findings of lint](lint.md).

Written by \`npm run generate\` from the [JSON Schema that editors use](../../examples/aws/authorizer.schema.json); do not edit it.

## \`authorizer.yaml\`

Members with a star are required. Any other member is an error.
`;

const environmentsIntro = `
## \`environments/NAME.yaml\`

What differs in the [environment](../how-to/environments.md) that \`--env NAME\` selects. The members have the form
of those in \`authorizer.yaml\` and replace them. An instance replaces the one with its name.

`;

const testsIntro = `
## \`tests/NAME.yaml\`

[Policy tests](../how-to/testing-policies.md). A test has \`as\`, \`expect\`, and \`call\` or \`request\`; or it has \`nobody\`.

`;

const environmentIntro = `
## Environment variables

What reads each variable, and which parameter of \`template.yaml\` sets it. *functions* are the authorizer and
the proxy; *tools* are the build and the commands on your machine. An empty variable counts as not set. If a
function cannot read a number, location, key or base path, it denies every call.

| variable | read by | parameter | default | |
|---|---|---|---|---|
`;

export function formatConfigurationPage(): string {
  const configuration = mappingsOf(createConfigurationSchema(), "");
  const [environment] = mappingsOf(createEnvironmentSchema(), "").map(formatMapping);
  const membersAsText = ({ schema }: Mapping) => JSON.stringify(schema["properties"]);
  const described = new Set(configuration.map(membersAsText));
  // The form of `match` is described already.
  const tests = mappingsOf(createTestSchema(), "").filter((each) => !described.has(membersAsText(each)));
  return [
    `${intro}\n${configuration.map(formatMapping).join("\n")}`,
    `${environmentsIntro}${environment}`,
    `${testsIntro}${tests.map(formatMapping).join("\n")}`,
    `${environmentIntro}${environmentVariables.map(formatVariable).join("\n")}\n`,
  ].join("");
}

interface Mapping {
  readonly path: string;
  readonly schema: JsonSchema;
}

/** A mapping that has members, and the mappings inside of it, outermost first. */
function mappingsOf(schema: JsonSchema, path: string): readonly Mapping[] {
  const properties = membersOf(schema);
  const inside = properties.flatMap(([name, member]) => {
    const { schema: inner, suffix } = innermost(member);
    return mappingsOf(inner, `${path}${path ? "." : ""}${name}${suffix}`);
  });
  return properties.length > 0 ? [{ path, schema }, ...inside] : [];
}

function membersOf(schema: JsonSchema): readonly [string, JsonSchema][] {
  const properties = schema["properties"];
  return isSchema(properties)
    ? Object.entries(properties).filter((entry): entry is [string, JsonSchema] => isSchema(entry[1]))
    : [];
}

function innermost(schema: JsonSchema): { readonly schema: JsonSchema; readonly suffix: string } {
  const { items, anyOf, additionalProperties } = schema;
  const mapping = [anyOf].flat().find((choice) => isSchema(choice) && isSchema(choice["properties"]));
  if (isSchema(mapping)) return { schema: mapping, suffix: "" };
  if (isSchema(items)) return { schema: items, suffix: "[]" };
  // A mapping of your own names.
  return isSchema(additionalProperties)
    ? { schema: additionalProperties, suffix: ".NAME" }
    : { schema, suffix: "" };
}

function formatMapping({ path, schema }: Mapping): string {
  const { description, required } = schema;
  const isRequired = (name: string) => Array.isArray(required) && required.includes(name);
  const rows = membersOf(schema).map(
    ([name, member]) =>
      `| \`${name}\`${isRequired(name) ? " \\*" : ""} | ${formatType(member)} | ${inCell(member["description"] ?? "")} |`,
  );
  const text = description === undefined ? "" : `${String(description)}\n\n`;
  const heading = path === "" ? "" : `### \`${path}\`\n\n${text}`;
  return `${heading}| member | is | |\n|---|---|---|\n${rows.join("\n")}\n`;
}

/** A longer list of choices is a link to the page that has it. */
const shownChoices = 12;

function formatType(schema: JsonSchema): string {
  const { type, enum: choices, anyOf, items, minimum, maximum, additionalProperties } = schema;
  if (Array.isArray(choices)) {
    return choices.length > shownChoices
      ? `one of [${choices.includes("DescribeUser") ? "the operations](catalog.md)" : "the warnings](lint.md#warnings)"}`
      : choices.map((choice) => `\`${String(choice)}\``).join(", ");
  }
  if (Array.isArray(anyOf)) return anyOf.filter(isSchema).map(formatType).join(" or ");
  if (type === "array" && isSchema(items)) return `list: ${formatType(items)}`;
  if (type === "object" && isSchema(additionalProperties))
    return `mapping of names to ${formatType(additionalProperties)}`;
  if (type === "object") return "mapping";
  if (type === "integer") return `whole number, ${String(minimum)} to ${String(maximum)}`;
  if (type === "string") return "text";
  return [type].flat().map(String).join(" or ");
}

function formatVariable({ name, by, parameter, byDefault, text }: EnvironmentVariable): string {
  return `| \`${name}\` | ${by} | ${parameter ? `\`${parameter}\`` : ""} | ${byDefault} | ${text} |`;
}

function inCell(text: unknown): string {
  return String(text).replaceAll("|", "\\|");
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
