/**
 * Builds one of our programs and becomes it: `node tools/run.mjs NAME [ARG…]`.
 *
 * One process from `npm start` to the server, so that signals and exit statuses arrive where they should.
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import { isFresh, writeStamp } from "./fresh.mjs";
import "./quiet-sdk.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const consoleStamp = `${root}dist/console.stamp.json`;

const name = process.argv[2];
const isProgram =
  name === "cli" ||
  name === "generate" ||
  name === "library-pages" ||
  name === "local-connect-page" ||
  name === "reference-pages" ||
  name === "package" ||
  name === "bench" ||
  name === "load" ||
  name === "mutation" ||
  name === "site";
if (!isProgram) {
  throw new Error(`no such program: ${name}`);
}
const withConsole = name === "cli" && process.argv[3] === "start";
const isBuilt =
  name === "cli" &&
  isFresh(root, `${root}dist/cli.stamp.json`) &&
  (!withConsole || isFresh(root, consoleStamp));
const program = isBuilt ? pathToFileURL(`${root}dist/cli.mjs`).href : await buildProgram(name);
process.argv.splice(1, 2, fileURLToPath(program));
await import(program);

/** @param {Parameters<typeof import("./build.mjs").buildTool>[0]} tool */
async function buildProgram(tool) {
  const { stop } = await import("esbuild");
  const { buildFunction, buildTool } = await import("./build.mjs");
  const built = await buildTool(tool);
  // The benchmarks import the deployed bundle too.
  if (tool === "bench") await buildFunction("authorizer");
  if (withConsole) await buildConsolePage();
  await stop();
  return built;
}

async function buildConsolePage() {
  const { buildConsole } = await import("./console/build.mjs");
  const since = Date.now();
  const { inputs, outputs } = await buildConsole(`${root}dist/console`);
  const made = [...Object.keys(outputs), "dist/console/index.html"];
  writeStamp(root, consoleStamp, { since, inputs: Object.keys(inputs), outputs: made });
}
