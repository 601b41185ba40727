/**
 * Builds the console's page into a folder: scripts and styles named by their content, and the document that loads them.
 *
 * The page runs our own engine. What that needs of Node.js is in `page/instead-of-node`, by the name of the module.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { rawText } from "../raw-text.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = "tools/console/page";

/** @type {(checkout: string) => import("esbuild").Plugin} */
const insteadOfNode = (checkout) => ({
  name: "instead-of-node",
  setup({ onResolve }) {
    onResolve({ filter: /^node:/ }, ({ path }) => ({
      path: join(checkout, page, "instead-of-node", `${path.slice("node:".length).replace("/", "-")}.ts`),
    }));
  },
});

/**
 * How code of the page is built; the tests build a part of it.
 * @param {string} checkout
 * @returns {import("esbuild").BuildOptions & { write: false }}
 */
export function pageOptions(checkout) {
  return {
    absWorkingDir: checkout,
    write: false,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2023",
    jsx: "automatic",
    jsxImportSource: "preact",
    inject: [`${page}/instead-of-node/buffer.ts`, `${page}/instead-of-node/process.ts`],
    plugins: [insteadOfNode(checkout), rawText],
    legalComments: "none",
    logLevel: "warning",
  };
}

/**
 * @param {string} out the folder; what else is in it goes
 * @param {string} [checkout]
 * @returns {Promise<import("esbuild").Metafile>} what is inside
 */
export async function buildConsole(out, checkout = root) {
  const { metafile, outputFiles } = await build({
    ...pageOptions(checkout),
    entryPoints: {
      app: `${page}/main.tsx`,
      engine: `${page}/engine/worker.ts`,
      style: `${page}/style/main.css`,
      icon: `${page}/icon.svg`,
    },
    outdir: out,
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    splitting: true,
    minify: true,
    loader: { ".svg": "copy" },
    metafile: true,
  });
  mkdirSync(out, { recursive: true });
  const names = outputFiles.map(({ path }) => basename(path));
  // A gateway may be reading what is there.
  for (const old of readdirSync(out))
    if (!names.includes(old) && old !== "index.html") rmSync(join(out, old));
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  /** @param {string} start */
  const named = (start) => names.find((name) => name.startsWith(`${start}-`));
  writeFileSync(
    join(out, "index.html"),
    `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="console-token" content="{{token}}">
<title>Console - connect-authorizer</title>
<link rel="icon" href="${named("icon")}" type="image/svg+xml">
<link rel="stylesheet" href="${named("style")}">
<link rel="modulepreload" href="${named("engine")}" id="engine">
<script type="module" src="${named("app")}"></script>
<body>
<div id="app"></div>
<noscript>The console needs JavaScript. <code>connect-authorizer report --html FILE</code> writes the access table as a page that does not.</noscript>
</body>
</html>
`,
  );
  return metafile;
}
