/** Faults to order: what flags and headers write, and what an SDK with retries meets. */
import { readFileSync } from "node:fs";
import {
  ConnectClient,
  DescribeUserCommand,
  ListUsersCommand,
  StopContactCommand,
} from "@aws-sdk/client-connect";
import { afterEach, describe, expect, it } from "vitest";
import { createFaultPlan, faultHeader } from "../../../tools/local/connect/faults/fault-plan.ts";
import { parseOrderedFault } from "../../../tools/local/connect/faults/parse-fault.ts";
import { seedIds } from "../../../tools/local/connect/seed.ts";
import { type LocalConnect, startLocalConnect } from "../../../tools/local/connect/server.ts";
import { clientOf, east, instances, smallSeed } from "./connect-fixture.ts";

describe("the text of a fault", () => {
  it.each([
    ["throttle", { operation: "*", fault: { kind: "throttle" } }],
    ["throttle:0.5", { operation: "*", fault: { kind: "throttle", perSecond: 0.5 } }],
    ["CreateUser=error:503 x2", { operation: "CreateUser", fault: { kind: "error", status: 503, first: 2 } }],
    ["Search*=latency:2s@25%", { operation: "Search*", fault: { kind: "latency", ms: 2000, share: 0.25 } }],
    ["*=throttle x1", { operation: "*", fault: { kind: "throttle", first: 1 } }],
  ])("%s is read", (text, expected) => {
    expect(parseOrderedFault(text)).toEqual(expected);
  });

  it("is read as docs/how-to/local-connect.md writes it", () => {
    const page = readFileSync("docs/how-to/local-connect.md", "utf8");
    const [, section = ""] = /^## Make it fail$(.*?)^## /ms.exec(page) ?? [];
    const flags = [...section.matchAll(/--fault (?:'(.+?)'|(\S+))/g)].map(
      ([, quoted, plain]) => quoted ?? plain,
    );
    const rows = [...section.matchAll(/^\| `(.+?)`/gm)].map(([, text]) => text);
    const headers = [...section.matchAll(/x-local-connect-fault: (.+?)'/g)].map(([, text]) => text);
    const texts = [...flags, ...rows, ...headers];
    expect(texts).toHaveLength(8);
    for (const text of texts) expect(parseOrderedFault(text ?? "")).toBeDefined();
  });

  it.each([
    "",
    "slow",
    "latency",
    "latency:300",
    "latency:601s",
    "throttle:0",
    "throttle:fast",
    "error:404",
    "error:599",
    "error",
    "throttle x0",
    "throttle@0%",
    "throttle@101%",
    "throttle:2 x2",
    "Create User=throttle",
    "(a+)+=throttle",
    "=throttle",
  ])("%j is refused with a sentence", (text) => {
    expect(() => parseOrderedFault(text)).toThrow(/must (be|have) .{20,}/);
  });
});

describe("throttling", () => {
  const call = { headers: new Map() };
  const refusedOf = (faults: string, operation: string, timesMs: readonly number[]) => {
    let nowMs = 0;
    const plan = createFaultPlan({
      faults: [parseOrderedFault(faults)],
      now: () => nowMs,
      random: () => 0.3,
    });
    return timesMs.map((timeMs) => {
      nowMs = timeMs;
      return plan.next(operation, call).refusal?.fault;
    });
  };
  const refused = "ThrottlingException";
  const none = undefined;

  it("admits 5 calls at once and 2 a second, each operation for itself, as the service's quotas do", () => {
    const times = [0, 0, 0, 0, 0, 0, 499, 500, 500, 1500, 1500, 1500];
    expect(refusedOf("throttle", "ListUsers", times)).toEqual(
      [none, none, none, none, none, refused, refused, none, refused, none, none, refused], //
    );
    expect(refusedOf("throttle", "GetMetricData", Array(9).fill(0))).toEqual([
      ...Array(8).fill(none),
      refused,
    ]);
  });

  it("admits as many calls as a flag says, and none of those that it names", () => {
    expect(refusedOf("throttle:1", "ListUsers", [0, 0, 1000, 1000])).toEqual([none, refused, none, refused]);
    expect(refusedOf("throttle x2", "ListUsers", [0, 0, 0])).toEqual([refused, refused, none]);
    expect(refusedOf("List*=throttle@31%", "ListUsers", [0])).toEqual([refused]);
    expect(refusedOf("List*=throttle@30%", "ListUsers", [0])).toEqual([none]);
    expect(refusedOf("List*=throttle x9", "DescribeUser", [0])).toEqual([none]);
    expect(refusedOf("*s*U*=throttle x9", "DescribeUser", [0])).toEqual([refused]);
  });
});

it("has patterns that no header can make slow", () => {
  const plan = createFaultPlan({ faults: [], now: () => 0, random: () => 0 });
  const headers = new Map([
    [faultHeader, [`${"*a".repeat(4_000)}=error:503`, `${"*".repeat(8_000)}Z=error:503`]],
  ]);
  expect(plan.next("DescribeAuthenticationProfile", { headers }).refusal).toBeUndefined();
}, 5_000);

describe("an SDK's client", () => {
  let connect: LocalConnect | undefined;
  afterEach(() => connect?.close());

  const start = async (...faults: readonly string[]) => {
    connect = await startLocalConnect({ instances, seed: smallSeed, faults: faults.map(parseOrderedFault) });
    return connect;
  };

  it("reads each fault as the service's, and gets through when the fault is over", async () => {
    const client = clientOf(await start("ListUsers=throttle x1", "DescribeUser=error:503 x1"));
    const list = () => client.send(new ListUsersCommand({ InstanceId: east }));
    const describeUser = () =>
      client.send(new DescribeUserCommand({ InstanceId: east, UserId: seedIds.user }));
    await expect(list()).rejects.toMatchObject({
      name: "ThrottlingException",
      $metadata: { httpStatusCode: 429 },
    });
    await expect(list()).resolves.toBeDefined();
    await expect(describeUser()).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    await expect(describeUser()).resolves.toBeDefined();
    client.destroy();
  });

  it("retries a fault of the header, whose attempts are counted", async () => {
    const { url: endpoint } = await start();
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const client = new ConnectClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 3 });
    client.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> };
        headers[faultHeader] = "StopContact=latency:1ms, StopContact=error:500 x2";
        return next(args);
      },
      { step: "build" },
    );
    const ids = { InstanceId: east, ContactId: seedIds.contact };
    const { $metadata } = await client.send(new StopContactCommand(ids));
    expect($metadata.attempts).toBe(3);
    // A refused call changed nothing: the third attempt could still stop the contact.
    expect(connect?.received.map(({ operation }) => operation)).toEqual(Array(3).fill("StopContact"));
    client.destroy();
  });
});
