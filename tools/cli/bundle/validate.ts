/** `validate`: everything that is wrong with a configuration, in the form that editors and CI logs link. */
import { join } from "node:path";
import { formatIssue, type Issue } from "../../../shared/errors.ts";
import { findEnvironments } from "../../authoring/configuration/read/environments.ts";
import { displayPath } from "../../authoring/configuration/read/source-file.ts";
import { configurationArgument, configurationOption, defineCommand } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { loadPath } from "../open-configuration.ts";

export const command = defineCommand({
  name: "validate",
  text: "check the configuration and its policies; prints file:line:column severity code message",
  arguments: configurationArgument,
  options: {
    ...configurationOption,
    "--json": "print the issues as one JSON object",
    "--strict": "warnings fail: exit status 1",
    "--max-warnings <n>": "fail with exit status 1 if there are more warnings than this",
  },
  example: "validate config --strict",
  note: "without --env, each environment of the folder is checked too; a bundle is checked as the functions check it, and warnings need the folder",
  finding: "errors, or too many warnings",
  async run({ config, env, json, strict, maxWarnings }, io) {
    const limit = readMost(maxWarnings);
    const most = strict ? 0 : limit;
    const issues = await findIssues(config, env);
    const errors = issues.filter(({ severity }) => severity === "error").length;
    const counts = { errors, warnings: issues.length - errors };
    if (json) io.stdout.write(`${JSON.stringify({ ...counts, issues }, undefined, 2)}\n`);
    else io.stdout.write(issues.map((issue) => `${formatIssue(issue)}\n`).join(""));
    const where = env === undefined ? config : `${config}, environment ${env}`;
    io.stderr.write(
      `${counted(counts.errors, "error")}, ${counted(counts.warnings, "warning")} in ${where}\n`,
    );
    if (issues.some(({ code }) => code.startsWith("noSuch"))) return 2;
    if (errors > 0) return 1;
    if (counts.warnings <= most) return 0;
    io.stderr.write(most === 0 ? "warnings fail here\n" : `more than ${most} warnings fail here\n`);
    return 1;
  },
});

/** Finds what is wrong with a configuration and, unless one is chosen, what else is wrong in each of its environments. */
async function findIssues(path: string, chosen: string | undefined): Promise<readonly Issue[]> {
  const issuesIn = async (environment: string | undefined) => {
    const loaded = await loadPath(path, { environment });
    return loaded.ok ? loaded.warnings : loaded.issues;
  };
  const own = await issuesIn(chosen);
  if (chosen !== undefined) return own;
  const known = new Set(own.map(formatIssue));
  const { names } = await findEnvironments(path);
  const more: Issue[] = [];
  for (const name of names) {
    const file = displayPath(join(path, "environments", `${name}.yaml`));
    for (const issue of await issuesIn(name))
      if (!known.has(formatIssue(issue)))
        more.push(
          issue.file === file ? issue : { ...issue, message: `${issue.message} (environment \`${name}\`)` },
        );
  }
  return [...own, ...more];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function readMost(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^(?:0|[1-9]\d{0,8})$/.test(text)) return Number(text);
  throw new UsageError(`\`--max-warnings ${text}\` must be a whole number`);
}
