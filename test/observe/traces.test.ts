/**
 * What a trace shows of a call, and the ids by which a call is found in other logs.
 */
import { createSocket, type Socket } from "node:dgram";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { APIGatewayAuthorizerResult } from "aws-lambda";
import { afterEach, expect, it, vi } from "vitest";
import { readTraceHeader } from "../../shared/observe/trace-header.ts";
import { documentsOf } from "../../shared/observe/xray.ts";
import { callIdsOf } from "../../shared/request/event/call-ids.ts";
import { authorizerEvent, instanceId, proxyEvent, tokenOf } from "../functions/lambda-fixture.ts";
import { linesOf, watched } from "./watched-calls.ts";

const traceId = "1-5759e988-bd862e3fe1be46a994272793";
const header = `Root=${traceId};Parent=53995c3f42cd8ad8;Sampled=1`;
const user = `/users/${instanceId}/00dtcddd1-123e-111e-93e3-11111bfbfcc1`;

afterEach(() => {
  vi.restoreAllMocks();
});

interface Datagrams {
  readonly address: string;
  readonly socket: Socket;
  readonly received: string[];
  /** Resolves when so many have come. */
  wait(count: number): Promise<void>;
}

async function startDaemon(): Promise<Datagrams> {
  const socket = createSocket("udp4");
  const received: string[] = [];
  socket.on("message", (message) => received.push(String(message)));
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const wait = (count: number) =>
    new Promise<void>((resolve) => {
      const check = () =>
        received.length >= count ? resolve() : void socket.once("message", () => setImmediate(check));
      check();
    });
  return { address: `127.0.0.1:${socket.address().port}`, socket, received, wait };
}

it("a sampled call sends its decision and its call to Connect, under the function's segment and without its caller", async () => {
  const daemon = await startDaemon();
  try {
    const variables = {
      POWERTOOLS_TRACE_ENABLED: "true",
      AWS_XRAY_DAEMON_ADDRESS: daemon.address,
      _X_AMZN_TRACE_ID: header,
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
    };
    const handlers = watched(variables);
    const token = tokenOf({ sub: "somebody-secret" });
    const answer = (await handlers.ask("GET", user, { token })) as APIGatewayAuthorizerResult;
    await daemon.wait(1);
    await handlers.proxy(proxyEvent("GET", user, answer.context ?? {}));
    await daemon.wait(3);
    const documents = daemon.received.map((text) => {
      const [first, second = ""] = text.split("\n");
      expect(first).toBe('{"format":"json","version":1}');
      return JSON.parse(second);
    });
    const common = { type: "subsegment", trace_id: traceId, parent_id: "53995c3f42cd8ad8" };
    const annotations = { outcome: "allow", operation: "DescribeUser" };
    expect(documents).toHaveLength(3);
    expect(documents).toMatchObject([
      { ...common, name: "decision", annotations },
      { ...common, name: "decision", annotations },
      {
        ...common,
        name: "Connect",
        namespace: "aws",
        aws: { operation: "DescribeUser", region: "us-west-2" },
        // Nobody listens where the fixture sends to.
        fault: true,
      },
    ]);
    for (const { start_time, end_time, id } of documents) {
      expect(end_time).toBeGreaterThanOrEqual(start_time);
      expect(id).toMatch(/^[0-9a-f]{16}$/);
    }
    const text = daemon.received.join();
    expect(["somebody-secret", token].filter((each) => text.includes(each))).toEqual([]);
  } finally {
    daemon.socket.close();
  }
});

it("a daemon that is not there changes no answer", async () => {
  const told = linesOf(process.stderr);
  const variables = {
    POWERTOOLS_TRACE_ENABLED: "true",
    AWS_XRAY_DAEMON_ADDRESS: "no address",
    _X_AMZN_TRACE_ID: header,
  };
  const event = authorizerEvent("DELETE", user, { token: tokenOf() });
  const answer = (await watched(variables).authorize(event)) as APIGatewayAuthorizerResult;
  expect(answer.policyDocument.Statement).toMatchObject([{ Effect: "Deny" }]);
  expect(told.filter((line) => line.includes("observeProblem"))).toHaveLength(1);
});

it.each([
  [header, { traceId, segmentId: "53995c3f42cd8ad8", isSampled: true }],
  [
    `Root=${traceId};Parent=53995c3f42cd8ad8;Sampled=0`,
    { traceId, segmentId: "53995c3f42cd8ad8", isSampled: false },
  ],
  [
    `Root=${traceId};Parent=53995c3f42cd8ad8;Lineage=1:a:0;Sampled=1`,
    { traceId, segmentId: "53995c3f42cd8ad8", isSampled: true },
  ],
  [`Root=${traceId};Sampled=1`, { traceId, segmentId: "", isSampled: false }],
  ["Root=nothing", undefined],
  ["", undefined],
  [undefined, undefined],
])("the trace header %s is read", (text, expected) => {
  expect(readTraceHeader(text)).toEqual(expected);
});

it.each([
  ["throttled", 429, { throttle: true, error: true }],
  ["limited", 429, { throttle: true, error: true }],
  ["refused", 404, { error: true }],
  ["timeout", 504, { fault: true }],
] as const)("a call to Connect that is %s is marked as such", (kind, status, marks) => {
  const failure = { kind, status, upstreamRequestId: "r" };
  const span = { startMs: 1_700_000_000_000, endMs: 1_700_000_000_500 };
  const call = { operation: "DescribeUser", region: "us-west-2" };
  const [, connect] = documentsOf(
    { traceId, segmentId: "53995c3f42cd8ad8", isSampled: true },
    {
      whole: span,
      upstream: { ...span, call, outcome: { kind: "failure", failure } },
      end: { outcome: "allow", requestId: "i" },
      outcome: "allow",
    },
  );
  const { throttle, error, fault } = connect as Record<string, unknown>;
  expect(JSON.parse(JSON.stringify({ throttle, error, fault }))).toEqual(marks);
  expect(connect).toMatchObject({ aws: { ...call, request_id: "r" }, http: { response: { status } } });
});

it("the trace goes along with the call to Connect", async () => {
  const seen: unknown[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers["x-amzn-trace-id"]);
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "proxy");
  vi.stubEnv("_X_AMZN_TRACE_ID", header);
  try {
    const { port } = server.address() as AddressInfo;
    const handlers = watched({
      CONNECT_ENDPOINT: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
    });
    const authorized = await handlers.ask("GET", user);
    const answer = await handlers.proxy(proxyEvent("GET", user, authorized.context ?? {}));
    expect([answer.statusCode, seen]).toEqual([200, [header]]);
  } finally {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  }
});

it("records name the ids that no client chose", async () => {
  const handlers = watched({ _X_AMZN_TRACE_ID: header });
  const event = authorizerEvent("GET", user, { token: tokenOf() });
  Object.assign(event.requestContext, { extendedRequestId: "JKJaXmPLvHcESHA=" });
  await handlers.authorize(event, { awsRequestId: "lambda-1" } as never);
  expect(handlers.records).toMatchObject([
    { extendedRequestId: "JKJaXmPLvHcESHA=", awsRequestId: "lambda-1", traceId },
  ]);
  expect(callIdsOf({}, undefined, undefined)).toEqual({});
});

it("a line for each call, with its ids and times, is written at level DEBUG alone", async () => {
  vi.stubEnv("POWERTOOLS_LOG_LEVEL", "DEBUG");
  try {
    const told = linesOf(process.stderr);
    const event = authorizerEvent("DELETE", user, { token: tokenOf() });
    await watched({ POWERTOOLS_LOG_LEVEL: "DEBUG" }).authorize(event);
    expect(told.map((line) => JSON.parse(line))).toMatchObject([
      {
        level: "DEBUG",
        type: "call",
        outcome: "deny",
        operation: "DeleteUser",
        decisionMs: expect.any(Number),
      },
    ]);
    await watched({ POWERTOOLS_LOG_LEVEL: "INFO" }).authorize(event);
    expect(told).toHaveLength(1);
  } finally {
    vi.unstubAllEnvs();
  }
});
