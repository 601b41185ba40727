/**
 * What a call to Connect is signed with, in Lambda and outside.
 */

import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createSender } from "../../../shared/connect/send.ts";
import { readSettings } from "../../../shared/settings.ts";

let upstream: Server;
let endpoint: string;
let received: IncomingHttpHeaders | undefined;

beforeAll(async () => {
  upstream = createServer((request, response) => {
    received = request.headers;
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((done) => upstream.listen(0, "127.0.0.1", done));
  endpoint = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});

afterEach(() => {
  vi.unstubAllEnvs();
  received = undefined;
});
afterAll(() => new Promise((done) => upstream.close(done)));

const call = {
  operation: "DescribeUser",
  input: { InstanceId: "i-1", UserId: "u-1" },
  instance: {
    arn: "arn:aws:connect:eu-central-1:123456789012:instance/i-1",
    partition: "aws",
    region: "eu-central-1",
    accountId: "123456789012",
    id: "i-1",
  },
};

async function signatureOf(environment: Record<string, string>) {
  const result = await createSender(readSettings({ CONNECT_ENDPOINT: endpoint, ...environment }))(call, {
    timeoutMs: 5_000,
  });
  expect(result.kind).toBe("output");
  expect(received).toBeDefined();
  return {
    scope: /Credential=([^,]+)/.exec(received?.authorization ?? "")?.[1],
    token: received?.["x-amz-security-token"],
  };
}

describe("credentials", () => {
  it("are in Lambda those of the function's role, from the environment and from nowhere else", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "ASIAROLE");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    vi.stubEnv("AWS_SESSION_TOKEN", "session");
    // The SDK's default chain would look for a profile first.
    vi.stubEnv("AWS_PROFILE", "somebody");
    const { scope, token } = await signatureOf({ AWS_LAMBDA_FUNCTION_NAME: "proxy" });
    expect(scope).toMatch(/^ASIAROLE\/\d{8}\/eu-central-1\/connect\/aws4_request$/);
    expect(token).toBe("session");
  });

  it("are never a developer's when the call goes to a local Connect", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIADEVELOPER");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    vi.stubEnv("AWS_SESSION_TOKEN", "session");
    const { scope, token } = await signatureOf({});
    expect(scope).toMatch(/^local\//);
    expect(token).toBeUndefined();
  });
});
