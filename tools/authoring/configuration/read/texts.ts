/**
 * Reads lists of texts, the commonest member of a configuration.
 */
import type { DocumentNode } from "../../document/document-node.ts";

/** A text with where it stands. */
export interface PlacedText {
  readonly text: string;
  readonly node: DocumentNode;
}

/**
 * Reads a list of texts; a text that stands twice is an issue.
 *
 * @param options `orOne`: a single text may stand for a list of one; `some`: an empty list is an issue
 */
export function readTexts(
  node: DocumentNode | undefined,
  options: { readonly orOne?: boolean; readonly some?: boolean } = {},
): readonly PlacedText[] {
  if (!node) return [];
  const items = options.orOne && node.isText() ? [node] : node.list();
  if (options.some && items?.length === 0) node.report("emptyList", "the list must not be empty");
  const texts: PlacedText[] = [];
  const seen = new Set<string>();
  for (const item of items ?? []) {
    const text = item.text();
    if (text === undefined) continue;
    if (seen.has(text)) item.report("duplicateValue", `\`${text}\` stands twice in this list`);
    seen.add(text);
    texts.push({ text, node: item });
  }
  return texts;
}

/** Reads a mapping of names to single texts. */
export function readTextMapping(
  node: DocumentNode | undefined,
): Readonly<Record<string, string>> | undefined {
  const members = node?.entries();
  if (!members) return undefined;
  return Object.fromEntries(
    [...members].flatMap(([key, value]) => {
      const text = value.text();
      return text === undefined ? [] : [[key, text] as const];
    }),
  );
}

/** Reads a text that is one of a few. */
export function readChoice<Choice extends string>(
  node: DocumentNode | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  const text = node?.text();
  if (text === undefined) return undefined;
  const choice = choices.find((known) => known === text);
  const message = `\`${text}\` is not known here; write ${choices.map((known) => `\`${known}\``).join(" or ")}`;
  if (choice === undefined) node?.report("unknownValue", message);
  return choice;
}
