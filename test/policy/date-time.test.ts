import { expect, it } from "vitest";
import { parseTime } from "../../shared/policy/condition/date-time.ts";

it.each([
  ["1893456000.000000001", "2030-01-01T00:00:00.000000001Z"],
  ["1893459661.999999999", "2030-01-01T01:01:01,999999999Z"],
  ["-0.000000001", "1969-12-31T23:59:59.999999999Z"],
  ["0", "1970-01-01T05:30:00+05:30"],
])("reads %s and %s as the same moment, to the nanosecond", (one, other) => {
  expect(parseTime(one)).toEqual(parseTime(other));
  expect(parseTime(one)).toBeDefined();
});

it("distinguishes moments that are a nanosecond apart", () => {
  const fractions = ["000000000", "000000001", "000000002", "1", "100000001", "999999999"];
  for (const text of ["2030-01-01T00:00:00.", "1893456000.", "253402300799.", "9999-12-31T23:59:59."]) {
    const zone = text.includes("T") ? "Z" : "";
    const moments = fractions.map((fraction) => parseTime(`${text}${fraction}${zone}`)?.earliest);
    expect(new Set(moments).size).toBe(fractions.length);
    expect(moments).toEqual(moments.toSorted((a, b) => Number((a ?? 0n) - (b ?? 0n))));
  }
});

it("keeps a time without a zone 26 hours wide", () => {
  const { earliest, latest } = parseTime("2030-01-01T00:00:00.5") ?? { earliest: 0n, latest: 0n };
  expect(latest - earliest).toBe(26n * 3_600n * 1_000_000_000n);
});
