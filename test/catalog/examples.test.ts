import { describe, expect, it } from "vitest";
import type { Ask } from "../../shared/catalog/ask.ts";
import { findOperation } from "../../shared/catalog/catalog.ts";
import { resolveAsks } from "../../shared/catalog/targets.ts";
import { instanceArn, place } from "./synthetic-input.ts";

function ask(operation: string, input: Readonly<Record<string, unknown>>, where = place): readonly Ask[] {
  const row = findOperation(operation);
  if (!row) throw new Error(`no row for ${operation}`);
  return resolveAsks(row, { get: (member) => input[member] }, where);
}

/** `required connect:CreateUser agent/*`, with ARNs cut to what follows the instance. */
function shorten({ action, resource, sort }: Ask): string {
  const text = resource?.replace(`${instanceArn}/`, "").replace(instanceArn, "INSTANCE");
  return `${sort} ${action.slice("connect:".length)} ${text}`;
}

const instance = { InstanceId: place.id };
const phones = "arn:aws:connect:us-east-1:123456789012:phone-number";

interface Example {
  readonly operation: string;
  readonly why: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly asks: readonly string[];
}

const examples: readonly Example[] = [
  {
    operation: "CreateUser",
    why: "AWS's example denies one security profile to a creator who may use all others",
    input: { ...instance, RoutingProfileId: "rp", SecurityProfileIds: ["sp1", "sp2"], Username: "jane" },
    asks: [
      "required CreateUser routing-profile/rp",
      "required CreateUser security-profile/sp1",
      "required CreateUser security-profile/sp2",
      "required CreateUser agent/*",
    ],
  },
  {
    operation: "CreateUser",
    why: "AWS's example for tags grants CreateUser and TagResource together",
    input: {
      ...instance,
      RoutingProfileId: "rp",
      SecurityProfileIds: ["sp"],
      HierarchyGroupId: "hg",
      Tags: { Owner: "TeamA" },
    },
    asks: [
      "required CreateUser agent-group/hg",
      "required CreateUser routing-profile/rp",
      "required CreateUser security-profile/sp",
      "required CreateUser agent/*",
      "required TagResource agent/*",
    ],
  },
  {
    operation: "CreateUser",
    why: "empty tags tag nothing",
    input: { ...instance, RoutingProfileId: "rp", SecurityProfileIds: ["sp"], Tags: {} },
    asks: [
      "required CreateUser routing-profile/rp",
      "required CreateUser security-profile/sp",
      "required CreateUser agent/*",
    ],
  },
  ...["DescribeUser", "DeleteUser", "UpdateUserIdentityInfo", "UpdateUserPhoneConfig"].map((operation) => ({
    operation,
    why: "AWS's example for viewing and changing users names agents",
    input: { ...instance, UserId: "u" },
    asks: [`required ${operation} agent/u`],
  })),
  {
    operation: "UpdateUserConfig",
    why: "it is authorized as UpdateUserPhoneConfig",
    input: { ...instance, UserId: "u" },
    asks: ["required UpdateUserPhoneConfig agent/u"],
  },
  {
    operation: "UpdateUserHierarchy",
    why: "taking a user out of the hierarchy names no group",
    input: { ...instance, UserId: "u" },
    asks: ["required UpdateUserHierarchy agent/u"],
  },
  {
    operation: "UpdateUserRoutingProfile",
    why: "user and routing profile both are required",
    input: { ...instance, UserId: "u", RoutingProfileId: "rp" },
    asks: [
      "required UpdateUserRoutingProfile routing-profile/rp",
      "required UpdateUserRoutingProfile agent/u",
    ],
  },
  {
    operation: "UpdateUserSecurityProfiles",
    why: "each security profile is required",
    input: { ...instance, UserId: "u", SecurityProfileIds: ["a", "b"] },
    asks: [
      "required UpdateUserSecurityProfiles security-profile/a",
      "required UpdateUserSecurityProfiles security-profile/b",
      "required UpdateUserSecurityProfiles agent/u",
    ],
  },
  ...[
    "StartContactRecording",
    "StopContactRecording",
    "SuspendContactRecording",
    "ResumeContactRecording",
  ].map((operation) => ({
    operation,
    why: "AWS's example for recordings names contacts",
    input: { ...instance, ContactId: "c", InitialContactId: "i" },
    asks: [`required ${operation} contact/c`, `required ${operation} contact/i`],
  })),
  {
    operation: "StartChatContact",
    why: "users report being denied on the flow",
    input: { ...instance, ContactFlowId: "f", ParticipantDetails: { DisplayName: "d" } },
    asks: ["required StartChatContact contact-flow/f"],
  },
  {
    operation: "StartOutboundVoiceContact",
    why: "policies in use grant it on contacts; flow and queue can be denied",
    input: { ...instance, ContactFlowId: "f", DestinationPhoneNumber: "+1", QueueId: "q" },
    asks: [
      "required StartOutboundVoiceContact contact/*",
      "referenced StartOutboundVoiceContact contact-flow/f",
      "referenced StartOutboundVoiceContact queue/q",
    ],
  },
  {
    operation: "ListContactFlows",
    why: "the reference's wildcard type",
    input: instance,
    asks: ["required ListContactFlows contact-flow/*"],
  },
  {
    operation: "ListQueues",
    why: "the reference's wildcard type",
    input: instance,
    asks: ["required ListQueues queue/*"],
  },
  {
    operation: "ListPhoneNumbers",
    why: "the legacy numbers of the instance",
    input: instance,
    asks: ["required ListPhoneNumbers phone-number/*"],
  },
  {
    operation: "ListUsers",
    why: "the instance itself",
    input: instance,
    asks: ["required ListUsers INSTANCE"],
  },
  ...["GetContactAttributes", "UpdateContactAttributes"].map((operation) => ({
    operation,
    why: "its contact is called InitialContactId",
    input: { ...instance, InitialContactId: "c", Attributes: {} },
    asks: [`required ${operation} contact/c`],
  })),
  {
    operation: "StopContact",
    why: "AWS's example for all actions on contacts",
    input: { ...instance, ContactId: "c" },
    asks: ["required StopContact contact/c"],
  },
  {
    operation: "TransferContact",
    why: "the reference does not list the queue and the user that it names",
    input: { ...instance, ContactId: "c", ContactFlowId: "f", QueueId: "q", UserId: "u" },
    asks: [
      "required TransferContact contact/c",
      "required TransferContact contact-flow/f",
      "required TransferContact INSTANCE",
      "referenced TransferContact queue/q",
      "referenced TransferContact agent/u",
    ],
  },
  {
    operation: "TagResource",
    why: "the type is in the ARN",
    input: { resourceArn: `${instanceArn}/agent/u`, tags: { a: "b" } },
    asks: ["required TagResource agent/u"],
  },
  {
    operation: "SearchUsers",
    why: "a search shows what its Describe shows",
    input: instance,
    asks: [
      "required SearchUsers INSTANCE",
      "required DescribeUser agent/*",
      "required ListUserProficiencies INSTANCE",
      "required ListUserProficiencies agent/*",
    ],
  },
  {
    operation: "SearchContacts",
    why: "AWS's example grants SearchContacts on the instance and DescribeContact on contacts, and no more",
    input: { ...instance, TimeRange: {} },
    asks: ["required SearchContacts INSTANCE", "required DescribeContact contact/*"],
  },
  {
    operation: "SearchContacts",
    why: "a search by attribute shows attributes",
    input: {
      ...instance,
      SearchCriteria: { SearchableContactAttributes: { Criteria: [{ Key: "k", Values: ["v"] }] } },
    },
    asks: [
      "required SearchContacts INSTANCE",
      "required DescribeContact contact/*",
      "required GetContactAttributes contact/*",
    ],
  },
  {
    operation: "CreateQueue",
    why: "the caller's number by its current ARN and by its legacy one",
    input: {
      ...instance,
      Name: "n",
      HoursOfOperationId: "h",
      OutboundCallerConfig: { OutboundCallerIdNumberId: "p" },
    },
    asks: [
      "required CreateQueue queue/*",
      "required CreateQueue operating-hours/h",
      `required CreateQueue ${phones}/p`,
      "referenced CreateQueue phone-number/p",
    ],
  },
  {
    operation: "CreateUserHierarchyGroup",
    why: "a create is asked on all of the type",
    input: { ...instance, Name: "n" },
    asks: ["required CreateUserHierarchyGroup agent-group/*"],
  },
  { operation: "ListInstances", why: "no resource", input: {}, asks: ["required ListInstances *"] },
  {
    operation: "CreateInstance",
    why: "no resource but for the tags",
    input: { Tags: { a: "b" } },
    asks: [
      "required CreateInstance *",
      "required TagResource arn:aws:connect:us-east-1:123456789012:instance/*",
    ],
  },
];

describe("the questions of a call", () => {
  it.each(examples)("for $operation: $why", ({ operation, input, asks }) => {
    expect(ask(operation, input).map(shorten)).toEqual(asks);
  });

  it("for a number that names no instance are on the home region's number", () => {
    const elsewhere = { ...place, namesInstance: false };
    expect(ask("DescribePhoneNumber", { PhoneNumberId: "p" }, elsewhere).map(shorten)).toEqual([
      `required DescribePhoneNumber ${phones}/p`,
    ]);
  });
});

describe("metrics", () => {
  const filters = (...given: readonly (readonly [string, readonly string[]])[]) => ({
    ResourceArn: instanceArn,
    Filters: given.map(([FilterKey, FilterValues]) => ({ FilterKey, FilterValues })),
  });
  const required = (input: Readonly<Record<string, unknown>>, operation = "GetMetricDataV2") =>
    ask(operation, input)
      .filter(({ sort }) => sort === "required")
      .map(shorten)
      .map((text) => text.slice(`required ${operation} `.length));

  it("are asked on what each filter names", () => {
    const input = filters(
      ["QUEUE", ["q1", "q2"]],
      ["AGENT", ["u"]],
      ["AGENT_HIERARCHY_LEVEL_TWO", ["g"]],
      ["CHANNEL", ["VOICE"]],
    );
    expect(required(input)).toEqual(["queue/q1", "queue/q2", "agent/u", "agent-group/g"]);
  });

  it("are asked on campaigns by their own ARN", () => {
    const campaign = "arn:aws:connect-campaigns:us-east-1:123456789012:campaign/c";
    expect(required(filters(["CAMPAIGN", [campaign]]))).toEqual([campaign]);
    expect(() => required(filters(["CAMPAIGN", ["c"]]))).toThrow(
      "Filters[0].FilterValues[0]: is not the ARN",
    );
  });

  it("are asked on a filter whatever the case of its key", () => {
    expect(required(filters(["queue", ["q"]]))).toEqual(["queue/q"]);
  });

  it("are refused without a filter that could be decided on", () => {
    expect(() => required(filters(["CHANNEL", ["VOICE"]]))).toThrow(
      "names no resource that `connect:GetMetricDataV2`",
    );
    expect(() => required(filters())).toThrow("names no resource that");
  });

  it("of now are asked on every queue and routing profile when no filter names one", () => {
    expect(required({ ...instance, Filters: { Channels: ["VOICE"] } }, "GetCurrentMetricData")).toEqual([
      "queue/*",
      "routing-profile/*",
    ]);
  });

  it("of now are asked only on what a filter names when one does", () => {
    expect(required({ ...instance, Filters: { Queues: ["q"] } }, "GetCurrentMetricData")).toEqual([
      "queue/q",
    ]);
    expect(
      required({ ...instance, Filters: { Queues: [], RoutingProfiles: ["r"] } }, "GetCurrentMetricData"),
    ).toEqual(["routing-profile/r"]);
    expect(required({ ...instance, Filters: { Agents: ["u"] } }, "GetCurrentUserData")).toEqual(["agent/u"]);
  });
});
