/** The local API Gateway's limits and its shutdown. */
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { policy, send, startTestGateway, token } from "./gateway-harness.ts";

const tenMegabytes = 10 * 1024 * 1024;

describe("limits", () => {
  it("passes a body of exactly 10 MB and refuses one byte more with 413", async () => {
    const gateway = await startTestGateway();
    const exact = await send(gateway.url, { method: "POST", body: "x".repeat(tenMegabytes) });
    expect(exact.status).toBe(200);
    expect(gateway.proxyEvents[0]?.body).toHaveLength(tenMegabytes);
    const over = await send(gateway.url, { method: "POST", body: "x".repeat(tenMegabytes + 1) });
    expect(over.status).toBe(413);
    expect(over.json()).toMatchObject({ __type: "RequestEntityTooLargeException" });
    expect(gateway.proxyEvents).toHaveLength(1);
  });

  it("refuses more than 10,240 bytes of request line and header values", async () => {
    const gateway = await startTestGateway();
    const withHeader = (size: number) => send(gateway.url, { headers: [token, ["X-Pad", "x".repeat(size)]] });
    expect(await withHeader(10_000)).toMatchObject({ status: 200 });
    expect(await withHeader(10_240)).toMatchObject({ status: 431 });
    expect(gateway.authorizerEvents).toHaveLength(1);
  });

  it("refuses a method ARN over 1600 bytes with 414", async () => {
    const gateway = await startTestGateway({ authorizer: () => policy("Allow", "*") });
    expect(await send(gateway.url, { path: `/${"a".repeat(1500)}` })).toMatchObject({ status: 200 });
    expect(await send(gateway.url, { path: `/${"a".repeat(1600)}` })).toMatchObject({ status: 414 });
    expect(gateway.authorizerEvents).toHaveLength(1);
  });

  it("refuses a request target that is not a path", async () => {
    const gateway = await startTestGateway();
    const reply = await send(gateway.url, { path: "http://127.0.0.1/users" });
    expect(reply.status).toBe(400);
    expect(gateway.authorizerEvents).toEqual([]);
  });

  it("survives a client that goes away in the middle of its body", async () => {
    const gateway = await startTestGateway();
    const port = Number(new URL(gateway.url).port);
    await new Promise<void>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.write(
          "POST /a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\nContent-Length: 100\r\n\r\nabc",
          () => socket.destroy(),
        );
      });
      socket.on("close", () => resolve());
    });
    expect(await send(gateway.url)).toMatchObject({ status: 200 });
    expect(gateway.proxyEvents).toHaveLength(1);
  });
});

describe("closing", () => {
  it("lets what is in flight finish and accepts nothing new", async () => {
    let release: () => void = () => undefined;
    const started = new Promise<void>((resolveStarted) => {
      release = resolveStarted;
    });
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const gateway = await startTestGateway({
      proxy: async () => {
        release();
        await held;
        return { statusCode: 200, body: "late" };
      },
    });
    const inFlight = send(gateway.url);
    await started;
    const closing = gateway.close();
    await expect(send(gateway.url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    answer();
    expect(await inFlight).toMatchObject({ status: 200, text: "late", headers: { connection: "close" } });
    await closing;
  });
});

describe("closing with connections that never sent a request", () => {
  it("does not wait for them", async () => {
    const gateway = await startTestGateway();
    const socket = connect(Number(new URL(gateway.url).port), "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    await send(gateway.url);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    const startedAt = performance.now();
    await gateway.close();
    await closed;
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});

describe("a function whose answer nobody waits for any more", () => {
  /** Starts a gateway whose proxy answers only when it is notified that the client disconnected. */
  async function start(timeoutMs: number) {
    let onTold: () => void = () => undefined;
    let onStarted: () => void = () => undefined;
    const notified = new Promise<void>((resolve) => {
      onTold = resolve;
    });
    const started = new Promise<void>((resolve) => {
      onStarted = resolve;
    });
    const proxy = (_: unknown, { signal }: { readonly signal: AbortSignal }) =>
      new Promise((resolve) => {
        onStarted();
        signal.addEventListener("abort", () => {
          onTold();
          resolve({ statusCode: 499, body: "{}" });
        });
      });
    return { gateway: await startTestGateway({ timeoutMs, proxy }), notified, started };
  }

  it("is notified when the client disconnects", async () => {
    const { gateway, notified, started } = await start(60_000);
    const socket = connect(Number(new URL(gateway.url).port), "127.0.0.1");
    socket.write(`GET /users/i/u HTTP/1.1\r\nHost: a\r\n${token.join(": ")}\r\n\r\n`);
    await started;
    socket.destroy();
    await notified;
    expect(gateway.proxyEvents).toHaveLength(1);
  });

  it("is notified when it times out", async () => {
    const { gateway, notified } = await start(30);
    expect(await send(gateway.url)).toMatchObject({ status: 504 });
    await notified;
  });
});
