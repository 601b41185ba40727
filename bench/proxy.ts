/**
 * Fifth part: the deployed proxy as a whole. What a call through it costs over the same SDK call made directly, and what its
 * bundle's import costs over that of a bundle with a single command of the SDK.
 */
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { type CallsPlan, type CallsTask, type CallsTiming, callsFlag } from "./proxy-calls.ts";
import { startUpstream, stopChild } from "./upstream.ts";

/** How much is measured. */
export interface ProxyPlan extends CallsPlan {
  readonly importRounds: number;
}

/** All that was measured of the proxy. */
export interface ProxyResults {
  readonly calls: readonly CallsTiming[];
  readonly concurrency: number;
  /** Milliseconds of the `import` of each bundle, in a process of its own; one entry a round. */
  readonly importMs: { readonly proxy: readonly number[]; readonly oneCommand: readonly number[] };
  readonly bytes: { readonly proxy: number; readonly oneCommand: number };
}

/** Builds the bundle as it is deployed, with AWS's examples for a configuration, and measures it. */
export async function measureProxy(root: string, plan: ProxyPlan): Promise<ProxyResults> {
  execFileSync(process.execPath, ["tools/build.mjs", "examples", "functions"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const proxy = join(root, "dist/proxy/index.mjs");
  const oneCommand = join(root, "dist/bench-one-command/index.mjs");
  await bundleOneCommand(root, oneCommand);
  const importMs = { proxy: [] as number[], oneCommand: [] as number[] };
  for (let round = 0; round < plan.importRounds; round++) {
    importMs.oneCommand.push(importTime(oneCommand));
    importMs.proxy.push(importTime(proxy));
  }
  const bytes = { proxy: await sizeOf(proxy), oneCommand: await sizeOf(oneCommand) };
  return { calls: await measureCalls(proxy, plan), concurrency: plan.concurrency, importMs, bytes };
}

/** The client and one command, bundled with the options of the proxy, but with all that the SDK's client imports. */
async function bundleOneCommand(root: string, outfile: string): Promise<void> {
  const contents = 'export { ConnectClient, DescribeUserCommand } from "@aws-sdk/client-connect";';
  await build({
    stdin: { contents, resolveDir: root },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    minify: true,
    logLevel: "warning",
  });
}

async function sizeOf(file: string): Promise<number> {
  const { stat } = await import("node:fs/promises");
  return (await stat(file)).size;
}

/** Milliseconds that a new process takes to import a file. */
function importTime(file: string): number {
  const url = JSON.stringify(pathToFileURL(file).href);
  const code = `const start = performance.now(); await import(${url}); process.stdout.write(String(performance.now() - start));`;
  return Number(execFileSync(process.execPath, ["--input-type=module", "-e", code]).toString());
}

async function measureCalls(bundle: string, plan: ProxyPlan): Promise<readonly CallsTiming[]> {
  const upstream = await startUpstream();
  const { AUTHORIZER_BUNDLE: _, AWS_PROFILE: __, ...inherited } = process.env;
  const child = fork(process.argv[1] ?? "", [`--${callsFlag}`], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    // As in Lambda: the function's name, its role's credentials, and where Connect is.
    env: {
      ...inherited,
      AWS_LAMBDA_FUNCTION_NAME: "bench",
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "bench",
      AWS_SECRET_ACCESS_KEY: "bench",
      CONNECT_ENDPOINT: upstream.url,
    },
  });
  try {
    const task: CallsTask = { bundleUrl: pathToFileURL(bundle).href, endpoint: upstream.url, plan };
    child.send(task);
    const ended = once(child, "exit").then(() => undefined);
    const message: unknown = await Promise.race([once(child, "message").then(([figures]) => figures), ended]);
    if (!Array.isArray(message)) throw new Error("the calls through the proxy could not be measured");
    return message;
  } finally {
    await stopChild(child);
    await stopChild(upstream.child);
  }
}
