/** A difference as reviewers read it: what escalates first, then what is gained, what may be, and what is lost. */
import { findOperation } from "../../../../shared/catalog/catalog.ts";
import type { ExampleCall } from "../../../authoring/counterexample/example-call.ts";
import type { SettingDifference } from "../../../authoring/diff/compare-configuration.ts";
import { askedActions, escalationOf } from "../../../authoring/diff/escalations.ts";
import { type AccessDifference, groupBy } from "../../../authoring/diff/merge-differences.ts";

export interface BundleDifference {
  /** Its version; `null` if there was nothing. */
  readonly older: string | null;
  readonly newer: string;
  /** Whether any caller may do something that was not allowed before. */
  readonly gainsAccess: boolean;
  readonly access: readonly AccessDifference[];
  readonly settings: readonly SettingDifference[];
}

type Change = SettingDifference["change"];

/** In the order in which they are shown. */
export const kinds = ["escalation", "gain", "possible", "loss", "same"] as const;
export type Kind = (typeof kinds)[number];

const kindOf = { gains: "gain", changes: "possible", loses: "loss", same: "same" } as const satisfies Record<
  Change,
  Kind
>;

const signOf = { gains: "+", changes: "~", loses: "-", same: " " } as const satisfies Record<Change, string>;

/** One line for people. */
export type Row = {
  readonly kind: Kind;
  /** `+` gains, `~` may gain, `-` loses, a blank for neither. */
  readonly sign: "+" | "~" | "-" | " ";
} & (SettingRow | AccessRow);

export interface SettingRow {
  readonly message: string;
  readonly escalates: string | undefined;
}

export interface AccessRow {
  readonly difference: AccessDifference;
  /** Whether it is all that can be asked: it is not worth listing. */
  readonly isEverything: boolean;
}

export function rowsOf({ access, settings }: Pick<BundleDifference, "access" | "settings">): readonly Row[] {
  const rows: readonly Row[] = [
    ...settings.map(({ change, message, escalates }): Row => {
      const kind = escalates === undefined ? kindOf[change] : "escalation";
      return { kind, sign: signOf[change], message, escalates };
    }),
    ...mergeExamples(access).flatMap(splitEscalating),
  ];
  return rows.toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
}

/** People get one line for differences that differ only by their examples. */
function mergeExamples(access: readonly AccessDifference[]): readonly AccessDifference[] {
  const groups = groupBy(
    access,
    ({ actions: _actions, example: _example, calls: _calls, proved: _proved, ...same }) =>
      JSON.stringify([same, isCertain({ ...same, proved: _proved })]),
  );
  return groups.flatMap((group) => {
    const [first] = group;
    const actions = new Set(group.flatMap((each) => each.actions));
    const calls = group.flatMap((each) => each.calls);
    return first ? [{ ...first, actions: [...actions].sort(), calls }] : [];
  });
}

/** Without conditions, what policies decide of the resources differs for certain, also where a call needs more than that. */
function isCertain({ proved, isConditional }: Pick<AccessDifference, "proved" | "isConditional">): boolean {
  return proved || !isConditional;
}

/** Actions that escalate get a line of their own, so that none is lost among others. */
function splitEscalating(difference: AccessDifference): readonly Row[] {
  const { change, actions, calls } = difference;
  const isEverything = isEvery(actions);
  if (change === "loses") return [{ kind: "loss", sign: "-", difference, isEverything }];
  const isGain = isCertain(difference) && (change === "gains" || difference.proved);
  const sign = isGain ? "+" : "~";
  if (isEverything) return [{ kind: "escalation", sign, difference, isEverything }];
  const row = (kind: Kind, own: readonly string[]): readonly Row[] => {
    const isOwn = ({ operation }: ExampleCall) => own.includes(findOperation(operation)?.action ?? "");
    const part = { ...difference, actions: own, calls: calls.filter(isOwn) };
    return own.length === 0 ? [] : [{ kind, sign, difference: part, isEverything: false }];
  };
  return [
    ...row("escalation", escalatingOf(difference)),
    ...row(
      isGain ? "gain" : "possible",
      actions.filter((action) => escalationOf(action) === undefined),
    ),
  ];
}

function isEvery(actions: readonly string[]): boolean {
  const named = new Set(actions);
  return askedActions().every((action) => named.has(action));
}

/** The actions by which a difference escalates: none of what is lost. */
export function escalatingOf({ change, actions }: AccessDifference): readonly string[] {
  return change === "loses" ? [] : actions.filter((action) => escalationOf(action) !== undefined);
}

/** Why the actions escalate that rows name: each reason once, with its actions. */
export function reasonsIn(rows: readonly Row[]): ReadonlyMap<string, readonly string[]> {
  const actions = rows.flatMap((row) =>
    "difference" in row && row.kind === "escalation" && !row.isEverything ? row.difference.actions : [],
  );
  const groups = groupBy([...new Set(actions)].sort(), (action) => escalationOf(action) ?? "");
  return new Map(groups.map((group) => [escalationOf(group[0] ?? "") ?? "", group]));
}

export type Counts = Readonly<Record<"escalations" | "gains" | "possible" | "losses" | "same", number>>;

export function countRows(rows: readonly Row[]): Counts {
  const count = (kind: Kind) => rows.filter((row) => row.kind === kind).length;
  return {
    escalations: count("escalation"),
    gains: count("gain"),
    losses: count("loss"),
    possible: count("possible"),
    same: count("same"),
  };
}

const plural: ReadonlyMap<string, readonly [one: string, many: string]> = new Map([
  ["escalations", ["escalation", "escalations"]],
  ["gains", ["gain", "gains"]],
  ["losses", ["loss", "losses"]],
  ["possible", ["possible", "possible"]],
  ["same", ["change without access", "changes without access"]],
]);

/** `2 escalations, 5 gains, 3 losses, 1 possible` */
export function describeCounts(counts: Counts): string {
  const parts = Object.entries(counts).flatMap(([name, count]) => {
    const [one, many] = plural.get(name) ?? [name, name];
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  return parts.length === 0 ? "no difference in access" : parts.join(", ");
}
