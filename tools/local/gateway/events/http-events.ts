/**
 * The events of an HTTP API in both payload formats, and of a function URL.
 *
 * Shapes: "Work with AWS Lambda authorizers for HTTP APIs" and "Create AWS Lambda proxy integrations for HTTP APIs" in the
 * API Gateway Developer Guide, "Invoking Lambda function URLs" in the Lambda Developer Guide. HTTP APIs decode the
 * path and cut it at a decoded question mark (hotsock/voker#8, captured); function URLs do not change it.
 */
import type {
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
  LambdaFunctionURLEvent,
} from "aws-lambda";
import { lowerAscii } from "../../../../shared/ascii.ts";
import { GatewayRefusal } from "../answers/gateway-response.ts";
import { authorizerEvent, bodyPart, proxyEvent, requestTime } from "./events.ts";
import { headerValues, type ReceivedRequest } from "./received-request.ts";

const stage = "$default";
const routeKey = "ANY /{proxy+}";
const api = { accountId: "123456789012", apiId: "local" };

/** Decodes a path as HTTP APIs do. @throws GatewayRefusal 400 for a path that is not percent-encoded UTF-8 */
export function decodePath(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath).split("?")[0] ?? "";
  } catch {
    throw new GatewayRefusal("badRequest");
  }
}

/** Like a REST API's method ARN, with the decoded path. */
export function routeArnOf({ method, rawPath }: ReceivedRequest): string {
  return `arn:aws:execute-api:us-east-1:${api.accountId}:${api.apiId}/${stage}/${method}${decodePath(rawPath)}`;
}

/** Makes an authorizer's event of payload 1.0: that of a REST API, with the path decoded. */
export function httpAuthorizerEvent1(
  request: ReceivedRequest,
  identitySource: readonly string[],
): APIGatewayRequestAuthorizerEvent & { version: "1.0" } {
  const event = authorizerEvent(decoded(request));
  const sources = { identitySource: identitySource.join(), authorizationToken: identitySource.join() };
  return {
    version: "1.0",
    ...event,
    methodArn: routeArnOf(request),
    ...sources,
    requestContext: { ...event.requestContext, path: event.path, stage },
  };
}

/** Makes an authorizer's event of payload 2.0. */
export function httpAuthorizerEvent2(
  request: ReceivedRequest,
  identitySource: readonly string[],
): APIGatewayRequestAuthorizerEventV2 {
  const { version, ...common } = secondPayload(request, decodePath(request.rawPath), stage);
  return {
    version,
    type: "REQUEST",
    routeArn: routeArnOf(request),
    identitySource: [...identitySource],
    ...common,
    cookies: common.cookies ?? [],
  };
}

export function httpProxyEvent1(
  request: ReceivedRequest,
  authorizer: Readonly<Record<string, string>>,
): APIGatewayProxyEvent & { version: "1.0" } {
  const event = proxyEvent(decoded(request), authorizer);
  return { version: "1.0", ...event, requestContext: { ...event.requestContext, path: event.path, stage } };
}

export function httpProxyEvent2(
  request: ReceivedRequest,
  authorizer: Readonly<Record<string, unknown>> | undefined,
): APIGatewayProxyEventV2 {
  const event = secondPayload(request, decodePath(request.rawPath), stage);
  const lambda = authorizer ? { authorizer: { lambda: { ...authorizer } } } : {};
  return { ...event, requestContext: { ...event.requestContext, ...lambda }, ...bodyOf(request) };
}

/** Makes a function URL's event, which has no authorizer. */
export function functionUrlEvent(request: ReceivedRequest): LambdaFunctionURLEvent {
  const event = secondPayload(request, request.rawPath, "$default");
  const domainPrefix = "abcdefghijklmnopqrstuvwxyz012345";
  const requestContext = {
    ...event.requestContext,
    accountId: "anonymous",
    apiId: domainPrefix,
    domainName: `${domainPrefix}.lambda-url.us-east-1.on.aws`,
    domainPrefix,
    routeKey: "$default",
  };
  return { ...event, routeKey: "$default", requestContext, ...bodyOf(request) };
}

function decoded(request: ReceivedRequest): ReceivedRequest {
  return { ...request, rawPath: decodePath(request.rawPath) };
}

function secondPayload(request: ReceivedRequest, path: string, ofStage: string) {
  const now = new Date();
  const cookies = headerValues(request, "cookie").flatMap((value) => value.split("; "));
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: request.rawQuery,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers: secondHeaders(request),
    ...(request.rawQuery === ""
      ? {}
      : { queryStringParameters: joinRepeats(new URLSearchParams(request.rawQuery)) }),
    requestContext: {
      ...api,
      domainName: headerValues(request, "host")[0] ?? "127.0.0.1",
      domainPrefix: api.apiId,
      http: {
        method: request.method,
        path,
        protocol: "HTTP/1.1",
        sourceIp: request.sourceIp,
        userAgent: headerValues(request, "user-agent")[0] ?? "",
      },
      requestId: request.requestId,
      routeKey,
      stage: ofStage,
      time: requestTime(now),
      timeEpoch: now.getTime(),
    },
    ...(path.length > 1 ? { pathParameters: { proxy: path.slice(1) } } : {}),
  };
}

/** Names in lower case, without cookies, which are a member of their own. */
function secondHeaders(request: ReceivedRequest): Record<string, string> {
  const sent = request.headers
    .map(([name, value]) => [lowerAscii(name), value] as const)
    .filter(([name]) => name !== "cookie" && !/^x-forwarded-(?:for|port|proto)$/.test(name));
  return Object.assign(joinRepeats(sent), {
    "x-forwarded-for": [...headerValues(request, "x-forwarded-for"), request.sourceIp].join(", "),
    "x-forwarded-port": "443",
    "x-forwarded-proto": "https",
  });
}

function joinRepeats(entries: Iterable<readonly [string, string]>): Record<string, string> {
  const joined: Record<string, string> = Object.create(null);
  for (const [name, value] of entries)
    joined[name] = joined[name] === undefined ? value : `${joined[name]},${value}`;
  return joined;
}

function bodyOf(request: ReceivedRequest): { readonly body?: string; readonly isBase64Encoded: boolean } {
  const { body, isBase64Encoded } = bodyPart(request.body);
  return body === null ? { isBase64Encoded } : { body, isBase64Encoded };
}
