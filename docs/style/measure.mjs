/** How long a page is, and how hard to read. */
import { parse } from "@textlint/markdown-to-ast";
import { fleschKincaid } from "flesch-kincaid";
import { syllable } from "syllable";

/** Each is read by itself: a sentence ends where it does, with or without a full stop. */
const blocks = new Set(["Paragraph", "Header", "TableCell"]);
const unread = new Set(["CodeBlock", "Html", "HtmlBlock", "Comment", "Image"]);

function* blocksOf(node) {
  if (unread.has(node.type)) return;
  if (blocks.has(node.type)) yield { kind: node.type, text: textOf(node) };
  else for (const child of node.children ?? []) yield* blocksOf(child);
}

/** A span of code is one word of one syllable. */
function textOf(node) {
  if (unread.has(node.type)) return " ";
  if (node.type === "Code") return "Code";
  if (node.type === "Break") return " ";
  return node.children ? node.children.map(textOf).join("") : (node.value ?? "");
}

const sentences = new Intl.Segmenter("en", { granularity: "sentence" });
const wordsOf = (text) => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));

/** The sentences of the paragraphs and lists: no headings, tables or code. */
export function proseOf(markdown) {
  return [...blocksOf(parse(markdown))]
    .filter(({ kind }) => kind === "Paragraph")
    .flatMap(({ text }) =>
      [...sentences.segment(text.replace(/\s+/g, " "))].map(({ segment }) => segment.trim()),
    )
    .filter((sentence) => wordsOf(sentence).length > 0);
}

/** Words that are read, headings and tables among them, without blocks of code. */
export function countWords(markdown) {
  return [...blocksOf(parse(markdown))].flatMap(({ text }) => wordsOf(text)).length;
}

/** The Flesch-Kincaid grade: years at school that a reader needs. */
export function gradeOf(markdown) {
  const prose = proseOf(markdown);
  const all = prose.flatMap(wordsOf);
  if (all.length === 0) return undefined;
  const syllables = all.reduce((sum, word) => sum + Math.max(1, syllable(word)), 0);
  return fleschKincaid({ sentence: prose.length, word: all.length, syllable: syllables });
}

export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
