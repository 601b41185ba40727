/** Commands as a reader types them into a shell: run to their end, or kept running until the page is done. */
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import type { CommandOutcome } from "./page-scripts.ts";

export interface ShellOptions {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly input?: string;
}

const running = new Set<ChildProcess>();

/** Ends the process groups that still run, so that an interrupted run leaves none behind. */
export function killAll(): void {
  for (const child of running) signalGroup(child, "SIGKILL");
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandOutcome>;
  readonly log: () => string;
}

function start(script: string, { folder, environment, input }: ShellOptions): Started {
  // The SAM CLI and npm have children of their own: a group is ended whole.
  const child = spawn("bash", ["-ec", script], { cwd: folder, env: environment, detached: true });
  running.add(child);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  // A program without questions may end before it reads this.
  child.stdin.on("error", () => undefined).end(input ?? "");
  const ended = new Promise<CommandOutcome>((resolve) => {
    child.once("error", (cause) => resolve({ status: null, stdout, stderr: String(cause) }));
    child.once("close", (status) => {
      running.delete(child);
      resolve({ status, stdout, stderr });
    });
  });
  return { child, ended, log: () => `${stdout}\n${stderr}` };
}

/** Runs commands, and stops at the first that fails. */
export async function runCommands(
  commands: readonly string[],
  options: ShellOptions,
): Promise<CommandOutcome> {
  return start(commands.join("\n"), options).ended;
}

export interface Service {
  readonly log: () => string;
  stop(): Promise<void>;
}

const startLimitMs = 300_000;

/** Starts a server; resolves when its URL answers. @throws Error if it answers before that, or not in time */
export async function serveCommand(command: string, url: string, options: ShellOptions): Promise<Service> {
  if (await answers(url)) throw new Error(`something else answers at ${url}`);
  const { child, ended, log } = start(command, options);
  const stop = async () => {
    signalGroup(child, "SIGINT");
    const isOver = await Promise.race([ended.then(() => true), wait(60_000, false, { ref: false })]);
    if (!isOver) signalGroup(child, "SIGKILL");
    await ended;
  };
  const giveUpAt = Date.now() + startLimitMs;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > giveUpAt) {
      await stop();
      throw new Error(`it does not answer at ${url}:\n${log().slice(-4000)}`);
    }
    await wait(500);
  }
  return { log, stop };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
