/** What is wrong with a command line, in one sentence that says what to do. */
import type { CommanderError } from "commander";

/** The library's words → ours. Names stand in single quotes there. */
const rewordings: readonly (readonly [RegExp, string])[] = [
  [/^error: /, ""],
  [/\n?\(Did you mean (?:one of )?(.*)\?\)/, ": did you mean $1"],
  [/^required option '(.*)' not specified/, "`$1` is needed"],
  [/^option '(.*)' argument missing/, "`$1` has no value"],
  [/^missing required argument '(.*)'/, "`<$1>` is missing"],
  [
    /^too many arguments(?: for '(.*)')?\. Expected (\d+) arguments? but got (\d+)\./,
    "`$1` takes at most $2 arguments, and there are $3",
  ],
  [
    /^option '(--[a-z-]+).*' cannot be used with option '(--[a-z-]+).*'/,
    "`$1` and `$2` exclude each other: leave one of them out",
  ],
  [/'([^']*)'/g, "`$1`"],
];

/**
 * Describes it.
 * @param helpLine what shows the command's help
 */
export function describeWrongLine({ message }: CommanderError, helpLine: string): string {
  const [what = "", meant] = rewordings
    .reduce((text, [theirs, ours]) => text.replace(theirs, ours), message.trim())
    .replace(/at most (0|1) arguments, and there are/, (_, most: string) =>
      most === "0" ? "no arguments, and there are" : "at most 1 argument, and there are",
    )
    .split(": did you mean ");
  const meaning =
    meant === undefined ? "" : `: did you mean ${meant.replace(/[^, ]+/g, "`$&`").replaceAll(", ", " or ")}`;
  return `${what}${meaning}; \`${helpLine}\` shows what there is`;
}
