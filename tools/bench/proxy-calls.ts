/**
 * Whole calls through the deployed proxy bundle, as Lambda would invoke it, against the same calls of the SDK made
 * directly. Runs in a process of its own, whose standard output (the records of decisions) goes nowhere.
 */
import { once } from "node:events";
import { ConnectClient, CreateUserCommand, DescribeUserCommand } from "@aws-sdk/client-connect";
import { mintPrincipal } from "../../shared/identity/principal.ts";
import { encodePrincipal } from "../../shared/identity/principal-context.ts";
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
      proxy: invocation(bundle.handler, "GET", `/users/${instanceId}/${userId}`),
    },
    {
      name: "CreateUser",
      direct: async () => {
        const input = { ...newUser, SecurityProfileIds: [...newUser.SecurityProfileIds] };
        await client.send(new CreateUserCommand({ InstanceId: instanceId, ...input }));
      },
      proxy: invocation(bundle.handler, "PUT", `/users/${instanceId}`, JSON.stringify(newUser)),
    },
  ];
  const timings: CallsTiming[] = [];
  for (const { name, direct, proxy } of examples) timings.push(await measure(name, direct, proxy, plan));
  client.destroy();
  process.send?.(timings);
  process.disconnect();
}

/** One invocation, its event made anew as Lambda would. */
function invocation(handler: Handler, method: string, path: string, body: string | null = null): Call {
  const principal = mintPrincipal(
    { sub: "bench", iss: "https://issuer.example", exp: 4_102_444_800, groups: ["admins"] },
    { id: "sub", groups: "groups" },
  );
  const authorizer = { principal: encodePrincipal(principal) };
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
  const timing = { directMs: [], proxyMs: [], directRate: [], proxyRate: [] } as Record<string, number[]>;
  for (let warmUp = 0; warmUp < plan.callsPerRound * 2; warmUp++) {
    await direct();
    await proxy();
  }
  // Opens the connections.
  await rateOf(direct, plan);
  await rateOf(proxy, plan);
  for (let round = 0; round < plan.rounds; round++) {
    const [one, other]: number[][] = [[], []];
    for (let call = 0; call < plan.callsPerRound; call++) {
      // Which of the two comes first takes turns as well.
      if (call % 2 === 0) one?.push(await timeOf(direct));
      other?.push(await timeOf(proxy));
      if (call % 2 === 1) one?.push(await timeOf(direct));
    }
    timing["directMs"]?.push(median(one ?? []));
    timing["proxyMs"]?.push(median(other ?? []));
    const rates: readonly (readonly [string, Call])[] = [
      ["directRate", direct],
      ["proxyRate", proxy],
    ];
    for (const [kind, call] of round % 2 === 0 ? rates : [...rates].reverse())
      timing[kind]?.push(await rateOf(call, plan));
  }
  const { directMs = [], proxyMs = [], directRate = [], proxyRate = [] } = timing;
  return { name, directMs, proxyMs, directRate, proxyRate };
}

async function timeOf(call: Call): Promise<number> {
  const start = performance.now();
  await call();
  return performance.now() - start;
}

/** Calls a second with a number of them always in flight. */
async function rateOf(call: Call, { concurrency, loadMs }: CallsPlan): Promise<number> {
  const start = performance.now();
  const until = start + loadMs;
  let calls = 0;
  const caller = async () => {
    while (performance.now() < until) {
      await call();
      calls++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  return calls / ((performance.now() - start) / 1_000);
}
