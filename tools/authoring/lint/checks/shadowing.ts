/**
 * Statements without effect, because another one of the same document covers them.
 *
 * Only what is certain is reported: each pattern covered by one pattern of the other statement, and no condition in the
 * other that this one does not have too.
 */
import { lowerAscii } from "../../../../shared/ascii.ts";
import type { PolicyCondition, PolicyStatement } from "../../../../shared/policy/model/document.ts";
import { type Codes, covers } from "../../../../shared/reach/patterns/automaton.ts";
import { actionCodes, resourceCodes } from "../../../../shared/reach/patterns/pattern-codes.ts";
import { isUnresolved } from "../../policy/instance-names.ts";
import type { LintedStatement, Report } from "../linted-statement.ts";

/** Every statement is compared with every other, so documents with more are not checked. */
const maxStatements = 500;

/** A statement's patterns as codes. */
interface Extent {
  readonly linted: LintedStatement;
  readonly actions: readonly Pattern[];
  readonly resources: readonly Pattern[];
  /** Each condition as text, in one spelling. */
  readonly conditions: ReadonlySet<string>;
}

interface Pattern {
  readonly text: string;
  /** Whether it can cover another text than its own. */
  readonly isWide: boolean;
  /** Made when they are needed: most pairs of statements differ in their actions. */
  codes(): Codes;
}

/** Checks the statements of one document against each other (`shadowedStatement`). */
export function checkShadowing(document: readonly LintedStatement[], report: Report): void {
  if (document.length < 2 || document.length > maxStatements) return;
  const isKnown = ({ statement }: LintedStatement) => !statement.resources.patterns.some(isUnresolved);
  const extents = document.filter(isKnown).map(measure);
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
    [...outer.conditions].every((condition) => inner.conditions.has(condition))
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
    wide.some(
      (other) => other.text === pattern.text || (other.isWide && covers(other.codes(), pattern.codes())),
    ),
  );
}

function measure(linted: LintedStatement): Extent {
  const { statement, variables } = linted;
  return {
    linted,
    actions: statement.actions.patterns.map((text) => ({
      isWide: /[*?]/.test(text),
      ...patternOf(lowerAscii(text), () => actionCodes(text)),
    })),
    // One of fewer than six parts is wide too: it is completed.
    resources: statement.resources.patterns.map((text) => ({
      isWide: true,
      ...patternOf(text, () => resourceCodes(text, variables)),
    })),
    conditions: readConditions(statement),
  };
}

function patternOf(text: string, make: () => Codes | undefined): Omit<Pattern, "isWide"> {
  let made: Codes | undefined;
  return {
    text,
    codes: () => {
      made ??= make() ?? [];
      return made;
    },
  };
}

function readConditions({ conditions }: PolicyStatement): ReadonlySet<string> {
  return new Set(
    conditions.map(({ operator, key, values }: PolicyCondition) =>
      JSON.stringify([operator, lowerAscii(key), [...new Set(values)].sort()]),
    ),
  );
}
