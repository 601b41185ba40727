/** Quotes and blanks at the ends of a text of YAML: they are part of it, and hardly meant. */
import { quote } from "../../../shared/policy/model/quote.ts";
import type { DocumentNode } from "../document/document-node.ts";

/** Warns of them in each text below a node (`strayCharacter`). Reasons may end as they like. */
export function reportStrayCharacters(node: DocumentNode): void {
  if (!node.some(() => false, isStray)) return;
  for (const [key, inner] of node.entries()) {
    if (key === "because") continue;
    const text = inner.scalar();
    if (typeof text !== "string") reportStrayCharacters(inner);
    else {
      const stray = strayIn(text);
      if (stray !== undefined) inner.report("strayCharacter", stray, "warning");
    }
  }
}

function isStray(text: string): boolean {
  return !/^[!#-&(-~]*$/.test(text) && strayIn(text) !== undefined;
}

function strayIn(text: string): string | undefined {
  const clean = text.replaceAll(
    /^[\s"'\u2018-\u201f\u00ab\u00bb]+|[\s"'\u2018-\u201f\u00ab\u00bb]+$|\p{Cf}/gu,
    "",
  );
  if (clean === text || clean === "") return undefined;
  return `${quote(text)} is taken with its quotes and blanks, as no token has it; write ${quote(clean)}`;
}
