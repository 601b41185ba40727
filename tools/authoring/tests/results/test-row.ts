/** The result of one test, of either kind, as it is printed. */
import type { MatchedStatement } from "../../../../shared/policy/evaluate/evaluate.ts";
import { formatDeciding } from "../deciding-statement.ts";
import type { Exception, ProofResult } from "../prove-nobody.ts";
import type { TestResult } from "../run-test.ts";
import { describeFailure, doubtOf } from "./describe-result.ts";
import { nameStatement, type Tested } from "./tested.ts";

export interface TestRow {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly holds: boolean;
  /** What came instead, by what, and what would change it: a few lines; none if it holds. */
  readonly why: readonly string[];
  /** The statements that decided it, or that give what nobody should have. */
  readonly statements: readonly MatchedStatement[];
  /** What a test that holds should still say. */
  readonly note?: string;
  /** The rest, for programs. */
  readonly json: Readonly<Record<string, unknown>>;
}

export function rowOfTest(result: TestResult, tested: Tested): TestRow {
  const { test, holds, came } = result;
  const { name, file, line, column, caller, call, expect, by } = test;
  const failure = holds ? undefined : describeFailure(result, tested);
  const note = doubtOf(result);
  const filled = call.filled.length > 0 ? [`filled in: ${call.filled.join(", ")}`] : [];
  return {
    ...{ name, file, line, column, holds },
    why: failure
      ? [
          `${caller}, ${call.operation}: ${failure.summary}`,
          ...(failure.problem === undefined ? [] : [`\`by\`: ${failure.problem}`]),
          ...failure.statements.map((statement) => `by ${statement}`),
          ...failure.passed.map((statement) => `not by ${statement}`),
          `to change that: ${failure.advice}`,
          ...filled,
        ]
      : [],
    statements: result.statements,
    ...(note === undefined ? {} : { note }),
    json: {
      ...{ caller, operation: call.operation, expect },
      ...(by ? { by: formatDeciding(by) } : {}),
      outcome: came,
      statements: result.statements.map((statement) => nameStatement(statement, tested.folder)),
      filled: call.filled,
      ...(failure ? { why: failure } : {}),
    },
  };
}

export function rowOfProof({ test, holds, exceptions }: ProofResult, { folder }: Tested): TestRow {
  const { name, file, line, column, action, on, except } = test;
  const found = exceptions.map(({ role, answer, keys, statements }) => ({
    ...{ role, answer, keys },
    statements: statements.map((statement) => nameStatement(statement, folder)),
  }));
  return {
    ...{ name, file, line, column, holds },
    why: holds
      ? []
      : [
          `expected that nobody${except ? " but the excepted callers" : ""} may ${action} on \`${on}\``,
          ...found.flatMap((each) => [
            `${each.role} may${describeLimit(each)}`,
            ...each.statements.map((statement) => `    by ${statement}`),
          ]),
          "to change that: narrow the Allow, add a Deny, or name these callers in `except`",
        ],
    statements: exceptions.flatMap(({ statements }) => statements),
    json: { nobody: { may: action, on, ...(except ? { except } : {}) }, exceptions: found },
  };
}

function describeLimit({ answer, keys }: Pick<Exception, "answer" | "keys">): string {
  if (answer === "always") return "";
  return answer === "some" ? ", on some of these resources" : `, depending on ${keys.join(", ")}`;
}
