/** A difference in access as SARIF, at the statements that make it, and as JUnit, where a row fails that `--fail-on` names. */
import { join } from "node:path";
import { formatJunit, type JunitCase } from "../../formats/junit.ts";
import { formatSarif, type SarifPlace, type SarifResult, type SarifRule } from "../../formats/sarif.ts";
import { sourcePath } from "../../formats/source-path.ts";
import type { ExplainFlags } from "./example-call.ts";
import { linesOfRow } from "./format-difference.ts";
import { type BundleDifference, type Kind, type Row, rowsOf } from "./rows.ts";
import { createPlaceFinder, type Places, type Side } from "./statement-places.ts";

export interface ReportOptions {
  /** Absent if there was nothing. */
  readonly older: Side | undefined;
  readonly newer: Side;
  readonly flags: ExplainFlags;
  /** What makes the command fail. */
  readonly failing: ReadonlySet<Kind>;
}

const page = "how-to/pull-requests.md#what-fails";

const rules: Readonly<Record<Kind, SarifRule>> = {
  escalation: {
    id: "accessEscalates",
    text: "A right that leads to other rights is gained.",
    page,
    level: "error",
  },
  gain: { id: "accessGained", text: "Somebody may do more.", page, level: "warning" },
  possible: { id: "accessMayBeGained", text: "Somebody may be able to do more.", page, level: "warning" },
  loss: { id: "accessLost", text: "Somebody may do less.", page, level: "note" },
  same: { id: "changeWithoutAccess", text: "A setting changes that gives no access.", page, level: "note" },
};

/** Formats a result for each row. Its level says whether it escalates, is gained, or lost. */
export function sarifDifference(difference: BundleDifference, options: ReportOptions): string {
  const results = placedRows(difference, options).map(({ row, place, related, isOlder }): SarifResult => {
    const rule = rules[row.kind];
    const note = "the place is of the older version: nothing in the newer one has to do with it";
    const lines = [...linesOfRow(row, options.flags), ...(isOlder ? [note] : [])];
    return { rule, level: rule.level, lines, place, related };
  });
  return formatSarif("diff", results);
}

/** Formats a test for each row, in the suite of the file that makes it. */
export function junitDifference(difference: BundleDifference, options: ReportOptions): string {
  const rows = placedRows(difference, options);
  const suites = new Map<string, JunitCase[]>();
  for (const { row, place } of rows) {
    const [name = "", ...more] = linesOfRow(row, options.flags);
    const file = sourcePath(place.file);
    const result = options.failing.has(row.kind)
      ? { why: [`${rules[row.kind].id}: ${name}`, ...more] }
      : { why: [], note: more.join("; ") || rules[row.kind].text };
    suites.set(file, [...(suites.get(file) ?? []), { name, line: place.line, ...result }]);
  }
  if (rows.length === 0) suites.set("diff", [{ name: "no difference in access", line: 1, why: [] }]);
  return formatJunit(suites);
}

interface PlacedRow extends Places {
  readonly row: Row;
  readonly place: SarifPlace;
}

/** What no statement makes is of the configuration's own file, like an issuer that is trusted. */
function placedRows(
  difference: BundleDifference,
  { older, newer }: Pick<ReportOptions, "older" | "newer">,
): readonly PlacedRow[] {
  const find = createPlaceFinder(older, newer);
  const settings = { file: join(newer.folder, "authorizer.yaml"), line: 1, column: 1 };
  return rowsOf(difference).map((row) => {
    const found = "difference" in row ? find(row.difference) : { related: [], isOlder: false };
    return { row, place: settings, ...found };
  });
}
