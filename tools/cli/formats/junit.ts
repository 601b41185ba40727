/**
 * Results as JUnit XML, the form that pipelines show: a suite for each file. It has what the schema of Jenkins' xUnit plugin
 * allows, which refuses a file with any other attribute: so lines are in texts.
 * https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
 */
import { withoutControls } from "../../../shared/without-controls.ts";
import { inXml } from "./xml.ts";

export interface JunitCase {
  readonly name: string;
  readonly line: number;
  /** Lines that say why it fails; none if it holds. */
  readonly why: readonly string[];
  /** What it should still say if it holds. */
  readonly note?: string;
}

/** Times are left out: equal results give equal files. */
export function formatJunit(suites: ReadonlyMap<string, readonly JunitCase[]>): string {
  const all = [...suites.values()].flat();
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="connect-authorizer" ${countsOf(all)}>`,
    ...[...suites].flatMap(([file, cases]) => formatSuite(file, cases)),
    "</testsuites>\n",
  ].join("\n");
}

function formatSuite(file: string, cases: readonly JunitCase[]): readonly string[] {
  return [
    `  <testsuite name="${inReport(file)}" ${countsOf(cases)} file="${inReport(file)}">`,
    ...cases.flatMap(({ name, line, why, note }) => {
      const start = `    <testcase name="${inReport(name)}" classname="${inReport(file)}"`;
      const text = [`${file}:${line}`, ...why];
      const result =
        why.length > 0
          ? `<failure message="${inReport(why[0] ?? "")}">${text.map(inReport).join("\n")}</failure>`
          : note === undefined
            ? undefined
            : `<system-out>${inReport(note)}</system-out>`;
      return result === undefined ? [`${start}/>`] : [`${start}>`, `      ${result}`, "    </testcase>"];
    }),
    "  </testsuite>",
  ];
}

function countsOf(cases: readonly JunitCase[]): string {
  const failures = cases.filter(({ why }) => why.length > 0).length;
  return `tests="${cases.length}" failures="${failures}" errors="0"`;
}

/** On one line, and harmless where it is printed. */
function inReport(text: string): string {
  return inXml(withoutControls(text.toWellFormed()));
}
