/**
 * A gateway started as a user starts it, for tests that talk to it over HTTP.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { ConnectClient } from "@aws-sdk/client-connect";

const root = resolve(import.meta.dirname, "../..");

/** A running `npm start`. */
export interface RunningGateway {
  readonly url: string;
  /** What it has written on standard error so far. */
  readonly stderr: () => string;
  readonly process: ChildProcess;
  /** Sends SIGTERM and resolves to the exit status. */
  stop(): Promise<number | null>;
}

/** Starts the gateway on a free port, with AWS's examples, and resolves once it prints `ready`. */
export async function startRunningGateway(...flags: readonly string[]): Promise<RunningGateway> {
  const served = ["--port", "0", "--config", "examples/aws"];
  const child = spawn(process.execPath, ["tools/run.mjs", "cli", "start", ...served, ...flags], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const exited = new Promise<number | null>((done) => child.once("exit", done));
  const ready = new Promise<string>((done) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("ready ")) done(line.slice("ready ".length));
    });
  });
  const url = await Promise.race([
    ready,
    exited.then((status) => {
      throw new Error(`the gateway exited with ${status} before it was ready:\n${errors}`);
    }),
  ]);
  return {
    url,
    stderr: () => errors,
    process: child,
    async stop() {
      child.kill("SIGTERM");
      return exited;
    },
  };
}

/** Runs a program of ours and resolves to what it printed. */
export async function runProgram(
  ...args: readonly string[]
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ["tools/run.mjs", ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const status = await new Promise<number | null>((done) => child.once("close", done));
  return { status, stdout, stderr };
}

/** Gets a token as a user does. */
export async function tokenFor(url: string, ...groups: readonly string[]): Promise<string> {
  const flags = groups.flatMap((group) => ["--group", group]);
  const { status, stdout, stderr } = await runProgram(
    "cli",
    "token",
    "--sub",
    "alice",
    ...flags,
    "--url",
    url,
  );
  if (status !== 0) throw new Error(`token: exit ${status}: ${stderr}`);
  return stdout.trim();
}

/** A real Connect client whose endpoint is the gateway. It sends each request once. */
export function connectClient(url: string, token?: string): ConnectClient {
  const client = new ConnectClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "unused", secretAccessKey: "unused" },
    maxAttempts: 1,
  });
  client.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      if (token === undefined) delete headers["authorization"];
      else headers["authorization"] = `Bearer ${token}`;
      return next(args);
    },
    { step: "finalizeRequest", priority: "low", name: "bearerToken" },
  );
  return client;
}
