/** What a command line gives → the values that a command's `run` takes, checked by the command's table. */
import { type Command, parametersOf } from "./command.ts";
import { UsageError } from "./command-io.ts";

export type Values = Readonly<Record<string, unknown>>;

export interface GivenValues {
  readonly arguments: Values;
  readonly options: Values;
}

/** @throws UsageError for values that the table does not allow */
export function readValues(command: Command, given: GivenValues): Values {
  const values = checkValues(command, mergeValues(command, given));
  assertOneStream(command, values);
  return values;
}

/** Makes one of arguments and options: the configuration can be either, or is named by the environment. */
function mergeValues(command: Command, { arguments: taken, options }: GivenValues): Values {
  const values = { ...taken, ...options };
  for (const { member, flag, environment } of parametersOf(command.options)) {
    const [argument, option] = [taken[member], options[member]];
    if (argument !== undefined && option !== undefined)
      throw new UsageError(`use either \`${argument}\` or \`${flag} ${option}\``);
    if (environment === undefined) continue;
    const { variable, orElse } = environment;
    values[member] = argument ?? option ?? (process.env[variable] || orElse);
  }
  return values;
}

/** Fills in that nothing was repeated, and checks the choices. */
function checkValues(command: Command, values: Values): Values {
  const rows = [...parametersOf(command.arguments), ...parametersOf(command.options)];
  for (const { flag, member, choices } of rows) {
    const value = values[member];
    if (!choices || value === undefined || choices.includes(String(value))) continue;
    const words = choices.map((word) => `\`${word}\``).join(", ");
    const given = flag.startsWith("--") ? `${flag} ${value}` : value;
    throw new UsageError(`\`${given}\` must be ${choices.length > 1 ? "one of " : ""}${words}`);
  }
  const repeated = rows.filter(({ isRepeated }) => isRepeated).map(({ member }) => [member, []]);
  return { ...Object.fromEntries(repeated), ...values };
}

/** Standard input can be read once, and standard output holds one text. */
function assertOneStream(command: Command, values: Values): void {
  const rows = new Map(
    [...parametersOf(command.arguments), ...parametersOf(command.options)].map((row) => [row.member, row]),
  );
  for (const [stream, does] of [
    ["input", "both read the standard input"],
    ["output", "both write to the standard output"],
  ] as const) {
    const flags = [...rows.values()].flatMap(({ member, flag, dash }) => {
      const isStream = dash === stream || dash === "both";
      return isStream ? [values[member]].flat().flatMap((value) => (value === "-" ? [flag] : [])) : [];
    });
    if (flags.length > 1)
      throw new UsageError(
        `${flags.map((flag) => `\`${flag} -\``).join(" and ")} ${does}: name a file for one of them`,
      );
  }
}
