/**
 * Large bundles: how big they are, what a cold start takes, what a decision costs beside a small one; and a table of many
 * principals beside them.
 */
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { formatBundle, type OpenedBundle, openBundle } from "../shared/bundle/bundle.ts";
import { type Caller, decideRoute } from "../shared/decide/authorize.ts";
import { mintPrincipal } from "../shared/identity/principal/principal.ts";
import { encodePrincipal } from "../shared/identity/principal/principal-context.ts";
import type { VerifiedPrincipal } from "../shared/identity/types.ts";
import { routeCall } from "../shared/request/route/route.ts";
import type { HttpCall } from "../shared/request/types.ts";
import { buildFunction } from "../tools/build.mjs";
import { type ColdStart, eventOf, type FirstCall, firstAuthorization, startOnce } from "./cold-start.ts";
import { makeToken } from "./identity.ts";
import { type Contender, type Effort, medianRatio, type Timing, timeInTurns } from "./measure.ts";
import { measurePrincipals, type PrincipalsScale } from "./principals-scale.ts";
import {
  type BundleLayout,
  type BundleSize,
  callerName,
  createLargeBundle,
  createLargeCalls,
  issuer,
  type LargeCall,
} from "./sets/large-bundle.ts";

export interface ScalePlan {
  /** In the table. */
  readonly principals: number;
  readonly policies: number;
  readonly statementsPerPolicy: number;
  readonly coldStarts: number;
  readonly effort: Effort;
}

/** What was measured of one layout. */
export interface LayoutScale {
  readonly layout: BundleLayout;
  readonly rawBytes: number;
  readonly gzipBytes: number;
  readonly authorizer: readonly ColdStart[];
  readonly proxy: readonly ColdStart[];
}

export interface ScaleResults {
  readonly policies: number;
  readonly statements: number;
  readonly layouts: readonly LayoutScale[];
  readonly decisions: readonly (Timing & { readonly ratio: number })[];
  readonly principals: PrincipalsScale;
}

const callCount = 32;
const tokenLife = 4_102_444_800;

/** Measures. Each cold start is a process of its own; layouts and functions take turns. */
export async function measureScale(root: string, plan: ScalePlan): Promise<ScaleResults> {
  await buildFunction("authorizer");
  await buildFunction("proxy");
  const folder = mkdtempSync(join(tmpdir(), "connect-authorizer-bench-"));
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwks = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "bench", alg: "RS256", use: "sig" }] };
  try {
    const sizes = (["spread", "together"] as const).map((layout) => ({ ...plan, layout }));
    const made = sizes.map((size) => {
      const file = join(folder, `${size.layout}.json`);
      const text = formatBundle(createLargeBundle(size, jwks));
      writeFileSync(file, text);
      const [named] = createLargeCalls(size, callCount).filter(({ expected }) => expected === "allowed");
      if (!named) throw new Error("no call of a large bundle is allowed");
      const token = makeToken(privateKey, 0, { groups: [named.group], name: callerName });
      return {
        size,
        file,
        rawBytes: Buffer.byteLength(text),
        gzipBytes: gzipSync(text).length,
        authorizer: firstAuthorization(root, named, token),
        proxy: firstRefusal(root, named),
        starts: { authorizer: [] as ColdStart[], proxy: [] as ColdStart[] },
      };
    });
    for (let round = 0; round < plan.coldStarts; round++) {
      for (const { file, authorizer, proxy, starts } of made) {
        starts.authorizer.push(startOnce(authorizer, file));
        starts.proxy.push(startOnce(proxy, file));
      }
    }
    return {
      policies: plan.policies,
      statements: plan.policies * plan.statementsPerPolicy,
      layouts: made.map(({ size: { layout }, rawBytes, gzipBytes, starts }) => ({
        layout,
        rawBytes,
        gzipBytes,
        ...starts,
      })),
      decisions: await measureLargeDecisions(plan, jwks),
      principals: await measurePrincipals(root, { plan, jwks, privateKey, folder }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The proxy's first answer: a refusal of what no statement names, so that nothing is sent. */
function firstRefusal(root: string, { path, group }: LargeCall): FirstCall {
  const event = eventOf(`${path}-other`, {});
  const context = { ...event.requestContext, authorizer: { principal: encodePrincipal(callerOf(group)) } };
  return {
    file: join(root, "dist/proxy/index.mjs"),
    event: { ...event, requestContext: context, body: null, isBase64Encoded: false },
    answer: "AccessDeniedException",
  };
}

function callerOf(group: string): VerifiedPrincipal {
  const claims = { sub: callerName, name: callerName, iss: issuer, exp: tokenLife, groups: [group] };
  const principal = mintPrincipal(claims, { id: "sub", name: "name", groups: "groups" });
  return { ...principal, claims: {}, opaqueClaims: [], carriedClaims: [] };
}

/** Times whole decisions of the authorizer, from method and path, in turns with those of a small bundle. */
async function measureLargeDecisions(
  plan: ScalePlan,
  jwks: Parameters<typeof createLargeBundle>[1],
): Promise<ScaleResults["decisions"]> {
  const small: BundleSize = { policies: 10, statementsPerPolicy: 10, layout: "spread" };
  const spread: BundleSize = { ...plan, layout: "spread" };
  const together: BundleSize = { ...plan, layout: "together" };
  const open = (size: BundleSize) => openBundle(createLargeBundle(size, jwks));
  const [few, many, all] = [open(small), open(spread), open(together)];
  const callers = (count: number) => createLargeCalls(spread, count);
  const timings = await timeInTurns(
    [
      contender("10 policies, 10 callers", few, createLargeCalls(small, callCount)),
      contender("10 policies, 2,000 callers", few, createLargeCalls(small, 2_000)),
      contender("all policies, 32 callers", many, callers(callCount)),
      contender("all policies, 2,000 callers, each of another group", many, callers(2_000)),
      contender("all policies attached to one caller", all, createLargeCalls(together, callCount)),
    ],
    plan.effort,
  );
  const [least] = timings;
  return timings.map((timing) => ({ ...timing, ratio: medianRatio(timing.samples, least?.samples ?? []) }));
}

function contender(name: string, bundle: OpenedBundle, calls: readonly LargeCall[]): Contender {
  const asked = calls.map(({ group, path, expected }) => {
    const call: HttpCall = {
      method: "GET",
      rawPath: path,
      query: [],
      headers: new Map(),
      body: "",
      requestId: "bench",
      sourceIp: "192.0.2.1",
    };
    return { caller: { bundle, principal: callerOf(group), call } satisfies Caller, expected };
  });
  const run = (passes: number) => {
    let right = 0;
    for (let pass = 0; pass < passes; pass++) {
      for (const { caller, expected } of asked) {
        const routed = routeCall(caller.call, []);
        if (routed && decideRoute(caller, routed).decision === expected) right++;
      }
    }
    return right;
  };
  return { name, perPass: calls.length, expectedPerPass: calls.length, run };
}
