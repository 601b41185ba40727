import { describe, expect, it } from "vitest";
import { InputError } from "../../../shared/errors.ts";
import { decodeInput } from "../../../shared/request/decode/decode.ts";
import { findOperationSchema } from "../../../shared/request/decode/schemas.ts";
import { matchRoute } from "../../../shared/request/route/encoded-route.ts";
import type { HttpCall } from "../../../shared/request/types.ts";

interface Sent {
  readonly query?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly body?: string;
}

function decode(method: string, rawPath: string, { query = [], headers = {}, body = "" }: Sent = {}) {
  const call: HttpCall = {
    method,
    rawPath,
    query,
    headers: new Map(Object.entries(headers)),
    body,
    requestId: "r",
  };
  const routed = matchRoute(method, rawPath);
  const schema = routed && findOperationSchema(routed.row.name);
  if (!schema) throw new Error(rawPath);
  return decodeInput(call, routed, schema);
}

describe("decodeInput", () => {
  it("joins labels, query and body", () => {
    const body = '{"IdentityInfo":{"FirstName":"A"}}';
    expect(decode("POST", "/users/i/u/identity-info", { body })).toEqual({
      InstanceId: "i",
      UserId: "u",
      IdentityInfo: { FirstName: "A" },
    });
    const query = [
      ["contactFlowTypes", "CONTACT_FLOW"],
      ["contactFlowTypes", "AGENT_HOLD"],
      ["maxResults", "7"],
    ] as const;
    expect(decode("GET", "/contact-flows-summary/i", { query })).toEqual({
      InstanceId: "i",
      ContactFlowTypes: ["CONTACT_FLOW", "AGENT_HOLD"],
      MaxResults: 7,
    });
  });

  it("reads number labels and header members", () => {
    expect(decode("DELETE", "/contact-flows/i/f/version/3")).toMatchObject({ ContactFlowVersion: 3 });
    const headers = {
      "x-amz-last-modified-time": ["Tue, 14 Nov 2023 22:13:20 GMT"],
      "x-amz-last-modified-region": ["us-east-1"],
    };
    expect(decode("PUT", "/test-cases/i", { headers, body: '{"Name":"n","Content":"{}"}' })).toMatchObject({
      LastModifiedTime: new Date(1_700_000_000_000),
      LastModifiedRegion: "us-east-1",
    });
  });

  it.each<[string, string, string, Sent]>([
    ["an unknown query parameter", "GET", "/users/i/u", { query: [["x", "1"]] }],
    [
      "a scalar query parameter given twice",
      "GET",
      "/users-summary/i",
      {
        query: [
          ["maxResults", "1"],
          ["maxResults", "2"],
        ],
      },
    ],
    ["a number that is none", "GET", "/users-summary/i", { query: [["maxResults", "abc"]] }],
    ["a number in another notation", "GET", "/users-summary/i", { query: [["maxResults", "1e1"]] }],
    ["a number with a space", "GET", "/users-summary/i", { query: [["maxResults", " 1"]] }],
    ["a number with a superfluous zero", "GET", "/users-summary/i", { query: [["maxResults", "01"]] }],
    ["a whole number with decimals", "GET", "/users-summary/i", { query: [["maxResults", "1.0"]] }],
    ["a negative zero", "GET", "/users-summary/i", { query: [["maxResults", "-0"]] }],
    ["a number label with a superfluous zero", "DELETE", "/contact-flows/i/f/version/01", {}],
    ["an empty number", "GET", "/users-summary/i", { query: [["maxResults", ""]] }],
    ["a number label that is none", "DELETE", "/contact-flows/i/f/version/NaN", {}],
    [
      "a label's member in the body",
      "POST",
      "/users/i/u/identity-info",
      { body: '{"IdentityInfo":{},"UserId":"v"}' },
    ],
    [
      "a query's member in the body",
      "POST",
      "/users/i/u/identity-info",
      { body: '{"IdentityInfo":{},"InstanceId":"i"}' },
    ],
    ["a body where none belongs", "GET", "/users/i/u", { body: '{"UserId":"v"}' }],
    ["a body that is a list", "PUT", "/users/i", { body: "[]" }],
    ["a body that is null", "PUT", "/users/i", { body: "null" }],
    [
      "a body of another type",
      "PUT",
      "/users/i",
      { body: "a=b", headers: { "content-type": ["application/x-www-form-urlencoded"] } },
    ],
    [
      "two content types",
      "PUT",
      "/users/i",
      { body: "{}", headers: { "content-type": ["application/json", "application/json"] } },
    ],
    [
      "a header date in another form",
      "PUT",
      "/test-cases/i",
      {
        body: '{"Name":"n","Content":"{}"}',
        headers: { "x-amz-last-modified-time": ["2023-11-14T22:13:20Z"] },
      },
    ],
    ...[
      "Mon, 14 Nov 2023 22:13:20 GMT",
      "Wed, 31 Feb 2024 22:13:20 GMT",
      "Tue, 14 Nov 2023 24:13:20 GMT",
    ].map((date): [string, string, string, Sent] => [
      `the header date ${date}, which is on no calendar`,
      "PUT",
      "/test-cases/i",
      { body: '{"Name":"n","Content":"{}"}', headers: { "x-amz-last-modified-time": [date] } },
    ]),
    [
      "a header member given twice",
      "PUT",
      "/test-cases/i",
      { body: '{"Name":"n","Content":"{}"}', headers: { "x-amz-last-modified-region": ["a", "b"] } },
    ],
    [
      "a header that is another operation's member",
      "GET",
      "/users/i/u",
      { headers: { "x-amz-last-modified-region": ["us-east-1"] } },
    ],
    ["a header of a newer client", "GET", "/users/i/u", { headers: { "x-amz-brand-new": ["1"] } }],
    [
      "a header member in the RPC form",
      "POST",
      "/operations/CreateTestCase",
      {
        body: '{"InstanceId":"i","Name":"n","Content":"{}"}',
        headers: { "x-amz-last-modified-region": ["us-east-1"] },
      },
    ],
    [
      "a query in the RPC form",
      "POST",
      "/operations/DescribeUser",
      { query: [["UserId", "v"]], body: '{"InstanceId":"i","UserId":"u"}' },
    ],
    ["a missing label in the RPC form", "POST", "/operations/DescribeUser", { body: '{"InstanceId":"i"}' }],
    ["no body in the RPC form", "POST", "/operations/DescribeUser", {}],
  ])("refuses %s", (_, method, path, sent) => {
    expect(() => decode(method, path, sent)).toThrow(InputError);
  });

  it("takes no notice of the headers that every request may have", () => {
    const names = ["x-amz-date", "x-amz-security-token", "x-amz-content-sha256", "x-amz-user-agent"];
    const headers = Object.fromEntries(
      [...names, "x-amzn-trace-id", "amz-sdk-request"].map((name) => [name, ["1"]]),
    );
    expect(decode("GET", "/users/i/u", { headers })).toEqual({ InstanceId: "i", UserId: "u" });
  });

  it("takes an empty object where no body belongs, as SDKs send it", () => {
    expect(decode("GET", "/users/i/u", { body: "{}" })).toEqual({ InstanceId: "i", UserId: "u" });
  });

  it("takes the whole input as JSON in the RPC form", () => {
    expect(decode("POST", "/operations/DescribeUser", { body: '{"InstanceId":"i","UserId":"u"}' })).toEqual({
      InstanceId: "i",
      UserId: "u",
    });
  });
});
