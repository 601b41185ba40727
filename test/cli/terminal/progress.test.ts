/** The line that says how far long work is: when it is shown, what it says, and that nothing of it is left. */
import { describe, expect, it } from "vitest";
import { counting } from "../../../tools/authoring/progress.ts";
import { ProgressLine, withProgress } from "../../../tools/cli/terminal/progress.ts";
import { KeptText } from "../command-run.ts";

const eraseLine = "\r\u001b[K";
const work = { doing: "checking", things: "policies" };
const list = (count: number) => Array.from({ length: count }, (_, index) => index);

/** What is on the terminal after each item of work that takes so long, and in the end. */
function watch(count: number, msEach: number, columns = 80) {
  const out = new KeptText();
  let nowMs = 50;
  const line = new ProgressLine(out, columns, () => nowMs);
  const seen: string[] = [];
  withProgress(line, () => {
    for (const _ of counting(list(count), work)) {
      seen.push(out.text.split(eraseLine).at(-1) ?? "");
      nowMs += msEach;
    }
  });
  return { seen, written: out.text, last: out.text.split(eraseLine).at(-1) };
}

describe("progress", () => {
  it("is silent for a second, then says how much is done and how long the rest takes", () => {
    const { seen, last } = watch(10_000, 1);
    expect(seen[999]).toBe("");
    expect(seen[1000]).toBe("checking 1,000 of 10,000 policies, 9 s left");
    expect(seen[9000]).toBe("checking 9,000 of 10,000 policies, 1 s left");
    expect(last).toBe("");
  });

  it("is written ten times a second at most", () => {
    expect(watch(10_000, 1).written.split(eraseLine).length).toBeLessThan(100);
  });

  it("says minutes for long work, and no rest before it can be measured", () => {
    expect(watch(50, 20_000).seen[2]).toBe("checking 2 of 50 policies, 16 min left");
    expect(watch(50, 20_000).seen[1]).toBe("checking 1 of 50 policies");
  });

  it("is not shown for what takes less than a second, and never breaks a line", () => {
    expect(watch(900, 1).written).toBe("");
    expect(watch(10_000, 1, 20).seen[1000]).toBe("checking 1,000 of 1");
  });

  it("is gone after work that fails or ends early, and does not count without a listener", () => {
    const out = new KeptText();
    let nowMs = 0;
    const fail = () => {
      for (const each of counting(list(9), work)) {
        nowMs += 1000;
        if (each === 4) throw new Error("it fails");
      }
    };
    expect(() => withProgress(new ProgressLine(out, 80, () => nowMs), fail)).toThrow("it fails");
    expect(out.text).toContain("checking 4 of 9 policies, 5 s left");
    expect(out.text.endsWith(eraseLine)).toBe(true);
    expect([...counting(list(3), work)]).toEqual([0, 1, 2]);
  });
});
