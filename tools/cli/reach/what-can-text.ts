/** The answers of `what-can` for people: a sentence, a table by area, and a legend; or the same in Markdown. */

import type { OperationReach } from "../../../shared/reach/operation-reach.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import {
  formatOperation,
  type Miss,
  type OperationAnswer,
  reasonOf,
  shortAction,
} from "../../authoring/reach/operation-answer.ts";
import { inCode } from "../formats/markdown.ts";
import { counted, formatLines, layOutTable } from "../terminal/lay-out.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { ArnLegend } from "./arn-legend.ts";
import type { AskedCaller } from "./asked-caller.ts";
import { type AnswerRow, groupAnswers, type Judged } from "./group-answers.ts";
import type { AskedResource } from "./named.ts";

export interface Answered {
  readonly answer: OperationAnswer;
  readonly area: string;
  readonly reaches: readonly { readonly instance: ConnectInstance; readonly reach: OperationReach }[];
}

/** What the answers are limited to. */
export interface Scope {
  readonly operation: string | undefined;
  readonly on: AskedResource | undefined;
}

export interface Shown extends Terminal {
  readonly form: "text" | "markdown";
  readonly scope: Scope;
  readonly legend: ArnLegend;
  /** Whether each operation has a line of its own. */
  readonly all: boolean;
}

export function formatAnswers(
  caller: Pick<AskedCaller, "name" | "layers">,
  answered: readonly Answered[],
  shown: Shown,
): string {
  const { legend, all } = shown;
  const summary = summarize(caller, answered, shown.scope);
  if (all && answered.length > 0) {
    const lines = answered.map(({ answer }) => legend.shorten(formatOperation(answer)));
    const listed = [...lines, ...legend.rows.map((row) => row.join("  "))];
    return shown.form === "text"
      ? formatLines(listed, shown)
      : listed.map((line) => `- ${inCode(line)}\n`).join("");
  }
  const judged = answered.map((each) => judge(each, legend));
  const silent = judged.filter(({ word }) => word === undefined).length;
  const rows = groupAnswers(judged);
  const rest =
    silent === 0 || rows.length === 0
      ? []
      : [`never: ${counted(silent, "other operation")}, which no statement allows; \`--all\` lists them`];
  return formatRows({ summary, sections: [{ rows }], rest }, shown);
}

/** What nothing allows or denies has no word: it is only counted. */
export function judge({ answer, area }: Answered, legend: ArnLegend): Judged {
  const { operation, deniedBy, misses } = answer;
  const isSilent = answer.answer === "never" && deniedBy.length === 0 && misses.length === 0;
  return {
    operation,
    area,
    word: isSilent ? undefined : answer.answer,
    reason: legend.shorten(reasonOf(answer)),
    isDenied: deniedBy.length > 0,
    lacks: deniedBy.length > 0 ? [] : misses.map(describeMiss),
  };
}

function describeMiss({ action, resource, isOwn }: Miss): string {
  return isOwn ? resource : `${shortAction(action)} on ${resource}`;
}

function summarize(
  { name, layers }: Pick<AskedCaller, "name" | "layers">,
  answered: readonly Answered[],
  scope: Scope,
): string {
  if (answered.length === 0) return describeNothing(scope);
  const words = answered.map(({ answer }) => answer.answer);
  const may = words.filter((word) => word !== "never").length;
  const always = words.filter((word) => word === "always").length;
  const of = describeScope(answered.length, scope);
  if (may === 0) return `\`${name}\` may use none of ${of}${layers ? "" : ": no binding matches"}`;
  const how = always === may ? "always" : always === 0 ? "none of them always" : `${always} of them always`;
  return `\`${name}\` may use ${may} of ${of}, ${how}`;
}

export function describeScope(count: number, { operation, on }: Scope): string {
  const named = operation === undefined ? "" : ` like \`${operation}\``;
  const about = on === undefined ? "" : ` that can be about \`${on.written}\``;
  return `${counted(count, "operation")}${named}${about}`;
}

export function describeNothing({ operation, on }: Scope): string {
  const named = operation === undefined ? "no operation" : `no operation like \`${operation}\``;
  return `${named} can be about \`${on?.written}\` in the configured instances`;
}

export interface Section {
  readonly title?: string;
  readonly rows: readonly AnswerRow[];
}

interface Page {
  readonly summary: string;
  readonly sections: readonly Section[];
  readonly rest: readonly string[];
}

export function formatRows(page: Page, shown: Shown): string {
  return shown.form === "markdown" ? formatMarkdown(page, shown) : formatText(page, shown);
}

const colours = { always: "green", some: "yellow", depends: "yellow", never: "red" } as const;

function formatText({ summary, sections, rest }: Page, { legend, columns, paint }: Shown): string {
  const tables = sections.map(({ title, rows }) => {
    let last = "";
    const cells = rows.map(({ area, word, names, reason }) => {
      const shownArea = area === last ? "" : area;
      last = area;
      return [shownArea, word, withReason(names, reason)];
    });
    const lines = layOutTable(cells, columns).map((line, index) => {
      const word = rows[index]?.word ?? "";
      const start = line.slice(0, line.indexOf(word, (cells[index]?.[0] ?? "").length) + word.length);
      return isColoured(word) && start.endsWith(word)
        ? `${start.slice(0, start.length - word.length)}${paint(colours[word], word)}${line.slice(start.length)}\n`
        : `${line}\n`;
    });
    return [...(title === undefined ? [] : [formatLines([title], { columns })]), ...lines].join("");
  });
  const end = [
    formatLines(rest, { columns }),
    layOutTable(legend.rows, columns)
      .map((line) => `${line}\n`)
      .join(""),
  ];
  const parts = [formatLines([summary], { columns }), ...tables, end.join("")].filter((part) => part !== "");
  return parts.join("\n");
}

function isColoured(word: string): word is keyof typeof colours {
  return word in colours;
}

function withReason(names: readonly string[], reason: string): string {
  return reason === "" ? names.join(", ") : `${names.join(", ")}: ${reason}`;
}

function formatMarkdown({ summary, sections, rest }: Page, { legend }: Shown): string {
  const lists = sections.map(({ title, rows }) => [
    ...(title === undefined ? [] : [`**${inCode(title)}**`, ""]),
    ...rows.map(({ area, word, names, reason }) => {
      const why = reason === "" ? "" : `: ${inCode(reason)}`;
      return `- ${inCode(area)} **${word}** ${names.map(inCode).join(", ")}${why}`;
    }),
  ]);
  const arns = legend.rows.map(([name = "", arn = ""]) => `- ${inCode(name)} ${inCode(arn)}`);
  return [[inCode(summary)], ...lists, rest.map(inCode), arns]
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}
