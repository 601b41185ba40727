/**
 * The OpenAPI document against the functions: each request that it describes is decoded to the input that was meant, and
 * what it forbids is refused. `.ci/run aws` validates documents by two validators and generates a client.
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { operations } from "../../shared/catalog/catalog.ts";
import { encodeOutput } from "../../shared/request/answer/encode.ts";
import { decodeInput } from "../../shared/request/decode/decode.ts";
import { findOperationSchema } from "../../shared/request/decode/schemas.ts";
import { routeCall } from "../../shared/request/route/route.ts";
import type { CustomRoute, HttpCall } from "../../shared/request/types.ts";
import { readSdkOperations } from "../../tools/catalog/sdk-operations.ts";
import { makeWireInput, type WireInput } from "../catalog/wire-input.ts";
import { configOf, documentOf, type Found, objectsIn, operationsOf, resolveIn } from "./described.ts";

const config = configOf();
const document = documentOf(config);
const described = operationsOf(document);
const served = operations().filter(({ refused }) => refused === undefined);
const inputs = new Map(readSdkOperations().map((operation) => [operation.name, makeWireInput(operation)]));
const ajv = new Ajv2020({
  allowUnionTypes: true,
  formats: { "date-time": true },
  inlineRefs: false,
  validateSchema: false,
});
ajv.addKeyword("components");
ajv.addSchema({ $id: "document", components: document.components }, "document");

/** What the schema that a reference names says of a value; `undefined` if it is valid. */
function problemOf({ $ref }: { readonly $ref: string }, value: unknown): string | undefined {
  const validate = ajv.getSchema(`document${$ref}`);
  if (!validate) throw new Error($ref);
  return validate(value) ? undefined : ajv.errorsText(validate.errors);
}

/** Makes a request of an operation's whole input, as the document says. */
function requestOf(
  { path, method, operation }: Found,
  input: WireInput,
): HttpCall & { readonly rest: WireInput } {
  const row = served.find(({ name }) => name === operation.operationId);
  const rest: Record<string, unknown> = { ...input };
  const query: [string, string][] = [];
  const headers = new Map<string, string[]>([["content-type", ["application/json"]]]);
  let rawPath = path;
  for (const parameter of operation.parameters) {
    const member = row?.members.find(
      ({ place, wireName }) => place === parameter.in && wireName === parameter.name,
    );
    const value = rest[member?.name ?? ""];
    delete rest[member?.name ?? ""];
    if (value === undefined) continue;
    const texts = [value].flat().map(String);
    if (parameter.in === "path")
      rawPath = rawPath.replace(`{${parameter.name}}`, encodeURIComponent(texts[0] ?? ""));
    else if (parameter.in === "query")
      query.push(...texts.map((text): [string, string] => [parameter.name, text]));
    else {
      const isTime = /date of HTTP/.test(parameter.schema.description ?? "");
      headers.set(parameter.name, [isTime ? new Date(Number(value) * 1000).toUTCString() : (texts[0] ?? "")]);
    }
  }
  const body = operation.requestBody ? JSON.stringify(rest) : "";
  return { method: method.toUpperCase(), rawPath, query, headers, requestId: "", body, rest };
}

function decode(call: HttpCall, routes: readonly CustomRoute[] = []) {
  const routed = routeCall(call, routes);
  const schema = routed && findOperationSchema(routed.row.name);
  if (!routed || !schema) throw new Error(`${call.method} ${call.rawPath}`);
  return { name: routed.row.name, input: decodeInput(call, routed, schema) };
}

describe("the document of a configuration", () => {
  it("has each served operation once, by its name, and the form for any of them", () => {
    const ids = described.map(({ operation }) => operation.operationId);
    expect(ids.sort()).toEqual([...served.map(({ name }) => name), "CallOperation"].sort());
    const any = document.paths["/operations/{Operation}"]?.["post"];
    expect(any).toMatchObject({ parameters: [{ schema: { enum: served.map(({ name }) => name) } }] });
  });

  it("refers to nothing that it does not have", () => {
    const missing = [...objectsIn(document)].filter(([, object]) => {
      const reference: unknown = Reflect.get(object, "$ref");
      return typeof reference === "string" && resolveIn(document, reference) === undefined;
    });
    expect(missing).toEqual([]);
  });

  it("describes requests that decode to the very input that was meant", () => {
    for (const found of described) {
      const name: string = found.operation.operationId;
      const input = inputs.get(name);
      if (!input) continue;
      const { rest, ...call } = requestOf(found, { ...input });
      const rpc = decode({
        ...call,
        method: "POST",
        rawPath: `/operations/${name}`,
        query: [],
        headers: new Map(),
        body: JSON.stringify(input),
      });
      expect(decode(call), name).toEqual({ name, input: rpc.input });
      const schema = found.operation.requestBody?.content["application/json"].schema;
      if (!schema) expect(rest, name).toEqual({});
      // The inputs of that fixture have text where an enumeration has values.
      else expect(withoutEnumerations(problemOf(schema, rest)), name).toBeUndefined();
    }
  });

  it("forbids what the functions refuse: unknown members, and a missing required one", () => {
    let seen = 0;
    for (const found of described) {
      const schema = found.operation.requestBody?.content["application/json"].schema;
      const input = inputs.get(found.operation.operationId);
      if (!schema || !input) continue;
      const { rest, ...call } = requestOf(found, { ...input });
      const strange = { ...rest, NoSuchMember: 1 };
      expect(problemOf(schema, strange)).toMatch(/must NOT have additional properties/);
      expect(() => decode({ ...call, body: JSON.stringify(strange) })).toThrow(/NoSuchMember/);
      const { required = [] } = Object(resolveIn(document, schema.$ref));
      expect(found.operation.requestBody.required).toBe(required.length > 0);
      for (const name of required) {
        const { [name]: _gone, ...less } = rest;
        expect(problemOf(schema, less)).toMatch(new RegExp(`required property '${name}'`));
        expect(() => decode({ ...call, body: JSON.stringify(less) })).toThrow(`${name}: is required`);
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThan(100);
  });

  it("has the times of requests in both forms, those of answers as they are sent", () => {
    const schema = { $ref: "#/components/schemas/InputUserDataFilters" };
    expect(problemOf(schema, { Queues: Array.from({ length: 1_001 }, () => "q") })).toMatch(/1000/);
    const time = { $ref: "#/components/schemas/GetMetricDataBody/properties/StartTime" };
    for (const good of [1_700_000_000, "2023-11-14T22:13:20Z"]) expect(problemOf(time, good)).toBeUndefined();
    expect(problemOf(time, true)).toBeDefined();
    const output = findOperationSchema("DescribeUser");
    if (!output) throw new Error("DescribeUser");
    const LastModifiedTime = new Date(1_700_000_000_500);
    const body = JSON.parse(encodeOutput(output, { User: { Id: "u", LastModifiedTime } }, "").body);
    const answer = { $ref: "#/components/schemas/DescribeUserResponse" };
    expect(problemOf(answer, body)).toBeUndefined();
    expect(problemOf(answer, { User: { LastModifiedTime: "2023-11-14T22:13:20Z" } })).toMatch(/number/);
    const real = { $ref: "#/components/schemas/RealTimeContactAnalysisTimeData" };
    expect(problemOf(real, { AbsoluteTime: "2023-11-14T22:13:20Z" })).toBeUndefined();
  });

  it("says which instances there are, and which token header", () => {
    const user = document.paths["/users/{InstanceId}/{UserId}"]?.["get"];
    const [instance] = config.instances;
    expect(user).toMatchObject({ parameters: [{ schema: { enum: [instance?.id, instance?.arn] } }, {}] });
    expect(document.security).toEqual([{ bearerAuth: [] }]);
    const other = documentOf(configOf({ tokenHeader: "x-connect-token" }));
    expect(other.security).toEqual([{ connectToken: [] }]);
    expect(other.components["securitySchemes"]).toEqual({
      connectToken: expect.objectContaining({ type: "apiKey", in: "header", name: "X-Connect-Token" }),
    });
  });

  it("says what the policies are asked, on which resources, by which condition keys", () => {
    expect(document.paths["/users/{InstanceId}"]?.["put"]?.["x-connect-authorizer"]).toMatchObject({
      operation: "CreateUser",
      actions: [
        {
          action: "connect:CreateUser",
          resources: expect.arrayContaining([
            {
              resource: `${config.instances[0]?.arn}/security-profile/<SecurityProfileIds>`,
              source: "SecurityProfileIds[]",
              sort: "required",
            },
          ]),
        },
        { action: "connect:TagResource", when: "Tags" },
      ],
      conditionKeys: expect.arrayContaining(["connect:InstanceId"]),
      decidedByUrl: "part",
    });
  });

  it("names a server for the other Regions, if there are any", () => {
    expect(document.servers).toEqual([{ url: "http://127.0.0.1:3000" }]);
    const [first] = config.instances;
    const arn = `arn:aws:connect:eu-central-1:123456789012:instance/${first?.id}`;
    const second = {
      arn,
      partition: "aws",
      region: "eu-central-1",
      accountId: "123456789012",
      id: first?.id ?? "",
    };
    const { servers } = documentOf(configOf({ instances: [...config.instances, second] }), [
      "https://api.test/prod",
    ]);
    expect(servers).toEqual([
      { url: "https://api.test/prod" },
      {
        url: "https://api.test/prod/regions/{Region}",
        variables: { Region: { default: "us-west-2", enum: ["us-west-2", "eu-central-1"] } },
      },
    ]);
  });
});

function withoutEnumerations(problem: string | undefined): string | undefined {
  const left = problem?.split(", ").filter((text) => !/allowed values/.test(text)) ?? [];
  return left.length > 0 ? left.join(", ") : undefined;
}

describe("routes of the configuration", () => {
  const routes: readonly CustomRoute[] = [
    {
      method: "DELETE",
      path: "/agents/{agent-id}",
      operation: "DeleteUser",
      input: { InstanceId: config.instances[0]?.id, UserId: "{agent-id}" },
    },
    {
      method: "PATCH",
      path: "/users/{place}/{id}",
      operation: "DescribeUser",
      input: { InstanceId: "{place}", UserId: "{id}" },
    },
    {
      method: "GET",
      path: "/agents",
      operation: "SearchUsers",
      input: { InstanceId: "{query.instance}", MaxResults: "{query.most}" },
    },
    {
      method: "POST",
      path: "/agents",
      operation: "CreateUser",
      input: {
        InstanceId: "{body.place}",
        Username: "{body.name}",
        RoutingProfileId: "{body.profile}",
        SecurityProfileIds: ["{body.right}"],
        PhoneConfig: "{body.phone}",
      },
    },
  ];
  const withRoutes = documentOf(configOf({ routes }));

  it("have ids of their own, and the names of Amazon Connect's labels where paths meet", () => {
    expect(withRoutes.paths["/agents/{agent_id}"]?.["delete"]).toMatchObject({
      operationId: "DeleteUser_delete_agents_agent_id",
      parameters: [{ name: "agent_id", in: "path", required: true }],
      "x-connect-authorizer": { operation: "DeleteUser" },
    });
    expect(withRoutes.paths["/users/{InstanceId}/{UserId}"]?.["patch"]).toMatchObject({
      operationId: "DescribeUser_patch_users_place_id",
      parameters: [{ name: "InstanceId" }, { name: "UserId" }],
    });
  });

  it("have the parameters and the body that their input refers to", () => {
    expect(withRoutes.paths["/agents"]?.["get"]).toMatchObject({
      parameters: [
        { name: "instance", in: "query", required: true, schema: { type: "string" } },
        { name: "most", in: "query", required: false, schema: { type: "number" } },
      ],
    });
    const { $ref } = Object(withRoutes.paths["/agents"]?.["post"]?.["requestBody"]).content[
      "application/json"
    ].schema;
    expect(resolveIn(withRoutes, $ref)).toEqual({
      type: "object",
      properties: {
        place: { type: "string" },
        name: { type: "string" },
        profile: { type: "string" },
        right: { type: "string" },
        phone: { $ref: "#/components/schemas/InputUserPhoneConfig" },
      },
      required: ["place", "profile", "name"],
      additionalProperties: false,
    });
  });

  it("never share an id", () => {
    const twins = ["/a-b", "/a_b"].map((path) => ({
      method: "GET",
      path,
      operation: "ListUsers",
      input: { InstanceId: config.instances[0]?.id },
    }));
    const ids = operationsOf(documentOf(configOf({ routes: twins }))).map(
      ({ operation }) => operation.operationId,
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(["ListUsers_get_a_b", "ListUsers_get_a_b_2"]));
  });
});
