/**
 * How `.ci/run` accounts for the commands that the pages show: which of them it runs, as they stand, and what must come of
 * them. A command that no step names fails `npm test` and `.ci/run` (`findUnaccounted`).
 *
 * One thing cannot be run without an AWS account: `sam deploy`. The guided one is led through all its questions up to the
 * place where it needs credentials; of others it is only asked whether the SAM CLI knows the flags.
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

/** What a command left behind. */
export interface CommandOutcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a check looks at besides. */
export interface CheckSetting {
  /** The page's own text. */
  readonly page: string;
  /** The folder that the commands are run in. */
  readonly folder: string;
}

/** Says what is wrong, or nothing. */
export type Check = (
  outcome: CommandOutcome,
  setting: CheckSetting,
) => string | undefined | Promise<string | undefined>;

/** One or more commands that stand below each other, and what is done with them. */
export type Step = { readonly commands: readonly string[] } & (
  | { readonly kind: "run"; readonly check?: Check }
  /** It goes on until the page is done; `connectPort`: with a local Connect that containers can reach there. */
  | { readonly kind: "serve"; readonly url: string; readonly connectPort?: number }
  /** It prints `N passed, N failed` in the end, and these count. */
  | { readonly kind: "counted"; readonly output?: string }
  /** `sam local invoke`, with the answer that events/expected.json has for this event. */
  | { readonly kind: "event"; readonly event: string }
  /** Asks for each parameter of the template, gets the defaults, and then lacks credentials. */
  | { readonly kind: "guided" }
  /** The SAM CLI knows the command and its flags. */
  | { readonly kind: "parsed" }
  /** It has been run for a page before. */
  | { readonly kind: "same" }
);

/** A page with all its steps. */
export interface PageScript {
  readonly page: string;
  /** `clone`: as a newcomer has it, nothing installed or built. `checkout`: here. */
  readonly where: "clone" | "checkout";
  /** Which of the page's commands are accounted for here; those of others are run by tests of their own. */
  readonly covers: "all" | "sam";
  readonly steps: readonly Step[];
}

/** Says which commands of the pages no step accounts for, and which steps no page has (any more). */
export function findUnaccounted(
  pages: ReadonlyMap<string, string>,
  scripts: readonly PageScript[],
): readonly string[] {
  const byPage = new Map(scripts.map((script) => [script.page, script]));
  const missing = scripts.filter(({ page }) => !pages.has(page)).map(({ page }) => `${page} is not there`);
  const differences = [...pages].flatMap(([page, text]) => {
    const script = byPage.get(page);
    const shown = commandsOf(page, text).filter((each) => script?.covers === "all" || callsSam(each));
    return compare(shown, script?.steps.flatMap(({ commands }) => commands) ?? [], page);
  });
  return [...missing, ...differences];
}

function compare(shown: readonly PageCommand[], known: readonly string[], page: string): readonly string[] {
  const left = [...known];
  const unknown = shown.filter(({ command }) => {
    const index = left.indexOf(command);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  if (
    unknown.length === 0 &&
    left.length === 0 &&
    shown.some(({ command }, index) => command !== known[index])
  )
    return [`${page} has its commands in another order than their steps`];
  return [
    ...unknown.map(({ line, command }) => `${page}:${line}: nothing runs \`${command}\``),
    ...left.map((command) => `${page} does not have \`${command}\``),
  ];
}
