/** The results of tests in each form: for people, programs and pipelines. */
import { join } from "node:path";
import type { MatchedStatement } from "../../../shared/policy/evaluate/evaluate.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import { displayPath } from "../../authoring/configuration/read/source-file.ts";
import type { TestRow } from "../../authoring/tests/results/test-row.ts";
import type { CommandIo } from "../command-io.ts";
import type { Finding, Form } from "../formats/form.ts";
import { formatGithub } from "../formats/github.ts";
import { formatJunit, type JunitCase } from "../formats/junit.ts";
import { codeBlock, inCode } from "../formats/markdown.ts";
import { formatSarif, type SarifResult, type SarifRule } from "../formats/sarif.ts";
import { formatJson, formatLines, printLine } from "../terminal/lay-out.ts";
import { terminalOf } from "../terminal/terminal.ts";
import { describeChange, type SnapshotResult, snapshotPath } from "./access-snapshot.ts";
import { type CoverageReport, formatCoverage } from "./describe-coverage.ts";

export interface Results {
  /** Absent if there is no file of tests. */
  readonly rows: readonly TestRow[] | undefined;
  readonly snapshot: SnapshotResult;
  readonly coverage: CoverageReport | undefined;
  /** That the coverage is too low, in a sentence. */
  readonly tooLow: string | undefined;
  /** About the tests' callers. */
  readonly notes: readonly string[];
  readonly folder: string;
}

/** Prints the results; what is no result goes to the standard error, where only people read. */
export function printResults(form: Form, results: Results, io: CommandIo): void {
  const { columns, paint } = terminalOf(io);
  const isText = form === "text";
  const text = isText ? formatLines(linesOf(results), { columns }) : formatResults(form, results);
  const marked = text.replace(/^[✓✗]/gmu, (mark) => paint(mark === "✓" ? "green" : "red", mark));
  io.stdout.write(isText ? marked : text);
  if (results.tooLow !== undefined) io.stderr.write(`${results.tooLow}\n`);
  if (!isText && form !== "github") return;
  for (const note of notesOf(results)) printLine(`note: ${note}`, io);
}

export function formatResults(form: Form, results: Results): string {
  return formats[form](results);
}

const formats = {
  text: formatText,
  json: (results) => `${formatJson(toJson(results))}\n`,
  github: (results) => `${formatGithub(findingsOf(results))}${summaryOf(results)}\n`,
  junit: formatTestsAsJunit,
  markdown: formatMarkdown,
  sarif: (results) => formatSarif("test", sarifResultsOf(results)),
} as const satisfies Record<Form, (results: Results) => string>;

function formatText(results: Results): string {
  return formatLines(linesOf(results), { columns: undefined });
}

function linesOf(results: Results): readonly string[] {
  const { rows = [], coverage } = results;
  return [
    ...rows.flatMap((row) =>
      row.holds ? [] : [`✗ ${placeOf(row)} ${row.name}`, ...row.why.map((each) => `    ${each}`)],
    ),
    ...changeOf(results),
    ...(coverage ? formatCoverage(coverage) : []),
    summaryOf(results),
  ];
}

function placeOf({ file, line, column }: TestRow): string {
  return `${file}:${line}:${column}`;
}

/** What differs from the access snapshot, for people; nothing if nothing does. */
function changeOf({ snapshot, folder }: Results): readonly string[] {
  return snapshot.state === "changed" ? describeChange(snapshot.change, snapshot.access, folder) : [];
}

function notesOf({ rows, snapshot, notes, folder }: Results): readonly string[] {
  const path = displayPath(snapshotPath(folder));
  return [
    ...notes,
    ...(rows ?? []).flatMap((row) => (row.note === undefined ? [] : [`${placeOf(row)} ${row.note}`])),
    ...(rows ? [] : [`there are no tests in \`${testsOf(folder)}\`; only access is compared`]),
    ...(snapshot.state === "absent" ? [`there is no \`${path}\`; --update writes it`] : []),
  ];
}

export function testsOf(folder: string): string {
  return displayPath(join(folder, "tests", "*.yaml"));
}

function summaryOf({ rows = [], snapshot, folder }: Results): string {
  const failed = rows.filter(({ holds }) => !holds).length;
  const count = `${rows.length} test${rows.length === 1 ? "" : "s"}`;
  const tests = failed === 0 ? count : `${failed} of ${count} ${failed === 1 ? "fails" : "fail"}`;
  const mark = failed > 0 || snapshot.state === "changed" ? "✗" : "✓";
  return withoutControls(
    `${mark} ${rows.length === 0 ? "" : `${tests}, `}${describeState(snapshot, folder)}`,
  );
}

function describeState(snapshot: SnapshotResult, folder: string): string {
  if (snapshot.state === "written") return `access written to ${displayPath(snapshotPath(folder))}`;
  if (snapshot.state === "unchanged") return "access unchanged";
  if (snapshot.state !== "changed") return "access not compared";
  const { cells, newRoles, goneRoles } = snapshot.change;
  const parts = [
    ...(cells.length > 0 ? [`${cells.length} cell${cells.length === 1 ? "" : "s"}`] : []),
    ...(newRoles.length > 0 ? [`${newRoles.length} new`] : []),
    ...(goneRoles.length > 0 ? [`${goneRoles.length} gone`] : []),
  ];
  return `access changed: ${parts.join(", ")}`;
}

function toJson({ rows = [], snapshot, coverage }: Results): unknown {
  return {
    failed: rows.filter(({ holds }) => !holds).length,
    tests: rows.map(({ json, ...row }) => {
      const { name, file, line, column, holds, note } = row;
      return { name, file, line, column, ...json, holds, ...(note === undefined ? {} : { note }) };
    }),
    access: { state: snapshot.state, ...(snapshot.state === "changed" ? snapshot.change : {}) },
    ...(coverage ? { coverage } : {}),
  };
}

function findingsOf(results: Results): readonly Finding[] {
  const { rows = [], folder, tooLow } = results;
  const change = changeOf(results);
  const page = { file: displayPath(snapshotPath(folder)), line: 1, column: 1 };
  return [
    ...rows.flatMap(({ name, why, holds, ...place }): readonly Finding[] =>
      holds ? [] : [{ level: "error", title: "a policy test fails", place, lines: [name, ...why] }],
    ),
    ...(change.length === 0
      ? []
      : [{ level: "error", title: "access changed", place: page, lines: change } as const]),
    ...(tooLow === undefined ? [] : [{ level: "error", title: "coverage", lines: [tooLow] } as const]),
  ];
}

const rules = {
  policyTest: {
    id: "policyTest",
    text: "A policy test does not hold.",
    page: "how-to/testing-policies.md",
    level: "error",
  },
  accessChanged: {
    ...{ id: "accessChanged", text: "Access is not as its snapshot says." },
    ...{ page: "how-to/testing-policies.md", level: "error" },
  },
  lowCoverage: {
    ...{ id: "lowCoverage", text: "Too few statements decide a test." },
    ...{ page: "how-to/testing-policies.md", level: "error" },
  },
} as const satisfies Record<string, SarifRule>;

/** A test that fails has its own place, and those of the statements that decided it. */
function sarifResultsOf(results: Results): readonly SarifResult[] {
  const { rows = [], folder, tooLow } = results;
  const change = changeOf(results);
  const at = (path: string) => ({ file: displayPath(path), line: 1, column: 1 });
  const result = (rule: SarifRule, rest: Pick<SarifResult, "place" | "lines" | "related">): SarifResult => ({
    rule,
    level: "error",
    ...rest,
  });
  return [
    ...rows.flatMap(({ name, why, holds, statements, file, line, column }) =>
      holds
        ? []
        : result(rules.policyTest, {
            place: { file, line, column },
            lines: [name, ...why],
            related: statements.map((each) => placeOfStatement(each, folder)),
          }),
    ),
    ...(change.length === 0
      ? []
      : [result(rules.accessChanged, { place: at(snapshotPath(folder)), lines: change })]),
    ...(tooLow === undefined
      ? []
      : [result(rules.lowCoverage, { place: at(join(folder, "authorizer.yaml")), lines: [tooLow] })]),
  ];
}

function placeOfStatement({ effect, policy, sid, index, ...place }: MatchedStatement, folder: string) {
  const { file, line, column } = place;
  const text = `${effect} ${policy}#${sid ?? index}`;
  return { file: displayPath(join(folder, file)), line, column, text };
}

/** A suite for each file, and one for the access snapshot. */
export function formatTestsAsJunit(results: Results): string {
  const { rows = [], snapshot, folder } = results;
  const suites = new Map<string, JunitCase[]>();
  for (const { file, name, line, why } of rows)
    suites.set(file, [...(suites.get(file) ?? []), { name, line, why }]);
  if (snapshot.state !== "absent" && snapshot.state !== "skipped")
    suites.set(displayPath(snapshotPath(folder)), [
      { name: "access is as the snapshot says", line: 1, why: changeOf(results) },
    ]);
  return formatJunit(suites);
}

function formatMarkdown(results: Results): string {
  const { rows = [], coverage, tooLow } = results;
  const change = changeOf(results);
  const blocks = [
    ...rows.flatMap((row) =>
      row.holds ? [] : [[`**Fails:** ${inCode(row.name)} (${inCode(placeOf(row))})`], codeBlock(row.why)],
    ),
    ...(change.length === 0 ? [] : [["**Access changed:**"], codeBlock(change)]),
    ...(coverage ? [codeBlock(formatCoverage(coverage))] : []),
    ...(tooLow === undefined ? [] : [[inCode(tooLow)]]),
    [inCode(summaryOf(results))],
  ];
  return blocks.map((lines) => `${lines.join("\n")}\n`).join("\n");
}
