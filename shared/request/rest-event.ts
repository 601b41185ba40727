/**
 * API Gateway REST API events, of the authorizer and of the Lambda proxy integration, to one HTTP call.
 */
import type { APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { InputError } from "../errors.ts";
import type { HttpCall } from "./types.ts";

/**
 * Reads an authorizer's REQUEST event. It never holds the body.
 *
 * REST APIs hand over `path` as the client sent it, still percent-encoded.
 */
export function readAuthorizerEvent(event: APIGatewayRequestAuthorizerEvent): HttpCall {
  return readRequest(event);
}

/**
 * Reads a proxy integration event.
 *
 * @throws InputError when a base64 body is not UTF-8 text
 */
export function readProxyEvent(event: APIGatewayProxyEvent): HttpCall {
  return { ...readRequest(event), body: readBody(event) };
}

function readRequest(event: APIGatewayRequestAuthorizerEvent | APIGatewayProxyEvent): HttpCall {
  const sourceIp = event.requestContext.identity.sourceIp;
  return {
    method: event.httpMethod,
    rawPath: event.path,
    query: readPairs(event.multiValueQueryStringParameters, event.queryStringParameters),
    headers: readHeaders(event),
    requestId: event.requestContext.requestId,
    ...(sourceIp ? { sourceIp } : {}),
  };
}

type MultiValues = Readonly<Record<string, string[] | undefined>> | null | undefined;
type SingleValues = Readonly<Record<string, string | undefined>> | null | undefined;

/** The multi-value form holds everything; the single-value form is the fallback of emulators that lack it. */
function readPairs(multi: MultiValues, single: SingleValues): [string, string][] {
  if (multi)
    return Object.entries(multi).flatMap(([name, values]) =>
      (values ?? []).map((value): [string, string] => [name, value]),
    );
  return Object.entries(single ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
}

function readHeaders(event: APIGatewayRequestAuthorizerEvent | APIGatewayProxyEvent): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const [name, value] of readPairs(event.multiValueHeaders, event.headers)) {
    const key = name.toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), value]);
  }
  return headers;
}

function readBody(event: APIGatewayProxyEvent): string {
  if (event.body === null || event.body === undefined) return "";
  if (!event.isBase64Encoded) return event.body;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(event.body, "base64"));
  } catch (cause) {
    throw new InputError("", "the body is not UTF-8 text", { cause });
  }
}
