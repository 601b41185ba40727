/**
 * The document for API Gateway's import, by its rules ("Amazon API Gateway important notes for REST APIs"), and the events of
 * an API with a method for each operation, at the functions. `test/aws` imports it into moto.
 */
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type RestApiOptions, resourcesOf, restApiOf } from "../../tools/openapi/rest-api/rest-api.ts";
import { cloudFormationTags } from "../events/cloudformation-tags.ts";
import { templateText } from "../events/proxy-role.ts";
import {
  allowAll,
  authorizerEvent,
  given,
  instanceArn,
  instanceId,
  proxyEvent,
  tokenOf,
} from "../functions/lambda-fixture.ts";
import { recordConnect } from "../functions/recording-connect.ts";
import { configOf, documentOf, objectsIn, operationsOf, resolveIn } from "./described.ts";

const { Api } = parse(templateText, { customTags: cloudFormationTags }).Resources;
const usual: RestApiOptions = { tokenHeader: "Authorization", reauthorizeEverySeconds: 60, arns: {} };
const cors = {
  allowOrigins: ["https://console.test"],
  allowMethods: ["GET"],
  allowHeaders: [],
  exposeHeaders: [],
  maxAgeSeconds: 0,
  allowCredentials: false,
};
const whole = documentOf(configOf());

// biome-ignore lint/suspicious/noExplicitAny: JSON whose members each test names
const restOf = (options: Partial<RestApiOptions> = {}): any =>
  JSON.parse(JSON.stringify(restApiOf(whole, { ...usual, ...options })));
const rest = restOf();

describe("the document for API Gateway", () => {
  it("has every method with the authorizer, and the proxy behind it", () => {
    expect(rest.openapi).toBe("3.0.1");
    const methods = operationsOf(rest);
    expect(methods).toHaveLength(operationsOf(whole).length - 1);
    for (const { operation } of methods) {
      expect(operation.security).toEqual([{ ConnectAuthorizer: [] }]);
      expect(operation["x-amazon-apigateway-integration"]).toEqual({
        type: "aws_proxy",
        httpMethod: "POST",
        uri: {
          "Fn::Sub":
            // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
            "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${ProxyFunctionArn}/invocations",
        },
        passthroughBehavior: "when_no_match",
        timeoutInMillis: 29_000,
      });
    }
  });

  it("asks the authorizer by what template.yaml asks it by", () => {
    const { Identity, FunctionPayloadType } = Api.Properties.Auth.Authorizers.ConnectAuthorizer;
    const scheme = rest.components.securitySchemes.ConnectAuthorizer;
    const context = Identity.Context.map((name: string) => `context.${name}`);
    expect(scheme).toMatchObject({ type: "apiKey", name: "Authorization", in: "header" });
    expect(scheme["x-amazon-apigateway-authorizer"]).toMatchObject({
      type: FunctionPayloadType.toLowerCase(),
      identitySource: ["method.request.header.Authorization", ...context].join(", "),
      authorizerResultTtlInSeconds: 60,
    });
    const other = restOf({ tokenHeader: "X-Connect-Token", reauthorizeEverySeconds: 0 });
    expect(other.components.securitySchemes.ConnectAuthorizer).toMatchObject({
      name: "X-Connect-Token",
      "x-amazon-apigateway-authorizer": {
        identitySource: ["method.request.header.X-Connect-Token", ...context].join(", "),
        authorizerResultTtlInSeconds: 0,
      },
    });
  });

  it("names functions by their ARNs, in their partition and Region", () => {
    const proxy = "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:proxy";
    const [first] = operationsOf(restOf({ arns: { proxy } }));
    expect(first?.operation["x-amazon-apigateway-integration"].uri).toBe(
      `arn:aws-us-gov:apigateway:us-gov-west-1:lambda:path/2015-03-31/functions/${proxy}/invocations`,
    );
  });

  it("has only what models can have, and none that contains itself", () => {
    const allowed = ["type", "properties", "items", "required", "enum", "format", "minLength", "$ref"];
    const { schemas } = rest.components;
    const problems: string[] = [];
    const done = new Set<string>();
    const visit = (reference: string, within: readonly string[]): void => {
      if (within.includes(reference)) problems.push([...within, reference].join(" "));
      else if (!done.has(reference)) check(Object(resolveIn(rest, reference)), [...within, reference]);
      done.add(reference);
    };
    const check = (schema: object, within: readonly string[]): void => {
      const { type, properties = {}, items, $ref: reference } = Object(schema);
      const keywords = Object.keys(schema);
      if (!keywords.every((keyword) => allowed.includes(keyword))) problems.push(JSON.stringify(schema));
      if (reference === undefined ? typeof type !== "string" : keywords.length > 1)
        problems.push(JSON.stringify(schema));
      if (reference !== undefined) visit(reference, within);
      for (const member of Object.values<object>(properties)) check(member, within);
      if (items) check(items, within);
    };
    for (const name of Object.keys(schemas)) {
      expect(name).toMatch(/^[A-Za-z0-9]+$/);
      visit(`#/components/schemas/${name}`, []);
    }
    expect(problems).toEqual([]);
    expect(Object.keys(schemas).length).toBeGreaterThan(1_000);
    // Documented for one model; all of them together have less.
    expect(JSON.stringify(schemas).length).toBeLessThan(400_000);
  });

  it("has parameters and answers without references, in path, query and header alone", () => {
    for (const { path, operation } of operationsOf(rest)) {
      expect(path).toMatch(/^(\/([A-Za-z0-9._-]+|\{\w+\}))+$/);
      for (const parameter of operation.parameters) {
        expect(Object.keys(parameter)).toEqual(["name", "in", "required", "schema"]);
        expect(["path", "query", "header"]).toContain(parameter.in);
        expect(["string", "number", "boolean", "array"]).toContain(parameter.schema.type);
      }
      for (const answer of Object.values<object>(operation.responses))
        expect(Object.keys(answer)).toEqual(["description", "content"]);
      expect(operation.responses.default).toBeUndefined();
    }
    const parts = [...objectsIn(rest.paths)].filter(([, each]) => "description" in each || "summary" in each);
    expect(parts.length).toBeLessThan(2_000);
  });

  it("counts the resources that API Gateway makes: each part of a path, and the root", () => {
    const paths = {
      "/users/{InstanceId}/{UserId}": {},
      "/users-summary/{InstanceId}": {},
      "/users/{InstanceId}": {},
    };
    expect(resourcesOf({ ...whole, paths: { ...paths, "/operations/{Operation}": {} } })).toBe(6);
    const byParent = new Map<string, Set<string>>();
    for (const path of Object.keys(rest.paths)) {
      const parts = path.split("/");
      parts.forEach((part, index) => {
        if (!part.startsWith("{")) return;
        const parent = parts.slice(0, index).join("/");
        byParent.set(parent, (byParent.get(parent) ?? new Set()).add(part));
      });
    }
    // API Gateway refuses a second variable below the same resource.
    expect([...byParent].filter(([, names]) => names.size > 1)).toEqual([]);
  });

  it("requires API keys where they are asked for", () => {
    const { security } = operationsOf(restOf({ apiKey: "authorizer" }))[0]?.operation ?? {};
    expect(security).toEqual([{ ConnectAuthorizer: [], ApiKey: [] }]);
    expect(restOf({ apiKey: "authorizer" })["x-amazon-apigateway-api-key-source"]).toBe("AUTHORIZER");
    expect(restOf({ apiKey: "header" })["x-amazon-apigateway-api-key-source"]).toBe("HEADER");
    expect(rest["x-amazon-apigateway-api-key-source"]).toBeUndefined();
  });

  it("answers preflights where pages may call, by the function that cannot call Amazon Connect", () => {
    expect(operationsOf(rest).filter(({ method }) => method === "options")).toEqual([]);
    const paths = Object.values<Record<string, object>>(restOf({ cors }).paths);
    for (const { options } of paths) {
      expect(options).toMatchObject({ security: [] });
      expect(JSON.stringify(options)).toContain("PreflightFunctionArn");
    }
    const path = restOf({ cors }).paths["/users/{InstanceId}/{UserId}"];
    expect(path.options.parameters.map(({ name }: { name: string }) => name)).toEqual([
      "InstanceId",
      "UserId",
    ]);
  });

  it("has the gateway responses of template.yaml", () => {
    const own = rest["x-amazon-apigateway-gateway-responses"];
    const named = restOf({ cors })["x-amazon-apigateway-gateway-responses"];
    const ofTemplate = Api.Properties.GatewayResponses;
    expect(Object.keys(own)).toEqual(Object.keys(ofTemplate));
    for (const [type, { StatusCode, ResponseParameters, ResponseTemplates }] of Object.entries<
      ReturnType<typeof JSON.parse>
    >(ofTemplate)) {
      const { Headers } = ResponseParameters;
      expect(own[type].statusCode).toBe(StatusCode === undefined ? undefined : String(StatusCode));
      expect(own[type].responseTemplates).toEqual(ResponseTemplates);
      for (const name of ["x-amzn-errortype", "www-authenticate"])
        expect(own[type].responseParameters[`gatewayresponse.header.${name}`]).toBe(Headers[name]);
      expect(named[type].responseParameters).toMatchObject({
        "gatewayresponse.header.Access-Control-Allow-Origin": "'https://console.test'",
      });
    }
  });
});

describe("an event of an API with described methods", () => {
  const connect = recordConnect();
  afterEach(() => connect.received.splice(0));
  afterAll(() => connect.restore());
  const functions = given([
    allowAll,
    { Effect: "Deny", Action: "connect:DescribeUser", Resource: `${instanceArn}/agent/no` },
  ]);
  const token = tokenOf();

  /** As API Gateway matches the path: `resource` is the template, path parameters are decoded, `path` is not. */
  async function call(resource: string, path: string, pathParameters: Readonly<Record<string, string>>) {
    const described = { resource, pathParameters };
    const asked = { ...authorizerEvent("GET", path, { token }), ...described };
    const { context, policyDocument } = await functions.authorize(asked);
    const event = { ...proxyEvent("GET", path, context ?? {}, { token }), ...described };
    const { statusCode } = await functions.proxy(event);
    return { statement: policyDocument.Statement[0], methodArn: asked.methodArn, status: statusCode };
  }

  it("is decided by its path, and allowed for this method alone", async () => {
    const resource = "/users/{InstanceId}/{UserId}";
    const names = { InstanceId: instanceId, UserId: "yes" };
    const allowed = await call(resource, `/users/${instanceId}/yes`, names);
    expect(allowed).toMatchObject({
      status: 200,
      statement: { Effect: "Allow", Resource: allowed.methodArn },
    });
    expect(connect.received.map(({ path }) => path)).toEqual([`/users/${instanceId}/yes`]);
    // What API Gateway calls the parameters has no say.
    const denied = await call(resource, `/users/${instanceId}/no`, names);
    expect(denied).toMatchObject({ status: 403, statement: { Effect: "Deny", Resource: denied.methodArn } });
  });

  it("has an encoded ARN in one part of its path", async () => {
    const resourceArn = `${instanceArn}/agent/yes`;
    const path = `/tags/${encodeURIComponent(resourceArn)}`;
    expect(await call("/tags/{resourceArn}", path, { resourceArn })).toMatchObject({ status: 200 });
    expect(connect.received.at(-1)).toMatchObject({ path });
  });
});
