/** `test --watch`: tests again after each change, until a signal ends it. */
import { DocumentError } from "../../../shared/errors.ts";
import { fingerprintFolder, watchFolder } from "../../local/watch-folder.ts";
import { withProgram } from "../called-as.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { printLine } from "../terminal/lay-out.ts";

/** What is read beside the configuration itself. */
const more = ["tests"];

/**
 * Runs the tests now and after each change. What is wrong with a file is printed, and the next change is waited for.
 * @param stopped resolves when it should end; default: at the first signal
 */
export async function watchTests(
  folder: string,
  runTests: () => Promise<unknown>,
  io: CommandIo,
  stopped: Promise<unknown> = firstSignal(),
): Promise<ExitStatus> {
  const run = async () => {
    try {
      await runTests();
    } catch (error) {
      const isExpected = error instanceof UsageError || error instanceof DocumentError;
      const text = isExpected ? error.message : String(error);
      for (const line of text.split("\n")) printLine(withProgram(line), io);
    }
  };
  const seen = await fingerprintFolder(folder, more);
  await run();
  io.stderr.write("waiting for changes; Ctrl-C ends it\n");
  const watcher = watchFolder(folder, seen, run, more);
  await stopped;
  await watcher.close();
  return 0;
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
