/**
 * Policies of single principals, beyond the bundle's bindings: the table that `AUTHORIZER_PRINCIPALS_TABLE` names.
 *
 * Here is only what every function starts with; what reads the table is loaded when the first caller needs it.
 */

import type { AttachmentLook } from "../bundle/attachments.ts";
import type { OpenedBundle } from "../bundle/bundle.ts";
import type { Environment } from "../bundle/source/settings.ts";
import type { VerifiedPrincipal } from "../identity/types.ts";

/** Why the table could not be read. */
export interface TableProblem {
  /** `dynamodb:` and the table's name. */
  readonly location: string;
  readonly error: unknown;
}

export interface TableOptions {
  /** Told when the table cannot be read, once a minute for as long as that stays the same. Default: a line on stderr. */
  readonly onProblem?: (problem: TableProblem) => void;
  /** Told of each read that failed, by which metric it is counted. */
  readonly count?: (failure: "PrincipalsFailure") => void;
  readonly now?: () => number;
  /** For one read. */
  readonly timeoutMs?: number;
  readonly maxEntries?: number;
}

export interface AttachmentSource {
  /** Gives what is attached to a principal, by policies that the bundle has. A table that fails is a look, no error. */
  find(principal: VerifiedPrincipal, bundle: OpenedBundle): Promise<AttachmentLook>;
}

/**
 * Creates the source; `undefined` when the environment names no table. One that names it wrongly has no bundle either:
 * `createBundleSource` refuses every call.
 */
export function createAttachmentSource(
  environment: Environment,
  options: TableOptions = {},
): AttachmentSource | undefined {
  if (!environment["AUTHORIZER_PRINCIPALS_TABLE"]) return undefined;
  let opened: Promise<AttachmentSource> | undefined;
  return {
    async find(principal, bundle) {
      // What could not be loaded once is loaded anew by the next call.
      opened ??= import("./table-reader.ts")
        .then(({ openTable }) => openTable(environment, options))
        .catch((error: unknown) => {
          opened = undefined;
          throw error;
        });
      return (await opened).find(principal, bundle);
    },
  };
}
