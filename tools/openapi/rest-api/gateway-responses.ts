/**
 * API Gateway's own answers in AWS's error shape, for an API that a document describes: the table of template.yaml, which
 * a test compares.
 */
import type { CorsConfiguration } from "../../../shared/request/answer/cors.ts";

/**
 * Why a token may have been refused. API Gateway does not pass on what the authorizer threw, so this answer is the
 * same for all reasons; an apostrophe would end a header's value.
 */
export const whyUnauthorized =
  "the token is missing or not accepted: malformed, expired, wrongly signed, or of another issuer, audience or use (the decision record of the request says which); an AWS signature (SigV4) is no token: clients that sign need tokenHeader: x-connect-token";

/** API Gateway's variables: the first brings its quotation marks along, the authorizer escapes the second. */
const itsMessage = "$context.error.messageString";
const ofAuthorizer = '"$context.authorizer.messageJson"';
const noRoute = '"no operation of Amazon Connect has this method and path"';
const noAnswer = '"Internal server error: the authorizer gave no usable answer"';

type Row = readonly [type: string, status: string, error: string, message: string];

const rows: readonly Row[] = [
  ["UNAUTHORIZED", "401", "UnauthorizedException", `"Unauthorized: ${whyUnauthorized}"`],
  ["ACCESS_DENIED", "403", "AccessDeniedException", ofAuthorizer],
  ["WAF_FILTERED", "403", "AccessDeniedException", itsMessage],
  ["MISSING_AUTHENTICATION_TOKEN", "404", "UnknownOperationException", noRoute],
  ["RESOURCE_NOT_FOUND", "404", "UnknownOperationException", noRoute],
  ["REQUEST_TOO_LARGE", "413", "RequestEntityTooLargeException", itsMessage],
  ["THROTTLED", "429", "ThrottlingException", itsMessage],
  ["DEFAULT_4XX", "", "BadRequestException", itsMessage],
  ["AUTHORIZER_FAILURE", "500", "InternalServerErrorException", noAnswer],
  ["AUTHORIZER_CONFIGURATION_ERROR", "500", "InternalServerErrorException", noAnswer],
  ["INTEGRATION_FAILURE", "502", "InternalServerErrorException", itsMessage],
  ["INTEGRATION_TIMEOUT", "504", "GatewayTimeoutException", itsMessage],
  ["DEFAULT_5XX", "", "InternalServerErrorException", itsMessage],
];

/** `x-amazon-apigateway-gateway-responses`. @param cors of the configuration: which pages may read these answers */
export function gatewayResponses(cors: CorsConfiguration | undefined): Readonly<Record<string, object>> {
  return Object.fromEntries(
    rows.map(([type, statusCode, error, message]) => [
      type,
      {
        ...(statusCode === "" ? {} : { statusCode }),
        responseParameters: headersOf({ error, isUnauthorized: type === "UNAUTHORIZED", cors }),
        responseTemplates: { "application/json": `{"__type":"${error}","message":${message}}` },
      },
    ]),
  );
}

interface Headed {
  readonly error: string;
  readonly isUnauthorized: boolean;
  readonly cors: CorsConfiguration | undefined;
}

/** A header is a fixed text: it can name one origin, or all. */
function headersOf({ error, isUnauthorized, cors }: Headed): Readonly<Record<string, string>> {
  const [origin = "*", second] = cors?.allowOrigins ?? [];
  const headers = {
    "x-amzn-errortype": error,
    ...(isUnauthorized
      ? { "www-authenticate": `Bearer error="invalid_token", error_description="${whyUnauthorized}"` }
      : {}),
    ...(cors
      ? {
          "Access-Control-Allow-Origin": second === undefined ? origin : "*",
          "Access-Control-Expose-Headers": "x-amzn-requestid, x-amzn-errortype",
        }
      : {}),
  };
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`gatewayresponse.header.${name}`, `'${value}'`]),
  );
}
