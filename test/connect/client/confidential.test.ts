/**
 * Credentials and session tokens go over TLS, or stay on this machine: by every way to name an endpoint.
 */

import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { findEndpoint } from "../../../shared/bundle/stores/aws.ts";
import { sendConfidentially } from "../../../shared/connect/client/confidential.ts";
import { createSender } from "../../../shared/connect/send.ts";
import { isConfidential } from "../../../shared/endpoint.ts";
import { readSettings } from "../../../shared/settings.ts";
import { run } from "../../cli/command-run.ts";

const instance = {
  arn: "arn:aws:connect:eu-central-1:123456789012:instance/i-1",
  partition: "aws",
  region: "eu-central-1",
  accountId: "123456789012",
  id: "i-1",
};
const call = { operation: "DescribeUser", input: { InstanceId: "i-1", UserId: "u-1" }, instance };
const lambda = {
  AWS_LAMBDA_FUNCTION_NAME: "proxy",
  AWS_ACCESS_KEY_ID: "AKIA",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_SESSION_TOKEN: "session",
};

/** Listens for all names of this machine, `0.0.0.0` among them, which is none that says so. */
let server: Server;
let port: number;
let requests = 0;
beforeAll(async () => {
  server = createServer((_, response) => {
    requests += 1;
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((done) => server.listen(0, done));
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => {
  vi.unstubAllEnvs();
  requests = 0;
});
afterAll(() => new Promise((done) => server.close(done)));

const urls: readonly (readonly [url: string, isTaken: boolean])[] = [
  ["https://vpce-1.connect.us-east-1.vpce.amazonaws.com", true],
  ["https://127.0.0.1:8443/", true],
  ["http://127.0.0.1:9", true],
  ["http://localhost:4566/", true],
  ["http://[::1]:9", true],
  ["http://example.com", false],
  ["http://connect.us-east-1.amazonaws.com/", false],
  ["http://127.0.0.1.example.com", false],
  ["http://localhost.example.com:9", false],
  ["http://10.0.0.1", false],
  ["http://169.254.169.254", false],
  ["http://0.0.0.0:9", false],
  ["http://[::]:9", false],
  ["http://[::ffff:7f00:1]:9", false],
  ["http://host.docker.internal:8080", false],
];

describe.each(urls)("the endpoint %s", (url, isTaken) => {
  it(`is ${isTaken ? "taken" : "refused"} wherever it is named`, async () => {
    expect(isConfidential(new URL(url))).toBe(isTaken);
    for (const name of ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"]) {
      const find = () => findEndpoint("s3", readSettings({ AWS_REGION: "us-east-1", [name]: url }));
      if (isTaken) expect(find().url.href).toContain(new URL(url).host);
      else expect(find).toThrow(/must be an https URL, or an http one of this machine/);
    }
    const { stderr } = await run(["start", "--connect", url, "--config", "/nowhere"]);
    expect(stderr).toContain(
      isTaken ? "noSuchFolder" : "`--connect` must be an https URL, or an http one of this machine",
    );
    for (const template of [
      "template.yaml",
      "docs/examples/function-url/template.yaml",
      "docs/examples/http-api/template.yaml",
    ]) {
      const text = readFileSync(new URL(`../../../${template}`, import.meta.url), "utf8");
      const [, pattern = "nothing"] = /\n {2}ConnectEndpoint:.*?AllowedPattern: ([^\n]*)\n/s.exec(text) ?? [];
      expect({ template, isTaken: new RegExp(pattern).test(url) }).toEqual({ template, isTaken });
      expect("").toMatch(new RegExp(pattern));
    }
  });
});

describe("a client", () => {
  const send = (environment: Readonly<Record<string, string>>, roleArn?: string) => {
    for (const [name, value] of Object.entries({ ...lambda, ...environment })) vi.stubEnv(name, value);
    const to = { ...instance, ...(roleArn ? { roleArn } : {}) };
    return createSender(readSettings({ ...lambda, ...environment }))(
      { ...call, instance: to },
      { timeoutMs: 5_000 },
    );
  };

  it.each([
    ["CONNECT_ENDPOINT"],
    // The SDK reads these two itself.
    ["AWS_ENDPOINT_URL_CONNECT"],
    ["AWS_ENDPOINT_URL"],
  ])("of connect sends nothing to the plain http of %s", async (name) => {
    expect(await send({ [name]: `http://0.0.0.0:${port}` })).toMatchObject({
      kind: "failure",
      failure: { kind: "unavailable", status: 502, detail: expect.stringMatching(/must be an https URL/) },
    });
    expect(requests).toBe(0);
  });

  it("of sts sends nothing to plain http either", async () => {
    const environment = {
      CONNECT_ENDPOINT: `http://127.0.0.1:${port}`,
      AWS_ENDPOINT_URL_STS: `http://0.0.0.0:${port}`,
    };
    expect(await send(environment, "arn:aws:iam::123456789012:role/r")).toMatchObject({ kind: "failure" });
    expect(requests).toBe(0);
  });

  it("sends to this machine", async () => {
    expect(await send({ CONNECT_ENDPOINT: `http://127.0.0.1:${port}` })).toMatchObject({ kind: "output" });
    expect(requests).toBe(1);
  });

  it.each([
    [{}, false],
    [{ AWS_SAM_LOCAL: "true" }, true],
  ])("knows `sam local`'s name of the machine under `sam local` alone: %j", async (environment, isTaken) => {
    let handle: ((args: object) => Promise<unknown>) | undefined;
    const add = (middleware: (next: () => string) => (args: object) => Promise<unknown>) => {
      handle = middleware(() => "sent");
    };
    sendConfidentially({ middlewareStack: { add: add as never } }, readSettings(environment));
    const sent = handle?.({ request: { protocol: "http:", hostname: "host.docker.internal" } });
    if (isTaken) expect(await sent).toBe("sent");
    else await expect(sent).rejects.toThrow();
  });
});
