/**
 * The cases of a condition key against the engine: whatever value the key has in a request, its conditions say together
 * what one of the cases says; and what a case with a witness says is so for that witness.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateCondition } from "../../../shared/policy/condition/condition.ts";
import { operatorNames } from "../../../shared/policy/condition/operators.ts";
import type { ContextValue } from "../../../shared/policy/model/context.ts";
import { FALSE, TRUE, UNKNOWN } from "../../../shared/policy/model/unknown.ts";
import { findCases } from "../../../shared/reach/implication/key-cases.ts";
import { type Term, termsOf } from "../../../shared/reach/implication/term.ts";
import { parsePolicy } from "../../../tools/authoring/policy/parse.ts";

const texts = [
  "a",
  "A",
  "ab",
  "Ab",
  "a*",
  "*b",
  "?",
  "*",
  "k",
  "\u212a",
  "s*s",
  "ss",
  "\u00df",
  "x",
  "",
  "true",
  "False",
];
const numbers = ["0", "1", "1.5", "-1", "2", "01", "10", "1.50"];
const times = [
  "2026-01-01T00:00:00Z",
  "2026-01-01",
  "2026-01-01T00:00:00",
  "1767225600",
  "2026-01-01T13:59:59Z",
  "2025-12-31T12:00:00Z",
];
const addresses = [
  "10.0.0.0/8",
  "10.1.0.0/16",
  "10.1.2.3",
  "0.0.0.0/0",
  "::/0",
  "2001:db8::/32",
  "::ffff:10.0.0.0/104",
  "10.2.0.0/15",
];
const arns = [
  "arn:aws:connect:*:*:*",
  "arn:aws:connect:us-east-1:1:a/*",
  "arn:*:s3:::b",
  "arn:aws",
  "arn:aws:connect:us-east-1:1:a/b",
  "*",
];
const base64 = ["YQ==", "YR==", "YWI=", "AAAA"];
const variables = [
  "@{aws:username}",
  "@{aws:username}*",
  "a@{aws:PrincipalTag/t}",
  "@{aws:PrincipalTag/t, 'b'}",
  "@{*}",
].map((each) => each.replaceAll("@", () => "$"));

function valuesFor(operator: string): readonly string[] {
  if (operator.includes("Null") || operator.includes("Bool")) return ["true", "false", "TRUE"];
  if (operator.includes("Numeric")) return numbers;
  if (operator.includes("Date")) return times;
  if (operator.includes("Ip")) return addresses;
  if (operator.includes("Arn")) return [...arns, ...variables.slice(0, 1)];
  if (operator.includes("Binary")) return base64;
  return [...texts, ...variables];
}

const condition = fc.constantFrom(...operatorNames()).chain((operator) =>
  fc.record({
    operator: fc.constant(operator),
    values: fc.subarray([...valuesFor(operator)], { minLength: 0, maxLength: 3 }),
  }),
);
const families = ["String", "Numeric", "Date", "Ip", "Arn", "Binary", "Bool"];
/** Mostly of one family, as people write them. */
const conditionsOnKey = fc.oneof(
  fc.constantFrom(...families).chain((family) =>
    fc.array(
      fc
        .tuple(
          fc.constantFrom(...operatorNames().filter((name) => name.includes(family))),
          fc.constantFrom("Allow", "Deny"),
        )
        .chain(([operator, effect]) =>
          fc.record({
            operator: fc.constant(operator),
            effect: fc.constant(effect),
            values: fc.subarray([...valuesFor(operator)], { minLength: 1, maxLength: 3 }),
          }),
        ),
      { minLength: 1, maxLength: 4 },
    ),
  ),
  fc.array(
    fc.tuple(condition, fc.constantFrom("Allow", "Deny")).map(([each, effect]) => ({ ...each, effect })),
    { minLength: 1, maxLength: 3 },
  ),
);

const one = fc.oneof(
  fc.constantFrom(
    ...texts,
    ...numbers,
    ...times,
    ...arns,
    ...base64,
    "10.1.2.3",
    "10.2.0.1",
    "11.0.0.1",
    "::1",
    "2001:db8::1",
    "al",
    "alice",
    "TRUE",
    "aal",
    "AB",
  ),
  fc.string({ maxLength: 4 }),
  fc
    .constantFrom(..."aAbsSkK")
    .chain((letter) => fc.string({ maxLength: 2 }).map((rest) => `${letter}${rest}`)),
  fc.integer({ min: -2, max: 12 }).map(String),
  fc.integer({ min: 1_767_100_000, max: 1_767_300_000 }).map(String),
  fc
    .integer({ min: -60, max: 60 })
    .map((hours) =>
      new Date(1_767_225_600_000 + hours * 1_800_000)
        .toISOString()
        .replace(/\.000Z/, hours % 3 === 0 ? "" : "Z"),
    ),
);
const value: fc.Arbitrary<ContextValue> = fc.oneof(
  { weight: 6, arbitrary: one },
  { weight: 3, arbitrary: fc.array(one, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, UNKNOWN) },
);

function termsWritten(
  conditions: readonly { operator: string; values: readonly string[]; effect: string }[],
): readonly Term[] {
  return conditions.flatMap(({ operator, values, effect }) => {
    const statement = {
      Effect: effect,
      Action: "connect:*",
      Resource: "*",
      Condition: { [operator]: { "jwt:k": values } },
    };
    const parsed = parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: statement }), {
      name: "p",
      file: "p.json",
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    return parsed.document.statements.flatMap((each) => termsOf(each, true));
  });
}

function holdsOf(
  terms: readonly Term[],
  given: ContextValue,
  others: Readonly<Record<string, ContextValue>>,
): string {
  const context = { get: (key: string) => (key === "jwt:k" ? given : others[key]) };
  return terms
    .map(({ condition: each }) => {
      const truth = evaluateCondition(each, context);
      return Number(each.effect === "Deny" ? truth !== FALSE : truth === TRUE);
    })
    .join("");
}

describe("the cases of a condition key", { timeout: 60_000 }, () => {
  it("*no value is overlooked*: each says with all conditions what one of the cases says", () => {
    let compared = 0;
    let givenUp = 0;
    const property = fc.property(
      conditionsOnKey,
      fc.array(value, { minLength: 30, maxLength: 30 }),
      fc.constantFrom("alice", "a", "al", "ab"),
      fc.constantFrom<ContextValue>(undefined, "b", "lice", "B"),
      (conditions, values, username, tag) => {
        const terms = termsWritten(conditions);
        const cases = findCases("jwt:k", terms);
        if (!cases) {
          givenUp += 1;
          return;
        }
        const known = new Set(cases.map(({ holds }) => holds.map(Number).join("")));
        for (const given of values) {
          compared += 1;
          const holds = holdsOf(terms, given, { "aws:username": username, "aws:principaltag/t": tag });
          if (!known.has(holds))
            expect({ conditions, given, username, tag, holds, known: [...known] }).toBeUndefined();
        }
      },
    );
    fc.assert(property, { seed: 106, numRuns: Number(process.env["CASES_RUNS"] ?? 250) });
    expect(givenUp * 6).toBeLessThan(compared / 30);
  });

  it("*a witness is one*: without variables, the conditions say of it what its case says", () => {
    const property = fc.property(conditionsOnKey, (conditions) => {
      const plain = conditions.filter(({ values }) => values.every((each) => !each.includes("$")));
      const terms = termsWritten(plain);
      for (const { holds, witnesses } of findCases("jwt:k", terms) ?? [])
        for (const { value: given } of witnesses)
          expect({ plain, given, holds: holdsOf(terms, given, {}) }).toMatchObject({
            holds: holds.map(Number).join(""),
          });
    });
    fc.assert(property, { seed: 107, numRuns: 120 });
  });
});
