/**
 * IAM statements as casbin rows: one for each pair of action and resource pattern, and for each value of a condition.
 *
 * The model has a column for every condition key; an empty cell asks nothing. casbin's own effect "some allow and no
 * deny" is IAM's rule. `keyMatch` ignores what follows the first star, so the patterns are compared by `starMatch`,
 * which does what `keyMatch` does where the star comes last, and also takes the star in the middle.
 */
import { lowerAscii } from "../../shared/ascii.ts";
import { assertStarsOnly, type BenchRequest, type BenchStatement } from "./statement.ts";

/** A model, and the statements as its rows. */
interface CasbinPolicy {
  readonly model: string;
  readonly rows: readonly (readonly string[])[];
  /** Gives a request's columns; a key that is not there is the empty string. */
  readonly columnsOf: (request: BenchRequest) => readonly string[];
}

/** Translates statements. */
export function createCasbinPolicy(statements: readonly BenchStatement[]): CasbinPolicy {
  const keys = [
    ...new Set(statements.flatMap(({ Condition }) => Object.keys(Condition?.StringEquals ?? {}))),
  ];
  const names = keys.map((_, i) => `k${i}`);
  const tests = names.map((name) => `(p.${name} == "" || p.${name} == r.${name})`);
  const model = [
    "[request_definition]",
    `r = ${["act", "res", ...names].join(", ")}`,
    "[policy_definition]",
    `p = ${["act", "res", ...names, "eft"].join(", ")}`,
    "[policy_effect]",
    "e = some(where (p.eft == allow)) && !some(where (p.eft == deny))",
    "[matchers]",
    `m = ${["starMatch(r.act, p.act)", "starMatch(r.res, p.res)", ...tests].join(" && ")}`,
  ].join("\n");
  return {
    model,
    rows: statements.flatMap((statement) => rowsOf(statement, keys)),
    columnsOf: ({ action, resource, context }) => [
      lowerAscii(action),
      resource,
      ...keys.map((key) => context[key] ?? ""),
    ],
  };
}

function rowsOf(statement: BenchStatement, keys: readonly string[]): string[][] {
  const { Effect, Action, Resource, Condition } = statement;
  for (const pattern of [...Action, ...Resource]) assertStarsOnly(pattern);
  const columns = [
    Action.map((action) => lowerAscii(action)),
    Resource,
    ...keys.map((key) => Condition?.StringEquals[key] ?? [""]),
    [Effect === "Allow" ? "allow" : "deny"],
  ];
  return columns.reduce<string[][]>(
    (rows, values) => rows.flatMap((row) => values.map((value) => [...row, value])),
    [[]],
  );
}

/** Matches a text whole against literals and stars; a star takes any run of characters. */
export function starMatch(text: string, pattern: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return text === pattern;
  if (!text.startsWith(pattern.slice(0, star))) return false;
  if (star === pattern.length - 1) return true;
  const [, ...parts] = pattern.split("*");
  const last = parts.pop() ?? "";
  let at = star;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
