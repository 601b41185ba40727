/** A command line → its command, run: parsing, help and exit statuses, made from the commands' data. */
import { Command as Commander, CommanderError, Option } from "commander";
import { version } from "../../package.json";
import { DocumentError } from "../../shared/errors.ts";
import { withoutControls } from "../../shared/without-controls.ts";
import { calledAs, programName } from "./called-as.ts";
import { type Command, groups, type LoadCommands, type NamedParameter, parametersOf } from "./command.ts";
import { type CommandIo, type ExitStatus, exitStatuses, UsageError } from "./command-io.ts";
import { loadCommands } from "./commands.ts";

const statusNote = `exit status: ${Object.entries(exitStatuses)
  .map(([status, text]) => `${status} ${text}`)
  .join(", ")}`;

/**
 * Runs one command.
 * @param argv the arguments after the program's name
 * @returns the exit status; 2 for a wrong command line, too
 */
export async function runCli(
  argv: readonly string[],
  io: CommandIo = process,
  load: LoadCommands = loadCommands,
): Promise<number> {
  let status: ExitStatus = 0;
  const program = createProgram(io);
  const [first = ""] = argv;
  // `--version` needs no command. Nor does refusing an unknown option.
  const isAlone = /^-(?!-?$|h$|-help$)/.test(first);
  for (const command of isAlone ? [] : await load(first)) {
    addCommand(program, command, async (given) => {
      status = await run(command, given, { io, load });
    });
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

function createProgram(io: CommandIo): Commander {
  return new Commander(programName)
    .description("IAM policies in front of Amazon Connect: tools for those who write the policies.")
    .version(version, "--version", "print the version")
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .showHelpAfterError("(add --help for the flags and an example)")
    .addHelpText("after", helpEnd("validate config", statusNote));
}

type Values = Readonly<Record<string, unknown>>;

interface GivenValues {
  readonly arguments: Values;
  readonly options: Values;
}

function addCommand(
  program: Commander,
  command: Command,
  action: (given: GivenValues) => Promise<void>,
): void {
  const [first = "", second] = command.name.split(" ");
  const added = second === undefined ? program.command(first) : groupOf(program, first).command(second);
  added.description(command.text).addHelpText("after", helpEnd(command.example, command.note));
  const taken = parametersOf(command.arguments);
  for (const { written, text, default: value } of taken) added.argument(written, text, value);
  for (const option of parametersOf(command.options)) added.addOption(createOption(option));
  added.action(async () => {
    const values = taken.map(({ member }, index) => [member, added.processedArgs[index]]);
    await action({ arguments: Object.fromEntries(values), options: added.opts() });
  });
}

function groupOf(program: Commander, name: string): Commander {
  const group = program.commands.find((each) => each.name() === name);
  return group ?? program.command(name).description(groups.get(name) ?? "");
}

function createOption({ written, text, default: value, ...row }: NamedParameter): Option {
  const option = new Option(written, text).conflicts([...(row.excludes ?? [])]);
  option.makeOptionMandatory(row.isRequired === true);
  if (value !== undefined) option.default(value);
  if (row.isRepeated) option.argParser((each: string, earlier: readonly string[] = []) => [...earlier, each]);
  return option;
}

/** The end of a command's help: an example, and a note on it. */
function helpEnd(example: string, note?: string): string {
  const line = `\nExample:\n  ${calledAs()} ${example}`;
  return note === undefined ? line : `${line}\n\n${note}`;
}

interface Surroundings {
  readonly io: CommandIo;
  readonly load: LoadCommands;
}

async function run(command: Command, given: GivenValues, { io, load }: Surroundings): Promise<ExitStatus> {
  try {
    // What the table says of each value has been checked: that is the type of what `run` takes.
    return await command.run(checkValues(command, mergeValues(command, given)) as never, io, load);
  } catch (error) {
    if (error instanceof UsageError) {
      const lines = error.message.split("\n").map(withoutControls);
      io.stderr.write(`${programName}: ${lines.join("\n")}\n`);
      return 2;
    }
    if (!(error instanceof DocumentError)) throw error;
    io.stderr.write(`${error.message}\n`);
    return error.issues.some(({ code }) => code.startsWith("noSuch")) ? 2 : (command.whenRefused ?? 2);
  }
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
