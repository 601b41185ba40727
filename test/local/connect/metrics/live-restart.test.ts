/** A center that moves and a state file: what was answered before a kill is what is answered after it. */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { seedIds } from "../../../../tools/local/connect/seed.ts";
import { startLocalConnect } from "../../../../tools/local/connect/server.ts";
import { east, instances } from "../connect-fixture.ts";
import type { Input } from "../walk/inputs.ts";
import { wireClientOf } from "../walk/wire-client.ts";

const begin = new Date("2026-03-02T09:00:00Z").getTime();

async function open(stateFile: string, { clock, isLive }: { clock: () => number; isLive: boolean }) {
  let run = () => {};
  const every = (tick: () => void) => {
    run = tick;
    return () => undefined;
  };
  const connect = await startLocalConnect({
    instances: instances.slice(0, 1),
    stateFile,
    source: { now: () => new Date(clock()) },
    ...(isLive ? { live: { seed: 7, every } } : {}),
  });
  const client = wireClientOf(connect);
  onTestFinished(async () => {
    client.close();
    await connect.close();
  });
  const send = (operation: string, input: Input) => client.send(operation, { InstanceId: east, ...input });
  return { send, run: () => run() };
}

async function readAll(send: Awaited<ReturnType<typeof open>>["send"]): Promise<Input> {
  const { QueueSummaryList } = await send("ListQueues", {});
  const Queues = (QueueSummaryList as readonly { readonly Id: string }[]).map(({ Id }) => Id);
  const StartTime = new Date(begin - 24 * 3_600_000).toISOString();
  const EndTime = new Date(begin + 3_600_000).toISOString();
  const names = [
    "AGENTS_ONLINE",
    "AGENTS_AVAILABLE",
    "CONTACTS_IN_QUEUE",
    "OLDEST_CONTACT_AGE",
    "SLOTS_ACTIVE",
  ];
  return {
    metrics: await send("GetCurrentMetricData", {
      Filters: { Queues },
      Groupings: ["QUEUE"],
      CurrentMetrics: names.map((Name) => ({ Name })),
    }),
    users: await send("GetCurrentUserData", { Filters: { Queues } }),
    contacts: await send("SearchContacts", {
      TimeRange: { Type: "INITIATION_TIMESTAMP", StartTime, EndTime },
      MaxResults: 100,
    }),
    waiting: await send("DescribeContact", { ContactId: seedIds.contact }),
  };
}

it("a center that moves is after a kill as it was, and goes on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "a state "));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [file, left] = [join(folder, "state.jsonl"), join(folder, "left.jsonl")];
  let now = begin;
  const clock = () => now;
  const moved = await open(file, { clock, isLive: true });
  const pass = (run: () => void, minutes: number) => {
    for (let step = 0; step < minutes * 12; step++) {
      now += 5000;
      run();
    }
  };
  pass(moved.run, 20);
  const before = await readAll(moved.send);
  copyFileSync(file, left);
  expect(await readAll((await open(left, { clock, isLive: false })).send)).toEqual(before);
  // The call of the seed is answered or given up like any other.
  expect(before["waiting"]).toMatchObject({ Contact: { DisconnectTimestamp: expect.anything() } });

  copyFileSync(file, left.replace("left", "again"));
  const again = await open(left.replace("left", "again"), { clock, isLive: true });
  pass(again.run, 30);
  const { QueueSummaryList } = await again.send("ListQueues", {});
  const Queues = (QueueSummaryList as readonly { readonly Id: string }[]).map(({ Id }) => Id);
  const oldest = await again.send("GetCurrentMetricData", {
    CurrentMetrics: [{ Name: "OLDEST_CONTACT_AGE" }],
    Filters: { Queues },
  });
  const [result] = (oldest["MetricResults"] ?? []) as readonly {
    readonly Collections: readonly { readonly Value: number }[];
  }[];
  // Without groupings, this metric is in milliseconds.
  expect(result?.Collections[0]?.Value ?? 0).toBeLessThan(25 * 60_000);
});
