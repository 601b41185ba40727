/** What is different between the access snapshot and the access of a configuration. */

import type { AccessWord } from "../../../shared/reach/operation-reach.ts";
import type { AccessPage } from "./access-page.ts";
import type { AccessTable } from "./access-table.ts";

/** A cell that is not as the snapshot says. */
export interface ChangedCell {
  /** An operation, or a route of the configuration. */
  readonly operation: string;
  readonly role: string;
  readonly from: AccessWord;
  readonly to: AccessWord;
  /** Of the operation's row in the snapshot; absent if it has none. */
  readonly line?: number;
}

export interface AccessChange {
  /** Roles that the snapshot does not have, and roles that only it has. */
  readonly newRoles: readonly string[];
  readonly goneRoles: readonly string[];
  /** Of the roles in both; an operation without a row is `never` for all. */
  readonly cells: readonly ChangedCell[];
}

/** Compares cell by cell; the order of rows and columns has no meaning. `undefined`: nothing changed. */
export function compareAccess(page: AccessPage, { roles, areas }: AccessTable): AccessChange | undefined {
  const now = new Map([...areas.values()].flatMap((rows) => [...rows]));
  const common = roles.filter((role) => page.roles.includes(role));
  const cells = [...new Set([...page.rows.keys(), ...now.keys()])].sort().flatMap((operation) => {
    const row = page.rows.get(operation);
    return common.flatMap((role): ChangedCell[] => {
      const from = row?.words.get(role) ?? "never";
      const to = now.get(operation)?.get(role) ?? "never";
      return from === to ? [] : [{ operation, role, from, to, ...(row ? { line: row.line } : {}) }];
    });
  });
  const newRoles = roles.filter((role) => !page.roles.includes(role));
  const goneRoles = page.roles.filter((role) => !roles.includes(role));
  const isSame = cells.length + newRoles.length + goneRoles.length === 0;
  return isSame ? undefined : { newRoles, goneRoles, cells };
}
