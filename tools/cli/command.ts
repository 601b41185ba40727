/** A command as data, from which parsing, help, docs/reference/cli.md, completion and `run`'s types are made. */
import type { CommandIo, ExitStatus } from "./command-io.ts";

/** What has names in a configuration, which a shell asks this program for while someone types. */
export type NameKind = "group" | "policy" | "environment" | "issuer";

/** The first word of the command lines by which they do so; no help lists it. */
export const namesCommand = "__complete";

interface Parameter {
  readonly text: string;
  /** The value if the command line gives none. */
  readonly default?: string;
  readonly isRequired?: true;
  readonly isRepeated?: true;
  /** All values that there are. */
  readonly choices?: readonly string[];
  /** Other options of the command, as members, which cannot be given with this one. */
  readonly excludes?: readonly string[];
  /** Where the value is from if the command line gives none: a variable, else this text. */
  readonly environment?: { readonly variable: string; readonly orElse?: string };
  /** What a shell completes; `<file>` and `<dir>` say it by themselves. */
  readonly completes?: "file" | "operation" | NameKind;
  /** What `-` is in the place of a file: standard input, standard output, or one and then the other. */
  readonly dash?: keyof typeof dashes;
}

const dashes = {
  input: "`-` for standard input",
  output: "`-` for standard output",
  both: "`-` for standard input, and then output",
} as const;

/** ParameterTable as the command line writes them: `[config]`, `<action>`, `--json`, `--out <file>`; a text alone is optional. */
export type ParameterTable = Readonly<Record<string, string | Parameter>>;

export interface Command {
  /** As it is called: `validate`, `principal attach`. */
  readonly name: string;
  readonly text: string;
  readonly arguments?: ParameterTable;
  readonly options?: ParameterTable;
  /** A command line that works, without the program. */
  readonly example: string;
  readonly note?: string;
  /** What exit status 1 says, if there is one. */
  readonly finding?: string;
  /** Exit status for a configuration with errors; 2 if left out. */
  readonly whenRefused?: 1;
  run(given: never, io: CommandIo, loadAll: LoadCommands): Promise<ExitStatus>;
}

/** Loads the commands that begin with a word; all of them without one. */
export type LoadCommands = (firstWord?: string) => Promise<readonly Command[]>;

/** What commands with the same first word are for. */
export const groups: ReadonlyMap<string, string> = new Map([
  ["principal", "attach policies to single principals, in the table that AUTHORIZER_PRINCIPALS_TABLE names"],
]);

type MemberOf<Written> = Written extends `--${infer Flag} <${string}>` | `--${infer Flag}`
  ? CamelCase<Flag>
  : Written extends `<${infer Name}>` | `[${infer Name}]`
    ? Name
    : never;

type CamelCase<Text extends string> = Text extends `${infer Word}-${infer Rest}`
  ? `${Word}${Capitalize<CamelCase<Rest>>}`
  : Text;

type ValueOf<Written, Row> = Written extends `${string}<${string}` | `[${string}`
  ? Row extends { readonly isRepeated: true }
    ? readonly string[]
    : Row extends { readonly choices: readonly (infer Word)[] }
      ? Word
      : string
  : boolean;

type Certain =
  | { readonly isRequired: true }
  | { readonly isRepeated: true }
  | { readonly default: string }
  | { readonly environment: { readonly orElse: string } };

type IsCertain<Written, Row> = Written extends `<${string}>` ? true : Row extends Certain ? true : false;

/** The values of parameters, by member: `--max-warnings <n>` is `maxWarnings`. */
export type Given<Table> = {
  readonly [Key in keyof Table as IsCertain<Key, Table[Key]> extends true ? MemberOf<Key> : never]: ValueOf<
    Key,
    Table[Key]
  >;
} & {
  readonly [Key in keyof Table as IsCertain<Key, Table[Key]> extends true ? never : MemberOf<Key>]?: ValueOf<
    Key,
    Table[Key]
  >;
};

/** Defines a command; `run` gets what its arguments and options say. */
export function defineCommand<
  const Arguments extends ParameterTable = Record<never, never>,
  const Options extends ParameterTable = Record<never, never>,
>(
  command: Omit<Command, "run" | "arguments" | "options"> & {
    readonly arguments?: Arguments;
    readonly options?: Options;
    run(given: Given<Arguments> & Given<Options>, io: CommandIo, loadAll: LoadCommands): Promise<ExitStatus>;
  },
): Command {
  return command;
}

export interface NamedParameter extends Parameter {
  /** `--out <file>`, `[config]`. */
  readonly written: string;
  /** `--out`, or the name of an argument. */
  readonly flag: string;
  /** What is to be written in its place: `file`; `undefined` for a switch. */
  readonly placeholder: string | undefined;
  /** `out` */
  readonly member: string;
}

export function parametersOf(table: ParameterTable = {}): readonly NamedParameter[] {
  return Object.entries<string | Parameter>(table).map(([written, row]): NamedParameter => {
    const [, option, placeholder, argument] =
      /^(?:(--[a-z-]+)(?: <(.+)>)?|[<[](.+)[>\]])$/.exec(written) ?? [];
    const flag = option ?? argument;
    // INVARIANT: a test builds every command.
    if (flag === undefined) throw new TypeError(`not a parameter: \`${written}\``);
    const { text, ...more } = typeof row === "string" ? { text: row } : row;
    return {
      ...more,
      text: more.dash === undefined ? text : `${text}; ${dashes[more.dash]}`,
      written,
      flag,
      placeholder: placeholder ?? argument,
      member: flag.replace(/^--/, "").replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    };
  });
}

const configurationText = "folder with authorizer.yaml and policies/, or a bundle's file";

/** The last argument of every command that reads a configuration; {@link configurationOption} says the same. */
export const configurationArgument = {
  "[config]": { text: "the same as --config", completes: "file", dash: "input" },
} as const satisfies ParameterTable;

/** Chooses an environment of each folder that a command reads. */
export const environmentOption = {
  "--env <name>": {
    text: "environment of the folder: what environments/NAME.yaml changes",
    completes: "environment",
  },
} as const satisfies ParameterTable;

/** The options of every command that needs a configuration. */
export const configurationOption = {
  "--config <path>": {
    text: `${configurationText}; default: \`AUTHORIZER_CONFIG\`, else \`config\``,
    environment: { variable: "AUTHORIZER_CONFIG", orElse: "config" },
    completes: "file",
    dash: "input",
  },
  ...environmentOption,
} as const satisfies ParameterTable;

/** The options of a command that also works without a configuration. */
export function optionalConfiguration(note: string, otherwise = "") {
  return {
    "--config <path>": {
      text: `${configurationText}, ${note}; default: \`AUTHORIZER_CONFIG\`${otherwise}`,
      environment: { variable: "AUTHORIZER_CONFIG" },
      completes: "file",
      dash: "input",
    },
    ...environmentOption,
  } as const satisfies ParameterTable;
}
