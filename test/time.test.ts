import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isWithin, settlesWithin, untilAborted } from "../shared/time.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("waiting for work", () => {
  it.each([
    ["is done", () => Promise.resolve("done")],
    ["fails", () => Promise.reject(new Error("failed"))],
  ])("ends at once when the work %s, and leaves no timer", async (_, begin) => {
    expect(await settlesWithin(begin(), 1_000)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends when its time is over", async () => {
    const answer = settlesWithin(new Promise(() => {}), 1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await answer).toBe(false);
  });
});

describe("work with a signal", () => {
  it("settles as the work does", async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(1), signal)).toBe(1);
    await expect(untilAborted(Promise.reject(new Error("failed")), signal)).rejects.toThrow("failed");
  });

  it.each(["before", "while"])(
    "rejects with the signal's reason when it is aborted %s it is waited for",
    async (when) => {
      const controller = new AbortController();
      if (when === "before") controller.abort(new Error("over"));
      const answer = untilAborted(new Promise(() => {}), controller.signal);
      if (when === "while") controller.abort(new Error("over"));
      await expect(answer).rejects.toThrow("over");
    },
  );
});

describe("an age", () => {
  it.each([
    [0, true],
    [999, true],
    [1_000, false],
    [-1, false],
    [Number.NaN, false],
  ])("of %d ms is within 1,000 ms: %s", (age, expected) => {
    expect(isWithin(age, 1_000)).toBe(expected);
  });
});
