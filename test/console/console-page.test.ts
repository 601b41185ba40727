/** docs/how-to/console.md: its commands are run or started, and what it names of the console is there. */
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { LocalSettings } from "../../tools/local/start-local.ts";
import { run } from "../cli/command-run.ts";

const startLocal = vi.hoisted(() => vi.fn());
vi.mock("../../tools/local/start-local.ts", () => ({ startLocal }));

const page = readFileSync("docs/how-to/console.md", "utf8");
const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, lines = ""]) =>
  lines.split("\n").filter(Boolean),
);
const sources = readdirSync("tools/console/page", { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => readFileSync(join("tools/console/page", name), "utf8"))
  .join("\n")
  .replace(/\s+/g, " ");

beforeEach(() => {
  vi.stubEnv("AUTHORIZER_CONFIG", "examples/aws");
  startLocal.mockReset().mockRejectedValue(new Error("not in this test"));
});

/** Runs a command of the page. @returns what `start` would start */
async function startOf(command: string): Promise<LocalSettings> {
  const [, ...words] = command.replace(/^npx /, "").split(" ");
  expect(await run(words)).toMatchObject({ status: 1, stderr: "not in this test\n" });
  const [settings] = startLocal.mock.lastCall as [LocalSettings];
  return settings;
}

describe("the page of the console", () => {
  it("starts the gateway, which is live where the page says so", async () => {
    const [start = "", report = "", live = "", ...others] = commands;
    expect(others).toEqual([]);
    expect(await startOf(start)).toMatchObject({ port: 3000, connect: { kind: "embedded" } });
    expect((await startOf(start)).connect).not.toHaveProperty("live");
    expect(await startOf(live)).toMatchObject({ connect: { live: { seed: expect.any(Number) } } });
    expect(report).toBe("npx connect-authorizer report --html access.html");
    const folder = await mkdtemp(join(tmpdir(), "page of the console "));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, "access.html");
    expect(await run(["report", "--html", file])).toMatchObject({ status: 0 });
    expect(await readFile(file, "utf8")).toContain("<table");
  });

  it("names views, fields and buttons as the console does", () => {
    const names = [...page.matchAll(/\*\*([^*]+)\*\*/g)].map(([, name = ""]) => name.replace(/\s+/g, " "));
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !sources.includes(name))).toEqual([]);
    const caller = /`(\{"sub":[^`]*)`/.exec(page.replace(/\s+/g, " "))?.[1] ?? "";
    expect(JSON.parse(caller)).toEqual({ sub: "alice", groups: ["admins"], tags: { team: "a" } });
  });
});
