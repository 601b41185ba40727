/** A command line → its command, run: parsing, help and exit statuses, made from the commands' data. */
import { Command as Commander, CommanderError, Option } from "commander";
import { bugs, version } from "../../package.json";
import { DocumentError } from "../../shared/errors.ts";
import { calledAs, programName, withProgram } from "./called-as.ts";
import {
  type Command,
  groups,
  type LoadCommands,
  type NamedParameter,
  namesCommand,
  parametersOf,
} from "./command.ts";
import { type CommandIo, type ExitStatus, exitStatuses, UsageError } from "./command-io.ts";
import { loadCommands, sectionOf } from "./commands.ts";
import { type GivenValues, readValues, type Values } from "./given-values.ts";
import { formatLines, wrapLine } from "./terminal/lay-out.ts";
import { ProgressLine, withProgress } from "./terminal/progress.ts";
import { isTerminal, terminalOf } from "./terminal/terminal.ts";
import { describeWrongLine } from "./wrong-command-line.ts";

const statusNote = `exit status: ${Object.entries(exitStatuses)
  .map(([status, text]) => `${status} ${text}`)
  .join(", ")}`;

/**
 * Runs one command.
 * @param argv the arguments after the program's name
 * @returns the exit status; 2 for a wrong command line, and for a fault of this program, too
 */
export async function runCli(
  argv: readonly string[],
  { stdin, stdout, stderr }: CommandIo = process,
  load: LoadCommands = loadCommands,
): Promise<number> {
  const io = { stdin, stdout, stderr, isColourless: argv.includes("--no-color") };
  if (argv[0] === namesCommand)
    return (await import("./completion/configured-names.ts")).completeNames(argv.slice(1), io);
  let status: ExitStatus = 0;
  const words = withHelpLast(argv);
  const program = createProgram(io);
  const [first = ""] = words;
  try {
    // `--version` needs no command. Nor does refusing an unknown option.
    const isAlone = /^-(?!-?$|h$|-help$|-no-color$)/.test(first);
    for (const command of isAlone ? [] : await load(first))
      addCommand(program, { command, io }, async (given) => {
        status = await run(command, given, { io, load });
      });
    await program.parseAsync([...words], { from: "user" });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportFault(error, io);
    if (error.exitCode === 0) return 0;
    const isCalled = program.commands.some((each) => each.name() === first);
    const help = [calledAs(), ...(isCalled ? [first] : []), "--help"].join(" ");
    // Without a command, help was printed.
    if (error.code !== "commander.help") printError(describeWrongLine(error, help), io);
    return 2;
  }
}

/** The command's help, wherever `--help` is: what else the command line says does not matter then. */
function withHelpLast(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  const flags = end === -1 ? argv : argv.slice(0, end);
  const help = flags.find((each) => each === "--help" || each === "-h");
  if (help === undefined) return argv;
  const [first, second] = argv.filter((each) => each !== help);
  const isWord = (word: string | undefined) => word !== undefined && !word.startsWith("-");
  const words = [first, ...(groups.has(first ?? "") ? [second] : [])].filter(isWord);
  return [...words.flatMap((word) => word ?? []), help];
}

/** A line of help is no longer, however wide the terminal is; a pipe gets lines of the usual width. */
const mostHelpColumns = 120;
const pipedHelpColumns = 80;

function createProgram(io: CommandIo): Commander {
  const { columns = pipedHelpColumns, paint } = terminalOf(io);
  const help = new Commander("help").argument("[command]").description("display help for a command");
  return new Commander(calledAs())
    .description("IAM policies in front of Amazon Connect: tools for those who write the policies.")
    .version(version, "-V, --version", "print the version")
    .option("--no-color", "print without colour, as with the variable NO_COLOR")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(columns, mostHelpColumns),
      getErrHelpWidth: () => Math.min(columns, mostHelpColumns),
      getOutHasColors: () => true,
      getErrHasColors: () => false,
    })
    .configureHelp({ subcommandTerm: (each) => each.name(), styleTitle: (title) => paint("bold", title) })
    .addHelpCommand(help.helpGroup(`${sectionOf("help")}:`))
    .addHelpText("after", helpEnd(io, "validate config", statusNote));
}

function addCommand(
  program: Commander,
  { command, io }: { readonly command: Command; readonly io: CommandIo },
  action: (given: GivenValues) => Promise<void>,
): void {
  const [first = "", second] = command.name.split(" ");
  const added = second === undefined ? program.command(first) : groupOf(program, first).command(second);
  if (second === undefined) added.helpGroup(`${sectionOf(first)}:`);
  added.description(command.text).addHelpText("after", helpEnd(io, command.example, command.note));
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
  return (
    group ??
    program
      .command(name)
      .description(groups.get(name) ?? "")
      .helpGroup(`${sectionOf(name)}:`)
  );
}

function createOption({ written, text, default: value, ...row }: NamedParameter): Option {
  const option = new Option(written, text).conflicts([...(row.excludes ?? [])]);
  option.makeOptionMandatory(row.isRequired === true);
  if (value !== undefined) option.default(value);
  if (row.isRepeated) option.argParser((each: string, earlier: readonly string[] = []) => [...earlier, each]);
  return option;
}

/** The end of a command's help: an example, and a note on it. */
function helpEnd(io: CommandIo, example: string, note?: string): string {
  const { columns = pipedHelpColumns } = terminalOf(io);
  const line = `\nExample:\n  ${calledAs()} ${example}`;
  if (note === undefined) return line;
  return `${line}\n\n${wrapLine(withProgram(note), Math.min(columns, mostHelpColumns), 0)}`;
}

interface Surroundings {
  readonly io: CommandIo;
  readonly load: LoadCommands;
}

async function run(command: Command, given: GivenValues, { io, load }: Surroundings): Promise<ExitStatus> {
  try {
    const values = readValues(command, given);
    // What the table says of each value has been checked: that is the type of what `run` takes.
    const work = () => command.run(values as never, io, load);
    const line = progressOf(values, io);
    return await (line ? withProgress(line, work) : work());
  } catch (error) {
    if (error instanceof UsageError) {
      printError(error.message, io);
      return 2;
    }
    if (!(error instanceof DocumentError)) throw error;
    io.stderr.write(formatLines(error.message.split("\n").map(withProgram), terminalOf(io, "stderr")));
    return error.issues.some(({ code }) => code.startsWith("noSuch")) ? 2 : (command.whenRefused ?? 2);
  }
}

/** Only where a person sees both streams, and nothing else is drawn there: no pager, and no output for programs. */
function progressOf({ json, format = "text" }: Values, io: CommandIo): ProgressLine | undefined {
  const { columns } = terminalOf(io, "stderr");
  const isForPeople = isTerminal(io.stdout) && json !== true && format === "text";
  if (columns === undefined || !isForPeople || process.env["TERM"] === "dumb") return undefined;
  return new ProgressLine(io.stderr, columns);
}

function printError(message: string, io: CommandIo): void {
  const lines = withProgram(`${programName}: ${message}`).split("\n");
  io.stderr.write(formatLines(lines, terminalOf(io, "stderr")));
}

/** An error that no command expects is a fault of this program. Where it happened is printed on request: it says nothing to others. */
function reportFault(error: unknown, io: CommandIo): 2 {
  const what = error instanceof Error ? error.message : String(error);
  const how = `this is a fault of ${programName} ${version}: report it with your command line at ${bugs}`;
  printError(`unexpected error: ${what}\n${how}`, io);
  if (!process.env["DEBUG"]) io.stderr.write("DEBUG=1 before the command line prints where it happened\n");
  else if (error instanceof Error)
    io.stderr.write(formatLines((error.stack ?? "").split("\n"), { columns: undefined }));
  return 2;
}
