/** README's way from nothing to a refused call, as written; the first command is the one that the page has for a packed file. */
import { copyFileSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pageScripts } from "../pages/scripts.ts";
import { runCommands, serveCommand } from "../pages/shell.ts";
import type { Tally } from "../tally.ts";
import { ownEnvironment } from "./npm.ts";

const url = "http://127.0.0.1:3000";

/** @param work an empty folder */
export async function runReadme(packed: string, work: string, tally: Tally): Promise<void> {
  const commands = pageScripts.flatMap(({ page, steps }) =>
    page === "README.md" ? steps.flatMap((step) => (step.kind === "packed" ? step.commands : [])) : [],
  );
  tally.add("README: four commands", commands.length === 4 ? undefined : `there are ${commands.length}`);
  const [init = "", install = "", start = "", call = ""] = commands;
  // With an empty cache: from nothing.
  const environment = { ...ownEnvironment(), npm_config_cache: join(work, "npm cache") };
  const startedAt = Date.now();
  copyFileSync(packed, join(work, basename(packed)));
  const [, initPacked = "false"] =
    /`(npx --yes --package [^`]+)`/.exec(readFileSync("README.md", "utf8")) ?? [];
  const made = await runCommands([initPacked, install], { folder: work, environment });
  tally.add(
    `README: ${initPacked}, for ${init}; ${install}`,
    made.status === 0 ? undefined : made.stderr.slice(-2000),
  );
  const folder = join(work, /^cd (\S+)/.exec(install)?.[1] ?? "");
  const service = await serveCommand(start, url, { folder, environment });
  const { stdout } = await runCommands([call], { folder, environment }).finally(() => service.stop());
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const isRefused = stdout.startsWith('{"__type":"AccessDeniedException"');
  tally.add(`README: a refused call after ${seconds} s`, isRefused ? undefined : stdout.slice(-2000));
}
