/** What people type before a command here. Help, messages and the banner of `start` print it, so that it can be pasted. */
import { basename, delimiter, dirname } from "node:path";

export const programName = "connect-authorizer";

export const checkoutProgram = "npm run --silent cli --";

/** How package managers start a program of a package, by the beginning of what they call themselves. */
const runners = { npm: "npx", pnpm: "pnpm exec", yarn: "yarn" } as const;

interface Started {
  /** A module of the program: an installed package is below `node_modules`. */
  readonly ownUrl?: string;
  /** The file that Node.js was started with. */
  readonly file?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** As the program was started: by its name, by a package manager, or in a checkout. */
export function calledAs({
  ownUrl = import.meta.url,
  file = process.argv[1],
  env = process.env,
}: Started = {}): string {
  const isInstalled = ownUrl.includes("/node_modules/");
  const { npm_config_user_agent: agent, PATH = "" } = env;
  if (agent === undefined && file !== undefined && basename(file) === programName)
    if (PATH.split(delimiter).includes(dirname(file))) return programName;
  if (!isInstalled) return checkoutProgram;
  const [, runner = runners.npm] =
    Object.entries(runners).find(([name]) => agent?.startsWith(`${name}/`)) ?? [];
  return `${runner} ${programName}`;
}

/** Writes the command lines in a text as they can be pasted here: `connect-authorizer catalog`. */
export function withProgram(text: string): string {
  return text.replaceAll(/(?<=[`(])connect-authorizer(?= [a-z-])/g, () => calledAs());
}
