/**
 * What a table of principals says of one of them, beyond the bundle's bindings.
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

/** What came of a look at the table. Of these only `attached` gives anything. */
export type AttachmentLook =
  /** There is no item of the principal. */
  | { readonly kind: "none" }
  | { readonly kind: "attached"; readonly attachments: Attachments }
  /** There is one that cannot be taken as it is, and so is not taken at all. */
  | { readonly kind: "refused"; readonly reason: string }
  /** Nobody knows: the table did not answer. */
  | { readonly kind: "unreadable" };

/** Policies, and as many boundaries, that one item may name: IAM's quota of managed policies of a user. */
export const maxAttachedNames = 20;

/** Characters of a policy's name: as many as the bundle's have at most. */
export const maxNameLength = 128;
