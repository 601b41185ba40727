#!/usr/bin/env node
/** The policy authors' command line: `npm run --silent cli -- COMMAND`, or `connect-authorizer COMMAND`. */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import "../quiet-sdk.mjs";
import { runCli } from "./program.ts";

export { runCli };

/** Whether Node.js was started with this file, directly or through the link that npm makes for a binary. */
function isProgram(): boolean {
  const [, started] = process.argv;
  if (started === undefined) return false;
  const own = fileURLToPath(import.meta.url);
  if (started === own) return true;
  try {
    return realpathSync(started) === realpathSync(own);
  } catch {
    return false;
  }
}

if (isProgram()) {
  // A reader that has seen enough (`| head`) closes the pipe: that is not an error.
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  process.exitCode = await runCli(process.argv.slice(2));
}
