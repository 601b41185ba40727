/** The results of tests as JUnit XML, the form that pipelines show: a suite for each file, one for the access snapshot. */

import { withoutControls } from "../../../shared/without-controls.ts";
import { displayPath } from "../../authoring/configuration/read/source-file.ts";
import { describeChange, type SnapshotResult, snapshotPath } from "./access-snapshot.ts";
import type { TestRow } from "./test-row.ts";

interface Case {
  readonly name: string;
  readonly line: number;
  /** Lines that say why it fails; none if it holds. */
  readonly why: readonly string[];
}

/** Times are left out: equal results give equal files. */
export function formatJunit(rows: readonly TestRow[], snapshot: SnapshotResult, folder: string): string {
  const suites = new Map<string, Case[]>();
  for (const row of rows) suites.set(row.file, [...(suites.get(row.file) ?? []), row]);
  const access = { name: "access is as the snapshot says", line: 1 };
  const path = displayPath(snapshotPath(folder));
  if (snapshot.state === "changed")
    suites.set(path, [{ ...access, why: describeChange(snapshot.change, snapshot.access, folder) }]);
  else if (snapshot.state !== "absent" && snapshot.state !== "skipped")
    suites.set(path, [{ ...access, why: [] }]);
  const all = [...suites.values()].flat();
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="connect-authorizer" ${countsOf(all)}>`,
    ...[...suites].flatMap(([file, cases]) => formatSuite(file, cases)),
    "</testsuites>\n",
  ].join("\n");
}

function formatSuite(file: string, cases: readonly Case[]): readonly string[] {
  return [
    `  <testsuite name="${inXml(file)}" ${countsOf(cases)}>`,
    ...cases.flatMap(({ name, line, why }) => {
      const start = `    <testcase name="${inXml(name)}" classname="${inXml(file)}" file="${inXml(file)}" line="${line}"`;
      if (why.length === 0) return [`${start}/>`];
      const text = why.map(inXml).join("\n");
      return [
        `${start}>`,
        `      <failure message="${inXml(why[0] ?? "")}">${text}</failure>`,
        "    </testcase>",
      ];
    }),
    "  </testsuite>",
  ];
}

function countsOf(cases: readonly Case[]): string {
  return `tests="${cases.length}" failures="${cases.filter(({ why }) => why.length > 0).length}"`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function inXml(text: string): string {
  return withoutControls(text.toWellFormed()).replace(/[&<>"]/g, (each) => entities[each] ?? each);
}
