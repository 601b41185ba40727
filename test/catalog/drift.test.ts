import { describe, expect, it } from "vitest";
import { deriveCatalog } from "../../tools/catalog/derive-catalog.ts";
import { type IamReference, readIamReference } from "../../tools/catalog/iam-reference.ts";
import { readSdkOperations, type SdkOperation } from "../../tools/catalog/sdk-operations.ts";

const sdk = readSdkOperations();
const reference = await readIamReference();

function undecided(operations: readonly SdkOperation[], iam: IamReference = reference): readonly string[] {
  return deriveCatalog(operations, iam).undecided;
}

/** The SDK with one operation changed. */
function withOperation(
  name: string,
  change: (operation: SdkOperation) => SdkOperation,
): readonly SdkOperation[] {
  return sdk.map((operation) => (operation.name === name ? change(operation) : operation));
}

function withLeaf(name: string, path: string): readonly SdkOperation[] {
  return withOperation(name, (operation) => ({
    ...operation,
    leaves: [...operation.leaves, { path, required: false }],
  }));
}

function withAction(
  name: string,
  resourceTypes: readonly { name: string; required: boolean }[],
): IamReference {
  const action = { name, resourceTypes, conditionKeys: [] };
  return { ...reference, actions: new Map([...reference.actions, [name.toLowerCase(), action]]) };
}

describe("a newer SDK", () => {
  it("is named by its new operation when the reference does not list it", () => {
    const [first] = sdk;
    if (!first) throw new Error("no operations");
    const added = { ...first, name: "DescribeMoonbase" };
    expect(undecided([...sdk, added])).toEqual([
      "DescribeMoonbase: the reference has no action of this name",
    ]);
  });

  it.each(["MoonbaseId", "Base.MoonbaseArn", "MoonbaseIds[]", "Bases[].MoonbaseArns[]", "ProfileIdentifier"])(
    "is named by the new member %s that looks like an identifier",
    (path) => {
      const text = `DescribeUser: ${path}: looks like an identifier, and no table says of what`;
      expect(undecided(withLeaf("DescribeUser", path))).toContain(text);
    },
  );

  it("is named by a new member of an operation that a person decided about", () => {
    const text = "GetCurrentUserData: Filters.PromptIds[]: looks like an identifier, and no target has it";
    expect(undecided(withLeaf("GetCurrentUserData", "Filters.PromptIds[]"))).toEqual([text]);
  });

  it("does not take a longer name for one that is ignored", () => {
    expect(undecided(withLeaf("DescribeUser", "NewSessionId"))).toHaveLength(1);
  });

  it("makes a member with a known ending a referenced target", () => {
    const { rows } = deriveCatalog(withLeaf("DescribeUser", "PreferredQueueId"), reference);
    const row = rows.find(({ operation }) => operation.name === "DescribeUser");
    expect(row?.targets).toContainEqual({
      type: "queue",
      source: "PreferredQueueId",
      sort: "referenced",
      whenAbsent: "none",
    });
  });

  it("is named by an operation that lost a member which a person's decision is about", () => {
    const changed = withOperation("DeleteViewVersion", (operation) => ({
      ...operation,
      leaves: operation.leaves.filter(({ path }) => path !== "ViewId"),
    }));
    expect(undecided(changed)).toEqual(["DeleteViewVersion: ViewId: the SDK has no such member"]);
  });

  it("is named by new tags that no type is known for", () => {
    const member = { name: "Tags", place: "body", wireName: "Tags", required: false } as const;
    const changed = withOperation("CreateParticipant", (operation) => ({
      ...operation,
      members: [...operation.members, member],
    }));
    expect(undecided(changed)).toEqual(["CreateParticipant: Tags: which type do they go on?"]);
  });

  it("is named by a new search", () => {
    const search = sdk.find(({ name }) => name === "SearchPrompts");
    if (!search) throw new Error("no SearchPrompts");
    const iam = withAction("SearchMoonbases", [{ name: "instance", required: true }]);
    expect(undecided([...sdk, { ...search, name: "SearchMoonbases" }], iam)).toEqual([
      "SearchMoonbases: a search: which Describe does it need?",
    ]);
  });
});

describe("a newer reference", () => {
  it("is named by an operation that it now requires another type for", () => {
    const iam = withAction("DescribeUser", [
      { name: "user", required: true },
      { name: "prompt", required: true },
    ]);
    expect(undecided(sdk, iam)).toEqual(["DescribeUser: prompt: no member names it"]);
  });

  it("is named by an action that was missing and is now listed", () => {
    const iam = withAction("DeleteSession", [{ name: "instance", required: true }]);
    expect(undecided(sdk, iam)).toEqual([
      "DeleteSession: the reference now has this action; drop it from the unlisted ones",
    ]);
  });

  it("is named by a required type whose only member is optional", () => {
    const iam = withAction("PauseContact", [
      { name: "contact", required: true },
      { name: "contact-flow", required: true },
    ]);
    expect(undecided(sdk, iam)).toEqual([
      "PauseContact: contact-flow: every source is optional (ContactFlowId)",
    ]);
  });
});
