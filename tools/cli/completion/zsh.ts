/** A script for zsh, which shows each text. */
import { namesCommand } from "../command.ts";
import type { CompletedCommand, CompletedParameter, CompletionTable } from "./completion-table.ts";

export function zshScript({ commands, words }: CompletionTable): string {
  const groups = [...words.keys()].filter((each) => each !== "");
  return `#compdef connect-authorizer
# Completes connect-authorizer in zsh: source <(connect-authorizer completion zsh)
${[...words].map(([before, next]) => wordsFunction(before, next)).join("")}
_connect_authorizer_options() {
  case $1 in
${commands.map(commandCase).join("\n")}
  esac
}

# Names of the configuration at hand, of one kind. The program prints nothing else, and no errors.
_connect_authorizer_names() {
  local program=\${(Q)_connect_authorizer_given[1]/#\\~\\//$HOME/}
  local -a names
  names=("\${(@f)$("$program" ${namesCommand} zsh $argv[-1] "\${(@Q)_connect_authorizer_given[2,-1]}" </dev/null 2>/dev/null)}")
  [[ -n $names[1] ]] && compadd "\${(@)argv[1,-2]}" -a names
}

_connect_authorizer() {
  local -a _connect_authorizer_given
  _connect_authorizer_given=("\${(@)words[1,CURRENT]}")
  local command=$words[2] place=2
  case $command in ${groups.join("|")}) (( CURRENT > 3 )) && command+=" $words[3]"; place=3 ;; esac
  if (( CURRENT <= place )); then
    if (( CURRENT == 2 )); then _connect_authorizer_words; else "_connect_authorizer_words_$command"; fi
    return
  fi
  words=("\${(@)words[place,-1]}")
  (( CURRENT -= place - 1 ))
  _connect_authorizer_options $command
}

compdef _connect_authorizer connect-authorizer
`;
}

function wordsFunction(before: string, next: ReadonlyMap<string, string>): string {
  const rows = [...next].map(([word, text]) => `    ${quote(`${word}:${text}`)}`);
  return `
_connect_authorizer_words${before === "" ? "" : `_${before}`}() {
  local -a next=(
${rows.join("\n")}
  )
  _describe command next
}
`;
}

function commandCase({ name, options, arguments: taken }: CompletedCommand): string {
  const rows = [
    ...options.map((option) => {
      const star = option.isRepeated ? "*" : "";
      const value = option.placeholder === undefined ? "" : valuePart(option);
      return `${star}${option.flag}[${option.text.replace(/[[\]\\]/g, "\\$&")}]${value}`;
    }),
    ...taken.map((argument, index) => `${index + 1}${valuePart(argument)}`),
  ];
  return `    ${quote(name)}) _arguments ${rows.map(quote).join(" \\\n      ")} ;;`;
}

/** The message, and what is offered: `:dir:_files -/`. */
function valuePart({ placeholder = "", offer }: CompletedParameter): string {
  const actions = { file: "_files", folder: "_files -/", nothing: " " } as const;
  if (typeof offer === "string") return `:${placeholder}:${actions[offer]}`;
  const action = "names" in offer ? `_connect_authorizer_names ${offer.names}` : `(${offer.join(" ")})`;
  return `:${placeholder}:${action}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
