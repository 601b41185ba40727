/** What escalates: every action is judged, and so are guardrails, boundaries and bindings. */
import { describe, expect, it } from "vitest";
import { createBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle, Configuration } from "../../../shared/bundle/types.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import { compareAttachments } from "../../../tools/authoring/diff/compare-attachments.ts";
import { askedActions, escalationOf, judgedNames } from "../../../tools/authoring/diff/escalations.ts";
import { compareAccess } from "../../../tools/authoring/diff/prove.ts";
import { lintFacts } from "../../../tools/authoring/lint/facts/action-facts.ts";
import { configuration, policy } from "../../bundle/bundle-fixture.ts";

describe("whether an action escalates", () => {
  const known = [
    ...operations().map(({ name }) => name),
    ...[...lintFacts().actions.required.values()].map(({ name }) => name.replace("connect:", "")),
  ];

  it("is judged for every operation and every action, once: name a new one in escalations.ts", () => {
    expect(operations().length).toBeGreaterThanOrEqual(397);
    expect([...new Set(known)].filter((name) => !judgedNames.includes(name))).toEqual([]);
    expect(judgedNames.filter((name, place) => judgedNames.indexOf(name) !== place)).toEqual([]);
  });

  it("is judged for nothing that is gone", () => {
    expect(judgedNames.filter((name) => !known.includes(name))).toEqual([]);
  });

  it("is true of what nobody has judged, and of the rights over users", () => {
    expect(escalationOf("connect:GrantEverything")).toBe("this version does not say whether it escalates");
    for (const name of ["CreateUser", "UpdateUserSecurityProfiles", "UpdateUserIdentityInfo"])
      expect(escalationOf(`connect:${name}`)).toContain("user");
    expect(escalationOf("connect:GetFederationToken")).toContain("session");
  });

  it("is false of what only reads", () => {
    const reads = askedActions().filter((action) => /:(?:List|Describe|Search|Get(?!Fed))/.test(action));
    expect(reads.length).toBeGreaterThan(150);
    expect(reads.filter((action) => escalationOf(action) !== undefined)).toEqual([]);
  });
});

describe("what escalates beside policies", () => {
  const guard = policy("guard", "connect:Delete*", "Deny");
  const documents = [
    policy("p", "connect:*"),
    policy("limit", "connect:List*"),
    policy("wide", ["connect:List*", "connect:Describe*"]),
    guard,
    { ...policy("same", "connect:Delete*", "Deny") },
    policy("less", "connect:DeleteUser", "Deny"),
  ];
  const bundle = (change: Partial<Configuration>): Bundle =>
    createBundle({ ...configuration, ...change }, documents);
  const bound = (groups: readonly string[], boundary?: string) => ({
    bindings: [{ match: { groups }, policies: ["p"], ...(boundary ? { boundary } : {}) }],
  });

  it.each<[string, Partial<Configuration>, Partial<Configuration>, readonly string[]]>([
    ["a guardrail that goes", { guardrails: ["guard"] }, {}, ["the guardrail `guard` is removed"]],
    ["a guardrail of another name", { guardrails: ["guard"] }, { guardrails: ["same"] }, []],
    [
      "a guardrail that denies less",
      { guardrails: ["guard"] },
      { guardrails: ["less"] },
      ["the guardrail `guard` is removed"],
    ],
    ["a guardrail that comes", {}, { guardrails: ["guard"] }, []],
    [
      "a boundary that goes",
      bound(["g"], "limit"),
      bound(["g"]),
      ["the boundary `limit` of group `g` is removed"],
    ],
    [
      "a wider boundary",
      bound(["g"], "limit"),
      bound(["g"], "wide"),
      ["the boundary `limit` of group `g` is removed"],
    ],
    ["a narrower boundary", bound(["g"], "wide"), bound(["g"], "limit"), []],
    [
      "a binding for more callers",
      bound(["g"]),
      bound(["g", "h"]),
      ["a binding of `p` holds for group `h` too"],
    ],
    ["a binding for fewer callers", bound(["g", "h"]), bound(["g"]), []],
    [
      "a new binding of other policies",
      bound(["g"]),
      {
        bindings: [...bound(["g"]).bindings, { match: { groups: ["h"] }, policies: ["limit"] }],
      },
      [],
    ],
    ["no change", bound(["g"], "limit"), bound(["g"], "limit"), []],
  ])("tells of %s", (_what, before, after, expected) => {
    const [older, newer] = [bundle(before), bundle(after)];
    const found = compareAttachments(older, newer, compareAccess(older, newer));
    expect(found.map(({ message }) => message)).toEqual(expected);
    for (const { change, escalates } of found)
      expect({ change, escalates }).toEqual({ change: "changes", escalates: expect.stringMatching(/^a /) });
  });

  it("tells of a guardrail with the same name and other statements", () => {
    const older = createBundle({ ...configuration, guardrails: ["guard"] }, [
      policy("p", "connect:*"),
      guard,
    ]);
    const weaker = { ...policy("less", "connect:DeleteUser", "Deny"), name: "guard" };
    const newer = createBundle({ ...configuration, guardrails: ["guard"] }, [
      policy("p", "connect:*"),
      weaker,
    ]);
    expect(compareAttachments(older, newer, compareAccess(older, newer))).toMatchObject([
      { message: "the guardrail `guard` may deny less, or allow more, than before" },
    ]);
    expect(compareAttachments(newer, older, compareAccess(newer, older))).toEqual([]);
  });
});
