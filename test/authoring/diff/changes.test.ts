/** Changes of one statement: what adds nothing is never told as a gain, and each gain has a call that the engine confirms. */
import { describe, expect, it } from "vitest";
import { openBundle } from "../../../shared/bundle/bundle.ts";
import type { AccessDifference } from "../../../tools/authoring/diff/merge-differences.ts";
import { compareAccess } from "../../../tools/authoring/diff/prove.ts";
import { decideExample, word } from "./decide-both.ts";
import { bundleOf, instance } from "./random-pairs.ts";

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
interface Written {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[] | undefined;
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Condition;
}
type Side = Written | readonly Written[];
/** A title, and the older and the newer statements; a statement allows to describe any user. */
type Row = readonly [title: string, older: Side, newer: Side];

const own = (key: string) => `$${`{${key}}`}`;
const when = (operator: string, key: string, ...values: readonly string[]): Written => ({
  Condition: { [operator]: { [key]: values } },
});
const team = (operator: string, ...values: readonly string[]) =>
  when(operator, "aws:ResourceTag/team", ...values);
const dept = (operator: string, ...values: readonly string[]) => when(operator, "jwt:dept", ...values);
const from = (...ranges: readonly string[]) => when("IpAddress", "aws:SourceIp", ...ranges);
const time = (operator: string, text: string) => when(operator, "aws:CurrentTime", text);
const level = (operator: string, ...values: readonly string[]) => when(operator, "jwt:level", ...values);
const deny = (written: Written): Written => ({ ...written, Effect: "Deny" });
const both = (...parts: readonly Written[]): Written => ({
  Condition: Object.assign({}, ...parts.map((each) => each.Condition)),
});

/** Nobody can do more: the same access in another spelling, or less. */
const addsNothing: readonly Row[] = [
  [
    "a statement is split by action",
    { Action: ["connect:DescribeUser", "connect:DeleteUser"] },
    [{}, { Action: "connect:DeleteUser" }],
  ],
  [
    "a statement is split by the values of a condition",
    team("StringEquals", "a", "b"),
    [team("StringEquals", "a"), team("StringEquals", "b")],
  ],
  [
    "a statement is split by resource",
    { Resource: ["I/agent/a", "I/agent/b"] },
    [{ Resource: "I/agent/a" }, { Resource: "I/agent/b" }],
  ],
  [
    "statements change places",
    [{ Resource: "I/agent/a" }, team("StringEquals", "a")],
    [team("StringEquals", "a"), { Resource: "I/agent/a" }],
  ],
  ["a redundant statement is added", {}, [{}, team("StringEquals", "a")]],
  ["a redundant resource is added", { Resource: "I/agent/*" }, { Resource: ["I/agent/*", "I/agent/a"] }],
  ["a prefix is narrowed", { Resource: "I/agent/*" }, { Resource: "I/agent/a*" }],
  ["a pattern in a condition is narrowed", team("StringLike", "a*"), team("StringLike", "ab*")],
  ["a pattern becomes one of its texts", team("StringLike", "a*"), team("StringEquals", "ab")],
  ["case begins to count", team("StringEqualsIgnoreCase", "a"), team("StringEquals", "A")],
  ["a pattern without wildcards becomes a text", team("StringLike", "a"), team("StringEquals", "a")],
  ["a range is narrowed", from("10.0.0.0/8"), from("10.1.0.0/16")],
  ["a range becomes its two halves", from("10.0.0.0/8"), from("10.0.0.0/9", "10.128.0.0/9")],
  ["two halves become their range", from("10.0.0.0/9", "10.128.0.0/9"), from("10.0.0.0/8")],
  ["an address is spelled otherwise", from("2001:db8::/32"), from("2001:0db8:0:0::/32")],
  ["a range of IPv6 is narrowed", from("2001:db8::/32"), from("2001:db8:1::/48")],
  ["a value goes from a list", team("StringEquals", "a", "b"), team("StringEquals", "a")],
  ["a negated list grows", team("StringNotEquals", "a"), team("StringNotEquals", "a", "b")],
  [
    "an end comes earlier",
    time("DateLessThan", "2027-01-01T00:00:00Z"),
    time("DateLessThan", "2026-06-01T00:00:00Z"),
  ],
  [
    "a time is spelled otherwise",
    time("DateLessThan", "2026-06-01T02:00:00+02:00"),
    time("DateLessThan", "2026-06-01"),
  ],
  ["a beginning comes later", time("DateGreaterThan", "2026-01-01"), time("DateGreaterThan", "2026-06-01")],
  ["a number is tightened", level("NumericLessThan", "10"), level("NumericLessThan", "5")],
  ["a number is spelled otherwise", level("NumericEquals", "2"), level("NumericEquals", "2.0")],
  ["at most becomes less than", level("NumericLessThanEquals", "5"), level("NumericLessThan", "5")],
  ["one of two numbers decides alone", level("NumericLessThan", "5", "10"), level("NumericLessThan", "10")],
  ["a condition is added", {}, when("Bool", "jwt:mfa", "true")],
  [
    "a second condition is added",
    team("StringEquals", "a"),
    both(team("StringEquals", "a"), from("10.0.0.0/8")),
  ],
  [
    "a condition that another implies is added",
    team("StringEquals", "a"),
    both(team("StringEquals", "a"), team("StringLike", "a*")),
  ],
  [
    "a condition that another implies goes",
    both(team("StringEquals", "a"), team("StringLike", "a*")),
    team("StringEquals", "a"),
  ],
  ["a Deny is added", {}, [{}, deny(team("StringEquals", "a"))]],
  ["a Deny is widened", [{}, deny(team("StringEquals", "a"))], [{}, deny(team("StringEquals", "a", "b"))]],
  ["IfExists goes", dept("StringEqualsIfExists", "a"), dept("StringEquals", "a")],
  ["a key's case changes", team("StringEquals", "a"), when("StringEquals", "AWS:ResourceTag/TEAM", "a")],
  [
    "Null says that a key is there, which another condition needs",
    dept("StringEquals", "a"),
    both(dept("StringEquals", "a"), when("Null", "jwt:dept", "false")),
  ],
  [
    "ForAnyValue with fewer values",
    when("ForAnyValue:StringEquals", "jwt:roles", "a", "b"),
    when("ForAnyValue:StringEquals", "jwt:roles", "a"),
  ],
  [
    "ForAllValues with fewer values",
    when("ForAllValues:StringEquals", "jwt:roles", "a", "b"),
    when("ForAllValues:StringEquals", "jwt:roles", "a"),
  ],
  ["a Bool in another case", when("Bool", "jwt:mfa", "true"), when("Bool", "jwt:mfa", "True")],
  [
    "ArnLike is narrowed",
    when("ArnLike", "jwt:arn", "arn:aws:iam::1:*"),
    when("ArnLike", "jwt:arn", "arn:aws:iam::1:role/*"),
  ],
  [
    "ArnLike becomes ArnEquals",
    when("ArnLike", "jwt:arn", "arn:aws:iam::1:role/*"),
    when("ArnEquals", "jwt:arn", "arn:aws:iam::1:role/*"),
  ],
  [
    "base64 is spelled otherwise",
    when("BinaryEquals", "jwt:key", "YQ=="),
    when("BinaryEquals", "jwt:key", "YR=="),
  ],
  [
    "a variable's pattern is narrowed",
    { Resource: `I/agent/${own("aws:PrincipalTag/team")}*` },
    { Resource: `I/agent/${own("aws:PrincipalTag/team")}-*` },
  ],
  ["all users become one's own", {}, { Resource: `I/agent/${own("aws:userid")}` }],
  [
    "a tag must be the caller's, and one of two teams",
    team("StringEquals", own("aws:PrincipalTag/team")),
    both(team("StringEquals", own("aws:PrincipalTag/team")), team("StringLike", "a*")),
  ],
  [
    "what a Deny takes is no longer allowed",
    [{}, deny(team("StringLike", "a*"))],
    [team("StringNotLike", "a*"), deny(team("StringLike", "a*"))],
  ],
  [
    "two conditions that exclude each other",
    { Action: "connect:DescribeQueue" },
    [{ Action: "connect:DescribeQueue" }, { ...both(team("StringEquals", "a"), team("StringLike", "b*")) }],
  ],
  [
    "a time that never is",
    { Action: "connect:DescribeQueue" },
    [
      { Action: "connect:DescribeQueue" },
      { ...both(time("DateLessThan", "2026-01-01"), time("DateGreaterThan", "2027-01-01")) },
    ],
  ],
  [
    "a call without TLS",
    { Action: "connect:DescribeQueue" },
    [{ Action: "connect:DescribeQueue" }, when("Bool", "aws:SecureTransport", "false")],
  ],
];

/** Somebody can do more. */
const addsSomething: readonly Row[] = [
  ["an action", {}, { Action: ["connect:DescribeUser", "connect:DeleteUser"] }],
  ["a resource", { Resource: "I/agent/a" }, { Resource: ["I/agent/a", "I/agent/b"] }],
  ["a wider prefix", { Resource: "I/agent/ab*" }, { Resource: "I/agent/a*" }],
  ["a statement", { Resource: "I/agent/a" }, [{ Resource: "I/agent/a" }, team("StringEquals", "a")]],
  ["a value", team("StringEquals", "a"), team("StringEquals", "a", "b")],
  ["another value", team("StringEquals", "a"), team("StringEquals", "b")],
  ["a wider pattern", team("StringLike", "ab*"), team("StringLike", "a*")],
  ["a text becomes a pattern", team("StringEquals", "a"), team("StringLike", "a*")],
  ["case does not count any more", team("StringEquals", "a"), team("StringEqualsIgnoreCase", "a")],
  ["a shorter negated list", team("StringNotEquals", "a", "b"), team("StringNotEquals", "a")],
  ["a wider range", from("10.1.0.0/16"), from("10.0.0.0/8")],
  ["a range more", from("10.0.0.0/8"), from("10.0.0.0/8", "192.0.2.0/24")],
  ["a range of IPv6", from("0.0.0.0/0"), from("0.0.0.0/0", "::/0")],
  [
    "fewer addresses that may not",
    when("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"),
    when("NotIpAddress", "aws:SourceIp", "10.1.0.0/16"),
  ],
  ["a later end", time("DateLessThan", "2026-06-01"), time("DateLessThan", "2027-01-01")],
  ["an earlier beginning", time("DateGreaterThan", "2026-06-01"), time("DateGreaterThan", "2026-01-01")],
  ["the last moment", time("DateLessThan", "2026-06-01"), time("DateLessThanEquals", "2026-06-01")],
  [
    "a later end in seconds",
    when("NumericLessThan", "aws:EpochTime", "1780272000"),
    when("NumericLessThan", "aws:EpochTime", "1780272001"),
  ],
  ["a greater number", level("NumericLessThan", "5"), level("NumericLessThan", "5.5")],
  ["an equal number", level("NumericLessThan", "5"), level("NumericLessThanEquals", "5")],
  ["a Bool goes", when("Bool", "jwt:mfa", "true"), {}],
  ["a Bool turns", when("Bool", "jwt:mfa", "true"), when("Bool", "jwt:mfa", "false")],
  ["a condition of two goes", both(team("StringEquals", "a"), from("10.0.0.0/8")), team("StringEquals", "a")],
  ["a Deny goes", [{}, deny(team("StringEquals", "a"))], {}],
  ["a Deny is narrowed", [{}, deny(team("StringLike", "a*"))], [{}, deny(team("StringEquals", "a"))]],
  [
    "a Deny gets a condition",
    [{}, deny({ Resource: "I/agent/a" })],
    [{}, deny({ Resource: "I/agent/a", ...from("10.0.0.0/8") })],
  ],
  ["IfExists", dept("StringEquals", "a"), dept("StringEqualsIfExists", "a")],
  ["Null is turned", when("Null", "jwt:mfa", "false"), when("Null", "jwt:mfa", "true")],
  [
    "ForAnyValue with more values",
    when("ForAnyValue:StringEquals", "jwt:roles", "a"),
    when("ForAnyValue:StringEquals", "jwt:roles", "a", "b"),
  ],
  [
    "ForAllValues with more values",
    when("ForAllValues:StringEquals", "jwt:roles", "a"),
    when("ForAllValues:StringEquals", "jwt:roles", "a", "b"),
  ],
  [
    "any instead of all values",
    when("ForAllValues:StringEquals", "jwt:roles", "a"),
    when("ForAnyValue:StringEquals", "jwt:roles", "a"),
  ],
  [
    "a wider ArnLike",
    when("ArnLike", "jwt:arn", "arn:aws:iam::1:role/*"),
    when("ArnLike", "jwt:arn", "arn:aws:iam::*:role/*"),
  ],
  [
    "another key in base64",
    when("BinaryEquals", "jwt:key", "YQ=="),
    when("BinaryEquals", "jwt:key", "YQ==", "Yg=="),
  ],
  ["everybody's in the place of one's own", { Resource: `I/agent/${own("aws:userid")}` }, {}],
  [
    "one's own",
    { Action: "connect:DescribeQueue" },
    [{ Action: "connect:DescribeQueue" }, { Resource: `I/agent/${own("aws:userid")}` }],
  ],
  [
    "one's own team's",
    { Action: "connect:DescribeQueue" },
    [{ Action: "connect:DescribeQueue" }, team("StringEquals", own("aws:PrincipalTag/team"))],
  ],
  [
    "any team in the place of one's own",
    team("StringEquals", own("aws:PrincipalTag/team")),
    team("StringLike", "*"),
  ],
  [
    "a group's own prefix",
    { Resource: `I/agent/${own("aws:PrincipalTag/team")}-*` },
    { Resource: `I/agent/${own("aws:PrincipalTag/team")}*` },
  ],
  [
    "less is excepted",
    { Resource: undefined, NotResource: ["I/agent/a", "I/agent/b"] },
    { Resource: undefined, NotResource: "I/agent/a" },
  ],
  [
    "a value of a tag that is set",
    { Action: "connect:TagResource", ...when("StringEquals", "aws:RequestTag/team", "a") },
    { Action: "connect:TagResource", ...when("StringEquals", "aws:RequestTag/team", "a", "b") },
  ],
  [
    "a level of the hierarchy",
    when("StringEquals", "connect:HierarchyGroupL2Id", "h-1"),
    when("StringEquals", "connect:HierarchyGroupL2Id", "h-1", "h-2"),
  ],
];

function compare([, older, newer]: Row) {
  const [before, after] = [older, newer].map((side) => {
    const statements = [side]
      .flat()
      .map((each) => ({ Effect: "Allow", Action: "connect:DescribeUser", Resource: "*", ...each }));
    const written = JSON.parse(JSON.stringify(statements));
    return bundleOf({
      policies: { p: written },
      bindings: [{ match: { groups: ["g"] }, policies: ["p"] }],
      guardrails: [],
    });
  });
  if (!before || !after) throw new Error("two sides");
  return { found: compareAccess(before, after), sides: [openBundle(before), openBundle(after)] };
}

const gaining = (found: readonly AccessDifference[]) => found.filter(({ change }) => change !== "loses");

describe("a change", () => {
  it("is one of enough", () => {
    expect([addsNothing.length, addsSomething.length].map((count) => count > 30)).toEqual([true, true]);
    expect(new Set([...addsNothing, ...addsSomething].map(([title]) => title)).size).toBe(
      addsNothing.length + addsSomething.length,
    );
    expect(instance).toMatch(/^arn:/);
  });

  it.each(addsNothing)("that adds nothing is not told as a gain: %s", (...row) => {
    expect(gaining(compare(row).found)).toEqual([]);
  });

  it.each(addsSomething)("that adds access is told with a call that is so: %s", (...row) => {
    const { found, sides } = compare(row);
    const gains = gaining(found);
    expect(gains).not.toEqual([]);
    expect(gains.filter(({ proved }) => !proved)).toEqual([]);
    for (const { calls } of gains) {
      const [call] = calls;
      expect(call && decideExample(call, sides).map(word)).toEqual(["deny", "allow"]);
    }
  });
});
