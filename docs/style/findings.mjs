/** What is wrong with a page: words of words.json, markdownlint's rules, lines over 100 columns, too many words. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lint } from "markdownlint/promise";
import { createLinter, loadTextlintrc } from "textlint";
import { countWords } from "./measure.mjs";
import { wrap } from "./wrap.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

export const mostWords = 1_200;

const prose = createLinter({
  descriptor: await loadTextlintrc({
    configFilePath: join(here, "textlintrc.cjs"),
    node_modulesDir: join(here, "node_modules"),
  }),
});
const config = JSON.parse(readFileSync(join(here, "markdownlint.json"), "utf8"));

/** Reference is looked up, decisions and changes are history: they are as long as they are. */
const isOfAnyLength = ({ file, kind, isGenerated }) =>
  isGenerated || kind === "reference" || kind === "decisions" || file === "CHANGELOG.md";

/** `Incorrect term: “FOUND”, use “INSTEAD” instead`; what was found may go over the end of a line. */
function rewordTerm(message) {
  const [, found = "", instead = ""] = /“(.*)”, use “(.*)” instead$/s.exec(message) ?? [];
  return `"${found.replace(/\s+/g, " ")}": write ${instead}`;
}

/** Words that we never write, with what to write. */
async function findWords({ file, text }) {
  const { messages } = await prose.lintText(text, file);
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
  const words = countWords(page.text);
  if (isOfAnyLength(page) || words <= mostWords) return [];
  return [{ line: 1, message: `has ${words} words; at most ${mostWords}` }];
}

export async function findingsOf(page) {
  const found = await Promise.all([findWords(page), findRules(page), findLines(page), findLength(page)]);
  return found.flat().sort((one, other) => one.line - other.line);
}
