/**
 * Builds one of our programs and becomes it: `node tools/run.mjs NAME [ARG…]`.
 *
 * One process from `npm start` to the server, so that signals and exit statuses arrive where they should.
 */
import { fileURLToPath } from "node:url";
import { stop } from "esbuild";
import { buildFunction, buildTool } from "./build.mjs";
import { buildConsole } from "./console/build.mjs";
import "./quiet-sdk.mjs";

const name = process.argv[2];
const isProgram =
  name === "cli" ||
  name === "generate" ||
  name === "library-pages" ||
  name === "local-connect-page" ||
  name === "package" ||
  name === "bench" ||
  name === "load" ||
  name === "mutation";
if (!isProgram) {
  throw new Error(`no such program: ${name}`);
}
const program = await buildTool(name);
// The benchmarks import the deployed bundle too.
if (name === "bench") await buildFunction("authorizer");
if (name === "cli" && process.argv[3] === "start")
  await buildConsole(fileURLToPath(new URL("../dist/console", import.meta.url)));
await stop();
process.argv.splice(1, 2, fileURLToPath(program));
await import(program);
