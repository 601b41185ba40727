/** The corpus of the most expensive calls: each is answered as it says, so that what is timed by the benchmarks is what is meant. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { worstCalls } from "../bench/sets/worst-corpus.ts";
import { createWorstHandler, worstEvent } from "../bench/worst-calls.ts";

let server: Server;
let received: number;
let handler: ReturnType<typeof createWorstHandler>;

beforeAll(async () => {
  server = createServer((request, response) => {
    received++;
    request
      .resume()
      .on("end", () => response.writeHead(200, { "content-type": "application/json" }).end("{}"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  handler = createWorstHandler(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe("the worst call", () => {
  const calls = worstCalls();

  it.each(calls.map((call) => [call.name, call] as const))(
    "%s is answered as the corpus says",
    async (_, call) => {
      received = 0;
      const answer = await handler(worstEvent(call) as unknown as Parameters<typeof handler>[0]);
      expect(answer.statusCode, answer.body).toBe(call.status);
      expect(received).toBe(call.status === 200 ? 1 : 0);
      if (call.status === 400)
        expect(JSON.parse(answer.body)).toMatchObject({ __type: "InvalidParameterException" });
      expect(answer.body.length).toBeLessThan(2_000);
    },
  );

  it("is at most what API Gateway lets by, and most of the corpus nearly as large", () => {
    const sizes = calls.map(({ body }) => Buffer.byteLength(body));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10_000_000);
    expect(sizes.filter((size) => size > 8_000_000).length).toBeGreaterThan(10);
  });
});
