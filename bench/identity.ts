/**
 * Fourth part: the authorizer itself, from API Gateway's event to its answer, against the one thing in it that cannot be
 * made cheaper: the verification of an RS256 signature.
 */
import { generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { JwtVerifier } from "aws-jwt-verify";
import type { APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { createAuthorizerHandler } from "../functions/authorizer/handler.ts";
import { createBundle } from "../shared/bundle/bundle.ts";
import { defaultCacheLimits } from "../shared/identity/token/verify.ts";
import { parseStatements } from "./engines/own-engine.ts";
import { type Contender, type Effort, medianRatio, type Timing, timeInTurns } from "./measure.ts";
import { statementSet } from "./sets/statement-set.ts";

/** What was measured of the authorizer: each line, and how many times the verification alone it takes. */
export interface IdentityTiming extends Timing {
  readonly ratio: number;
}

const issuer = "https://issuer.example";
const keyId = "bench";
const region = "us-east-1";
const accountId = "123456789012";
const instanceId = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
const path = `/users/${instanceId}/5a1d2c3b-0000-4000-8000-00000000000b`;

/** Twice as many tokens as are remembered: taken in turn, each is forgotten before it comes again. */
const freshTokens = defaultCacheLimits.maxTokens * 2;

/** Times the authorizer with tokens it has not seen, with one that it has, and what both are to be held against. */
export async function measureIdentity(effort: Effort): Promise<readonly IdentityTiming[]> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwks = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: keyId, alg: "RS256", use: "sig" }] };
  const tokens = Array.from({ length: freshTokens }, (_, index) => makeToken(privateKey, index));
  const contenders = [
    verificationAlone(tokens, publicKey),
    libraryAlone(tokens, jwks),
    authorizer("authorizer, verifying the token", tokens, jwks),
    authorizer("authorizer, the token remembered", tokens.slice(0, 1), jwks),
  ];
  const timings = await timeInTurns(contenders, effort);
  const [alone] = timings;
  return timings.map((timing) => ({ ...timing, ratio: medianRatio(timing.samples, alone?.samples ?? []) }));
}

type KeySet = { readonly keys: readonly Readonly<Record<string, unknown>>[] };

/** As a user pool makes them, in size and content. */
export function makeToken(privateKey: KeyObject, index: number, others: object = {}): string {
  const header = { alg: "RS256", kid: keyId, typ: "JWT" };
  const claims = {
    iss: issuer,
    aud: "bench",
    sub: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    "cognito:groups": ["bench", "operators"],
    "cognito:username": `caller-${index}`,
    email: "someone@example.com",
    email_verified: true,
    auth_time: 1_700_000_000,
    iat: 1_700_000_000,
    exp: 4_102_444_800,
    jti: "11111111-2222-4333-8444-555555555555",
    ...others,
  };
  const input = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
}

function verificationAlone(tokens: readonly string[], publicKey: KeyObject): Contender {
  const parts = tokens.map((token) => {
    const dot = token.lastIndexOf(".");
    return {
      input: Buffer.from(token.slice(0, dot)),
      signature: Buffer.from(token.slice(dot + 1), "base64url"),
    };
  });
  return inTurn("RS256 verification alone (node:crypto)", parts, ({ input, signature }) =>
    verify("sha256", input, publicKey, signature),
  );
}

function libraryAlone(tokens: readonly string[], jwks: KeySet): Contender {
  const verifier = JwtVerifier.create({ issuer, audience: "bench", jwksUri: `${issuer}/jwks.json` });
  verifier.cacheJwks(JSON.parse(JSON.stringify(jwks)));
  return inTurn("aws-jwt-verify alone, without our checks", tokens, (token) => {
    return verifier.verifySync(token)["aud"] === "bench";
  });
}

/** Calls the deployed handler; writing the record to the log is left out, as that is the log's cost. */
function authorizer(name: string, tokens: readonly string[], jwks: KeySet): Contender {
  const instance = {
    arn: `arn:aws:connect:${region}:${accountId}:instance/${instanceId}`,
    partition: "aws",
    region,
    accountId,
    id: instanceId,
  };
  const config = {
    instances: [instance],
    issuers: [{ issuer, audience: ["bench"], claims: { id: "sub", groups: "cognito:groups" }, jwks }],
    bindings: [{ match: { groups: ["bench"] }, policies: ["bench-0"] }],
    guardrails: [],
    mode: "enforce",
    tokenHeader: "authorization",
    routes: [],
  } as const;
  const packagedBundle = createBundle(config, parseStatements(statementSet));
  const handler = createAuthorizerHandler({}, { packagedBundle, onRecord: () => undefined });
  const events = tokens.map(eventOf);
  let next = 0;
  return {
    name,
    perPass: 1,
    expectedPerPass: 1,
    async run(passes) {
      let count = 0;
      for (let pass = 0; pass < passes; pass++) {
        const event = events[next++ % events.length];
        if (event === undefined) break;
        const { policyDocument } = await handler(event);
        if (policyDocument.Statement[0]?.Effect === "Allow") count++;
      }
      return count;
    },
  };
}

/** One decision a pass, over the items again and again. */
function inTurn<Item>(name: string, items: readonly Item[], decide: (item: Item) => boolean): Contender {
  let next = 0;
  const run = (passes: number) => {
    let count = 0;
    for (let pass = 0; pass < passes; pass++) {
      const item = items[next++ % items.length];
      if (item !== undefined && decide(item)) count++;
    }
    return count;
  };
  return { name, perPass: 1, expectedPerPass: 1, run };
}

/** A REST API's REQUEST event, as far as the handler reads it. */
function eventOf(token: string): APIGatewayRequestAuthorizerEvent {
  const headers = {
    Authorization: `Bearer ${token}`,
    "Content-Type": "application/json",
    Host: "api.example.com",
    "X-Forwarded-For": "192.0.2.1",
  };
  const event = {
    type: "REQUEST",
    methodArn: `arn:aws:execute-api:${region}:${accountId}:api/prod/GET${path}`,
    resource: "/{proxy+}",
    path,
    httpMethod: "GET",
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    pathParameters: { proxy: path.slice(1) },
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    stageVariables: null,
    requestContext: { requestId: "bench", identity: { sourceIp: "192.0.2.1" } },
  };
  return event as unknown as APIGatewayRequestAuthorizerEvent;
}
