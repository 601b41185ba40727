/** `validate`: everything that is wrong with a configuration, in the form that editors and CI logs link. */
import { join } from "node:path";
import { formatIssue, type Issue } from "../../../shared/errors.ts";
import { findEnvironments } from "../../authoring/configuration/read/environments.ts";
import { displayPath } from "../../authoring/configuration/read/source-file.ts";
import { foldIssues } from "../../authoring/document/fold-issues.ts";
import { configurationArgument, configurationOption, defineCommand } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { chosenForm, findingOf, formOptions } from "../formats/form.ts";
import { formatGithub } from "../formats/github.ts";
import { formatJunit, type JunitCase } from "../formats/junit.ts";
import { formatSarif } from "../formats/sarif.ts";
import { loadPath } from "../open-configuration.ts";

export const command = defineCommand({
  name: "validate",
  text: "check the configuration and its policies; prints file:line:column severity code message",
  arguments: configurationArgument,
  options: {
    ...configurationOption,
    ...formOptions("text", "json", "github", "sarif", "junit"),
    "--all": "print each finding, also one that only repeats another of the same file",
    "--strict": "warnings fail: exit status 1",
    "--max-warnings <n>": "fail with exit status 1 if there are more warnings than this",
  },
  example: "validate config --strict",
  note: "without --env, each environment of the folder is checked too; a bundle is checked as the functions check it, and warnings need the folder",
  finding: "errors, or too many warnings",
  async run({ config, env, format, json, all, strict, maxWarnings }, io) {
    const limit = readMost(maxWarnings);
    const most = strict ? 0 : limit;
    const issues = await findIssues(config, env);
    const counts = countOf(issues);
    const form = chosenForm(format, json);
    const shown = all || !folded.has(form) ? issues : foldIssues(issues, "; `--all` lists them");
    io.stdout.write(formats[form](shown, counts.warnings > most));
    const where = env === undefined ? config : `${config}, environment ${env}`;
    io.stderr.write(
      `${counted(counts.errors, "error")}, ${counted(counts.warnings, "warning")} in ${where}\n`,
    );
    if (issues.some(({ code }) => code.startsWith("noSuch"))) return 2;
    if (counts.errors > 0) return 1;
    if (counts.warnings <= most) return 0;
    io.stderr.write(most === 0 ? "warnings fail here\n" : `more than ${most} warnings fail here\n`);
    return 1;
  },
});

type Format = (issues: readonly Issue[], isOverMost: boolean) => string;

const formats = {
  text: (issues) => issues.map((issue) => `${formatIssue(issue)}\n`).join(""),
  json: (issues) => `${JSON.stringify({ ...countOf(issues), issues }, undefined, 2)}\n`,
  github: (issues) => formatGithub(issues.map(findingOf)),
  sarif: formatSarif,
  junit: (issues, isOverMost) => formatJunit(suitesOf(issues, isOverMost)),
} as const satisfies Record<string, Format>;

/** The forms that people read. */
const folded: ReadonlySet<keyof typeof formats> = new Set(["text", "github"] as const);

function countOf(issues: readonly Issue[]) {
  const errors = issues.filter(({ severity }) => severity === "error").length;
  return { errors, warnings: issues.length - errors };
}

/** A suite for each file with issues. Warnings fail if there are too many; otherwise they are a test's output. */
function suitesOf(issues: readonly Issue[], isOverMost: boolean) {
  if (issues.length === 0)
    return new Map([["validate", [{ name: "no errors and no warnings", line: 1, why: [] }]]]);
  const suites = new Map<string, JunitCase[]>();
  for (const { file, line, column, severity, code, message } of issues) {
    const isFailure = severity === "error" || isOverMost;
    suites.set(file, [
      ...(suites.get(file) ?? []),
      {
        name: `${line}:${column} ${code}`,
        line,
        ...(isFailure ? { why: [`${severity}: ${message}`] } : { why: [], note: message }),
      },
    ]);
  }
  return suites;
}

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
