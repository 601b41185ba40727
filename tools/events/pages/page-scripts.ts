/**
 * What `.ci/run` does with the commands that the pages show: which of them it runs, exactly as written, and what their
 * result must be. A command without a step fails `npm test` and `.ci/run` (`findUnaccounted`).
 *
 * Only `sam deploy` cannot run without an AWS account. The guided one gets an answer to each question, until it needs
 * credentials; for others, the SAM CLI only checks the flags.
 */
/** A command as it is written, with continued lines joined and without a comment at its end. */
interface PageCommand {
  readonly page: string;
  /** Its first line, from 1. */
  readonly line: number;
  readonly command: string;
}

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

export interface CommandOutcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface CheckSetting {
  /** The page's own text. */
  readonly page: string;
  /** The folder that the commands are run in. */
  readonly folder: string;
}

/** Returns what is wrong, or `undefined`. */
export type Check = (
  outcome: CommandOutcome,
  setting: CheckSetting,
) => string | undefined | Promise<string | undefined>;

/** One or more commands in a row, and what is done with them. */
export type Step = { readonly commands: readonly string[] } & (
  | { readonly kind: "run"; readonly check?: Check }
  /** Runs until the page is done; `connectPort`: with a local Connect that containers can reach there. */
  | { readonly kind: "serve"; readonly url: string; readonly connectPort?: number }
  /** Prints `N passed, N failed` at its end; these are added. */
  | { readonly kind: "counted"; readonly output?: string }
  /** `sam local invoke`, with the answer that events/expected.json has for this event. */
  | { readonly kind: "event"; readonly event: string }
  /** Asks for each parameter of the template, gets the defaults, and then lacks credentials. */
  | { readonly kind: "guided" }
  /** The SAM CLI knows the command and its flags. */
  | { readonly kind: "parsed" }
  /** Was run for an earlier page. */
  | { readonly kind: "same" }
  /** `run.mjs project` runs them, with the packed file in the place of npm's registry. */
  | { readonly kind: "packed" }
);

export interface PageScript {
  readonly page: string;
  /** `clone`: a new clone, nothing installed or built. `checkout`: here. */
  readonly where: "clone" | "checkout";
  /** Which of the page's commands have steps; other tests run the rest. */
  readonly covers: "all" | "sam";
  readonly steps: readonly Step[];
}

/** Finds commands of pages without a step, and steps without a command. */
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
