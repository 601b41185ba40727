/**
 * `validate`: everything that is wrong with a configuration, in the form that editors and CI logs link.
 */

import { formatIssue, type Issue } from "../../../shared/errors.ts";
import { loadConfiguration } from "../../authoring/configuration/load-configuration.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";

export interface ValidateOptions {
  readonly json?: boolean;
  /** The command fails if there are warnings. */
  readonly strict?: boolean;
  /** The command fails if there are more warnings than this. */
  readonly maxWarnings?: string;
}

/**
 * Checks the configuration in a folder: 0 if there are no errors and not too many warnings, 1 if there are, 2 if
 * there is no such folder.
 *
 * @throws UsageError for a number of warnings that is not a number
 */
export async function runValidate(
  folder: string,
  options: ValidateOptions,
  io: CommandIo,
): Promise<ExitStatus> {
  const most = readMost(options);
  const loaded = await loadConfiguration(folder);
  const issues = loaded.ok ? loaded.warnings : loaded.issues;
  const errors = issues.filter(({ severity }) => severity === "error").length;
  const counts = { errors, warnings: issues.length - errors };
  if (options.json) io.stdout.write(`${JSON.stringify({ ...counts, issues }, undefined, 2)}\n`);
  else io.stdout.write(issues.map((issue) => `${formatIssue(issue)}\n`).join(""));
  io.stderr.write(`${counts.errors} errors, ${counts.warnings} warnings in ${folder}\n`);
  if (!loaded.ok) return statusOf(issues);
  if (counts.warnings <= most) return 0;
  io.stderr.write(most === 0 ? "warnings fail here\n" : `more than ${most} warnings fail here\n`);
  return 1;
}

function readMost({ strict, maxWarnings }: ValidateOptions): number {
  if (maxWarnings !== undefined && !/^(?:0|[1-9]\d{0,8})$/.test(maxWarnings)) {
    throw new UsageError(`\`--max-warnings ${maxWarnings}\` must be a whole number`);
  }
  return strict ? 0 : Number(maxWarnings ?? Number.POSITIVE_INFINITY);
}

/** Exit status for a configuration that is refused. */
export function statusOf(issues: readonly Issue[]): ExitStatus {
  return issues.some(({ code }) => code === "noSuchFolder") ? 2 : 1;
}
