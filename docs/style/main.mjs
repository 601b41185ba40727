/**
 * `npm run pages [-- FILE…]` prints what is wrong with the pages, and how long and how hard to read each is.
 * `npm run pages:format [-- FILE…]` wraps their prose at 100 columns.
 * `npm run pages:record` writes docs/evidence/readability.md: each page before the pages were rewritten, and now.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findingsOf } from "./findings.mjs";
import { countWords, countWordsByHand, gradeOf, median } from "./measure.mjs";
import { readPages, root } from "./pages.mjs";
import { writeRecord } from "./record.mjs";
import { wrap } from "./wrap.mjs";

/** The most that the median of the how-tos may be. */
const highestGrade = 9;
/** The most words that people may have written for readers, over all pages. */
const mostWordsByHand = 24_000;

const [command = "check", ...files] = process.argv.slice(2);
const all = readPages();
const pages = files.length === 0 ? all : all.filter(({ file }) => files.includes(file.replaceAll("\\", "/")));
const unknown = files.filter((file) => !pages.some((page) => page.file === file.replaceAll("\\", "/")));

async function format() {
  for (const { file, text, isGenerated } of pages) {
    const wrapped = isGenerated ? text : await wrap(text);
    if (wrapped === text) continue;
    writeFileSync(join(root, file), wrapped);
    console.log(file);
  }
  return true;
}

const inOneDigit = (grade) => (grade === undefined ? "–" : grade.toFixed(1));

async function checkPage(page) {
  const findings = await findingsOf(page);
  const grade = inOneDigit(gradeOf(page.text));
  console.log(`${String(countWords(page.text)).padStart(6)}  ${grade.padStart(5)}  ${page.file}`);
  for (const { line, message } of findings) console.log(`  ${page.file}:${line}  ${message}`);
  return findings.length === 0;
}

async function check() {
  console.log(" words  grade  page");
  let wrong = 0;
  for (const page of pages) if (!(await checkPage(page))) wrong += 1;
  const grades = pages.filter(({ kind }) => kind === "how-to").map(({ text }) => gradeOf(text) ?? 0);
  const middle = grades.length === 0 ? undefined : median(grades);
  if (middle !== undefined)
    console.log(
      `\nmedian grade of ${grades.length} how-tos: ${inOneDigit(middle)} (at most ${highestGrade})`,
    );
  const byHand = all.reduce((sum, page) => sum + countWordsByHand(page), 0);
  console.log(`words by hand, over all pages: ${byHand} (at most ${mostWordsByHand})`);
  console.log(`${pages.length - wrong} passed, ${wrong} failed`);
  return wrong === 0 && (middle ?? 0) <= highestGrade && byHand <= mostWordsByHand;
}

async function run() {
  if (unknown.length > 0) {
    console.error(`no page: ${unknown.join(", ")}`);
    return false;
  }
  if (command === "format") return format();
  if (command === "record") return writeRecord(all, mostWordsByHand);
  if (command === "check") return check();
  console.error(`no such command: ${command}; check, format or record`);
  return false;
}

process.exitCode = (await run()) ? 0 : 1;
