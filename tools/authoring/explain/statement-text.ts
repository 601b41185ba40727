/** A statement, as the answers of the commands name it. */
import type { MatchedStatement } from "../../../shared/policy/evaluate/evaluate.ts";

/** Formats a statement as `Allow policy#Sid policies/NAME.json:line:column`. */
export function formatStatement({
  effect,
  policy,
  sid,
  index,
  file,
  line,
  column,
}: MatchedStatement): string {
  return `${effect} ${policy}#${sid ?? index} ${file}:${line}:${column}`;
}
