/** The coverage of policy tests, for people and for programs: how much, and the places of what no test reaches. */
import { join } from "node:path";
import type { Position } from "../../../shared/policy/model/document.ts";
import { displayPath } from "../../authoring/configuration/read/source-file.ts";
import type { CoveredCondition, CoveredStatement } from "../../authoring/tests/coverage.ts";

interface Count {
  readonly covered: number;
  readonly total: number;
}

export interface CoverageReport {
  /** Statements that decided a test. */
  readonly statements: Count;
  /** Conditions that tests met and did not meet. */
  readonly conditions: Count;
  /** The same by policy. */
  readonly policies: readonly {
    readonly policy: string;
    readonly statements: Count;
    readonly conditions: Count;
  }[];
  /** `file:line:column`, and what no test does there. */
  readonly missing: readonly string[];
}

export function reportCoverage(all: readonly CoveredStatement[], folder: string): CoverageReport {
  const names = [...new Set(all.map(({ document }) => document.name))];
  return {
    ...countsOf(all),
    policies: names.map((policy) => ({
      policy,
      ...countsOf(all.filter(({ document }) => document.name === policy)),
    })),
    missing: all.flatMap((each) => missingOf(each, folder)),
  };
}

function countsOf(all: readonly CoveredStatement[]) {
  const conditions = all.flatMap((each) => each.conditions);
  return {
    statements: { covered: all.filter(({ decides }) => decides.size > 0).length, total: all.length },
    conditions: {
      covered: conditions.filter(({ met, unmet }) => met.size > 0 && unmet.size > 0).length,
      total: conditions.length,
    },
  };
}

function missingOf({ document, statement, index, decides, conditions }: CoveredStatement, folder: string) {
  const at = ({ line, column }: Position) => `${displayPath(join(folder, document.file))}:${line}:${column}`;
  const name = `${statement.effect} ${document.name}#${statement.sid ?? index}`;
  return [
    ...(decides.size > 0 ? [] : [`${at(statement.start)} ${name} decides no test`]),
    ...conditions.flatMap((each) => {
      const never = neverOf(each);
      const { operator, key, position } = each.condition;
      return never === undefined ? [] : [`${at(position)} ${operator} on ${key} of ${name} is ${never}`];
    }),
  ];
}

function neverOf({ met, unmet }: CoveredCondition): string | undefined {
  if (met.size > 0 && unmet.size > 0) return undefined;
  if (met.size + unmet.size === 0) return "tested neither way";
  return met.size > 0 ? "never unmet" : "never met";
}

/** Of statements, in whole percent, rounded down; all of nothing is everything. */
export function percentOf({ covered, total }: Count): number {
  return total === 0 ? 100 : Math.floor((100 * covered) / total);
}

export function formatCoverage({
  statements,
  conditions,
  policies,
  missing,
}: CoverageReport): readonly string[] {
  const of = ({ covered, total }: Count) => `${covered} of ${total}`;
  return [
    `coverage ${percentOf(statements)} %: ${of(statements)} statements decide a test, ${of(conditions)} conditions are tested both ways`,
    ...policies.map((each) => `    ${each.policy}: ${of(each.statements)}, ${of(each.conditions)}`),
    ...missing.map((each) => `    ${each}`),
  ];
}
