/** The table of commands as the scripts of all shells need it. */
import { operations } from "../../../shared/catalog/catalog.ts";
import { type Command, groups, type NamedParameter, type NameKind, parametersOf } from "../command.ts";

/** What a shell offers as a value: files, folders, nothing, names of the configuration at hand, or these words. */
export type Offer = "file" | "folder" | "nothing" | { readonly names: NameKind } | readonly string[];

export interface CompletedParameter extends NamedParameter {
  readonly offer: Offer;
}

export interface CompletedCommand {
  readonly name: string;
  readonly options: readonly CompletedParameter[];
  readonly arguments: readonly CompletedParameter[];
}

export interface CompletionTable {
  readonly commands: readonly CompletedCommand[];
  /** The words before a word (none, or a group) → each word that can follow, and its text. */
  readonly words: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export function completionTable(commands: readonly Command[]): CompletionTable {
  const words = new Map<string, Map<string, string>>();
  const add = (before: string, word: string, text: string) =>
    words.set(before, (words.get(before) ?? new Map()).set(word, text));
  for (const { name, text } of commands) {
    const [first = "", second] = name.split(" ");
    add("", first, groups.get(first) ?? text);
    if (second !== undefined) add(first, second, text);
  }
  const offered = (table: Command["options"]) =>
    parametersOf(table).map((row) => ({ ...row, offer: offerOf(row) }));
  return {
    commands: commands.map((command) => ({
      name: command.name,
      options: offered({ ...command.options, "--help": "display help for command" }),
      arguments: offered(command.arguments),
    })),
    words,
  };
}

function offerOf({ choices, completes, placeholder }: NamedParameter): Offer {
  if (choices) return choices;
  if (completes === "operation") return operations().map(({ name }) => name);
  if (completes === "file" || placeholder === "file") return "file";
  if (completes !== undefined) return { names: completes };
  return placeholder === "dir" ? "folder" : "nothing";
}
