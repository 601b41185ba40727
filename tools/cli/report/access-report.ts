/**
 * The access table as one page for auditors and reviewers: readable without script, without network, on paper and on a phone. It
 * has no date of its own, so the same configuration gives the same page.
 */
import { createHash } from "node:crypto";
import type { Bundle } from "../../../shared/bundle/types.ts";
import type { AccessColumn, AccessRow } from "../../authoring/access/access-model.ts";
import { groupBy } from "../../authoring/diff/merge-differences.ts";
import { tableNotes } from "../../authoring/table-notes.ts";
import { counted } from "../terminal/lay-out.ts";
import { formatChanges, type ShownChanges } from "./changes.ts";
import { groupColumns } from "./column-groups.ts";
import { Explanations, type PolicyTexts } from "./explanations.ts";
import { type Html, html, styleElement } from "./html.ts";
import { style } from "./style.ts";
import type { View } from "./view.ts";
import { changeBadge, wordBadge } from "./words.ts";

export interface ReportFacts {
  /** As the command line named it. */
  readonly configuration: string;
  readonly environment?: string;
  readonly at?: string;
  readonly changes?: ShownChanges;
}

export interface ReportContent extends PolicyTexts {
  readonly bundle: Bundle;
  readonly view: View;
  readonly facts: ReportFacts;
}

export function formatReport({ bundle, view, facts, ...sources }: ReportContent): string {
  const explanations = new Explanations();
  const areas = groupBy(view.rows, ({ area }) => area);
  const tables = areas.map((rows, index) => formatArea(rows, index, { view, explanations }));
  const title = `Access of ${facts.configuration}${facts.environment === undefined ? "" : `, ${facts.environment}`}`;
  const body = html`
<a class="skip" href="#table">To the table</a>
<header>
<h1>Who may do what</h1>
<p class="soft">Every operation of Amazon Connect that this API serves, and what callers of each binding may do with it.</p>
${formatFacts(bundle, facts)}${tableNotes(bundle.config).map((note) => html`<p class="soft">Note: ${note}.</p>`)}
<nav aria-label="Parts of this page"><ul>${facts.changes ? html`<li><a href="#changes">What changes</a></li>` : undefined}<li><a href="#bindings">Bindings</a></li><li><a href="#table">Access</a></li><li><a href="#why">Reasons</a></li><li><a href="#policies">Statements</a></li></ul></nav>
</header>
<main>
${facts.changes ? formatChanges(facts.changes, view) : undefined}
<section aria-labelledby="bindings"><h2 id="bindings">Bindings</h2>${formatBindings(view)}</section>
<section aria-labelledby="table"><h2 id="table">Access by area</h2>${legend}
<nav class="areas" aria-label="Areas"><ul>${areas.map((rows, index) => html`<li><a href="#area-${index + 1}">${areaName(rows)}</a></li>`)}</ul></nav>
${tables}</section>
<section aria-labelledby="why"><h2 id="why">Reasons</h2>
<p class="soft">Each cell of the tables leads to one of these. Statements are listed with file and line, the Denies first.</p>
<details open><summary><h3>All reasons</h3></summary>${explanations.formatReasons()}</details></section>
<section aria-labelledby="policies"><h2 id="policies">Statements</h2>
<p class="soft">The text of every statement that a reason names.</p>
${explanations.formatPolicies(sources)}</section>
</main>
<footer><p>Made by <code>connect-authorizer report</code>. The same configuration gives the same page.</p></footer>`;
  return `<!DOCTYPE html>\n${pageOf(title, body).text}\n`;
}

function pageOf(title: string, body: Html): Html {
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${styleElement(style)}
</head>
<body>${body}
</body>
</html>`;
}

function formatFacts(
  { version, config }: Bundle,
  { configuration, environment, at, changes }: ReportFacts,
): Html {
  const { instances, issuers, guardrails, mode } = config;
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ["Configuration", [configuration]],
    ...(environment === undefined ? [] : [["Environment", [environment]] as const]),
    ["Version (SHA-256 of the bundle)", [version]],
    ...(at === undefined ? [] : [["Made at", [at]] as const]),
    ...(changes ? [["Compared with", [changes.older.name, changes.older.version]] as const] : []),
    ["Mode", [mode === "shadow" ? "shadow: it decides nothing yet" : "enforce"]],
    ["Instances", instances.map(({ arn }) => arn)],
    ["Issuers of tokens", issuers.map(({ issuer }) => issuer)],
    ["Guardrails, for every caller", guardrails.length > 0 ? guardrails : ["none"]],
  ];
  return html`<dl class="facts">${rows.map(
    ([name, values]) => html`<div><dt>${name}</dt>${values.map((value) => html`<dd>${value}</dd>`)}</div>`,
  )}</dl>`;
}

const legend = html`
<ul class="legend">
<li>${wordBadge("always")}<span>every call is allowed</span></li>
<li>${wordBadge("sometimes")}<span>on some resources only, or depending on a condition; what it depends on is below the word</span></li>
<li>${wordBadge("never")}<span>no call is allowed: nothing allows it, or a Deny, a boundary or a guardrail forbids it</span></li>
</ul>
<p class="soft">A column is a caller who has just what the binding asks for. A caller who matches several bindings has the policies of all of them:
what any Allow gives, less what any Deny, boundary or guardrail forbids. <code>connect-authorizer what-can --group ONE --group OTHER</code> answers for such a caller.</p>`;

function formatBindings(view: View): Html {
  const rows = view.columns.map((column, index) => {
    const words = view.rows.map((row) => view.cellOf(row, column).word);
    const count = (word: string) => words.filter((each) => each === word).length;
    const policies = [...new Set(column.bindings.flatMap((binding) => binding.policies))];
    const boundaries = [...new Set(column.bindings.flatMap(({ boundary }) => boundary ?? []))];
    return html`
<tr id="binding-${index + 1}"><th scope="row">${column.name}${newOrGone(column, view)}</th><td>${policies.join(", ")}${boundaries.length > 0 ? html`<small>boundary ${boundaries.join(", ")}</small>` : undefined}</td><td class="n">${count("always")}</td><td class="n">${count("sometimes")}</td><td class="n">${count("never")}</td></tr>`;
  });
  if (rows.length === 0) return html`<p>There are no bindings, so nobody has access.</p>`;
  return html`<div class="plain"><section class="box" tabindex="0" aria-label="Table of bindings"><table>
<caption>Bindings, their policies, and how many operations they may use</caption>
<thead><tr><th scope="col">binding</th><th scope="col">policies</th><th scope="col" class="n">always</th><th scope="col" class="n">sometimes</th><th scope="col" class="n">never</th></tr></thead>
<tbody>${rows}</tbody></table></section></div>`;
}

function newOrGone(column: AccessColumn, { comparison }: View): Html | undefined {
  if (comparison?.newColumns.has(column)) return html` <span class="w g">new</span>`;
  return comparison?.goneColumns.has(column) ? html` <span class="w l">gone</span>` : undefined;
}

interface Shown {
  readonly view: View;
  readonly explanations: Explanations;
}

function areaName(rows: readonly AccessRow[]): string {
  const [{ area = "" } = {}] = rows;
  return area;
}

function formatArea(rows: readonly AccessRow[], index: number, { view, explanations }: Shown): Html {
  const isUsed = (row: AccessRow) =>
    view.columns.some((column) => view.cellOf(row, column).word !== "never" || view.changeOf(row, column));
  const used = rows.filter(isUsed);
  const unused = rows.filter((row) => !used.includes(row));
  const rest =
    unused.length === 0
      ? undefined
      : html`<div class="in"><p class="soft">Never, for every binding: ${unused.map(({ name }) => name).join(", ")}.</p></div>`;
  const count = `${used.length} of ${counted(rows.length, "operation")} used`;
  return html`
<details open class="area" id="area-${index + 1}"><summary><h3>${areaName(rows)}</h3><span class="soft">${count}</span></summary>${used.length === 0 ? undefined : formatTable(used, areaName(rows), { view, explanations })}${rest}</details>`;
}

function formatTable(rows: readonly AccessRow[], name: string, { view, explanations }: Shown): Html {
  const { groups, isByWord } = groupColumns(rows, view);
  const lines = rows.map((row) => {
    const cells = groups.map((group) => formatCell(row, group, { view, explanations }));
    return html`
<tr><th scope="row">${breakable(row.name)}</th>${cells}</tr>`;
  });
  const note = isByWord
    ? html`<div class="in"><p class="soft">Bindings share a column here if their words are the same, since their conditions make too many columns. <code>connect-authorizer what-can</code> answers for one of them.</p></div>`
    : undefined;
  return html`${note}<section class="box" tabindex="0" aria-label="Table of ${name}"><table>
<caption>${name}: operations by binding</caption>
<thead><tr><th scope="col">operation</th>${groups.map((group) => formatHead(group, view))}</tr></thead>
<tbody>${lines}</tbody></table></section>`;
}

/** Lets a long name break between its words. */
function breakable(name: string): Html {
  return html`${name.split(/(?<=[a-z])(?=[A-Z])/).map((word, index) => html`${index > 0 ? html`<wbr>` : undefined}${word}`)}`;
}

/** So many are named above a column; the others follow in a list that can be opened. */
const maxNamed = 3;

/** A longer name is in full among the bindings. */
const maxName = 60;

function shortName(column: AccessColumn, view: View): Html {
  const { name } = column;
  if (name.length <= maxName) return html`${name}`;
  const cut = [...name].slice(0, maxName).join("");
  return html`<a href="#binding-${view.columns.indexOf(column) + 1}">${cut}…</a>`;
}

function formatHead(group: readonly AccessColumn[], view: View): Html {
  const shown = group
    .slice(0, maxNamed)
    .map((column) => html`<span class="m">${shortName(column, view)}${newOrGone(column, view)}</span>`);
  const more = group.length - maxNamed;
  return html`<th scope="col">${shown}${more > 0 ? html`<small>and ${counted(more, "other binding")} with the same access here</small>` : undefined}</th>`;
}

/** Bindings with the same word for different reasons: the first of them, each with its own. */
function formatDiffering(
  row: AccessRow,
  group: readonly AccessColumn[],
  { view, explanations }: Shown,
): Html {
  const kinds = groupBy(group, (column) => view.numberOf(row, column));
  const shown = kinds.slice(0, maxNamed).map((columns) => {
    const [first, ...others] = columns;
    if (!first) return html``;
    const link = explanations.linkOf(view.cellOf(row, first), row.name) ?? "#why";
    const more = others.length === 0 ? "" : ` and ${counted(others.length, "other")}`;
    return html`<li><a href="${link}">${[...first.name].slice(0, maxName).join("")}${more}</a></li>`;
  });
  const rest = kinds.length - maxNamed;
  const last = rest > 0 ? html`<li>and ${counted(rest, "other reason")}</li>` : undefined;
  return html`<details><summary><small>by statements that differ</small></summary><ul>${shown}${last}</ul></details>`;
}

function formatCell(row: AccessRow, group: readonly AccessColumn[], { view, explanations }: Shown): Html {
  const [first] = group;
  if (!first) return html`<td></td>`;
  const cell = view.cellOf(row, first);
  const change = view.changeOf(row, first);
  const was = change
    ? html` ${changeBadge(change.kind)}${change.before.word === cell.word ? undefined : html`<small>was ${change.before.word}</small>`}`
    : undefined;
  const isOne = group.every((column) => view.cellOf(row, column) === cell);
  if (!isOne && cell.word === "sometimes")
    return html`<td>${wordBadge(cell.word)}${was}${formatDiffering(row, group, { view, explanations })}</td>`;
  if (!isOne) return html`<td>${wordBadge(cell.word)}${was}</td>`;
  const { short, refusal } = cell.details;
  const isPlain = refusal === "noAllow" || refusal === "noBinding";
  const condition = short === "" || isPlain ? undefined : html`<small>${short}</small>`;
  return html`<td>${wordBadge(cell.word, explanations.linkOf(cell, row.name))}${was}${condition}</td>`;
}
