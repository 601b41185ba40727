/**
 * Routing profiles and queues of the local Connect, through a real SDK client.
 */
import {
  CreateQueueCommand,
  CreateRoutingProfileCommand,
  DeleteQueueCommand,
  DeleteRoutingProfileCommand,
  DescribeQueueCommand,
  DescribeRoutingProfileCommand,
  InvalidParameterException,
  ListQueuesCommand,
  ListRoutingProfilesCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateQueueHoursOfOperationCommand,
  UpdateQueueMaxContactsCommand,
  UpdateQueueNameCommand,
  UpdateQueueStatusCommand,
  UpdateRoutingProfileConcurrencyCommand,
  UpdateRoutingProfileDefaultOutboundQueueCommand,
  UpdateRoutingProfileNameCommand,
} from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { seedIds } from "../../../tools/local/connect/seed.ts";
import { east, useLocalConnect } from "./connect-fixture.ts";

const fixture = useLocalConnect();
const nowhere = "99999999-123e-111e-93e3-11111bfbfcc17";
const InstanceId = east;
const arnOf = (rest: string) => `arn:aws:connect:us-east-1:123456789012:instance/${east}/${rest}`;

describe("routing profiles and queues of the local Connect", () => {
  it("hold together: a profile names queues that exist, and what is in use stays", async () => {
    const { client } = fixture;
    const queue = { InstanceId, Name: "Sales", HoursOfOperationId: seedIds.hoursOfOperation };
    const { QueueId, QueueArn } = await client.send(new CreateQueueCommand(queue));
    expect(QueueArn).toBe(arnOf(`queue/${QueueId}`));
    const { Queue } = await client.send(new DescribeQueueCommand({ InstanceId, QueueId }));
    expect(Queue).toMatchObject({ Name: "Sales", Status: "ENABLED" });
    const create = {
      InstanceId,
      Name: "Sellers",
      Description: "They sell",
      DefaultOutboundQueueId: QueueId,
      MediaConcurrencies: [{ Channel: "VOICE", Concurrency: 1 } as const],
      QueueConfigs: [{ QueueReference: { QueueId, Channel: "VOICE" } as const, Priority: 1, Delay: 0 }],
    };
    const { RoutingProfileId } = await client.send(new CreateRoutingProfileCommand(create));
    const at = { InstanceId, RoutingProfileId };
    const { RoutingProfile } = await client.send(new DescribeRoutingProfileCommand(at));
    expect(RoutingProfile).toMatchObject({
      Name: "Sellers",
      NumberOfAssociatedQueues: 1,
      NumberOfAssociatedUsers: 0,
    });
    await expect(
      client.send(new CreateRoutingProfileCommand({ ...create, Name: "X", DefaultOutboundQueueId: nowhere })),
    ).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(client.send(new DeleteQueueCommand({ InstanceId, QueueId }))).rejects.toBeInstanceOf(
      ResourceInUseException,
    );
    await client.send(new DeleteRoutingProfileCommand(at));
    await client.send(new DeleteQueueCommand({ InstanceId, QueueId }));
    await expect(client.send(new DescribeQueueCommand({ InstanceId, QueueId }))).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
    const seeded = { InstanceId, RoutingProfileId: seedIds.routingProfile };
    await expect(client.send(new DeleteRoutingProfileCommand(seeded))).rejects.toBeInstanceOf(
      ResourceInUseException,
    );
  });

  it("are updated in parts", async () => {
    const { client } = fixture;
    const queue = { InstanceId, QueueId: seedIds.queue };
    await client.send(new UpdateQueueNameCommand({ ...queue, Name: "Renamed" }));
    await client.send(new UpdateQueueStatusCommand({ ...queue, Status: "DISABLED" }));
    await client.send(new UpdateQueueMaxContactsCommand({ ...queue, MaxContacts: 7 }));
    const hours = { ...queue, HoursOfOperationId: seedIds.hoursOfOperation };
    await client.send(new UpdateQueueHoursOfOperationCommand(hours));
    const wrong = new UpdateQueueStatusCommand({ ...queue, Status: "OFF" as "DISABLED" });
    await expect(client.send(wrong)).rejects.toBeInstanceOf(InvalidParameterException);
    const { Queue } = await client.send(new DescribeQueueCommand(queue));
    expect(Queue).toMatchObject({ Name: "Renamed", Status: "DISABLED", MaxContacts: 7 });

    const profile = { InstanceId, RoutingProfileId: seedIds.routingProfile };
    await client.send(new UpdateRoutingProfileNameCommand({ ...profile, Name: "New name" }));
    const MediaConcurrencies = [{ Channel: "CHAT", Concurrency: 3 } as const];
    await client.send(new UpdateRoutingProfileConcurrencyCommand({ ...profile, MediaConcurrencies }));
    const toQueue = { ...profile, DefaultOutboundQueueId: nowhere };
    await expect(
      client.send(new UpdateRoutingProfileDefaultOutboundQueueCommand(toQueue)),
    ).rejects.toBeInstanceOf(ResourceNotFoundException);
    const { RoutingProfile } = await client.send(new DescribeRoutingProfileCommand(profile));
    expect(RoutingProfile).toMatchObject({
      Name: "New name",
      MediaConcurrencies,
      NumberOfAssociatedUsers: 1,
    });
    const { RoutingProfileSummaryList } = await client.send(new ListRoutingProfilesCommand({ InstanceId }));
    expect(RoutingProfileSummaryList?.map((row) => row.Name)).toEqual(["New name"]);
  });

  it("are listed by queue type", async () => {
    const { client } = fixture;
    const list = async (QueueTypes?: ("STANDARD" | "AGENT")[]) =>
      (await client.send(new ListQueuesCommand({ InstanceId, QueueTypes }))).QueueSummaryList?.length;
    expect([
      await list(),
      await list(["STANDARD"]),
      await list(["AGENT"]),
      await list(["AGENT", "STANDARD"]),
    ]).toEqual([1, 1, 0, 1]);
  });
});
