// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
/**
 * The session policy only narrows: whatever a caller's policies allow, it allows too. And it is worth something: what
 * it can say, it says.
 */
import { describe, expect, it } from "vitest";
import { findOperation } from "../../shared/catalog/catalog.ts";
import { resolveAsks } from "../../shared/catalog/targets.ts";
import type { RequestContext } from "../../shared/policy/evaluate/evaluate.ts";
import { evaluatePolicies } from "../../shared/policy/evaluate/evaluate.ts";
import { evaluateLayers } from "../../shared/policy/evaluate/layers.ts";
import { createContext } from "../../shared/policy/model/context.ts";
import type { PolicyDocument } from "../../shared/policy/model/document.ts";
import { UNKNOWN } from "../../shared/policy/model/unknown.ts";
import { rewriteAction, rewriteResource } from "../../shared/policy/session/session-pattern.ts";
import { sessionPoliciesOf } from "../../shared/policy/session/session-policy.ts";
import { readSdkOperations } from "../../tools/catalog/sdk-operations.ts";
import { instanceArn, makeInput, place } from "../catalog/synthetic-input.ts";
import type { Policy, Statement } from "../reference/policy-json.ts";
import { compileGood, compileLayers, engineRequest, parseGood } from "./engine.ts";
import { Chooser, randomPolicy, randomRequest } from "./random-policies.ts";

const principal = { "aws:username": "alice", "aws:userid": "u-1", "aws:PrincipalTag/team": "blue" };

function keysOf(context: Readonly<Record<string, string | readonly string[]>>): RequestContext {
  const known = createContext(context);
  return {
    get: (key) => (key === "aws:username" || key.startsWith("aws:principaltag/") ? known.get(key) : UNKNOWN),
  };
}

function sessionPolicies(
  attached: readonly PolicyDocument[],
  { bounding = [] as readonly PolicyDocument[], keys = keysOf(principal), instance = instanceArn } = {},
): readonly string[] {
  return sessionPoliciesOf({ attached, bounding }, { service: "connect", instanceArn: instance, keys });
}

function precise(
  statements: readonly Statement[],
  bounding: readonly Statement[] = [],
): readonly Statement[] {
  const document = (list: readonly Statement[], name: string) =>
    parseGood({ Version: "2012-10-17", Statement: [...list] }, name);
  const [first = ""] = sessionPolicies([document(statements, "a")], {
    bounding: bounding.length > 0 ? [document(bounding, "b")] : [],
  });
  const { Statement } = JSON.parse(first) as { Statement: readonly Statement[] };
  expect(Statement.at(-1)).toEqual({ Effect: "Allow", NotAction: "connect:*", Resource: "*" });
  return Statement.slice(0, -1);
}

const agents = `${instanceArn}/agent/*`;
const allow = (Action: string | readonly string[], Resource: string | readonly string[], more = {}) =>
  ({ Effect: "Allow", Action, Resource, ...more }) as Statement;
const deny = (Action: string | readonly string[], Resource: string | readonly string[], more = {}) =>
  ({ Effect: "Deny", Action, Resource, ...more }) as Statement;

describe("a session policy", () => {
  it.each<[string, readonly Statement[], readonly Statement[]]>([
    [
      "keeps what it can say",
      [allow("connect:DescribeUser", agents)],
      [allow("connect:DescribeUser", agents)],
    ],
    [
      "joins statements about the same resources",
      [allow("connect:DescribeUser", agents), allow(["connect:ListUsers", "connect:DescribeUser"], agents)],
      [allow(["connect:DescribeUser", "connect:ListUsers"], agents)],
    ],
    [
      "is one statement where one says it all",
      [allow("*", "*"), allow("connect:ListUsers", agents)],
      [allow("connect:*", "*")],
    ],
    [
      "leaves an Allow's conditions to the proxy",
      [allow("connect:DescribeUser", agents, { Condition: { StringEquals: { "jwt:amr": "mfa" } } })],
      [allow("connect:DescribeUser", agents)],
    ],
    [
      "leaves a Deny with conditions to the proxy",
      [
        allow("connect:*", "*"),
        deny("connect:DeleteUser", "*", { Condition: { Bool: { "aws:SecureTransport": "false" } } }),
      ],
      [allow("connect:*", "*")],
    ],
    [
      "keeps a Deny without",
      [allow("connect:*", "*"), deny("connect:Delete*", agents)],
      [allow("connect:*", "*"), deny("connect:Delete*", agents)],
    ],
    [
      "puts in the caller's values, not the session's",
      [
        allow("connect:DescribeUser", `${instanceArn}/agent/\${aws:username}`),
        deny("connect:*", `${instanceArn}/queue/\${aws:PrincipalTag/team}`),
      ],
      [
        allow("connect:DescribeUser", `${instanceArn}/agent/alice`),
        deny("connect:*", `${instanceArn}/queue/blue`),
      ],
    ],
    [
      "opens an Allow and drops a Deny whose variable changes from call to call",
      [
        allow("connect:DescribeUser", `${instanceArn}/agent/\${aws:SourceIp}`),
        deny("connect:*", `${instanceArn}/queue/\${aws:SourceIp}`),
      ],
      [allow("connect:DescribeUser", `${instanceArn}/agent/*`)],
    ],
    [
      "drops a resource whose variable has no value",
      [allow("connect:DescribeUser", [agents, `${instanceArn}/queue/\${aws:PrincipalTag/none}`])],
      [allow("connect:DescribeUser", agents)],
    ],
    [
      "leaves other services out",
      [allow(["s3:*", "connect:ListUsers"], "*"), deny("s3:*", "*")],
      [allow("connect:ListUsers", "*")],
    ],
    ["opens what IAM would not take", [allow("co*:ListUsers", "arn:aws")], [allow("connect:*", "*")]],
    [
      "drops a Deny that IAM would not take",
      [allow("connect:*", "*"), deny("co*:ListUsers", "*"), deny("connect:A", "arn:aws")],
      [allow("connect:*", "*")],
    ],
    [
      "completes ARNs, which IAM takes incomplete everywhere but in a session policy",
      [allow("connect:*", "arn:aws:connect"), deny("connect:A", "arn:aws:connect:*:123456789012")],
      [allow("connect:*", "arn:aws:connect:*:*:*"), deny("connect:A", "arn:aws:connect:*:123456789012:*")],
    ],
    [
      "keeps exceptions",
      [{ Effect: "Allow", NotAction: ["connect:Delete*", "s3:*"], NotResource: agents }],
      [{ Effect: "Allow", NotAction: "connect:Delete*", NotResource: agents }],
    ],
    [
      "drops a Deny of all but some actions, which would be of other services' too",
      [allow("connect:*", "*"), { Effect: "Deny", NotAction: "connect:Describe*", Resource: "*" }],
      [allow("connect:*", "*")],
    ],
    [
      "keeps a Deny of all but some resources",
      [allow("connect:*", "*"), { Effect: "Deny", Action: "connect:*", NotResource: agents }],
      [allow("connect:*", "*"), { Effect: "Deny", Action: "connect:*", NotResource: agents }],
    ],
    [
      "writes literal stars so that AWS takes them for such",
      [
        allow("connect:ListUsers", `${instanceArn}/agent/\${*}`),
        allow("connect:ListUsers", `${instanceArn}/contact-flow/f:$LATEST`),
      ],
      [
        allow("connect:ListUsers", `${instanceArn}/agent/\${*}`),
        allow("connect:ListUsers", `${instanceArn}/contact-flow/f:$LATEST`),
      ],
    ],
    [
      "writes several stars as one, which IAM would refuse",
      [allow("connect:ListUsers", `${instanceArn}/agent/**\${aws:SourceIp}*`)],
      [allow("connect:ListUsers", agents)],
    ],
    [
      "leaves braces alone that open no variable",
      [allow("connect:ListUsers", `${instanceArn}/agent/a{b}`)],
      [allow("connect:ListUsers", `${instanceArn}/agent/a{b}`)],
    ],
    [
      "keeps a Deny of every action, which it can say of its own service",
      [allow("*", "*"), deny("*", agents)],
      [allow("connect:*", "*"), deny("connect:*", agents)],
    ],
    [
      "keeps what a Deny says of this service and of resources that there are",
      [
        allow("connect:*", "*"),
        deny(
          ["s3:GetObject", "connect:DeleteUser"],
          [agents, `${instanceArn}/queue/\${aws:PrincipalTag/none}`],
        ),
      ],
      [allow("connect:*", "*"), deny("connect:DeleteUser", agents)],
    ],
    [
      "drops a Deny of all but some resources, where one of those has no value",
      [
        allow("connect:*", "*"),
        {
          Effect: "Deny",
          Action: "connect:*",
          NotResource: [agents, `${instanceArn}/queue/\${aws:PrincipalTag/none}`],
        },
      ],
      [allow("connect:*", "*")],
    ],
    [
      "sorts actions, and says every action once",
      [
        allow(["connect:ListUsers", "connect:DescribeUser"], agents),
        allow(["connect:ListQueues", "connect:*"], `${instanceArn}/queue/*`),
      ],
      [
        allow(["connect:DescribeUser", "connect:ListUsers"], agents),
        allow("connect:*", `${instanceArn}/queue/*`),
      ],
    ],
    ["is no more than other services where nothing is allowed", [], []],
  ])("%s", (_, statements, expected) => {
    expect(precise(statements)).toEqual(expected);
  });

  it("takes the Denies of boundaries and guardrails, and no Allow of theirs", () => {
    const bounding = [allow("connect:List*", "*"), deny("connect:DeleteInstance", "*")];
    expect(precise([allow("connect:*", "*")], bounding)).toEqual([
      allow("connect:*", "*"),
      deny("connect:DeleteInstance", "*"),
    ]);
  });

  it("reads a policy of 2008 as one without variables", () => {
    const [text = ""] = sessionPolicies([
      parseGood({
        Version: "2008-10-17",
        Statement: allow("connect:ListUsers", `${instanceArn}/agent/\${aws:username}`),
      }),
    ]);
    expect(JSON.parse(text).Statement[0].Resource).toBe(`${instanceArn}/agent/\${$}{aws:username}`);
  });

  it.each([
    ["arn:aws-us-gov:connect:us-gov-west-1:123456789012:instance/i", true],
    ["arn:aws-iso-b:connect:us-isob-east-1:123456789012:instance/i\n", true],
    ["arn:aws-1:connect:us-east-1:123456789012:instance/i", false],
    ["arn:aws:connect:us-east-1:123456789012:", false],
    ["barn:aws:connect:us-east-1:123456789012:instance/i", false],
  ])("takes %s for an ARN that IAM takes: %s", (arn, isTaken) => {
    const expected = isTaken ? { text: arn, isExact: true } : { text: "*", isExact: false };
    expect(rewriteResource(arn, keysOf({}), true)).toEqual(expected);
  });

  it.each([
    ["*", { text: "connect:*", isExact: true }],
    [":ListUsers", undefined],
    ["CONNECT:ListUsers", { text: "connect:ListUsers", isExact: true }],
    ["c*:ListUsers", { text: "connect:*", isExact: false }],
  ])("reads the action %s", (action, expected) => {
    expect(rewriteAction(action, "connect")).toEqual(expected);
  });

  it("is precise up to 200 statements and 2,048 characters", () => {
    const lengthOf = (id: string) => {
      const statement = allow("connect:DescribeUser", `${instanceArn}/agent/${id}`);
      const [text = ""] = sessionPolicies([parseGood({ Version: "2012-10-17", Statement: statement })]);
      return { length: text.length, isPrecise: text.includes("DescribeUser") };
    };
    const rest = 2_048 - lengthOf("").length;
    expect(lengthOf("u".repeat(rest))).toEqual({ length: 2_048, isPrecise: true });
    expect(lengthOf("u".repeat(rest + 1))).toMatchObject({ isPrecise: false });
    const policies = (count: number) =>
      sessionPolicies(
        Array.from({ length: count }, () =>
          parseGood({ Version: "2012-10-17", Statement: allow("connect:A", agents) }),
        ),
      );
    expect(policies(200)).toHaveLength(2);
    expect(policies(201)).toHaveLength(1);
  });

  it("opens a resource that it cannot read, which no checked policy holds", () => {
    expect(rewriteResource("${aws:username", keysOf({}), true)).toEqual({ text: "*", isExact: false });
  });

  it("says a value of the caller's literally", () => {
    const keys = keysOf({ "aws:username": "a*?${b}é\u{1f600}\n" });
    const [text = ""] = sessionPolicies(
      [
        parseGood({
          Version: "2012-10-17",
          Statement: allow("connect:ListUsers", `${instanceArn}/agent/\${aws:username}`),
        }),
      ],
      { keys },
    );
    expect(text).toMatch(/^[ -~]+$/);
    expect(JSON.parse(text).Statement[0].Resource).toBe(
      `${instanceArn}/agent/a\${*}\${?}\${$}{b}é\u{1f600}\n`,
    );
  });

  it("gives way to what is simpler when it does not fit, Denies last", () => {
    const ids = Array.from({ length: 30 }, (_, index) => `${instanceArn}/agent/user-${index}`);
    const many = parseGood({
      Statement: [allow("connect:DescribeUser", ids), deny("connect:DeleteUser", agents)],
    });
    const [first = "", last = ""] = sessionPolicies([many]);
    expect(first).toContain('"Effect":"Deny","Action":"connect:DeleteUser"');
    expect(first).not.toContain("user-0");
    expect(last).not.toContain("Deny");
    const tooMany = parseGood({ Statement: [allow("connect:*", "*"), deny("connect:DeleteUser", ids)] });
    expect(sessionPolicies([tooMany])).toEqual([last]);
    for (const text of [first, last]) expect(text.length).toBeLessThanOrEqual(2_048);
  });

  it("at its simplest allows every question of every operation about the instance, and none about another", () => {
    const [text = ""] = sessionPolicies(
      Array.from({ length: 201 }, () => parseGood({ Statement: allow("connect:*", "*") })),
    );
    const set = compileGood(JSON.parse(text) as Policy);
    const context = createContext({});
    const decide = (action: string, resource: string) =>
      evaluatePolicies(set, { action, resource, context }).decision;
    let asked = 0;
    for (const operation of readSdkOperations()) {
      const row = findOperation(operation.name);
      if (!row || row.refused !== undefined) continue;
      const { input } = makeInput(operation);
      for (const { action, resource } of resolveAsks(row, { get: (member) => input[member] }, place)) {
        if (typeof resource !== "string") throw new Error(`${operation.name} is asked on something unknown`);
        expect(decide(action, resource), `${operation.name} on ${resource}`).toBe("allowed");
        asked++;
      }
    }
    expect(asked).toBeGreaterThan(500);
    const other = instanceArn.replace(place.id, "00000000-0000-0000-0000-00000000000a");
    for (const resource of [other, `${other}/agent/a-1`])
      expect(decide("connect:DescribeUser", resource)).toBe("implicitDeny");
  }, 60_000);
});

describe("whatever a caller's policies allow of the service", () => {
  it("each session policy allows, for random policies and requests", () => {
    let allowed = 0;
    for (let seed = 1; seed <= 2_000; seed++) {
      const chooser = new Chooser(seed);
      const attached = chooser.some(1, 3, () => randomPolicy(chooser));
      const boundary = chooser.chance(0.3) ? randomPolicy(chooser) : undefined;
      const guardrails = chooser.some(0, 1, () => randomPolicy(chooser));
      const layers = compileLayers({ policies: attached, guardrails, ...(boundary ? { boundary } : {}) });
      const documents = attached.map((policy) => parseGood(policy));
      const bounding = [...(boundary ? [boundary] : []), ...guardrails].map((policy) => parseGood(policy));
      for (let round = 0; round < 4; round++) {
        const request = randomRequest(chooser);
        if (!request.action.toLowerCase().startsWith("connect:")) continue;
        if (evaluateLayers(layers, engineRequest(request)).decision !== "allowed") continue;
        allowed++;
        const instance = "arn:aws:connect:us-east-1:123456789012:instance/i1";
        const policies = sessionPolicies(documents, { bounding, keys: keysOf(request.context), instance });
        // AWS knows other keys than we do: the answer must not hang on any.
        const seen = { ...engineRequest(request), context: { get: () => UNKNOWN } as RequestContext };
        const isOthers =
          request.resource.includes(":instance/") && !request.resource.startsWith(`${instance}/`);
        for (const [index, text] of policies.entries()) {
          expect(text.length).toBeLessThanOrEqual(2_048);
          // The simplest is for the session's own instance; a call never names another.
          if (isOthers && index === policies.length - 1) continue;
          const { decision } = evaluatePolicies(compileGood(JSON.parse(text) as Policy), seen);
          if (decision !== "allowed")
            throw new Error(
              `seed ${seed}: ${decision} for ${JSON.stringify(request)}\nof ${JSON.stringify(attached)}\nby ${text}`,
            );
        }
      }
    }
    expect(allowed).toBeGreaterThan(500);
  }, 60_000);
});
