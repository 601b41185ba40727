/** Writes `docs/reference/configuration.md` from the JSON Schema, one table for each mapping, and the environment variables. */
import {
  createConfigurationSchema,
  createEnvironmentSchema,
  type JsonSchema,
} from "../../authoring/configuration/configuration-schema.ts";
import { type EnvironmentVariable, environmentVariables } from "./environment-variables.ts";

const intro = `# Configuration reference

Written by \`npm run generate\` from the JSON Schema that editors use ([authorizer.schema.json](../../examples/aws/authorizer.schema.json)); do not edit
it. \`npm run --silent cli -- validate\` checks more than a schema can: that policies exist, that routes do not overlap, and all of
[lint](../how-to/lint.md). [The configuration of AWS's examples](../../examples/aws/authorizer.yaml) is an example of most of it, and
[policies by example](policies-by-example.md) of the policies.

## \`authorizer.yaml\`

An unknown member is an error everywhere. Members with a star are required.
`;

const environmentsIntro = `
## \`environments/NAME.yaml\`

What differs in the environment NAME, which \`--env NAME\` chooses ([environments](../how-to/environments.md)). Its members are in the place of
those in \`authorizer.yaml\`, and are written alike; an instance replaces the one with its name.

`;

const environmentIntro = `
## Environment variables

What the functions read from the environment, and what sets it in \`template.yaml\`. An empty variable counts as not set; a
number, location, key or base path that cannot be read denies every call. *functions* are both, the authorizer and the proxy; *tools* are the build and what runs on a
developer's machine.

| variable | read by | parameter | default | |
|---|---|---|---|---|
`;

export function formatConfigurationPage(): string {
  const tables = mappingsOf(createConfigurationSchema(), "").map(formatMapping);
  const [environment] = mappingsOf(createEnvironmentSchema(), "").map(formatMapping);
  const rows = environmentVariables.map(formatVariable);
  return `${intro}\n${tables.join("\n")}${environmentsIntro}${environment}${environmentIntro}${rows.join("\n")}\n`;
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
  const { items, anyOf } = schema;
  const mapping = [anyOf].flat().find((choice) => isSchema(choice) && isSchema(choice["properties"]));
  if (isSchema(mapping)) return { schema: mapping, suffix: "" };
  return isSchema(items) ? { schema: items, suffix: "[]" } : { schema, suffix: "" };
}

function formatMapping({ path, schema }: Mapping): string {
  const { description, required } = schema;
  const isRequired = (name: string) => Array.isArray(required) && required.includes(name);
  const rows = membersOf(schema).map(
    ([name, member]) =>
      `| \`${name}\`${isRequired(name) ? " \\*" : ""} | ${formatType(member)} | ${inCell(member["description"] ?? "")} |`,
  );
  const heading = path === "" ? "" : `### \`${path}\`\n\n${String(description ?? "")}\n\n`;
  return `${heading}| member | is | |\n|---|---|---|\n${rows.join("\n")}\n`;
}

/** A longer list of choices is a link to the page that has it. */
const shownChoices = 12;

function formatType(schema: JsonSchema): string {
  const { type, enum: choices, anyOf, items, minimum, maximum, additionalProperties } = schema;
  if (Array.isArray(choices)) {
    return choices.length > shownChoices
      ? "one of [the catalogue's](catalog.md)"
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
