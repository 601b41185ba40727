/** A script for bash. It works in bash 3.2, the version that macOS has. */
import { namesCommand } from "../command.ts";
import type { CompletedCommand, CompletionTable, Offer } from "./completion-table.ts";

export function bashScript({ commands, words }: CompletionTable): string {
  const levels = [...words].map(
    ([before, next]) => `      "${before}") words="${[...next.keys()].join(" ")}" ;;`,
  );
  return `# Completes connect-authorizer in bash: source <(connect-authorizer completion bash)
# Prints the names of one kind in the configuration at hand; the program prints nothing else, and no errors.
_connect_authorizer_names() {
  local kind=$1 program=$2
  shift 2
  case $program in "~/"*) program=$HOME/\${program#"~/"} ;; esac
  "$program" ${namesCommand} bash "$kind" "$@" </dev/null 2>/dev/null
}
_connect_authorizer() {
  local piece space word before count command="" words="" offer="" head="" rest=$COMP_LINE
  local -a given=()
  # Words as you see them: bash also divides them at "=", ":" and "@".
  for piece in "\${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    space=\${rest%%[![:space:]]*}
    rest=\${rest#"$space"}
    rest=\${rest#"$piece"}
    count=\${#given[@]}
    if [ "$count" -gt 0 ] && [ -z "$space" ]; then given[count-1]=\${given[count-1]}$piece; else given[count]=$piece; fi
  done
  count=\${#given[@]}
  word=\${given[count-1]}
  case $word in --*=*) given[count-1]=\${word%%=*}; word=\${word#*=}; given[count]=$word; count=$((count + 1)) ;; esac
  before=\${given[count-2]}
  [ "$count" -gt 2 ] && command=\${given[1]}
  case $command in
    ${[...words.keys()].filter((each) => each !== "").join("|")})
      [ "$count" -gt 3 ] && command="$command \${given[2]}" ;;
  esac
  case "$command $before" in
${valueCases(commands).join("\n")}
    *) case $command in
${[...levels, ...commands.map(commandCase)].join("\n")}
    esac
    case $word in -*) offer="" ;; esac ;;
  esac
  # Bash replaces what is behind the last of these, which cannot be in quotes.
  piece=\${COMP_WORDBREAKS//[^=:@]/}
  case $word in [\\"\\']*) ;; *) [ -n "$piece" ] && head=\${word%"\${word##*["$piece"]}"} ;; esac
  case $offer in
    file|folder) compopt -o filenames 2>/dev/null ;;
  esac
  while IFS= read -r piece; do
    case $piece in "$head"*) COMPREPLY[\${#COMPREPLY[@]}]=\${piece#"$head"} ;; esac
  done < <(case $offer in
    file) compgen -f -- "$word" ;;
    folder) compgen -d -- "$word" ;;
    names:*) _connect_authorizer_names "\${offer#names:}" "\${given[@]}" ;;
    *) compgen -W "$words" -- "$word" ;;
  esac)
}
complete -F _connect_authorizer connect-authorizer
`;
}

/** What is offered behind an option that takes a value; options with the same offer share a line. */
function valueCases(commands: readonly CompletedCommand[]): readonly string[] {
  const patterns = new Map<string, readonly string[]>();
  for (const { name, options } of commands)
    for (const { flag, placeholder, offer } of options) {
      if (placeholder === undefined) continue;
      const does = assignment(offer);
      patterns.set(does, [...(patterns.get(does) ?? []), `"${name} ${flag}"`]);
    }
  return [...patterns].map(([does, options]) => `    ${options.join("|")}) ${does} ;;`);
}

function commandCase({ name, options, arguments: taken }: CompletedCommand): string {
  const flags = options.map(({ flag }) => flag).join(" ");
  const [first] = taken;
  const own = first && Array.isArray(first.offer) ? `${first.offer.join(" ")} ` : "";
  const offer = first && !Array.isArray(first.offer) ? ` ${assignment(first.offer)}` : "";
  return `      "${name}") words="${own}${flags}"${offer} ;;`;
}

function assignment(offer: Offer): string {
  if (typeof offer === "string") return `offer=${offer === "nothing" ? '""' : offer}`;
  return "names" in offer ? `offer=names:${offer.names}` : `words="${offer.join(" ")}"`;
}
