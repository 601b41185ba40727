/**
 * Whole calls through the deployed proxy bundle, as Lambda would invoke it, against the same calls of the SDK made
 * directly. Runs in a process of its own, whose standard output (the records of decisions) goes nowhere.
 */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { ConnectClient, CreateUserCommand, DescribeUserCommand } from "@aws-sdk/client-connect";
import { carryPrincipal } from "../shared/identity/principal/carry-principal.ts";
import { mintPrincipal } from "../shared/identity/principal/principal.ts";
import { encodePrincipal } from "../shared/identity/principal/principal-context.ts";
import { median } from "./measure.ts";

/** What `proxy.ts` asks the bench's program for. */
export const callsFlag = "as-proxy-calls";

/** How much is measured. */
export interface CallsPlan {
  readonly rounds: number;
  /** Calls one after the other, of each kind, in a round. */
  readonly callsPerRound: number;
  readonly concurrency: number;
  /** How long each kind is loaded in a round. */
  readonly loadMs: number;
}

/** One operation's figures; each list has one entry a round. */
export interface CallsTiming {
  readonly name: string;
  /** Medians of single calls, milliseconds. */
  readonly directMs: readonly number[];
  readonly proxyMs: readonly number[];
  /** Calls a second, with `concurrency` in flight. */
  readonly directRate: readonly number[];
  readonly proxyRate: readonly number[];
  /** Processor time of one call in this process, the same calls, microseconds. */
  readonly directCpuMicros: readonly number[];
  readonly proxyCpuMicros: readonly number[];
}

/** The default configuration's first instance. */
const instanceId = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
const userId = "5a1d2c3b-0000-4000-8000-00000000000b";
const newUser = {
  Username: "new-agent",
  PhoneConfig: { PhoneType: "SOFT_PHONE", AutoAccept: false },
  SecurityProfileIds: ["7c2e1f00-0000-4000-8000-00000000000d"],
  RoutingProfileId: "2b6c1d00-0000-4000-8000-0000000000aa",
} as const;

type Call = () => Promise<void>;
type Handler = (event: object, context: object) => Promise<{ readonly statusCode: number }>;

/** What the parent asks for. */
export interface CallsTask {
  readonly bundleUrl: string;
  readonly endpoint: string;
  readonly plan: CallsPlan;
}

/** Measures what the parent asks for and sends the figures back. */
export async function runCalls(): Promise<void> {
  const [task] = await once(process, "message");
  const { bundleUrl, endpoint, plan } = task as CallsTask;
  const bundle: { readonly handler: Handler } = await import(bundleUrl);
  const target = { handler: bundle.handler, issuer: packagedIssuer(bundleUrl) };
  const client = new ConnectClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
  });
  const examples = [
    {
      name: "DescribeUser",
      direct: async () => {
        await client.send(new DescribeUserCommand({ InstanceId: instanceId, UserId: userId }));
      },
      proxy: invocation(target, "GET", `/users/${instanceId}/${userId}`),
    },
    {
      name: "CreateUser",
      direct: async () => {
        const input = { ...newUser, SecurityProfileIds: [...newUser.SecurityProfileIds] };
        await client.send(new CreateUserCommand({ InstanceId: instanceId, ...input }));
      },
      proxy: invocation(target, "PUT", `/users/${instanceId}`, JSON.stringify(newUser)),
    },
  ];
  const timings: CallsTiming[] = [];
  for (const { name, direct, proxy } of examples) timings.push(await measure(name, direct, proxy, plan));
  client.destroy();
  process.send?.(timings);
  process.disconnect();
}

/** An issuer that the configuration beside the bundle trusts, as the one inside it does. */
function packagedIssuer(bundleUrl: string): string {
  const text = readFileSync(new URL("../bundle.json", bundleUrl), "utf8");
  const { config }: { config: { issuers: { issuer: string }[] } } = JSON.parse(text);
  return String(config.issuers[0]?.issuer);
}

/** One invocation, its event made anew as Lambda would. */
function invocation(
  { handler, issuer }: { readonly handler: Handler; readonly issuer: string },
  method: string,
  path: string,
  body: string | null = null,
): Call {
  const principal = mintPrincipal(
    { sub: "bench", iss: issuer, exp: 4_102_444_800, groups: ["admins"] },
    { id: "sub", groups: "groups" },
  );
  const authorizer = { principal: encodePrincipal(carryPrincipal(principal, new Set())) };
  const context = { getRemainingTimeInMillis: () => 29_000 };
  const headers = { "content-type": "application/json", "user-agent": "bench" };
  const multiValueHeaders = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value]]),
  );
  const event = JSON.stringify({
    resource: "/{proxy+}",
    path,
    httpMethod: method,
    headers,
    multiValueHeaders,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: { proxy: path.slice(1) },
    stageVariables: null,
    requestContext: { requestId: "bench", authorizer, identity: { sourceIp: "192.0.2.1" } },
    body,
    isBase64Encoded: false,
  });
  return async () => {
    const { statusCode } = await handler(JSON.parse(event), context);
    if (statusCode !== 200) throw new Error(`the proxy answered ${statusCode} while it was timed`);
  };
}

/** The two kinds in turns, so that whatever slows the machine slows both. */
async function measure(name: string, direct: Call, proxy: Call, plan: CallsPlan): Promise<CallsTiming> {
  for (let warmUp = 0; warmUp < plan.callsPerRound * 2; warmUp++) {
    await direct();
    await proxy();
  }
  // Opens the connections.
  await loadInTurns([direct, proxy], plan);
  const rounds: { readonly singleMs: readonly number[]; readonly loads: readonly Load[] }[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    const singleMs = await singleCalls([direct, proxy], plan.callsPerRound);
    rounds.push({ singleMs, loads: await loadInTurns([direct, proxy], plan) });
  }
  const single = (kind: number) => rounds.map(({ singleMs }) => singleMs[kind] ?? Number.NaN);
  const load = (kind: number) => rounds.map(({ loads }) => loads[kind] ?? { calls: 0, ms: 0, cpuMicros: 0 });
  const rate = (kind: number) => load(kind).map(({ calls, ms }) => calls / (ms / 1_000));
  const cpu = (kind: number) => load(kind).map(({ calls, cpuMicros }) => cpuMicros / calls);
  return {
    name,
    directMs: single(0),
    proxyMs: single(1),
    directRate: rate(0),
    proxyRate: rate(1),
    directCpuMicros: cpu(0),
    proxyCpuMicros: cpu(1),
  };
}

/** Medians of calls one after the other, the kinds in turns; which comes first takes turns as well. */
async function singleCalls(kinds: readonly Call[], count: number): Promise<readonly number[]> {
  const times: number[][] = kinds.map(() => []);
  for (let call = 0; call < count; call++) {
    for (let turn = 0; turn < kinds.length; turn++) {
      const kind = (call + turn) % kinds.length;
      const run = kinds[kind];
      if (run) times[kind]?.push(await timeOf(run));
    }
  }
  return times.map(median);
}

/** What many calls at once came to. */
interface Load {
  calls: number;
  ms: number;
  cpuMicros: number;
}

/** A kind is loaded for so long before it is the other's turn. */
const sliceMs = 100;

async function loadInTurns(kinds: readonly Call[], plan: CallsPlan): Promise<readonly Load[]> {
  const loads = kinds.map((): Load => ({ calls: 0, ms: 0, cpuMicros: 0 }));
  const slices = Math.max(1, Math.round(plan.loadMs / sliceMs));
  for (let slice = 0; slice < slices; slice++) {
    for (let turn = 0; turn < kinds.length; turn++) {
      const kind = (slice + turn) % kinds.length;
      const [run, load] = [kinds[kind], loads[kind]];
      if (run && load) await addLoad(load, run, plan.concurrency);
    }
  }
  return loads;
}

/** Calls with a number of them always in flight. */
async function addLoad(load: Load, call: Call, concurrency: number): Promise<void> {
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  const caller = async () => {
    while (performance.now() < start + sliceMs) {
      await call();
      load.calls++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  const { user, system } = process.cpuUsage(cpuStart);
  load.cpuMicros += user + system;
  load.ms += performance.now() - start;
}

async function timeOf(call: Call): Promise<number> {
  const start = performance.now();
  await call();
  return performance.now() - start;
}
