/** `completion`: a shell script made from the table of commands, which asks this program for names while you type. */
import { defineCommand } from "../command.ts";
import { bashScript } from "./bash.ts";
import { completionTable } from "./completion-table.ts";
import { fishScript } from "./fish.ts";
import { zshScript } from "./zsh.ts";

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

export const command = defineCommand({
  name: "completion",
  text: "print a script that completes commands, options, files, and the names of your configuration in your shell",
  arguments: { "<shell>": { text: "`bash`, `zsh` or `fish`", choices: ["bash", "zsh", "fish"] } },
  example: "completion bash",
  note: "load it where your shell starts: `source <(connect-authorizer completion bash)`, the same for zsh, or for fish: `connect-authorizer completion fish | source`",
  async run({ shell }, io, loadAll) {
    io.stdout.write(scripts[shell](completionTable(await loadAll())));
    return 0;
  },
});
