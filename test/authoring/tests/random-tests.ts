/** Random policies about calls of some operations, and what Amazon Connect knows of the resources that they name. */
import {
  DescribeContactCommand,
  DescribeContactFlowCommand,
  DescribeInstanceCommand,
  DescribeUserCommand,
  DescribeUserHierarchyGroupCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-connect";
import { operations } from "../../../shared/catalog/catalog.ts";
import type { WrittenFacts } from "../../../tools/authoring/tests/test-file.ts";
import { shortNameOf } from "../../../tools/authoring/tests/told-facts.ts";
import { instanceArn, instanceId, type Statement } from "../../functions/lambda-fixture.ts";
import type { mockConnect } from "../../functions/mocked-connect.ts";
import type { Chooser } from "../../policy/random-policies.ts";

const $metadata = {};

export type Known = Readonly<Record<string, WrittenFacts>>;

/** Everything that Connect knows of each resource that calls of these tests can name. */
export function randomKnown(choose: Chooser): Known {
  const tags = () => choose.of([{}, { team: "blue" }, { TEAM: "red" }]);
  const agents = ["some-user-id", "u-1"].map((id) => [
    `agent/${id}`,
    { tags: tags(), hierarchy: choose.of([[], ["top"], ["top", "second"]]) },
  ]);
  const contacts = ["some-contact-id", "some-initial-contact-id"].map((id) => [
    `contact/${id}`,
    {
      channel: choose.of(["VOICE", "CHAT"]),
      userArn: choose.of([null, "agent/u-1"]),
      contactAssociationId: choose.of([null, "c-0"]),
    },
  ]);
  const flows = [
    ["contact-flow/some-contact-flow-id", { tags: tags(), flowType: choose.of(["WHISPER", "X"]) }],
  ];
  const others = [
    "queue/some-queue-id",
    "routing-profile/some-routing-profile-id",
    `instance/${instanceId}`,
  ].map((name) => [name, { tags: tags() }]);
  return Object.fromEntries([...agents, ...contacts, ...flows, ...others].filter(() => choose.chance(0.5)));
}

/** Answers look-ups as Amazon Connect would if it knew the same; of other resources it knows nothing. */
export function answerBy(connect: ReturnType<typeof mockConnect>, known: Known): void {
  const of = (name: string) => {
    const facts = known[name];
    if (!facts) throw new Error("ResourceNotFoundException");
    return facts;
  };
  const optional = (value: string | null | undefined) => value ?? undefined;
  connect.onAnyCommand().resolves({ $metadata });
  connect.on(ListTagsForResourceCommand).callsFake(({ resourceArn }) => ({
    $metadata,
    tags: of(shortNameOf(resourceArn)).tags,
  }));
  connect.on(DescribeInstanceCommand).callsFake(({ InstanceId }) => ({
    $metadata,
    Instance: { Tags: of(`instance/${InstanceId}`).tags },
  }));
  connect.on(DescribeUserCommand).callsFake(({ UserId }) => ({
    $metadata,
    User: { HierarchyGroupId: of(`agent/${UserId}`).hierarchy?.at(-1) },
  }));
  connect.on(DescribeUserHierarchyGroupCommand).callsFake(({ HierarchyGroupId }) => {
    const levels = HierarchyGroupId === "top" ? ["top"] : ["top", "second"];
    const [LevelOne, LevelTwo] = levels.map((Id) => ({ Id }));
    return { $metadata, HierarchyGroup: { HierarchyPath: { LevelOne, LevelTwo } } };
  });
  connect.on(DescribeContactCommand).callsFake(({ ContactId }) => {
    const { channel, userArn, contactAssociationId } = of(`contact/${ContactId}`);
    return {
      $metadata,
      Contact: {
        Channel: channel,
        ...(userArn ? { AgentInfo: { Id: shortNameOf(userArn).split("/")[1] } } : {}),
        ContactAssociationId: optional(contactAssociationId),
      },
    };
  });
  connect.on(DescribeContactFlowCommand).callsFake(({ ContactFlowId }) => {
    const { tags, flowType } = of(`contact-flow/${ContactFlowId}`);
    return { $metadata, ContactFlow: { Tags: tags, Type: flowType } };
  });
}

const conditions: readonly Statement["Condition"][] = [
  undefined,
  undefined,
  { StringEquals: { "aws:ResourceTag/team": "blue" } },
  { StringNotEquals: { "aws:ResourceTag/Team": "red" } },
  { StringEquals: { "connect:Channel": "VOICE" } },
  { StringNotEqualsIfExists: { "connect:ContactAssociationId": "c-0" } },
  { StringLike: { "connect:UserArn": "*/agent/u-1" } },
  { "ForAnyValue:StringEquals": { "connect:FlowType": "WHISPER" } },
  { StringEquals: { "connect:HierarchyGroupL2Id": "second" } },
  { Null: { "connect:HierarchyGroupL1Id": "true" } },
  { StringEquals: { "jwt:dept": "sales" } },
  { StringEquals: { "aws:username": "someone" } },
  { StringEquals: { "aws:RequestTag/team": "blue" } },
  { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
  { NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
  { DateGreaterThan: { "aws:CurrentTime": "2020-01-01T00:00:00Z" } },
  { DateGreaterThan: { "aws:CurrentTime": "2900-01-01T00:00:00Z" } },
  { StringEquals: { "connect:InstanceId": instanceId } },
];

export function randomStatement(choose: Chooser, actions: readonly string[]): Statement {
  const Condition = choose.of(conditions);
  return {
    Effect: choose.chance(0.75) ? "Allow" : "Deny",
    Action: choose.of(["connect:*", "connect:Describe*", ...actions]),
    Resource: choose.of([
      "*",
      "*",
      `${instanceArn}*`,
      `${instanceArn}/agent/*`,
      `${instanceArn}/contact/some-*`,
    ]),
    ...(Condition ? { Condition } : {}),
  };
}

/** Operations whose calls need what these conditions are about, and some others. */
export const asked = operations().filter(
  ({ refused, targets, name }) =>
    refused === undefined &&
    name !== "GetMetricDataV2" &&
    targets.some(({ type }) => ["user", "contact", "contact-flow", "queue", "instance"].includes(type)),
);
