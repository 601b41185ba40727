/**
 * The life of a local Connect, what it remembers receiving, and the tables behind it.
 */
import { readFile } from "node:fs/promises";
import { request } from "node:http";
import * as sdk from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { operations } from "../../../shared/catalog/catalog.ts";
import { findErrorSchema } from "../../../shared/request/decode/schemas.ts";
import type { ReceivedCall } from "../../../tools/local/connect/answer.ts";
import { implementedOperations, wayOf } from "../../../tools/local/connect/operations.ts";
import { operationsWithReason, reasonOf } from "../../../tools/local/connect/page/missing.ts";
import { withTables } from "../../../tools/local/connect/page/tables.ts";
import { seedIds } from "../../../tools/local/connect/seed.ts";
import { startLocalConnect } from "../../../tools/local/connect/server.ts";
import { faultStatus } from "../../../tools/local/connect/service-fault.ts";
import { clientOf, east, instances, useLocalConnect, west } from "./connect-fixture.ts";

const fixture = useLocalConnect();

/** How many operations are served; raise it when there are more. */
const served = 383;

describe("what the local Connect received", () => {
  it("is every request with its decoded input, in order, refused ones included", async () => {
    const { client, connect } = fixture;
    await client.send(new sdk.DescribeUserCommand({ InstanceId: east, UserId: seedIds.user }));
    await client
      .send(new sdk.DescribeUserCommand({ InstanceId: east, UserId: "nobody" }))
      .catch(() => undefined);
    await client.send(new sdk.ListPromptsCommand({ InstanceId: west })).catch(() => undefined);
    await fetch(`${connect.url}/users/${east}`, { method: "PUT", body: "{" });
    await fetch(`${connect.url}/nowhere`);
    expect(connect.received).toEqual<ReceivedCall[]>([
      {
        operation: "DescribeUser",
        method: "GET",
        path: `/users/${east}/${seedIds.user}`,
        input: { InstanceId: east, UserId: seedIds.user },
      },
      {
        operation: "DescribeUser",
        method: "GET",
        path: `/users/${east}/nobody`,
        input: { InstanceId: east, UserId: "nobody" },
      },
      {
        operation: "ListPrompts",
        method: "GET",
        path: `/prompts-summary/${west}`,
        input: { InstanceId: west },
      },
      { operation: "CreateUser", method: "PUT", path: `/users/${east}`, input: {} },
      { operation: "", method: "GET", path: "/nowhere", input: {} },
    ]);
  });

  it("is nothing of a web page, nor of a name that was made to point here", async () => {
    const { connect } = fixture;
    const ask = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        const sent = request(`${connect.url}/users-summary/${east}`, { headers }, (answer) => {
          answer.resume().on("end", () => resolve(answer.statusCode));
        });
        sent.on("error", reject).end();
      });
    expect(await ask({})).toBe(200);
    expect(await ask({ host: "host.docker.internal:3001" })).toBe(200);
    expect(await ask({ host: "[::1]:3001" })).toBe(200);
    for (const host of ["evil.example", "127.0.0.1.evil.example:80", "host.docker.internal.evil.example"])
      expect(await ask({ host })).toBe(403);
    for (const origin of ["null", "http://localhost:3001", connect.url])
      expect(await ask({ origin })).toBe(403);
    expect(connect.received).toHaveLength(3);
  });

  it("is told to the listener and kept to the newest thousand", async () => {
    const told: ReceivedCall[] = [];
    const connect = await startLocalConnect({ instances, onCall: (call) => told.push(call) });
    const client = clientOf(connect);
    for (let n = 0; n < 1005; n++)
      await client.send(new sdk.ListInstancesCommand({ MaxResults: (n % 10) + 1 }));
    expect(told).toHaveLength(1005);
    expect(connect.received).toEqual(told.slice(5));
    client.destroy();
    await connect.close();
  });
});

describe("the life of a local Connect", () => {
  it("ends with close, which frees its port", async () => {
    const first = await startLocalConnect({ instances });
    const port = Number(new URL(first.url).port);
    await expect(startLocalConnect({ instances, port })).rejects.toThrow("EADDRINUSE");
    await first.close();
    const second = await startLocalConnect({ instances, port });
    expect(second.url).toBe(`http://127.0.0.1:${port}`);
    await second.close();
  });
});

describe("the tables of the local Connect", () => {
  it("give each modelled exception the status that the SDK's schema has", () => {
    const unmodelled = [
      "BadGatewayException",
      "GatewayTimeoutException",
      "NotImplementedException",
      "RequestEntityTooLargeException",
      "ServiceUnavailableException",
      "UnknownOperationException",
    ];
    for (const [name, status] of Object.entries(faultStatus)) {
      const schema = findErrorSchema(name);
      expect([name, schema !== undefined]).toEqual([name, !unmodelled.includes(name)]);
      if (schema) expect([name, schema.getMergedTraits()["httpError"]]).toEqual([name, status]);
    }
  });

  it("implement operations that the catalogue has", () => {
    const known = operations().map((row) => row.name);
    expect(implementedOperations().filter((name) => !known.includes(name))).toEqual([]);
    expect(implementedOperations().length).toBeGreaterThanOrEqual(served);
  });

  it("give a reason for what is missing, and for nothing else", () => {
    const missing = operations().filter(({ name }) => wayOf(name) === undefined);
    expect(missing.filter(({ name }) => reasonOf(name) === undefined)).toEqual([]);
    expect(operationsWithReason().filter((name) => wayOf(name) !== undefined)).toEqual([]);
  });

  it("are what docs/reference/local-connect.md says", async () => {
    const text = await readFile(new URL("../../../docs/reference/local-connect.md", import.meta.url), "utf8");
    expect(text, "run `npm run generate`").toBe(withTables(text));
    for (const id of Object.values(seedIds)) expect(text).toContain(`| \`${id}\` |`);
  });
});
