/**
 * A drop-in endpoint: what Connect receives through the gateway is what it receives directly, and the client gets
 * the same output, for every operation.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as connect from "@aws-sdk/client-connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProxyHandler } from "../../functions/proxy/handler.ts";
import { operations } from "../../shared/catalog/catalog.ts";
import { encodeOutput } from "../../shared/request/encode.ts";
import { findOperationSchema } from "../../shared/request/schemas.ts";
import type { OperationInput } from "../../shared/request/types.ts";
import { type Gateway, startGateway } from "../../tools/local/gateway.ts";
import { lambdas, tokenOf } from "../functions/lambda-fixture.ts";
import { connectClient } from "../scenario/running-gateway.ts";
import { type Extent, makeValue, withIdentifiers } from "./synthetic-value.ts";

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: unknown;
}

/** Connect's stand-in: keeps the last request and answers with what the test has set. */
let upstream: Server;
let received: Received | undefined;
let reply = { status: 200, headers: {} as Readonly<Record<string, string>>, body: "{}" };
let gateway: Gateway;
let direct: connect.ConnectClient;
let proxied: connect.ConnectClient;

beforeAll(async () => {
  upstream = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(
          ([name]) => name === "content-type" || /^x-amz-(resource|last)/.test(name),
        ),
      );
      received = {
        method: request.method,
        url: request.url,
        headers,
        body: text === "" ? "" : JSON.parse(text),
      };
      response.writeHead(reply.status, reply.headers).end(reply.body);
    });
  });
  await new Promise<void>((done) => upstream.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const { authorize, bundle } = lambdas([{ Effect: "Allow", Action: "connect:*", Resource: "*" }]);
  const proxy = createProxyHandler(
    { CONNECT_ENDPOINT: url },
    { packagedBundle: bundle, onRecord: () => undefined },
  );
  gateway = await startGateway({ port: 0, authorizer: authorize, proxy, tokenHeader: "authorization" });
  direct = connectClient(url);
  proxied = connectClient(gateway.url, tokenOf());
});

afterAll(async () => {
  await gateway.close();
  direct.destroy();
  proxied.destroy();
  await new Promise((done) => upstream.close(done));
});

type AnyCommand = new (input: object) => connect.DescribeUserCommand;

async function send(
  client: connect.ConnectClient,
  name: string,
  input: object,
): Promise<{ output: unknown; sent: Received | undefined }> {
  received = undefined;
  const Command = Reflect.get(connect, `${name}Command`) as AnyCommand;
  const { $metadata: _, ...output } = await client.send(new Command(input));
  return { output, sent: received };
}

const served = operations().filter(({ refused }) => refused === undefined);
const extents: readonly Extent[] = ["full", "required", "empty"];

/** Inputs of three extents; a call that names nothing to decide on is no call that the gateway may pass on. */
function inputOf(name: string, extent: Extent): OperationInput {
  const row = served.find((each) => each.name === name);
  const schema = findOperationSchema(name);
  if (!row || !schema) throw new Error(name);
  return withIdentifiers(row, makeValue(schema.input, extent) as OperationInput);
}

/**
 * Inputs that name none of the resources that the operation's policies are asked on: an empty list of identifiers, or
 * neither of two alternatives. Connect has nothing to do for them either; the gateway refuses them by the member.
 */
const namesNothing: ReadonlySet<string> = new Set([
  "AssociateQueueEmailAddresses empty",
  "AssociateQueueQuickConnects empty",
  "AssociateWorkspace empty",
  "BatchGetAttachedFileMetadata empty",
  "ClaimPhoneNumber empty",
  "ClaimPhoneNumber required",
  "CreateNotification empty",
  "CreateUser empty",
  "DisassociateHoursOfOperations empty",
  "DisassociateQueueEmailAddresses empty",
  "DisassociateQueueQuickConnects empty",
  "DisassociateWorkspace empty",
  "GetMetricDataV2 empty",
  "StartContactMediaProcessing empty",
  "StartContactMediaProcessing required",
  "StopContactMediaProcessing empty",
  "StopContactMediaProcessing required",
  "UpdatePhoneNumber empty",
  "UpdatePhoneNumber required",
  "UpdateRoutingProfileQueues empty",
  "UpdateUserSecurityProfiles empty",
]);

describe.each(served.map(({ name }) => name))("%s", (name) => {
  it.each(extents)("arrives and answers as without the gateway: %s", async (extent) => {
    const schema = findOperationSchema(name);
    if (!schema) throw new Error(name);
    reply = encodeOutput(schema, makeValue(schema.output, extent), "r-1");
    const input = inputOf(name, extent);
    const plain = await send(direct, name, input);
    expect(plain.sent).toBeDefined();
    if (namesNothing.has(`${name} ${extent}`)) {
      await expect(send(proxied, name, input)).rejects.toThrow(connect.InvalidParameterException);
      expect(received).toBeUndefined();
      return;
    }
    const through = await send(proxied, name, input);
    expect(through.sent).toEqual(plain.sent);
    expect(through.output).toEqual(plain.output);
  });
});

describe("each modelled exception", () => {
  const names = Object.keys(connect).filter(
    (name) => name.endsWith("Exception$") && name !== "ConnectServiceException$",
  );

  it.each(names.map((name) => name.slice(0, -1)))(
    "%s arrives by its class, with its members",
    async (name) => {
      const body = {
        Message: "no",
        message: "no",
        Reason: "x",
        ResourceId: "r",
        ResourceType: "USER",
        PropertyList: [{ PropertyPath: "a" }],
        Problems: [{ message: "p" }],
      };
      reply = {
        status: 409,
        headers: { "content-type": "application/json", "x-amzn-errortype": name },
        body: JSON.stringify(body),
      };
      const input = inputOf("DescribeUser", "full");
      const errorOf = (client: connect.ConnectClient) =>
        send(client, "DescribeUser", input).then(
          () => undefined,
          (error: connect.ConnectServiceException) => ({
            ...error,
            name: error.name,
            message: error.message,
            type: error.constructor.name,
            __type: undefined,
            $metadata: error.$metadata.httpStatusCode,
            $response: undefined,
          }),
        );
      const plain = await errorOf(direct);
      expect(plain).toMatchObject({ name, type: name });
      expect(await errorOf(proxied)).toEqual(plain);
    },
  );
});
