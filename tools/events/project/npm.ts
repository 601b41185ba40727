/** npm's commands in a folder that is not the checkout: nothing of the checkout's environment reaches them. */
import { spawn } from "node:child_process";

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Service {
  readonly url: string;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<unknown>;
}

const limitMs = 300_000;

/** Runs a command to its end; one that hangs is ended. */
export async function run([command = "", ...args]: readonly string[], folder: string): Promise<Outcome> {
  const child = spawn(command, args, {
    cwd: folder,
    env: ownEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  clearTimeout(timer);
  return { status, stdout, stderr };
}

/** Starts the gateway; resolves when it says `ready URL`. @throws Error if it ends before that, or takes too long */
export async function serve([command = "", ...args]: readonly string[], folder: string): Promise<Service> {
  const child = spawn(command, args, {
    cwd: folder,
    env: ownEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`it is not ready: ${log}`)), limitMs);
    child.once("close", (status) => reject(new Error(`it ended with ${status}: ${log}`)));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      const [, found] = /^ready (\S+)$/m.exec(log) ?? [];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
  });
  return {
    url,
    stop: () => {
      // A terminal sends Ctrl-C to npm and to what npm runs.
      if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
      return closed;
    },
  };
}

/** The environment without what npm and this run have set. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  const own =
    /^(AUTHORIZER_|CONNECT_|POWERTOOLS_|PORT$|npm_(?!config_)|npm_config_local_prefix$|INIT_CWD$|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
