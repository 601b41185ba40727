/**
 * The case table of the event shapes, and one request as each shape carries it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import type { APIGatewayProxyResult } from "aws-lambda";
import type { AuthorizerHandler } from "../../functions/authorizer/handler.ts";
import type { AuthorizerResult } from "../../functions/authorizer/result.ts";
import type { ProxyHandler } from "../../functions/proxy/handler.ts";
import type { ApiShape } from "../../tools/local/gateway/events/api-shape.ts";
import { functionUrlEvent } from "../../tools/local/gateway/events/http-events.ts";
import { makeAuthorizerEvent, makeProxyEvent } from "../../tools/local/gateway/events/make-events.ts";
import { headerValues, type ReceivedRequest } from "../../tools/local/gateway/events/received-request.ts";

interface Expected {
  readonly authorizer: "allow" | "deny" | "notYetKnown" | "Unauthorized";
  readonly status: number;
  readonly type?: string;
  readonly message?: string;
  readonly sent?: Readonly<Record<string, unknown>>;
}

export interface EventCase {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: readonly (readonly [string, string])[];
    readonly body?: unknown;
  };
  readonly expected: Expected;
  readonly decoded?: Expected;
}

const folder = join(import.meta.dirname, "../cases/events");

/** All cases, checked against their schema. */
export function readEventCases(): readonly EventCase[] {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), "utf8"));
  const schema = read("case.schema.json") as object;
  const validate = new Ajv({ allErrors: true }).compile<{ cases: EventCase[] }>(schema);
  const content = read("requests.json");
  if (!validate(content)) throw new Error(JSON.stringify(validate.errors, undefined, 1));
  return content.cases;
}

/** A request as it arrives; `tokens` fill the placeholders in its headers. */
export function receive(
  { method, path, headers = [["Authorization", "Bearer {good}"]], body }: EventCase["request"],
  tokens: Readonly<Record<string, string>>,
): ReceivedRequest {
  const [rawPath = "", rawQuery = ""] = path.split("?");
  const filled = headers.map(([name, value]): [string, string] => [
    name,
    value.replace(/\{(\w+)\}/g, (_all, token: string) => tokens[token] ?? ""),
  ]);
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  return {
    requestId: "11111111-2222-3333-4444-555555555555",
    method,
    rawPath,
    rawQuery,
    headers: [...filled, ["Content-Type", "application/json"], ["User-Agent", "test"]],
    body: Buffer.from(text),
    sourceIp: "192.0.2.1",
  };
}

/** What came of a request, in the words of the table. */
export interface Outcome {
  /** Absent where there is no authorizer. */
  readonly authorizer?: "allow" | "deny" | "Unauthorized";
  readonly status: number;
  readonly type?: string;
  readonly message?: string;
}

/** Sends a request through both functions, as API Gateway does. */
export async function throughApi(
  functions: { readonly authorize: AuthorizerHandler; readonly proxy: ProxyHandler },
  shape: Pick<ApiShape, "authorizer" | "proxy">,
  request: ReceivedRequest,
): Promise<Outcome> {
  // The identity source of a TOKEN authorizer is the header's one value.
  const token = headerValues(request, "authorization").join();
  const sources = [token, request.method, decodeURIComponentOnce(request.rawPath)];
  const event = makeAuthorizerEvent(shape.authorizer, request, sources);
  let result: AuthorizerResult;
  try {
    result = await functions.authorize(event);
  } catch (error) {
    const { message } = error as Error;
    if (message !== "Unauthorized") throw error;
    return { authorizer: "Unauthorized", status: 401, type: "UnauthorizedException" };
  }
  const context = { ...result.context } as Record<string, string>;
  if (!isAllowed(result)) {
    const { message = "" } = context;
    return { authorizer: "deny", status: 403, type: "AccessDeniedException", message };
  }
  const answer = await functions.proxy(makeProxyEvent(shape.proxy, request, context));
  return { authorizer: "allow", ...readAnswer(answer) };
}

/** Sends a request to a proxy without an authorizer. */
export async function throughFunctionUrl(proxy: ProxyHandler, request: ReceivedRequest): Promise<Outcome> {
  return readAnswer(await proxy(functionUrlEvent(request)));
}

function isAllowed(result: AuthorizerResult): boolean {
  if ("isAuthorized" in result) return result.isAuthorized;
  return result.policyDocument.Statement[0]?.Effect === "Allow";
}

function readAnswer({ statusCode, body }: APIGatewayProxyResult): Outcome {
  const { __type: type, message } = JSON.parse(body) as Record<string, string>;
  return { status: statusCode, ...(type ? { type } : {}), ...(message ? { message } : {}) };
}

function decodeURIComponentOnce(path: string): string {
  return decodeURIComponent(path).split("?")[0] ?? "";
}
