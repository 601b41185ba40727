/**
 * Statements without effect, because another one of the same document covers them.
 *
 * Only what is certain is reported: each pattern covered by one pattern of the other statement, and no condition in the
 * other that this one does not have too.
 */
import { lowerAscii } from "../../../../shared/ascii.ts";
import type { PolicyCondition, PolicyStatement } from "../../../../shared/policy/model/document.ts";
import { type Codes, covers } from "../../patterns/automaton.ts";
import { resourceCodes } from "../../patterns/pattern-codes.ts";
import { isUnresolved } from "../../policy/instance-names.ts";
import type { LintedStatement, Report } from "../linted-statement.ts";
import { coversAction } from "../statement-actions.ts";

/** Every statement is compared with every other, so documents with more are not checked. */
const maxStatements = 500;

/** What a statement is about. */
interface Extent {
  readonly linted: LintedStatement;
  readonly actions: readonly Pattern[];
  readonly resources: readonly Pattern[];
  /** Each condition as text, in one spelling. */
  conditions(): ReadonlySet<string>;
}

interface Pattern {
  readonly text: string;
  /** Whether it covers another pattern of such an element. */
  covers(other: string): boolean;
}

/** Checks the statements of one document against each other (`shadowedStatement`). */
export function checkShadowing(document: readonly LintedStatement[], report: Report): void {
  if (document.length < 2 || document.length > maxStatements) return;
  const known = new Map<string, Codes>();
  const codesOf: CodesFinder = (text, variables) => {
    const codes = known.get(text) ?? resourceCodes(text, variables) ?? [];
    known.set(text, codes);
    return codes;
  };
  const isKnown = ({ statement }: LintedStatement) => !statement.resources.patterns.some(isUnresolved);
  const extents = document.filter(isKnown).map((linted) => measure(linted, codesOf));
  for (const [index, extent] of extents.entries()) {
    const other = extents.find(
      (candidate, at) =>
        at !== index && isShadowed(extent, candidate) && (at < index || !isShadowed(candidate, extent)),
    );
    if (other) report("shadowedStatement", extent.linted.path, describe(extent, other));
  }
}

function describe({ linted: { statement } }: Extent, { linted: other }: Extent): string {
  const { sid, effect, start } = other.statement;
  const name = sid ? `\`${sid}\`` : `\`${other.path}\``;
  const done = effect === "Deny" ? "denies" : "allows";
  const result = effect === statement.effect ? "adds nothing" : "allows nothing";
  return `statement ${result}: ${name} on line ${start.line} ${done} all of it; remove it, or narrow one of the two`;
}

/** An Allow does nothing to a Deny; any other pair can make the first one idle. */
function isShadowed(inner: Extent, outer: Extent): boolean {
  const [one, other] = [inner.linted.statement, outer.linted.statement];
  if (one.effect === "Deny" && other.effect === "Allow") return false;
  return (
    isElementCovered(one.actions.kind, other.actions.kind, inner.actions, outer.actions) &&
    isElementCovered(one.resources.kind, other.resources.kind, inner.resources, outer.resources) &&
    isEachIn(outer.conditions(), inner.conditions())
  );
}

/** The fewer its patterns match, the more a negated element covers. Elements of different kinds are not compared. */
function isElementCovered(
  kind: string,
  otherKind: string,
  patterns: readonly Pattern[],
  others: readonly Pattern[],
): boolean {
  if (kind !== otherKind) return false;
  const [narrow, wide] = kind.startsWith("Not") ? [others, patterns] : [patterns, others];
  return narrow.every((pattern) =>
    wide.some((other) => other.text === pattern.text || other.covers(pattern.text)),
  );
}

function isEachIn(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((text) => all.has(text));
}

/** Finds the codes of a resource pattern, once for each. */
type CodesFinder = (pattern: string, variables: boolean) => Codes;

function measure(linted: LintedStatement, codesOf: CodesFinder): Extent {
  const { statement, variables } = linted;
  return {
    linted,
    actions: statement.actions.patterns.map((pattern) => {
      const text = lowerAscii(pattern);
      return { text, covers: (other) => coversAction(text, other) };
    }),
    resources: statement.resources.patterns.map((text) => ({
      text,
      covers: (other) => covers(codesOf(text, variables), codesOf(other, variables)),
    })),
    conditions: once(() => readConditions(statement)),
  };
}

function once<Made>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function readConditions({ conditions }: PolicyStatement): ReadonlySet<string> {
  return new Set(
    conditions.map(({ operator, key, values }: PolicyCondition) =>
      JSON.stringify([operator, lowerAscii(key), [...new Set(values)].sort()]),
    ),
  );
}
