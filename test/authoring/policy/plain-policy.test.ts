/**
 * What is read straight from its text is what is read by nodes: the same documents, texts and places. A comment to lint at the
 * end of a text, of which nothing is said, keeps it from being read so.
 */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_POLICY_LIMITS } from "../../../shared/policy/model/document.ts";
import { parsePolicy } from "../../../tools/authoring/policy/parse.ts";
import { readPlainPolicy } from "../../../tools/authoring/policy/plain-policy.ts";

const main = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";
const source = { name: "p", file: "policies/p.json", names: new Map([["main", main]]) };
const plainSource = { ...source, limits: DEFAULT_POLICY_LIMITS, resolve: (text: string) => text };

function isPlain(text: string): boolean {
  return readPlainPolicy(text, plainSource) !== undefined;
}

/** Everything that is known of a policy, the places of some elements included. */
function read(text: string) {
  const parsed = parsePolicy(text, source);
  if (!parsed.ok) return parsed;
  const { positions, written, comments: _, ...rest } = parsed;
  const paths = rest.document.statements.flatMap(({ actions, resources, conditions, sid }, index) =>
    [
      "",
      ".Effect",
      ...(sid === undefined ? [] : [".Sid"]),
      ...[actions, resources].flatMap(({ kind, patterns }) => [
        `.${kind}`,
        `.${kind}[${patterns.length - 1}]`,
      ]),
      ...conditions.map(({ operator, key, values }) => `.Condition.${operator}.${key}[${values.length - 1}]`),
      ".Nothing",
    ].map((place) => `Statement[${index}]${place}`),
  );
  return { ...rest, written: Object.fromEntries(written), places: paths.map((path) => positions.get(path)) };
}

/** @returns whether the text was read without nodes */
function expectSame(text: string): boolean {
  if (!isPlain(text)) return false;
  expect(read(text), text).toEqual(read(`${text}\n// lint-ignore deadAction: to be read by nodes`));
  return true;
}

const whole = {
  Version: "2012-10-17",
  Id: "whole",
  Statement: [
    {
      Sid: "Own",
      Effect: "Allow",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: names of instances, and variables
      Resource: ["${main}/agent/*", `${main}/queue/1`, "arn:aws:connect:*:*:instance/*/agent/${aws:userid}"],
      Action: ["connect:DescribeUser", "connect:Update*"],
      Condition: {
        StringEquals: { "aws:ResourceTag/team": ["a", "b"], "jwt:é€": "x" },
        Bool: { "aws:SecureTransport": true },
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the name of an instance
        ArnLike: { "aws:SourceArn": "${main}/x" },
        NumericLessThan: { "jwt:level": [1, -2.5, 30] },
      },
    },
    { Effect: "Deny", NotAction: "connect:List*", NotResource: "*" },
  ],
};

const spellings: readonly ((policy: unknown) => string)[] = [
  (policy) => JSON.stringify(policy),
  (policy) => JSON.stringify(policy, undefined, 2),
  (policy) => `\n${JSON.stringify(policy, undefined, "\t")}\r\n`,
  (policy) => JSON.stringify(policy, undefined, 1).replaceAll("\n", "\r\n"),
  (policy) => JSON.stringify(policy, undefined, 3).replaceAll("\n", "\r"),
  (policy) => JSON.stringify(policy, undefined, 1).replaceAll("\n", " \r\r\n"),
];

function policiesOf(folder: string): readonly string[] {
  return readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, "utf8"));
}

describe("a policy of which nothing is to be said", () => {
  it("is read as by nodes, however it is laid out", () => {
    for (const spell of spellings)
      for (const policy of [whole, { ...whole, Statement: whole.Statement[1] }])
        expect(expectSame(spell(policy))).toBe(true);
    const texts = policiesOf("examples/aws/policies");
    expect(texts.filter(expectSame).length).toBeGreaterThan(texts.length / 2);
  });

  it("is read as by nodes when it also has faults that only a statement's check finds", () => {
    const faults: readonly object[] = [
      { Sid: "" },
      { Sid: "a b" },
      { Sid: "Own" },
      { NotResource: "arn:aws:connect" },
      { NotResource: "nothing" },
      { NotAction: "connect:a b" },
      { Condition: { StringLikes: { a: "b" } } },
      { Condition: { DateLessThan: { "aws:CurrentTime": "2030-01-01T00:00:00" } } },
    ];
    for (const fault of faults) {
      const [first, second] = whole.Statement;
      expect(expectSame(JSON.stringify({ ...whole, Statement: [first, { ...second, ...fault }] }))).toBe(
        true,
      );
    }
    const old = JSON.stringify({ ...whole, Version: "2008-10-17" });
    expect(expectSame(old)).toBe(true);
  });

  it("is read as by nodes if it has more actions than are kept", () => {
    const actions = Array.from({ length: 10_100 }, (_, index) => `connect:Describe${index}`);
    const Statement = { Effect: "Allow", Action: [...actions, "connect:Describe0"], Resource: "*" };
    const text = JSON.stringify({ Version: "2012-10-17", Statement });
    expect(readPlainPolicy(text, plainSource)?.statements[0]?.actions.patterns).toEqual(Statement.Action);
  });

  it("gives what is thrown while it is read to its caller", () => {
    const resolve = () => {
      throw new RangeError("of the caller");
    };
    expect(() => readPlainPolicy(JSON.stringify(whole), { ...plainSource, resolve })).toThrow(
      "of the caller",
    );
  });
});

describe("a text of which there may be something to say", () => {
  const statement = '{"Effect":"Allow","Action":"a:b","Resource":"*"';
  const around = (inside: string) => `{"Version":"2012-10-17","Statement":[${inside}]}`;

  it.each([
    "",
    "[]",
    "{}",
    `\ufeff${around(`${statement}}`)}`,
    around(""),
    around(`${statement}},`),
    around(`${statement},}`),
    `${around(`${statement}}`)} x`,
    `{"Statement":[${statement}}]}`,
    `{"Version":"2012-10-17","Version":"2012-10-17","Statement":[${statement}}]}`,
    `{"Version":"2013-10-17","Statement":[${statement}}]}`,
    `{"Version":"2012-10-17","Other":1,"Statement":[${statement}}]}`,
    around(`${statement},"Effect":"Deny"}`),
    around(`${statement},"NotAction":"a:c"}`),
    around(`${statement},"NotResource":"*"}`),
    around(`${statement},"Principal":"*"}`),
    around('{"Effect":"allow","Action":"a:b","Resource":"*"}'),
    around('{"Effect":"Allow","Action":" a:b","Resource":"*"}'),
    around('{"Effect":"Allow","Action":"a:b ","Resource":"*"}'),
    around('{"Effect":"Allow","Action":[],"Resource":"*"}'),
    around('{"Effect":"Allow","Action":"a:b","Resource":1}'),
    around('{"Effect":"Allow","Action":"a:b"}'),
    around('{"Effect":"Allow","Resource":"*"}'),
    around('{"Action":"a:b","Resource":"*"}'),
    around(`${statement},"Sid":"a\\u0041"}`),
    around(`${statement},"Sid":"a\u0001"}`),
    around(`${statement},"Sid":"\u{1f600}"}`),
    around(`${statement},"Sid":"a\nb"}`),
    around(`${statement},"Sid":"a`),
    around(`${statement},"Condition":{}}`),
    around(`${statement},"Condition":{"Bool":{"a":null}}}`),
    around(`${statement},"Condition":{"Bool":{"a":01}}}`),
    around(`${statement},"Condition":{"Bool":{"a":true//\n}}}`),
    around(`${statement},"Condition":{"Bool":{"a":"x","A":"y"}}}`),
    around(`${statement}/* */}`),
  ])("is read by nodes: %j", (text) => {
    expect(isPlain(text)).toBe(false);
  });

  it("is read by nodes if its resources name an instance behind its conditions", () => {
    const behind = (resource: string) =>
      around(
        `{"Effect":"Allow","Action":"a:b","Condition":{"ArnLike":{"aws:SourceArn":"*"}},"Resource":"${resource}"}`,
      );
    expect(isPlain(behind("*"))).toBe(true);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the name of an instance
    expect(isPlain(behind("${main}"))).toBe(false);
  });

  it("is read by nodes if it names an instance that there is not, or has more statements or levels than may be", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the name of an instance
    const named = around('{"Effect":"Allow","Action":"a:b","Resource":"${other}/agent/1"}');
    expect(parsePolicy(named, source)).toMatchObject({ ok: false, issues: [{ code: "unknownName" }] });
    const text = JSON.stringify(whole);
    const limited = (limits: object) => parsePolicy(text, { ...source, limits });
    expect(limited({ maxStatements: 1 })).toMatchObject({ issues: [{ code: "tooManyStatements" }] });
    expect(limited({ maxDepth: 5 })).toMatchObject({ issues: [{ code: "tooDeep" }] });
    expect(limited({ maxDepth: 6 })).toMatchObject({ ok: true });
  });

  it("is read as by nodes, wherever it was changed", () => {
    const pieces = [
      '"',
      ",",
      ":",
      "{",
      "}",
      "[",
      "]",
      " ",
      "\n",
      "\r",
      "\\",
      "/",
      "1",
      "-",
      "e5",
      "true",
      "null",
      "a",
      "*",
      "é",
    ];
    const texts = spellings.map((spell) => spell(whole));
    let plain = 0;
    const property = fc.property(
      fc.constantFrom(...texts),
      fc.nat(),
      fc.nat(3),
      fc.constantFrom("", ...pieces),
      (text, at, length, piece) => {
        const from = at % text.length;
        if (expectSame(text.slice(0, from) + piece + text.slice(from + length))) plain += 1;
      },
    );
    fc.assert(property, { seed: 16, numRuns: 3_000 });
    expect(plain).toBeGreaterThan(500);
  });

  it("is read as by nodes, whatever value stands in the place of another", () => {
    let plain = 0;
    const places = [
      ["Id"],
      ["Version"],
      ["Statement", 0, "Sid"],
      ["Statement", 0, "Resource"],
      ["Statement", 0, "Action", 0],
      ["Statement", 0, "Condition", "StringEquals"],
      ["Statement", 0, "Condition", "StringEquals", "aws:ResourceTag/team"],
      ["Statement", 1],
    ];
    const property = fc.property(
      fc.constantFrom(...places),
      fc.jsonValue({ maxDepth: 3 }),
      (place, value) => {
        const policy = structuredClone(whole);
        const holder = place.slice(0, -1).reduce<object>((inner, key) => Reflect.get(inner, key), policy);
        Reflect.set(holder, place.at(-1) ?? "", value);
        if (expectSame(JSON.stringify(policy, undefined, 1))) plain += 1;
      },
    );
    fc.assert(property, { seed: 17, numRuns: 1_000 });
    expect(plain).toBeGreaterThan(50);
  });
});
