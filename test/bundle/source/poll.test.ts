/**
 * When a newer bundle is looked for.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RefreshClock } from "../../../shared/bundle/source/poll.ts";

const startMs = 1_700_000_000_000;

function clockWith(random: number, pauseMs = 0) {
  const clock = new RefreshClock(60_000, () => random);
  clock.checked(startMs, pauseMs);
  return (ageMs: number) => clock.need(startMs + ageMs);
}

describe("a refresh clock", () => {
  it("asks to look before the first check", () => {
    expect(new RefreshClock(60_000, () => 0).need(startMs)).toBe("now");
  });

  it("asks at every call when the interval is 0", () => {
    const clock = new RefreshClock(0, () => 0);
    clock.checked(startMs, 0);
    expect(clock.need(startMs)).toBe("now");
  });

  it.each([
    [0, 45_000],
    [0.5, 49_500],
    [0.999, 53_991],
  ])(
    "asks in the background at a point that chance %d sets, and in the foreground when it is due",
    (chance, soonMs) => {
      const need = clockWith(chance);
      expect([need(0), need(soonMs - 1), need(soonMs), need(59_999), need(60_000)]).toEqual([
        "none",
        "none",
        "soon",
        "soon",
        "now",
      ]);
    },
  );

  it("leaves a store alone for as long as it asks", () => {
    const need = clockWith(0, 90_000);
    expect([need(89_999), need(90_000)]).toEqual(["none", "now"]);
    expect(clockWith(0, 50_000)(49_999)).toBe("none");
    expect(clockWith(0, 50_000)(50_000)).toBe("soon");
  });

  it("asks when the clock was set back, however little", () => {
    const property = fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (chance) => {
      expect(clockWith(chance)(-1)).toBe("now");
    });
    fc.assert(property, { seed: 44 });
  });
});
