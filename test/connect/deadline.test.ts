import { getEventListeners } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { CallEnded, Deadline, deadlineOf } from "../../shared/connect/deadline.ts";

const never = new Promise<never>(() => undefined);

describe("a deadline", () => {
  it("rejects what waits for it when the call times out", async () => {
    const deadline = new Deadline(5);
    await expect(deadline.race(never)).rejects.toMatchObject({ kind: "deadline" });
    expect(deadline.remainingMs()).toBe(0);
  });

  it("that is over from the start ends at once", async () => {
    for (const timeoutMs of [0, -1]) {
      const deadline = new Deadline(timeoutMs);
      expect(deadline.signal.reason).toEqual(new CallEnded("deadline"));
      await expect(deadline.race(never)).rejects.toMatchObject({ kind: "deadline" });
    }
  });

  it("ends when its parent ends, for the same reason, or because the client disconnected", () => {
    const gone = new AbortController();
    const inner = new Deadline(60_000, gone.signal);
    gone.abort();
    expect(inner.signal.reason).toMatchObject({ kind: "cancelled" });
    const outer = new Deadline(0);
    expect(new Deadline(60_000, outer.signal).signal.reason).toMatchObject({ kind: "deadline" });
  });

  it("stops listening to its parent when it is closed, and aborts what is under way", () => {
    const gone = new AbortController();
    const deadline = new Deadline(60_000, gone.signal);
    deadline.close();
    expect(deadline.signal.aborted).toBe(true);
    gone.abort();
    expect(deadline.signal.reason).toMatchObject({ kind: "cancelled" });
  });

  it("gives a result that comes in time, and ignores a late failure", async () => {
    const deadline = new Deadline(60_000);
    expect(await deadline.race(Promise.resolve("in time"))).toBe("in time");
    let fail: (error: Error) => void = () => undefined;
    const late = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const raced = deadline.race(late);
    deadline.close();
    await expect(raced).rejects.toMatchObject({ kind: "cancelled" });
    fail(new Error("late"));
    await new Promise((resolve) => setImmediate(resolve));
  });

  it("may have many waiters at a time without a warning of a leak, and keeps none of their listeners", async () => {
    const warn = vi.spyOn(process, "emitWarning");
    const client = new AbortController();
    const deadline = new Deadline(60_000, client.signal);
    const all = Array.from({ length: 50 }, (_, index) => deadline.race(Promise.resolve(index)));
    expect(getEventListeners(deadline.signal, "abort")).toHaveLength(50);
    expect(await Promise.all(all)).toHaveLength(50);
    await new Promise((resolve) => setImmediate(resolve));
    expect(getEventListeners(deadline.signal, "abort")).toEqual([]);
    deadline.settle();
    expect(getEventListeners(client.signal, "abort")).toEqual([]);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it("is found by its signal alone", () => {
    const deadline = new Deadline(60_000);
    expect(deadlineOf(deadline.signal)).toBe(deadline);
    expect(deadlineOf(new AbortController().signal)).toBeUndefined();
    expect(deadlineOf("signal")).toBeUndefined();
    deadline.close();
  });
});
