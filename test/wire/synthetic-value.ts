/**
 * Whole inputs and outputs made up from the SDK's schemas, with text that no layer on the way may touch.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import type { OperationRow } from "../../shared/catalog/types.ts";
import { requiredMembers } from "../../shared/request/decode-value.ts";
import { sourcesOf } from "../../shared/request/identifier-sources.ts";
import { mapMember } from "../../shared/request/member-path.ts";
import type { InputValue, OperationInput } from "../../shared/request/types.ts";
import { instanceArn, instanceId } from "../functions/lambda-fixture.ts";

/** Separators, escapes, other alphabets, a surrogate pair, a line separator. */
export const hostileText = "ü/?#%25&+=, \"\\'<>{}[];: \u2028\u{1f600}";

export type Extent = "full" | "required" | "empty";

const maxDepth = 5;

/** Makes a value of a schema: `full` with every member, `required` with required ones, `empty` with empty containers. */
export function makeValue(schema: NormalizedSchema, extent: Extent, depth = 0): InputValue {
  if (schema.isUnionSchema()) {
    const [first] = schema.structIterator();
    if (!first) throw new Error("a union without members");
    return { [first[0]]: makeValue(first[1], extent, depth + 1) };
  }
  if (schema.isStructSchema()) return makeStructure(schema, extent, depth);
  if (schema.isListSchema())
    return extent === "empty" || depth > maxDepth
      ? []
      : [makeValue(schema.getValueSchema(), extent, depth + 1)];
  if (schema.isMapSchema())
    return extent === "empty" || depth > maxDepth
      ? {}
      : { [hostileText]: makeValue(schema.getValueSchema(), extent, depth + 1) };
  if (schema.isTimestampSchema()) return new Date(1_700_000_000_000);
  if (schema.isNumericSchema()) return 7;
  if (schema.isBooleanSchema()) return true;
  // A header has no other alphabets.
  return schema.getMergedTraits().httpHeader ? "plain" : hostileText;
}

function makeStructure(schema: NormalizedSchema, extent: Extent, depth: number): InputValue {
  const required = requiredMembers(schema);
  const members = [...schema.structIterator()].filter(
    ([name, member]) =>
      required.has(name) ||
      (depth <= maxDepth &&
        (extent === "full" || (extent === "empty" && (member.isListSchema() || member.isMapSchema())))) ||
      // The client would make up a token of its own for each of the two calls.
      (depth === 0 && member.isIdempotencyToken()),
  );
  return Object.fromEntries(members.map(([name, member]) => [name, makeValue(member, extent, depth + 1)]));
}

/** Puts identifiers in canonical form where an operation's input holds them. */
export function withIdentifiers(row: OperationRow, input: OperationInput): OperationInput {
  const { instances, arns, ids } = sourcesOf(row);
  let result = input;
  for (const source of instances)
    result = mapMember(result, source, () => (source.endsWith("Arn") ? instanceArn : instanceId));
  for (const { source, types, discriminator } of arns) {
    const arn = types?.includes("instance")
      ? instanceArn
      : `${instanceArn}/${types?.[0] === "contact" ? "contact" : "agent"}/id-1`;
    if (!discriminator) result = mapMember(result, source, () => arnOf(types) ?? arn);
  }
  for (const { spec } of ids) if (!spec.discriminator) result = mapMember(result, spec.source, () => "id-1");
  return withFilterKey(result);
}

const words: Readonly<Record<string, string>> = {
  user: "agent",
  contact: "contact",
  queue: "queue",
  "routing-profile": "routing-profile",
  "customer-managed-view": "view",
};

function arnOf(types: readonly string[] | undefined): string | undefined {
  if (!types || types.includes("instance")) return undefined;
  for (const type of types) {
    const word = words[type];
    if (word !== undefined) return `${instanceArn}/${word}/id-1`;
    if (type === "ai-agent") return "arn:aws:wisdom:us-west-2:123456789012:ai-agent/id-1/id-2";
    if (type === "traffic-distribution-group")
      return "arn:aws:connect:us-west-2:123456789012:traffic-distribution-group/id-1";
    if (type === "phone-number") return "arn:aws:connect:us-west-2:123456789012:phone-number/id-1";
  }
  return undefined;
}

/** A filter says what its values name; the type decides which values are identifiers. */
function withFilterKey(input: OperationInput): OperationInput {
  const hasKeys = Array.isArray(input["Filters"]) && input["Filters"].length > 0;
  return hasKeys ? { ...input, Filters: [{ FilterKey: "QUEUE", FilterValues: ["id-1"] }] } : input;
}
