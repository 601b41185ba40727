/** Runs the steps of `action.yml` as GitHub does: with bash, in a repository of their own. Only `gh`, the network, is not the real one. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { parse } from "yaml";

export const root = resolve(import.meta.dirname, "../..");

interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly shell?: string;
  readonly uses?: string;
  readonly "working-directory"?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export const actionText = readFileSync(join(root, "action.yml"), "utf8");
export const action: Action = parse(actionText);

export interface ActionRun {
  readonly status: number;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** What `gh` was called with, a call each. */
  readonly calls: readonly (readonly string[])[];
  /** What was commented last. */
  readonly comment: string | undefined;
}

export interface Given {
  readonly inputs?: Readonly<Record<string, string>>;
  /** Of the event; without it, the run is of a push. */
  readonly pullRequest?: { readonly base: string; readonly head: string };
  /** Whether GitHub refuses to comment, and the comments that the pull request has. */
  readonly isRefused?: boolean;
  readonly comments?: readonly object[];
}

type Values = Readonly<Record<string, string>>;

/** A folder with a repository, and with what the runner of GitHub brings. */
export class ActionFolder {
  readonly path = mkdtempSync(join(tmpdir(), "an action "));
  readonly repository = join(this.path, "repo");
  #installed: Values | undefined;

  constructor() {
    mkdirSync(this.repository);
    mkdirSync(join(this.path, "bin"));
    const program = join(this.path, "program");
    mkdirSync(program);
    const cli = JSON.stringify(resolve(root, "dist/cli.mjs"));
    const text = `#!/usr/bin/env node\nprocess.argv[1] = ${cli};\nawait import(${cli});\n`;
    writeFileSync(join(program, "cli.mjs"), text, { mode: 0o755 });
    const manifest = {
      name: "connect-authorizer",
      version: "1.0.0",
      bin: { "connect-authorizer": "cli.mjs" },
    };
    writeFileSync(join(program, "package.json"), JSON.stringify(manifest));
    cpSync(join(import.meta.dirname, "gh-stub.mjs"), join(this.path, "bin", "gh"));
    this.git("init", "--quiet", "--initial-branch=main");
  }

  git(...parameters: readonly string[]): string {
    const who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
    const env = { ...process.env, GIT_DIR: undefined, GIT_INDEX_FILE: undefined, GIT_WORK_TREE: undefined };
    const options = { cwd: this.repository, encoding: "utf8", stdio: "pipe", env } as const;
    return execFileSync("git", [...who, ...parameters], options).trim();
  }

  write(file: string, text: string): void {
    const path = join(this.repository, file);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
  }

  commit(): string {
    this.git("add", ".");
    this.git("commit", "--quiet", "--message=change");
    return this.git("rev-parse", "HEAD");
  }

  /** Runs all steps, each with its own shell; the first that fails ends the run. */
  run({ inputs = {}, pullRequest, isRefused = false, comments = [] }: Given = {}): ActionRun {
    const place = mkdtempSync(join(this.path, "run "));
    const defaults = Object.entries(action.inputs).map(
      ([name, { default: value }]) => [name, value] as const,
    );
    const values = new Map<string, string>([
      ...Object.entries({ ...Object.fromEntries(defaults), package: "../program", ...inputs }).map(
        ([name, value]) => [`inputs.${name}`, value] as const,
      ),
      ["github.token", "t0ken"],
      ["github.repository", "me/policies"],
      ["github.event.pull_request.number", pullRequest ? "7" : ""],
      ["github.event.pull_request.base.sha", pullRequest?.base ?? ""],
      ["github.event.pull_request.head.sha", pullRequest?.head ?? ""],
    ]);
    const files = { GITHUB_OUTPUT: join(place, "output"), GITHUB_STEP_SUMMARY: join(place, "summary") };
    writeFileSync(join(place, "comments.json"), JSON.stringify(comments));
    writeFileSync(files.GITHUB_STEP_SUMMARY, "");
    const env = {
      ...{ PATH: `${join(this.path, "bin")}${delimiter}${process.env["PATH"]}`, HOME: this.path },
      ...{ RUNNER_TEMP: place, GITHUB_WORKSPACE: this.repository, GITHUB_ACTION_PATH: root },
      ...{ GH_FOLDER: place, ...(isRefused ? { GH_REFUSED: "1" } : {}) },
      ...files,
    };
    let log = "";
    let status = 0;
    for (const step of action.runs.steps) {
      writeFileSync(files.GITHUB_OUTPUT, "");
      const ran = this.#runStep(step, values, env);
      log += ran.log;
      status = ran.status;
      for (const [name, value] of Object.entries(ran.outputs))
        values.set(`steps.${step.id}.outputs.${name}`, value);
      if (status !== 0) break;
    }
    return { status, log, ...readPlace(place, files.GITHUB_STEP_SUMMARY), outputs: outputsOf(values) };
  }

  #runStep(step: Step, values: ReadonlyMap<string, string>, env: Values) {
    if (step.run === undefined) return { status: 0, log: `${step.uses}\n`, outputs: {} };
    // The package is the same each time, and npm takes a second.
    if (step.id === "install" && this.#installed)
      return { status: 0, log: "", outputs: this.#copyInstalled(env) };
    const own = Object.entries(step.env ?? {}).map(
      ([name, value]) => [name, evaluate(value, values)] as const,
    );
    const cwd = resolve(this.repository, evaluate(step["working-directory"] ?? ".", values));
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run],
      {
        cwd,
        encoding: "utf8",
        env: { ...env, ...Object.fromEntries(own) },
      },
    );
    const lines = readFileSync(env["GITHUB_OUTPUT"] ?? "", "utf8")
      .trim()
      .split("\n");
    const outputs: Values = Object.fromEntries(
      lines.map((line) => {
        const [, name = line, value = ""] = /^([\w-]+)=(.*)$/.exec(line) ?? [];
        return [name, value] as const;
      }),
    );
    if (step.id === "install" && status === 0) this.#installed = outputs;
    return { status: status ?? 1, log: `${stdout}${stderr}`, outputs };
  }

  #copyInstalled(env: Values): Values {
    const folder = join(env["RUNNER_TEMP"] ?? "", "folder");
    mkdirSync(folder);
    return { folder, program: this.#installed?.["program"] ?? "" };
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

function readPlace(place: string, summaryFile: string): Pick<ActionRun, "summary" | "calls" | "comment"> {
  const read = (name: string) =>
    existsSync(join(place, name)) ? readFileSync(join(place, name), "utf8") : undefined;
  const lines = (read("calls.jsonl") ?? "").split("\n").filter((line) => line !== "");
  return {
    summary: readFileSync(summaryFile, "utf8"),
    calls: lines.map((line) => JSON.parse(line)),
    comment: read("comment.md"),
  };
}

function outputsOf(values: ReadonlyMap<string, string>): Values {
  return Object.fromEntries(
    Object.entries(action.outputs).map(([name, { value }]) => [name, evaluate(value, values)]),
  );
}

/** Fills in names of contexts: the only expressions that the steps have. A name without a value is empty, as on GitHub. */
function evaluate(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$\{\{ (\S+) \}\}/g, (_, name: string) => values.get(name) ?? "");
}
