/**
 * Every record that a test sees is held to the published schema, as the line that it would be in a log.
 */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import type { AnyRecord } from "../../shared/audit/record.ts";
import { formatRecordLine, maxRecordBytes } from "../../shared/audit/record-line.ts";

const schema: object = JSON.parse(
  readFileSync(new URL("../../docs/audit.schema.json", import.meta.url), "utf8"),
);
const ajv = new Ajv({ allErrors: true });
const validate = ajv.compile(schema);

/** Tells what the schema has against a parsed line; empty when nothing. */
export function recordProblems(value: unknown): string {
  if (validate(value)) return "";
  return ajv.errorsText(validate.errors?.filter(({ keyword }) => keyword !== "const" && keyword !== "oneOf"));
}

/** Gives the record back. */
export function assertRecord<Kind extends AnyRecord>(record: Kind): Kind {
  const line = formatRecordLine(record);
  const problems = recordProblems(JSON.parse(line));
  if (!validate(JSON.parse(line))) throw new Error(`not a record: ${problems}: ${line}`);
  if (/[\n\r]/.test(line) || Buffer.byteLength(line) > maxRecordBytes) throw new Error("not a line");
  return record;
}
