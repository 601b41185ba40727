/** What the table of principals attaches to one principal, in addition to the bundle's bindings. */

/** Policies of the bundle, by name, as they count at one moment. */
export interface Attachments {
  /** Sorted, each once. */
  readonly policies: readonly string[];
  /** When those of {@link policies} that have an end give nothing more. ISO 8601. */
  readonly until?: Readonly<Record<string, string>>;
  /** Policies whose end has come. Their Denies still count, so that no end adds access. */
  readonly ended?: readonly string[];
  /** Each limits what {@link policies} give. Sorted, each once. */
  readonly boundaries: readonly string[];
  /** Counts the item's changes. */
  readonly version: number;
}

/** The result of one look-up in the table. Only `attached` gives anything. */
export type AttachmentLook =
  /** The principal has no item. */
  | { readonly kind: "none" }
  | { readonly kind: "attached"; readonly attachments: Attachments }
  /** The item is malformed, or names policies that the bundle does not have: the whole item is refused. */
  | { readonly kind: "refused"; readonly reason: string }
  /** The table did not answer. */
  | { readonly kind: "unreadable" };

/** The limit for policies, and for boundaries, of one item: IAM's quota of managed policies per user. */
export const maxAttachedNames = 20;

/** In characters, as in the bundle. */
export const maxNameLength = 128;
