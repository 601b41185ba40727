/**
 * Reads `accept`: condition keys that policies may name although nothing here can fill them in, each with the reason.
 *
 * Author side only: it tells lint what the author intends, decides nothing, and is in no bundle.
 */
import { lowerAscii } from "../../../../shared/ascii.ts";
import type { DocumentNode } from "../../document/document-node.ts";
import { type PlacedText, readTexts } from "./texts.ts";

/** A condition key that is accepted. */
export interface AcceptedKey {
  /** Lower case, as keys are compared. */
  readonly key: string;
  /** In which policies; in all of them when it is absent. */
  readonly policies?: readonly PlacedText[];
  /** Its position in the file. */
  readonly node: DocumentNode;
}

/** Reads the list; an entry that cannot be read accepts nothing. */
export function readAcceptedKeys(node: DocumentNode | undefined): readonly AcceptedKey[] {
  const accepted: AcceptedKey[] = [];
  for (const item of node?.list() ?? []) {
    const members = item.mapping({ required: ["key", "because"], optional: ["policies"] });
    const key = members?.get("key")?.text();
    const because = members?.get("because")?.words();
    const named = members?.get("policies");
    const policies = named && readTexts(named, { some: true });
    if (key === undefined || because === undefined) continue;
    accepted.push({ key: lowerAscii(key), node: item, ...(policies ? { policies } : {}) });
  }
  return accepted;
}
