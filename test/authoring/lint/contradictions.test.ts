/** `neverTrue` is certain: whatever conditions it names, the engine finds no value that meets them all. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { compileCondition, evaluateCondition } from "../../../shared/policy/condition/condition.ts";
import { createContext } from "../../../shared/policy/model/context.ts";
import { FALSE } from "../../../shared/policy/model/unknown.ts";
import { parsePolicy } from "../../../tools/authoring/policy/parse.ts";
import { lintText } from "./lint-cases.ts";

const families = [
  {
    key: "aws:PrincipalTag/team",
    operators: [
      "StringEquals",
      "StringNotEquals",
      "StringEqualsIgnoreCase",
      "StringNotEqualsIgnoreCase",
      "StringLike",
      "StringNotLike",
      "StringEqualsIfExists",
      "StringLikeIfExists",
      "Null",
    ],
    values: ["a", "A", "b", "ab", "a*", "?", "*b", "true", "false"],
    pool: ["a", "A", "b", "B", "ab", "aB", "ba", "bb", "c", "abc", "", "true", "false"],
  },
  {
    key: "jwt:level",
    operators: [
      "NumericEquals",
      "NumericNotEquals",
      "NumericLessThan",
      "NumericLessThanEquals",
      "NumericGreaterThan",
      "NumericGreaterThanEqualsIfExists",
    ],
    values: ["1", "2", "2.5", "-3"],
    pool: ["-4", "-3", "-2.9", "0.5", "1", "1.00001", "1.5", "2", "2.2", "2.5", "2.6", "9"],
  },
  {
    key: "aws:CurrentTime",
    operators: [
      "DateEquals",
      "DateNotEquals",
      "DateLessThan",
      "DateLessThanEquals",
      "DateGreaterThan",
      "DateGreaterThanEquals",
    ],
    values: ["2026-01-01T00:00:00Z", "2026-06-01", "2026-06-01T00:00:00", "1798761600"],
    pool: [
      "2025-12-31T23:59:59Z",
      "2026-01-01T00:00:00Z",
      "2026-03-01T00:00:00Z",
      "2026-05-31T15:00:00Z",
      "2026-06-01T00:00:00Z",
      "2026-06-02T00:00:00Z",
      "1798761600",
      "2030-01-01T00:00:00Z",
    ],
  },
  {
    key: "aws:SourceIp",
    operators: ["IpAddress", "NotIpAddress", "NotIpAddressIfExists"],
    values: ["203.0.113.0/24", "203.0.113.128/25", "203.0.113.7", "0.0.0.0/0", "::/0", "2001:db8::/32"],
    pool: ["203.0.113.7", "203.0.113.1", "203.0.113.200", "198.51.100.1", "2001:db8::1", "2001:db9::1", "::"],
  },
] as const;

const effects = ["Allow", "Deny"] as const;

it("finds only conditions that no value meets together, and finds some in each family", () => {
  for (const { key, operators, values, pool } of families) {
    let found = 0;
    const condition = fc.record({
      operator: fc.constantFrom(...operators),
      values: fc.subarray([...values], { minLength: 1 }),
    });
    const conditions = fc.uniqueArray(condition, {
      minLength: 2,
      maxLength: 3,
      selector: ({ operator }) => operator,
    });
    fc.assert(
      fc.property(conditions, fc.constantFrom(...effects), (drawn, effect) => {
        const given = drawn.map((each) => (each.operator === "Null" ? { ...each, values: ["true"] } : each));
        const Condition = Object.fromEntries(given.map((each) => [each.operator, { [key]: each.values }]));
        const Statement = [{ Effect: effect, Action: "connect:DescribeUser", Resource: "*", Condition }];
        const text = JSON.stringify({ Version: "2012-10-17", Statement });
        const parsed = parsePolicy(text, { name: "p", file: "p.json" });
        if (!parsed.ok || !lintText(text).some(({ code }) => code === "neverTrue")) return;
        found++;
        const compiled = parsed.document.statements[0]?.conditions.map((each) =>
          compileCondition(each, { effect, variables: true }, () => undefined),
        );
        const meets = (value: string | undefined) =>
          compiled?.every((each) => {
            const context = createContext(value === undefined ? {} : { [key]: value });
            return each !== undefined && evaluateCondition(each, context) !== FALSE;
          });
        expect([text, [undefined, ...pool].filter(meets)]).toEqual([text, []]);
      }),
      { numRuns: 120 },
    );
    expect([key, found > 1]).toEqual([key, true]);
  }
});
