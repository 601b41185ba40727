/**
 * A condition key that nothing can fill in: an error in a Deny and under an operator that holds without the key, a warning
 * elsewhere, whatever the actions are; and `accept` of authorizer.yaml, which overrules the error.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { operations } from "../../../shared/catalog/catalog.ts";
import {
  absentKeys,
  endpointKeys,
  serviceKeys,
  unknownKeys,
} from "../../../shared/request/keys/global-keys.ts";
import { loadConfiguration } from "../../../tools/authoring/configuration/load-configuration.ts";
import { createFolder } from "../configuration/configuration-folder.ts";
import { lintText } from "./lint-cases.ts";

const names = [absentKeys, serviceKeys, endpointKeys, unknownKeys].flatMap((keys) =>
  Object.values(keys).flat(),
);
const others = [
  "aws:KeyOfNextYear",
  "connect:KeyOfNextYear",
  "saml:sub",
  "accounts.google.com:aud",
  "s3:prefix",
];
const actions = [
  { Action: "*" },
  { Action: "connect:*" },
  { Action: "connect:DescribeUser" },
  { Action: ["connect:DescribeUser", "s3:GetObject"] },
  { NotAction: "connect:DescribeInstance" },
  { NotAction: "s3:*" },
];
const onlyOfConnect: ReadonlySet<object> = new Set(
  actions.filter(({ Action }) => /^connect:[^,]*$/.test(String(Action))),
);
const positive = ["StringEquals", "StringLike", "Bool", "ForAnyValue:StringEquals"];
const negated = [
  "StringNotEquals",
  "StringNotLikeIfExists",
  "BoolIfExists",
  "ForAllValues:StringEquals",
  "Null",
];

function severities(effect: string, what: object, operator: string, key: string): readonly string[] {
  const Condition = { [operator]: { [key]: "true" } };
  const statement = { Effect: effect, ...what, Resource: "*", Condition };
  const text = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const codes = /^(?:absentConditionKey|conditionKeyNotKnown|conditionKeyNotCarried|unknownConditionKey)$/;
  return lintText(text)
    .filter(({ code }) => codes.test(code))
    .map(({ severity }) => severity);
}

describe("a condition key that nothing can fill in", () => {
  it.each([...names, ...others])(
    "%s is an error where it changes access, however broad the actions are",
    (key) => {
      for (const what of actions) {
        for (const operator of [...positive, ...negated]) {
          const inDeny = severities("Deny", what, operator, key);
          expect([what, operator, inDeny]).toEqual([what, operator, ["error"]]);
          const inAllow = severities("Allow", what, operator, key);
          // Beside another service's actions, that service's own key may narrow an Allow of them.
          const isForeign = key === "s3:prefix" && !onlyOfConnect.has(what);
          const expected = negated.includes(operator) ? ["error"] : isForeign ? [] : ["warning"];
          expect([what, operator, inAllow]).toEqual([what, operator, expected]);
        }
      }
    },
  );
});

describe("a key of Connect that AWS does not explain", () => {
  it.each([
    ["connect:PreferredUserArn", "connect:AssociateContactWithUser"],
    ["connect:ExpressionValue", "connect:BatchUpdateDataTableValue"],
  ])("%s is an error where it changes access, too", (key, action) => {
    for (const Action of [action, "connect:*", "*"]) {
      expect(severities("Deny", { Action }, "StringLike", key)).toEqual(["error"]);
      expect(severities("Allow", { Action }, "StringNotLike", key)).toEqual(["error"]);
      expect(severities("Allow", { Action }, "StringLike", key)).toEqual(["warning"]);
    }
  });
});

describe("a level of the hierarchy of no one user", () => {
  it.each(["connect:CreateUser", "connect:SearchUsers"])(
    "is not known for %s, whose calls are refused, and not missing",
    (Action) => {
      expect(severities("Deny", { Action }, "StringEquals", "connect:HierarchyGroupL1Id")).toEqual(["error"]);
      expect(severities("Allow", { Action }, "StringEquals", "connect:HierarchyGroupL1Id")).toEqual([
        "warning",
      ]);
      for (const several of ["connect:*User", [Action, "connect:DescribeUser"]])
        expect(severities("Deny", { Action: several }, "StringEquals", "connect:HierarchyGroupL1Id")).toEqual(
          [],
        );
    },
  );
});

describe("a tag of a resource that is being created", () => {
  const found = (Action: string, key: string) => severities("Deny", { Action }, "StringEquals", key);

  it("is not said to be missing where the request may set it", () => {
    const creates = operations().filter(
      ({ name, members }) => name.startsWith("Create") && members.some((member) => member.name === "Tags"),
    );
    expect(creates.length).toBeGreaterThan(10);
    for (const { action } of creates)
      expect([action, found(action, "aws:ResourceTag/env")]).toEqual([action, []]);
    expect(found("connect:ListQueues", "aws:ResourceTag/env")).toEqual(["warning"]);
  });
});

const folders: { remove(): Promise<void> }[] = [];
afterAll(async () => {
  for (const folder of folders) await folder.remove();
});

async function load(accept: unknown, key = "aws:PrincipalOrgID") {
  const Condition = { StringNotEqualsIfExists: { [key]: "o-1" } };
  const deny = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Action: "*", Resource: "*", Condition }],
  };
  const folder = await createFolder({
    "authorizer.yaml": JSON.stringify({
      instances: [{ arn: "arn:aws:connect:us-east-1:123456789012:instance/aaaa" }],
      issuers: [{ issuer: "https://issuer.example/", audience: "app", claims: { groups: "groups" } }],
      bindings: [{ match: { groups: ["g"] }, policies: ["p", "q"] }],
      ...(accept === undefined ? {} : { accept }),
    }),
    "policies/p.json": JSON.stringify(deny),
    "policies/q.json": JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "connect:ListUsers", Resource: "*" }],
    }),
  });
  folders.push(folder);
  const loaded = await loadConfiguration(folder.path);
  const issues = loaded.ok ? loaded.warnings : loaded.issues;
  return {
    ok: loaded.ok,
    codes: issues.map(({ severity, code, path }) => `${severity} ${code} ${path}`),
    bundle: loaded.ok ? loaded.bundle : undefined,
  };
}

const because = "copied from the organization's guardrails";
const refused =
  "error conditionKeyNotKnown Statement[0].Condition.StringNotEqualsIfExists.aws:PrincipalOrgID";

describe("`accept`", () => {
  it("lets a policy name such a key for a reason, in any case, and puts nothing in the bundle", async () => {
    expect(await load(undefined)).toMatchObject({ ok: false, codes: [refused] });
    const accepted = await load([{ key: "aws:principalOrgId", because }]);
    expect(accepted).toMatchObject({ ok: true, codes: [] });
    expect(JSON.stringify(accepted.bundle)).not.toContain(because);
    expect(await load([{ key: "aws:PrincipalOrgID", because, policies: ["p"] }])).toMatchObject({
      ok: true,
      codes: [],
    });
  });

  it.each<[string, unknown, readonly string[]]>([
    ["another key", [{ key: "aws:PrincipalArn", because }], ["warning unusedAcceptance accept[0]", refused]],
    [
      "another policy",
      [{ key: "aws:PrincipalOrgID", because, policies: ["q"] }],
      ["warning unusedAcceptance accept[0]", refused],
    ],
    [
      "a policy that is not there",
      [{ key: "aws:PrincipalOrgID", because, policies: ["p", "r"] }],
      ["error unknownPolicy accept[0].policies[1]"],
    ],
    ["no reason", [{ key: "aws:PrincipalOrgID" }], ["error missingKey accept[0]", refused]],
    [
      "an empty reason",
      [{ key: "aws:PrincipalOrgID", because: "" }],
      ["error emptyText accept[0].because", refused],
    ],
    [
      "a blank reason",
      [{ key: "aws:PrincipalOrgID", because: " \t" }],
      ["error emptyText accept[0].because", refused],
    ],
    [
      "a member more",
      [{ key: "aws:PrincipalOrgID", because, until: "x" }],
      ["error unknownKey accept[0].until"],
    ],
    ["a text", "aws:PrincipalOrgID", ["error wrongType accept", refused]],
  ])("does not with %s", async (_, accept, codes) => {
    const loaded = await load(accept);
    expect(loaded.ok).toBe(false);
    expect([...loaded.codes].sort()).toEqual([...codes].sort());
  });
});

describe("docs/reference/condition-keys.md", () => {
  it("names every key of the tables", () => {
    const page = readFileSync(
      resolve(import.meta.dirname, "../../../docs/reference/condition-keys.md"),
      "utf8",
    );
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
