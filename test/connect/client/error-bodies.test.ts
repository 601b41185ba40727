/**
 * Failures of Amazon Connect, whatever their bodies are: status and type stand in status line and header, and are passed on.
 */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allowAll, given, instanceId } from "../../functions/lambda-fixture.ts";
import { type FaultyServer, startFaultyServer } from "../faulty-server.ts";
import { callProxy } from "../proxy-call.ts";

/** Body → the message that is passed on; a page of no Connect's has none. */
const bodies: Readonly<Record<string, { readonly body: string | Buffer; readonly message?: string }>> = {
  "plain text": { body: "the reference is not valid", message: "the reference is not valid" },
  "text of several lines": { body: "\n one\n two \n", message: "one\n two" },
  "a JSON string": { body: '"the reference is not valid"', message: "the reference is not valid" },
  "a number": { body: "5" },
  "a boolean": { body: "true" },
  null: { body: "null" },
  "an array": { body: '["a","b"]' },
  "an array of objects": { body: '[{"message":"m"}]' },
  nothing: { body: "" },
  blanks: { body: " \r\n" },
  "an object": { body: '{"message":"not valid","Other":1}', message: "not valid" },
  "an object with a capital": { body: '{"Message":"not valid"}', message: "not valid" },
  "an empty object": { body: "{}" },
  "an object cut off": { body: '{"message":"secr' },
  "a message that is none": { body: '{"message":{"a":1},"Message":[5]}' },
  "a type that is an object": { body: '{"__type":{"a":1},"message":"not valid"}', message: "not valid" },
  "a type that is a list": { body: '{"__type":[{}],"message":"not valid"}', message: "not valid" },
  "a code that is an object": { body: '{"code":{"a":[]},"message":"not valid"}', message: "not valid" },
  "a code that is a list": { body: '{"Code":[1],"code":[null],"message":"not valid"}', message: "not valid" },
  "compressed bytes": { body: gzipSync('{"message":"m"}') },
  "a long text": { body: "x".repeat(5_000), message: "x".repeat(2_048) },
  "two megabytes": { body: "x".repeat(2_000_000) },
};
const page = "<html><body>blocked: secret</body></html>";

describe("a failure of connect", () => {
  let server: FaultyServer;
  let answer = { status: 400, headers: {} as Record<string, string>, body: Buffer.from("") };
  beforeAll(async () => {
    server = await startFaultyServer((socket) => {
      const { status, headers, body } = answer;
      const all = { "content-length": String(body.length), "content-type": "text/plain", ...headers };
      const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(Buffer.concat([Buffer.from(`HTTP/1.1 ${status} X\r\n${lines.join("")}\r\n`), body]));
    });
  });
  afterAll(() => server.close());
  const start = () =>
    given([allowAll], {
      environment: { CONNECT_ENDPOINT: server.url },
      sending: { backoff: { setDelayBase: () => undefined, computeNextBackoffDelay: () => 1 } },
    });
  let functions: ReturnType<typeof start>;

  async function answerTo(
    status: number,
    type: string | undefined,
    body: string | Buffer,
    contentType = "text/plain",
  ) {
    answer = {
      status,
      headers: { "content-type": contentType, ...(type === undefined ? {} : { "x-amzn-errortype": type }) },
      body: Buffer.from(body),
    };
    functions ??= start();
    const request = {
      method: "POST",
      path: `/users/${instanceId}/u-1/identity-info`,
      body: { IdentityInfo: {} },
    };
    const got = await callProxy(functions.proxy, request, { lambdaMs: 10_000 });
    return { ...got, records: JSON.stringify(functions.records.splice(0)) };
  }

  const statuses = [400, 409, 503] as const;
  const types = [
    "InvalidRequestException",
    "ResourceNotFoundException:http://internal.amazon.com/",
    undefined,
  ];
  const rows = Object.keys(bodies).flatMap((name) => types.map((type) => [name, type] as const));

  it.each(rows)("whose body is %s, of type %s, keeps both", async (name, type) => {
    const { body, message } = bodies[name] ?? { body: "" };
    for (const status of statuses) {
      const got = await answerTo(status, type, body);
      const expected = { status, type: type?.split(":")[0] ?? "ServiceException" };
      expect({ status: got.status, type: got.type }).toEqual(expected);
      const members = got.body as Readonly<Record<string, unknown>>;
      expect(members["message"]).toBe(message);
      expect(Object.keys(members).filter((member) => /^\d+$/.test(member))).toEqual([]);
      if (message) expect(got.records).not.toContain(message);
    }
  });

  it.each([400, 403, 404])("that is a page keeps its status %i and nothing of its text", async (status) => {
    const got = await answerTo(status, undefined, page, "text/html");
    expect(got).toMatchObject({ status, type: "ServiceException" });
    expect(JSON.stringify(got.body) + got.records).not.toContain("secret");
  });

  it.each([500, 502, 503, 504])(
    "that is a page of a server that failed, by status %i, is answered 502",
    async (status) => {
      expect(await answerTo(status, undefined, page, "text/html")).toMatchObject({
        status: 502,
        type: "ServiceUnavailableException",
      });
    },
  );

  it("that is a page with a type is connect's", async () => {
    expect(await answerTo(500, "InternalServiceException", page, "text/html")).toMatchObject({
      status: 500,
      type: "InternalServiceException",
    });
  });
});
