/**
 * What the installed SDK for JavaScript knows, for test/boto3/fidelity.py: `{operations: […], structures: {Name:
 * [member…]}}` on stdout.
 */
import * as connect from "@aws-sdk/client-connect";
import { NormalizedSchema } from "@smithy/core/schema";

/** @type {Map<string | undefined, string[]>} */
const structures = new Map();

/** @param {NormalizedSchema} schema */
function walk(schema) {
  if (schema.isListSchema() || schema.isMapSchema()) {
    walk(schema.getValueSchema());
    return;
  }
  if (!schema.isStructSchema() || structures.has(schema.getName())) return;
  const members = [...schema.structIterator()];
  structures.set(
    schema.getName(),
    members.map(([name]) => name),
  );
  for (const [, its] of members) walk(its);
}

const operations = Object.values(connect).filter((value) => Array.isArray(value) && value[0] === 9);
for (const [, , , , input, output] of operations) {
  walk(NormalizedSchema.of(input));
  walk(NormalizedSchema.of(output));
}
process.stdout.write(
  JSON.stringify({
    operations: operations.map(([, , name]) => name),
    structures: Object.fromEntries(structures),
  }),
);
