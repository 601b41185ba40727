/**
 * Third part: whole calls, from method and path to the decision, as the two handlers do it, with the 20 statements
 * of the comparison behind an opened bundle.
 */

import { createBundle, openBundle } from "../shared/bundle/bundle.ts";
import { type CallDecision, type Caller, decideCall, decideRoute } from "../shared/decide/authorize.ts";
import { mintPrincipal } from "../shared/identity/principal/principal.ts";
import { createCanonicalCall } from "../shared/request/canonical/canonical-call.ts";
import { decodeInput } from "../shared/request/decode/decode.ts";
import { findOperationSchema } from "../shared/request/decode/schemas.ts";
import { matchRoute } from "../shared/request/route/encoded-route.ts";
import type { HttpCall, RoutedCall } from "../shared/request/types.ts";
import { parseStatements } from "./engines/own-engine.ts";
import type { Contender } from "./measure.ts";
import { statementSet } from "./sets/statement-set.ts";

const accountId = "123456789012";
const region = "us-east-1";
const instanceId = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
const instance = {
  arn: `arn:aws:connect:${region}:${accountId}:instance/${instanceId}`,
  partition: "aws",
  region,
  accountId,
  id: instanceId,
};

/** One call of a client, and what the handlers must make of it. */
interface Example {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly atAuthorizer: CallDecision["decision"];
}

const examples: readonly Example[] = [
  {
    name: "DescribeUser",
    method: "GET",
    path: `/users/${instanceId}/5a1d2c3b-0000-4000-8000-00000000000b`,
    atAuthorizer: "allowed",
  },
  {
    name: "CreateUser",
    method: "PUT",
    path: `/users/${instanceId}`,
    body: {
      Username: "new-agent",
      PhoneConfig: { PhoneType: "SOFT_PHONE", AutoAccept: false },
      SecurityProfileIds: ["7c2e1f00-0000-4000-8000-00000000000d"],
      RoutingProfileId: "2b6c1d00-0000-4000-8000-0000000000aa",
    },
    atAuthorizer: "unknown",
  },
];

/** Lists what is timed: each handler's part of each call, one decision a pass. */
export function createCallContenders(): Contender[] {
  const config = {
    instances: [instance],
    issuers: [{ issuer: "https://issuer.example", audience: ["bench"], claims: { id: "sub" } }],
    bindings: [{ match: { groups: ["bench"] }, policies: ["bench-0"] }],
    guardrails: [],
    mode: "enforce",
    tokenHeader: "authorization",
    routes: [],
  } as const;
  const bundle = openBundle(createBundle(config, parseStatements(statementSet)));
  const principal = mintPrincipal(
    { sub: "bench", iss: "https://issuer.example", exp: 4_102_444_800, groups: ["bench"] },
    { id: "sub", groups: "groups" },
  );
  return examples.flatMap((example) => {
    const call = callOf(example);
    return contendersOf(example, { bundle, principal, call });
  });
}

function callOf({ method, path, body }: Example): HttpCall {
  return {
    method,
    rawPath: path,
    query: [],
    headers: new Map([["content-type", ["application/json"]]]),
    body: body === undefined ? "" : JSON.stringify(body),
    requestId: "bench",
    sourceIp: "192.0.2.1",
  };
}

function contendersOf({ name, method, path, atAuthorizer }: Example, caller: Caller): Contender[] {
  const route = (): RoutedCall => {
    const routed = matchRoute(method, path);
    if (routed === undefined) throw new Error(`no operation has the route ${method} ${path}`);
    return routed;
  };
  const schema = findOperationSchema(name);
  if (schema === undefined) throw new Error(`the SDK has no operation \`${name}\``);
  const { instances } = caller.bundle.config;
  const input = decodeInput(caller.call, route(), schema);
  const decideInput = (decoded: typeof input) =>
    decideCall(caller, createCanonicalCall(route(), decoded, instances));
  return [
    contender(`${name}: authorizer, from the URL`, atAuthorizer, () => decideRoute(caller, route())),
    contender(`${name}: proxy, from the decoded input`, "allowed", () => decideInput(input)),
    contender(`${name}: proxy, decoding the request too`, "allowed", () =>
      decideInput(decodeInput(caller.call, route(), schema)),
    ),
  ];
}

function contender(
  name: string,
  expected: CallDecision["decision"],
  decideOnce: () => CallDecision,
): Contender {
  const run = (passes: number) => {
    let count = 0;
    for (let pass = 0; pass < passes; pass++) if (decideOnce().decision === expected) count++;
    return count;
  };
  return { name, perPass: 1, expectedPerPass: 1, run };
}
