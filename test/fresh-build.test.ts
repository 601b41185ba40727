/** `npm start` builds anew when anything that went into the last build is another, and only then. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { isFresh, writeStamp } from "../tools/fresh.mjs";

const always = [
  "package-lock.json",
  "tsconfig.json",
  "tools/build.mjs",
  "tools/console/build.mjs",
  "tools/raw-text.mjs",
];

function build(since: number) {
  const root = mkdtempSync(join(tmpdir(), "a build "));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "tools/console"), { recursive: true });
  for (const name of [...always, "a.ts", "b.txt", "out.mjs"]) {
    writeFileSync(join(root, name), name);
    utimesSync(join(root, name), 1000, 1000);
  }
  const stamp = join(root, "stamp.json");
  writeStamp(root, stamp, { since, inputs: ["a.ts", "raw-text:b.txt"], outputs: ["out.mjs"] });
  return { root, stamp };
}

const changes: readonly (readonly [string, (file: string) => void])[] = [
  ["written", (file) => writeFileSync(file, "other text")],
  ["touched", (file) => utimesSync(file, 1000, 1001)],
  ["removed", (file) => rmSync(file)],
];

it.each(changes)("a build is old once a file of it was %s", (_, change) => {
  for (const name of [...always, "a.ts", "b.txt", "out.mjs", "stamp.json"]) {
    const { root, stamp } = build(1_000_001);
    expect(isFresh(root, stamp)).toBe(true);
    if (name === "stamp.json") rmSync(stamp);
    else change(join(root, name));
    expect([name, isFresh(root, stamp)]).toEqual([name, false]);
  }
});

it("a build is old if a file was written while it ran", () => {
  const { root, stamp } = build(1_000_000);
  expect(isFresh(root, stamp)).toBe(false);
});
