/** docs/reference/metrics.md and docs/reference/records.md are what `npm run generate` writes, and leave nothing out. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { CodedError, type ErrorCode } from "../../../shared/errors.ts";
import { answerErrorOf } from "../../../shared/request/answer/error-answer.ts";
import { logLines, reasonRows } from "../../../tools/cli/pages/reference/log-lines.ts";
import { formatMetricsPage } from "../../../tools/cli/pages/reference/metrics-page.ts";
import { formatRecordsPage } from "../../../tools/cli/pages/reference/records-page.ts";

const root = resolve(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(resolve(root, file), "utf8");

describe("npm run generate", () => {
  it("writes docs/reference/metrics.md", () => {
    expect(read("docs/reference/metrics.md")).toBe(formatMetricsPage(read("template.yaml")));
  });

  it("writes docs/reference/records.md", () => {
    expect(read("docs/reference/records.md")).toBe(formatRecordsPage());
  });
});

describe("docs/reference/records.md", () => {
  const sources = ["functions", "shared"].flatMap((folder) =>
    readdirSync(resolve(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => read(join(folder, name))),
  );
  const found = (pattern: RegExp) =>
    sources.flatMap((text) => [...text.matchAll(pattern)].map(([, name = ""]) => name));
  const union = /export type ErrorCode =(.*?);$/ms.exec(read("shared/errors.ts"))?.[1] ?? "";
  const codes = [...union.matchAll(/^ {2}\| "(\w+)"/gm)].map(([, code = ""]) => code as ErrorCode);

  it("says what to do about each type of line that the functions write, at its level, and of no other", () => {
    const logged = found(/writeLog\(\s*"[A-Z]+",\s*"(\w+)"/g);
    // `object` is the type of a JSON Schema.
    const recorded = found(/^ {2}readonly type: "(?!object")(\w+)"(?: \| "\w+")*;$/gm);
    recorded.push(...found(/^ {2}readonly type: "\w+" \| "(\w+)";$/gm));
    // None is written in a way that this does not see.
    expect(logged.length).toBe(found(/(?<!function )(writeLog)\(/g).length);
    expect(Object.keys(logLines).sort()).toEqual([...new Set([...logged, ...recorded])].sort());
    for (const [type, { level }] of Object.entries(logLines)) {
      const levels = found(new RegExp(`writeLog\\(\\s*"([A-Z]+)",\\s*"${type}"`, "g"));
      expect([type, level]).toEqual([type, [...new Set(levels)].sort().join(", ")]);
    }
  });

  it("says what to do about each reason of ours in a record, and of no other", () => {
    const upstream = [...read("shared/connect/answer/upstream-failure.ts").matchAll(/name: "(\w+)"/g)].map(
      ([, name = ""]) => name,
    );
    const others = found(/\breason: "(\w+)"/g);
    const reasons = new Set([...codes, ...upstream, "ThrottlingException", ...others]);
    expect(
      reasonRows()
        .map(([reason]) => reason)
        .sort(),
    ).toEqual([...reasons].sort());
  });

  it.each(codes)("names the status that the caller of %s sees", (code) => {
    const [, sees] = reasonRows().find(([reason]) => reason === code) ?? [];
    expect(sees).toContain(String(answerErrorOf(new CodedError(code, "why")).status));
  });
});
