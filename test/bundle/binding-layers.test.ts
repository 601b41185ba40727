/**
 * From a principal to its policies: which bindings match, and what they come to together.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBundle, openBundle } from "../../shared/bundle/bundle.ts";
import type { Binding, Configuration } from "../../shared/bundle/types.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";
import { evaluateLayers } from "../../shared/policy/evaluate/layers.ts";
import { createContext } from "../../shared/policy/model/context.ts";
import { principalOf } from "../identity/principals.ts";
import { configuration, policy } from "./bundle-fixture.ts";

const policies = [
  policy("users", ["connect:DescribeUser", "connect:DeleteUser"]),
  policy("queues", "connect:DescribeQueue"),
  policy("no-deletes", "connect:DeleteUser", "Deny"),
  policy("describe-only", "connect:Describe*"),
  policy("users-only", "connect:*User"),
];

function open(bindings: readonly Binding[], more: Partial<Configuration> = {}) {
  const { layersFor } = openBundle(createBundle({ ...configuration, bindings, ...more }, policies));
  const decide = (who: Partial<VerifiedPrincipal>, name: string) => {
    const layers = layersFor(principalOf(who));
    const request = { action: `connect:${name}`, resource: "*", context: createContext({}) };
    return layers ? evaluateLayers(layers, request).decision : "noBinding";
  };
  return { layersFor, decide };
}

describe("a binding", () => {
  const cases: readonly (readonly [
    why: string,
    match: Binding["match"],
    who: Partial<VerifiedPrincipal>,
    matches: boolean,
  ])[] = [
    ["its group", { groups: ["a", "b"] }, { groups: ["x", "b"] }, true],
    ["another group", { groups: ["a"] }, { groups: ["A", "aa", ""] }, false],
    ["no group", { groups: ["a"] }, {}, false],
    ["its principal", { principals: ["id-1"] }, { id: "id-1" }, true],
    ["another principal of that name", { principals: ["id-1"] }, { id: "id-2", name: "id-1" }, false],
    ["a claim", { claims: { site: ["berlin", "rome"] } }, { claims: { site: "rome" } }, true],
    ["a claim among several", { claims: { site: ["rome"] } }, { claims: { site: ["paris", "rome"] } }, true],
    ["another value of the claim", { claims: { site: ["rome"] } }, { claims: { site: "romeo" } }, false],
    ["an absent claim", { claims: { site: ["rome"] } }, { claims: {} }, false],
    ["one claim of two", { claims: { a: ["1"], b: ["1"] } }, { claims: { a: "1" } }, false],
    ["both claims of two", { claims: { a: ["1"], b: ["1"] } }, { claims: { a: "1", b: "1" } }, true],
    ["a claim of every object's prototype", { claims: { constructor: ["x"] } }, { claims: {} }, false],
    [
      "the group but not the principal",
      { groups: ["a"], principals: ["id-1"] },
      { id: "id-2", groups: ["a"] },
      false,
    ],
    ["the principal but not the group", { groups: ["a"], principals: ["id-1"] }, { id: "id-1" }, false],
    [
      "all three kinds",
      { groups: ["a"], principals: ["id-1"], claims: { c: ["1"] } },
      { id: "id-1", groups: ["a"], claims: { c: "1" } },
      true,
    ],
  ];
  it.each(cases)("is asked with %s", (_why, match, who, matches) => {
    const { layersFor, decide } = open([{ match, policies: ["users"] }]);
    expect(layersFor(principalOf(who)) !== undefined).toBe(matches);
    expect(decide(who, "DescribeUser")).toBe(matches ? "allowed" : "noBinding");
  });
});

describe("a binding for one issuer's callers", () => {
  const [own, other] = ["https://issuer.example/", "https://other.example/"];
  const issuers = [own, other].map((issuer) => ({ issuer, audience: ["app"], claims: { id: "sub" } }));
  const some = fc.subarray(["a", "b", "c"], { minLength: 1 });
  const kinds = fc.record(
    {
      groups: some,
      principals: some,
      claims: fc.dictionary(fc.constantFrom("dept", "site"), some, { minKeys: 1 }),
    },
    { requiredKeys: [] },
  );
  const named = fc.oneof(
    kinds.map((kind): Binding["match"] => ({ ...kind, issuer: [own] })),
    kinds.map((kind): Binding["match"] => ({ ...kind, claims: { ...kind.claims, iss: [own] } })),
  );
  const who = fc.record({
    id: fc.constantFrom("a", "b"),
    groups: fc.subarray(["a", "b", "c"]),
    claims: fc.dictionary(fc.constantFrom("dept", "site"), fc.constantFrom("a", "b")),
    opaqueClaims: fc.subarray(["dept", "site"]),
  });

  it("never matches callers of another issuer, whatever else it requires", () => {
    let matched = 0;
    const property = fc.property(fc.array(named, { minLength: 1, maxLength: 4 }), who, (matches, facts) => {
      const bindings = matches.map((match) => ({ match, policies: ["users"], boundary: "describe-only" }));
      const { layersFor } = open(bindings, { issuers });
      const caller = (issuer: string) =>
        principalOf({ ...facts, issuer, claims: { ...facts.claims, iss: issuer } });
      expect(layersFor(caller(other))).toBeUndefined();
      if (layersFor(caller(own))) matched += 1;
    });
    fc.assert(property, { seed: 45, numRuns: 500 });
    expect(matched).toBeGreaterThan(50);
  });

  it("may be for several, and for all callers of one", () => {
    const { decide } = open(
      [
        { match: { issuer: [own, other], groups: ["a"] }, policies: ["users"] },
        { match: { issuer: [other] }, policies: ["queues"] },
        { match: { issuer: [other], groups: ["a"] }, policies: ["no-deletes"] },
      ],
      { issuers },
    );
    const outcomes = [own, other].map((issuer) =>
      ["DescribeUser", "DeleteUser", "DescribeQueue"].map((name) => decide({ issuer, groups: ["a"] }, name)),
    );
    expect(outcomes).toEqual([
      ["allowed", "allowed", "implicitDeny"],
      ["allowed", "explicitDeny", "allowed"],
    ]);
    expect(decide({ issuer: other }, "DescribeQueue")).toBe("allowed");
    expect(decide({ issuer: own }, "DescribeQueue")).toBe("noBinding");
  });
});

describe("a binding of which it is not known whether it is the principal's", () => {
  const site = { match: { claims: { Site: ["rome"] } } };
  const everyone = { match: { groups: ["g"] }, policies: ["users", "queues"] };
  const unsure = (...known: readonly string[]) => ({ groups: ["g"], carriedClaims: known });

  it.each([
    ["a claim that did not travel", unsure("team"), "explicitDeny"],
    ["a claim without a text form", { groups: ["g"], opaqueClaims: ["site"] }, "explicitDeny"],
    ["a claim that the token is known not to hold", unsure("site"), "allowed"],
    ["a claim of another value", { ...unsure("site"), claims: { Site: "paris" } }, "allowed"],
    ["its claim", { ...unsure("site"), claims: { Site: "rome" } }, "explicitDeny"],
  ])("takes away what it would: %s", (_why, who, decision) => {
    const { decide } = open([everyone, { ...site, policies: ["no-deletes"] }]);
    expect(decide(who, "DeleteUser")).toBe(decision);
    expect(decide(who, "DescribeUser")).toBe("allowed");
  });

  it("gives nothing", () => {
    const { decide, layersFor } = open([
      { ...everyone, policies: ["users"] },
      { ...site, policies: ["queues"] },
    ]);
    expect(decide(unsure(), "DescribeUser")).toBe("allowed");
    expect(decide(unsure(), "DescribeQueue")).toBe("implicitDeny");
    expect(layersFor(principalOf({ carriedClaims: [] }))).toBeUndefined();
  });

  it("bounds", () => {
    const { decide } = open([everyone, { ...site, policies: ["queues"], boundary: "describe-only" }]);
    expect(decide(unsure(), "DescribeUser")).toBe("allowed");
    expect(decide(unsure(), "DeleteUser")).toBe("implicitDeny");
  });

  it("is none when another of its conditions does not hold", () => {
    const match = { ...site.match, groups: ["elsewhere"] };
    const { decide } = open([everyone, { match, policies: ["no-deletes"] }]);
    expect(decide(unsure(), "DeleteUser")).toBe("allowed");
  });

  it("is not taken for one that is", () => {
    const { decide } = open([everyone, { ...site, policies: ["describe-only"], boundary: "describe-only" }]);
    expect(decide({ ...unsure("site"), claims: { Site: "rome" } }, "DescribeQueue")).toBe("allowed");
    expect(decide(unsure(), "DescribeQueue")).toBe("allowed");
    expect(
      decide({ groups: [], ...{ carriedClaims: ["site"] }, claims: { Site: "rome" } }, "DescribeUser"),
    ).toBe("allowed");
    expect(decide({ groups: [], carriedClaims: [] }, "DescribeUser")).toBe("noBinding");
  });
});

describe("a principal", () => {
  const groups: readonly Binding[] = [
    { match: { groups: ["users"] }, policies: ["users"] },
    { match: { groups: ["queues"] }, policies: ["queues"] },
    { match: { groups: ["careful"] }, policies: ["no-deletes"] },
    { match: { groups: ["bounded"] }, policies: ["users"], boundary: "describe-only" },
    { match: { groups: ["bounded-too"] }, policies: ["queues"], boundary: "users-only" },
  ];

  it("has no access without a binding", () => {
    const { layersFor } = open(groups);
    expect(layersFor(principalOf({ groups: ["nobody"] }))).toBeUndefined();
    expect(open([]).layersFor(principalOf({ groups: ["users"] }))).toBeUndefined();
  });

  it("has the policies of all bindings that match, as one set in which a Deny wins", () => {
    const { decide } = open(groups);
    expect(decide({ groups: ["users"] }, "DeleteUser")).toBe("allowed");
    expect(decide({ groups: ["users"] }, "DescribeQueue")).toBe("implicitDeny");
    expect(decide({ groups: ["users", "queues"] }, "DescribeQueue")).toBe("allowed");
    expect(decide({ groups: ["users", "careful"] }, "DeleteUser")).toBe("explicitDeny");
    expect(decide({ groups: ["users", "careful"] }, "DescribeUser")).toBe("allowed");
  });

  it("is bounded by every boundary of its bindings, for the policies of other bindings too", () => {
    const { decide } = open(groups);
    expect(decide({ groups: ["bounded"] }, "DescribeUser")).toBe("allowed");
    expect(decide({ groups: ["bounded"] }, "DeleteUser")).toBe("implicitDeny");
    expect(decide({ groups: ["bounded", "users"] }, "DeleteUser")).toBe("implicitDeny");
    expect(decide({ groups: ["bounded", "queues"] }, "DescribeQueue")).toBe("allowed");
    expect(decide({ groups: ["bounded", "bounded-too"] }, "DescribeQueue")).toBe("implicitDeny");
    expect(decide({ groups: ["bounded", "bounded-too"] }, "DescribeUser")).toBe("allowed");
  });

  it("passes every guardrail: one that only denies subtracts, one that allows must allow", () => {
    const subtracting = open(groups, { guardrails: ["no-deletes"] });
    expect(subtracting.decide({ groups: ["users"] }, "DescribeUser")).toBe("allowed");
    expect(subtracting.decide({ groups: ["users"] }, "DeleteUser")).toBe("explicitDeny");
    const listing = open(groups, { guardrails: ["describe-only", "no-deletes"] });
    expect(listing.decide({ groups: ["users"] }, "DescribeUser")).toBe("allowed");
    expect(listing.decide({ groups: ["users"] }, "DeleteUser")).toBe("explicitDeny");
    expect(open(groups, { guardrails: ["users-only"] }).decide({ groups: ["queues"] }, "DescribeQueue")).toBe(
      "implicitDeny",
    );
  });

  it("is answered from one compiled set for one combination of policies", () => {
    const { layersFor } = open(groups);
    const layers = layersFor(principalOf({ groups: ["users", "queues"] }));
    expect(layersFor(principalOf({ id: "other", groups: ["queues", "more", "users"] }))).toBe(layers);
    expect(layersFor(principalOf({ groups: ["users"] }))).not.toBe(layers);
  });

  it("is answered in the same way when there are more combinations than are kept", () => {
    const many = Array.from({ length: 10 }, (_, index) =>
      policy(`p${index}`, `connect:*${index % 2 ? "User" : "Queue"}`),
    );
    const bindings = many.map(({ name }) => ({ match: { groups: [name] }, policies: [name] }));
    const { layersFor } = openBundle(createBundle({ ...configuration, bindings }, many));
    const request = { action: "connect:DescribeUser", resource: "*", context: createContext({}) };
    for (let round = 0; round < 2; round += 1) {
      for (let mask = 1; mask < 1024; mask += 1) {
        const groups = many.map(({ name }) => name).filter((_, index) => mask & (1 << index));
        const layers = layersFor(principalOf({ groups }));
        const expected = groups.some((name) => Number(name.slice(1)) % 2) ? "allowed" : "implicitDeny";
        expect(layers && evaluateLayers(layers, request).decision).toBe(expected);
      }
    }
  });

  it("order and duplicates do not matter", () => {
    const shuffled = fc.shuffledSubarray([...groups], { minLength: groups.length });
    const held = fc.array(fc.constantFrom("users", "queues", "careful", "bounded", "bounded-too", "x"));
    const action = fc.constantFrom("DescribeUser", "DeleteUser", "DescribeQueue");
    const inOrder = open(groups);
    const property = fc.property(shuffled, held, action, (bindings, mine, name) => {
      const twice = open([...bindings, ...bindings]).decide({ groups: [...mine, ...mine] }, name);
      expect(twice).toBe(inOrder.decide({ groups: [...new Set(mine)].sort() }, name));
    });
    fc.assert(property, { seed: 44, numRuns: 300 });
  });
});
