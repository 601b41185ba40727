import { describe, expect, it } from "vitest";
import { NOT_KNOWN } from "../../../shared/catalog/ask.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import { findOperationSchema } from "../../../shared/request/decode/schemas.ts";
import { memberKeys, readRequestKey } from "../../../shared/request/keys/condition-keys.ts";

// biome-ignore lint/suspicious/noTemplateCurlyInString: the reference spells a family of keys so
const anyTag = "/${TagKey}";

/** Reads a key that the action is taken to carry. */
function read(key: string, input: Record<string, unknown>, instanceId?: string) {
  const facts = {
    input: { get: (member: string) => (Object.hasOwn(input, member) ? input[member] : undefined) },
    instanceId,
  };
  return readRequestKey(key.toLowerCase(), [key.replace(/\/.*/, anyTag)], facts);
}

const blue = { TagKey: "Team", TagValue: "blue" };
const red = { TagKey: "team", TagValue: "red" };
const site = { TagKey: "site", TagValue: "1" };
const group = { Value: "g", HierarchyGroupMatchType: "EXACT" };

/** Composed filters, and the one value of `team` that they leave; both forms that the SDK's schema has. */
const searchTags: readonly (readonly [filter: object, expected: unknown])[] = [
  [{ TagFilter: { OrConditions: [[blue]] } }, "blue"],
  [{ TagFilter: { OrConditions: [[blue], [site, blue]] } }, "blue"],
  [{ TagFilter: { OrConditions: [[blue], [red]] } }, NOT_KNOWN],
  [{ TagFilter: { OrConditions: [[blue], [site]] } }, NOT_KNOWN],
  [{ TagFilter: { OrConditions: [[blue], []] } }, NOT_KNOWN],
  [{ TagFilter: { OrConditions: [[site], []] } }, undefined],
  [{ TagFilter: { OrConditions: [] } }, undefined],
  [{ TagFilter: { OrConditions: [], TagCondition: blue } }, "blue"],
  [{ TagFilter: { AndConditions: [], TagCondition: blue } }, "blue"],
  [{ TagFilter: { AndConditions: [site], TagCondition: blue } }, NOT_KNOWN],
  [{ TagFilter: { AndConditions: [site, blue], TagCondition: blue } }, "blue"],
  [{ TagFilter: { OrConditions: [[{ TagKey: "team" }]] } }, NOT_KNOWN],
  [{ AttributeFilter: { OrConditions: [{ TagConditions: [blue] }] } }, "blue"],
  [{ AttributeFilter: { AndCondition: { TagConditions: [site, blue] } } }, "blue"],
  [{ AttributeFilter: { AndCondition: { TagConditions: [blue, red] } } }, NOT_KNOWN],
  [{ AttributeFilter: { TagCondition: red } }, "red"],
  [{ AttributeFilter: { OrConditions: [{ TagConditions: [blue] }, { TagConditions: [] }] } }, NOT_KNOWN],
  [
    { UserAttributeFilter: { AndCondition: { TagConditions: [blue], HierarchyGroupCondition: group } } },
    "blue",
  ],
  [
    {
      UserAttributeFilter: {
        OrConditions: [{ TagConditions: [blue] }, { HierarchyGroupCondition: group }],
      },
    },
    NOT_KNOWN,
  ],
  [{ UserAttributeFilter: { HierarchyGroupCondition: group } }, undefined],
  [{ UserAttributeFilter: { HierarchyGroupCondition: group, TagCondition: blue } }, NOT_KNOWN],
  [{ TagFilter: { TagCondition: blue }, UserAttributeFilter: { TagCondition: blue } }, "blue"],
  [{ TagFilter: { TagCondition: blue }, UserAttributeFilter: { TagCondition: red } }, NOT_KNOWN],
  [{ TagFilter: { TagCondition: blue }, FlowAttributeFilter: { ContactFlowTypeCondition: {} } }, NOT_KNOWN],
];

describe("readRequestKey", () => {
  it.each<[string, Record<string, unknown>, unknown]>([
    ["aws:RequestTag/team", { Tags: { Team: "blue" } }, "blue"],
    ["aws:RequestTag/team", { tags: { team: "blue" } }, "blue"],
    ["aws:RequestTag/team", { Tags: { other: "x" } }, undefined],
    ["aws:RequestTag/team", { Tags: {} }, undefined],
    ["aws:RequestTag/team", {}, undefined],
    ["aws:RequestTag/team", { Tags: { team: "blue", Team: "red" } }, NOT_KNOWN],
    ["aws:RequestTag/team", { Tags: NOT_KNOWN }, NOT_KNOWN],
    ["aws:RequestTag/constructor", { Tags: {} }, undefined],
    ["aws:TagKeys", { Tags: { a: "1", B: "2" } }, ["a", "B"]],
    ["aws:TagKeys", { tagKeys: ["a"] }, ["a"]],
    ["aws:TagKeys", { Tags: {} }, undefined],
    ["aws:TagKeys", { tagKeys: NOT_KNOWN }, NOT_KNOWN],
    ["connect:StorageResourceType", { ResourceType: "CALL_RECORDINGS" }, "CALL_RECORDINGS"],
    ["connect:MonitorCapabilities", { AllowedMonitorCapabilities: ["BARGE"] }, ["BARGE"]],
    ["connect:MonitorCapabilities", {}, undefined],
    ["connect:MonitorCapabilities", { AllowedMonitorCapabilities: [1] }, NOT_KNOWN],
    ["connect:FlowType", { Type: "CONTACT_FLOW" }, ["CONTACT_FLOW"]],
    ["connect:FlowType", { ContactFlowId: "f" }, NOT_KNOWN],
    ["connect:Channel", { SearchCriteria: { Channels: ["VOICE"] } }, ["VOICE"]],
    ["connect:Channel", { SearchCriteria: {} }, undefined],
    ["connect:Channel", { ContactId: "c" }, NOT_KNOWN],
    [
      "connect:Subtype",
      { SegmentAttributes: { "connect:Subtype": { ValueString: "connect:SMS" } } },
      "connect:SMS",
    ],
    ["connect:Subtype", { SegmentAttributes: {} }, undefined],
    [
      "connect:SearchContactsByContactAnalysis",
      { SearchCriteria: { ContactAnalysis: { Transcript: {} } } },
      ["Transcript"],
    ],
    ["connect:SearchContactsByContactAnalysis", { SearchCriteria: {} }, undefined],
    [
      "connect:SearchTag/team",
      { SearchFilter: { TagFilter: { TagCondition: { TagKey: "Team", TagValue: "blue" } } } },
      "blue",
    ],
    [
      "connect:SearchTag/team",
      {
        SearchFilter: {
          TagFilter: {
            AndConditions: [
              { TagKey: "a", TagValue: "1" },
              { TagKey: "team", TagValue: "blue" },
            ],
          },
        },
      },
      "blue",
    ],
    [
      "connect:SearchTag/team",
      {
        SearchFilter: {
          TagFilter: {
            AndConditions: [
              { TagKey: "team", TagValue: "red" },
              { TagKey: "team", TagValue: "blue" },
            ],
          },
        },
      },
      NOT_KNOWN,
    ],
    [
      "connect:SearchTag/team",
      { SearchFilter: { TagFilter: { TagCondition: { TagKey: "team" } } } },
      NOT_KNOWN,
    ],
    ["connect:SearchTag/team", { SearchFilter: { UserAttributeFilter: {} } }, undefined],
    [
      "connect:SearchTag/team",
      { SearchCriteria: { ContactTags: { TagCondition: { TagKey: "team", TagValue: "blue" } } } },
      "blue",
    ],
    ["connect:SearchTag/team", { SearchFilter: {} }, undefined],
    ...searchTags.map(([filter, expected]): [string, Record<string, unknown>, unknown] => [
      "connect:SearchTag/team",
      { SearchFilter: filter },
      expected,
    ]),
    ["connect:SearchTag/team", { SearchFilter: NOT_KNOWN }, NOT_KNOWN],
    [
      "connect:PrimaryAttribute/site",
      { Values: [{ PrimaryValues: [{ AttributeName: "Site", Value: "a" }] }] },
      "a",
    ],
    [
      "connect:PrimaryAttribute/site",
      {
        Values: [
          { PrimaryValues: [{ AttributeName: "site", Value: "a" }] },
          { PrimaryValues: [{ AttributeName: "site", Value: "b" }] },
        ],
      },
      NOT_KNOWN,
    ],
    [
      "connect:PrimaryAttribute/site",
      { Values: [{ PrimaryValues: [{ AttributeName: "site", Value: "a" }] }, {}] },
      NOT_KNOWN,
    ],
    [
      "connect:PrimaryAttribute/site",
      {
        PrimaryValues: [{ AttributeName: "site", Value: "a" }],
        NewPrimaryValues: [{ AttributeName: "site", Value: "b" }],
      },
      NOT_KNOWN,
    ],
    [
      "connect:PrimaryAttribute/site",
      { PrimaryAttributeValues: [{ AttributeName: "site", Values: ["a", "b"] }] },
      NOT_KNOWN,
    ],
    [
      "connect:PrimaryAttribute/site",
      { PrimaryAttributeValues: [{ AttributeName: "site", Values: ["a"] }] },
      "a",
    ],
    ["connect:PrimaryAttribute/site", {}, undefined],
    ["connect:PrimaryAttribute/site", { Values: NOT_KNOWN }, NOT_KNOWN],
    ["connect:ExpressionValue", { Values: [] }, NOT_KNOWN],
    ["connect:AssignmentType", {}, NOT_KNOWN],
    [
      "connect:AssignmentType",
      { SegmentAttributes: { "connect:AssignmentType": { ValueString: "SELF" } } },
      "SELF",
    ],
    ["connect:AssignmentType", { SegmentAttributes: { "connect:AssignmentType": {} } }, NOT_KNOWN],
    ["connect:AssignmentType", { SegmentAttributes: NOT_KNOWN }, NOT_KNOWN],
    ["connect:PreferredUserArn", {}, NOT_KNOWN],
  ])("reads %s of %j", (key, input, expected) => {
    expect(read(key, input)).toEqual(expected);
  });

  it("reads the instance only from a call that names one", () => {
    expect(read("connect:InstanceId", {}, "i-1")).toBe("i-1");
    expect(read("connect:InstanceId", {})).toBeUndefined();
  });

  it("gives no key that the action does not carry", () => {
    const facts = { input: { get: () => "x" }, instanceId: "i" };
    for (const key of ["connect:channel", "connect:searchtag/a", "aws:calledvia", "s3:prefix"]) {
      expect([key, readRequestKey(key, ["aws:TagKeys"], facts)]).toEqual([key, undefined]);
    }
  });

  it("does not take a key for missing that nobody lists", () => {
    const facts = { input: { get: () => undefined }, instanceId: "i" };
    for (const key of ["connect:nosuchkey", "aws:nosuchkey", "aws:requesttag/", "accounts.google.com:aud"])
      expect([key, readRequestKey(key, [], facts)]).toEqual([key, NOT_KNOWN]);
  });

  it("reads a tag condition of every filter that a search of the SDK's has", () => {
    const TagCondition = { TagKey: "team", TagValue: "blue" };
    const carriers = operations().filter(({ conditionKeys }) =>
      conditionKeys.some((each) => each.startsWith("connect:SearchTag/")),
    );
    const readings = carriers.flatMap(({ name }) => {
      const schema = findOperationSchema(name)?.input;
      const holder = name === "SearchContacts" ? "SearchCriteria" : "SearchFilter";
      const members = [...(schema?.structIterator() ?? [])].find(([member]) => member === holder)?.[1];
      const filters = members ? [...members.structIterator()].map(([filter]) => filter) : [];
      return filters
        .filter((filter) => /Filter$|^ContactTags$/.test(filter))
        .map((filter) => [
          name,
          filter,
          read("connect:SearchTag/team", { [holder]: { [filter]: { TagCondition } } }),
        ]);
    });
    expect(readings.filter(([, , value]) => value !== "blue")).toEqual([]);
    // AssociateTrafficDistributionGroupUser carries the key and searches nothing.
    expect(new Set(readings.map(([name]) => name)).size).toBe(carriers.length - 1);
  });

  it("reads each member that the table names in every operation that carries the key", () => {
    for (const [key, member] of memberKeys) {
      const carriers = operations().filter(({ conditionKeys }) =>
        conditionKeys.some((each) => each.toLowerCase() === key),
      );
      expect([key, carriers.length > 0]).toEqual([key, true]);
      for (const { name, members } of carriers)
        expect([name, members.map((each) => each.name)]).toEqual([name, expect.arrayContaining([member])]);
    }
  });
});
