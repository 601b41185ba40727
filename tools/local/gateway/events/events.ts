/**
 * The events of a REST API: what a REQUEST or TOKEN authorizer sees and what the proxy integration sees.
 *
 * Shapes: "Input to an API Gateway Lambda authorizer" and "Lambda proxy integrations in API Gateway" in the
 * API Gateway Developer Guide. Paths stay percent-encoded in all members; query strings are decoded.
 */
import type {
  APIGatewayProxyEvent,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayTokenAuthorizerEvent,
} from "aws-lambda";
import { headerValues, type ReceivedRequest } from "./received-request.ts";

const resource = "/{proxy+}";
const stage = "local";
const accountId = "123456789012";
const apiId = "local";

/** `arn:aws:execute-api:us-east-1:123456789012:local/local/GET/users/…`, with the path as the client sent it. */
export function methodArnOf(request: ReceivedRequest): string {
  return `arn:aws:execute-api:us-east-1:${accountId}:${apiId}/${stage}/${request.method}${request.rawPath}`;
}

/** Makes the event of the REQUEST authorizer. It never has the body; empty maps are empty objects. */
export function authorizerEvent(request: ReceivedRequest): APIGatewayRequestAuthorizerEvent {
  const { authorizer: _none, ...requestContext } = contextOf(request, undefined);
  return {
    type: "REQUEST",
    methodArn: methodArnOf(request),
    ...commonPart(request),
    // The type requires the member, but API Gateway leaves it out.
    requestContext: requestContext as APIGatewayRequestAuthorizerEvent["requestContext"],
  };
}

/** Makes the event of a TOKEN authorizer: of the request, it only has the method ARN. */
export function tokenEvent(
  request: ReceivedRequest,
  authorizationToken: string,
): APIGatewayTokenAuthorizerEvent {
  return { type: "TOKEN", methodArn: methodArnOf(request), authorizationToken };
}

/** Empty maps are `null`. @param authorizer its context as texts, with `principalId`; `undefined` without one */
export function proxyEvent(
  request: ReceivedRequest,
  authorizer: Readonly<Record<string, string>> | undefined,
): APIGatewayProxyEvent {
  const common = commonPart(request);
  return {
    ...common,
    pathParameters: nullIfEmpty(common.pathParameters),
    queryStringParameters: nullIfEmpty(common.queryStringParameters),
    multiValueQueryStringParameters: nullIfEmpty(common.multiValueQueryStringParameters),
    stageVariables: null,
    requestContext: contextOf(request, authorizer && { ...authorizer }),
    ...bodyPart(request.body),
  };
}

function commonPart(request: ReceivedRequest) {
  const query = multiMap(new URLSearchParams(request.rawQuery));
  const headers = multiMap([
    ...request.headers.filter(([name]) => !/^x-forwarded-(for|port|proto)$/i.test(name)),
    ["X-Forwarded-For", [...headerValues(request, "x-forwarded-for"), request.sourceIp].join(", ")],
    ["X-Forwarded-Port", "443"],
    ["X-Forwarded-Proto", "https"],
  ]);
  const proxy = request.rawPath.slice(1);
  return {
    resource,
    path: request.rawPath,
    httpMethod: request.method,
    headers: lastValues(headers),
    multiValueHeaders: headers,
    queryStringParameters: lastValues(query),
    multiValueQueryStringParameters: query,
    pathParameters: proxy === "" ? {} : { proxy },
    stageVariables: {},
  };
}

function contextOf<Authorizer>(request: ReceivedRequest, authorizer: Authorizer) {
  const now = new Date();
  const host = headerValues(request, "host")[0] ?? "127.0.0.1";
  return {
    accountId,
    apiId,
    authorizer,
    domainName: host,
    domainPrefix: apiId,
    extendedRequestId: request.requestId,
    httpMethod: request.method,
    identity: {
      accessKey: null,
      accountId: null,
      apiKey: null,
      apiKeyId: null,
      caller: null,
      clientCert: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: request.sourceIp,
      user: null,
      userAgent: headerValues(request, "user-agent")[0] ?? null,
      userArn: null,
    },
    path: `/${stage}${request.rawPath}`,
    protocol: "HTTP/1.1",
    requestId: request.requestId,
    requestTime: requestTime(now),
    requestTimeEpoch: now.getTime(),
    resourceId: "local",
    resourcePath: resource,
    stage,
  };
}

/** `09/Apr/2015:12:34:56 +0000`, the form of access logs. */
export function requestTime(now: Date): string {
  const [, day = "", month = "", year = "", time = ""] = now.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}

/** A body that is not UTF-8 text is sent as base64, as with `binaryMediaTypes`. */
export function bodyPart(body: Uint8Array): {
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
} {
  if (body.length === 0) return { body: null, isBase64Encoded: false };
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    return { body: text, isBase64Encoded: false };
  } catch {
    return { body: Buffer.from(body).toString("base64"), isBase64Encoded: true };
  }
}

function multiMap(pairs: Iterable<readonly [string, string]>): Record<string, string[]> {
  const map: Record<string, string[]> = Object.create(null);
  for (const [name, value] of pairs) {
    const values = map[name];
    if (values === undefined) map[name] = [value];
    else values.push(value);
  }
  return map;
}

/** The single-value maps have the last value of a repeated name. */
function lastValues(map: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  const last: Record<string, string> = Object.create(null);
  for (const [name, values] of Object.entries(map)) last[name] = values.at(-1) ?? "";
  return last;
}

function nullIfEmpty<Map extends object>(map: Map): Map | null {
  return Object.keys(map).length === 0 ? null : map;
}
