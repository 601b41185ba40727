/**
 * template.yaml against what it must agree with: our own build, the local API Gateway, and the rules of caching.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { metadataPaths } from "../../functions/mcp/resource.ts";
import { lowerAscii } from "../../shared/ascii.ts";
import { trustDocumentsOf } from "../../tools/cli/role/trust-documents.ts";
import { functionOptions, functions } from "../../tools/functions.mjs";
import {
  type GatewayResponseKind,
  renderGatewayResponse,
} from "../../tools/local/gateway/answers/gateway-response.ts";
import { cloudFormationTags } from "./cloudformation-tags.ts";
import { connectPolicies, packaged, templateText } from "./proxy-role.ts";

const template = parse(templateText, { customTags: cloudFormationTags });
const { Api } = template.Resources;

/** A gateway response of the template, as a caller sees it. */
function responseOf(type: string) {
  const { StatusCode, ResponseParameters, ResponseTemplates } = Api.Properties.GatewayResponses[type];
  // API Gateway fills its variables in: the error's with quotation marks, the authorizer's without.
  const body = ResponseTemplates["application/json"]
    .replace("$context.error.messageString", '"m"')
    .replace("$context.authorizer.messageJson", "m");
  return {
    status: StatusCode,
    errorType: ResponseParameters.Headers["x-amzn-errortype"].replaceAll("'", ""),
    body: JSON.parse(body),
  };
}

/** API Gateway's word for every method: the function itself answers 405, and what browsers ask before a call. */
const anyMethod = "x-amazon-apigateway-any-method";

/** The paths of a door: path, method and function. None has an authorizer, and without the door there is no path. */
function pathsOf(door: string) {
  const paths: Record<string, unknown> = Api.Properties.DefinitionBody.paths;
  return Object.entries(paths).flatMap(([path, row]) => {
    const [condition, methods, otherwise] = Array.isArray(row) ? row : [];
    if (condition !== door) return [];
    expect(otherwise).toEqual({ Ref: "AWS::NoValue" });
    const [method = ""] = Object.keys(methods);
    const { "x-amazon-apigateway-integration": to } = methods[method];
    expect(methods).toEqual({
      [method]: { security: [{ NONE: [] }], "x-amazon-apigateway-integration": to },
    });
    return [[path, method, /functions\/\$\{(\w+)\.Arn\}\/invocations$/.exec(to.uri.Sub)?.[1]]];
  });
}

function permission(Condition: string, name: string) {
  const Properties = { FunctionName: { Ref: name }, Principal: "apigateway.amazonaws.com" };
  return { Type: "AWS::Lambda::Permission", Condition, Properties };
}

describe("template.yaml", () => {
  it.each([
    ["AuthorizerFunction", "authorizer"],
    ["AuthzenFunction", "authzen"],
    ["McpFunction", "mcp"],
    ["PreflightFunction", "preflight"],
    ["ProxyFunction", "proxy"],
  ] as const)("builds %s as npm run build does", (resource, name) => {
    const ours = functionOptions(name);
    const { BuildMethod, BuildProperties } = template.Resources[resource].Metadata;
    expect(BuildMethod).toBe("esbuild");
    expect(BuildProperties).toEqual({
      EntryPoints: [functions[name]],
      UseNpmCi: true,
      Format: ours.format,
      Target: ours.target,
      MainFields: ours.mainFields?.join(),
      ...(ours.external ? { External: ours.external } : {}),
      ...(ours.define ? { Define: Object.entries(ours.define).map((entry) => entry.join("=")) } : {}),
      OutExtension: Object.entries(ours.outExtension ?? {}).map((entry) => entry.join("=")),
      ...(ours.splitting ? { Splitting: true } : {}),
      Minify: ours.minify,
      Sourcemap: ours.sourcemap,
    });
  });

  it("guards every route, and caches by nothing but token header, method and path", () => {
    const { DefaultAuthorizer, Authorizers, AddDefaultAuthorizerToCorsPreflight } = Api.Properties.Auth;
    const { Identity, FunctionPayloadType } = Authorizers[DefaultAuthorizer];
    expect(FunctionPayloadType).toBe("REQUEST");
    expect(Identity).toEqual({
      Headers: [{ Ref: "TokenHeader" }],
      Context: ["httpMethod", "path"],
      ReauthorizeEvery: { Ref: "ReauthorizeEvery" },
    });
    expect(AddDefaultAuthorizerToCorsPreflight).toBe(false);
    const routesTo = (name: string) => Object.values(template.Resources[name].Properties.Events);
    expect(routesTo("ProxyFunction")).toEqual(
      ["GET", "POST", "PUT", "PATCH", "DELETE"].map((Method) => ({
        Type: "Api",
        Properties: { RestApiId: { Ref: "Api" }, Path: "/{proxy+}", Method },
      })),
    );
    expect(template.Resources.AuthorizerFunction.Properties.Events).toBeUndefined();
  });

  it("leads its one route without authorizer, that of preflights, to a function without rights of its own", () => {
    const { Events, Role } = template.Resources.PreflightFunction.Properties;
    expect(Object.values(Events)).toEqual([
      {
        Type: "Api",
        Properties: {
          RestApiId: { Ref: "Api" },
          Path: "/{proxy+}",
          Method: "OPTIONS",
          Auth: { Authorizer: "NONE" },
        },
      },
    ]);
    expect(Role).toEqual(template.Resources.AuthorizerFunction.Properties.Role);
  });

  it("leads questions, without authorizer and only where the door is wanted, to a function that compares no candidate", () => {
    const { Condition, Properties } = template.Resources.AuthzenFunction;
    expect(Condition).toBe("AuthzenDoorOn");
    expect(template.Conditions.AuthzenDoorOn).toEqual([{ Ref: "AuthzenDoor" }, "enabled"]);
    expect(template.Parameters.AuthzenDoor).toMatchObject({ Default: "disabled" });
    expect(pathsOf("AuthzenDoorOn")).toEqual(
      [
        ["/access/v1/evaluation", anyMethod],
        ["/access/v1/evaluations", anyMethod],
        ["/.well-known/authzen-configuration", "get"],
      ].map(([path, method]) => [path, method, "AuthzenFunction"]),
    );
    expect(template.Resources.AuthzenPermission).toMatchObject(
      permission("AuthzenDoorOn", "AuthzenFunction"),
    );
    expect(Properties.Environment.Variables).toMatchObject({
      POWERTOOLS_SERVICE_NAME: "connect-authzen",
      AUTHORIZER_SHADOW_BUNDLE: "",
    });
  });

  it("opens the door for agents by a parameter alone, without authorizer and with the proxy's rights", () => {
    const { Condition, Properties } = template.Resources.McpFunction;
    expect(template.Parameters.McpDoor.Default).toBe("disabled");
    expect(template.Conditions[Condition]).toEqual([{ Ref: "McpDoor" }, "enabled"]);
    expect(Properties.Role).toEqual(template.Resources.ProxyFunction.Properties.Role);
    expect(pathsOf("McpDoorOn")).toEqual(
      [["/mcp", anyMethod], ...metadataPaths.map((path) => [path, "get"])].map(([path, method]) => [
        path,
        method,
        "McpFunction",
      ]),
    );
    expect(template.Resources.McpPermission).toMatchObject(permission("McpDoorOn", "McpFunction"));
  });

  it("tells the authorizer how long its answers are kept, and by which header", () => {
    expect(template.Resources.AuthorizerFunction.Properties.Environment.Variables).toMatchObject({
      AUTHORIZER_CACHE_SECONDS: { Ref: "ReauthorizeEvery" },
      AUTHORIZER_TOKEN_HEADER: { Ref: "TokenHeader" },
    });
  });

  describe("with rates by caller", () => {
    const { DefinitionBody, ...api } = Api.Properties;
    const none = { Ref: "AWS::NoValue" };

    it("has nothing of them by default", () => {
      const { CallerKeys, CallerRate } = template.Parameters;
      expect([CallerKeys.Default, CallerRate.Default]).toEqual([0, 0]);
      expect(templateText).toContain(`
  HasCallerKeys: !Not [!Equals [!Ref CallerKeys, 0]]
  HasCallerRate: !And [!Condition HasCallerKeys, !Not [!Equals [!Ref CallerRate, 0]]]
`);
      expect(template.Resources.CallerPlan.Condition).toBe("HasCallerKeys");
      expect(template.Outputs.CallerPlanId.Condition).toBe("HasCallerKeys");
      const { Variables } = template.Resources.AuthorizerFunction.Properties.Environment;
      expect(Variables.AUTHORIZER_USAGE_KEYS).toEqual({ Ref: "CallerKeys" });
    });

    it("requires the authorizer's key of every method that leads to the proxy, and a new deployment", () => {
      expect(api).toMatchObject({
        ...{ AlwaysDeploy: true, MergeDefinitions: true },
        ApiKeySourceType: ["HasCallerRate", "AUTHORIZER", none],
      });
      const { Events } = template.Resources.ProxyFunction.Properties;
      const routes = Object.values<{ Properties: { Path: string; Method: string } }>(Events);
      const paths: Record<string, object> = {};
      for (const { Properties } of routes)
        paths[Properties.Path] = {
          ...paths[Properties.Path],
          [lowerAscii(Properties.Method)]: { security: [["HasCallerRate", { api_key: [] }, none]] },
        };
      expect({ "/{proxy+}": DefinitionBody.paths["/{proxy+}"] }).toEqual(paths);
      expect(DefinitionBody.securityDefinitions).toEqual({
        api_key: ["HasCallerRate", { type: "apiKey", name: "x-api-key", in: "header" }, none],
      });
    });

    it("says in AWS's error shape that a key is missing", () => {
      const [condition, response, otherwise] =
        DefinitionBody["x-amazon-apigateway-gateway-responses"].INVALID_API_KEY;
      expect([condition, otherwise]).toEqual(["HasCallerRate", none]);
      expect(response).toMatchObject({
        statusCode: 403,
        responseParameters: { "gatewayresponse.header.x-amzn-errortype": "'AccessDeniedException'" },
      });
      const { __type, message } = JSON.parse(response.responseTemplates["application/json"]);
      expect(__type).toBe("AccessDeniedException");
      expect(message).toContain("CallerKeys");
    });
  });

  it.each(Object.keys(Api.Properties.GatewayResponses))("answers %s in AWS's error shape", (type) => {
    const { body, errorType } = responseOf(type);
    expect(Object.keys(body)).toEqual(["__type", "message"]);
    expect(body.__type).toBe(errorType);
    expect(body.message).not.toBe("");
  });

  it.each(Object.keys(Api.Properties.GatewayResponses))("lets pages read %s where browsers call", (type) => {
    const { Headers } = Api.Properties.GatewayResponses[type].ResponseParameters;
    const none = { Ref: "AWS::NoValue" };
    expect(Headers).toMatchObject({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder
      "Access-Control-Allow-Origin": ["HasBrowsers", { Sub: "'${CorsAllowOrigin}'" }, none],
      "Access-Control-Expose-Headers": ["HasBrowsers", "'x-amzn-requestid, x-amzn-errortype'", none],
    });
  });

  it.each<[string, GatewayResponseKind]>([
    ["UNAUTHORIZED", "unauthorized"],
    ["ACCESS_DENIED", "explicitDeny"],
    ["ACCESS_DENIED", "implicitDeny"],
    ["AUTHORIZER_FAILURE", "authorizerFailed"],
    ["AUTHORIZER_CONFIGURATION_ERROR", "authorizerFailed"],
    ["REQUEST_TOO_LARGE", "tooLarge"],
    ["INTEGRATION_FAILURE", "malformedProxyResult"],
    ["INTEGRATION_TIMEOUT", "timedOut"],
  ])("answers %s as the local API Gateway does", (type, kind) => {
    const local = renderGatewayResponse(kind, "m");
    const deployed = responseOf(type);
    expect(local.status).toBe(deployed.status);
    expect(JSON.parse(String(local.body)).__type).toBe(deployed.errorType);
    const challenge = Api.Properties.GatewayResponses[type].ResponseParameters.Headers["www-authenticate"];
    const localChallenge = local.headers.find(([name]) => name === "www-authenticate")?.[1];
    // A fixed text stands between single quotes, and holds none.
    if (localChallenge !== undefined) expect(challenge).toBe(`'${localChallenge}'`);
    else expect(challenge).toBeUndefined();
    expect(localChallenge?.slice(0, -1) ?? "").not.toContain("'");
  });

  it("says of every 401 what it may be for, a signature in place of a token among it, in body and header alike", () => {
    const { ResponseParameters, ResponseTemplates } = Api.Properties.GatewayResponses["UNAUTHORIZED"];
    const local = renderGatewayResponse("unauthorized");
    expect(JSON.parse(ResponseTemplates["application/json"])).toEqual(JSON.parse(String(local.body)));
    const challenge = ResponseParameters.Headers["www-authenticate"];
    // RFC 6750 section 3: what may stand between the quotes.
    const form = /^'Bearer error="invalid_token", error_description="([\x20-\x21\x23-\x5b\x5d-\x7e]+)"'$/;
    const description = form.exec(challenge)?.[1] ?? "";
    for (const part of ["missing", "expired", "issuer", "audience", "SigV4", "tokenHeader: x-connect-token"])
      expect(description).toContain(part);
    expect(JSON.parse(String(local.body)).message).toBe(`Unauthorized: ${description}`);
  });

  it("grants the proxy's role what the packaged policies can use, where nothing else brings policies in", () => {
    const { condition, generated } = connectPolicies;
    expect(condition).toBe("PoliciesInPackage");
    expect(template.Conditions.PoliciesInPackage).toEqual([
      [{ Ref: "BundleLocation" }, "package:"],
      [{ Condition: "HasPrincipalsTable" }],
    ]);
    // What it grants is asked in test/cli/role/role-policy.test.ts.
    expect(generated).toEqual({ PolicyName: "call-connect", PolicyDocument: packaged });
  });

  it("lets the proxy's role else reach the configured instances and what belongs to them, and what has no resource", () => {
    const statements = connectPolicies.wide.PolicyDocument.Statement;
    expect(statements.map(({ Action }) => Action)).toEqual([
      "connect:*",
      "connect:*",
      ["connect:StartOutboundVoiceContact", "ds:DescribeDirectories"],
    ]);
    expect(statements[2]?.Resource).toBe("*");
    expect(statements[0]?.Resource).toEqual({ Ref: "InstanceArns" });
    // [a, b] joined by `/*,` and a last `/*`, split at commas: [a/*, b/*].
    expect(statements[1]?.Resource).toEqual([
      ",",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder
      ["${Joined}/*", { Joined: ["/*,", { Ref: "InstanceArns" }] }],
    ]);
  });

  it("lets the proxy's role assume the configured roles and name its callers, where there are any", () => {
    const { Policies } = template.Resources.ProxyRole.Properties;
    const [condition, policy, otherwise] = Policies.filter(Array.isArray).at(-1);
    expect([condition, otherwise]).toEqual(["AssumesRoles", { Ref: "AWS::NoValue" }]);
    expect(template.Conditions.AssumesRoles).toEqual([[["", { Ref: "AssumedRoleArns" }], ""]]);
    const roles = ["arn:aws:iam::123456789012:role/a", "arn:aws:iam::999999999999:role/b"];
    const instances = roles.map((roleArn) => ({
      arn: "a",
      partition: "aws",
      region: "r",
      accountId: "1",
      id: "i",
      roleArn,
    }));
    const { Statement } = policy.PolicyDocument;
    const filledIn = Statement.map((each: object) => ({ ...each, Resource: roles }));
    expect(filledIn).toEqual(trustDocumentsOf(instances, "arn:aws:iam::1:role/p").proxyPolicy.Statement);
    expect(Statement.map(({ Resource }: { Resource: object }) => Resource)).toEqual([
      { Ref: "AssumedRoleArns" },
      { Ref: "AssumedRoleArns" },
    ]);
    const form = new RegExp(template.Parameters.AssumedRoleArns.AllowedPattern);
    expect(["", ...roles].every((text) => form.test(text))).toBe(true);
    expect(
      ["*", "arn:aws:iam::123456789012:role/", "arn:aws:iam::123456789012:user/u"].some((text) =>
        form.test(text),
      ),
    ).toBe(false);
  });
});

/** A role without what is made of the policies in the package: each template is made for policies of its own. */
function roleOfAnyPolicies(resource: object) {
  const role = structuredClone(resource) as { Properties: { Policies?: unknown[] } };
  role.Properties.Policies = (role.Properties.Policies ?? []).map((policy) =>
    Array.isArray(policy) && policy[0] === "PoliciesInPackage" ? policy[2] : policy,
  );
  return role;
}

const examples = ["http-api", "function-url"].map((name) => ({
  name,
  example: parse(
    readFileSync(resolve(import.meta.dirname, `../../docs/examples/${name}/template.yaml`), "utf8"),
    {
      customTags: cloudFormationTags,
    },
  ),
}));

describe.each(examples)("docs/examples/$name", ({ example }) => {
  it("has roles, logs and shared parameters as template.yaml has", () => {
    for (const [name, resource] of Object.entries<{ Type: string }>(example.Resources)) {
      if (resource.Type === "AWS::IAM::Role" || resource.Type === "AWS::Logs::LogGroup")
        expect(roleOfAnyPolicies(resource)).toEqual(roleOfAnyPolicies(template.Resources[name]));
    }
    const own = new Set(["CorsAllowOrigins", "Tracing", "AccessLogs"]);
    for (const [name, parameter] of Object.entries(example.Parameters))
      if (!example.Resources.Api || !own.has(name)) expect(parameter).toEqual(template.Parameters[name]);
    expect(Object.keys(example.Resources)).toContain("ProxyRole");
  });

  it("builds its functions as template.yaml does", () => {
    for (const [name, { Type, Metadata }] of Object.entries<Record<string, Record<string, object>>>(
      example.Resources,
    )) {
      if (String(Type) !== "AWS::Serverless::Function") continue;
      const ours = template.Resources[name].Metadata.BuildProperties;
      const EntryPoints =
        name === "ProxyFunction" && !example.Resources.Api ? [functions.standalone] : ours.EntryPoints;
      expect(Metadata?.["BuildProperties"]).toEqual({ ...ours, EntryPoints });
    }
  });
});

describe("docs/examples/http-api", () => {
  const { Resources } = examples[0]?.example ?? {};

  it("keeps answers by token header, method and path, and tells the authorizer so", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder
    const header = { Sub: "$request.header.${TokenHeader}" };
    expect(Resources.Authorizer.Properties).toMatchObject({
      AuthorizerPayloadFormatVersion: "2.0",
      EnableSimpleResponses: true,
      IdentitySource: ["InSamLocal", [header], [header, "$context.httpMethod", "$context.path"]],
      AuthorizerResultTtlInSeconds: { Ref: "ReauthorizeEvery" },
    });
    expect(Resources.AuthorizerFunction.Properties.Environment.Variables).toMatchObject({
      AUTHORIZER_SIMPLE_RESPONSES: "true",
      AUTHORIZER_CACHE_SECONDS: { Ref: "ReauthorizeEvery" },
      AUTHORIZER_TOKEN_HEADER: { Ref: "TokenHeader" },
    });
  });

  const allRoutes = Object.values<{ Type: string; Condition?: string; Properties: object }>(Resources).filter(
    ({ Type }) => Type === "AWS::ApiGatewayV2::Route",
  );

  it("leads questions to the door of AuthZEN, only where it is wanted", () => {
    const routes = allRoutes.filter(({ Condition }) => Condition === "AuthzenDoorOn");
    expect(routes.map(({ Properties }) => Properties)).toMatchObject(
      [
        "POST /access/v1/evaluation",
        "POST /access/v1/evaluations",
        "GET /.well-known/authzen-configuration",
      ].map((RouteKey) => ({
        RouteKey,
        AuthorizationType: "NONE",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder
        Target: { Sub: "integrations/${AuthzenIntegration}" },
      })),
    );
    expect(Resources.AuthzenIntegration.Properties.IntegrationUri).toEqual({ GetAtt: "AuthzenFunction.Arn" });
  });

  it("leads agents to their door, only where it is wanted", () => {
    const routes = allRoutes.filter(({ Condition }) => Condition === "McpDoorOn");
    expect(routes.map(({ Properties }) => Properties)).toMatchObject(
      ["ANY /mcp", ...metadataPaths.map((path) => `GET ${path}`)].map((RouteKey) => ({
        RouteKey,
        AuthorizationType: "NONE",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder
        Target: { Sub: "integrations/${McpIntegration}" },
      })),
    );
    expect(Resources.McpIntegration.Properties.IntegrationUri).toEqual({ GetAtt: "McpFunction.Arn" });
  });

  it("guards every route but those of preflights and doors", () => {
    const routes = allRoutes
      .filter(({ Condition }) => Condition === undefined)
      .map(({ Properties }) => Properties);
    expect(routes).toMatchObject([
      ...["GET", "POST", "PUT", "PATCH", "DELETE"].map((method) => ({
        RouteKey: `${method} /{proxy+}`,
        AuthorizationType: "CUSTOM",
        AuthorizerId: { Ref: "Authorizer" },
        // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder
        Target: { Sub: "integrations/${Integration}" },
      })),
      {
        RouteKey: "OPTIONS /{proxy+}",
        AuthorizationType: "NONE",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder
        Target: { Sub: "integrations/${PreflightIntegration}" },
      },
    ]);
    expect(Resources.Integration.Properties.IntegrationUri).toEqual({ GetAtt: "ProxyFunction.Arn" });
    expect(Resources.PreflightIntegration.Properties.IntegrationUri).toEqual({
      GetAtt: "PreflightFunction.Arn",
    });
  });
});
