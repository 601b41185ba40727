/**
 * What the table of principals attaches to one principal, beyond the bundle's bindings.
 */

/** Names of the bundle's policies that are attached to one principal. */
export interface Attachments {
  /** Sorted, each once. */
  readonly policies: readonly string[];
  /** Each bounds what {@link policies} give. Sorted, each once. */
  readonly boundaries: readonly string[];
  /** Counts the changes of the item. */
  readonly version: number;
}

/** The result of a look at the table. Only `attached` gives anything. */
export type AttachmentLook =
  /** The principal has no item. */
  | { readonly kind: "none" }
  | { readonly kind: "attached"; readonly attachments: Attachments }
  /** The item is malformed, or names policies that the bundle does not have: it counts as a whole or not at all. */
  | { readonly kind: "refused"; readonly reason: string }
  /** The table did not answer. */
  | { readonly kind: "unreadable" };

/** Most policies that one item may name, and most boundaries: IAM's quota of managed policies of a user. */
export const maxAttachedNames = 20;

/** Characters of a policy's name: the limit of the bundle's own. */
export const maxNameLength = 128;
