/** The calls that `--live` makes: of callers of the configuration, through the gateway, the same ones with the same seed and clock. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { operations } from "../../shared/catalog/catalog.ts";
import { loadPath } from "../../tools/cli/open-configuration.ts";
import { liveOperations } from "../../tools/local/live-calls/live-plan.ts";
import { startLocal } from "../../tools/local/start-local.ts";

interface Decided {
  readonly stage: string;
  readonly outcome: string;
  readonly operation: string;
  readonly reason?: string;
  readonly status?: number;
  readonly principal: { readonly id: string };
}

/** Lets a clock run for some minutes in steps of a second. @returns the decisions that were recorded */
async function live(seed: number, minutes: number, callsPerMinute?: number): Promise<readonly Decided[]> {
  const ticks: (() => void | Promise<void>)[] = [];
  let now = Date.parse("2026-03-04T05:06:07Z");
  let newest = 0;
  const folder = await mkdtemp(join(tmpdir(), "live calls "));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const recordsFile = join(folder, "records.jsonl");
  const every = (run: () => void | Promise<void>) => {
    ticks.push(run);
    return () => undefined;
  };
  const source = {
    now: () => new Date(now),
    newId: () => `00000000-0000-4000-8000-${String(newest++).padStart(12, "0")}`,
  };
  const gateway = await startLocal({
    ...{ port: 0, api: "rest", configFolder: "examples/aws", environment: {}, recordsFile },
    connect: { kind: "embedded", live: { seed, every }, source },
    ...(callsPerMinute === undefined ? {} : { liveCallsPerMinute: callsPerMinute }),
    ...{ load: loadPath, program: "npx connect-authorizer", print: () => undefined },
  });
  onTestFinished(() => gateway.close());
  const read = async () =>
    (await readFile(recordsFile, "utf8"))
      .split("\n")
      .filter(Boolean)
      .map((line): Decided => JSON.parse(line))
      .filter((record) => "outcome" in record);
  for (let second = 0; second < minutes * 60; second++) {
    now += 1_000;
    // A call is over before the next second: this clock is faster than calls are.
    for (const tick of ticks) await tick();
  }
  return read();
}

const final = (records: readonly Decided[]) =>
  records
    .filter(({ outcome }) => outcome !== "notYetKnown")
    .map(({ principal, operation, outcome }) => `${principal.id} ${operation} ${outcome}`);

describe("the calls of --live", () => {
  it("are of several callers, some allowed and some denied, at a calm rate: the same with the same seed and clock", async () => {
    const records = await live(7, 1.5);
    const calls = final(records);
    expect(calls.length).toBeGreaterThan(15);
    expect(calls.length).toBeLessThan(55);
    expect(new Set(records.map(({ principal }) => principal.id)).size).toBeGreaterThan(4);
    expect(calls.filter((call) => call.endsWith(" allow")).length).toBeGreaterThan(5);
    expect(calls.filter((call) => call.endsWith(" deny")).length).toBeGreaterThan(3);
    expect(records.map(({ operation }) => operation).filter((name) => !liveOperations.has(name))).toEqual([]);
    expect(records.filter(({ outcome }) => outcome === "error")).toEqual([]);
    const [same, other] = [final(await live(7, 0.3)), final(await live(8, 0.3))];
    expect(same.length).toBeGreaterThan(2);
    expect(same).toEqual(calls.slice(0, same.length));
    expect(other).not.toEqual(calls.slice(0, other.length));
  });

  it("are none, if none are asked for", async () => {
    expect(await live(7, 0.3, 0)).toEqual([]);
  });

  it("are of operations that read, or that record a contact", () => {
    const names = operations().map(({ name }) => name);
    for (const name of liveOperations) {
      expect(names).toContain(name);
      expect(name).toMatch(/^(?:Describe|Get|List|Search)|^(?:Start|Stop|Suspend|Resume)ContactRecording$/);
    }
  });
});
