import { generateKeyPairSync, sign } from "node:crypto";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningGateway, startRunningGateway, tokenFor } from "./running-gateway.ts";

const instance = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
const userPath = `/users/${instance}/00dtcddd1-123e-111e-93e3-11111bfbfcc1`;

let gateway: RunningGateway;
let admin: string;

beforeAll(async () => {
  gateway = await startRunningGateway();
  admin = await tokenFor(gateway.url, "admins");
}, 60_000);

afterAll(async () => {
  await gateway.stop();
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function request(
  method: string,
  path: string,
  options: { token?: string; body?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { token, body, headers } = options;
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body ? { "content-type": "application/json" } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

function expectShape(answer: Answer, status: number, type: string): void {
  expect(answer).toMatchObject({ status, body: { __type: type, message: expect.any(String) } });
  expect(answer.headers.get("x-amzn-errortype")).toBe(type);
  expect(answer.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
}

/** Sends the path as it stands: `fetch` would resolve dot segments before sending. */
async function requestRaw(path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((done, fail) => {
    const headers = { authorization: `Bearer ${admin}` };
    httpRequest({ hostname, port, path, headers }, (response) => {
      response.resume();
      done(response.statusCode);
    })
      .on("error", fail)
      .end();
  });
}

/** The same claims as a good token, signed with a key that the gateway never made. */
function forge(token: string): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const [header = "", payload = ""] = token.split(".");
  return `${header}.${payload}.${sign("RSA-SHA256", Buffer.from(`${header}.${payload}`), privateKey).toString("base64url")}`;
}

describe("the gateway's answers", () => {
  it("are 401 without a token, with an invitation to bring one", async () => {
    const answer = await request("GET", userPath);
    expectShape(answer, 401, "UnauthorizedException");
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
  });

  it("are 401 for a forged token", async () => {
    expectShape(await request("GET", userPath, { token: forge(admin) }), 401, "UnauthorizedException");
  });

  it("are 404 for a route that no operation has", async () => {
    expectShape(await request("GET", "/no/such/route", { token: admin }), 404, "UnknownOperationException");
    expectShape(
      await request("POST", "/operations/NoSuchOperation", { token: admin, body: "{}" }),
      404,
      "UnknownOperationException",
    );
    expectShape(
      await request("POST", "/operations/constructor", { token: admin, body: "{}" }),
      404,
      "UnknownOperationException",
    );
  });

  it("are 400 for malformed JSON, an unknown member and an unknown query parameter", async () => {
    const users = `/users/${instance}`;
    expectShape(await request("PUT", users, { token: admin, body: "{" }), 400, "InvalidParameterException");
    expectShape(
      await request("PUT", users, { token: admin, body: '{"Nope":1}' }),
      400,
      "InvalidParameterException",
    );
    expectShape(await request("GET", `${userPath}?x=1`, { token: admin }), 400, "InvalidParameterException");
  });

  it("are 403 for an instance that is not configured", async () => {
    const answer = await request("GET", `/users/${instance}0/u`, { token: admin });
    expectShape(answer, 403, "AccessDeniedException");
  });

  it("are Connect's own when it refuses", async () => {
    expectShape(
      await request("GET", `/users/${instance}/nobody`, { token: admin }),
      404,
      "ResourceNotFoundException",
    );
  });

  it("serve the RPC form", async () => {
    const body = JSON.stringify({ InstanceId: instance, UserId: "00dtcddd1-123e-111e-93e3-11111bfbfcc1" });
    const answer = await request("POST", "/operations/DescribeUser", { token: admin, body });
    expect(answer).toMatchObject({
      status: 200,
      body: { User: { Id: "00dtcddd1-123e-111e-93e3-11111bfbfcc1" } },
    });
  });

  it.each([
    ["an encoded literal segment", `/%75sers/${instance}/u`, 404],
    ["an encoded slash in front of a segment", `/users%2F${instance}/u`, 404],
    ["a dot segment", `/users/${instance}/..`, 400],
    ["an encoded dot segment", `/users/${instance}/%2e%2E`, 400],
    ["an encoded slash", `/users/${instance}/a%2Fb`, 400],
    ["a letter encoded twice", `/users/${instance}/%2561`, 400],
    ["bytes that are not UTF-8", `/users/${instance}/%ff`, 400],
    ["an encoded NUL", `/users/${instance}/%00`, 400],
    ["a wildcard", `/users/${instance}/*`, 400],
    ["an empty segment", `/users/${instance}/`, 404],
    ["a doubled slash inside", `/users//${instance}`, 404],
  ])("to a path with %s are refusals: %s gives %d", async (_, path, status) => {
    expect(await requestRaw(path)).toBe(status);
  });
});
