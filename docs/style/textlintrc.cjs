/** The prose linter's settings: words.json as terms. A blank stands for a line's end too, `…` for the rest of a sentence. */
const words = require("./words.json");

const pattern = (phrase) =>
  `(?<![\\w-])${phrase.replaceAll(" … ", "\\b[^.:;?!]*\\b").replaceAll(" ", "\\s+")}(?![\\w-])`;

module.exports = {
  rules: {
    terminology: {
      defaultTerms: false,
      skip: [],
      terms: words.flatMap(({ never, instead }) => never.map((phrase) => [pattern(phrase), instead])),
    },
  },
};
