/**
 * `validate`: everything that is wrong with a configuration, in the form that editors and CI logs link.
 */

import { loadConfiguration } from "../../shared/config/load-configuration.ts";
import { formatIssue, type Issue } from "../../shared/errors.ts";
import type { CommandIo, ExitStatus } from "./command-io.ts";

/** Checks the configuration in a folder: 0 when there are no errors, 1 when there are, 2 for no such folder. */
export async function runValidate(
  folder: string,
  options: { readonly json?: boolean },
  io: CommandIo,
): Promise<ExitStatus> {
  const loaded = await loadConfiguration(folder);
  const issues = loaded.ok ? loaded.warnings : loaded.issues;
  const errors = issues.filter(({ severity }) => severity === "error").length;
  const counts = { errors, warnings: issues.length - errors };
  if (options.json) io.stdout.write(`${JSON.stringify({ ...counts, issues }, undefined, 2)}\n`);
  else io.stdout.write(issues.map((issue) => `${formatIssue(issue)}\n`).join(""));
  io.stderr.write(`${counts.errors} errors, ${counts.warnings} warnings in ${folder}\n`);
  return loaded.ok ? 0 : statusOf(issues);
}

/** Exit status for a configuration that is refused. */
export function statusOf(issues: readonly Issue[]): ExitStatus {
  return issues.some(({ code }) => code === "noSuchFolder") ? 2 : 1;
}
