/**
 * What operators read when a newer bundle cannot be used.
 */

import { afterEach, expect, it, vi } from "vitest";
import { type BundleProblem, createBundleSource } from "../../../shared/bundle/source/source.ts";
import { limitRepeats } from "../../../shared/observe/log.ts";
import { readSettings } from "../../../shared/settings.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

it("a problem is one JSON line on stderr unless somebody else listens", async () => {
  const lines: string[] = [];
  vi.spyOn(process.stderr, "write").mockImplementation((text) => lines.push(String(text)) > 0);
  const source = createBundleSource(readSettings({}), { not: "a bundle" });
  await expect(source.current()).rejects.toMatchObject({ code: "bundleUnavailable" });
  await expect(source.current()).rejects.toMatchObject({ code: "bundleUnavailable" });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\{.*\}\n$/);
  const record = JSON.parse(lines[0] ?? "");
  expect(record).toMatchObject({
    type: "bundleProblem",
    location: "package:",
    message: expect.stringContaining("the policy bundle is refused"),
  });
  expect([record.level, record.kind]).toEqual(["WARN", "BundleRefused"]);
});

it("a problem that stays is told once a minute, another one at once", () => {
  const told: unknown[] = [];
  let nowMs = 1_700_000_000_000;
  const report = limitRepeats<BundleProblem>(
    ({ error }) => told.push(error),
    () => nowMs,
  );
  const say = (error: string, afterMs: number) => {
    nowMs += afterMs;
    report({ location: "package:", kind: "BundleRefused", error });
    return told.length;
  };
  expect([say("a", 0), say("a", 59_999), say("a", 1), say("b", 0), say("b", 1), say("a", 0)]).toEqual([
    1, 1, 2, 3, 3, 4,
  ]);
  // A clock that was set back hides nothing.
  expect(say("a", -3_600_000)).toBe(5);
});

it("a problem is counted as its line says, whoever listens", async () => {
  const counted: string[] = [];
  const options = { count: (kind: string) => counted.push(kind), onProblem: () => undefined };
  await expect(
    createBundleSource(readSettings({}), { not: "a bundle" }, options).current(),
  ).rejects.toThrow();
  const unreachable = { AUTHORIZER_BUNDLE: "file:/no/such/file.json" };
  await expect(createBundleSource(readSettings(unreachable), undefined, options).current()).rejects.toThrow();
  expect(counted).toEqual(["BundleRefused", "StoreFailure"]);
});
