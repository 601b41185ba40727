/** Which commands say how far they are, and where: on a terminal alone, never where a program reads. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runCli } from "../../../tools/cli/program.ts";
import { KeptText } from "../command-run.ts";

let folder = "";
const arn = "arn:aws:connect:us-east-1:123456789012:instance/aaaa";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "progress "));
  await mkdir(join(folder, "policies"));
  await mkdir(join(folder, "tests"));
  const groups = Array.from({ length: 12 }, (_, index) => `g${index}`);
  for (const [index, group] of groups.entries()) {
    const Statement = {
      Effect: "Allow",
      Action: "connect:DescribeUser",
      Resource: `${arn}/agent/u-${index}`,
    };
    const text = JSON.stringify({ Version: "2012-10-17", Statement });
    await writeFile(join(folder, "policies", `${group}.json`), text);
  }
  const bindings = groups.map((group) => ({ match: { groups: [group] }, policies: [group] }));
  const issuers = [{ issuer: "https://issuer.example", audience: "a", claims: { groups: "groups" } }];
  const configuration = { instances: [{ name: "main", arn }], issuers, bindings };
  await writeFile(join(folder, "authorizer.yaml"), JSON.stringify(configuration));
  const call = { call: "DescribeUser", input: { UserId: "u-1" }, expect: "allow" };
  const suite = {
    callers: { one: { groups: ["g1"] } },
    tests: Array.from({ length: 9 }, (_, id) => ({ name: `t${id}`, as: "one", ...call })),
  };
  await writeFile(join(folder, "tests", "t.yaml"), JSON.stringify(suite));
});
afterAll(() => rm(folder, { recursive: true }));

interface Streams {
  readonly stdout: object;
  readonly stderr: object;
}

const terminal = { isTTY: true, columns: 80 };
const bothTerminals: Streams = { stdout: terminal, stderr: terminal };

/** Runs a command with a clock that is a second further each time it is read. */
async function progressOf(line: string, { stdout, stderr }: Streams): Promise<string> {
  let nowMs = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => {
    nowMs += 1000;
    return nowMs;
  });
  const written = Object.assign(new KeptText(), stderr);
  try {
    const io = { stdin: process.stdin, stdout: Object.assign(new KeptText(), stdout), stderr: written };
    await runCli(
      line.split(" ").map((word) => word.replace("DIR", folder)),
      io,
    );
  } finally {
    clock.mockRestore();
  }
  return written.text.split("\r\u001b[K").join("\n");
}

describe("progress", () => {
  it.each([
    ["validate DIR", /checking \d+ of 12 policies, \d+ s left/],
    ["bundle DIR --out DIR/bundle.json", /checking \d+ of 12 policies/],
    ["diff DIR/bundle.json DIR", /checking \d+ of 12 policies/],
    ["who-can DescribeUser * DIR", /asking \d+ of 12 bindings/],
    ["what-can --group g1 --config DIR", /asking \d+ of \d+ operations/],
    ["role-policy DIR", /checking \d+ of \d+ operations/],
    ["test DIR", /running \d of 9 tests/],
  ])("is shown by %s", async (line, text) => {
    expect(await progressOf(line, bothTerminals)).toMatch(text);
  });

  it.each<[line: string, streams: Streams]>([
    ["validate DIR --json", bothTerminals],
    ["validate DIR --format github", bothTerminals],
    ["validate DIR", { stdout: {}, stderr: terminal }],
    ["validate DIR", { stdout: terminal, stderr: {} }],
  ])("is not shown by %s to %j", async (line, streams) => {
    expect(await progressOf(line, streams)).not.toContain("policies");
  });
});
