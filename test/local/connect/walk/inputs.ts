/** Inputs of any operation, made from its schema: full or minimal, with identifiers of resources that exist. */
import type { NormalizedSchema } from "@smithy/core/schema";
import { findOperation } from "../../../../shared/catalog/catalog.ts";
import { enumerationAt } from "../../../../shared/catalog/enumerations.ts";
import { collectAt, rewriteAt, topMember } from "../../../../shared/catalog/member-path.ts";
import { requiredMembers } from "../../../../shared/request/decode/from-json.ts";
import { findOperationSchema } from "../../../../shared/request/decode/schemas.ts";

export type Input = Record<string, unknown>;
export type Extent = "full" | "minimal";

/** Members of every call that are not made up. */
const leftOut = new Set([
  "NextToken",
  "MaxResults",
  "SearchCriteria",
  "SearchFilter",
  "TestCaseId",
  // Hashes are those of what is there.
  "FlowContentSha256",
  "FlowModuleContentSha256",
  "ViewContentSha256",
]);

/** Texts that must have a form, by the member. */
const texts: Readonly<Record<string, (count: number) => string>> = {
  AttributeName: (n) => `connect:Attribute${n}`,
  Content: () => "{}",
  EffectiveFrom: () => "2026-12-24",
  EffectiveTill: () => "2026-12-24",
  EmailAddress: (n) => `address-${n}@example.com`,
  Password: () => "Pass-word-1",
  PhoneNumber: (n) => `+1555555${1000 + n}`,
  S3Uri: (n) => `s3://bucket/key-${n}`,
  TimeZone: () => "UTC",
};

/** Structures of which even a minimal one has the part that its type needs. */
const typed = new Set(["InstanceStorageConfig", "QuickConnectConfig", "UserPhoneConfig"]);

let count = 0;

/** Makes an input. @param identify gives the identifier of a resource of a type of the catalogue */
export async function makeInput(
  operation: string,
  extent: Extent,
  identify: (type: string) => Promise<string | undefined>,
): Promise<Input> {
  const schema = findOperationSchema(operation)?.input;
  const row = findOperation(operation);
  if (!schema || !row) throw new Error(`no operation ${operation}`);
  let input = structureOf(schema, extent, []);
  for (const name of leftOut) if (!requiredMembers(schema).has(name)) delete input[name];
  for (const { source, type, types } of row.targets) {
    if (source === "*" || collectAt(source, input[topMember(source)]).length === 0) continue;
    const id = await identify(
      types?.find((each) => each === "user" || each === "contact") ?? types?.[0] ?? type,
    );
    if (id !== undefined) input = rewriteAt(input, source, (text) => (/^arn:|Arn/.test(source) ? text : id));
  }
  return "InstanceId" in input ? { ...input, InstanceId: await identify("instance") } : input;
}

function valueFor(schema: NormalizedSchema, extent: Extent, within: readonly string[]): unknown {
  if (schema.isUnionSchema()) {
    // The last arm ends what may hold itself.
    const arms = [...schema.structIterator()];
    const arm = within.includes(schema.getName() ?? "") ? arms.at(-1) : arms[0];
    return arm ? { [arm[0]]: valueFor(arm[1], extent, [...within, schema.getName() ?? ""]) } : {};
  }
  if (schema.isStructSchema()) return structureOf(schema, extent, within);
  if (schema.isListSchema()) {
    const inner = schema.getValueSchema();
    const isAgain = inner.isStructSchema() && within.filter((name) => name === inner.getName()).length > 1;
    return isAgain ? [] : [valueFor(inner, extent, within)];
  }
  if (schema.isMapSchema()) return { key: valueFor(schema.getValueSchema(), extent, within) };
  if (schema.isTimestampSchema()) return new Date(1_700_000_000_000);
  if (schema.isNumericSchema()) return 5;
  if (schema.isBooleanSchema()) return true;
  return `text-${++count}`;
}

function structureOf(schema: NormalizedSchema, extent: Extent, within: readonly string[]): Input {
  const name = schema.getName() ?? "";
  const required = requiredMembers(schema);
  const isWhole = (extent === "full" || typed.has(name)) && !within.includes(name);
  const made: Input = {};
  for (const [member, its] of schema.structIterator()) {
    if (!required.has(member) && !isWhole) continue;
    made[member] = special(name, member, its) ?? valueFor(its, extent, [...within, name]);
  }
  return made;
}

/** Enumerations, and the texts that Connect gives a form. */
function special(structure: string, member: string, schema: NormalizedSchema): unknown {
  const values = enumerationAt(`${structure}.${member}`);
  if (values) {
    const [value] = values;
    if (schema.isListSchema()) return [value];
    if (schema.isMapSchema()) return undefined;
    return value;
  }
  // The first that there is.
  if (member === "ContactFlowModuleVersion") return 1;
  // It excludes `ByMonthDay`.
  if (member === "ByWeekdayOccurrence") return [];
  const text = Object.hasOwn(texts, member) && schema.isStringSchema() ? texts[member] : undefined;
  return text?.(++count);
}
