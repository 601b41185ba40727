/**
 * `bundle`: the configuration, checked, as the one immutable file that the Lambda functions load.
 */
import { createBundle, formatBundle } from "../../../shared/bundle/bundle.ts";
import { formatIssue } from "../../../shared/errors.ts";
import { asLive, loadConfiguration } from "../../authoring/configuration/load-configuration.ts";
import type { CommandIo, ExitStatus } from "../command-io.ts";
import { isOwnOutput, writeOut } from "../write-whole.ts";
import { labelOf, readSignature, type SigningOptions } from "./sign-bundle.ts";
import { statusOf } from "./validate.ts";

export interface BundleOptions extends SigningOptions {
  readonly out: string;
  /** Refuses a configuration in shadow mode: deployed as what decides, it would deny every call. */
  readonly enforcing?: boolean;
}

/**
 * Writes the bundle of a folder and prints its version: on standard error where the bundle itself goes to standard output. A configuration with errors writes nothing.
 *
 * @returns 0 written, 1 the configuration has errors, 2 no such folder
 * @throws UsageError when the file can't be written or the bundle can't be signed as asked
 */
export async function runBundle(folder: string, options: BundleOptions, io: CommandIo): Promise<ExitStatus> {
  const found = await loadConfiguration(folder);
  const loaded = options.enforcing ? asLive(found) : found;
  const issues = loaded.ok ? loaded.warnings : loaded.issues;
  io.stderr.write(issues.map((issue) => `${formatIssue(issue)}\n`).join(""));
  if (!loaded.ok) return statusOf(issues);
  const { config, policies } = loaded.bundle;
  const bundle = createBundle(config, policies, labelOf(options));
  const signature = await readSignature(bundle.version, options);
  await writeOut(options.out, formatBundle(bundle, signature), io);
  (isOwnOutput(options.out) ? io.stderr : io.stdout).write(`${bundle.version}\n`);
  return 0;
}
