/** What is wrong with a page: words of words.json, markdownlint's rules, lines over 100 columns, too many words. */
import { readFileSync } from "node:fs";
import { TextlintKernel, TextlintKernelDescriptor } from "@textlint/kernel";
import { parse } from "@textlint/markdown-to-ast";
import markdown from "@textlint/textlint-plugin-markdown";
import { lint } from "markdownlint/promise";
import terminology from "textlint-rule-terminology";
import { lengthOf } from "./measure.mjs";
import { wrap } from "./wrap.mjs";

export const mostWords = 1_200;

/** As part of a pattern: a blank matches the end of a line too, `…` the rest of a sentence. */
const matching = (phrase) => phrase.replaceAll(" … ", "\\b[^.:;?!]*\\b").replaceAll(" ", "\\s+");

/** @param but longer phrases that begin with it and are right */
const patternOf = (phrase, but) =>
  `(?<![\\w-])${but.map((right) => `(?!${matching(right)}\\b)`).join("")}${matching(phrase)}(?![\\w-])`;

const words = JSON.parse(readFileSync(new URL("words.json", import.meta.url), "utf8"));
const kernel = new TextlintKernel();
const prose = new TextlintKernelDescriptor({
  filterRules: [],
  plugins: [{ pluginId: "markdown", plugin: markdown.default ?? markdown }],
  rules: [
    {
      ruleId: "terminology",
      rule: terminology,
      options: {
        defaultTerms: false,
        skip: [],
        terms: words.flatMap(({ never, but = [], instead }) =>
          never.map((phrase) => [patternOf(phrase, but), instead]),
        ),
      },
    },
  ],
}).toKernelOptions();
const config = JSON.parse(readFileSync(new URL("markdownlint.json", import.meta.url), "utf8"));

/** Reference and evidence are looked up, decisions and changes are history: they are as long as they are. */
const isOfAnyLength = ({ file, kind, isGenerated }) =>
  isGenerated || ["reference", "evidence", "decisions"].includes(kind) || file === "CHANGELOG.md";

/** `Incorrect term: “FOUND”, use “INSTEAD” instead`; what was found may go over the end of a line. */
function rewordTerm(message) {
  const [, found = "", instead = ""] = /“(.*)”, use “(.*)” instead$/s.exec(message) ?? [];
  return `"${found.replace(/\s+/g, " ")}": write ${instead}`;
}

/** Words that we never write, with what to write. */
async function findWords({ file, text }) {
  const { messages } = await kernel.lintText(text, { ...prose, ext: ".md", filePath: file });
  return messages.map(({ line, message }) => ({
    line,
    message: rewordTerm(message),
  }));
}

async function findRules({ file, text, isGenerated }) {
  // Programs write more blank lines than people, and repeat headings.
  if (isGenerated) return [];
  const { [file]: found } = await lint({ strings: { [file]: text }, config });
  return found.map(({ lineNumber, ruleNames, ruleDescription, errorDetail, errorContext }) => ({
    line: lineNumber,
    message: `${ruleNames[0]} ${ruleDescription}: ${errorDetail ?? errorContext ?? ""}`,
  }));
}

async function findLines({ text, isGenerated }) {
  if (isGenerated || text === (await wrap(text))) return [];
  return [{ line: 1, message: "is not wrapped at 100 columns: npm run pages:format" }];
}

function findLength(page) {
  const words = lengthOf(page.text);
  if (isOfAnyLength(page) || words <= mostWords) return [];
  return [{ line: 1, message: `has ${words} words; at most ${mostWords}` }];
}

const begins = new Set(["tutorial", "how-to", "explanation", "evidence"]);

/** What a reader needs to know before reading on. */
function findBeginning({ text, kind }) {
  const [title, first] = parse(text).children;
  if (!begins.has(kind) || (title?.type === "Header" && saysForWhom(first))) return [];
  return [{ line: 1, message: "does not begin with a paragraph that says for whom it is, and what for" }];
}

const saysForWhom = (first) =>
  first?.type === "Paragraph" && /\b(?:for|who|you|your|people)\b/i.test(first.raw);

export async function findingsOf(page) {
  const found = await Promise.all([findWords(page), findRules(page), findLines(page)]);
  return [...found.flat(), ...findLength(page), ...findBeginning(page)].sort(
    (one, other) => one.line - other.line,
  );
}
