/**
 * Hostile policies, documents, cases and requests: answered in bounded time, and never by an uncoded throw.
 */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { DocumentError } from "../../shared/errors.ts";
import { compilePolicies } from "../../shared/policy/evaluate/compile.ts";
import { evaluatePolicies } from "../../shared/policy/evaluate/evaluate.ts";
import type { PolicyDocument } from "../../shared/policy/model/document.ts";
import { explainPolicies } from "../../tools/authoring/policy/explain.ts";
import { type ParsedPolicy, parsePolicy } from "../../tools/authoring/policy/parse.ts";
import { simulateCase } from "../../tools/authoring/policy/simulate.ts";
import { casesOf } from "../random-cases.ts";
import type { Policy } from "../reference/policy-json.ts";
import { compileGood, engineRequest, parseGood } from "./engine.ts";
import { Chooser, randomPolicy, randomRequest } from "./random-policies.ts";

vi.setConfig({ testTimeout: 60_000 });

const RUNS = { seed: 20_261_124, numRuns: casesOf(2_000) };
const PIECES = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\\",
  "\\u0000",
  "\\ud800",
  "/*",
  "//x\n",
  "\0",
  "\ud800",
  "*",
  "${",
  "null",
  "1e9",
];
/** Far above what any of these takes, far below what backtracking would. */
const BOUND_MS = 20_000;

function parse(text: string): ParsedPolicy {
  return parsePolicy(text, { name: "p", file: "p.json" });
}

function withinBound<Result>(run: () => Result): Result {
  const start = performance.now();
  const result = run();
  expect(performance.now() - start).toBeLessThan(BOUND_MS);
  return result;
}

/** Damages a text in one to three places. */
function damaged(chooser: Chooser, text: string): string {
  let result = text;
  for (let i = chooser.count(1, 3); i > 0; i--) {
    const at = chooser.count(0, result.length);
    const removed = chooser.chance(0.5) ? chooser.count(0, 12) : 0;
    const added = chooser.chance(0.7) ? chooser.of(PIECES) : "";
    result = result.slice(0, at) + added + result.slice(at + removed);
  }
  return result;
}

describe("parsePolicy", () => {
  it("answers a damaged policy with issues, or reads it like JSON.parse does", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const chooser = new Chooser(seed);
        const text = damaged(chooser, JSON.stringify(randomPolicy(chooser), undefined, chooser.of([0, 1])));
        const parsed = parse(text);
        if (!parsed.ok) {
          expect(parsed.issues.some(({ severity }) => severity === "error")).toBe(true);
          for (const issue of parsed.issues) {
            expect(issue.message).toMatch(/^[^\n]+[^.\n]$/);
            expect(issue.line).toBeGreaterThan(0);
            expect(issue.column).toBeGreaterThan(0);
          }
          return;
        }
        evaluatePolicies(compilePolicies([parsed.document]), engineRequest(randomRequest(chooser)));
        if (parsed.warnings.length === 0) {
          expect(parseGood(JSON.parse(text) as Policy).statements.map((s) => s.effect)).toEqual(
            parsed.document.statements.map((s) => s.effect),
          );
        }
      }),
      RUNS,
    );
  });

  it("answers any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(parse(text).ok).toBe(false);
      }),
      RUNS,
    );
  });

  it("refuses what is nested too deeply, however deeply", () => {
    for (const open of ["[", '{"a":', '{"Statement":[', "/**/["]) {
      const parsed = withinBound(() => parse(open.repeat(1_000_000)));
      expect(!parsed.ok && parsed.issues.at(-1)?.code).toBe("tooDeep");
    }
  });

  it("reads a policy of 1 MB", () => {
    const resources = Array.from(
      { length: 15_000 },
      (_, i) => `arn:aws:connect:us-east-1:123456789012:instance/i/agent/${i}`,
    );
    const text = JSON.stringify({ Statement: { Effect: "Allow", Action: "*", Resource: resources } });
    expect(text.length).toBeGreaterThan(900_000);
    const parsed = withinBound(() => parse(text));
    expect(parsed.ok).toBe(true);
  });

  it("reads 100,000 statements and refuses one more", () => {
    const statement = '{"Effect":"Allow","Action":"connect:ListUsers","Resource":"*"}';
    const many = (count: number) => `{"Statement":[${`${statement},`.repeat(count - 1)}${statement}]}`;
    expect(withinBound(() => parse(many(100_000))).ok).toBe(true);
    const refused = parse(many(100_001));
    expect(!refused.ok && refused.issues.map(({ code }) => code)).toEqual(["tooManyStatements"]);
  });

  it("keeps a bounded number of issues of an endlessly wrong document", () => {
    const parsed = withinBound(() => parse(`{"Statement":[${"1,".repeat(50_000)}1]}`));
    expect(!parsed.ok && parsed.issues.length).toBe(1_000);
    const commented = withinBound(() => parse(`${"//\n".repeat(50_000)}{"Statement":[]}`));
    expect(commented.ok && commented.warnings.length).toBe(1_000);
  });

  it("refuses half a surrogate pair and reads NUL as a character", () => {
    const policy = (value: string) =>
      `{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"k":"${value}"}}}}`;
    for (const half of ["\\ud800", "\\udc00x", "\ud800", "\\ude00\\ud83d"]) {
      const parsed = parse(policy(half));
      expect(!parsed.ok && parsed.issues.map(({ code }) => code)).toEqual(["badString"]);
    }
    expect(parse(policy("\\ud83d\\ude00")).ok).toBe(true);
    const nul = parse(policy("a\\u0000"));
    const set = nul.ok ? compilePolicies([nul.document]) : undefined;
    const ask = (k: string) =>
      set && evaluatePolicies(set, engineRequest({ action: "a:b", resource: "*", context: { k } })).decision;
    expect(ask("a\0")).toBe("explicitDeny");
    expect(ask("a")).toBe("implicitDeny");
  });
});

describe("compilePolicies", () => {
  it("refuses a tampered document with a coded error, or understands it whole", () => {
    fc.assert(
      fc.property(fc.integer(), fc.jsonValue(), (seed, value) => {
        const chooser = new Chooser(seed);
        const document = JSON.parse(JSON.stringify(parseGood(randomPolicy(chooser))));
        tamper(chooser, document, value);
        try {
          const set = compilePolicies([document as PolicyDocument]);
          expect(set.statements).toHaveLength(document.statements.length);
          evaluatePolicies(set, engineRequest(randomRequest(chooser)));
        } catch (error) {
          expect(error).toBeInstanceOf(DocumentError);
        }
      }),
      RUNS,
    );
  });

  it("answers anything that is no document with a coded error", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => compilePolicies([value as PolicyDocument])).toThrow(DocumentError);
      }),
      RUNS,
    );
  });
});

/** Puts a value somewhere into a document, or takes a member away. */
function tamper(chooser: Chooser, node: unknown, value: unknown): void {
  if (typeof node !== "object" || node === null) return;
  const keys = Object.keys(node);
  const key = keys.length === 0 || chooser.chance(0.1) ? "added" : chooser.of(keys);
  const child: unknown = Reflect.get(node, key);
  if (typeof child === "object" && chooser.chance(0.8)) tamper(chooser, child, value);
  else if (chooser.chance(0.3)) Reflect.deleteProperty(node, key);
  else Reflect.set(node, key, value);
}

describe("evaluatePolicies", () => {
  const stars = "a*".repeat(40);
  const text = "a".repeat(10_000);

  it.each([
    ["a resource of many stars", { Resource: `arn:aws:a:b:c:${stars}b` }, `arn:aws:a:b:c:${text}`, ""],
    ["stars that stay within a part", { Resource: `arn:a:b:${stars}b:*` }, `arn:a:b:${text}`, ""],
    [
      "stars that reach beyond their parts",
      { Resource: "arn:a:b:*:a*:b" },
      `arn:a:b:${"a:".repeat(5_000)}`,
      "",
    ],
    [
      "both sorts of stars",
      { Resource: `arn:a:b:*:a*a:${stars}b` },
      `arn:a:b:${"aa:".repeat(3_000)}${text}`,
      "",
    ],
    [
      "a condition of many stars",
      { Resource: "*", Condition: { StringLike: { k: `${stars}b` } } },
      "*",
      text,
    ],
    [
      "an ARN condition of many stars",
      { Resource: "*", Condition: { ArnLike: { k: `${stars}b:*:*:*:*:${stars}b` } } },
      "*",
      `${text}b:::::${text}`,
    ],
  ])("answers %s in bounded time", (_, parts, resource, k) => {
    const set = compileGood({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", ...parts } });
    const request = engineRequest({ action: "a:b", resource, context: { k } });
    expect(withinBound(() => evaluatePolicies(set, request)).decision).toBe("implicitDeny");
  });

  it("answers a hostile action in bounded time", () => {
    const set = compileGood({ Statement: { Effect: "Allow", Action: `a:${stars}b`, Resource: "*" } });
    const request = engineRequest({ action: `a:${text}`, resource: "*", context: {} });
    expect(withinBound(() => evaluatePolicies(set, request)).decision).toBe("implicitDeny");
  });

  it("never finds a key that only objects have", () => {
    for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      const policy = `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"${key}":"*"}}}}`;
      const parsed = parse(policy);
      if (!parsed.ok) expect.fail(JSON.stringify(parsed.issues));
      const request = engineRequest({ action: "a:b", resource: "*", context: {} });
      expect(evaluatePolicies(compilePolicies([parsed.document]), request).decision).toBe("implicitDeny");
      expect(evaluatePolicies(compilePolicies([parsed.document]), { ...request, action: key }).decision).toBe(
        "implicitDeny",
      );
    }
  });

  it("decides any action, resource and context", () => {
    const anything = fc.string({ unit: "binary" });
    const context = fc.dictionary(anything, fc.oneof(anything, fc.array(anything)), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(fc.integer(), anything, anything, context, (seed, action, resource, values) => {
        const set = compileGood(randomPolicy(new Chooser(seed)));
        const keys = Object.keys(values).map((key) => key.toLowerCase());
        if (new Set(keys).size < keys.length) return;
        const request = engineRequest({ action, resource, context: values });
        const { decision } = evaluatePolicies(set, request);
        expect(explainPolicies(set, request).EvalDecision).toBe(decision);
        expect(["allowed", "explicitDeny", "implicitDeny"]).toContain(decision);
      }),
      RUNS,
    );
  });
});

describe("simulateCase", () => {
  it("answers any JSON with an error or a decision", () => {
    const wild = fc.jsonValue();
    const caseLike = fc.record(
      {
        id: wild,
        policy: wild,
        policies: wild,
        boundary: wild,
        guardrails: wild,
        action: wild,
        resource: wild,
        context: wild,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(wild, caseLike), (line) => {
        const answer = simulateCase(line);
        if (!("error" in answer)) expect.fail(JSON.stringify(answer));
        expect(answer.error.issues.length).toBeGreaterThan(0);
        expect(answer.error.code).not.toBe("internal");
      }),
      RUNS,
    );
  });
});
