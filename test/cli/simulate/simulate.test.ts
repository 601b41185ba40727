/**
 * `simulate`: one line in, one line out, whatever the line.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { runCli } from "../../../tools/cli/main.ts";
import { readLines } from "../../../tools/cli/read-lines.ts";
import { KeptText, run } from "../command-run.ts";

const statement = { Effect: "Allow", Action: "connect:DescribeUser", Resource: "*" };
const policy = { Version: "2012-10-17", Statement: [statement] };

function caseLine(id: string, action: string): string {
  return JSON.stringify({ id, policy, action, resource: "*" });
}

async function answers(stdin: string | Uint8Array): Promise<Record<string, unknown>[]> {
  const { status, stdout } = await run(["simulate", "--cases", "-"], stdin);
  expect(status).toBe(0);
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

describe("simulate", () => {
  it("answers every case in order", async () => {
    const lines = [caseLine("1", "connect:DescribeUser"), caseLine("2", "connect:DeleteUser")];
    expect(await answers(`${lines.join("\n")}\n`)).toEqual([
      {
        id: "1",
        decision: "allowed",
        matchedStatements: [{ policy: "policy", index: 0, effect: "Allow" }],
        missingContextKeys: [],
      },
      { id: "2", decision: "implicitDeny", matchedStatements: [], missingContextKeys: [] },
    ]);
  });

  it("answers a bad line with an error and goes on", async () => {
    const bad = ["{", "", "null", "[]", '"text"', '{"id":"x"}', '{"id":7,"policy":{"Statement":1}}'];
    const found = await answers([...bad, caseLine("last", "connect:DescribeUser")].join("\n"));
    expect(found).toHaveLength(bad.length + 1);
    for (const answer of found.slice(0, -1)) {
      expect(answer).toMatchObject({ error: { code: expect.any(String), issues: expect.any(Array) } });
      expect(answer).not.toHaveProperty("decision");
    }
    expect(found.map(({ id }) => id)).toEqual([null, null, null, null, null, "x", 7, "last"]);
    expect(found[0]).toMatchObject({ error: { code: "invalidInput", issues: [{ code: "malformedJson" }] } });
    expect(found.at(-1)).toMatchObject({ decision: "allowed" });
  });

  it("answers a line in which a member stands twice with an error: IAM refuses such a policy", async () => {
    const line = caseLine("twin", "connect:DescribeUser");
    const twin = line.replace('"Effect":"Allow"', '"Effect":"Allow","Effect":"Deny"');
    expect(twin).not.toBe(line);
    expect(await answers(twin)).toMatchObject([{ id: null, error: { issues: [{ code: "duplicateKey" }] } }]);
    expect(await answers("[".repeat(1_000))).toMatchObject([
      { error: { issues: [{ code: "malformedJson" }] } },
    ]);
  });

  it("answers a line that is not UTF-8 with an error", async () => {
    const bytes = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff]), Buffer.from('"}\n')]);
    expect(await answers(bytes)).toMatchObject([{ id: null, error: { issues: [{ code: "notUtf8" }] } }]);
  });

  it("answers nested and long lines with an error", async () => {
    const found = await answers(
      `${"[".repeat(200_000)}\n${" ".repeat(17 * 1024 * 1024)}\n{"id":"${"x".repeat(100)}"}`,
    );
    expect(found).toMatchObject([
      { id: null, error: {} },
      { id: null, error: { issues: [{ code: "lineTooLong" }] } },
      { id: "x".repeat(100), error: {} },
    ]);
  });

  it("takes line ends of Windows, and nothing for an empty input", async () => {
    expect(await answers(`${caseLine("1", "connect:DescribeUser")}\r\n`)).toMatchObject([
      { decision: "allowed" },
    ]);
    expect(await answers("")).toEqual([]);
  });

  it.each([
    ["allow", 0, [caseLine("1", "connect:DescribeUser")]],
    ["deny", 1, [caseLine("1", "connect:DescribeUser")]],
    ["implicitDeny", 0, [caseLine("1", "connect:DeleteUser")]],
    ["explicitDeny", 1, [caseLine("1", "connect:DeleteUser")]],
    ["allow", 2, [caseLine("1", "connect:DeleteUser"), "{"]],
    ["deny", 2, ["{"]],
  ])("with --expect %s exits with %i, and answers every line", async (expected, status, lines) => {
    const done = await run(["simulate", "--cases", "-", "--expect", expected], lines.join("\n"));
    expect(done).toMatchObject({ status, stderr: "" });
    expect(done.stdout.trim().split("\n")).toHaveLength(lines.length);
  });

  it("exits with 2 for a line that is no case only with --strict", async () => {
    const lines = `{\n${caseLine("1", "connect:DescribeUser")}`;
    for (const [flags, status] of [
      [[], 0],
      [["--strict"], 2],
    ] as const) {
      const done = await run(["simulate", "--cases", "-", ...flags], lines);
      expect(done).toMatchObject({ status, stderr: "" });
      expect(done.stdout.trim().split("\n")).toHaveLength(2);
    }
    const good = await run(["simulate", "--cases", "-", "--strict"], caseLine("1", "connect:DeleteUser"));
    expect(good.status).toBe(0);
  });

  it("reads a file, and exits with 2 when there is none", async () => {
    const folder = await mkdtemp(join(tmpdir(), "simulate-"));
    const path = join(folder, "cases.jsonl");
    await writeFile(path, `${caseLine("1", "connect:DescribeUser")}\n`);
    const done = await run(["simulate", "--cases", path]);
    await rm(folder, { recursive: true });
    expect(done).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining('"allowed"') });
    expect(await run(["simulate", "--cases", path])).toMatchObject({ status: 2, stdout: "" });
  });

  it("reads no faster than its answers are taken", async () => {
    let produced = 0;
    const line = Buffer.from(`${caseLine("1", "connect:DescribeUser")}\n`);
    const stdin = Readable.from(
      (function* () {
        for (; produced < 50_000; produced += 1) yield line;
      })(),
      { highWaterMark: 1 },
    );
    const held: (() => void)[] = [];
    let taken = 0;
    const stdout = new Writable({
      highWaterMark: 1,
      write(_chunk, _encoding, done) {
        taken += 1;
        held.push(done);
        if (taken === 20) stdout.destroy(Object.assign(new Error("closed"), { code: "EPIPE" }));
        else setImmediate(done);
      },
    });
    const status = await runCli(["simulate", "--cases", "-"], { stdin, stdout, stderr: new KeptText() });
    expect(status).toBe(0);
    expect(taken).toBe(20);
    expect(produced).toBeLessThan(100);
  });
});

describe("readLines", () => {
  async function linesOf(chunks: readonly string[], maxLineBytes = 1000): Promise<string[]> {
    const source = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
    const lines: string[] = [];
    for await (const line of readLines(source, { maxLineBytes })) {
      lines.push(line.kind === "line" ? Buffer.from(line.bytes).toString() : "(too long)");
    }
    return lines;
  }

  it("does not care how the bytes are cut", async () => {
    const text = "one\n\nthree is ä longer line\nlast";
    const expected = text.split("\n");
    for (let size = 1; size <= text.length; size += 1) {
      const chunks = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
      expect(await linesOf(chunks)).toEqual(expected);
    }
    expect(await linesOf(["a\n"])).toEqual(["a"]);
    expect(await linesOf(["a\n\n"])).toEqual(["a", ""]);
  });

  it("drops what is over the limit, and finds the next line", async () => {
    expect(await linesOf(["12345", "6", "\n12345\n", "123456"], 5)).toEqual([
      "(too long)",
      "12345",
      "(too long)",
    ]);
  });
});
