/** Results as JUnit XML, the form that pipelines show: a suite for each file. */
import { withoutControls } from "../../../shared/without-controls.ts";

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
    `  <testsuite name="${inXml(file)}" ${countsOf(cases)}>`,
    ...cases.flatMap(({ name, line, why, note }) => {
      const start = `    <testcase name="${inXml(name)}" classname="${inXml(file)}" file="${inXml(file)}" line="${line}"`;
      const result =
        why.length > 0
          ? `<failure message="${inXml(why[0] ?? "")}">${why.map(inXml).join("\n")}</failure>`
          : note === undefined
            ? undefined
            : `<system-out>${inXml(note)}</system-out>`;
      return result === undefined ? [`${start}/>`] : [`${start}>`, `      ${result}`, "    </testcase>"];
    }),
    "  </testsuite>",
  ];
}

function countsOf(cases: readonly JunitCase[]): string {
  return `tests="${cases.length}" failures="${cases.filter(({ why }) => why.length > 0).length}"`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML has no way to write the two characters that are none. https://www.w3.org/TR/xml/#charsets */
function inXml(text: string): string {
  return withoutControls(text.toWellFormed())
    .replace(/[\uFFFE\uFFFF]/g, "\uFFFD")
    .replace(/[&<>"]/g, (each) => entities[each] ?? each);
}
