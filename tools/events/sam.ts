/** Running the SAM CLI, which does the work in Docker containers. */
import { execFile, spawn } from "node:child_process";
import { createServer } from "node:net";
import { promisify } from "node:util";

/** The SAM CLI to run: the one on the PATH, unless `SAM` names another. */
const sam = process.env["SAM"] || "sam";
/** What `sam build` made; beside it, SAM looks for the functions. */
const template = ".aws-sam/build/template.yaml";
const environment = { ...process.env, SAM_CLI_TELEMETRY: "0" };

interface SamOptions {
  /** Value of the template's parameter ConnectEndpoint. */
  readonly connectEndpoint: string;
  /** The user's own flags, like `--skip-pull-image`. */
  readonly flags: readonly string[];
  /** Where `sam build` has been run; default: here. */
  readonly folder?: string;
}

function argumentsOf(command: string, { connectEndpoint, flags }: SamOptions): string[] {
  const overrides = `ConnectEndpoint=${connectEndpoint}`;
  return ["local", command, "--template", template, "--parameter-overrides", overrides, ...flags];
}

/**
 * Invokes a function once, in a container of its own.
 * @returns its result, or what it threw as `{errorMessage}`, and the whole output of it and the SAM CLI
 * @throws Error when the SAM CLI fails or its answer is not JSON
 */
export async function invokeFunction(
  name: string,
  eventFile: string,
  options: SamOptions,
): Promise<{ readonly result: unknown; readonly log: string }> {
  const args = [...argumentsOf("invoke", options), "--event", eventFile, name];
  const { stdout, stderr } = await promisify(execFile)(sam, args, {
    ...(options.folder === undefined ? {} : { cwd: options.folder }),
    env: environment,
    maxBuffer: 64 * 1024 * 1024,
    timeout: 180_000,
  }).catch((cause: Error & { stderr?: string }) => {
    throw new Error(`\`sam local invoke\` failed: ${cause.message}`, { cause });
  });
  const answer = stdout.trim().split("\n").at(-1) ?? "";
  try {
    return { result: JSON.parse(answer), log: `${stdout}\n${stderr}` };
  } catch (cause) {
    throw new Error(`\`sam local invoke\` answered \`${answer.slice(0, 200)}\`: ${stderr.slice(-2000)}`, {
      cause,
    });
  }
}

interface RunningApi {
  readonly url: string;
  /** Output of it and its functions so far. */
  readonly log: () => string;
  /** Stops it and removes its containers. */
  stop(): Promise<void>;
}

/** Starts the API, both functions warm. @throws Error when it ends, or accepts no request in three minutes */
export async function startApi(options: SamOptions): Promise<RunningApi> {
  const port = await freePort();
  const args = [...argumentsOf("start-api", options), "--port", String(port), "--warm-containers", "EAGER"];
  const child = spawn(sam, args, {
    ...(options.folder === undefined ? {} : { cwd: options.folder }),
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
  }
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", (cause) => {
      log += String(cause);
      resolve();
    });
  });
  const stop = async () => {
    child.kill("SIGINT");
    await exited;
    await removeContainersOf(log);
  };
  const url = `http://127.0.0.1:${port}`;
  const giveUpAt = Date.now() + 180_000;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > giveUpAt) {
      await stop();
      throw new Error(`\`sam local start-api\` did not start:\n${log.slice(-4000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return { url, log: () => log, stop };
}

/** Removes the containers that the SAM CLI's log names. */
export async function removeContainersOf(log: string): Promise<void> {
  const containers = [...log.matchAll(/SAM_CONTAINER_ID: ([0-9a-f]{12,64})/g)].map((match) => match[1] ?? "");
  if (containers.length === 0) return;
  // Those that the SAM CLI has removed itself are not there any more, which is as good.
  await promisify(execFile)("docker", ["rm", "-f", ...containers]).catch(() => undefined);
}

/** The SAM CLI takes no port 0: one that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 3000;
}

/** The API has no route `/`: its answer is a quick 403 that reaches no function. */
async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.status === 403,
    () => false,
  );
}
