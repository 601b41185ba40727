/** docs/how-to/failover.md: its configuration, and its rehearsal with two gateways, one of which has no Amazon Connect. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codesOf } from "../../page-blocks.ts";
import { type RunningGateway, startRunningGateway } from "../../scenario/running-gateway.ts";

const root = resolve(import.meta.dirname, "../../..");
const page = "docs/how-to/failover.md";
const [check = "", starts = "", tokens = "", ...steps] = codesOf(page, "sh");
const outputs = codesOf(page, "text");
const program = `node '${join(root, "dist/cli.mjs")}'`;

let work: string;
let gateways: readonly RunningGateway[] = [];

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "failover page "));
  const text = await readFile(join(root, page), "utf8");
  const files = [...new Set([...text.matchAll(/`(config\/[\w./-]+)`/g)].map(([, file = ""]) => file))];
  const contents = [...codesOf(page, "yaml"), ...codesOf(page, "json")];
  expect(contents).toHaveLength(files.length);
  for (const [index, file] of files.entries()) {
    await mkdir(dirname(join(work, file)), { recursive: true });
    await writeFile(join(work, file), contents[index] ?? "");
  }
  const folder = dirname(join(work, files[0] ?? ""));
  gateways = await Promise.all(
    starts
      .trim()
      .split("\n")
      .map((line) => {
        const flags = line
          .replaceAll("'", "")
          .replace(/.* start --port \d+ /, "")
          .split(" ");
        return startRunningGateway("--config", folder, ...flags);
      }),
  );
}, 60_000);

afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await rm(work, { recursive: true });
});

/** Runs blocks in one shell; gives what each printed. */
async function bash(...blocks: readonly string[]): Promise<readonly string[]> {
  const [east, west] = gateways.map(({ url }) => url);
  const script = blocks
    .join("\nprintf '\\n====\\n'\n")
    .replaceAll("npx connect-authorizer", program)
    .replace("http://127.0.0.1:3001", east ?? "")
    .replace("http://127.0.0.1:3002", west ?? "");
  const { stdout } = await promisify(execFile)("bash", ["-ec", script], { cwd: work });
  return stdout.split("\n====\n");
}

describe(page, () => {
  it("has a configuration that is in order in both Regions", async () => {
    await expect(bash(check)).resolves.toEqual([""]);
  });

  it("has a rehearsal in which one Region fails and the other goes on", async () => {
    const [status, moved, shown] = outputs;
    const [, calls, made, update, looked] = await bash(tokens, ...steps);
    expect(calls).toBe(status);
    expect(made).toBe("");
    expect(`${update}\n`).toBe(moved);
    expect(looked).toContain(shown?.trim());
    const [east, west] = gateways.map((gateway) => gateway.stderr());
    expect(east).not.toContain("UpdateTrafficDistribution");
    expect(west).toContain("proxy allow UpdateTrafficDistribution alice");
  }, 60_000);
});
