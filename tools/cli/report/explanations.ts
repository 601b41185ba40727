/** The sections behind the cells: each reason once, with its statements, and the text of every statement that is named. */
import type { PolicyDocument, PolicyStatement } from "../../../shared/policy/model/document.ts";
import type { AccessCell, CellStatement } from "../../authoring/access/access-cell.ts";
import { counted } from "../terminal/lay-out.ts";
import { type Html, html } from "./html.ts";
import { wordBadge } from "./words.ts";

interface Explanation {
  readonly number: number;
  readonly cell: AccessCell;
  readonly operations: Set<string>;
}

/** Policies by name, and the texts of their files where there are any. */
export interface PolicyTexts {
  readonly policies: readonly PolicyDocument[];
  readonly texts: ReadonlyMap<string, string>;
}

/** Collects what the cells of the page need. Numbers follow the order of the page, so that the same input gives the same page. */
export class Explanations {
  readonly #known = new Map<string, Explanation>();
  readonly #keys = new Map<AccessCell, string>();
  readonly #statements = new Map<string, CellStatement>();

  /** Returns where a cell is explained; `undefined` if its word says it all. */
  linkOf(cell: AccessCell, operation: string): string | undefined {
    const { details, word } = cell;
    if (word === "never" && details.statements.length === 0) return undefined;
    const key = this.#keyOf(cell);
    const found = this.#known.get(key) ?? {
      number: this.#known.size + 1,
      cell,
      operations: new Set<string>(),
    };
    this.#known.set(key, found);
    found.operations.add(operation);
    for (const statement of details.statements) this.#statements.set(anchorOf(statement), statement);
    return `#why-${found.number}`;
  }

  #keyOf(cell: AccessCell): string {
    const known = this.#keys.get(cell);
    if (known !== undefined) return known;
    const { word, details } = cell;
    const { short, reason, refusal = "", statements, callers = [] } = details;
    const key = JSON.stringify([
      ...[word, short, reason, refusal, statements.map(anchorOf)],
      callers.map((each) => [each.label, this.#keyOf(each.cell)]),
    ]);
    this.#keys.set(cell, key);
    return key;
  }

  formatReasons(): Html {
    const items = [...this.#known.values()].map(
      ({ number, cell, operations }) => html`
<li id="why-${number}">${wordBadge(cell.word)} ${sentenceOf(cell)}
${listOperations([...operations])}${callersOf(cell)}${listStatements(cell.details.statements)}</li>`,
    );
    return html`<ol class="why">${items}</ol>`;
  }

  formatPolicies({ policies, texts }: PolicyTexts): Html {
    const named = new Set([...this.#statements.values()].map(({ policy }) => policy));
    const shown = policies.filter(({ name }) => named.has(name));
    return html`${shown.map((document) => this.#formatPolicy(document, texts.get(document.name)))}`;
  }

  #formatPolicy({ name, file, statements }: PolicyDocument, text: string | undefined): Html {
    const parts = statements.flatMap((source, index) => {
      const statement = this.#statements.get(anchorOf({ policy: name, index }));
      return statement ? [formatStatement(statement, source, text)] : [];
    });
    return html`
<details open><summary><h3>${name}</h3><span class="soft">${file}</span></summary>${parts}</details>`;
  }
}

/** Longer lists are closed at first. */
const maxListed = 12;

function listOperations(names: readonly string[]): Html {
  const list = names.join(", ");
  if (names.length <= maxListed) return html`<p class="soft">${list}</p>`;
  return html`<details><summary>${counted(names.length, "operation")}</summary><p>${list}</p></details>`;
}

function sentenceOf({ word, details }: AccessCell): Html {
  const { reason, refusal } = details;
  if (word === "always") return html`every call is allowed`;
  if (word === "sometimes") return html`${reason}`;
  const refused = { boundary: "the boundary does not allow it", guardrail: "a guardrail does not allow it" };
  const why = refusal === "boundary" || refusal === "guardrail" ? refused[refusal] : reason;
  return html`${why === "" ? "no statement allows it" : why}`;
}

function callersOf({ details }: AccessCell): Html | undefined {
  const { callers } = details;
  if (!callers) return undefined;
  const items = callers.map(
    ({ label, cell }) =>
      html`<li>${label}: ${cell.word}${cell.details.short ? `, ${cell.details.short}` : ""}</li>`,
  );
  return html`<ul>${items}</ul>`;
}

function listStatements(statements: readonly CellStatement[]): Html | undefined {
  if (statements.length === 0) return undefined;
  const items = statements.map(
    (each) =>
      html`<li>${each.effect} <a href="#${anchorOf(each)}">${nameOf(each)}</a> <span class="soft">${each.file}:${each.line}${layerNote(each)}</span></li>`,
  );
  return html`<ul>${items}</ul>`;
}

function layerNote({ layer }: CellStatement): string {
  return layer === "attached" ? "" : `, a ${layer}`;
}

function nameOf({ policy, sid, index }: Pick<CellStatement, "policy" | "sid" | "index">): string {
  return `${policy}#${sid ?? index}`;
}

/** Names of policies may hold anything, and an id may not. */
function anchorOf({ policy, index }: Pick<CellStatement, "policy" | "index">): string {
  return `statement-${encodeURIComponent(policy).replaceAll("%", "-")}-${index}`;
}

function formatStatement(statement: CellStatement, source: PolicyStatement, text: string | undefined): Html {
  const { effect, file, line, index, sid } = statement;
  const lines = text === undefined ? undefined : linesOf(source, text);
  const note = lines ? `${file}:${line}` : `${file}:${line}, as the bundle has it`;
  const shown = lines ?? JSON.stringify(plainOf(source), null, 2).split("\n");
  const numbered = shown.map(
    (each, at) =>
      html`${lines ? html`<b>${line + at}</b>` : undefined}${each.replaceAll("\t", "  ")}${newline}`,
  );
  return html`
<div class="policy" id="${anchorOf(statement)}">${effect} <strong>${sid ?? `statement ${index}`}</strong> <span class="soft">${note}</span>
<pre>${numbered}</pre></div>`;
}

const newline = html`
`;

/** The statement's own lines, without the indentation that all of them have. */
function linesOf({ start, end }: PolicyStatement, text: string): readonly string[] {
  const first = " ".repeat(start.column - 1);
  const lines = `${first}${text.slice(start.offset, end.offset)}`.split(/\r\n?|\n/);
  const indents = lines
    .filter((line) => line.trim() !== "")
    .map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const common = Math.min(...indents);
  return lines.map((line) => line.slice(common));
}

function plainOf({ sid, effect, actions, resources, conditions }: PolicyStatement): unknown {
  const byOperator: Record<string, Record<string, readonly string[]>> = Object.create(null);
  for (const { operator, key, values } of conditions) {
    byOperator[operator] ??= Object.create(null) as Record<string, readonly string[]>;
    byOperator[operator][key] = values;
  }
  return {
    ...(sid === undefined ? {} : { Sid: sid }),
    Effect: effect,
    [actions.kind]: actions.patterns,
    [resources.kind]: resources.patterns,
    ...(conditions.length > 0 ? { Condition: byOperator } : {}),
  };
}
