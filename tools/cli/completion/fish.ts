/** A script for fish, which shows each text. */
import { namesCommand } from "../command.ts";
import type { CompletedCommand, CompletionTable, Offer } from "./completion-table.ts";

const complete = "complete -c connect-authorizer";

export function fishScript({ commands, words }: CompletionTable): string {
  const levels = [...words].flatMap(([before, next]) =>
    [...next].map(
      ([word, text]) =>
        `${complete} -n ${quote(`__connect_authorizer_at ${before} --`)} -a ${word} -d ${quote(text)}`,
    ),
  );
  return `# Completes connect-authorizer in fish: connect-authorizer completion fish | source
# Whether a command line begins with these words; before \`--\`, whether it has no others.
function __connect_authorizer_at
    set -l given (commandline -opc)[2..-1]
    set -l wanted (string match -v -- -- $argv)
    contains -- -- $argv; and test (count $given) -ne (count $wanted); and return 1
    test (count $given) -ge (count $wanted); or return 1
    for index in (seq (count $wanted))
        test $given[$index] = $wanted[$index]; or return 1
    end
end
# Names of the configuration at hand, of one kind. The program prints nothing else, and no errors.
function __connect_authorizer_names
    set -l given (commandline -opc) (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $given[1])
    command $program ${namesCommand} fish $argv[1] $given[2..-1] </dev/null 2>/dev/null
end
${complete} -f
${[...levels, ...commands.flatMap(formatCommand)].join("\n")}
`;
}

function formatCommand({ name, options, arguments: taken }: CompletedCommand): readonly string[] {
  const start = `${complete} -n ${quote(`__connect_authorizer_at ${name}`)}`;
  const values = new Set(taken.map(({ offer }) => `${start}${offered(offer)}`));
  return [
    ...options.map(({ flag, text, placeholder, offer }) => {
      const value = placeholder === undefined ? "" : ` -r${offered(offer)}`;
      return `${start} -l ${flag.slice("--".length)} -d ${quote(text)}${value}`;
    }),
    ...values,
  ];
}

function offered(offer: Offer): string {
  if (offer === "file") return " -F";
  if (offer === "nothing") return " -f";
  return ` -f -a ${quote(words(offer))}`;
}

function words(offer: Exclude<Offer, "file" | "nothing">): string {
  if (offer === "folder") return "(__fish_complete_directories)";
  return "names" in offer ? `(__connect_authorizer_names ${offer.names})` : offer.join(" ");
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
