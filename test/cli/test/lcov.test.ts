/** `test --lcov`: the coverage as editors read it, by the reader of VS Code's extension Coverage Gutters. */
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import fc from "fast-check";
import lcovParse from "lcov-parse";
import { describe, expect, it } from "vitest";
import type { CoveredStatement } from "../../../tools/authoring/tests/coverage.ts";
import { formatLcov } from "../../../tools/cli/test/lcov.ts";
import { run } from "../command-run.ts";
import { makeFolder, runTest, runTests } from "./tested-folder.ts";

const policy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "connect:ListQueues",
      "Resource": "*",
      "Condition": {
        "DateGreaterThan": { "aws:CurrentTime": "2026-12-24T18:00:00Z" },
        "IpAddress": { "aws:SourceIp": "192.0.2.0/24" }
      }
    },
    { "Effect": "Allow", "Action": "connect:ListUsers", "Resource": "*" }, { "Effect": "Deny", "Action": "connect:ListUsers", "Resource": "*", "Condition": { "IpAddress": { "aws:SourceIp": "203.0.113.7" } } }
  ]
}
`;
const tests = `callers: { night: { groups: [night] } }
tests:
  - { as: night, call: ListQueues, at: 2027-01-01T00:00:00Z, from: 192.0.2.7, expect: allow }
  - { as: night, call: ListQueues, at: 2027-01-02T00:00:00Z, from: 192.0.2.7, expect: allow }
  - { as: night, call: ListQueues, at: 2026-01-02T00:00:00Z, from: 192.0.2.7, expect: deny }
  - { as: night, call: ListUsers, from: 192.0.2.7, expect: allow }
`;

interface Section {
  readonly file: string;
  readonly lines: { found: number; hit: number; details: { line: number; hit: number }[] };
  readonly branches: { found: number; hit: number; details: { line: number; taken: number }[] };
}

async function parse(text: string): Promise<readonly Section[]> {
  return new Promise((done, fail) =>
    lcovParse(text, (error, sections) =>
      sections ? done(sections as Section[]) : fail(new Error(error ?? "")),
    ),
  );
}

describe("--lcov", () => {
  it("counts for each line the tests that its statement decided, or that its conditions were up to", async () => {
    const folder = await makeFolder({ "policies/night.json": policy, "tests/a.yaml": tests });
    const file = join(folder.path, "out/lcov.info");
    const { status, stdout } = await runTest("--lcov", file);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "✓ 4 tests, access not compared\n" });
    const text = await readFile(file, "utf8");
    const [night] = text.split("end_of_record\n");
    expect(night?.split("\n")).toEqual([
      "TN:",
      `SF:${resolve(folder.path).replaceAll("\\", "/")}/policies/night.json`,
      ...["BRDA:9,0,0,2", "BRDA:9,0,1,1", "BRDA:10,0,0,3", "BRDA:10,0,1,0"],
      // The Deny beside the Allow decides no test.
      ...["BRDA:13,0,0,-", "BRDA:13,0,1,-"],
      ...["BRF:6", "BRH:3"],
      ...[
        "DA:4,2",
        "DA:5,2",
        "DA:6,2",
        "DA:7,2",
        "DA:8,2",
        "DA:9,3",
        "DA:10,3",
        "DA:11,2",
        "DA:12,2",
        "DA:13,0",
      ],
      ...["LF:10", "LH:9"],
      "",
    ]);
    const sections = await parse(text);
    expect(sections.map((each) => each.file.replace(/^.*\//, ""))).toEqual([
      "night.json",
      "reading.json",
      "users.json",
    ]);
  });

  it("names a file as the current folder does, with slashes", async () => {
    const { path } = await makeFolder({ "tests/a.yaml": tests });
    const before = process.cwd();
    process.chdir(join(path, ".."));
    try {
      const { stdout } = await run(["test", path, "--lcov", "-"]);
      expect(stdout.split("\n")[1]).toBe(`SF:${basename(path)}/policies/night.json`);
    } finally {
      process.chdir(before);
    }
  });

  it("goes alone to the standard output, and says so where it cannot", async () => {
    for (const [flags, second] of [
      [["--json"], "--format json"],
      [["--junit", "-"], "--junit -"],
    ] as const) {
      const { status, stderr } = await runTests("", ...flags, "--lcov", "-");
      expect({ status, isNamed: stderr.includes(`\`${second}\` both write to the standard output`) }).toEqual(
        {
          status: 2,
          isNamed: true,
        },
      );
    }
  });

  it("is what LCOV's own programs take for consistent, whatever is on a line", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(statementOf, { minLength: 1, maxLength: 6 }), async (statements) => {
        const [section] = await parse(formatLcov(statements, "mine"));
        if (!section) return expect.unreachable();
        const { lines, branches } = section;
        expect(section.file).toBe("mine/policies/p.json");
        expect(lines).toMatchObject({
          found: lines.details.length,
          hit: lines.details.filter(({ hit }) => hit > 0).length,
        });
        expect(branches).toMatchObject({
          found: branches.details.length,
          hit: branches.details.filter(({ taken }) => taken > 0).length,
        });
        expect(branches.found).toBe(2 * statements.flatMap(({ conditions }) => conditions).length);
        for (const { line, hit } of lines.details) {
          const taken = branches.details.filter((each) => each.line === line).map((each) => each.taken);
          // "line is not hit but a branch on it is", "line is hit but no branch on it is"
          if (taken.length > 0) expect(taken.some((count) => count > 0)).toBe(hit > 0);
          const around = statements.filter((each) => each.statement.start.line === line);
          for (const each of around) expect(hit).toBeLessThanOrEqual(each.decides.size);
        }
        const known = new Set(lines.details.map(({ line }) => line));
        expect(known.size).toBe(lines.found);
        // "line has branches but no count"
        expect(branches.details.every(({ line }) => known.has(line))).toBe(true);
      }),
    );
  });
});

const testsOf = fc.subarray(["a", "b", "c"]).map((names) => new Set(names));

/** A statement of three lines at most, on the first nine; one that decides meets its conditions. */
const statementOf = fc
  .record({
    start: fc.integer({ min: 1, max: 7 }),
    length: fc.nat({ max: 2 }),
    decides: testsOf,
    conditions: fc.array(fc.record({ offset: fc.nat({ max: 2 }), met: testsOf, unmet: testsOf }), {
      maxLength: 3,
    }),
  })
  .map(({ start, length, decides, conditions }) => ({
    document: { file: "policies/p.json" },
    statement: { start: { line: start }, end: { line: start + length } },
    decides,
    conditions: conditions.map(({ offset, met, unmet }) => ({
      condition: { position: { line: start + Math.min(offset, length) } },
      met: new Set([...met, ...decides]),
      unmet,
    })),
  })) as unknown as fc.Arbitrary<CoveredStatement>;
