/**
 * The document that API Gateway imports as a REST API with a method for each operation, in place of `/{proxy+}`. It is
 * OpenAPI 3.0.1, without what API Gateway does not read, and with the authorizer and the proxy on each method.
 */
import type { CorsConfiguration } from "../../../shared/request/answer/cors.ts";
import type { OpenApiDocument } from "../openapi.ts";
import { gatewayResponses } from "./gateway-responses.ts";
import { modelOf, modelsOf } from "./model.ts";

/** The functions behind the API, by what CloudFormation replaces or by their ARNs. */
export const functionParameters = {
  authorizer: "AuthorizerFunctionArn",
  proxy: "ProxyFunctionArn",
  preflight: "PreflightFunctionArn",
} as const;

export type FunctionRole = keyof typeof functionParameters;

export interface RestApiOptions {
  /** `Authorization` or `X-Connect-Token`. */
  readonly tokenHeader: string;
  /** 0 to 3,600. */
  readonly reauthorizeEverySeconds: number;
  /** Those that are left out are parameters of the stack that includes the document. */
  readonly arns: Readonly<Partial<Record<FunctionRole, string>>>;
  /** Whether methods require an API key, and where it comes from. */
  readonly apiKey?: "header" | "authorizer";
  /** With it, each path answers preflights. */
  readonly cors?: CorsConfiguration | undefined;
}

/** Makes the document of another one of OpenAPI 3.1. The form that takes any operation is left out: it is one method for all. */
export function restApiOf(document: OpenApiDocument, options: RestApiOptions): object {
  const paths = Object.entries(document.paths).filter(([path]) => path !== anyOperation);
  const security = { [schemeName]: [], ...(options.apiKey ? { [keyName]: [] } : {}) };
  const keySource = { header: "HEADER", authorizer: "AUTHORIZER" };
  return {
    openapi: "3.0.1",
    info: document.info,
    paths: Object.fromEntries(
      paths.map(([path, item]) => [path, pathItemOf({ path, item, security, options })]),
    ),
    components: {
      schemas: modelsOf(document.components["schemas"] ?? {}),
      securitySchemes: securitySchemesOf(options),
    },
    ...(options.apiKey ? { "x-amazon-apigateway-api-key-source": keySource[options.apiKey] } : {}),
    "x-amazon-apigateway-gateway-responses": gatewayResponses(options.cors),
  };
}

/** How many resources API Gateway makes of the paths: one for each part, and the root. */
export function resourcesOf(document: OpenApiDocument): number {
  const resources = new Set([""]);
  for (const path of Object.keys(document.paths))
    if (path !== anyOperation)
      for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1))
        resources.add(path.slice(0, end));
  return resources.size;
}

/** Paths with a character that API Gateway does not allow in one. */
export function refusedPathsOf(document: OpenApiDocument): readonly string[] {
  return Object.keys(document.paths).filter((path) => !/^[\w./{}-]+$/.test(path));
}

const anyOperation = "/operations/{Operation}";
const schemeName = "ConnectAuthorizer";
const keyName = "ApiKey";

function securitySchemesOf({ tokenHeader, reauthorizeEverySeconds, arns, apiKey }: RestApiOptions) {
  return {
    [schemeName]: {
      type: "apiKey",
      in: "header",
      name: tokenHeader,
      "x-amazon-apigateway-authtype": "custom",
      "x-amazon-apigateway-authorizer": {
        type: "request",
        // INVARIANT: the authorizer's answer depends on these three, so they are the key of API Gateway's cache.
        identitySource: `method.request.header.${tokenHeader}, context.httpMethod, context.path`,
        authorizerResultTtlInSeconds: reauthorizeEverySeconds,
        authorizerUri: invocationOf("authorizer", arns),
      },
    },
    ...(apiKey ? { [keyName]: { type: "apiKey", in: "header", name: "x-api-key" } } : {}),
  };
}

/** What API Gateway calls to invoke a function. */
function invocationOf(role: FunctionRole, arns: RestApiOptions["arns"]): unknown {
  const arn = arns[role];
  const path = "lambda:path/2015-03-31/functions";
  if (arn === undefined) {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
    const api = "arn:${AWS::Partition}:apigateway:${AWS::Region}";
    return { "Fn::Sub": `${api}:${path}/\${${functionParameters[role]}}/invocations` };
  }
  const [, partition, , region] = arn.split(":");
  return `arn:${partition}:apigateway:${region}:${path}/${arn}/invocations`;
}

function integrationOf(role: FunctionRole, arns: RestApiOptions["arns"]) {
  return {
    "x-amazon-apigateway-integration": {
      type: "aws_proxy",
      httpMethod: "POST",
      uri: invocationOf(role, arns),
      passthroughBehavior: "when_no_match",
      timeoutInMillis: 29_000,
    },
  };
}

interface Described {
  readonly path: string;
  readonly item: OpenApiDocument["paths"][string];
  readonly security: Readonly<Record<string, readonly string[]>>;
  readonly options: RestApiOptions;
}

function pathItemOf({ path, item, security, options }: Described) {
  const methods = Object.entries(item).map(([method, operation]) => [
    method,
    { ...operationOf(operation), security: [security], ...integrationOf("proxy", options.arns) },
  ]);
  return { ...Object.fromEntries(methods), ...(options.cors ? { options: preflightOf(path, options) } : {}) };
}

/** A preflight has no token: only this method is without authorizer, and its function cannot call Amazon Connect. */
function preflightOf(path: string, { arns }: RestApiOptions) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return {
    ...(names.length > 0
      ? {
          parameters: names.map((name) => ({
            name,
            in: "path",
            required: true,
            schema: { type: "string" },
          })),
        }
      : {}),
    responses: { "204": { description: "Whether the page may call." } },
    security: [],
    ...integrationOf("preflight", arns),
  };
}

type Json = Readonly<Record<string, unknown>>;

function operationOf({ tags, summary, operationId, parameters, requestBody, responses }: Json) {
  const success = Object.entries(Object(responses)).find(([status]) => status.startsWith("2"));
  const [status = "200", answer] = success ?? [];
  return {
    tags,
    summary,
    operationId,
    parameters: (Array.isArray(parameters) ? parameters : []).map(parameterOf),
    ...(requestBody === undefined ? {} : { requestBody: withModel(Object(requestBody)) }),
    responses: { [status]: { ...withModel(Object(answer)), headers: undefined }, ...refusals },
  };
}

function parameterOf({ name, in: place, required, schema }: Json) {
  const { type, items } = modelOf(Object(schema));
  const element = items === undefined ? {} : { items: { type: modelOf(Object(items))["type"] } };
  return { name, in: place, required, schema: { type, ...element } };
}

function withModel({ content, ...rest }: Json) {
  const schema = Object(content)["application/json"].schema;
  return { ...rest, content: { "application/json": { schema: modelOf(schema) } } };
}

/** Few, since each description is a documentation part, of which an API has 2,000 at most. */
const refusals = Object.fromEntries(
  [
    ["400", "InvalidParameterException"],
    ["403", "AccessDeniedException"],
    ["404", "UnknownOperationException, ResourceNotFoundException"],
  ].map(([status, description]) => [
    status,
    { description, content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } },
  ]),
);
