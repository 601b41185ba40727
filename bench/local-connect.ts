/**
 * What the local Connect serves in a second, and when it is ready. Beside each figure is that of a program that does nothing: a
 * server that always answers the same, and a process that ends at once. All take turns.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { buildTool } from "../tools/build.mjs";
import { median, medianRatio } from "./measure.ts";
import { startUpstream, stopChild } from "./upstream.ts";

export interface LocalConnectPlan {
  readonly rounds: number;
  readonly sampleMs: number;
  readonly concurrency: number;
}

export interface LocalConnectResults {
  readonly concurrency: number;
  readonly rates: readonly Rate[];
  readonly starts: readonly Start[];
}

interface Rate {
  readonly name: string;
  readonly perSecond: number;
  readonly slowestPerSecond: number;
  /** How many times as many the server answers that does nothing: the median of the rounds. */
  readonly timesFewer: number;
}

interface Start {
  readonly name: string;
  readonly ms: number;
  readonly slowestMs: number;
  /** How many times the time of a process that does nothing. */
  readonly timesLonger: number;
}

interface Load {
  readonly name: string;
  readonly url: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

const instance = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
const user = "00dtcddd1-123e-111e-93e3-11111bfbfcc1";
const task = { InstanceId: instance, Name: "task", ContactFlowId: "44cf0001-123e-111e-93e3-11111bfbfcc17" };

/** Serves at least this, and is ready within this, on a machine without other work. */
export const promisedPerSecond = 1_000;
export const promisedReadyMs = 2_000;

export async function measureLocalConnect(plan: LocalConnectPlan): Promise<LocalConnectResults> {
  const program = fileURLToPath(await buildTool("cli"));
  const bare = await startUpstream();
  const local = await startProgram([program, "local-connect", "--port", "0"]);
  try {
    const read = { method: "GET", path: `/users/${instance}/${user}` };
    const loads: Load[] = [
      { name: "a server that does nothing", url: bare.url, ...read },
      { name: "DescribeUser", url: local.url, ...read },
      { name: "ListUsers", url: local.url, method: "GET", path: `/users-summary/${instance}` },
      {
        name: "SearchUsers",
        url: local.url,
        method: "POST",
        path: "/search-users",
        body: JSON.stringify({ InstanceId: instance }),
      },
      {
        name: "StartTaskContact",
        url: local.url,
        method: "PUT",
        path: "/contact/task",
        body: JSON.stringify(task),
      },
    ];
    return {
      concurrency: plan.concurrency,
      rates: await rateAll(loads, plan),
      starts: await timeStarts(program, plan.rounds),
    };
  } finally {
    await Promise.all([stopChild(bare.child), stopChild(local.child)]);
  }
}

async function startProgram(line: readonly string[]): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, line, { stdio: ["ignore", "pipe", "ignore"] });
  for await (const text of createInterface({ input: child.stdout })) {
    const [, url] = /^ready (http:.*)$/.exec(text) ?? [];
    if (url !== undefined) return { url, child };
  }
  throw new Error(`\`${line.join(" ")}\` ended before it was ready`);
}

async function rateAll(loads: readonly Load[], plan: LocalConnectPlan): Promise<Rate[]> {
  const samples = loads.map((): number[] => []);
  for (const load of loads) await rateOnce(load, plan);
  for (let round = 0; round < plan.rounds; round++)
    for (const [at, load] of loads.entries()) samples[at]?.push(await rateOnce(load, plan));
  const [bare = []] = samples;
  return loads.map(({ name }, at) => {
    const own = samples[at] ?? [];
    return {
      name,
      perSecond: median(own),
      slowestPerSecond: Math.min(...own),
      timesFewer: medianRatio(bare, own),
    };
  });
}

/** Requests a second, some at a time. */
async function rateOnce(load: Load, { sampleMs, concurrency }: LocalConnectPlan): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const started = performance.now();
  let count = 0;
  const send = async () => {
    while (performance.now() - started < sampleMs) {
      await sendOnce(load, agent);
      count++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, send));
  agent.destroy();
  return (count * 1_000) / (performance.now() - started);
}

async function sendOnce({ name, url, method, path, body }: Load, agent: Agent): Promise<void> {
  const sent = request(`${url}${path}`, { method, agent, headers: { "content-type": "application/json" } });
  const answered = once(sent, "response");
  sent.end(body);
  const [response] = await answered;
  response.resume();
  await once(response, "end");
  if (response.statusCode !== 200) throw new Error(`${name} answered ${response.statusCode}`);
}

async function timeStarts(program: string, rounds: number): Promise<Start[]> {
  const ready = async (line: readonly string[]) => stopChild((await startProgram([program, ...line])).child);
  const programs: readonly (readonly [string, () => unknown])[] = [
    ["a process that does nothing", () => spawnSync(process.execPath, ["--eval", ""])],
    ["local-connect", () => ready(["local-connect", "--port", "0"])],
    ["start", () => ready(["start", "--port", "0", "--config", "examples/aws"])],
  ];
  const samples = programs.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, [, start]] of programs.entries()) {
      const began = performance.now();
      await start();
      samples[at]?.push(performance.now() - began);
    }
  }
  const [nothing = []] = samples;
  return programs.map(([name], at) => {
    const own = samples[at] ?? [];
    return { name, ms: median(own), slowestMs: Math.max(...own), timesLonger: medianRatio(own, nothing) };
  });
}
