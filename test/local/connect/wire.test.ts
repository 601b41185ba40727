/**
 * The local Connect as any HTTP client meets it: refusals in AWS's shape, and limits.
 */
import { request } from "node:http";
import * as sdk from "@aws-sdk/client-connect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { operations } from "../../../shared/catalog/catalog.ts";
import { implementedOperations } from "../../../tools/local/connect/operations.ts";
import { seedIds } from "../../../tools/local/connect/seed.ts";
import { east, useLocalConnect, west } from "./connect-fixture.ts";

const fixture = useLocalConnect();

interface Refusal {
  readonly status: number;
  readonly type: string | null;
  readonly body: { readonly __type?: string; readonly message?: string };
}

async function send(method: string, path: string, body?: string | Uint8Array): Promise<Refusal> {
  const headers = { "content-type": "application/json" };
  const sent = body === undefined ? { method } : { method, headers, body };
  const response = await fetch(`${fixture.connect.url}${path}`, sent);
  expect(response.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
  const text = await response.text();
  return { status: response.status, type: response.headers.get("x-amzn-errortype"), body: JSON.parse(text) };
}

describe("the wire of the local Connect", () => {
  it("refuses unknown routes, and the RPC form that only the gateway has, with UnknownOperationException", async () => {
    const unknown = [
      await send("GET", "/"),
      await send("GET", "/nowhere/at/all"),
      await send("PATCH", `/users/${east}`),
      await send("POST", "/operations/ListUsers", JSON.stringify({ InstanceId: east })),
    ];
    for (const refusal of unknown) {
      expect(refusal).toMatchObject({ status: 404, type: "UnknownOperationException" });
      expect(refusal.body.__type).toBe("UnknownOperationException");
    }
  });

  it("refuses every operation that it does not implement with 501, and says its name", async () => {
    const missing = operations().filter((row) => !implementedOperations().includes(row.name));
    const withoutInput = missing.filter(
      (row) => row.method === "GET" && !row.members.some((m) => m.required && m.place !== "path"),
    );
    expect(withoutInput.length).toBeGreaterThan(0);
    for (const row of withoutInput) {
      const refusal = await send("GET", row.uri.replaceAll(/\{[^}]+\}/g, "1"));
      expect(refusal).toMatchObject({ status: 501, type: "NotImplementedException" });
      expect(refusal.body.message).toContain(`\`${row.name}\``);
    }
  });

  it("refuses malformed input with InvalidParameterException, and changes nothing", async () => {
    const path = `/users/${east}`;
    const user = {
      Username: "x",
      SecurityProfileIds: [seedIds.agentProfile],
      RoutingProfileId: seedIds.routingProfile,
    };
    const bodies: (string | Uint8Array)[] = [
      "{",
      "[]",
      "null",
      "{}",
      JSON.stringify({ ...user, Unknown: 1 }),
      JSON.stringify({ ...user, SecurityProfileIds: seedIds.agentProfile }),
      JSON.stringify({ ...user, Username: 7 }),
      JSON.stringify({ ...user, InstanceId: west }),
      new Uint8Array([0x7b, 0xff, 0x7d]),
    ];
    for (const body of bodies) {
      expect(await send("PUT", path, body)).toMatchObject({ status: 400, type: "InvalidParameterException" });
    }
    expect(await send("GET", `/users-summary/${east}?maxResults=many`)).toMatchObject({ status: 400 });
    expect(await send("GET", `/users/${east}/%zz`)).toMatchObject({ status: 400 });
    const { UserSummaryList } = await fixture.client.send(new sdk.ListUsersCommand({ InstanceId: east }));
    expect(UserSummaryList).toHaveLength(1);
  });

  it("refuses a body over ten megabytes with 413 and serves the next call", async () => {
    const big = "x".repeat(10 * 1024 * 1024 + 1);
    const refusal = await send("PUT", `/users/${east}`, big);
    expect(refusal).toMatchObject({ status: 413, type: "RequestEntityTooLargeException" });
    const { UserSummaryList } = await fixture.client.send(new sdk.ListUsersCommand({ InstanceId: east }));
    expect(UserSummaryList).toHaveLength(1);
  });

  it("survives a client that goes away in the middle of its body", async () => {
    await new Promise<void>((resolve) => {
      const half = request(`${fixture.connect.url}/users/${east}`, {
        method: "PUT",
        headers: { "content-length": 100 },
      });
      half.on("error", () => resolve());
      half.write('{"Username":');
      setTimeout(() => half.destroy(), 20);
    });
    const { UserSummaryList } = await fixture.client.send(new sdk.ListUsersCommand({ InstanceId: east }));
    expect(UserSummaryList).toHaveLength(1);
  });

  it("answers any request with a status below 500 or 501, whatever its text", async () => {
    const segment = fc.constantFrom(
      "users",
      "contact",
      "tags",
      "search-users",
      east,
      seedIds.user,
      "%2F",
      "__proto__",
      "constructor",
      "",
      "..",
    );
    const requests = fc.record({
      method: fc.constantFrom("GET", "PUT", "POST", "DELETE"),
      segments: fc.array(segment, { maxLength: 4 }),
      query: fc.constantFrom("", "?maxResults=-1", "?nextToken=%00", "?tagKeys=a&tagKeys=b", "?%zz"),
      body: fc.option(fc.json({ maxDepth: 3 })),
    });
    await fc.assert(
      fc.asyncProperty(requests, async ({ method, segments, query, body }) => {
        const text = method === "GET" || body === null ? undefined : body;
        const response = await fetch(`${fixture.connect.url}/${segments.join("/")}${query}`, {
          method,
          ...(text === undefined ? {} : { body: text }),
        });
        JSON.parse(await response.text());
        return response.status < 500 || response.status === 501;
      }),
      { seed: 20_260_101, numRuns: 400 },
    );
  });
});
