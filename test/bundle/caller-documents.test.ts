/** The documents that hold for a caller are those of its compiled policies. */
import { describe, expect, it } from "vitest";
import { createBundle, openBundle } from "../../shared/bundle/bundle.ts";
import { principalOf } from "../identity/principals.ts";
import { configuration, policy } from "./bundle-fixture.ts";

const policies = ["a", "b", "c", "d", "guard", "limit"].map((name) => policy(name, "connect:*"));
const { documentsFor } = openBundle(
  createBundle(
    {
      ...configuration,
      bindings: [
        { match: { groups: ["g"] }, policies: ["b", "a"], boundary: "limit" },
        { match: { groups: ["g"], claims: { team: ["blue"] } }, policies: ["c", "a"] },
        { match: { groups: ["other"] }, policies: ["d"] },
      ],
      guardrails: ["guard"],
    },
    policies,
  ),
);
const namesFor = (who: Parameters<typeof principalOf>[0]) => {
  const { attached, bounding } = documentsFor(principalOf(who));
  return [attached.map(({ name }) => name), bounding.map(({ name }) => name)];
};

describe("a caller's documents", () => {
  it("are those of all bindings that match, each once, and what bounds them", () => {
    expect(namesFor({ groups: ["g"] })).toEqual([
      ["a", "b"],
      ["guard", "limit"],
    ]);
    expect(namesFor({ groups: ["g"], claims: { team: "blue" } })).toEqual([
      ["a", "b", "c"],
      ["guard", "limit"],
    ]);
    expect(namesFor({ groups: ["other"] })).toEqual([["d"], ["guard"]]);
    expect(namesFor({ groups: [] })).toEqual([[], ["guard"]]);
  });

  it("bound, and give nothing, where a binding hangs on a claim that the principal cannot speak of", () => {
    expect(namesFor({ groups: ["g"], carriedClaims: [] })).toEqual([
      ["a", "b"],
      ["a", "c", "guard", "limit"],
    ]);
  });
});
