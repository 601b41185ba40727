/**
 * `bundle`: the configuration, checked, as the one immutable file that the Lambda functions load.
 */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { formatBundle } from "../../shared/config/bundle.ts";
import { loadConfiguration } from "../../shared/config/load-configuration.ts";
import { formatIssue } from "../../shared/errors.ts";
import { type CommandIo, type ExitStatus, UsageError } from "./command-io.ts";
import { readSignature, type SigningOptions } from "./sign-bundle.ts";
import { statusOf } from "./validate.ts";

export interface BundleOptions extends SigningOptions {
  readonly out: string;
}

/**
 * Writes the bundle of a folder and prints its version. A configuration with errors writes nothing.
 *
 * @returns 0 written, 1 the configuration has errors, 2 no such folder
 * @throws UsageError when the file can't be written or the bundle can't be signed as asked
 */
export async function runBundle(folder: string, options: BundleOptions, io: CommandIo): Promise<ExitStatus> {
  const loaded = await loadConfiguration(folder);
  const issues = loaded.ok ? loaded.warnings : loaded.issues;
  io.stderr.write(issues.map((issue) => `${formatIssue(issue)}\n`).join(""));
  if (!loaded.ok) return statusOf(issues);
  const signature = await readSignature(loaded.bundle.version, options);
  await writeWhole(resolve(options.out), formatBundle(loaded.bundle, signature)).catch((error: unknown) => {
    throw new UsageError(`\`${options.out}\` can't be written: ${String(error)}`, { cause: error });
  });
  io.stdout.write(`${loaded.bundle.version}\n`);
  return 0;
}

/** Replaces a file in one step: a reader sees the old one or the new one, never half of either. */
async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(unfinished, text, { flag: "wx" });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
