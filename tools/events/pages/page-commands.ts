/**
 * The commands that a page tells its readers to type: each line of its fenced `sh` blocks, in order.
 */

/** A command as it stands, with continued lines joined and without a comment behind it. */
export interface PageCommand {
  readonly page: string;
  /** Where it begins, the first line being 1. */
  readonly line: number;
  readonly command: string;
}

/** Finds the commands of a page. */
export function commandsOf(page: string, text: string): readonly PageCommand[] {
  const commands: PageCommand[] = [];
  let isInside = false;
  let open: PageCommand | undefined;
  for (const [index, whole] of text.split("\n").entries()) {
    const line = whole.trim();
    if (line.startsWith("```")) {
      isInside = !isInside && line === "```sh";
      continue;
    }
    const code = line.replace(/(^|\s+)#(\s.*)?$/, "");
    if (!isInside || code === "") continue;
    const isContinued = code.endsWith("\\");
    const part = isContinued ? code.slice(0, -1).trim() : code;
    const command: PageCommand = open
      ? { ...open, command: `${open.command} ${part}` }
      : { page, line: index + 1, command: part };
    open = isContinued ? command : undefined;
    if (!isContinued) commands.push(command);
  }
  return commands;
}

/** Whether a command calls the SAM CLI. */
export function callsSam({ command }: PageCommand): boolean {
  return /(^|[;&|(]\s*|\s)sam\s/.test(command);
}
