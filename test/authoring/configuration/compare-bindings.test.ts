/** Bindings beside each other: what was probably meant otherwise is told, and what may be meant is not. */
import { describe, expect, it, onTestFinished } from "vitest";
import { loadConfiguration } from "../../../tools/authoring/configuration/load-configuration.ts";
import { createFolder } from "./configuration-folder.ts";

const policy = (Effect: string, Action = "connect:ListUsers") =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect, Action, Resource: "*" }] });

async function codesOf(bindings: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const head = `instances: [{ arn: "arn:aws:connect:us-east-1:123456789012:instance/aaaa" }]
issuers:
  - { issuer: "https://one.example/", audience: app, claims: { groups: groups } }
  - { issuer: "https://two.example/", audience: app, claims: { groups: groups } }
bindings:
`;
  const folder = await createFolder({
    "authorizer.yaml": head + bindings.map((binding) => `  - ${binding}\n`).join(""),
    "policies/p.json": policy("Allow"),
    "policies/q.json": policy("Allow", "connect:DescribeUser"),
    ...more,
  });
  onTestFinished(() => folder.remove());
  const loaded = await loadConfiguration(folder.path);
  return (loaded.ok ? loaded.warnings : loaded.issues).flatMap(({ code, line }) =>
    code === "unusedPolicy" ? [] : [`${line} ${code}`],
  );
}

const one = 'issuer: "https://one.example/"';
const two = 'issuer: "https://two.example/"';
const of = (match: string, policies = "[p]", more = "") =>
  `{ match: { ${match} }, policies: ${policies}${more} }`;

describe("two bindings", () => {
  it.each([
    [
      "that match the same callers",
      [of(`${one}, groups: [a, b]`), of(`groups: [b, a], ${one}`, "[q]")],
      "7 sameMatch",
    ],
    ["that say the same", [of(`${one}, groups: [a]`), of(`${one}, groups: [a]`)], "7 duplicateBinding"],
    [
      "with groups of other case",
      [of(`${one}, groups: [Agents]`), of(`${one}, groups: [agents]`, "[q]")],
      "7 nearGroup",
    ],
    [
      "with groups of other signs",
      [of(`${one}, groups: [hr-admin]`), of(`${one}, groups: ["HR Admins"]`, "[q]")],
      "7 nearGroup",
    ],
    [
      "one with a wildcard",
      [of(`${one}, groups: ["a*"]`), of(`${one}, principals: ["u*"]`)],
      "6 wildcardInMatch, 7 wildcardInMatch",
    ],
    ["with a quote in a name", [of(`${one}, groups: ["a'"]`), of(`${one}, groups: [b]`)], "6 strayCharacter"],
  ])("%s are told", async (_, bindings, expected) => {
    expect((await codesOf(bindings)).join(", ")).toBe(expected);
  });

  it.each([
    [
      "of the same callers with another boundary",
      [of(`${one}, groups: [a]`), of(`${one}, groups: [a]`, "[q]", ", boundary: p")],
    ],
    ["of two issuers", [of(`${one}, groups: [Agents]`), of(`${two}, groups: [agents]`)]],
    ["of numbered groups", [of(`${one}, groups: [team-1]`), of(`${one}, groups: [team-2]`)]],
    ["of which one lists both names", [of(`${one}, groups: [Agents, agents]`), of(`${one}, groups: [b]`)]],
    ["with an apostrophe in a name", [of(`${one}, groups: ["agent's team"]`), of(`${one}, groups: [b]`)]],
  ])("%s are not", async (_, bindings) => {
    expect(await codesOf(bindings)).toEqual([]);
  });
});

describe("policies without an Allow", () => {
  const binding = [of(`${one}, groups: [a]`)];

  it("give nobody access, which is told", async () => {
    const denies = { "policies/p.json": policy("Deny"), "policies/q.json": policy("Deny") };
    expect(await codesOf(binding, denies)).toEqual(["6 noAccess"]);
  });

  it("are right beside one that allows, also if no binding names that", async () => {
    expect(await codesOf(binding, { "policies/p.json": policy("Deny") })).toEqual([]);
  });
});
