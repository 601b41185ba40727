/** A script for bash. It works in bash 3.2, the version that macOS has. */
import type { CompletedCommand, CompletionTable, Offer } from "./completion-table.ts";

export function bashScript({ commands, words }: CompletionTable): string {
  const levels = [...words].map(
    ([before, next]) => `      "${before}") words="${[...next.keys()].join(" ")}" ;;`,
  );
  return `# Completes connect-authorizer in bash: source <(connect-authorizer completion bash)
_connect_authorizer() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command="" words="" offer=""
  [ "$COMP_CWORD" -gt 1 ] && command=\${COMP_WORDS[1]}
  case $command in
    ${[...words.keys()].filter((each) => each !== "").join("|")})
      [ "$COMP_CWORD" -gt 2 ] && command="$command \${COMP_WORDS[2]}" ;;
  esac
  case "$command $before" in
${valueCases(commands).join("\n")}
    *) case $command in
${[...levels, ...commands.map(commandCase)].join("\n")}
    esac
    case $word in -*) offer="" ;; esac ;;
  esac
  case $offer in
    file) compopt -o filenames 2>/dev/null; local IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$word")) ;;
    folder) compopt -o filenames 2>/dev/null; local IFS=$'\\n'; COMPREPLY=($(compgen -d -- "$word")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
  esac
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
  const own = first && typeof first.offer !== "string" ? `${first.offer.join(" ")} ` : "";
  const offer = first && typeof first.offer === "string" ? ` ${assignment(first.offer)}` : "";
  return `      "${name}") words="${own}${flags}"${offer} ;;`;
}

function assignment(offer: Offer): string {
  if (typeof offer !== "string") return `words="${offer.join(" ")}"`;
  return `offer=${offer === "nothing" ? '""' : offer}`;
}
