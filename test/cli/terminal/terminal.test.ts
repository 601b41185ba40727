/** Who gets colour, and how wide a line may be. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { terminalOf } from "../../../tools/cli/terminal/terminal.ts";
import { KeptText } from "../command-run.ts";

type Mocked = Readonly<Record<string, string>>;

function describeStream(about: object, isColourless = false) {
  const stdout = Object.assign(new KeptText(), about);
  const io = { stdin: process.stdin, stdout, stderr: new KeptText(), isColourless };
  const { columns, paint } = terminalOf(io);
  return { columns, isPainted: paint("red", "x") !== "x" };
}

afterEach(() => vi.unstubAllEnvs());

const terminal = { isTTY: true, columns: 132 };

describe("colour", () => {
  it.each<[what: string, about: object, env: Mocked, isPainted: boolean]>([
    ["a terminal", terminal, {}, true],
    ["a pipe", {}, {}, false],
    ["a terminal, NO_COLOR", terminal, { NO_COLOR: "1" }, false],
    ["a terminal, an empty NO_COLOR", terminal, { NO_COLOR: "" }, true],
    ["a terminal that is dumb", terminal, { TERM: "dumb" }, false],
    ["a pipe, FORCE_COLOR", {}, { FORCE_COLOR: "1" }, true],
    ["a terminal, FORCE_COLOR=0", terminal, { FORCE_COLOR: "0" }, false],
    ["a terminal, an unknown pipeline", terminal, { CI: "true" }, false],
    ["a terminal, GitHub Actions", terminal, { CI: "true", GITHUB_ACTIONS: "true" }, true],
    ["a pipe, both", {}, { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
  ])("%s", (_, about, env, isPainted) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    expect(describeStream(about).isPainted).toBe(isPainted);
    expect(describeStream(about, true).isPainted).toBe(false);
  });
});

it.each<[about: object, columns: number | undefined]>([
  [terminal, 132],
  [{ isTTY: true, columns: 0 }, 80],
  [{ columns: 132 }, undefined],
])("%j has %s columns", (about, columns) => {
  expect(describeStream(about).columns).toBe(columns);
});
