/**
 * `schema`: the JSON Schema of `authorizer.yaml`, for editors; or as a page, for people. Or that of audit records,
 * or the page of the condition keys.
 */
import { formatConfigurationSchema } from "../../authoring/configuration/configuration-schema.ts";
import { formatRecordSchema } from "../audit/record-schema.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { writeOut } from "../write-whole.ts";
import { formatConditionKeysPage } from "./condition-keys-page.ts";
import { formatConfigurationPage } from "./configuration-page.ts";

export interface SchemaOptions {
  readonly page?: boolean;
  readonly audit?: boolean;
  readonly keys?: boolean;
  readonly out?: string;
}

/**
 * Prints the schema, or writes it to a file.
 *
 * @throws UsageError when the file can't be written
 */
export async function runSchema(options: SchemaOptions, io: CommandIo): Promise<ExitStatus> {
  if ([options.page, options.audit, options.keys].filter(Boolean).length > 1)
    throw new UsageError("`--page`, `--audit` and `--keys` exclude each other");
  const text = textOf(options);
  await writeOut(options.out ?? "-", text, io);
  return 0;
}

function textOf({ page, audit, keys }: SchemaOptions): string {
  if (keys) return formatConditionKeysPage();
  if (audit) return formatRecordSchema();
  return page ? formatConfigurationPage() : formatConfigurationSchema();
}
