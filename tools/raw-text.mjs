/**
 * `import text from "./file?raw"` is the file's text, for esbuild as for the tests.
 *
 * So files that a command writes stand in the checkout as themselves: an editor, a formatter and a linter read them.
 */
import { readFile } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** @type {import("esbuild").Plugin} */
export const rawText = {
  name: "raw-text",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\?raw$/ }, ({ path, resolveDir }) => ({
      // As it is in every checkout, since what is built depends on it.
      path: relative(root, resolve(resolveDir, path.slice(0, -"?raw".length)))
        .split(sep)
        .join("/"),
      namespace: "raw-text",
    }));
    onLoad({ filter: /.*/, namespace: "raw-text" }, async ({ path }) => ({
      contents: await readFile(resolve(root, path), "utf8"),
      loader: "text",
    }));
  },
};
