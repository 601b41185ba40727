/** The statement that a test expects to decide: `POLICY`, or `POLICY#Sid`. */
import type { MatchedStatement } from "../../../shared/policy/evaluate/evaluate.ts";
import type { PolicyDocument } from "../../../shared/policy/model/document.ts";
import { nearestName } from "../nearest-name.ts";
import type { Outcome } from "./test-file.ts";

export interface DecidingStatement {
  readonly policy: string;
  /** A statement without `Sid` has its number, counted from 0. */
  readonly sid?: string;
}

export function readDeciding(text: string): DecidingStatement {
  const [policy = "", sid] = text.split(/#(.*)/s);
  return { policy, ...(sid === undefined ? {} : { sid }) };
}

export function formatDeciding({ policy, sid }: DecidingStatement): string {
  return sid === undefined ? policy : `${policy}#${sid}`;
}

/** Describes why no statement of these policies can decide so, however a call is. */
export function problemOfDeciding(
  deciding: DecidingStatement,
  expect: Outcome,
  policies: readonly PolicyDocument[],
): string | undefined {
  const { policy: name, sid } = deciding;
  const policy = policies.find((each) => each.name === name);
  if (!policy)
    return `there is no policy \`${name}\`${hintOf(
      name,
      policies.map((each) => each.name),
    )}`;
  const effect = expect === "allow" ? "Allow" : "Deny";
  const named = policy.statements.flatMap((statement, index) =>
    sid === undefined || sid === (statement.sid ?? String(index)) ? [statement] : [],
  );
  if (named.length === 0) {
    const sids = policy.statements.map((statement, index) => statement.sid ?? String(index));
    return `the policy \`${name}\` has no statement \`${sid}\`${hintOf(sid ?? "", sids)}`;
  }
  if (named.some((statement) => statement.effect === effect)) return undefined;
  const decides = effect === "Allow" ? "an allow" : "a deny";
  const which =
    sid === undefined
      ? `the policy \`${name}\` has no ${effect}`
      : `\`${formatDeciding(deciding)}\` is no ${effect}`;
  return `${which}, so it cannot decide ${decides}`;
}

function hintOf(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names);
  if (nearest !== undefined) return `; did you mean \`${nearest}\``;
  const verb = names.length === 1 ? "is" : "are";
  return names.length > 0 && names.length <= 5
    ? `; there ${verb} ${names.map((each) => `\`${each}\``).join(", ")}`
    : "";
}

export function isDeciding({ policy, sid }: DecidingStatement, statement: MatchedStatement): boolean {
  return (
    statement.policy === policy && (sid === undefined || sid === (statement.sid ?? String(statement.index)))
  );
}
