/** What changes since the older configuration, for the top of the page: what escalates first. */
import type { AccessColumn } from "../../authoring/access/access-model.ts";
import type { CellChange } from "../../authoring/access/compare-models.ts";
import type { SettingDifference } from "../../authoring/diff/compare-configuration.ts";
import { groupBy } from "../../authoring/diff/merge-differences.ts";
import { counted } from "../terminal/lay-out.ts";
import { type Html, html } from "./html.ts";
import type { View } from "./view.ts";
import { changeBadge } from "./words.ts";

export interface ShownChanges {
  readonly older: { readonly name: string; readonly version: string };
  /** Of instances, issuers and settings. */
  readonly settings: readonly SettingDifference[];
}

export function formatChanges({ settings }: ShownChanges, { comparison }: View): Html {
  const changes = comparison?.changes ?? [];
  const rows = mergeColumns(changes).map(formatRow);
  const items = settings.map(
    ({ message, escalates }) =>
      html`<li>${message}${escalates === undefined ? undefined : html` <span class="soft">(${escalates})</span>`}</li>`,
  );
  const table = html`<div class="plain"><section class="box" tabindex="0" aria-label="Table of changes"><table>
<caption>What changes, by binding</caption>
<thead><tr><th scope="col">change</th><th scope="col">binding</th><th scope="col">operations</th></tr></thead>
<tbody>${rows}</tbody></table></section></div>`;
  return html`
<section aria-labelledby="changes"><h2 id="changes">What changes</h2>
<p>${summaryOf(changes)}</p>${rows.length > 0 ? table : undefined}${items.length > 0 ? html`<h3>Settings</h3><ul class="plainlist">${items}</ul>` : undefined}</section>`;
}

function summaryOf(changes: readonly CellChange[]): string {
  if (changes.length === 0) return "No access changes.";
  const count = (kind: CellChange["kind"]) => changes.filter((each) => each.kind === kind).length;
  const escalating = changes.filter(({ escalates }) => escalates !== undefined).length;
  const cells = `${counted(count("gained"), "cell")} gained, ${count("changed")} changed, ${count("lost")} lost`;
  if (escalating === 0) return `${cells}.`;
  return `${cells}. ${escalating} of them ${escalating === 1 ? "escalates" : "escalate"}: look there first.`;
}

/** Where both say so. */
const sometimes = {
  gained: "sometimes → more often",
  changed: "sometimes, on other conditions",
  lost: "sometimes → less often",
} as const satisfies Record<CellChange["kind"], string>;

interface MergedChange {
  readonly change: CellChange;
  readonly operations: readonly string[];
  readonly columns: readonly AccessColumn[];
}

/** One line for changes of one kind: of a binding's operations, and of bindings with the same. */
function mergeColumns(changes: readonly CellChange[]): readonly MergedChange[] {
  const byColumn = groupBy(changes, ({ kind, column, escalates = "" }) =>
    JSON.stringify([kind, escalates, column.name]),
  );
  const told = byColumn.flatMap((group) => {
    const [change] = group;
    const operations = group.map(({ kind, row, before, after }) =>
      before.word === after.word
        ? `${row.name} (${sometimes[kind]})`
        : `${row.name} (${before.word} → ${after.word})`,
    );
    return change ? [{ change, operations }] : [];
  });
  const alike = groupBy(told, ({ change, operations }) =>
    JSON.stringify([change.kind, change.escalates ?? "", operations]),
  );
  return alike.flatMap((group) => {
    const [first] = group;
    return first ? [{ ...first, columns: group.map(({ change }) => change.column) }] : [];
  });
}

const maxNamed = 5;

function formatRow({ change, operations, columns }: MergedChange): Html {
  const names = columns.slice(0, maxNamed).map(({ name }) => name);
  const more = columns.length - names.length;
  const reason =
    change.escalates === undefined ? undefined : html`<small>escalates: ${change.escalates}</small>`;
  return html`
<tr><td>${changeBadge(change.kind)}${reason}</td><td>${names.join("; ")}${more > 0 ? `; and ${counted(more, "other")}` : ""}</td><td>${operations.join(", ")}</td></tr>`;
}
