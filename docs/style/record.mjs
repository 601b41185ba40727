/** The pages' words and grades before they were rewritten, and now: docs/evidence/readability.md. */
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { countWords, countWordsByHand, gradeOf, median } from "./measure.mjs";
import { readPagesOf, root } from "./pages.mjs";

/** The last commit before, and the one that sorted the pages into folders. */
const before = "23370e38";
const sorted = "811441ed";

const titles = {
  map: "Entrances",
  tutorial: "Tutorial",
  "how-to": "How-tos",
  explanation: "Explanations",
  reference: "Reference",
  evidence: "Evidence",
  root: "About the project",
  decisions: "Decisions",
};

const measure = (page) => {
  const { file, text, kind, isGenerated } = page;
  return {
    ...{ file, kind, isGenerated },
    ...{ words: countWords(text), wordsByHand: countWordsByHand(page), grade: gradeOf(text) },
  };
};

/** Pages were moved once all together, and some once more since. */
function pair(old, now) {
  const olds = new Map(old.map((page) => [page.file, page]));
  const isKept = new Set(now.map(({ file }) => file));
  const movedSince = new Map(
    old.filter(({ file }) => !isKept.has(file)).map((page) => [basename(page.file), page]),
  );
  const rows = now.map((page) => ({
    ...page,
    now: page,
    old: olds.get(page.file) ?? movedSince.get(basename(page.file)),
  }));
  const found = new Set(rows.map((row) => row.old));
  const gone = old.filter((page) => !found.has(page));
  return [...rows, ...gone.map((page) => ({ ...page, old: page, now: undefined }))];
}

const number = (value) => (value === undefined ? "" : value.toLocaleString("en"));
const inOneDigit = (value) => (value === undefined ? "" : value.toFixed(1));

const summarize = (pages) => ({
  words: pages.reduce((sum, { words }) => sum + words, 0),
  grade: pages.length === 0 ? undefined : median(pages.map(({ grade }) => grade ?? 0)),
});

function tableOf(rows) {
  const old = summarize(rows.flatMap((row) => row.old ?? []));
  const now = summarize(rows.flatMap((row) => row.now ?? []));
  const line = (name, one, other) =>
    `| ${[name, number(one?.words), number(other?.words), inOneDigit(one?.grade), inOneDigit(other?.grade)].join(" | ")} |`;
  return [
    "| page | words before | words now | grade before | grade now |",
    "|---|--:|--:|--:|--:|",
    ...rows.map((row) => line(`\`${row.file}\`${row.isGenerated ? ", generated" : ""}`, row.old, row.now)),
    line("**sum of words, median grade**", old, now),
  ].join("\n");
}

function pageOf(old, now, mostWords) {
  const rows = pair(old.map(measure), now.map(measure)).sort((one, other) =>
    one.file < other.file ? -1 : 1,
  );
  const [wordsBefore, wordsNow] = ["old", "now"].map((time) =>
    rows.reduce((sum, row) => sum + (row[time]?.wordsByHand ?? 0), 0),
  );
  const sections = Object.entries(titles).map(([kind, title]) => {
    const ofKind = rows.filter((row) => row.kind === kind);
    return ofKind.length === 0 ? [] : [`## ${title}`, tableOf(ofKind)];
  });
  return `${[
    "# Words and reading grades of the pages",
    `For maintainers: how long each page was at commit ${before}, before the pages were rewritten, and is now, and how hard to read. Written by \`npm run pages:record\`; do not edit it.`,
    `Written by hand for readers (entrances, tutorial, how-tos, explanations, reference; without generated pages, tables and figures): ${number(wordsBefore)} words before, ${number(wordsNow)} now. \`npm run pages\` fails above ${number(mostWords)}. [What was cut](what-was-cut.md) says what is gone, and why.`,
    "Words are those of text, headings, tables and spans of code, without blocks of code. The grade is Flesch-Kincaid's, over the sentences of paragraphs and lists, in which a span of code is a word of one syllable. textstat 0.7.3 gives the same median of the how-tos within 0.2.",
    ...sections.flat(),
  ].join("\n\n")}\n`;
}

/**
 * @param now the pages of the working tree
 * @param mostWords that people may have written for readers
 */
export function writeRecord(now, mostWords) {
  const file = "docs/evidence/readability.md";
  const text = pageOf(
    readPagesOf(before, sorted),
    now.filter((page) => page.file !== file),
    mostWords,
  );
  writeFileSync(join(root, file), text);
  console.log(file);
  return true;
}
