import { describe, expect, it } from "vitest";
import { createLimiter, TooManyCalls } from "../../../shared/connect/client/limiter.ts";
import { Deadline } from "../../../shared/connect/deadline.ts";

/** A job that ends when it is told to. */
function job(): { run: () => Promise<string>; end: () => void; started: () => boolean } {
  let end: () => void = () => undefined;
  let started = false;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = async () => {
    started = true;
    await ended;
    return "done";
  };
  return { run, end: () => end(), started: () => started };
}

const place = { key: "i-1", maxConcurrent: 2 };
const ticks = () => new Promise((resolve) => setImmediate(resolve));

describe("the limiter", () => {
  it("runs so many calls of an instance at a time, and the others in the order they came", async () => {
    const limit = createLimiter({ maxWaitMs: 60_000 });
    const deadline = new Deadline(60_000);
    const jobs = [job(), job(), job(), job()];
    const runs = jobs.map(({ run }) => limit(place, deadline, run));
    await ticks();
    expect(jobs.map(({ started }) => started())).toEqual([true, true, false, false]);
    jobs[1]?.end();
    await ticks();
    expect(jobs.map(({ started }) => started())).toEqual([true, true, true, false]);
    for (const { end } of jobs) end();
    expect(await Promise.all(runs)).toEqual(["done", "done", "done", "done"]);
    deadline.close();
  });

  it("leaves other instances alone", async () => {
    const limit = createLimiter();
    const deadline = new Deadline(60_000);
    const jobs = [job(), job(), job()];
    const runs = jobs.map(({ run }, index) => limit({ key: `i-${index}`, maxConcurrent: 1 }, deadline, run));
    await ticks();
    expect(jobs.every(({ started }) => started())).toBe(true);
    for (const { end } of jobs) end();
    await Promise.all(runs);
    deadline.close();
  });

  it("refuses at once what finds the queue full, and what has waited long enough", async () => {
    const limit = createLimiter({ maxWaitMs: 20, maxWaiting: 1 });
    const deadline = new Deadline(60_000);
    const first = job();
    const running = limit({ ...place, maxConcurrent: 1 }, deadline, first.run);
    const waiting = limit({ ...place, maxConcurrent: 1 }, deadline, job().run);
    await expect(limit({ ...place, maxConcurrent: 1 }, deadline, job().run)).rejects.toThrow(TooManyCalls);
    await expect(waiting).rejects.toThrow(TooManyCalls);
    first.end();
    await running;
    // The place is free again.
    const next = job();
    next.end();
    expect(await limit({ ...place, maxConcurrent: 1 }, deadline, next.run)).toBe("done");
    deadline.close();
  });

  it("removes a call that has ended from the queue, and never runs it", async () => {
    const limit = createLimiter({ maxWaitMs: 60_000 });
    const [stays, leaves] = [new Deadline(60_000), new Deadline(60_000)];
    const [first, second, third] = [job(), job(), job()];
    const one = { ...place, maxConcurrent: 1 };
    const running = limit(one, stays, first.run);
    const gone = limit(one, leaves, second.run);
    const waiting = limit(one, stays, third.run);
    leaves.close();
    await expect(gone).rejects.toMatchObject({ kind: "cancelled" });
    first.end();
    third.end();
    expect(await Promise.all([running, waiting])).toEqual(["done", "done"]);
    expect(second.started()).toBe(false);
    stays.close();
  });

  it("gives a place back when a job fails", async () => {
    const limit = createLimiter();
    const deadline = new Deadline(60_000);
    const one = { ...place, maxConcurrent: 1 };
    const fails = async () => {
      throw new Error("failed");
    };
    for (const _ of [1, 2]) await expect(limit(one, deadline, fails)).rejects.toThrow("failed");
    deadline.close();
  });

  it("leaves half of the places of an instance to others, however many calls one caller makes", async () => {
    const limit = createLimiter({ maxWaitMs: 60_000 });
    const deadline = new Deadline(60_000);
    for (const maxConcurrent of [2, 3, 4, 100]) {
      const at = { key: `i-${maxConcurrent}`, maxConcurrent };
      const flood = Array.from({ length: 400 }, job);
      const runs = flood.map(({ run }) => limit({ ...at, caller: "a" }, deadline, run));
      await ticks();
      expect(flood.filter(({ started }) => started())).toHaveLength(Math.ceil(maxConcurrent / 2));
      const other = job();
      runs.push(limit({ ...at, caller: "b" }, deadline, other.run));
      await ticks();
      expect(other.started()).toBe(true);
      for (const { end } of [...flood, other]) end();
      expect(new Set(await Promise.all(runs))).toEqual(new Set(["done"]));
      expect(flood.every(({ started }) => started())).toBe(true);
    }
    deadline.close();
  });

  it("gives a free place to the caller with the fewest, in turns, and each caller's own in the order they came", async () => {
    const limit = createLimiter({ maxWaitMs: 60_000 });
    const deadline = new Deadline(60_000);
    const order: string[] = [];
    const runs: Promise<void>[] = [];
    const call = (caller: string, name: string) => {
      const run = async () => {
        order.push(name);
        await ticks();
      };
      runs.push(limit({ key: "i", maxConcurrent: 1, caller }, deadline, run));
    };
    for (const name of ["a1", "a2", "a3", "a4"]) call("a", name);
    for (const name of ["b1", "b2"]) call("b", name);
    call("c", "c1");
    await Promise.all(runs);
    expect(order).toEqual(["a1", "b1", "c1", "a2", "b2", "a3", "a4"]);
    deadline.close();
  });

  it("leaves half of the queue to others", async () => {
    const limit = createLimiter({ maxWaitMs: 60_000, maxWaiting: 4 });
    const deadline = new Deadline(60_000);
    const at = { key: "i", maxConcurrent: 1 };
    const jobs = Array.from({ length: 4 }, job);
    // One runs and two wait: half of the four that may.
    const runs = jobs.map(({ run }, index) => limit({ ...at, caller: index < 3 ? "a" : "b" }, deadline, run));
    await expect(limit({ ...at, caller: "a" }, deadline, job().run)).rejects.toThrow(TooManyCalls);
    for (const { end } of jobs) end();
    expect(await Promise.all(runs)).toHaveLength(4);
    deadline.close();
  });
});
