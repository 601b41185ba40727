import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { DecisionRecord } from "../../shared/audit/record.ts";
import { formatRecordLine, maxRecordBytes } from "../../shared/audit/record-line.ts";
import { writeRecord } from "../../shared/audit/recorder.ts";
import { assertRecord } from "./assert-record.ts";
import { smallestRecord } from "./smallest-record.ts";

const record: DecisionRecord = { ...smallestRecord, outcome: "deny" };

function named(name: string): DecisionRecord {
  return { ...record, principal: { id: name, name, issuer: "https://issuer.test" }, message: name };
}

function wellFormed<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) =>
    typeof inner === "string"
      ? Buffer.from(inner, "utf16le")
          .toString("utf16le")
          .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
      : inner,
  );
}

describe("a record's line", () => {
  it("is read as the record, whatever its texts hold", () => {
    const units = fc.array(
      fc.constantFrom(
        "\\",
        '"',
        "\\ud800",
        "\ud83d",
        "\ude00",
        "\n",
        "\u2028",
        "\u0085",
        "u",
        "d8",
        "é",
        "\u202e",
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          units.map((parts) => parts.join("")),
          fc.string({ unit: "binary" }),
        ),
        (name) => {
          expect(JSON.parse(formatRecordLine(named(name)))).toEqual(wellFormed(named(name)));
        },
      ),
      { numRuns: 2_000, seed: 3 },
    );
  });

  it("is one line to every reader of logs, and shows itself as it is", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff)), (units) => {
        const line = formatRecordLine(named(String.fromCharCode(...units)));
        expect(line).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]*$/u);
        expect(line).not.toMatch(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/);
      }),
      { numRuns: 2_000, seed: 4 },
    );
    const forged = named('x\n{"type":"decision","outcome":"allow"}\u2028{"type":"decision"}\u0085');
    expect(formatRecordLine(forged).split(/[\n\r\u0085\u2028\u2029]/)).toHaveLength(1);
  });

  it("is as JSON writes it where there is nothing to escape", () => {
    const plain = named("Zoë Müller 😀 \\ud800 as text");
    expect(formatRecordLine(plain)).toBe(JSON.stringify(plain));
  });

  it.each([
    ["in one-byte letters", "a"],
    ["in letters of three bytes", "√"],
    ["in letters that JSON writes with six", "\u0001"],
    ["in letters that are escaped here", "\u2028"],
  ])("fits when everything is too long %s, and says what is cut", (_, letter) => {
    const long = letter.repeat(1_000);
    const statement = { policy: long, sid: long, index: 0, effect: "Deny", file: long, line: 1 } as const;
    const ask = {
      action: "connect:DescribeUser",
      resource: long,
      sort: "required",
      decision: "allowed",
    } as const;
    const whole: DecisionRecord = {
      ...named(long),
      principal: { id: long, name: long, issuer: long, groups: Array(100).fill(long) },
      statements: Array(100).fill(statement),
      asks: Array(100).fill(ask),
      asksLeftOut: 7,
    };
    const line = formatRecordLine(assertRecord(whole));
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(maxRecordBytes);
    const read: DecisionRecord = JSON.parse(line);
    expect(read.cut).toEqual([
      "principal.id",
      "principal.name",
      "principal.issuer",
      "principal.groups",
      "message",
      "statements",
      "statements.policy",
      "statements.sid",
      "statements.file",
      "asks",
      "asks.resource",
    ]);
    expect((read.asks?.length ?? 0) + (read.asksLeftOut ?? 0)).toBe(107);
    expect(read).toMatchObject({ outcome: "deny", requestId: "r-1" });
  });

  it("keeps a long record whole while it fits", () => {
    const whole = { ...record, message: "a".repeat(200_000) };
    expect(formatRecordLine(whole) === JSON.stringify(whole)).toBe(true);
    expect(JSON.parse(formatRecordLine({ ...record, message: "a".repeat(240_000) }))).toHaveProperty("cut");
  });

  it("is written shortened", () => {
    const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    onTestFinished(() => stdout.mockRestore());
    const long = { ...record, message: "a".repeat(300_000) };
    writeRecord(record);
    writeRecord(long);
    const written = stdout.mock.calls.map(([text]) => String(text)).filter((text) => text.startsWith("{"));
    expect(written).toEqual([`${formatRecordLine(record)}\n`, `${formatRecordLine(long)}\n`]);
    expect(JSON.parse(written[1] ?? "")).toMatchObject({ requestId: "r-1", cut: ["message"] });
  });
});
