import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { deriveCatalog } from "../../tools/catalog/derive-catalog.ts";
import { generateFrom } from "../../tools/catalog/generate.ts";
import { type IamAction, type IamReference, readIamReference } from "../../tools/catalog/iam-reference.ts";
import { readSdkOperations, type SdkOperation } from "../../tools/catalog/sdk-operations.ts";
import { staleTables as staleTablesOf } from "../../tools/catalog/stale-tables.ts";
import { documentedFilterKeys, readFilterKeys } from "../../tools/catalog/tables/filter-keys.ts";
import { ignoredIdentifiers, otherTags } from "../../tools/catalog/tables/ignored-members.ts";
import { formatToDo } from "../../tools/catalog/undecided.ts";

const sdk = readSdkOperations();
const reference = await readIamReference();

function undecided(operations: readonly SdkOperation[], iam: IamReference = reference): readonly string[] {
  return deriveCatalog(operations, iam).undecided.map(({ what }) => what);
}

function staleTables(iam: IamReference): readonly string[] {
  return staleTablesOf(deriveCatalog(sdk, iam).rows, iam).map(
    ({ what, file }) => `${file.split("/").at(-1)} ${what}`,
  );
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

  it.each([
    "MoonbaseId",
    "Base.MoonbaseArn",
    "MoonbaseIds[]",
    "Bases[].MoonbaseArns[]",
    "ProfileIdentifier",
    "Filters.Prompts[]",
    "MoonbaseID",
    "ResourceARN",
    "Bases[].ARNs[]",
    "Base.arn",
    "ids[]",
    "MoonbaseUUID",
    "Filter.Queue",
    "RoutingProfiles{}",
  ])("is named by the new member %s that looks like an identifier", (path) => {
    const text = `DescribeUser: ${path}: looks like an identifier, and no table says of what`;
    expect(undecided(withLeaf("DescribeUser", path))).toContain(text);
  });

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

  it.each([
    "ResourceTags{}",
    "Config.Tags{}",
    "TagsToAdd[].Key",
    "Filter.TagKeys[]",
    "SearchFilter.TagFilter.Not.TagKey",
  ])("is named by the new member %s that looks like a tag", (path) => {
    expect(undecided(withLeaf("DescribeUser", path))).toEqual([
      `DescribeUser: ${path}: looks like a tag, and no table says of what`,
    ]);
  });

  it.each(["Stages[].Name", "Percentage", "Postage", "SearchFilter.TagFilter.TagCondition.TagKey", "Tags{}"])(
    "is not named by %s, which is no tag or one that is read",
    (path) => {
      expect(undecided(withLeaf("DescribeUser", path))).toEqual([]);
    },
  );

  it("is named by an action on a type of which the reference has no ARN", () => {
    const prompt = sdk.find(({ name }) => name === "CreatePrompt");
    if (!prompt) throw new Error("no CreatePrompt");
    const iam = withAction("CreateMoon", [{ name: "moon", required: true }]);
    expect(undecided([...sdk, { ...prompt, name: "CreateMoon" }], iam)).toEqual([
      "CreateMoon: moon: no ARN of this type is known",
    ]);
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

/** A release of the SDK and of the reference with much that nobody has thought about, in the SDK's own form. */
describe("a rehearsed upgrade", () => {
  const string = 0;
  /** A structure of the SDK's static schemas: required members first. */
  const structure = (name: string, members: Readonly<Record<string, unknown>>, required = 0) =>
    [3, "com.amazonaws.connect", name, 0, Object.keys(members), Object.values(members), required] as const;
  const operation = (name: string, uri: string, members: Readonly<Record<string, unknown>>) =>
    [
      9,
      "com.amazonaws.connect",
      name,
      { http: ["POST", uri, 200] },
      () => structure(`${name}Request`, members, 1),
      () => structure(`${name}Response`, {}),
    ] as const;
  const listOf = (schema: unknown) => [1, "com.amazonaws.connect", "List", 0, schema] as const;
  const mapOf = (schema: unknown) => [2, "com.amazonaws.connect", "Map", 0, string, schema] as const;
  const instance = { InstanceId: [string, 1] };

  const release = {
    StartLunarSession$: operation("StartLunarSession", "/lunar/{InstanceId}/session", {
      ...instance,
      EntityId: string,
      AliasId: string,
      Pilot: structure("Pilot", { DirectoryUserId: string, UserTags: mapOf(string) }),
      References: mapOf(structure("Reference", { Arn: string })),
      Tags: mapOf(string),
      QueueId: string,
    }),
    SearchMoons$: operation("SearchMoons", "/search-moons/{InstanceId}", instance),
    OrbitMoon$: operation("OrbitMoon", "/moons/{InstanceId}/orbit", {
      ...instance,
      ResourceIds: listOf(string),
    }),
  };
  const resourceTypes = [{ name: "instance", required: true }];
  const names = ["StartLunarSession", "SearchMoons", "LaunchMoon"];
  const iam: IamReference = {
    ...reference,
    actions: new Map([
      ...reference.actions,
      ...names.map((name): [string, IamAction] => [
        name.toLowerCase(),
        { name, resourceTypes, conditionKeys: [] },
      ]),
    ]),
    conditionKeyTypes: new Map([...reference.conditionKeyTypes, ["connect:MoonPhase", "String"]]),
  };
  const grown = [...sdk, ...readSdkOperations(release)];
  const filterKeys = [...(readFilterKeys() ?? []), "MOON_ID"];
  const { undecided: open } = generateFrom(grown, iam, filterKeys);

  it("stops at each operation, member and key that needs a decision, and names the file to write it in", () => {
    const looksLike = (path: string) => `${path}: looks like an identifier, and no table says of what`;
    expect(formatToDo(open).split("\n")).toEqual([
      "in tools/catalog/tables/overrides.ts:",
      "  OrbitMoon: the reference has no action of this name",
      "in tools/catalog/identifier-members.ts, or ignored-members.ts beside it with the reason:",
      `  OrbitMoon: ${looksLike("ResourceIds[]")}`,
      `  StartLunarSession: ${looksLike("EntityId")}`,
      `  StartLunarSession: ${looksLike("AliasId")}`,
      `  StartLunarSession: ${looksLike("Pilot.DirectoryUserId")}`,
      `  StartLunarSession: ${looksLike("References{}.Arn")}`,
      "in tools/catalog/tables/extra-actions.ts:",
      "  SearchMoons: a search: which Describe does it need?",
      "  StartLunarSession: Tags: which type do they go on?",
      "in tools/catalog/tables/tag-members.ts, or ignored-members.ts beside it with the reason:",
      "  StartLunarSession: Pilot.UserTags{}: looks like a tag, and no table says of what",
      "in tools/catalog/tables/filter-keys.ts:",
      "  GetMetricDataV2: Filters[].FilterKey=MOON_ID: no table says what its values name",
      "in tools/authoring/configuration/known-actions.ts:",
      "  lacks the action connect:LaunchMoon",
      "in tools/authoring/lint/facts/actions-without-operation.ts:",
      "  lacks the action connect:LaunchMoon",
      "in shared/reach/implication/condition-key-table.ts:",
      "  lacks the key connect:MoonPhase; it is not known, so denied, until shared/request/keys/condition-keys.ts reads it",
    ]);
  });

  it("inherits no decision to ignore: every member that is ignored anywhere needs one in a new operation", () => {
    const paths = (table: Readonly<Record<string, readonly string[]>>) => [
      ...new Set(
        Object.values(table)
          .flat()
          .map((place) => place.slice(place.indexOf(".") + 1)),
      ),
    ];
    const [user] = sdk.filter(({ name }) => name === "DescribeUser");
    if (!user) throw new Error("no DescribeUser");
    const inherited = [...paths(ignoredIdentifiers), ...paths(otherTags)].filter((path) => {
      const leaves = [...user.leaves, { path, required: false }];
      return !undecided([{ ...user, leaves }]).some((text) => text.startsWith(`DescribeUser: ${path}: `));
    });
    expect(inherited).toEqual([]);
  });

  it("stops at a structure that holds itself where member paths do not find what it names", () => {
    const filter: unknown[] = [];
    const filters: Readonly<Record<string, unknown>> = {
      QueueId: string,
      Not: filter,
      All: listOf(filter),
      ByKey: mapOf(filter),
    };
    filter.push(...structure("Filter", filters));
    const OrbitMoon$ = operation("OrbitMoon", "/moons/{InstanceId}/orbit", { ...instance, Filter: filter });
    const added = readSdkOperations({ OrbitMoon$ });
    const again = (path: string) =>
      `OrbitMoon: ${path}: holds Filter<All[]>.QueueId again, where no member path finds it (shared/catalog/member-path.ts)`;
    const listed = withAction("OrbitMoon", resourceTypes);
    expect(undecided([...sdk, ...added], listed)).toEqual([
      again("Filter<All[]>.Not"),
      again("Filter<All[]>.ByKey{}"),
    ]);
    const { rows } = deriveCatalog([...sdk, ...added], listed);
    expect(rows.find(({ action }) => action === "OrbitMoon")?.targets).toContainEqual(
      expect.objectContaining({ type: "queue", source: "Filter<All[]>.QueueId" }),
    );
  });

  it("finds the filter keys in the SDK's documentation, and says so when they are no longer there", () => {
    expect(readFilterKeys()).toEqual(
      expect.arrayContaining(["QUEUE", "FLOWS_NEXT_RESOURCE_ID", "INITIATING_FLOW"]),
    );
    expect(documentedFilterKeys("export interface GetMetricDataV2Request { }")).toBeUndefined();
    const { undecided: all } = generateFrom(sdk, reference, undefined);
    expect(all).toEqual([
      {
        what: "GetMetricDataV2: the SDK's documentation no longer lists the filter keys where this file looks for them",
        file: "tools/catalog/tables/filter-keys.ts",
      },
    ]);
  });
});

/** What the test of the generated files would report: the lines that the committed ones lack. */
function newLines(operations: readonly SdkOperation[], iam: IamReference = reference): readonly string[] {
  return generateFrom(operations, iam, readFilterKeys()).files.flatMap(({ path, text }) => {
    const committed = new Set(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8").split("\n"));
    return text.split("\n").filter((line) => !committed.has(line));
  });
}

function lineWith(name: string): unknown {
  return expect.arrayContaining([expect.stringContaining(name)]);
}

describe("a newer SDK whose news need no decision", () => {
  it("is named by its new operation", () => {
    const user = sdk.find(({ name }) => name === "DescribeUser");
    if (!user) throw new Error("no DescribeUser");
    const added = { ...user, name: "DescribeMoonbase", uri: "/moonbases/{InstanceId}/{UserId}" };
    const iam = withAction("DescribeMoonbase", [{ name: "user", required: true }]);
    expect(undecided([...sdk, added], iam)).toEqual([]);
    expect(newLines([...sdk, added], iam)).toEqual(lineWith("DescribeMoonbase"));
  });

  it("is named by a new member of an operation, and by one that became required", () => {
    const member = { name: "Crater", place: "body", wireName: "Crater", required: false } as const;
    const withCrater = withOperation("CreateUser", (operation) => ({
      ...operation,
      members: [...operation.members, member],
    }));
    expect(newLines(withCrater)).toEqual([expect.stringMatching(/"CreateUser;.* Crater/)]);
    const withPassword = withOperation("CreateUser", (operation) => ({
      ...operation,
      members: operation.members.map((each) => ({
        ...each,
        required: each.required || each.name === "Password",
      })),
    }));
    expect(newLines(withPassword)).toEqual([expect.stringMatching(/"CreateUser;.* Password!/)]);
  });

  it("is named by an operation whose route changed", () => {
    const moved = withOperation("DescribeUser", (operation) => ({
      ...operation,
      uri: "/moon/{InstanceId}/{UserId}",
    }));
    expect(newLines(moved)).toEqual(lineWith("GET /moon/{InstanceId}/{UserId}"));
  });

  it("is named by a new reference to a resource, at any depth", () => {
    expect(newLines(withLeaf("CreateRule", "Actions[].MoonAction.QueueIds[]"))).toEqual(
      lineWith("~queue Actions[].MoonAction.QueueIds[]?"),
    );
  });
});

describe("a newer reference", () => {
  it("is named by a new action, whether or not an operation is asked as it", () => {
    const iam = withAction("LaunchMoonbase", [{ name: "instance", required: true }]);
    expect(newLines(sdk, iam)).toEqual(["- `LaunchMoonbase`"]);
    expect(staleTables(iam)).toEqual([
      "known-actions.ts lacks the action connect:LaunchMoonbase",
      "actions-without-operation.ts lacks the action connect:LaunchMoonbase",
    ]);
  });

  it("is named by a new resource type", () => {
    const arn = "arn:x:connect:r:a:instance/i/moonbase/m";
    const iam = { ...reference, resourceTypes: new Map([...reference.resourceTypes, ["moonbase", arn]]) };
    expect(newLines(sdk, iam)).toEqual(lineWith('"moonbase": "arn:x:connect:r:a:instance/i/moonbase/m"'));
  });

  it("is named by a new condition key", () => {
    const iam = {
      ...reference,
      conditionKeys: [...reference.conditionKeys, "connect:MoonPhase"],
      conditionKeyTypes: new Map([...reference.conditionKeyTypes, ["connect:MoonPhase", "String"]]),
    };
    expect(newLines(sdk, iam)).toEqual(["- `connect:MoonPhase`"]);
    expect(staleTables(iam)).toEqual([
      "condition-key-table.ts lacks the key connect:MoonPhase; it is not known, so denied, until shared/request/keys/condition-keys.ts reads it",
    ]);
  });

  it("is named by a condition key that an action newly carries, or that became multivalued", () => {
    const { name = "", resourceTypes = [] } = reference.actions.get("describeuser") ?? {};
    const action = { name, resourceTypes, conditionKeys: ["connect:Channel"] };
    const iam = { ...reference, actions: new Map([...reference.actions, ["describeuser", action]]) };
    expect(newLines(sdk, iam)).toEqual(lineWith('"DescribeUser;'));
    const types = new Map([...reference.conditionKeyTypes, ["connect:Channel", "ArrayOfString"]]);
    expect(staleTables({ ...reference, conditionKeyTypes: types })).toEqual([
      "condition-key-table.ts has another type than ArrayOfString for connect:Channel",
    ]);
  });

  it("is named by an operation that it now requires another type for", () => {
    const iam = withAction("DescribeUser", [
      { name: "user", required: true },
      { name: "prompt", required: true },
    ]);
    expect(undecided(sdk, iam)).toEqual(["DescribeUser: prompt: no member names it"]);
  });

  it("is named by a dependent action that no table has, and by an action that has lost its resource types", () => {
    const action = reference.actions.get("describeuser");
    if (!action) throw new Error("no DescribeUser");
    const listing = (change: Partial<IamAction>): IamReference => ({
      ...reference,
      actions: new Map([...reference.actions, ["describeuser", { ...action, ...change }]]),
    });
    expect(undecided(sdk, listing({ dependentActions: ["moon:DescribeBase"] }))).toEqual([
      "DescribeUser: depends on moon:DescribeBase, says the reference",
    ]);
    expect(undecided(sdk, listing({ resourceTypes: [] }))).toContain(
      "DescribeUser: the reference's resource types differ from `withoutResourceType`",
    );
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
