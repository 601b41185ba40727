/** How long a page is, and how hard to read. */
import { parse } from "@textlint/markdown-to-ast";
import { fleschKincaid } from "flesch-kincaid";
import { syllable } from "syllable";

/** Each is read by itself: a sentence ends where it does, with or without a full stop. */
const blocks = new Set(["Paragraph", "Header", "TableCell"]);
const unread = new Set(["CodeBlock", "Html", "HtmlBlock", "Comment", "Image"]);

function* blocksOf(node, codeAs) {
  if (unread.has(node.type)) return;
  if (blocks.has(node.type)) yield { kind: node.type, text: textOf(node, codeAs) };
  else for (const child of node.children ?? []) yield* blocksOf(child, codeAs);
}

/** One word of one syllable in the place of a span of code. */
const asOneWord = () => "Code";

/** @param codeAs what stands for a span of code */
function textOf(node, codeAs) {
  if (unread.has(node.type)) return " ";
  if (node.type === "Code") return codeAs(node.value);
  if (node.type === "Break") return " ";
  return node.children ? node.children.map((child) => textOf(child, codeAs)).join("") : (node.value ?? "");
}

const sentences = new Intl.Segmenter("en", { granularity: "sentence" });
const wordsOf = (text) => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));

/** The sentences of the paragraphs and lists: no headings, tables or code. */
export function proseOf(markdown) {
  return [...blocksOf(parse(markdown), asOneWord)]
    .filter(({ kind }) => kind === "Paragraph")
    .flatMap(({ text }) =>
      [...sentences.segment(text.replace(/\s+/g, " "))].map(({ segment }) => segment.trim()),
    )
    .filter((sentence) => wordsOf(sentence).length > 0);
}

/** Words that are read, headings and tables among them, without blocks of code. */
export function countWords(markdown, codeAs = (code) => code) {
  return [...blocksOf(parse(markdown), codeAs)].flatMap(({ text }) => wordsOf(text)).length;
}

/** How long a page is: a command in a sentence is one word. */
export function lengthOf(markdown) {
  return countWords(markdown, asOneWord);
}

/** What programs write into a page that people write, between two marks. */
const written = /<!-- (?:figures|tables): written by .*?<!-- end of .*?-->/gs;
const kindsByHand = ["map", "tutorial", "how-to", "explanation", "reference"];

/**
 * Words that people wrote for readers: those of the pages that no program writes. Evidence, decisions and the
 * project's own pages are for its maintainers, and are not counted.
 */
export function countWordsByHand({ text, kind, isGenerated }) {
  return isGenerated || !kindsByHand.includes(kind) ? 0 : countWords(text.replace(written, ""));
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
