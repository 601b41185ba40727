// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
/**
 * Sets of many statements that no beginning tells apart. They are grouped and screened (`candidates.ts`), and must
 * give the answers that their statements give one by one: before they are sorted, after, and whatever is unknown.
 */
import { describe, expect, it } from "vitest";
import { lowerAscii } from "../../shared/ascii.ts";
import { type CompiledPolicySet, compilePolicies } from "../../shared/policy/evaluate/compile.ts";
import {
  type EvaluationRequest,
  evaluatePolicies,
  matchStatement,
  type Tally,
  tallyStatements,
} from "../../shared/policy/evaluate/evaluate.ts";
import { type ContextValue, createContext, type RequestContext } from "../../shared/policy/model/context.ts";
import { FALSE, TRUE, UNDECIDED, UNKNOWN } from "../../shared/policy/model/unknown.ts";
import { casesOf } from "../random-cases.ts";
import type { Policy, Statement } from "../reference/policy-json.ts";
import { decideByReference } from "../reference/reference.ts";
import { compileGood, engineRequest, parseGood } from "./engine.ts";
import { ACTIONS, Chooser, KEYS, RESOURCES, randomRequest, randomStatement } from "./random-policies.ts";

/** More than the evaluations after which a set is sorted. */
const TIMES = 18;

/** A resource in which runs of characters are wildcards or variables. */
function wildPattern(chooser: Chooser): string {
  const resource = chooser.of(RESOURCES.filter((each) => each !== "*" && !each.includes("$")));
  const [, head = "", tail = ""] = /^((?:[^:]*:){5})(.*)$/.exec(resource) ?? [];
  const pieces = [...tail];
  for (let cuts = chooser.count(1, 2); cuts > 0; cuts--) {
    const filling = chooser.of(["*", "*", "?", "*a", "**", "${aws:PrincipalTag/team}", "${k:empty, 'a1'}"]);
    pieces.splice(chooser.count(0, pieces.length), chooser.count(0, 6), filling);
  }
  const wild = pieces.join("");
  return (chooser.chance(0.7) ? head.replace("us-east-1", "us-*-1") : head) + wild;
}

const CONDITIONS: readonly NonNullable<Statement["Condition"]>[] = [
  { StringEquals: { "aws:PrincipalTag/team": "blue" } },
  { StringEquals: { "aws:PrincipalTag/team": ["red", "Blue"], "k:list": "a1" } },
  { StringEquals: { "k:list": ["a1", "blue"] } },
  { StringEqualsIfExists: { "aws:username": "red" } },
  { StringNotEquals: { "aws:username": "blue" } },
  { StringEquals: { "aws:username": "${aws:PrincipalTag/team}" } },
  { "ForAnyValue:StringEquals": { "k:list": "red" } },
  { StringLike: { "aws:username": "b*" } },
  { StringEquals: { "aws:username": "" } },
];

function wildStatement(chooser: Chooser, variables: boolean): Statement {
  if (chooser.chance(0.1)) return randomStatement(chooser, variables);
  const patterns = chooser.some(1, 2, () => (chooser.chance(0.15) ? "*" : wildPattern(chooser)));
  const actions = chooser.of([
    "connect:*",
    "*",
    "connect:D*User",
    "connect:L*",
    "co*:*User",
    chooser.of(ACTIONS),
  ]);
  return {
    Effect: chooser.chance(0.1) ? "Deny" : "Allow",
    [chooser.chance(0.05) ? "NotAction" : "Action"]: actions,
    [chooser.chance(0.2) ? "NotResource" : "Resource"]: patterns,
    ...(chooser.chance(0.7) ? { Condition: chooser.of(CONDITIONS) } : {}),
  };
}

function wildPolicy(chooser: Chooser): Policy {
  const Version = chooser.chance(0.8) ? "2012-10-17" : "2008-10-17";
  return {
    Version,
    Statement: chooser.some(60, 160, () => wildStatement(chooser, Version === "2012-10-17")),
  };
}

/** Hides the resource, and values of keys. */
function withUnknowns(request: EvaluationRequest, chooser: Chooser): EvaluationRequest {
  const hidden = new Set(KEYS.filter(() => chooser.chance(0.2)).map(lowerAscii));
  return {
    ...request,
    resource: chooser.chance(0.3) ? UNKNOWN : request.resource,
    context: { get: (key) => (hidden.has(key) ? UNKNOWN : request.context.get(key)) },
  };
}

/** What the statements say one by one, without any index. */
function tallyOneByOne(set: CompiledPolicySet, request: EvaluationRequest): Tally {
  const tally: Tally = { deny: FALSE, allow: FALSE, denies: undefined, allows: undefined };
  for (const statement of set.statements) {
    const truth = matchStatement(statement, lowerAscii(request.action), request);
    const isDeny = statement.name.effect === "Deny";
    if (isDeny && truth > tally.deny) tally.deny = truth;
    if (!isDeny && truth > tally.allow) tally.allow = truth;
    if (truth !== TRUE) continue;
    if (isDeny) tally.denies = [...(tally.denies ?? []), statement];
    else tally.allows = [...(tally.allows ?? []), statement];
  }
  return tally;
}

function readable({ deny, allow, denies, allows }: Tally) {
  const numbers = (list: Tally["allows"]) =>
    [...new Set(list?.map(({ ordinal }) => ordinal))].sort((a, b) => a - b);
  return { deny, allow, denies: numbers(denies), allows: numbers(allows) };
}

describe("many statements full of wildcards", () => {
  const sets = casesOf(48);

  it(`answer as one by one, in ${sets} sets, whatever is unknown`, () => {
    const chooser = new Chooser(20_261_201);
    const seen = { matched: 0, undecided: 0 };
    for (let done = 0; done < sets; done++) {
      const set = compileGood(wildPolicy(chooser), wildPolicy(chooser));
      const requests = chooser.some(12, 12, () =>
        withUnknowns(engineRequest(randomRequest(chooser)), chooser),
      );
      const expected = requests.map((request) => readable(tallyOneByOne(set, request)));
      for (let time = 0; time < TIMES; time++) {
        const tallies = requests.map((request) => tallyStatements(set, request));
        if (time % 8 === 1) expect(tallies.map(readable)).toEqual(expected);
      }
      for (const { deny, allow, allows } of expected) {
        if (allows.length > 0) seen.matched++;
        if (deny === UNDECIDED || allow === UNDECIDED) seen.undecided++;
      }
    }
    // A run in which hardly anything matches would prove little.
    expect(seen.matched).toBeGreaterThan(sets);
    expect(seen.undecided).toBeGreaterThan(sets);
  });

  it(`decide as the reference does, in ${sets} sets`, () => {
    const chooser = new Chooser(20_261_202);
    const seen = { allowed: 0, explicitDeny: 0, implicitDeny: 0 };
    for (let done = 0; done < sets; done++) {
      // Fewer Denies: among so many statements one nearly always matches.
      const policy = wildPolicy(chooser);
      const Statement = [policy.Statement]
        .flat()
        .filter(({ Effect, Condition }) => (Effect === "Allow" ? Condition : chooser.chance(0.3)));
      const layers = { policies: [{ ...policy, Statement }] };
      const set = compileGood(...layers.policies);
      for (const request of chooser.some(10, 10, () => randomRequest(chooser))) {
        const expected = decideByReference(layers, request);
        seen[expected]++;
        for (let time = 0; time < TIMES; time++)
          expect(evaluatePolicies(set, engineRequest(request)).decision).toBe(expected);
      }
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(sets / 2);
  });
});

describe("a set that is sorted", () => {
  const arn = "arn:aws:connect:us-east-1:123456789012:instance/i1";
  const allow = (Resource: string, others: object = {}): Statement => ({
    Effect: "Allow",
    Action: "connect:*",
    Resource,
    ...others,
  });
  const fill = (make: (i: number) => Statement) => Array.from({ length: 100 }, (_, i) => make(i));
  const ask = (set: CompiledPolicySet, resource: string, context: Record<string, string | string[]> = {}) => {
    const request = { action: "connect:DescribeUser", resource, context: createContext(context) };
    const answers = Array.from({ length: TIMES }, () => evaluatePolicies(set, request));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    return { decision: answers[0]?.decision, matched: answers[0]?.matched.map(({ index }) => index) };
  };

  it("names every statement that matches, in the order of the policies", () => {
    const set = compileGood({
      Version: "2012-10-17",
      Statement: fill((i) =>
        allow(`arn:aws:connect:*:123456789012:instance/i1/agent/${["a", "*", "b"][i % 3]}`),
      ),
    });
    const matched = Array.from({ length: 100 }, (_, i) => i).filter((i) => i % 3 !== 2);
    expect(ask(set, `${arn}/agent/a`)).toEqual({ decision: "allowed", matched });
  });

  it("finds a piece wherever it is, and a resource that holds the pieces of all patterns", () => {
    const set = compileGood({ Version: "2012-10-17", Statement: fill((i) => allow(`${arn}/*x${i}x*`)) });
    expect(ask(set, `${arn}/agent/1x42x`)).toEqual({ decision: "allowed", matched: [42] });
    expect(ask(set, `${arn}/x42`)).toEqual({ decision: "implicitDeny", matched: [] });
    const all = Array.from({ length: 100 }, (_, i) => `x${i}x`).join("");
    expect(ask(set, `${arn}/${all}`).matched).toHaveLength(100);
  });

  it("compares a key of several values with every statement", () => {
    const statement = (i: number) =>
      allow("*", { Condition: { StringEquals: { "aws:PrincipalTag/team": [`t${i}`, `u${i}`] } } });
    const set = compileGood({ Version: "2012-10-17", Statement: fill(statement) });
    expect(ask(set, arn, { "aws:PrincipalTag/team": "u7" }).matched).toEqual([7]);
    expect(ask(set, arn, { "aws:PrincipalTag/team": ["t7", "u7"] }).matched).toEqual([7]);
    expect(ask(set, arn, { "aws:PrincipalTag/team": ["t7", "t8"] }).matched).toEqual([]);
    expect(ask(set, arn).matched).toEqual([]);
  });

  const team = "aws:PrincipalTag/team";
  const equals = (value: string | string[]) => ({ Condition: { StringEquals: { [team]: value } } });
  const old = "2008-10-17";
  const resources: readonly EvaluationRequest["resource"][] = [
    `${arn}/agent/a1`,
    `${arn}/agent/blue`,
    `${arn}/agent/\${${team}}`,
    UNKNOWN,
  ];
  const values: readonly ContextValue[] = ["blue", "x", ["blue", "x"], [], UNKNOWN];

  // Statements that look alike. Were they taken for the same, the first would speak for both.
  it.each<[string, Statement, Statement, string?]>([
    ["Action and NotAction", allow("*"), { Effect: "Allow", NotAction: "connect:*", Resource: "*" }],
    [
      "patterns in Action and NotAction",
      { ...allow("*"), Action: "*:Des*" },
      { Effect: "Allow", NotAction: "*:Des*", Resource: "*" },
    ],
    ["a pattern whose variable may not be known", allow(`${arn}/*/\${${team}}-yz12`), allow(`${arn}/*/zz99`)],
    ["two actions", { ...allow("*"), Action: "connect:Des*" }, { ...allow("*"), Action: "connect:L*s" }],
    [
      "Resource and NotResource",
      allow(`${arn}/*/a1`),
      { Effect: "Allow", Action: "*", NotResource: `${arn}/*/a1` },
    ],
    [
      "NotResource without a value, of an Allow and of a Deny",
      { Effect: "Allow", Action: "*", NotResource: `${arn}/*/\${aws:username}` },
      { Effect: "Deny", Action: "*", NotResource: `${arn}/*/\${aws:username}` },
    ],
    [
      "a variable in a resource, and its text",
      allow(`${arn}/*/\${${team}}`),
      allow(`${arn}/*/\${${team}}`),
      old,
    ],
    [
      "a variable in a condition, and its text",
      allow("*", equals(`\${${team}}`)),
      allow("*", equals(`\${${team}}`)),
      old,
    ],
    ["a text, and a text or a variable", allow("*", equals("x")), allow("*", equals(["x", `\${${team}}`]))],
    [
      "conditions of an Allow and of a Deny",
      allow("*", equals("blue")),
      { ...allow("*", equals("blue")), Effect: "Deny" },
    ],
    ["without and with a condition", allow("*"), allow("*", equals("red"))],
  ])("tells apart: %s", (_, one, other, version = "2012-10-17") => {
    for (const [first, second] of [
      [
        { Version: "2012-10-17", Statement: fill(() => one) },
        { Version: version, Statement: fill(() => other) },
      ],
      [
        { Version: version, Statement: fill(() => other) },
        { Version: "2012-10-17", Statement: fill(() => one) },
      ],
    ] as const) {
      const set = compileGood(first, second);
      for (const action of ["connect:DescribeUser", "connect:ListUsers"]) {
        for (const resource of resources) {
          for (const value of values) {
            const context: RequestContext = {
              get: (key) => (key === team.toLowerCase() ? value : undefined),
            };
            const request: EvaluationRequest = { action, resource, context };
            const expected = readable(tallyOneByOne(set, request));
            for (let time = 0; time < TIMES; time++)
              expect(readable(tallyStatements(set, request))).toEqual(expected);
          }
        }
      }
    }
  });

  it("compares each key that any statement demands", () => {
    const demand = (i: number) => ({
      [i % 2 === 0 ? "aws:username" : "aws:PrincipalTag/team"]: `v${i % 10}`,
    });
    const statement = (i: number) => allow("*", { Condition: { StringEquals: demand(i) } });
    const set = compileGood({ Version: "2012-10-17", Statement: fill(statement) });
    const matched = Array.from({ length: 100 }, (_, i) => i).filter((i) => i % 10 === 4 || i % 10 === 7);
    expect(ask(set, arn, { "aws:username": "v4", "aws:PrincipalTag/team": "v7" }).matched).toEqual(matched);
  });

  it("leaves an unknown resource open only where a condition may hold", () => {
    const demand = (i: number) =>
      i % 2 === 0
        ? { StringEquals: { "aws:username": `v${i}` } }
        : { StringLike: { "aws:username": `w${i}*` } };
    const statement = (i: number) => allow(`${arn}/*/a${i}`, { Condition: demand(i) });
    const set = compileGood({ Version: "2012-10-17", Statement: fill(statement) });
    const decide = (name: string) => {
      const context = createContext({ "aws:username": name });
      const request = { action: "connect:DescribeUser", resource: UNKNOWN, context } as const;
      const answers = Array.from({ length: TIMES }, () => evaluatePolicies(set, request).decision);
      return [...new Set(answers)];
    };
    expect([decide("v8"), decide("w9!"), decide("v9")]).toEqual([["unknown"], ["unknown"], ["implicitDeny"]]);
  });

  it("keeps a Deny beside a statement that names no resource at all", () => {
    const document = parseGood({
      Version: "2012-10-17",
      Statement: fill((i) => ({ Effect: "Deny", Action: "connect:*", Resource: `${arn}/*/${i}` })),
    });
    const [first, ...others] = document.statements;
    if (first === undefined) throw new Error("no statement");
    const empty = { ...first, resources: { ...first.resources, patterns: [] } };
    const set = compilePolicies([{ ...document, statements: [empty, ...others] }]);
    const request = {
      action: "connect:DescribeUser",
      resource: UNKNOWN,
      context: createContext({}),
    } as const;
    const expected = readable(tallyOneByOne(set, request));
    for (let time = 0; time < TIMES; time++)
      expect(readable(tallyStatements(set, request))).toEqual(expected);
  });
});
