/**
 * `schema`: the JSON Schema of `authorizer.yaml`, for editors; or as a page, for people.
 */
import { writeFile } from "node:fs/promises";
import { formatConfigurationSchema } from "../../shared/config/configuration-schema.ts";
import { type CommandIo, type ExitStatus, UsageError } from "./command-io.ts";
import { formatConfigurationPage } from "./configuration-page.ts";

export interface SchemaOptions {
  readonly page?: boolean;
  readonly out?: string;
}

/**
 * Prints the schema, or writes it to a file.
 *
 * @throws UsageError when the file can't be written
 */
export async function runSchema(options: SchemaOptions, io: CommandIo): Promise<ExitStatus> {
  const text = options.page ? formatConfigurationPage() : formatConfigurationSchema();
  if (options.out === undefined) io.stdout.write(text);
  else
    await writeFile(options.out, text).catch((error: unknown) => {
      throw new UsageError(`\`${options.out}\` can't be written: ${String(error)}`, { cause: error });
    });
  return 0;
}
