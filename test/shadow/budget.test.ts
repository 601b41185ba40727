/**
 * Comparing may cost a call microseconds, and a container never more than a small part of its time.
 */

import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ShadowRecord } from "../../shared/audit/record.ts";
import { formatBundle, openBundle } from "../../shared/bundle/bundle.ts";
import { readSettings } from "../../shared/settings.ts";
import type { ShadowProblem } from "../../shared/shadow/candidate.ts";
import { type SettledCall, Shadow } from "../../shared/shadow/shadow.ts";
import { bundleAllowing } from "../bundle/bundle-fixture.ts";
import { principalOf } from "../identity/principals.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "shadow-budget-"));
  writeFileSync(join(folder, "candidate.json"), formatBundle(bundleAllowing("connect:*")));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A comparison whose deciding takes as long as its turn says, by a clock of its own. */
function comparisons(onDifference: (record: ShadowRecord) => void) {
  const clock = { ms: 0 };
  const problems: ShadowProblem[] = [];
  let decided = 0;
  const shadow = new Shadow(
    readSettings({ AUTHORIZER_SHADOW_BUNDLE: `file:${folder}/candidate.json` }),
    undefined,
    {
      onDifference,
      onProblem: (problem) => problems.push(problem),
      clock: () => clock.ms,
    },
  );
  const compare = async (takesMs: number, error: Error = new Error("a bug")) => {
    const call: SettledCall = {
      stage: "proxy",
      requestId: "r",
      bundle: openBundle(bundleAllowing("connect:DescribeUser")),
      principal: principalOf(),
      own: { error: new Error("not decided") },
      decide() {
        decided++;
        clock.ms += takesMs;
        throw error;
      },
    };
    shadow.begin();
    await shadow.compare(call);
  };
  return { clock, problems, compare, decided: () => decided };
}

describe("a comparison", () => {
  it("that takes long is followed by a rest, and the calls within are counted", async () => {
    const records: ShadowRecord[] = [];
    const { clock, compare, decided } = comparisons((record) => records.push(record));
    for (let number = 0; number < 9; number++) await compare(10);
    await compare(20);
    expect(decided()).toBe(10);
    // 110 ms were spent of a budget of 100, which has grown by a twentieth of that time.
    for (let number = 0; number < 4; number++) await compare(10);
    expect(decided()).toBe(10);
    clock.ms += 89;
    await compare(1);
    expect(decided()).toBe(10);
    clock.ms += 2;
    await compare(1);
    expect(records.map(({ notCompared }) => notCompared).slice(9)).toEqual([undefined, 5]);
  });

  it("leaves none out while it takes as little as it does", async () => {
    const { clock, compare, decided } = comparisons(() => undefined);
    for (let number = 0; number < 2_000; number++) {
      await compare(0.1);
      clock.ms += 2;
    }
    expect(decided()).toBe(2_000);
  });

  it("saves up no more than a burst", async () => {
    const { clock, compare, decided } = comparisons(() => undefined);
    clock.ms += 3_600_000;
    for (let number = 0; number < 5; number++) await compare(100);
    expect(decided()).toBe(2);
  });

  it("that throws is recorded without its message, and a sink that throws is a problem that is told", async () => {
    const records: ShadowRecord[] = [];
    const first = comparisons((record) => records.push(record));
    await first.compare(0, new TypeError("s3cr3t"));
    expect(records).toMatchObject([
      { difference: "failed", candidate: { outcome: "error", reason: "internal" } },
    ]);
    expect(JSON.stringify(records)).not.toContain("s3cr3t");
    const second = comparisons(() => {
      throw new Error("full");
    });
    await second.compare(0);
    expect(second.problems).toMatchObject([{ error: { message: "full" } }]);
  });
});
