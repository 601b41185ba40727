/** Whose callers gain or lose access, where several issuers are configured. */
import { describe, expect, it } from "vitest";
import { createBundle } from "../../../shared/bundle/bundle.ts";
import type { BindingMatch } from "../../../shared/bundle/types.ts";
import { compareAccess } from "../../../tools/authoring/diff/prove.ts";
import { configuration, policy } from "../../bundle/bundle-fixture.ts";

const [a, b] = ["https://a.test", "https://b.test"];
type Side = readonly [issuers: readonly string[], ...matches: BindingMatch[]];

function differencesOf(...sides: readonly [Side, Side]) {
  const [older, newer] = sides.map(([issuers, ...matches]) =>
    createBundle(
      {
        ...configuration,
        issuers: issuers.map((issuer) => ({ issuer, audience: ["app"], claims: { id: "sub" } })),
        bindings: matches.map((match) => ({ match, policies: ["p"] })),
      },
      [policy("p", "connect:DescribeUser")],
    ),
  );
  if (!older || !newer) throw new Error("two sides");
  return compareAccess(older, newer, { hasPrincipalsTable: false }).map(
    ({ change, subject }) => `${change} ${subject}`,
  );
}

describe("a difference in access", () => {
  const groups = ["g"];
  it("is none where a binding only says what it was for", () => {
    expect(differencesOf([[a], { groups }], [[a], { groups, issuer: [a] }])).toEqual([]);
    expect(differencesOf([[a], { groups }], [[a, b], { groups, issuer: [a] }])).toEqual([]);
    expect(
      differencesOf([[a, b], { groups, claims: { iss: [a] } }], [[a, b], { groups, issuer: [a] }]),
    ).toEqual([]);
    expect(
      differencesOf(
        [[a, b], { groups, issuer: [a, b] }],
        [[a, b], { groups, issuer: [a] }, { groups, issuer: [b] }],
      ),
    ).toEqual([]);
  });

  it("is the callers' of the issuer that a binding names", () => {
    expect(differencesOf([[a, b], { groups, issuer: [a] }], [[a, b], { groups, issuer: [a, b] }])).toEqual([
      `gains group \`g\` and issuer \`${b}\``,
    ]);
    expect(
      differencesOf([[a, b], { groups, issuer: [a] }], [[a, b], { groups, issuer: [b] }]).sort(),
    ).toEqual([`gains group \`g\` and issuer \`${b}\``, `loses group \`g\` and issuer \`${a}\``]);
    expect(differencesOf([[a], { groups }], [[a, b], { groups, issuer: [a] }, { issuer: [b] }])).toEqual([
      `gains issuer \`${b}\``,
    ]);
    expect(differencesOf([[a, b], { groups, issuer: [a, b] }], [[a], { groups }])).toEqual([
      `loses group \`g\` and issuer \`${b}\``,
    ]);
  });
});
