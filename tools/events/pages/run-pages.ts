/** Runs pages' commands as written. `SAM_SKIP_PULL_IMAGE=1`: the SAM CLI must not pull its image. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { differenceOf, readExpected } from "../expected.ts";
import { leadThroughDeployment } from "../guided-deployment.ts";
import { type HostConnect, startHostConnect } from "../host-connect.ts";
import { removeContainersOf } from "../sam.ts";
import type { Tally } from "../tally.ts";
import { type CommandOutcome, findUnaccounted, type PageScript, type Step } from "./page-scripts.ts";
import { pageScripts } from "./scripts.ts";
import { killAll, runCommands, type Service, type ShellOptions, serveCommand } from "./shell.ts";

/** Reads every page of the project that people read. */
export function readPages(): ReadonlyMap<string, string> {
  const files = execFileSync("git", ["ls-files", "-z", "*.md", ":!config"], { encoding: "utf8" }).split("\0");
  return new Map(files.filter((file) => file !== "").map((file) => [file, readFileSync(file, "utf8")]));
}

export async function runPages(names: readonly string[], tally: Tally): Promise<void> {
  const unaccounted = findUnaccounted(readPages(), pageScripts);
  tally.add("each command of the pages is accounted for", unaccounted.join("; ") || undefined);
  const end = () => {
    killAll();
    process.exit(130);
  };
  process.once("SIGINT", end).once("SIGTERM", end);
  const done = new Set<string>();
  for (const name of names) {
    const script = pageScripts.find(({ page }) => page === name);
    if (script) await new PageRun(script, tally, done).run();
    else tally.add(name, "this page has no steps");
  }
}

class PageRun {
  readonly #script: PageScript;
  readonly #tally: Tally;
  readonly #done: Set<string>;
  readonly #page: string;
  readonly #services: Service[] = [];
  #connect: HostConnect | undefined;
  #folder = resolve(".");

  constructor(script: PageScript, tally: Tally, done: Set<string>) {
    this.#script = script;
    this.#tally = tally;
    this.#done = done;
    this.#page = readFileSync(script.page, "utf8");
  }

  async run(): Promise<void> {
    const { where, page, steps } = this.#script;
    const work = mkdtempSync(join(tmpdir(), "page-"));
    try {
      if (where === "clone") this.#folder = cloneInto(join(work, "connect-authorizer"));
      for (const step of steps) {
        if (step.kind === "packed") continue;
        const title = `${page}: ${step.commands.join("; ")}`;
        const difference = await this.#take(step).catch((cause: unknown) => String(cause));
        this.#tally.add(title, difference);
        // Later steps depend on it.
        if (difference !== undefined) break;
        for (const command of step.commands) this.#done.add(command);
      }
    } finally {
      await this.#stop();
      rmSync(work, { recursive: true, force: true });
    }
  }

  async #stop(): Promise<void> {
    for (const service of this.#services) {
      await service.stop();
      await removeContainersOf(service.log());
    }
    await this.#connect?.close();
  }

  get #shell(): ShellOptions {
    const { AUTHORIZER_CONFIG: _, AUTHORIZER_ROLE_POLICY: __, PORT: ___, ...environment } = process.env;
    return { folder: this.#folder, environment };
  }

  /** Says what is wrong, or `undefined`. */
  async #take(step: Exclude<Step, { kind: "packed" }>): Promise<string | undefined> {
    const [command = ""] = step.commands;
    switch (step.kind) {
      case "same":
        return this.#done.has(command) ? undefined : "it has not been run";
      case "serve":
        if (step.connectPort !== undefined)
          this.#connect = await startHostConnect("events/config", step.connectPort);
        this.#services.push(await serveCommand(command, step.url, this.#shell));
        return undefined;
      case "guided":
        return leadThroughDeployment(command, this.#shell);
      case "parsed":
        // Flags are read before the help is printed: an unknown one fails.
        return failureOf(
          await runCommands(
            step.commands.map((each) => `${each.replace(/ …$/, "")} --help`),
            this.#shell,
          ),
        );
      case "run":
      case "counted":
      case "event":
        return this.#look(step, await runCommands(step.commands, this.#shell));
    }
  }

  async #look(
    step: Extract<Step, { kind: "run" | "counted" | "event" }>,
    outcome: CommandOutcome,
  ): Promise<string | undefined> {
    const failure = failureOf(outcome);
    if (step.kind === "run")
      return failure ?? step.check?.(outcome, { page: this.#page, folder: this.#folder });
    if (step.kind === "event") return failure ?? differenceOfEvent(step.event, outcome);
    const output =
      step.output === undefined ? outcome.stdout : readFileSync(join(this.#folder, step.output), "utf8");
    const [, passed, failed] =
      /^(\d+) passed, (\d+) failed\n*$/m.exec(output.trimEnd().split("\n").at(-1) ?? "") ?? [];
    if (passed === undefined) return `it counts nothing: ${tailOf(outcome)}`;
    this.#tally.addCounts(Number(passed), Number(failed));
    return failure;
  }
}

function failureOf(outcome: CommandOutcome): string | undefined {
  return outcome.status === 0 ? undefined : `status ${outcome.status}: ${tailOf(outcome)}`;
}

function tailOf({ stdout, stderr }: CommandOutcome): string {
  return `${stdout}\n${stderr}`.slice(-3000);
}

async function differenceOfEvent(
  name: string,
  { stdout, stderr }: CommandOutcome,
): Promise<string | undefined> {
  const expected = (await readExpected("events")).get(name);
  if (!expected) return `nothing is expected of ${name}`;
  const result: unknown = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  return differenceOf(expected, { result, log: `${stdout}\n${stderr}` });
}

/** A fresh clone: what is tracked here, with changes that are not committed, and `config/` as we ship it. */
function cloneInto(folder: string): string {
  const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" }).trim();
  const changed = git("-c", "user.name=ci", "-c", "user.email=ci@localhost", "stash", "create");
  git("clone", "--quiet", "--shared", "--no-checkout", ".", folder);
  git("-C", folder, "checkout", "--quiet", "--detach", changed || git("rev-parse", "HEAD"));
  rmSync(join(folder, "config"), { recursive: true, force: true });
  cpSync(join(folder, "examples", "aws"), join(folder, "config"), { recursive: true });
  return folder;
}
