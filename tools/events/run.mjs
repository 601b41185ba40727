/**
 * Builds the events tool and becomes it: `node tools/events/run.mjs COMMAND [ARG…]`.
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, stop } from "esbuild";
import "../quiet-sdk.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const outfile = `${root}dist/events.mjs`;
await build({
  absWorkingDir: root,
  entryPoints: ["tools/events/main.ts"],
  outfile,
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20.19",
  sourcemap: true,
  logLevel: "warning",
});
await stop();
process.chdir(root);
process.argv.splice(1, 1, outfile);
await import(pathToFileURL(outfile).href);
