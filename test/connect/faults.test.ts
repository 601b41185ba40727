/**
 * Failures between the proxy and Amazon Connect: the documented answer, before the deadline, and only idempotent calls are
 * retried if they may have been carried out.
 */

import { getEventListeners } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Deadline } from "../../shared/connect/deadline.ts";
import { createSender } from "../../shared/connect/send.ts";
import { readSettings } from "../../shared/settings.ts";
import { allowAll, given, instanceId } from "../functions/lambda-fixture.ts";
import { type FaultyServer, faults, startFaultyServer } from "./faulty-server.ts";
import { callProxy } from "./proxy-call.ts";
import { until } from "./until.ts";

const atOnce = { setDelayBase: () => undefined, computeNextBackoffDelay: () => 1 };

/** Operations that differ in what a second attempt would do. */
const calls = {
  read: { method: "GET", path: `/users/${instanceId}/u-1` },
  write: {
    method: "POST",
    path: `/users/${instanceId}/u-1/identity-info`,
    body: { IdentityInfo: { FirstName: "J" } },
  },
  remove: { method: "DELETE", path: `/users/${instanceId}/u-1` },
  tokenWrite: {
    method: "PUT",
    path: "/contact/task",
    body: { InstanceId: instanceId, Name: "n" },
  },
  tokenRemove: { method: "DELETE", path: `/phone-number/p-1` },
} as const;
type CallName = keyof typeof calls;

const servers: FaultyServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(fault: keyof typeof faults): Promise<FaultyServer> {
  const server = await startFaultyServer(faults[fault]);
  servers.push(server);
  return server;
}

async function call(url: string, name: CallName, lambdaMs = 10_000) {
  const functions = given([allowAll], {
    environment: { CONNECT_ENDPOINT: url },
    sending: { backoff: atOnce },
  });
  const answer = await callProxy(functions.proxy, calls[name], { lambdaMs });
  return { ...answer, record: functions.records.at(-1) };
}

const bad502 = { status: 502, type: "ServiceUnavailableException" };
const slow504 = { status: 504, type: "GatewayTimeoutException" };

/** Fault → the answer, and how often each sort of call is sent. */
const cases: readonly [
  keyof typeof faults,
  { status: number; type: string },
  Partial<Record<CallName, number>>,
][] = [
  ["reset", bad502, { read: 3, write: 1, remove: 1, tokenWrite: 3, tokenRemove: 3 }],
  ["resetInBody", bad502, { read: 3, write: 1, tokenWrite: 3 }],
  ["cutShort", bad502, { read: 3, write: 1, tokenWrite: 3 }],
  [
    "throttled",
    { status: 429, type: "ThrottlingException" },
    { read: 3, write: 3, remove: 3, tokenWrite: 3 },
  ],
  ["throttledAs400", { status: 429, type: "Throttling" }, { read: 3, write: 3 }],
  ["throttledPage", { status: 429, type: "ThrottlingException" }, { read: 3, write: 3 }],
  ["throttledLong", { status: 429, type: "TooManyRequestsException" }, { read: 1, write: 1 }],
  [
    "internal",
    { status: 500, type: "InternalServiceException" },
    { read: 3, write: 1, remove: 1, tokenWrite: 3, tokenRemove: 3 },
  ],
  ["internalUntyped", { status: 500, type: "ServiceException" }, { read: 3, write: 1 }],
  ["internalSkewed", { status: 500, type: "InternalServiceException" }, { read: 3, write: 1, remove: 1 }],
  ["skewed", { status: 403, type: "InvalidSignatureException" }, { read: 3, write: 3 }],
  ["internalPage", bad502, { read: 3, write: 1, tokenWrite: 3 }],
  ["page", bad502, { read: 1, write: 1, remove: 1 }],
  ["truncatedJson", bad502, { read: 1, tokenWrite: 1 }],
  ["nothing", bad502, { read: 1, tokenWrite: 1 }],
  ["redirect", bad502, { read: 1, write: 1 }],
  ["garbage", bad502, { read: 1, write: 1 }],
];

describe.each(cases)("%s", (fault, expected, attempts) => {
  const rows = Object.entries(attempts) as [CallName, number][];
  it.each(rows)("of a %s has its answer after %i attempts", async (name, times) => {
    const server = await start(fault);
    const { status, type, headers } = await call(server.url, name);
    expect({ status, type }).toEqual(expected);
    expect(server.requests).toHaveLength(times);
    if (status === 429) expect(headers["retry-after"]).toBe(fault === "throttledLong" ? "7" : "1");
    else expect(headers).not.toHaveProperty("retry-after");
  });
});

describe("a connection that is refused", () => {
  it.each(Object.keys(calls) as CallName[])(
    "is tried again, since nothing was sent, and answered 502: %s",
    async (name) => {
      const server = await start("fine");
      await server.close();
      expect(await call(server.url, name)).toMatchObject(bad502);
    },
  );

  it("comes about when the server is there at the second attempt", async () => {
    const gone = await start("fine");
    const port = Number(new URL(gone.url).port);
    await gone.close();
    let backAgain: Promise<FaultyServer> | undefined;
    const backoff = {
      setDelayBase: () => {
        backAgain ??= startFaultyServer(faults.fine, port);
      },
      computeNextBackoffDelay: () => 200,
    };
    const functions = given([allowAll], {
      environment: { CONNECT_ENDPOINT: gone.url },
      sending: { backoff },
    });
    const answer = await callProxy(functions.proxy, calls.write, { lambdaMs: 10_000 });
    const server = await backAgain;
    if (server) servers.push(server);
    expect(answer.status).toBe(200);
    expect(server?.requests).toHaveLength(1);
  });
});

describe("an upstream that is too slow", () => {
  it.each([
    ["slowHeaders", "read"],
    ["slowHeaders", "write"],
    ["slowBody", "read"],
    ["slowBody", "tokenWrite"],
  ] as const)("is answered 504 before the Lambda times out, and aborted: %s, %s", async (fault, name) => {
    const server = await start(fault);
    const { status, type, record } = await call(server.url, name, 1_500);
    expect({ status, type }).toEqual(slow504);
    expect(record).toMatchObject({ outcome: "allow", status: 504, reason: "GatewayTimeoutException" });
    expect(server.requests).toHaveLength(1);
    await server.idle();
  });

  it("denies a call whose look-up does not come back in time", async () => {
    const server = await start("slowHeaders");
    const Condition = { StringEquals: { "aws:ResourceTag/Team": "blue" } };
    const functions = given([{ ...allowAll, Condition }], { environment: { CONNECT_ENDPOINT: server.url } });
    const answer = await callProxy(functions.proxy, calls.write, { lambdaMs: 1_500 });
    expect(answer).toMatchObject({ status: 403, type: "AccessDeniedException" });
    expect(server.requests.map(({ path }) => path.split("/")[1])).toEqual(["tags"]);
    expect(functions.records.at(-1)).toMatchObject({ outcome: "deny", decision: "unknown" });
  });

  it("is not asked again when the time that is left is shorter than the wait", async () => {
    const server = await start("throttled");
    const functions = given([allowAll], { environment: { CONNECT_ENDPOINT: server.url } });
    // 900 ms are left; the SDK may wait a second before it repeats a throttled call.
    const { status } = await callProxy(functions.proxy, calls.read, { lambdaMs: 1_400 });
    expect(status).toBe(429);
    expect(server.requests).toHaveLength(1);
  });
});

describe("a client that disconnects", () => {
  it("ends its call, and the record says so", async () => {
    const gone = new AbortController();
    const server = await startFaultyServer(() => gone.abort());
    servers.push(server);
    const functions = given([allowAll], { environment: { CONNECT_ENDPOINT: server.url } });
    const answer = await callProxy(functions.proxy, calls.read, { lambdaMs: 20_000, signal: gone.signal });
    expect(answer.status).toBe(499);
    expect(functions.records.at(-1)).toMatchObject({ reason: "ClientClosedRequest" });
    await server.idle();
  });
});

describe("a call that is refused", () => {
  it.each([
    ["denied", [{ ...allowAll, Effect: "Deny" }], calls.write, 403],
    ["not allowed", [{ ...allowAll, Action: "connect:List*" }], calls.write, 403],
    ["malformed", [allowAll], { ...calls.write, body: { IdentityInfo: 1 } }, 400],
  ] as const)("sends nothing and does not even connect: %s", async (_, statements, request, status) => {
    const server = await start("fine");
    const functions = given([...statements], { environment: { CONNECT_ENDPOINT: server.url } });
    expect(await callProxy(functions.proxy, request, { lambdaMs: 10_000 })).toMatchObject({ status });
    expect(server.connections()).toEqual({ made: 0, open: 0 });
    expect(server.received()).toBe(0);
  });
});

describe("attempts of one call", () => {
  it.each(["tokenWrite", "tokenRemove"] as const)("carry the same idempotency token: %s", async (name) => {
    const server = await start("reset");
    await call(server.url, name);
    const tokens = server.requests.map(
      ({ path, body }) =>
        new URL(path, server.url).searchParams.get("clientToken") ?? JSON.parse(body).ClientToken,
    );
    expect(tokens).toHaveLength(3);
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("a deadline of many calls", () => {
  it("keeps no listener of their attempts, and causes no warning of a leak", async () => {
    const warn = vi.spyOn(process, "emitWarning");
    const server = await start("reset");
    const send = createSender(readSettings({ CONNECT_ENDPOINT: server.url }), { backoff: atOnce });
    const deadline = new Deadline(20_000);
    const instance = { partition: "aws", region: "us-east-1", accountId: "1", id: "i", arn: "arn" };
    const one = { operation: "DescribeUser", input: { InstanceId: "i", UserId: "u" }, instance };
    const sent = Array.from({ length: 20 }, () => send(one, { timeoutMs: 20_000, deadline }));
    for (const result of await Promise.all(sent)) expect(result.kind).toBe("failure");
    // Not three each: the SDK ends its retries when many calls fail.
    expect(server.requests.length).toBeGreaterThan(20);
    await until(() => getEventListeners(deadline.signal, "abort").length === 0);
    deadline.close();
    const isLeak = ([warning]: readonly unknown[]) => String(warning).includes("leak");
    expect(warn.mock.calls.filter(isLeak)).toEqual([]);
    warn.mockRestore();
  });
});

describe("a call whose idempotency token is empty", () => {
  it("is sent once, since it may have been carried out", async () => {
    const server = await start("reset");
    const functions = given([allowAll], { environment: { CONNECT_ENDPOINT: server.url } });
    const { tokenWrite } = calls;
    const request = { ...tokenWrite, body: { ...tokenWrite.body, ClientToken: "" } };
    expect(await callProxy(functions.proxy, request, { lambdaMs: 10_000 })).toMatchObject({ status: 502 });
    expect(server.requests).toHaveLength(1);
  });
});

describe("connections", () => {
  it("are kept for the next call", async () => {
    const server = await start("fine");
    const functions = given([allowAll], { environment: { CONNECT_ENDPOINT: server.url } });
    for (const _ of [1, 2, 3])
      expect(await callProxy(functions.proxy, calls.read, { lambdaMs: 10_000 })).toMatchObject({
        status: 200,
      });
    expect(server.requests).toHaveLength(3);
    expect(server.connections().made).toBe(1);
  });
});
