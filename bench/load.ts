/**
 * Load on the gateway of `npm start`: many clients at once, allowed and denied calls mixed, every answer compared with the
 * right one, and the heap before and after. `npm run load -- [--clients N] [--seconds N]`.
 *
 * All traffic stays on loopback, and the run ends by itself. Ends with `N passed, N failed`; exits 1 when a check failed.
 */
import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, type IncomingMessage, request as sendRequest } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type LoadRequest, requestsOf } from "./load-requests.ts";
import { stopChild } from "./upstream.ts";

const help = `usage: npm run load -- [--clients N] [--seconds N]
  --clients N  callers at the same time, each with a token of its own (default 200)
  --seconds N  how long, after a short warm-up (default 60)
`;

/** Heap, after a collection, that may be there at the end and was not after the warm-up. */
const allowedGrowth = { part: 0.1, bytes: 4_000_000 };
/** Names of users that do not exist, so that paths differ and caches are used as in real life, in bounds. */
const variants = 50;

/** Answers a message with the heap that is left after a collection. */
const heapProbe = `data:text/javascript,${encodeURIComponent(`
  process.on("message", () => { gc(); gc(); process.send(process.memoryUsage().heapUsed); });
  process.channel?.unref();
`)}`;

interface Gateway {
  readonly url: string;
  readonly child: ChildProcess;
  heapBytes(): Promise<number>;
}

async function startGateway(root: string): Promise<Gateway> {
  execFileSync(process.execPath, ["tools/build.mjs", "tools"], { cwd: root, stdio: "inherit" });
  const { AUTHORIZER_CONFIG: _, CONNECT_ENDPOINT: __, PORT: ___, ...env } = process.env;
  const child = fork(join(root, "dist/cli.mjs"), ["start", "--port", "0", "--config", "examples/aws"], {
    cwd: root,
    env,
    execArgv: ["--expose-gc", "--import", heapProbe],
    // Standard error has a line for each decision.
    stdio: ["ignore", "pipe", "ignore", "ipc"],
  });
  if (!child.stdout) throw new Error("the gateway has no output");
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith("ready ")) continue;
    child.stdout.resume();
    return { url: line.slice("ready ".length), child, heapBytes: () => heapOf(child) };
  }
  throw new Error("the gateway did not start");
}

async function heapOf(child: ChildProcess): Promise<number> {
  const answer = once(child, "message");
  child.send("heap");
  return Number((await answer)[0]);
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function call(agent: Agent, url: string, token: string, wanted: LoadRequest): Promise<Answer> {
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (wanted.body !== undefined) headers["content-type"] = "application/json";
  return exchange(new URL(wanted.path, url), { agent, method: wanted.method, headers }, wanted.body);
}

async function exchange(
  url: URL,
  options: { readonly agent?: Agent; readonly method: string; readonly headers: Record<string, string> },
  body: string | undefined,
): Promise<Answer> {
  const request = sendRequest(url, { ...options, timeout: 30_000 });
  request.on("timeout", () => request.destroy(new Error("no answer in 30 s")));
  request.end(body);
  const [response]: IncomingMessage[] = (await once(request, "response")) as IncomingMessage[];
  let text = "";
  for await (const chunk of response?.setEncoding("utf8") ?? []) text += chunk;
  return { status: response?.statusCode ?? 0, text };
}

async function tokenOf(url: string, group: string): Promise<string> {
  if (group === "forged") return "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJsb2FkIn0.c2lnbmF0dXJl";
  const headers = { "content-type": "application/json", "x-local-token": "1" };
  const groups = group === "none" ? [] : [group];
  // Each token is another one: the issuer gives it an id of its own.
  const wanted = JSON.stringify({ sub: "load", groups, ttlSeconds: 3_600 });
  const { text } = await exchange(new URL("/local/token", url), { method: "POST", headers }, wanted);
  const { token }: { readonly token: string } = JSON.parse(text);
  return token;
}

/** What the clients saw. */
interface Tally {
  answers: number;
  /** Answers by status. */
  readonly byStatus: Map<number, number>;
  /** Wrong answers and failed exchanges, the first of each kind with its text. */
  readonly wrong: Map<string, { count: number; readonly first: string }>;
  readonly errors: Map<string, { count: number; readonly first: string }>;
  readonly latenciesMs: number[];
}

/** A caller: its requests, and its token for each group. */
interface Caller {
  readonly number: number;
  readonly requests: readonly LoadRequest[];
  readonly tokens: ReadonlyMap<string, string>;
}

async function createCaller(url: string, number: number): Promise<Caller> {
  const requests = requestsOf(number % variants);
  const tokens = new Map<string, string>();
  for (const { group } of requests) if (!tokens.has(group)) tokens.set(group, await tokenOf(url, group));
  return { number, requests, tokens };
}

/** Makes every request of a caller at least once, so that whatever caches hold is there after the warm-up. */
async function run(agent: Agent, url: string, caller: Caller, untilMs: number, tally: Tally) {
  const { number, requests, tokens } = caller;
  for (let turn = 0; turn < requests.length || performance.now() < untilMs; turn++) {
    const wanted = requests[(number + turn) % requests.length];
    if (!wanted) return;
    const start = performance.now();
    try {
      const { status, text } = await call(agent, url, tokens.get(wanted.group) ?? "", wanted);
      tally.latenciesMs.push(performance.now() - start);
      tally.answers++;
      tally.byStatus.set(status, (tally.byStatus.get(status) ?? 0) + 1);
      if (status !== wanted.status || !text.includes(wanted.holds))
        count(tally.wrong, wanted.name, `${status} ${text.slice(0, 300)}`);
    } catch (error) {
      count(tally.errors, wanted.name, String(error));
    }
  }
}

function count(counts: Tally["wrong"], name: string, text: string): void {
  const known = counts.get(name);
  if (known) known.count++;
  else counts.set(name, { count: 1, first: text });
}

async function load(url: string, callers: readonly Caller[], seconds: number): Promise<Tally> {
  const tally: Tally = {
    answers: 0,
    byStatus: new Map(),
    wrong: new Map(),
    errors: new Map(),
    latenciesMs: [],
  };
  const agent = new Agent({ keepAlive: true, maxSockets: callers.length });
  const untilMs = performance.now() + seconds * 1_000;
  await Promise.all(callers.map((caller) => run(agent, url, caller, untilMs, tally)));
  agent.destroy();
  return tally;
}

const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`;

function report(
  tally: Tally,
  seconds: number,
  heaps: { readonly before: number; readonly after: number },
): number {
  const { answers, byStatus, wrong, errors } = tally;
  const latencies = tally.latenciesMs.sort((a, b) => a - b);
  const at = (part: number) => `${(latencies[Math.floor(part * (latencies.length - 1))] ?? 0).toFixed(1)} ms`;
  const statuses = [...byStatus].sort().map(([status, number]) => `${number} × ${status}`);
  console.log(`${answers} answers, ${Math.round(answers / seconds)} a second: ${statuses.join(", ")}`);
  console.log(`median ${at(0.5)}, 99th percentile ${at(0.99)}, slowest ${at(1)}`);
  console.log(
    `heap after a collection: ${megabytes(heaps.before)} after the warm-up, ${megabytes(heaps.after)} at the end`,
  );
  for (const [what, { count: number, first }] of [...wrong, ...errors])
    console.log(`${what}: ${number}, first: ${first}`);
  const growth = heaps.after - heaps.before;
  const checks: readonly (readonly [string, boolean])[] = [
    ["no wrong decision", wrong.size === 0],
    ["no error", errors.size === 0],
    ["allowed and denied calls alike", (byStatus.get(200) ?? 0) > 0 && (byStatus.get(403) ?? 0) > 0],
    ["flat memory", growth <= Math.max(allowedGrowth.bytes, allowedGrowth.part * heaps.before)],
  ];
  for (const [name, holds] of checks) console.log(`${holds ? "ok    " : "FAILED"} ${name}`);
  const passed = checks.filter(([, holds]) => holds).length;
  console.log(`${passed} passed, ${checks.length - passed} failed`);
  return passed === checks.length ? 0 : 1;
}

function positive(text: string | undefined, usual: number): number {
  const value = text === undefined ? usual : Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new RangeError(`\`${text}\` must be a number above 0`);
  return value;
}

const { values } = parseArgs({
  options: { clients: { type: "string" }, seconds: { type: "string" }, help: { type: "boolean" } },
});
if (values.help) {
  process.stdout.write(help);
} else {
  const clients = positive(values.clients, 200);
  const seconds = positive(values.seconds, 60);
  const gateway = await startGateway(fileURLToPath(new URL("..", import.meta.url)));
  try {
    const callers: Caller[] = [];
    while (callers.length < clients) callers.push(await createCaller(gateway.url, callers.length));
    await load(gateway.url, callers, Math.min(seconds, 5));
    const before = await gateway.heapBytes();
    const tally = await load(gateway.url, callers, seconds);
    const after = await gateway.heapBytes();
    process.exitCode = report(tally, seconds, { before, after });
  } finally {
    await stopChild(gateway.child);
  }
}
