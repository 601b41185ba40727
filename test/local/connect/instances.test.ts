/**
 * Instances, resources that can only be read, and tags of the local Connect, through a real SDK client.
 */
import {
  DeleteUserCommand,
  DescribeHoursOfOperationCommand,
  DescribeInstanceCommand,
  DescribeUserCommand,
  DescribeUserHierarchyGroupCommand,
  InvalidParameterException,
  ListHoursOfOperationsCommand,
  ListInstancesCommand,
  ListTagsForResourceCommand,
  ListUserHierarchyGroupsCommand,
  ResourceNotFoundException,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { seedIds } from "../../../tools/local/connect/seed.ts";
import { startLocalConnect } from "../../../tools/local/connect/server.ts";
import { clientOf, east, instances, smallSeed, useLocalConnect, west } from "./connect-fixture.ts";

const fixture = useLocalConnect();
const InstanceId = east;
const arnOf = (rest: string) => `arn:aws:connect:us-east-1:123456789012:instance/${east}/${rest}`;

describe("instances and what can only be read", () => {
  it("are those of the configuration", async () => {
    const first = await fixture.client.send(new ListInstancesCommand({ MaxResults: 1 }));
    const { NextToken = "" } = first;
    const second = await fixture.client.send(new ListInstancesCommand({ NextToken }));
    const found = [...(first.InstanceSummaryList ?? []), ...(second.InstanceSummaryList ?? [])];
    expect(found.map((instance) => instance.Arn)).toEqual(instances.map((instance) => instance.arn));
    expect(second.NextToken).toBeUndefined();
    const { Instance } = await fixture.client.send(new DescribeInstanceCommand({ InstanceId: west }));
    expect(Instance).toMatchObject({ Id: west, InstanceStatus: "ACTIVE" });
    await expect(
      fixture.client.send(new DescribeInstanceCommand({ InstanceId: west.toUpperCase() })),
    ).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it("include hours of operation and hierarchy groups, by the words that ARNs use", async () => {
    const { client } = fixture;
    const hours = await client.send(new ListHoursOfOperationsCommand({ InstanceId }));
    expect(hours.HoursOfOperationSummaryList?.[0]?.Arn).toBe(
      arnOf(`operating-hours/${seedIds.hoursOfOperation}`),
    );
    const groups = await client.send(new ListUserHierarchyGroupsCommand({ InstanceId }));
    expect(groups.UserHierarchyGroupSummaryList?.[0]?.Arn).toBe(
      arnOf(`agent-group/${seedIds.hierarchyGroup}`),
    );
    const { HoursOfOperation } = await client.send(
      new DescribeHoursOfOperationCommand({ InstanceId, HoursOfOperationId: seedIds.hoursOfOperation }),
    );
    expect(HoursOfOperation).toMatchObject({ Name: "Basic Hours", TimeZone: "UTC" });
    const { HierarchyGroup } = await client.send(
      new DescribeUserHierarchyGroupCommand({ InstanceId, HierarchyGroupId: seedIds.hierarchyGroup }),
    );
    expect(HierarchyGroup).toMatchObject({
      Name: "Everyone",
      HierarchyPath: { LevelOne: { Name: "Everyone" } },
    });
  });
});

describe("tags of the local Connect", () => {
  const user = arnOf(`agent/${seedIds.user}`);

  it("are put on a resource by its ARN, replaced, listed, described and removed", async () => {
    const { client } = fixture;
    await client.send(new TagResourceCommand({ resourceArn: user, tags: { a: "1", b: "2" } }));
    await client.send(new TagResourceCommand({ resourceArn: user, tags: { b: "3", "key with/slash": "ü" } }));
    await client.send(new UntagResourceCommand({ resourceArn: user, tagKeys: ["a", "team", "unknown"] }));
    const tags = { b: "3", "key with/slash": "ü" };
    expect((await client.send(new ListTagsForResourceCommand({ resourceArn: user }))).tags).toEqual(tags);
    const { User } = await client.send(new DescribeUserCommand({ InstanceId, UserId: seedIds.user }));
    expect(User?.Tags).toEqual(tags);
    const other = await client.send(new DescribeUserCommand({ InstanceId: west, UserId: seedIds.user }));
    expect(other.User?.Tags).toEqual({ team: "a" });
  });

  it("are put on instances and on every type of resource", async () => {
    const resources = [
      arnOf("").slice(0, -1),
      arnOf(`security-profile/${seedIds.adminProfile}`),
      arnOf(`routing-profile/${seedIds.routingProfile}`),
      arnOf(`queue/${seedIds.queue}`),
      arnOf(`contact-flow/${seedIds.contactFlow}`),
      arnOf(`operating-hours/${seedIds.hoursOfOperation}`),
      arnOf(`agent-group/${seedIds.hierarchyGroup}`),
    ];
    for (const resourceArn of resources) {
      await fixture.client.send(new TagResourceCommand({ resourceArn, tags: { of: resourceArn } }));
    }
    for (const resourceArn of resources) {
      const { tags } = await fixture.client.send(new ListTagsForResourceCommand({ resourceArn }));
      expect(tags?.["of"]).toBe(resourceArn);
    }
  });

  it("are refused for an unknown ARN, a reserved key, and more than fifty", async () => {
    const { client } = fixture;
    const unknown = [
      user.replace("agent/", "user/"),
      user.toUpperCase(),
      user.replace("us-east-1", "us-west-2"),
      "x",
    ];
    for (const resourceArn of unknown) {
      await expect(client.send(new ListTagsForResourceCommand({ resourceArn }))).rejects.toBeInstanceOf(
        ResourceNotFoundException,
      );
    }
    const tag = (tags: Record<string, string>) =>
      client.send(new TagResourceCommand({ resourceArn: user, tags }));
    await expect(tag({ "aws:x": "1" })).rejects.toBeInstanceOf(InvalidParameterException);
    await client.send(new UntagResourceCommand({ resourceArn: user, tagKeys: ["team"] }));
    await tag(Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, "v"])));
    await tag({ k0: "again" });
    await expect(tag({ oneMore: "v" })).rejects.toBeInstanceOf(InvalidParameterException);
  });
});

describe("an instance and its replica, which have one id", () => {
  it("are two, told apart by the Region that a call is signed for", async () => {
    const [home] = instances;
    if (!home) throw new Error("no instance");
    const replica = { ...home, region: "us-west-2", arn: home.arn.replace("us-east-1", "us-west-2") };
    const connect = await startLocalConnect({ instances: [home, replica], seed: smallSeed });
    const clients = ["us-east-1", "us-west-2", "eu-west-1"].map((region) => clientOf(connect, region));
    try {
      const target = { InstanceId: home.id, UserId: seedIds.user };
      await clients[1]?.send(new DeleteUserCommand(target));
      const found = await Promise.all(
        clients.map((client) =>
          client.send(new DescribeUserCommand(target)).then(
            ({ User }) => User?.Arn,
            (error: Error) => error.name,
          ),
        ),
      );
      const arn = `${home.arn}/agent/${seedIds.user}`;
      // Of a Region that has none of them, it is the first.
      expect(found).toEqual([arn, "ResourceNotFoundException", arn]);
      const all = await clients[0]?.send(new ListInstancesCommand({}));
      expect(all?.InstanceSummaryList?.map(({ Arn }) => Arn)).toEqual([home.arn, replica.arn]);
    } finally {
      for (const client of clients) client.destroy();
      await connect.close();
    }
  });
});
