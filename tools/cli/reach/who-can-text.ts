/** The answers of `who-can` for people: those that are alike together, the refusals in one line; or the same in Markdown. */
import type { BindingMatch } from "../../../shared/bundle/types.ts";
import type { MatchedStatement } from "../../../shared/policy/evaluate/compile.ts";
import { describeMatch } from "../../authoring/access/roles.ts";
import { formatStatement } from "../../authoring/explain/statement-text.ts";
import { inCode } from "../formats/markdown.ts";
import { describeEnd } from "../principal/principal.ts";
import { counted, formatLines } from "../terminal/lay-out.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { summarizeNames } from "./collapse-names.ts";

export interface GivenAnswer {
  readonly answer: "yes" | "some" | "depends" | "no";
  /** What the answer depends on, as the policies spell it. */
  readonly keys: readonly string[];
  /** The statements that match or may match. */
  readonly statements: readonly MatchedStatement[];
}

export interface BindingAnswer extends GivenAnswer {
  readonly match: BindingMatch;
}

/** What a policy gives to principals that a table attaches it to. */
export interface AttachedAnswer extends GivenAnswer {
  readonly policy: string;
}

/** What a principal's own item gives it, as long as its groups and claims are unknown. */
export interface PrincipalAnswer extends GivenAnswer {
  readonly issuer: string;
  readonly id: string;
  /** The item's policies that give the action. */
  readonly policies: readonly string[];
  /** When those of them that have an end give nothing more. ISO 8601. */
  readonly until: Readonly<Record<string, string>>;
}

export interface ActionAnswers {
  readonly action: string;
  readonly resource: string;
  readonly bindings: readonly BindingAnswer[];
  readonly attached?: readonly AttachedAnswer[];
  /** By item of the table; the same principals for each action. */
  readonly principals?: readonly PrincipalAnswer[];
}

export interface Shown extends Terminal {
  readonly form: "text" | "markdown";
  /** Whether nothing is left out. */
  readonly all: boolean;
}

/** How many names, and how many different answers, a person is shown. */
const maxNames = 8;
const maxAnswers = 12;

const colours = { yes: "green", some: "yellow", depends: "yellow", no: "red" } as const;
type Word = keyof typeof colours;

/** Bindings, or policies of the table, with the same answer. */
interface Block {
  readonly word: Word;
  readonly names: readonly string[];
  readonly keys: readonly string[];
  readonly lines: readonly string[];
}

/** Formats the answers about one action. */
export function formatBindings(found: ActionAnswers, shown: Shown): string {
  const { action, resource, bindings } = found;
  const blocks = new Map<string, Block & { readonly names: string[] }>();
  for (const { name, given, by } of subjectsOf(found)) {
    if (by?.length === 0) continue;
    const { answer, keys, statements } = given;
    const lines = statements.map(formatStatement);
    const key = JSON.stringify([answer, keys, lines]);
    const block = blocks.get(key) ?? { word: answer, keys, lines, names: [] };
    blocks.set(key, block);
    block.names.push(nameWith(name, by));
  }
  const may = bindings.filter(({ answer }) => answer !== "no").length;
  const always = bindings.filter(({ answer }) => answer === "yes").length;
  const how = may === 0 || may === always ? "" : `, ${always} of them always`;
  const each = may === 0 || bindings.length === 1 ? "" : "; each by itself";
  const summary = `${action} on \`${resource}\`: ${may === 0 ? "none" : may} of ${counted(bindings.length, "binding")} may${how}${each}`;
  return formatBlocks(summary, [...blocks.values()], shown);
}

interface Subject {
  readonly name: string;
  readonly given: GivenAnswer;
  /** The policies of a principal's item that give it, with their ends. */
  readonly by?: readonly string[];
}

function subjectsOf({ bindings, attached = [], principals = [] }: ActionAnswers): readonly Subject[] {
  return [
    ...bindings.map((given) => ({ name: describeMatch(given.match), given: given as GivenAnswer })),
    ...attached.map((given) => ({
      name: `principals with \`${given.policy}\` attached`,
      given: given as GivenAnswer,
    })),
    ...principals.map((given) => ({
      name: `principal ${JSON.stringify([given.issuer, given.id])}`,
      given: given as GivenAnswer,
      by: byPolicies(given),
    })),
  ];
}

function byPolicies({ policies, until }: PrincipalAnswer): readonly string[] {
  return policies.map((policy) => {
    const end = until[policy];
    return `${policy}${describeEnd(end === undefined ? undefined : Date.parse(end) / 1000, Date.now())}`;
  });
}

function nameWith(name: string, by: Iterable<string> | undefined): string {
  return by ? `${name} by ${[...by].join(", ")}` : name;
}

const order: readonly Word[] = ["yes", "some", "depends", "no"];

function formatBlocks(summary: string, all: readonly Block[], shown: Shown): string {
  const sorted = all.toSorted((a, b) => order.indexOf(a.word) - order.indexOf(b.word));
  const most = shown.all ? sorted.length : maxAnswers;
  const kept = sorted.filter(
    (block, index) => index < most || (block.word === "no" && block.lines.length === 0),
  );
  const left = sorted.filter((block) => !kept.includes(block)).flatMap(({ names }) => names).length;
  const more =
    left === 0 ? [] : [`and ${counted(left, "more binding")} with other answers; \`--all\` lists them`];
  return shown.form === "markdown"
    ? `${[inCode(summary), "", ...markBlocks(kept, { more, shown })].join("\n")}\n`
    : `${formatLines([summary], shown)}\n${textBlocks(kept, { more, shown })}`;
}

interface Around {
  readonly more: readonly string[];
  readonly shown: Shown;
}

function markBlocks(blocks: readonly Block[], { more, shown }: Around): readonly string[] {
  const items = blocks.flatMap((block) => {
    const keys = block.keys.length === 0 ? "" : ` on ${block.keys.map(inCode).join(", ")}`;
    return [
      `- **${block.word}**${keys} ${namesOf(block, shown).map(inCode).join(", ")}`,
      ...block.lines.map((line) => `  - ${inCode(line)}`),
    ];
  });
  return [...items, ...more.map(inCode)];
}

function textBlocks(blocks: readonly Block[], { more, shown }: Around): string {
  const lines = blocks.flatMap((block) => [
    `${block.word.padEnd(8)}${namesOf(block, shown).join("; ")}${onKeys(block)}`,
    ...block.lines.map((line) => `${" ".repeat(8)}${line}`),
  ]);
  return paintWords(formatLines([...lines, ...more], shown), shown.paint);
}

function onKeys({ keys }: Block): string {
  return keys.length > 0 ? `, on ${keys.join(", ")}` : "";
}

function namesOf({ names }: { readonly names: readonly string[] }, { all }: Shown): readonly string[] {
  if (all || names.length <= maxNames) return names;
  return [...names.slice(0, maxNames), `${names.length - maxNames} more, which \`--all\` lists`];
}

interface Asked {
  readonly pattern: string;
  readonly resource: string;
  /** Those that a call can need on such a resource. */
  readonly actions: readonly ActionAnswers[];
}

/** Bindings, or policies of the table, that give the same answer to each of several actions. */
interface Group {
  readonly names: string[];
  readonly actions: ReadonlyMap<Word, readonly string[]>;
}

/** Formats the answers about several actions. */
export function formatActions({ pattern, resource, actions: found }: Asked, shown: Shown): string {
  const [only, another] = found;
  if (only && !another) return formatBindings(only, shown);
  if (!only) return formatLines([`no binding may do anything like \`${pattern}\` on \`${resource}\``], shown);
  const actions = found.map(({ action }) => shortName(action)).sort();
  const summary = `${counted(actions.length, "action")} like \`${pattern}\` on \`${resource}\`: by binding, each by itself`;
  const groups = groupsOf(found);
  const isRefused = (group: Group) => actionsOf(group, "no").length === actions.length;
  const some = groups.filter((group) => !isRefused(group));
  const kept = shown.all ? some : some.slice(0, maxAnswers);
  const left = some.slice(kept.length).flatMap(({ names }) => names).length;
  const more =
    left === 0 ? [] : [`and ${counted(left, "more binding")} with other answers; \`--all\` lists them`];
  const rowsOf = (group: Group) =>
    order.flatMap((word) => {
      const what = summarizeActions(actionsOf(group, word), actions, word);
      return what.length === 0 ? [] : [{ word, what }];
    });
  const refused = groups.filter(isRefused).flatMap(({ names }) => names);
  const no: Block = { word: "no", names: refused, keys: [], lines: [] };
  const last = refused.length === 0 ? [] : [no];
  if (shown.form === "markdown") {
    const items = kept.flatMap((group) => [
      `- ${namesOf(group, shown).map(inCode).join(", ")}`,
      ...rowsOf(group).map(({ word, what }) => `  - **${word}** ${what.map(inCode).join(", ")}`),
    ]);
    return [inCode(summary), "", ...items, ...markBlocks(last, { more, shown })].join("\n").concat("\n");
  }
  const lines = kept.flatMap((group) => [
    namesOf(group, shown).join("; "),
    ...rowsOf(group).map(({ word, what }) => `  ${word.padEnd(8)}${what.join(", ")}`),
  ]);
  const text = paintWords(formatLines(lines, shown), shown.paint);
  return `${formatLines([summary], shown)}\n${text}${textBlocks(last, { more, shown })}`;
}

function groupsOf(found: readonly ActionAnswers[]): readonly Group[] {
  const answers: { readonly name: string; by?: Set<string>; readonly actions: Map<Word, string[]> }[] = [];
  for (const each of found)
    for (const [index, { name, given, by }] of subjectsOf(each).entries()) {
      const answer = answers[index] ?? { name, actions: new Map<Word, string[]>() };
      answers[index] = answer;
      if (by) answer.by = new Set([...(answer.by ?? []), ...by]);
      const actions = answer.actions.get(given.answer) ?? [];
      answer.actions.set(given.answer, actions);
      actions.push(shortName(each.action));
    }
  const groups = new Map<string, Group>();
  for (const { name, by, actions } of answers) {
    if (by?.size === 0) continue;
    const key = JSON.stringify([...actions]);
    const group = groups.get(key) ?? { names: [], actions };
    groups.set(key, group);
    group.names.push(nameWith(name, by));
  }
  return [...groups.values()];
}

function actionsOf({ actions }: Group, word: Word): readonly string[] {
  return actions.get(word) ?? [];
}

function summarizeActions(some: readonly string[], all: readonly string[], word: Word): readonly string[] {
  if (some.length === 0) return [];
  if (some.length === all.length) return [`all ${counted(all.length, "action")}`];
  if (word === "no") return [`the other ${some.length}`];
  return summarizeNames(some, all);
}

function shortName(action: string): string {
  return action.replace(/^connect:/, "");
}

function paintWords(text: string, paint: Shown["paint"]): string {
  return text.replace(/(?<=^ {0,2})(?:yes|some|depends|no)(?= )/gm, (word) =>
    paint(colours[word as Word], word),
  );
}
