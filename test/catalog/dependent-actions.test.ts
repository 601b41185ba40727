/**
 * Actions besides an operation's own: those of Connect are asked of the caller, over the whole reference; those of other
 * services are the role's (`test/cli/role/role-policy.test.ts`).
 */
import { describe, expect, it } from "vitest";
import { createBundle, openBundle } from "../../shared/bundle/bundle.ts";
import { findOperation, operations } from "../../shared/catalog/catalog.ts";
import { decideCall } from "../../shared/decide/authorize.ts";
import { findOperationSchema } from "../../shared/request/decode/schemas.ts";
import { parsePolicy } from "../../tools/authoring/policy/parse.ts";
import { readIamReference } from "../../tools/catalog/iam-reference.ts";
import { dependentActions, withoutResourceType } from "../../tools/catalog/tables/dependent-actions.ts";
import { configuration } from "../bundle/bundle-fixture.ts";
import { principalOf } from "../identity/principals.ts";
import { asksOf, callOf, httpCall, instances, served } from "../reach/random-calls.ts";

const reference = await readIamReference();

/** Decides a call of the operation with every member, for who may do just these. */
function decisionOn(
  name: string,
  actions: readonly string[],
  dependent: "required" | "ignored" = "required",
) {
  const operation = served.find(({ row }) => row.name === name);
  const call = operation && callOf(operation.row, operation.whole);
  if (!call) throw new Error(`no call of ${name}`);
  const statement = { Effect: "Allow", Action: actions, Resource: "*" };
  const text = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const parsed = parsePolicy(text, { name: "p", file: "policies/p.json" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const config = { ...configuration, instances, dependentActions: dependent };
  const bundle = openBundle(createBundle(config, [parsed.document]));
  return decideCall({ bundle, principal: principalOf({ groups: ["g"] }), call: httpCall }, call).decision;
}

const extrasOf = (name: string): readonly string[] =>
  [...new Set(findOperation(name)?.extraActions.map(({ action }) => action))].sort();

/** Names the structures that an operation answers, by themselves or in a list. */
function structuresOf(name: string): readonly string[] {
  const members = findOperationSchema(name)?.output.structIterator() ?? [];
  return [...members]
    .flatMap(([, member]) => {
      const shown = member.isListSchema() ? member.getValueSchema() : member;
      return shown.isStructSchema() ? [shown.getName()] : [];
    })
    .filter((shown) => shown !== undefined);
}

describe("the reference's dependent actions", () => {
  const rows = Object.entries(dependentActions).filter(([name]) => findOperation(name) !== undefined);

  it.each(rows)("of %s are asked of the caller, as far as they are Connect's own", (name, dependents) => {
    const own = dependents.filter((action) => action.startsWith("connect:"));
    expect(extrasOf(name)).toEqual(expect.arrayContaining(own));
  });

  it("are all that the installed reference lists, and so are the actions without a resource type", () => {
    const listed = [...reference.actions.values()];
    for (const { name, dependentActions: given = [] } of listed)
      expect(dependentActions[name] ?? []).toEqual(expect.arrayContaining([...given]));
    const bare = listed.filter(({ resourceTypes }) => resourceTypes.length === 0).map(({ name }) => name);
    expect(bare.sort()).toEqual([...withoutResourceType].sort());
  });
});

describe("a search", () => {
  const searches = operations().filter(({ name }) => name.startsWith("Search") && extrasOf(name).length > 0);

  it("needs something besides, but for the few that show no records", () => {
    const alone = operations().filter(({ name }) => name.startsWith("Search") && extrasOf(name).length === 0);
    expect(alone.map(({ name }) => name)).toEqual([
      "SearchAvailablePhoneNumbers",
      "SearchResourceTags",
      "SearchVocabularies",
      "SearchWorkspaceAssociations",
    ]);
    expect(searches.length).toBeGreaterThan(20);
  });

  it("never answers what a Describe does, whole, without it", () => {
    const described = new Map<string, string>();
    for (const { name } of operations())
      if (name.startsWith("Describe")) for (const shown of structuresOf(name)) described.set(shown, name);
    const pairs = operations().flatMap(({ name }) =>
      name.startsWith("Search")
        ? structuresOf(name).flatMap((shown) => (described.has(shown) ? [[name, described.get(shown)]] : []))
        : [],
    );
    for (const [name = "", describe] of pairs) expect(extrasOf(name)).toContain(`connect:${describe}`);
    expect(pairs).toContainEqual(["SearchTestCases", "DescribeTestCase"]);
    expect(pairs.length).toBeGreaterThan(10);
  });

  it.each(searches.map(({ name }) => name))(
    "%s is refused without any one of them, and so shows no full record",
    (name) => {
      const needed = [`connect:${name}`, ...extrasOf(name)];
      expect(decisionOn(name, needed)).toBe("allowed");
      for (const left of needed) {
        const rest = needed.filter((action) => action !== left);
        expect([left, decisionOn(name, rest)]).toEqual([left, "implicitDeny"]);
      }
      // Only the configuration can say that callers do not need them.
      expect(decisionOn(name, [`connect:${name}`], "ignored")).toBe("allowed");
    },
  );

  it("asks its Describe on every resource of the type, so that a grant for one shows nothing", () => {
    const operation = served.find(({ row }) => row.name === "SearchUsers");
    const call = operation && callOf(operation.row, operation.whole);
    const asks = asksOf(call ? [call] : []).filter(({ action }) => action === "connect:DescribeUser");
    expect(asks.map(({ resource }) => resource)).toEqual([`${instances[0]?.arn}/agent/*`]);
  });
});
