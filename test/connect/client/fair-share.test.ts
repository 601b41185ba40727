/** The limiter's promises to callers, for random traffic in virtual time. */
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createLimiter, TooManyCalls } from "../../../shared/connect/client/limiter.ts";
import { CallEnded, Deadline } from "../../../shared/connect/deadline.ts";

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

interface Arrival {
  readonly caller: string;
  readonly atMs: number;
  readonly lastsMs: number;
  readonly timeoutMs: number;
}

interface Traffic {
  readonly maxConcurrent: number;
  readonly maxWaiting: number;
  readonly arrivals: readonly Arrival[];
}

type Moment =
  | { readonly kind: "asks" | "starts" | "ends"; readonly call: number; readonly caller: string }
  | { readonly kind: "refused" | "timedOut"; readonly call: number; readonly caller: string };

/** `noisy` makes half of the calls, and the longest ones. */
const traffic: fc.Arbitrary<Traffic> = fc
  .array(
    fc.record({
      isNoisy: fc.boolean(),
      quiet: fc.constantFrom("a", "b", "c", "d"),
      atMs: fc.nat(200),
      lastsMs: fc.integer({ min: 1, max: 40 }),
      timeoutMs: fc.constantFrom(15, 5_000),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .chain((calls) =>
    fc.record({
      maxConcurrent: fc.integer({ min: 1, max: 6 }),
      maxWaiting: fc.constantFrom(3, 1_000),
      arrivals: fc.constant(
        calls.map(({ isNoisy, quiet, atMs, lastsMs, timeoutMs }) => ({
          ...{ atMs, timeoutMs, caller: isNoisy ? "noisy" : quiet },
          lastsMs: isNoisy ? lastsMs * 10 : lastsMs,
        })),
      ),
    }),
  );

/** Runs the calls, and tells what happened in order. */
async function happenings({ maxConcurrent, maxWaiting, arrivals }: Traffic): Promise<readonly Moment[]> {
  const limit = createLimiter({ maxWaiting });
  const moments: Moment[] = [];
  const runs = arrivals.map(async ({ caller, atMs, lastsMs, timeoutMs }, call) => {
    const say = (kind: Moment["kind"]) => void moments.push({ kind, call, caller });
    await new Promise((resolve) => setTimeout(resolve, atMs));
    const deadline = new Deadline(timeoutMs);
    say("asks");
    const job = async () => {
      say("starts");
      await new Promise((resolve) => setTimeout(resolve, lastsMs));
      say("ends");
    };
    await limit({ key: "i", maxConcurrent, caller }, deadline, job).catch((error: unknown) => {
      if (!(error instanceof TooManyCalls || error instanceof CallEnded)) throw error;
      say(error instanceof TooManyCalls ? "refused" : "timedOut");
    });
    deadline.close();
  });
  await vi.runAllTimersAsync();
  await Promise.all(runs);
  expect(vi.getTimerCount()).toBe(0);
  return moments;
}

/** The calls that ask, wait or run after each moment. */
function* states(moments: readonly Moment[]) {
  const [waiting, running] = [new Map<number, string>(), new Map<number, string>()];
  for (const moment of moments) {
    const { kind, call, caller } = moment;
    if (kind === "asks") waiting.set(call, caller);
    else waiting.delete(call);
    if (kind === "starts") running.set(call, caller);
    if (kind === "ends") running.delete(call);
    yield { moment, waiting, running };
  }
}

const countOf = (calls: ReadonlyMap<number, string>, caller: string) =>
  [...calls.values()].filter((each) => each === caller).length;

const holds = (property: (given: Traffic, moments: readonly Moment[]) => void, runs = 60) =>
  fc.assert(
    fc.asyncProperty(traffic, async (given) => property(given, await happenings(given))),
    { numRuns: runs },
  );

it("never runs more calls than the limit, nor more than half of them, rounded up, of one caller", () =>
  holds(({ maxConcurrent }, moments) => {
    for (const { running, moment } of states(moments)) {
      expect(running.size).toBeLessThanOrEqual(maxConcurrent);
      expect(countOf(running, moment.caller)).toBeLessThanOrEqual(Math.ceil(maxConcurrent / 2));
    }
  }));

it("loses no call: each runs to its end, or is refused or timed out before it starts, once", () =>
  holds(({ arrivals }, moments) => {
    for (const call of arrivals.keys()) {
      const kinds = moments.filter((each) => each.call === call).map(({ kind }) => kind);
      expect([
        ["asks", "starts", "ends"],
        ["asks", "refused"],
        ["asks", "timedOut"],
      ]).toContainEqual(kinds);
    }
  }));

it("delays no caller without a running call by more than one call of each other caller", () =>
  holds((_, moments) => {
    /** By who waits without a running call: the callers who got a place since. */
    const passed = new Map<string, Set<string>>();
    for (const { moment, waiting, running } of states(moments)) {
      const { kind, caller } = moment;
      if (kind === "starts") {
        passed.delete(caller);
        for (const others of passed.values()) {
          expect(others).not.toContain(caller);
          others.add(caller);
        }
      }
      for (const each of new Set(waiting.values()))
        if (countOf(running, each) === 0 && !passed.has(each)) passed.set(each, new Set());
      for (const each of passed.keys()) if (countOf(waiting, each) === 0) passed.delete(each);
    }
  }));

it("gives a place to a caller with the fewest of those who wait and may have one", () =>
  holds(({ maxConcurrent }, moments) => {
    for (const { moment, waiting, running } of states(moments)) {
      if (moment.kind !== "starts") continue;
      const before = countOf(running, moment.caller) - 1;
      for (const other of new Set(waiting.values())) {
        const has = countOf(running, other);
        if (other !== moment.caller && has < Math.ceil(maxConcurrent / 2))
          expect(has).toBeGreaterThanOrEqual(before);
      }
    }
  }));

it("starts the calls of one caller in the order in which they came", () =>
  holds((_, moments) => {
    const asked = new Map<string, number[]>();
    for (const { kind, call, caller } of moments) {
      const line = asked.get(caller) ?? [];
      asked.set(caller, line);
      if (kind === "asks") line.push(call);
      else if (kind === "starts") expect(line.shift()).toBe(call);
      else if (kind !== "ends") line.splice(line.indexOf(call), 1);
    }
  }));

it("lets no call wait for a place that is free and that its caller may have", () =>
  holds(({ maxConcurrent }, moments) => {
    const all = [...states(moments)].length;
    let seen = 0;
    for (const { moment, waiting, running } of states(moments)) {
      seen++;
      // What is handed over starts within the same moment: looked at where the next one begins with a new call or an end.
      const next = moments[seen]?.kind;
      if (seen < all && next !== "asks" && next !== "ends") continue;
      if (moment.kind === "asks" || running.size >= maxConcurrent) continue;
      for (const caller of new Set(waiting.values()))
        expect(countOf(running, caller)).toBe(Math.ceil(maxConcurrent / 2));
    }
  }));

it("refuses at once a call that finds its half of the queue full, and after two seconds one that found no place", async () => {
  const long = { caller: "noisy", atMs: 0, lastsMs: 10_000, timeoutMs: 20_000 };
  const given = { maxConcurrent: 1, maxWaiting: 4, arrivals: Array.from({ length: 4 }, () => long) };
  const moments = await happenings({
    ...given,
    arrivals: [...given.arrivals, { caller: "a", atMs: 1, lastsMs: 1, timeoutMs: 20_000 }],
  });
  expect(moments.filter(({ kind }) => kind !== "asks")).toMatchObject([
    { kind: "starts", call: 0 },
    { kind: "refused", call: 3 },
    { kind: "refused", call: 1 },
    { kind: "refused", call: 2 },
    { kind: "refused", call: 4 },
    { kind: "ends", call: 0 },
  ]);
});

it("gives all places that a newer configuration adds to those who wait", async () => {
  const limit = createLimiter();
  const deadline = new Deadline(60_000);
  const started: string[] = [];
  const call = (name: string, maxConcurrent: number, lastsMs: number) =>
    limit({ key: "i", maxConcurrent, caller: name[0] }, deadline, async () => {
      started.push(name);
      await new Promise((resolve) => setTimeout(resolve, lastsMs));
    });
  const runs = [call("a1", 1, 1_000), call("a2", 1, 1_000), call("b1", 1, 1_000), call("c1", 4, 10)];
  await vi.advanceTimersByTimeAsync(20);
  expect(started).toEqual(["a1", "c1", "b1", "a2"]);
  await vi.runAllTimersAsync();
  await Promise.all(runs);
  deadline.close();
});
