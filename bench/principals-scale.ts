/**
 * A table of many principals beside a large bundle: what a cold start takes that reads it, what a call costs whose caller
 * is not, or is, known already, and the memory of a function that has met more callers than it remembers.
 */

import { spawnSync } from "node:child_process";
import type { KeyObject } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { formatBundle } from "../shared/bundle/bundle.ts";
import { callAws, findEndpoint } from "../shared/bundle/stores/aws.ts";
import { mintPrincipal } from "../shared/identity/principal/principal.ts";
import { encodePrincipal } from "../shared/identity/principal/principal-context.ts";
import { principalKeyOf } from "../shared/principals/item.ts";
import { readSettings } from "../shared/settings.ts";
import { startDynalite } from "../tools/dynalite/start.ts";
import { type ColdStart, eventOf, firstAuthorization, functionEnvironment, startOnce } from "./cold-start.ts";
import { makeToken } from "./identity.ts";
import {
  type BundleSize,
  callerName,
  createLargeBundle,
  createLargeCalls,
  issuer,
} from "./sets/large-bundle.ts";

/** What was measured. */
export interface PrincipalsScale {
  readonly count: number;
  readonly authorizer: readonly ColdStart[];
  /** Most memory of the function that made all calls. */
  readonly loadedMegabytes: number;
  readonly calls: readonly {
    readonly name: string;
    readonly count: number;
    readonly medianMicros: number;
    readonly p99Micros: number;
  }[];
}

interface PrincipalsTask {
  readonly plan: Omit<BundleSize, "layout"> & {
    /** In the table. */
    readonly principals: number;
    readonly coldStarts: number;
  };
  readonly jwks: Parameters<typeof createLargeBundle>[1];
  readonly privateKey: KeyObject;
  /** For files that may go afterwards. */
  readonly folder: string;
}

const table = "principals";
const batch = 25;
/** As many as a function remembers. */
const remembered = 10_000;
const writers = 8;
/** How Lambda starts Node.js in a function of 512 MB: nine tenths of it for what lives, a twentieth for each half of what is new. */
const heapFlags = ["--max-old-space-size=460", "--max-semi-space-size=25"];

/** Each call in turn; says the milliseconds of each, by round. Ends when an answer or what its record says of the table is not right. */
const program = `
import { readFileSync } from "node:fs";
const { handler } = await import(process.argv[1]);
const { event, rounds } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const write = process.stdout.write.bind(process.stdout);
let record = "";
process.stdout.write = (text) => { record = String(text); return true; };
const times = [];
for (const { principals, attachments } of rounds) {
  const round = [];
  for (const principal of principals) {
    event.requestContext.authorizer = { principal };
    const start = performance.now();
    const { statusCode } = await handler(event);
    round.push(performance.now() - start);
    if (statusCode !== 403 || JSON.parse(record).attachments?.kind !== attachments)
      throw new Error("an answer is not the right one: " + record);
  }
  times.push(round);
}
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
write(JSON.stringify({ times, peakMegabytes }));
`;

const idOf = (index: number) => `caller-${index}`;

/** Fills a table and measures; each principal has one of the bundle's policies, and no group. */
export async function measurePrincipals(root: string, task: PrincipalsTask): Promise<PrincipalsScale> {
  const { plan, jwks, privateKey, folder } = task;
  const size = { ...plan, layout: "spread" } as const;
  const bundleFile = join(folder, "principals.json");
  writeFileSync(bundleFile, formatBundle(createLargeBundle(size, jwks)));
  const dynalite = await startDynalite(root);
  const variables = { AUTHORIZER_PRINCIPALS_TABLE: table, AWS_ENDPOINT_URL: dynalite.url };
  try {
    const [named] = createLargeCalls(size, 32).filter(({ expected }) => expected === "allowed");
    if (!named) throw new Error("no call of a large bundle is allowed");
    // The policy of a group has the group's number: who has the policy may make the group's call.
    const first = Number(named.group.slice("group-".length));
    await fillTable(dynalite.url, plan);
    const token = makeToken(privateKey, 0, { sub: idOf(first), groups: [], name: callerName });
    const call = firstAuthorization(root, named, token);
    const authorizer = Array.from({ length: plan.coldStarts }, () => startOnce(call, bundleFile, variables));
    return { count: plan.principals, authorizer, ...callWarm(root, { task, bundleFile, variables, named }) };
  } finally {
    await dynalite.stop();
  }
}

async function fillTable(url: string, { principals, policies }: PrincipalsTask["plan"]): Promise<void> {
  const environment = { ...functionEnvironment(""), AWS_ENDPOINT_URL: url };
  const endpoint = findEndpoint("dynamodb", readSettings(environment));
  const send = (operation: string, input: object) =>
    callAws(endpoint, { operation, input }, AbortSignal.timeout(60_000));
  await send("CreateTable", {
    TableName: table,
    AttributeDefinitions: [{ AttributeName: "principal", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "principal", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  let next = 0;
  const write = async () => {
    while (next < principals) {
      const from = next;
      next += batch;
      const length = Math.min(batch, principals - from);
      const items = Array.from({ length }, (_, at) => ({
        PutRequest: { Item: itemOf(from + at, policies) },
      }));
      const { UnprocessedItems: left } = await send("BatchWriteItem", { RequestItems: { [table]: items } });
      if (Object.keys(left ?? {}).length > 0) throw new Error("the table did not take all items");
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
}

function itemOf(index: number, policies: number): object {
  return {
    principal: { S: principalKeyOf({ issuer, id: idOf(index) }) },
    policies: { SS: [`policy-${index % policies}`] },
    version: { N: "1" },
  };
}

interface WarmCalls {
  readonly task: PrincipalsTask;
  readonly bundleFile: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly named: { readonly path: string };
}

/** Makes calls that nobody may make, each of which asks what is attached to its caller, in a process of its own. */
function callWarm(root: string, { task, bundleFile, variables, named }: WarmCalls) {
  const { principals } = task.plan;
  const range = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => encoded(from + at));
  const few = range(0, Math.min(remembered, principals / 4));
  const rounds = [
    // What is slow because it is the first time is not measured.
    { name: "warm-up", principals: range(principals, principals + 500) },
    { name: "first call of a caller: the item is read", principals: few, attachments: "attached" },
    { name: "next call of the same within the minute", principals: few, attachments: "attached" },
    {
      name: "first call of twice as many others",
      principals: range(few.length, Math.min(few.length + 2 * remembered, principals)),
      attachments: "attached",
    },
  ];
  const file = join(task.folder, "calls.json");
  const event = { ...eventOf(`${named.path}-other`, {}), body: null, isBase64Encoded: false };
  writeFileSync(file, JSON.stringify({ rounds, event }));
  const handlerUrl = pathToFileURL(join(root, "dist/proxy/index.mjs")).href;
  const parameters = [...heapFlags, "--input-type=module", "--eval", program, handlerUrl, file];
  const { stdout, stderr } = spawnSync(process.execPath, parameters, {
    encoding: "utf8",
    env: { ...functionEnvironment(bundleFile), ...variables, AUTHORIZER_REFRESH_SECONDS: "3600" },
    maxBuffer: 64 * 1024 * 1024,
  });
  const last: { times: number[][]; peakMegabytes: number } = JSON.parse(stdout || "{}");
  if (!last.times) throw new Error(`the proxy did not answer as it must: ${stderr.slice(-2_000)}`);
  const calls = rounds.slice(1).map(({ name }, index) => {
    const sorted = (last.times[index + 1] ?? []).map((ms) => ms * 1_000).sort((a, b) => a - b);
    const at = (part: number) => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
    return { name, count: sorted.length, medianMicros: at(0.5), p99Micros: at(0.99) };
  });
  return { loadedMegabytes: last.peakMegabytes, calls };
}

/** A caller of no group, as the authorizer tells the proxy of it. */
function encoded(index: number): string {
  const claims = { sub: idOf(index), name: callerName, iss: issuer, exp: 4_102_444_800 };
  const minted = mintPrincipal(claims, { id: "sub", name: "name", groups: "groups" });
  return encodePrincipal({ ...minted, claims: {}, opaqueClaims: [], carriedClaims: [] });
}
