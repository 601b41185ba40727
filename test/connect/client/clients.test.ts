import { DescribeUserCommand, ListUsersCommand } from "@aws-sdk/client-connect";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClients } from "../../../shared/connect/client/clients.ts";
import { dropStaleConnections } from "../../../shared/connect/client/connections.ts";
import { readSettings } from "../../../shared/settings.ts";
import { type FaultyServer, faults, startFaultyServer } from "../faulty-server.ts";
import { until } from "../until.ts";

let server: FaultyServer;
beforeEach(async () => {
  server = await startFaultyServer(faults.fine);
});
afterEach(() => server.close());

const describeUser = () => new DescribeUserCommand({ InstanceId: "i", UserId: "u" });
const clientsOf = (maxClients = 32) =>
  createClients(readSettings({ CONNECT_ENDPOINT: server.url }), { maxClients });

const untilOpen = (count: number) => until(() => server.connections().open === count);

describe("clients", () => {
  it("are one for each region and role", async () => {
    const clients = clientsOf();
    const of = (region: string, roleArn?: string) =>
      clients.use({ region, ...(roleArn ? { roleArn } : {}) }, async (client) => client);
    const first = await of("us-east-1");
    expect(await of("us-east-1")).toBe(first);
    expect(await of("us-west-2")).not.toBe(first);
    expect(await of("us-east-1", "r1")).not.toBe(first);
    expect(await of("us-east-1", "r2")).not.toBe(await of("us-east-1", "r1"));
  });

  it("that are unused for longest are dropped, with their connections", async () => {
    const clients = clientsOf(2);
    for (const region of ["a-1", "b-1", "a-1", "c-1"])
      await clients.use({ region }, (client) => client.send(describeUser()));
    // Of `b-1`, which was unused for longest, nothing is left.
    await untilOpen(2);
    expect(server.connections().made).toBe(3);
    await clients.use({ region: "a-1" }, (client) => client.send(describeUser()));
    expect(server.connections().made).toBe(3);
  });

  it("that are dropped while in use serve their calls to the end", async () => {
    const clients = clientsOf(1);
    const order: string[] = [];
    await clients.use({ region: "a-1" }, async (client) => {
      await client.send(describeUser());
      await clients.use({ region: "b-1" }, (other) => other.send(describeUser()));
      order.push("dropped");
      await client.send(new ListUsersCommand({ InstanceId: "i" }));
      order.push("served");
      expect(server.connections()).toEqual({ made: 2, open: 2 });
    });
    expect(order).toEqual(["dropped", "served"]);
    await untilOpen(1);
  });

  it("of a role sign with nothing outside of a session", async () => {
    const sent = clientsOf().use({ region: "a-1", roleArn: "r" }, (client) => client.send(describeUser()));
    await expect(sent).rejects.toThrow("outside of a session");
    expect(server.requests).toEqual([]);
  });
});

describe("connections that lay idle", () => {
  it("for twenty seconds are not trusted any more, as after a container's thaw", async () => {
    await clientsOf().use({ region: "a-1" }, async (client) => {
      await client.send(describeUser());
      const usedMs = Date.now();
      dropStaleConnections(client, usedMs, usedMs + 20_000);
      await client.send(describeUser());
      expect(server.connections().made).toBe(1);
      dropStaleConnections(client, usedMs, usedMs + 20_001);
      await untilOpen(0);
      await client.send(describeUser());
      expect(server.connections().made).toBe(2);
    });
  });
});
