/**
 * A local gateway with fake functions, and an HTTP client that sends paths and headers untouched (`fetch` would
 * tidy them).
 */
import { type IncomingHttpHeaders, request } from "node:http";
import type { APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent, Context } from "aws-lambda";
import { onTestFinished } from "vitest";
import { type Gateway, type GatewayOptions, startGateway } from "../../../tools/local/gateway/gateway.ts";
import type { LocalContext } from "../../../tools/local/gateway/invoke.ts";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: () => unknown;
}

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  /** Pairs, so that a name can come twice. */
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Uint8Array;
}

export const token = ["Authorization", "Bearer a.b.c"] as const;

/** Sends a request; with the header `Authorization: Bearer a.b.c` unless told otherwise. */
export function send(url: string, sent: Sent = {}): Promise<Reply> {
  const { method = "GET", path = "/users/i/u", headers = [token], body } = sent;
  const { port } = new URL(url);
  const hasHost = headers.some(([name]) => name.toLowerCase() === "host");
  const all = hasHost ? headers : [...headers, ["Host", `127.0.0.1:${port}`] as const];
  const length = body === undefined ? [] : ["Content-Length", String(Buffer.byteLength(body))];
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: "127.0.0.1",
        port,
        method,
        path,
        headers: [...all.flat(), ...length],
        agent: false,
        setHost: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: () => JSON.parse(text),
          });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** What an authorizer of ours returns: one statement for the method that was asked. */
export function policy(
  effect: "Allow" | "Deny",
  resource: string | readonly string[],
  rest: Readonly<Record<string, unknown>> = {},
) {
  const statement = { Effect: effect, Action: "execute-api:Invoke", Resource: resource };
  return { principalId: "alice", policyDocument: { Version: "2012-10-17", Statement: [statement] }, ...rest };
}

export interface TestGateway extends Gateway {
  readonly authorizerEvents: APIGatewayRequestAuthorizerEvent[];
  readonly proxyEvents: APIGatewayProxyEvent[];
  readonly contexts: Context[];
  readonly problems: string[];
}

export interface Fakes extends Partial<Omit<GatewayOptions, "authorizer" | "proxy">> {
  readonly authorizer?: (event: APIGatewayRequestAuthorizerEvent) => unknown;
  readonly proxy?: (event: APIGatewayProxyEvent, context: LocalContext) => unknown;
}

/** Starts a gateway that is closed with the test; its functions allow and answer 200 unless given. */
export async function startTestGateway(fakes: Fakes = {}): Promise<TestGateway> {
  const authorizerEvents: APIGatewayRequestAuthorizerEvent[] = [];
  const proxyEvents: APIGatewayProxyEvent[] = [];
  const contexts: Context[] = [];
  const problems: string[] = [];
  const gateway = await startGateway({
    port: 0,
    tokenHeader: "authorization",
    onProblem: (message) => problems.push(message),
    ...fakes,
    authorizer: async (given, context) => {
      // Tests of other shapes read what they know to be there.
      const event = given as APIGatewayRequestAuthorizerEvent;
      authorizerEvents.push(event);
      contexts.push(context);
      return fakes.authorizer === undefined ? policy("Allow", event.methodArn) : fakes.authorizer(event);
    },
    proxy: async (given, context) => {
      const event = given as APIGatewayProxyEvent;
      proxyEvents.push(event);
      contexts.push(context);
      return fakes.proxy === undefined
        ? { statusCode: 200, body: '{"ok":true}' }
        : fakes.proxy(event, context);
    },
  });
  onTestFinished(() => gateway.close());
  return { ...gateway, authorizerEvents, proxyEvents, contexts, problems };
}
