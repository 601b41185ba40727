/**
 * Sixth part: the worst call. Processor time of the proxy for the most expensive calls of a bounded corpus, from API Gateway's event to its answer.
 */
import { createProxyHandler } from "../functions/proxy/handler.ts";
import { createBundle } from "../shared/bundle/bundle.ts";
import { DocumentError } from "../shared/errors.ts";
import { carryPrincipal } from "../shared/identity/principal/carry-principal.ts";
import { mintPrincipal } from "../shared/identity/principal/principal.ts";
import { encodePrincipal } from "../shared/identity/principal/principal-context.ts";
import { parsePolicy } from "../tools/authoring/policy/parse.ts";
import { median } from "./measure.ts";
import {
  accountId,
  instanceArn,
  instanceId,
  type WorstCall,
  worstCalls,
  worstStatements,
} from "./sets/worst-corpus.ts";
import { startUpstream, stopChild } from "./upstream.ts";

/** Processor time that no call may take. */
export const promisedMs = 100;

/** What one call of the corpus takes. */
export interface WorstTiming {
  readonly name: string;
  readonly status: number;
  readonly bytes: number;
  /** Median, milliseconds of processor time. */
  readonly cpuMs: number;
}

const issuer = "https://issuer.example";

/** Measures each call several times, after one to warm up. */
export async function measureWorstCalls(rounds: number): Promise<readonly WorstTiming[]> {
  const upstream = await startUpstream();
  try {
    const handler = createWorstHandler(upstream.url);
    const timings: WorstTiming[] = [];
    for (const call of worstCalls()) timings.push(await measureCall(handler, call, rounds));
    return timings;
  } finally {
    await stopChild(upstream.child);
  }
}

/** The proxy, with policies that look at all that a caller can make large. */
export function createWorstHandler(endpoint: string) {
  const config = {
    instances: [{ arn: instanceArn, partition: "aws", region: "us-east-1", accountId, id: instanceId }],
    issuers: [{ issuer, audience: ["bench"], claims: { id: "sub", groups: "groups" } }],
    bindings: [{ match: { groups: ["bench"] }, policies: ["bench-0"] }],
    guardrails: [],
    mode: "enforce",
    tokenHeader: "authorization",
    routes: [],
  } as const;
  const text = JSON.stringify({ Version: "2012-10-17", Statement: worstStatements });
  const parsed = parsePolicy(text, { name: "bench-0", file: "bench-0.json" });
  if (!parsed.ok) throw new DocumentError(parsed.issues);
  const packagedBundle = createBundle(config, [parsed.document]);
  return createProxyHandler({ CONNECT_ENDPOINT: endpoint }, { packagedBundle, onRecord: () => undefined });
}

/** API Gateway's event for a call of the corpus. */
export function worstEvent({ method, path, body }: WorstCall) {
  const principal = mintPrincipal(
    { sub: "bench", iss: issuer, exp: 4_102_444_800, groups: ["bench"] },
    { id: "sub", groups: "groups" },
  );
  const authorizer = { principal: encodePrincipal(carryPrincipal(principal, new Set())) };
  return {
    resource: "/{proxy+}",
    path,
    httpMethod: method,
    headers: { "content-type": "application/json" },
    multiValueHeaders: { "content-type": ["application/json"] },
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: { proxy: path.slice(1) },
    stageVariables: null,
    requestContext: { requestId: "bench", authorizer, identity: { sourceIp: "192.0.2.1" } },
    body,
    isBase64Encoded: false,
  };
}

type Handler = ReturnType<typeof createWorstHandler>;

async function measureCall(handler: Handler, call: WorstCall, rounds: number): Promise<WorstTiming> {
  const event = worstEvent(call);
  const times: number[] = [];
  let status = 0;
  for (let round = 0; round <= rounds; round++) {
    const start = process.cpuUsage();
    const answer = await handler(event as unknown as Parameters<Handler>[0]);
    const { user, system } = process.cpuUsage(start);
    status = answer.statusCode;
    if (status !== call.status) throw new Error(`${call.name}: answered ${status} ${answer.body}`);
    if (round > 0) times.push((user + system) / 1_000);
  }
  return { name: call.name, status, bytes: Buffer.byteLength(call.body), cpuMs: median(times) };
}
