/** `validate`: everything that is wrong with a configuration, in the form that editors and CI logs link. */
import { dirname, join } from "node:path";
import { formatIssue, type Issue } from "../../../shared/errors.ts";
import { findEnvironments } from "../../authoring/configuration/read/environments.ts";
import { displayPath } from "../../authoring/configuration/read/source-file.ts";
import { foldIssues } from "../../authoring/document/fold-issues.ts";
import type { IgnoredIssue } from "../../authoring/lint/ignores/apply-ignores.ts";
import { tableNeeds } from "../../authoring/table-notes.ts";
import { writeWhole } from "../../authoring/write-whole.ts";
import { withProgram } from "../called-as.ts";
import { configurationArgument, configurationOption, defineCommand } from "../command.ts";
import { type CommandIo, UsageError } from "../command-io.ts";
import { formatIssues } from "../formats/code-frame.ts";
import { alsoOption, chosenForm, type Form, findingOf, formOptions, readAlso } from "../formats/form.ts";
import { formatGithub } from "../formats/github.ts";
import { formatJunit, type JunitCase } from "../formats/junit.ts";
import { inCode } from "../formats/markdown.ts";
import { formatSarif, issueResult } from "../formats/sarif.ts";
import { sourcePath } from "../formats/source-path.ts";
import { loadPath } from "../open-configuration.ts";
import { formatJson, printLine, printNotes } from "../terminal/lay-out.ts";
import { terminalOf } from "../terminal/terminal.ts";

const fileForms = ["json", "sarif", "junit", "markdown"] as const;

export const command = defineCommand({
  name: "validate",
  text: "check the configuration and its policies; prints file:line:column severity code message",
  arguments: configurationArgument,
  options: {
    ...configurationOption,
    ...formOptions("text", "json", "github", "sarif", "junit", "markdown"),
    ...alsoOption(...fileForms),
    "--all": "print each finding, also one that only repeats another of the same file",
    "--strict": "warnings fail: exit status 1",
    "--max-warnings <n>": "fail with exit status 1 if there are more warnings than this",
  },
  example: "validate config --strict",
  note: "without --env, each environment of the folder is checked too; a bundle is checked as the functions check it, and warnings need the folder",
  finding: "errors, or too many warnings",
  async run({ config, env, format, json, also, all, strict, maxWarnings }, io) {
    const files = readAlso(also, fileForms);
    const limit = readMost(maxWarnings);
    const most = strict ? 0 : limit;
    const { issues, ignored, notes } = await findIssues(config, env, io);
    const counts = countOf(issues);
    const form = chosenForm(format, json);
    const shown = all || !folded.has(form) ? issues : foldIssues(issues, "; `--all` lists them");
    const isOverMost = counts.warnings > most;
    const text =
      form === "text"
        ? withProgram(await formatIssues(shown, terminalOf(io)))
        : formats[form]({ issues: shown, ignored, isOverMost });
    io.stdout.write(text);
    for (const { form: other, file } of files)
      await writeWhole(file, formats[other]({ issues, ignored, isOverMost }));
    const where = env === undefined ? config : `${config}, environment ${env}`;
    const left = ignored.length === 0 ? "" : `, ${ignored.length} ignored`;
    const said = `${counted(counts.errors, "error")}, ${counted(counts.warnings, "warning")}`;
    printLine(`${said}${left} in ${where}`, io);
    printNotes(notes, io);
    if (issues.some(({ code }) => code.startsWith("noSuch"))) return 2;
    if (counts.errors > 0) return 1;
    if (counts.warnings <= most) return 0;
    io.stderr.write(most === 0 ? "warnings fail here\n" : `more than ${most} warnings fail here\n`);
    return 1;
  },
});

interface Findings {
  readonly issues: readonly Issue[];
  /** Warnings that their authors ignore: programs get them. */
  readonly ignored: readonly IgnoredIssue[];
  readonly notes: readonly string[];
}

type Format = (findings: Pick<Findings, "issues" | "ignored"> & { readonly isOverMost: boolean }) => string;

const formats = {
  json: ({ issues, ignored }) => `${formatJson({ ...countOf(issues), issues, ignored })}\n`,
  github: ({ issues }) => formatGithub(issues.map(findingOf)),
  sarif: ({ issues, ignored }) => formatSarif("validate", [...issues, ...ignored].map(issueResult)),
  junit: ({ issues, isOverMost }) => formatJunit(suitesOf(issues, isOverMost)),
  markdown: ({ issues }) => formatMarkdown(issues),
} as const satisfies Record<string, Format>;

/** The forms that people read. */
const folded: ReadonlySet<Form> = new Set(["text", "github", "markdown"]);

function countOf(issues: readonly Issue[]) {
  const errors = issues.filter(({ severity }) => severity === "error").length;
  return { errors, warnings: issues.length - errors };
}

function formatMarkdown(issues: readonly Issue[]): string {
  const { errors, warnings } = countOf(issues);
  const items = issues.map(({ severity, code, message, file, line, column }) => {
    const place = `${sourcePath(file)}:${line}:${column}`;
    return `- **${severity}** ${inCode(code)} at ${inCode(place)}: ${inCode(message)}\n`;
  });
  const counts = `**${counted(errors, "error")}, ${counted(warnings, "warning")}**\n`;
  return `${items.join("")}${items.length === 0 ? "" : "\n"}${counts}`;
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
async function findIssues(path: string, chosen: string | undefined, { stdin }: CommandIo): Promise<Findings> {
  const { names } = chosen === undefined ? await findEnvironments(path) : { names: [] };
  const issues = new Map<string, Issue>();
  const ignored = new Map<string, IgnoredIssue>();
  const unused: Issue[] = [];
  const notes = new Set<string>();
  for (const name of [chosen, ...names]) {
    const loaded = await loadPath(path, { environment: name, stdin });
    const isMore = name !== chosen;
    const file = displayPath(join(path, "environments", `${name}.yaml`));
    const note = (issue: Issue) => (isMore && issue.file !== file ? ` (environment \`${name}\`)` : "");
    for (const issue of loaded.ok ? loaded.warnings : loaded.issues)
      if (!issues.has(formatIssue(issue)))
        issues.set(formatIssue(issue), { ...issue, message: issue.message + note(issue) });
    for (const issue of loaded.ignored ?? [])
      if (!ignored.has(formatIssue(issue))) ignored.set(formatIssue(issue), issue);
    for (const need of loaded.ok ? tableNeeds(loaded.bundle.config) : []) notes.add(need);
    unused.push(...(loaded.ok ? loaded.unusedIgnores : []));
  }
  return {
    issues: [
      ...issues.values(),
      ...(names.length === 0 ? [] : unusedInAll(unused, { path, runs: names.length + 1 })),
    ],
    ignored: [...ignored.values()],
    notes: [...notes],
  };
}

/** What ignores nothing in any environment, where all of them can be read; what is in the file of one is read for it alone. */
function unusedInAll(
  unused: readonly Issue[],
  { path, runs }: { readonly path: string; readonly runs: number },
): readonly Issue[] {
  const counts = new Map<string, { readonly issue: Issue; count: number }>();
  for (const issue of unused) {
    const form = formatIssue(issue);
    const { count } = counts.get(form) ?? { count: 0 };
    counts.set(form, { issue, count: count + 1 });
  }
  const folder = displayPath(join(path, "environments"));
  const isOfOne = ({ file }: Issue) => dirname(file) === folder;
  return [...counts.values()].flatMap(({ issue, count }) => (count === runs || isOfOne(issue) ? issue : []));
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function readMost(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^(?:0|[1-9]\d{0,8})$/.test(text)) return Number(text);
  throw new UsageError(`\`--max-warnings ${text}\` must be a whole number`);
}
