/** A caller on the command line: what `token` writes into a token, and `explain` decides for. */
import type { ParameterTable } from "../command.ts";
import { UsageError } from "../command-io.ts";

export const callerOptions = {
  "--group <name>": { text: "a group of the caller; may be repeated", completes: "group", isRepeated: true },
  "--name <text>": "the caller's name",
  "--tag <key=value>": { text: "a principal tag of the caller; may be repeated", isRepeated: true },
  "--claim <key=value>": { text: "another claim of the token; may be repeated", isRepeated: true },
} as const satisfies ParameterTable;

/** @throws UsageError for a pair without a key, and for a key that is given twice */
export function readPairs(pairs: readonly string[], what: "claim" | "tag"): Readonly<Record<string, string>> {
  const values = new Map<string, string>();
  for (const pair of pairs) {
    const end = pair.indexOf("=");
    const key = pair.slice(0, end);
    if (end < 1) throw new UsageError(`\`--${what} ${pair}\` must be written as \`--${what} key=value\``);
    if (values.has(key)) throw new UsageError(`the ${what} \`${key}\` is repeated`);
    values.set(key, pair.slice(end + 1));
  }
  return Object.fromEntries(values);
}
