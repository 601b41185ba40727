/** What nobody may do: a proof that holds is contradicted by no call of any caller, and one that fails names who may. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openBundle } from "../../../shared/bundle/bundle.ts";
import type { Binding } from "../../../shared/bundle/types.ts";
import { readResource, Unusable } from "../../../tools/authoring/reach/named-question.ts";
import { proveNobody } from "../../../tools/authoring/tests/prove-nobody.ts";
import { runTest, runTests } from "../../cli/test/tested-folder.ts";
import { principalOf } from "../../identity/principals.ts";
import {
  asksOf,
  Chooser,
  decisionsOf,
  documentOf,
  makeBundle,
  randomCall,
  randomDocument,
  served,
  vocabularyOf,
} from "../../reach/random-calls.ts";

function codesOf(resource: string) {
  const codes = readResource(resource);
  if (codes instanceof Unusable) throw new Error(codes.problem);
  return codes;
}

const place = { name: "t", file: "f", line: 1, column: 1 };
const allow = (action: string, more: object = {}) => ({
  Effect: "Allow",
  Action: action,
  Resource: "*",
  ...more,
});

/** Proves about DeleteUser on everything, with these policies. */
function prove(
  policies: Readonly<Record<string, readonly object[]>>,
  bindings: readonly Binding[],
  except?: Binding["match"],
) {
  const documents = Object.entries(policies).map(([name, statements]) => documentOf(name, statements));
  const bundle = openBundle(makeBundle(documents, bindings));
  const test = {
    ...place,
    action: "connect:DeleteUser",
    on: "*",
    resource: codesOf("*"),
    ...(except ? { except } : {}),
  };
  const { holds, exceptions } = proveNobody(test, bundle);
  expect(holds).toBe(exceptions.length === 0);
  return exceptions.map(({ role, answer, keys }) => [role, answer, ...keys].join(" "));
}

const admins = { match: { groups: ["admins"] }, policies: ["all"] };

describe("what nobody may do", () => {
  it("holds if the conditions of an Allow exclude each other, or a Deny has a wider one", () => {
    const team = (operator: string, value: string) => ({
      Condition: { [operator]: { "aws:ResourceTag/team": value } },
    });
    const both = {
      Condition: { ...team("StringEquals", "a").Condition, ...team("StringLike", "b*").Condition },
    };
    expect(prove({ all: [allow("connect:*", both)] }, [admins])).toEqual([]);
    const denied = { ...allow("connect:*", team("StringLike", "a*")), Effect: "Deny" };
    expect(prove({ all: [allow("connect:*", team("StringEquals", "ab")), denied] }, [admins])).toEqual([]);
    expect(prove({ all: [allow("connect:*", team("StringEquals", "b")), denied] }, [admins])).toHaveLength(1);
  });

  it("holds if no statement allows it, or a Deny is always with the Allow", () => {
    expect(prove({ all: [allow("connect:ListUsers")] }, [admins])).toEqual([]);
    const policies = { all: [allow("connect:*")], no: [{ ...allow("connect:DeleteUser"), Effect: "Deny" }] };
    expect(prove(policies, [{ ...admins, policies: ["all", "no"] }])).toEqual([]);
    // Callers who have the Allow have the other binding too.
    expect(prove(policies, [admins, { match: { groups: ["admins", "others"] }, policies: ["no"] }])).toEqual(
      [],
    );
    expect(prove(policies, [admins, { match: { groups: ["others"] }, policies: ["no"] }])).toEqual([
      "groups admins always",
    ]);
  });

  it("is about every binding, also where another is named alike", () => {
    const bindings = [
      { match: { groups: ["a", "b"] }, policies: ["none"] },
      { match: { groups: ["a, b"] }, policies: ["all"] },
    ];
    const policies = { none: [allow("connect:ListUsers")], all: [allow("*")] };
    expect(prove(policies, bindings)).toEqual(['groups "a, b" always']);
  });

  it("holds within a boundary", () => {
    const policies = { all: [allow("connect:*")], bound: [allow("connect:List*")] };
    expect(prove(policies, [{ ...admins, boundary: "bound" }])).toEqual([]);
  });

  it("names the roles that may, and on what it depends", () => {
    const some = allow("connect:*", { Resource: "arn:aws:connect:*:*:instance/*/agent/a*" });
    const tagged = allow("connect:*", { Condition: { StringEquals: { "aws:ResourceTag/team": "a" } } });
    const bindings = ["all", "some", "tagged"].map((name) => ({
      match: { groups: [name] },
      policies: [name],
    }));
    expect(prove({ all: [allow("*")], some: [some], tagged: [tagged] }, bindings)).toEqual([
      "groups all always",
      "groups some some",
      "groups tagged depends aws:ResourceTag/team",
    ]);
  });

  it.each<readonly [Binding["match"], Binding["match"], boolean]>([
    [{ groups: ["admins"] }, { groups: ["admins"] }, true],
    [{ groups: ["admins"] }, { groups: ["other", "admins"] }, true],
    [{ groups: ["admins", "other"] }, { groups: ["admins"] }, false],
    [{ groups: ["admins"], principals: ["a"] }, { groups: ["admins"] }, true],
    [{ groups: ["admins"] }, { groups: ["admins"], principals: ["a"] }, false],
    [{ principals: ["a"] }, { groups: ["admins"] }, false],
    [{ claims: { dept: ["x"] } }, { claims: { dept: ["x", "y"] } }, true],
    [{ claims: { dept: ["x", "y"] } }, { claims: { dept: ["x"] } }, false],
    [{ groups: ["admins"] }, { issuer: ["https://issuer.example/"] }, true],
    [{ groups: ["admins"] }, { issuer: ["https://other.example/"] }, false],
  ])("where callers %j have it, and %j are excepted: %s", (match, except, holds) => {
    expect(prove({ all: [allow("*")] }, [{ match, policies: ["all"] }], except).length === 0).toBe(holds);
  });

  it("*is contradicted by no call*", { timeout: 60_000 }, () => {
    const met = { holds: 0, fails: 0 };
    const property = fc.property(fc.nat(), (seed) => {
      const chooser = new Chooser(seed);
      const calls = chooser
        .some(6, 6, () => randomCall(chooser, chooser.of(served)))
        .filter((each) => each !== undefined);
      const words = vocabularyOf(asksOf(calls));
      const documents = ["p0", "p1", "p2", "bound"].map((name) => randomDocument(chooser, name, words));
      const bundle = openBundle(
        makeBundle(documents, [
          { match: { groups: ["g0"] }, policies: ["p0"] },
          { match: { groups: ["g1", "g0"] }, policies: ["p1"], boundary: "bound" },
          { match: { groups: ["g2"], claims: { dept: ["sales"] } }, policies: ["p2"] },
          { match: { principals: ["alice"] }, policies: ["p0"] },
        ]),
      );
      const [{ issuer = "" } = {}] = bundle.config.issuers;
      const people = [["g0"], ["g1"], ["g2", "g1"], ["g2", "g0"]].map((groups) =>
        principalOf({ id: chooser.of(["alice", "bob"]), groups, claims: { dept: "sales" }, issuer }),
      );
      for (const call of calls)
        for (const { action, resource } of asksOf([call])) {
          const excepted = chooser.of(["g0", "g1", "none"]);
          const on = chooser.of(["*", resource]);
          const test = { ...place, action, on, resource: codesOf(on), except: { groups: [excepted] } };
          const { holds } = proveNobody(test, bundle);
          met[holds ? "holds" : "fails"]++;
          if (!holds) continue;
          for (const principal of people.filter(({ groups }) => !groups.includes(excepted)))
            for (const { asks, decision } of decisionsOf(chooser, { bundle, principal }, call)) {
              const needed = asks.filter(
                ({ ask }) =>
                  ask.sort === "required" && ask.action === action && (on === "*" || ask.resource === on),
              );
              if (decision === "allowed") expect(needed).toEqual([]);
            }
        }
    });
    fc.assert(property, { seed: 98, numRuns: 20 });
    expect(Math.min(met.holds, met.fails)).toBeGreaterThan(20);
  });
});

describe("a test of what nobody may do", () => {
  it("holds, or says who may, by which statement", async () => {
    expect(
      await runTests(
        '  - nobody: { may: [connect:CreateUser, DescribeUser], on: "*", except: { groups: [hr] } }',
      ),
    ).toMatchObject({ status: 1 });
    const { status, stdout } = await runTest();
    expect({ status, lines: stdout.split("\n") }).toEqual({
      status: 1,
      lines: [
        "✗ DIR/tests/a.yaml:8:5 nobody: connect:DescribeUser",
        "    expected that nobody but the excepted callers may connect:DescribeUser on `*`",
        "    claim dept=sales may, depending on aws:ResourceTag/Team",
        "        by Allow users#OwnTeam DIR/policies/users.json:5:5",
        "        by Allow reading#0 DIR/policies/reading.json:3:17",
        "    principals alice may",
        "        by Allow reading#0 DIR/policies/reading.json:3:17",
        "    to change that: narrow the Allow, add a Deny, or name these callers in `except`",
        "✗ 1 of 2 tests fails, access not compared",
        "",
      ],
    });
  });

  it("has its row in --json, and is found by --filter", async () => {
    const test = "  - { name: None, nobody: { may: connect:ListUsers, except: { principals: [alice] } } }";
    const { status, stdout } = await runTests(test, "--json", "--filter", "listusers");
    expect(status).toBe(1);
    expect(JSON.parse(stdout).tests).toEqual([
      {
        ...{ name: "None", file: "DIR/tests/a.yaml", line: 8, column: 5, holds: false },
        nobody: { may: "connect:ListUsers", on: "*", except: { principals: ["alice"] } },
        exceptions: [
          {
            ...{ role: "groups night", answer: "depends", keys: ["aws:SourceIp"] },
            statements: ["Allow night#Office DIR/policies/night.json:6:5"],
          },
        ],
      },
    ]);
  });

  it.each([
    ["{ nobody: {} }", "8:15 error missingKey the key `may` is missing here"],
    [
      "{ nobody: { may: connect:DeleteUsers } }",
      "8:22 error unknownAction `connect:DeleteUsers` is not an action of Amazon Connect; did you mean `connect:DeleteUser`",
    ],
    [
      "{ nobody: { may: DeleteUser, on: agent/u-1 } }",
      "8:38 error badResource resource `agent/u-1` is not an ARN or `*`",
    ],
    [
      '{ nobody: { may: DeleteUser, on: "arn:aws:connect:us-east-1:123456789012:instance/*/queue/*" } }',
      "8:22 error nothingToProve no call in the configured instances needs connect:DeleteUser on `arn:aws:connect:us-east-1:123456789012:instance/*/queue/*`; `npm run --silent cli -- catalog OPERATION` lists its resources",
    ],
    [
      "{ nobody: { may: DeleteUser, except: {} } }",
      "8:42 error emptyMatch an empty match would bind everyone; name `groups`, `principals` or `claims`",
    ],
    [
      "{ nobody: { may: DeleteUser, except: { group: [a] } } }",
      "8:44 error unknownKey unknown key `group`; did you mean `groups`",
    ],
    [
      "{ nobody: { may: DeleteUser }, as: hr }",
      "8:36 error oneCall `as` does not go with `nobody`, which is about all callers and calls",
    ],
    ["{ nobody: DeleteUser }", "8:15 error wrongType expected a mapping, found a text"],
  ])("with a mistake is refused: %s", async (test, issue) => {
    const { status, stderr } = await runTests(`  - ${test}`);
    expect(stderr).toBe(`DIR/tests/a.yaml:${issue}\n`);
    expect(status).toBe(2);
  });
});
