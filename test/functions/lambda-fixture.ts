/**
 * The two Lambda handlers around one bundle, and the events that API Gateway would give them.
 */

import { createHash } from "node:crypto";
import type {
  APIGatewayAuthorizerResultContext,
  APIGatewayProxyEvent,
  APIGatewayRequestAuthorizerEvent,
} from "aws-lambda";
import { type AuthorizerHandler, createAuthorizerHandler } from "../../functions/authorizer/handler.ts";
import { createProxyHandler, type ProxyHandler } from "../../functions/proxy/handler.ts";
import type { DecisionRecord, ShadowRecord, UpstreamRecord } from "../../shared/audit/record.ts";
import { createBundle } from "../../shared/bundle/bundle.ts";
import type { Bundle, Configuration } from "../../shared/bundle/types.ts";
import type { FoundationOptions } from "../../shared/call/foundation.ts";
import type { SenderOptions } from "../../shared/connect/send.ts";
import type { CallerVerifier } from "../../shared/decide/verify-caller.ts";
import type { TableOptions } from "../../shared/principals/table.ts";
import type { Environment } from "../../shared/settings.ts";
import { parsePolicy } from "../../tools/authoring/policy/parse.ts";
import { assertRecord } from "../audit/assert-record.ts";
import { makeToken, rsaKey, toJwk } from "../identity/tokens.ts";

export const instanceId = "00fbeee1-123e-111e-93e3-11111bfbfcc17";
export const instanceArn = `arn:aws:connect:us-west-2:123456789012:instance/${instanceId}`;
export const key = rsaKey("k1");

/** A caller's token, good for the configuration of {@link given}. */
export function tokenOf(claims: Readonly<Record<string, unknown>> = {}): string {
  return makeToken(key, { claims: { groups: ["callers"], ...claims } });
}

export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export const allowAll: Statement = { Effect: "Allow", Action: "connect:*", Resource: "*" };

/** What is around the statements that a test is about. */
export interface Around {
  readonly config?: Partial<Configuration>;
  readonly environment?: Environment;
  /** Policies that no binding names. */
  readonly policies?: Readonly<Record<string, readonly Statement[]>>;
  readonly sending?: SenderOptions;
  /** How the table is read that attaches policies to single callers. */
  readonly table?: TableOptions;
  /** What stands in the place of the bundle. */
  readonly packagedBundle?: unknown;
  /** For a proxy that has no authorizer in front. */
  readonly verifyCaller?: CallerVerifier;
  /** Called once a record is kept: what it throws, the function gets. */
  readonly onRecord?: () => void;
  readonly onUpstream?: () => void;
}

/** Both handlers around a bundle, or around one that attaches the given statements to the group `callers`. */
export function given(source: readonly Statement[] | Bundle, around: Around = {}): Lambdas {
  const { config, policies } = around;
  return new Lambdas("version" in source ? source : bundleOf(source, config, policies), around);
}

/** What came of a request; the members of the answer's body are the caller's to know. */
export interface Answer {
  readonly effect: string | undefined;
  readonly context: APIGatewayAuthorizerResultContext | null | undefined;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: ReturnType<typeof JSON.parse>;
}

/** The two handlers around one bundle, and all that they record. */
export class Lambdas {
  readonly records: DecisionRecord[] = [];
  readonly differences: ShadowRecord[] = [];
  readonly upstream: UpstreamRecord[] = [];
  readonly authorize: AuthorizerHandler;
  readonly proxy: ProxyHandler;
  readonly bundle: Bundle;

  constructor(bundle: Bundle, around: Around) {
    const { sending = {}, table, verifyCaller } = around;
    const environment = { CONNECT_ENDPOINT: "http://127.0.0.1:9", ...around.environment };
    const options: FoundationOptions = {
      packagedBundle: "packagedBundle" in around ? around.packagedBundle : bundle,
      onRecord: (record) => {
        this.records.push(assertRecord(record));
        around.onRecord?.();
      },
      onUpstream: (record) => {
        this.upstream.push(assertRecord(record));
        around.onUpstream?.();
      },
      ...(table ? { table } : {}),
      onDifference: (record) => void this.differences.push(assertRecord(record)),
      // However busy the machine is: no comparison takes time, and a candidate is waited for.
      shadowing: { clock: () => 0, waitMs: 20_000 },
    };
    this.bundle = bundle;
    this.authorize = createAuthorizerHandler(environment, options);
    this.proxy = createProxyHandler(environment, {
      ...options,
      sending,
      ...(verifyCaller ? { verifyCaller } : {}),
    });
  }

  /** Asks the authorizer, with a good token unless the request has another. */
  ask(method: string, path: string, { token, claims, ...facts }: RequestFacts = {}) {
    return this.authorize(authorizerEvent(method, path, { ...facts, token: token ?? tokenOf(claims) }));
  }

  /** Sends a request through both handlers. The proxy is asked even where API Gateway would stop at a denial. */
  async call(method: string, path: string, facts: RequestFacts = {}): Promise<Answer> {
    const request = { ...facts, token: facts.token ?? tokenOf(facts.claims) };
    const { context, policyDocument } = await this.ask(method, path, request);
    const answer = await this.proxy(proxyEvent(method, path, context ?? {}, request));
    return {
      effect: policyDocument.Statement[0]?.Effect,
      context,
      status: answer.statusCode,
      headers: answer.headers ?? {},
      body: JSON.parse(answer.body),
    };
  }
}

function documentOf(name: string, statements: readonly Statement[]) {
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const parsed = parsePolicy(text, { name, file: `policies/${name}.json` });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.document;
}

/** The bundle of {@link given}, for a place of its own. */
export function bundleOf(
  statements: readonly Statement[],
  overrides: Partial<Configuration> = {},
  more: NonNullable<Around["policies"]> = {},
): Bundle {
  const config: Configuration = {
    instances: [
      { arn: instanceArn, partition: "aws", region: "us-west-2", accountId: "123456789012", id: instanceId },
    ],
    issuers: [
      {
        issuer: "https://issuer.test",
        audience: ["my-app"],
        claims: { id: "sub", groups: "groups" },
        jwks: { keys: [toJwk(key)] },
      },
    ],
    bindings: [{ match: { groups: ["callers"] }, policies: ["p"] }],
    guardrails: [],
    mode: "enforce",
    tokenHeader: "authorization",
    routes: [],
    ...overrides,
  };
  return createBundle(
    config,
    Object.entries({ p: statements, ...more }).map(([name, each]) => documentOf(name, each)),
  );
}

export interface RequestFacts {
  readonly token?: string;
  /** What a good token says besides, where no token is given. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Text as it is; anything else as its JSON. */
  readonly body?: string | object | null;
  readonly query?: Readonly<Record<string, string[]>>;
}

function common(method: string, path: string, { token, query }: RequestFacts) {
  const headers = {
    ...(token ? { Authorization: `Bearer ${token}` } : {}),
    "Content-Type": "application/json",
  };
  return {
    path,
    httpMethod: method,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: null,
    multiValueQueryStringParameters: query ?? null,
    pathParameters: null,
    stageVariables: null,
    resource: "/{proxy+}",
    requestContext: {
      requestId: "11111111-2222-3333-4444-555555555555",
      identity: { sourceIp: "192.0.2.1" },
    },
  };
}

/** The event of a REQUEST authorizer, with the members that the handler reads. */
export function authorizerEvent(
  method: string,
  path: string,
  facts: RequestFacts = {},
): APIGatewayRequestAuthorizerEvent {
  const methodArn = `arn:aws:execute-api:us-west-2:123456789012:api/prod/${method}${path}`;
  return {
    type: "REQUEST",
    methodArn,
    ...common(method, path, facts),
  } as unknown as APIGatewayRequestAuthorizerEvent;
}

/** The event of the proxy integration, with the authorizer's context as API Gateway hands it over. */
export function proxyEvent(
  method: string,
  path: string,
  context: object,
  facts: RequestFacts = {},
): APIGatewayProxyEvent {
  const event = common(method, path, facts);
  const requestContext = { ...event.requestContext, authorizer: context };
  return {
    ...event,
    requestContext,
    body: typeof facts.body === "object" && facts.body ? JSON.stringify(facts.body) : (facts.body ?? null),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEvent;
}

/** Text that no compression makes much shorter. */
export function noise(length: number): string {
  const parts = Array.from({ length: Math.ceil(length / 86) }, (_, index) =>
    createHash("sha512").update(String(index)).digest("base64url"),
  );
  return parts.join("").slice(0, length);
}
