/** Wraps the prose of a page by Prettier, which would also pad tables and choose the marks of emphasis. */
import * as prettier from "prettier";
import { parsers, printers } from "prettier/plugins/markdown";

const { mdast } = printers;

function print(path, options, printChild, args) {
  const { node } = path;
  const { start, end } = node.position ?? {};
  const written = options.originalText.slice(start?.offset, end?.offset);
  switch (node.type) {
    case "table":
      return written
        .split("\n")
        .map((row) => row.trim())
        .join("\n");
    case "thematicBreak":
      return written;
    case "emphasis":
      return [written.at(0), path.map(printChild, "children"), written.at(-1)];
    default:
      return mdast.print(path, options, printChild, args);
  }
}

const asWritten = {
  parsers: { markdown: { ...parsers.markdown, astFormat: "as-written" } },
  printers: { "as-written": { ...mdast, print } },
};

const options = {
  parser: "markdown",
  plugins: [asWritten],
  proseWrap: "always",
  printWidth: 100,
  // Code on a page is what a test runs.
  embeddedLanguageFormatting: "off",
};

/** A page whose prose is wrapped at 100 columns. */
export const wrap = (text) => prettier.format(text, options);
