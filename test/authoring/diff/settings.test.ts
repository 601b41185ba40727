/** What of a configuration bears on access besides policies and who gets them. */
import { describe, expect, it } from "vitest";
import { createBundle } from "../../../shared/bundle/bundle.ts";
import type { IssuerConfiguration } from "../../../shared/identity/types.ts";
import { compareSettings } from "../../../tools/authoring/diff/compare-configuration.ts";
import { configuration, policy } from "../../bundle/bundle-fixture.ts";

const issuer = "https://issuer.test";
const plain: IssuerConfiguration = { issuer, audience: ["app"], claims: { id: "sub", groups: "groups" } };
const differencesOf = (older: IssuerConfiguration, newer: IssuerConfiguration) => {
  const [before, after] = [older, newer].map((each) =>
    createBundle({ ...configuration, issuers: [each] }, [policy("p", "connect:*")]),
  );
  return before && after ? compareSettings(before, after) : undefined;
};

describe("what is trusted of an issuer", () => {
  const { claims } = plain;
  it.each<[string, Partial<IssuerConfiguration>]>([
    ["how a text of groups is split", { claims: { ...claims, groups: { claim: "groups", split: "space" } } }],
    ["the groups claim", { claims: { ...claims, groups: "roles" } }],
    ["the id claim", { claims: { ...claims, id: "oid" } }],
    ["a tag", { claims: { ...claims, tags: { team: "team" } } }],
    ["the audience", { audience: ["app", "other"] }],
    ["the scopes", { scopes: ["a"] }],
    ["the use of tokens", { tokenUse: "id" }],
    ["where its keys are", { jwksUri: "https://keys.test" }],
  ])("changes with %s", (_what, change) => {
    expect(differencesOf(plain, { ...plain, ...change })).toEqual([
      {
        change: "changes",
        message: `the settings of the issuer \`${issuer}\` change: \`${Object.keys(change)[0]}\``,
        escalates: "they say which tokens are accepted, and who callers are",
      },
    ]);
    expect(differencesOf(plain, { ...plain })).toEqual([]);
  });
});
