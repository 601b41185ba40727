/** One cell of the access table: what callers with the same policies may do with an operation, why, and by which statements. */
import type { MatchedStatement } from "../../../shared/policy/evaluate/compile.ts";
import type { PolicyLayer, PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import type { Position } from "../../../shared/policy/model/document.ts";
import type { AccessWord, AskReach, OperationReach } from "../../../shared/reach/operation-reach.ts";
import type { Answer } from "../reach/answer.ts";
import { type OperationAnswer, reasonOf } from "../reach/operation-answer.ts";
import { describeConditions } from "./cell-words.ts";

/**
 * Why no call is allowed. `noBinding`: the caller has no policies. `noAllow`: no statement allows the action. `deny`: a Deny of any
 * policy refuses every call. `boundary`, `guardrail`: what is attached allows it, and that does not. `other`: it is allowed on
 * resources or under conditions that no call can have together, or without an action that every call also needs.
 */
export type Refusal = "noBinding" | "noAllow" | "deny" | "boundary" | "guardrail" | "other";

/** A statement that may decide about a cell. */
export interface CellStatement extends MatchedStatement {
  /** Whether it is attached, or limits what is. */
  readonly layer: PolicyLayer;
  /** Of the statement's text in its file; `end` is just after its closing brace. */
  readonly start: Position;
  readonly end: Position;
}

export interface CellDetails {
  /** As `what-can` answers: `some` and `depends` are `sometimes`. */
  readonly answer: Answer;
  /** A word or two: `own team`, `queue/…`, `if aws:SourceIp`; of `never`, why. Empty for `always`. */
  readonly short: string;
  /** The sentence that `what-can` says; empty for `always`, and for `never` without more to say. */
  readonly reason: string;
  /** Only of `never`. */
  readonly refusal?: Refusal;
  /** Condition keys that the answer depends on, as the policies spell them. */
  readonly keys: readonly string[];
  /** The Denies first. */
  readonly statements: readonly CellStatement[];
  /** If the callers of a column differ: what each may do. */
  readonly callers?: readonly { readonly label: string; readonly cell: AccessCell }[];
}

/** Cells that are the same for certain are the same object. */
export interface AccessCell {
  readonly word: AccessWord;
  /** Found when it is first read. */
  readonly details: CellDetails;
}

/** @param find is called once at most */
export function createCell(word: AccessWord, find: () => CellDetails): AccessCell {
  let known: CellDetails | undefined;
  return {
    word,
    get details() {
      known ??= find();
      return known;
    },
  };
}

/** Describes what the policies of one caller say. @param reaches one for each instance */
export function detailsOf(
  found: OperationAnswer,
  reaches: readonly OperationReach[],
  layers: PolicyLayers | undefined,
): CellDetails {
  const { answer, keys } = found;
  const sources = reaches.flatMap(({ asks }) =>
    asks.flatMap((ask) => ask.statements.map(({ source }) => source)),
  );
  const refusal = answer === "never" ? refusalOf(found, reaches, layers) : undefined;
  return {
    answer,
    short: refusal === undefined ? describeConditions(found, sources) : shortRefusal(refusal, found),
    reason: reasonOf(found),
    ...(refusal === undefined ? {} : { refusal }),
    keys,
    // Without an Allow of the action, what else allows something decides nothing.
    statements: statementsIn(reaches, layers).filter(
      ({ effect }) => effect === "Deny" || refusal !== "noAllow",
    ),
  };
}

/** Joins the cells of a column's callers. */
export function joinCells(
  callers: readonly { readonly label: string; readonly cell: AccessCell }[],
): AccessCell {
  const [first] = callers;
  const words = new Set(callers.map(({ cell }) => cell.word));
  const word = words.size === 1 && first ? first.cell.word : words.size === 0 ? "never" : "sometimes";
  return createCell(word, () => {
    const each = callers.map(({ cell }) => cell.details);
    const answers = new Set(each.map(({ answer }) => answer));
    const [answer = "never"] = answers;
    const shorts = new Set(each.map(({ short }) => short));
    const reasons = new Set(each.map(({ reason }) => reason));
    const refusals = new Set(each.flatMap(({ refusal }) => refusal ?? []));
    const [refusal] = word === "never" ? refusals : [];
    return {
      answer: answers.size > 1 ? "some" : answer,
      short: words.size > 1 ? "not all callers" : [...shorts].join(" or "),
      reason: words.size > 1 ? "it depends on the caller" : [...reasons].filter((text) => text).join("; or "),
      ...(refusal ? { refusal: refusals.size > 1 ? "other" : refusal } : {}),
      keys: [...new Set(each.flatMap(({ keys }) => keys))],
      statements: deniesFirst(uniqueStatements(each.flatMap(({ statements }) => statements))),
      callers,
    };
  });
}

function shortRefusal(refusal: Refusal, { deniedBy, misses }: OperationAnswer): string {
  switch (refusal) {
    case "noBinding":
      return "no binding";
    case "noAllow":
      return "nothing allows it";
    case "deny":
      return `Deny in ${deniedBy[0]?.split("#")[0] ?? "a policy"}`;
    case "boundary":
      return "its boundary";
    case "guardrail":
      return "a guardrail";
    case "other": {
      const [missing] = misses.filter(({ isOwn }) => !isOwn);
      return missing ? `without ${missing.action.replace(/^connect:/, "")}` : "on no resource";
    }
  }
}

/** Of several instances, that of the one where most allows it. */
const refusals = ["guardrail", "boundary", "other", "noAllow"] as const;

function refusalOf(
  { deniedBy }: OperationAnswer,
  reaches: readonly OperationReach[],
  layers: PolicyLayers | undefined,
): Refusal {
  if (!layers) return "noBinding";
  if (deniedBy.length > 0) return "deny";
  const found = new Set<Refusal>(reaches.map((reach) => refusalIn(reach, layers)));
  return refusals.find((refusal) => found.has(refusal)) ?? "noAllow";
}

function refusalIn({ asks }: OperationReach, layers: PolicyLayers): Refusal {
  const failing = asks.filter(({ ask, passes }) => ask.isCertain && ask.sort === "required" && !passes.may);
  const allows = ({ statements }: AskReach, set: PolicyLayers["attached"]) =>
    statements.some((statement) => statement.name.effect === "Allow" && set.statements.includes(statement));
  const isLacking = (sets: PolicyLayers["boundaries"]) =>
    sets.some((set) => failing.some((ask) => !allows(ask, set)));
  if (failing.every((ask) => !allows(ask, layers.attached))) return "noAllow";
  if (isLacking([layers.attached])) return "other";
  if (isLacking(layers.boundaries)) return "boundary";
  return isLacking(layers.guardrails.filter(({ hasAllow }) => hasAllow)) ? "guardrail" : "other";
}

function statementsIn(
  reaches: readonly OperationReach[],
  layers: PolicyLayers | undefined,
): readonly CellStatement[] {
  if (!layers) return [];
  const found = new Set(reaches.flatMap(({ asks }) => asks.flatMap((ask) => ask.statements)));
  const within = (sets: readonly PolicyLayers["attached"][], layer: PolicyLayer): readonly CellStatement[] =>
    sets.flatMap((set) =>
      set.statements.flatMap((each) => {
        const { start, end } = each.source;
        return found.has(each) ? [{ ...each.name, layer, start, end }] : [];
      }),
    );
  return deniesFirst([
    ...within([layers.attached, ...denyingOf(layers)], "attached"),
    ...within(layers.boundaries, "boundary"),
    ...within(layers.guardrails, "guardrail"),
  ]);
}

/** Policies of which only the Denies count: those of bindings that only may match. */
export function denyingOf({ denying }: PolicyLayers): readonly PolicyLayers["attached"][] {
  return denying ? [denying] : [];
}

function deniesFirst(statements: readonly CellStatement[]): readonly CellStatement[] {
  return [
    ...statements.filter(({ effect }) => effect === "Deny"),
    ...statements.filter(({ effect }) => effect !== "Deny"),
  ];
}

function uniqueStatements(statements: readonly CellStatement[]): readonly CellStatement[] {
  const byPlace = new Map(
    statements.map((each) => [JSON.stringify([each.layer, each.policy, each.index]), each]),
  );
  return [...byPlace.values()];
}
