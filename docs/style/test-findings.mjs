/** That the checks of the pages find what they are for: `node --test docs/style/test-findings.mjs`. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { findingsOf, mostWords } from "./findings.mjs";
import { countWords, countWordsByHand, gradeOf, lengthOf, median, proseOf } from "./measure.mjs";
import { wrap } from "./wrap.mjs";

const words = JSON.parse(readFileSync(new URL("words.json", import.meta.url), "utf8"));
const phrases = words.flatMap(({ never }) => never);

/** Tests of one check begin as the others want it. */
const start = "# Sample\n\nFor people.\n\n";

const page = (text, file = "docs/how-to/sample.md") => ({ file, text, kind: "how-to", isGenerated: false });
const messagesOf = async (text, file) =>
  (await findingsOf(page(text, file))).map(({ line, message }) => `${line} ${message}`);

describe("the list of words", () => {
  it("has what issue and style name", () => {
    for (const phrase of [
      "whoever",
      "is none of",
      "hangs on",
      "asked on",
      "besides",
      "comes to the same",
      "of another mind",
    ])
      assert.ok(phrases.includes(phrase), phrase);
  });

  for (const phrase of phrases) {
    // The gap of two parts of a sentence holds words.
    const written = phrase.replace("…", "it works and");
    const [found] = words.filter(({ never }) => never.includes(phrase));

    it(`finds "${phrase}" in a paragraph, a heading, a list, a table, a link, and at the start of a sentence`, async () => {
      const capital = written[0].toUpperCase() + written.slice(1);
      const samples = [
        `A word ${written} here.`,
        `## A word ${written} here`,
        `- A word ${written} here.`,
        `| a | b |\n|---|---|\n| A word ${written}, here. | b |`,
        `A [word ${written} here](https://example.com).`,
        `A *word ${written}* here.`,
        `${capital} here.`,
        `> A word ${written}; here.`,
      ];
      for (const sample of samples) {
        const messages = await messagesOf(`${start}${sample}\n`);
        assert.ok(
          messages.some((message) => message.toLowerCase().endsWith(`: write ${found.instead}`)),
          `${sample}\n${messages}`,
        );
      }
    });

    it(`finds "${phrase}" over the end of a line, and not in code or within another word`, async () => {
      const broken = await messagesOf(`${start}A word\n${written.replaceAll(" ", "\n")}\nhere.\n`);
      assert.equal(
        broken.filter((message) => message.endsWith(`: write ${found.instead}`)).length,
        1,
        String(broken),
      );
      const code = `${start}A word \`${written}\` here, x${written}x.\n\n\`\`\`text\n${written}\n\`\`\`\n`;
      assert.deepEqual(await messagesOf(code), []);
    });
  }

  it("finds nothing in plain English, nor what a row allows", async () => {
    const allowed = words.flatMap(({ but = [] }) => but);
    assert.ok(allowed.length > 0);
    for (const phrase of allowed) assert.deepEqual(await messagesOf(`${start}This ${phrase} that.\n`), []);
    assert.deepEqual(await messagesOf("# Sample\n\nCallers who match no binding have no access.\n"), []);
  });
});

describe("the other checks", () => {
  it("find a page that is too long, unless it is reference", async () => {
    const long = await wrap(`${start}${"a word ".repeat(mostWords / 2)}\n`);
    assert.deepEqual(await messagesOf(long), [`1 has ${mostWords + 3} words; at most ${mostWords}`]);
    assert.deepEqual(await findingsOf({ ...page(long), kind: "reference" }), []);
  });

  it("find a page that does not begin with whom it is for", async () => {
    const message = "1 does not begin with a paragraph that says for whom it is, and what for";
    const wrong = ["Steps.\n", "# Sample\n\n## Steps\n\nFor you.\n", "# Sample\n\nThe steps.\n"];
    for (const text of wrong) assert.ok((await messagesOf(text)).includes(message), text);
    assert.deepEqual(await findingsOf({ ...page("# Sample\n\nThe steps.\n"), kind: "reference" }), []);
  });

  it("find lines over 100 columns, and what markdownlint finds", async () => {
    const messages = await messagesOf(`${start}${"a word ".repeat(20).trim()}\n## Next\n`);
    assert.ok(messages.some((message) => message.startsWith("1 is not wrapped")));
    assert.ok(messages.some((message) => message.startsWith("6 MD022")));
  });
});

describe("wrapping", () => {
  const kept = [
    "<!-- figures: a-mark-that-a-program-looks-for, and which is longer than a hundred columns, as some of them are -->",
    "| a | b |\n|---|--:|\n| a cell that is longer than its heading | and another, so that the row is longer than 100 columns |",
    "```mermaid\nflowchart LR\n  a[A caller] -->|a label that is long|b[The authorizer, which decides by token and by address] --> c\n```",
    '```json\n{"not":   "formatted"}\n```',
    '<a id="a-place"></a>',
    "***",
    "1. one\n2. two",
  ];
  const prose = `${"some words of _one_ kind and *another*, with `code that is not broken` in between ".repeat(4).trim()}.`;

  it("wraps prose at 100 columns and leaves tables, code, comments and marks as they are", async () => {
    const text = `${start}${kept.join(`\n\n${prose}\n\n`)}\n`;
    const wrapped = await wrap(text);
    for (const block of kept) assert.ok(wrapped.includes(block), block);
    assert.equal(wrapped.replace(/\s+/g, " "), text.replace(/\s+/g, " "));
    const lines = kept.reduce((rest, block) => rest.replace(block, ""), wrapped).split("\n");
    assert.ok(Math.max(...lines.map((line) => line.length)) <= 100);
    assert.equal(lines.filter((line) => line.split("`").length % 2 === 0).length, 0);
    assert.equal(await wrap(wrapped), wrapped);
  });
});

describe("the measures", () => {
  it("give Flesch and Kincaid's grade", () => {
    // 0.39 × 6 words a sentence + 11.8 × 1 syllable a word − 15.59
    assert.ok(Math.abs(gradeOf("The cat sat on the mat.") - -1.45) < 1e-9);
    // 0.39 × 3 + 11.8 × 15 / 3 − 15.59
    assert.ok(Math.abs(gradeOf("Authorization configuration documentation.") - 44.58) < 1e-9);
    assert.equal(gradeOf("```sh\nnpm test\n```\n"), undefined);
  });

  it("read sentences of paragraphs and lists, with code as one word", () => {
    const text =
      "# A title\n\nSet `AUTHORIZER_MODE` to\n[a value](https://example.com/long). Then go:\n\n- one\n- two\n\n| a |\n|---|\n| b |\n";
    assert.deepEqual(proseOf(text), ["Set Code to a value.", "Then go:", "one", "two"]);
    assert.equal(countWords(text), 13);
  });

  it("count each word of a command for the sum, and a command as one for a page's length", () => {
    const text = "Run `npm run pages` now.\n";
    assert.equal(countWords(text), 5);
    assert.equal(lengthOf(text), 3);
  });

  it("count by hand what people write for readers, without what programs write between marks", () => {
    const byHand = (change) => countWordsByHand({ text, kind: "reference", isGenerated: false, ...change });
    const text =
      "# Two words\n\n<!-- tables: written by `npm run generate` -->\n\n| a |\n|---|\n| b |\n\n<!-- end of the tables -->\n\nAnd three more.\n";
    assert.equal(byHand({}), 5);
    assert.equal(byHand({ isGenerated: true }), 0);
    assert.equal(byHand({ kind: "evidence" }), 0);
    assert.equal(byHand({ text: text.replaceAll("tables", "figures") }), 5);
  });

  it("give the median", () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
  });
});
