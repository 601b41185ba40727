/**
 * Policies of single principals, in addition to the bundle's bindings: the table that `AUTHORIZER_PRINCIPALS_TABLE`
 * names.
 *
 * Every function loads this file at its start. The first caller who needs the table loads the chunk that reads it.
 */
import { readOrError, type Settings } from "../settings.ts";
import type { AttachmentSource, TableOptions } from "./table-reader.ts";

export type { AttachmentSource, TableOptions } from "./table-reader.ts";

/**
 * Returns `undefined` when the settings name no table. A malformed name gives no bundle either:
 * `createBundleSource` refuses every call.
 */
export function createAttachmentSource(
  settings: Settings,
  options: TableOptions = {},
): AttachmentSource | undefined {
  if (readOrError(() => settings.AUTHORIZER_PRINCIPALS_TABLE) === undefined) return undefined;
  let opened: Promise<AttachmentSource> | undefined;
  return {
    async find(...asked) {
      // After a failed import the next call tries again.
      opened ??= import("./table-reader.ts")
        .then(({ openTable }) => openTable(settings, options))
        .catch((error: unknown) => {
          opened = undefined;
          throw error;
        });
      return (await opened).find(...asked);
    },
  };
}
