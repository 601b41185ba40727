/**
 * Users of the local Connect, through a real SDK client.
 */
import {
  CreateUserCommand,
  type CreateUserCommandInput,
  DeleteUserCommand,
  DescribeUserCommand,
  DuplicateResourceException,
  InvalidParameterException,
  ListUsersCommand,
  paginateListUsers,
  ResourceNotFoundException,
  UpdateUserConfigCommand,
  UpdateUserHierarchyCommand,
  UpdateUserIdentityInfoCommand,
  UpdateUserPhoneConfigCommand,
  UpdateUserRoutingProfileCommand,
  UpdateUserSecurityProfilesCommand,
} from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { seedIds } from "../../../tools/local/connect/seed.ts";
import { east, useLocalConnect, west } from "./connect-fixture.ts";

const fixture = useLocalConnect();

const newUser = {
  InstanceId: east,
  Username: "new.hire",
  Password: "Pa55word!",
  IdentityInfo: { FirstName: "Nëw", LastName: "Hire" },
  PhoneConfig: { PhoneType: "SOFT_PHONE", AfterContactWorkTimeLimit: 30 },
  SecurityProfileIds: [seedIds.agentProfile, seedIds.managerProfile],
  RoutingProfileId: seedIds.routingProfile,
  Tags: { team: "blue", constructor: "tag" },
} satisfies CreateUserCommandInput;

async function createUser(changes: Partial<CreateUserCommandInput> = {}): Promise<string> {
  const { UserId } = await fixture.client.send(new CreateUserCommand({ ...newUser, ...changes }));
  return UserId ?? "";
}

async function describeUser(UserId: string, InstanceId = east) {
  const { User } = await fixture.client.send(new DescribeUserCommand({ InstanceId, UserId }));
  return User;
}

describe("users of the local Connect", () => {
  it("are seeded in every instance", async () => {
    for (const instance of [east, west]) {
      const user = await describeUser(seedIds.user, instance);
      expect(user).toMatchObject({ Username: "jane.doe", SecurityProfileIds: [seedIds.agentProfile] });
      expect(user?.Arn).toMatch(new RegExp(`:instance/${instance}/agent/${seedIds.user}$`));
    }
  });

  it("are created, described as they were created, and deleted", async () => {
    const created = await fixture.client.send(new CreateUserCommand(newUser));
    expect(created.UserId).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
    const user = await describeUser(created.UserId ?? "");
    const { InstanceId, Password, ...rest } = newUser;
    expect(user).toMatchObject({
      ...rest,
      Id: created.UserId,
      Arn: created.UserArn,
      LastModifiedRegion: "us-east-1",
    });
    expect(user?.LastModifiedTime).toBeInstanceOf(Date);
    expect(JSON.stringify(user)).not.toContain(newUser.Password);
    await fixture.client.send(new DeleteUserCommand({ InstanceId: east, UserId: created.UserId }));
    await expect(describeUser(created.UserId ?? "")).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it("exist in the instance they were created in, and in no other", async () => {
    const id = await createUser();
    await expect(describeUser(id, west)).rejects.toBeInstanceOf(ResourceNotFoundException);
    await createUser({ InstanceId: west });
  });

  it("are looked up by their exact id", async () => {
    const id = await createUser();
    await expect(describeUser(id.toUpperCase())).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(describeUser("constructor")).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(describeUser("__proto__")).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it("need a username that nobody has, letter case counting", async () => {
    await createUser();
    await expect(createUser()).rejects.toBeInstanceOf(DuplicateResourceException);
    await createUser({ Username: "New.Hire" });
  });

  it("are refused, and not made, when they refer to what does not exist", async () => {
    const bad: Partial<CreateUserCommandInput>[] = [
      { SecurityProfileIds: [seedIds.agentProfile, "99999999-123e-111e-93e3-11111bfbfcc17"] },
      { RoutingProfileId: "99999999-123e-111e-93e3-11111bfbfcc17" },
      { HierarchyGroupId: "99999999-123e-111e-93e3-11111bfbfcc17" },
      { InstanceId: "99999999-123e-111e-93e3-11111bfbfcc17" },
    ];
    for (const changes of bad)
      await expect(createUser(changes)).rejects.toBeInstanceOf(ResourceNotFoundException);
    const { UserSummaryList } = await fixture.client.send(new ListUsersCommand({ InstanceId: east }));
    expect(UserSummaryList?.map((user) => user.Username)).toEqual(["jane.doe"]);
  });

  it("are refused with members out of their limits", async () => {
    const bad: Partial<CreateUserCommandInput>[] = [
      { Username: "" },
      { Username: "with space" },
      { Username: "x".repeat(101) },
      { SecurityProfileIds: [] },
      { SecurityProfileIds: Array.from({ length: 11 }, () => seedIds.agentProfile) },
      { PhoneConfig: { AfterContactWorkTimeLimit: -1 } },
      { Tags: { "aws:reserved": "x" } },
      { Tags: { long: "x".repeat(257) } },
    ];
    for (const changes of bad)
      await expect(createUser(changes)).rejects.toBeInstanceOf(InvalidParameterException);
  });

  it("are updated in parts that leave the rest alone", async () => {
    const UserId = await createUser();
    const at = { InstanceId: east, UserId };
    const { client } = fixture;
    await client.send(
      new UpdateUserIdentityInfoCommand({ ...at, IdentityInfo: { FirstName: "A", LastName: "B" } }),
    );
    await client.send(
      new UpdateUserPhoneConfigCommand({
        ...at,
        PhoneConfig: { PhoneType: "DESK_PHONE", DeskPhoneNumber: "+15555550123" },
      }),
    );
    await client.send(
      new UpdateUserSecurityProfilesCommand({ ...at, SecurityProfileIds: [seedIds.analystProfile] }),
    );
    await client.send(
      new UpdateUserRoutingProfileCommand({ ...at, RoutingProfileId: seedIds.routingProfile }),
    );
    await client.send(new UpdateUserHierarchyCommand({ ...at, HierarchyGroupId: seedIds.hierarchyGroup }));
    await client.send(
      new UpdateUserConfigCommand({ ...at, AutoAcceptConfigs: [{ Channel: "VOICE", AutoAccept: true }] }),
    );
    expect(await describeUser(UserId)).toMatchObject({
      Username: newUser.Username,
      Tags: newUser.Tags,
      IdentityInfo: { FirstName: "A", LastName: "B" },
      PhoneConfig: { PhoneType: "DESK_PHONE", DeskPhoneNumber: "+15555550123" },
      SecurityProfileIds: [seedIds.analystProfile],
      HierarchyGroupId: seedIds.hierarchyGroup,
      AutoAcceptConfigs: [{ Channel: "VOICE", AutoAccept: true }],
    });
    await client.send(new UpdateUserHierarchyCommand(at));
    expect((await describeUser(UserId))?.HierarchyGroupId).toBeUndefined();
  });

  it("stay as they were when an update is refused", async () => {
    const before = await describeUser(seedIds.user);
    const at = { InstanceId: east, UserId: seedIds.user };
    const nowhere = "99999999-123e-111e-93e3-11111bfbfcc17";
    const { client } = fixture;
    const updates = [
      client.send(new UpdateUserSecurityProfilesCommand({ ...at, SecurityProfileIds: [nowhere] })),
      client.send(new UpdateUserSecurityProfilesCommand({ ...at, SecurityProfileIds: [] })),
      client.send(new UpdateUserRoutingProfileCommand({ ...at, RoutingProfileId: nowhere })),
      client.send(new UpdateUserHierarchyCommand({ ...at, HierarchyGroupId: nowhere })),
      client.send(new UpdateUserHierarchyCommand({ ...at, UserId: nowhere })),
    ];
    const outcomes = await Promise.allSettled(updates);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(updates.map(() => "rejected"));
    expect(await describeUser(seedIds.user)).toEqual(before);
  });

  it("are listed in pages that neither repeat nor skip, though users come and go between them", async () => {
    const ids = [seedIds.user as string];
    for (let n = 0; n < 6; n++) ids.push(await createUser({ Username: `user-${n}` }));
    const listed: (string | undefined)[] = [];
    for await (const page of paginateListUsers(
      { client: fixture.client, pageSize: 3 },
      { InstanceId: east },
    )) {
      listed.push(...(page.UserSummaryList ?? []).map((user) => user.Id));
      if (listed.length === 3) {
        await fixture.client.send(new DeleteUserCommand({ InstanceId: east, UserId: ids[0] }));
        await fixture.client.send(new DeleteUserCommand({ InstanceId: east, UserId: ids[4] }));
        ids.push(await createUser({ Username: "late" }));
      }
    }
    expect(listed).toEqual(ids.filter((_, index) => index !== 4));
  });

  it("are listed on one page without a token when they fit exactly", async () => {
    await createUser();
    const page = await fixture.client.send(new ListUsersCommand({ InstanceId: east, MaxResults: 2 }));
    expect(page.UserSummaryList).toHaveLength(2);
    expect(page.NextToken).toBeUndefined();
  });

  it("are not listed for a bad page size or a token of elsewhere", async () => {
    await createUser();
    const { NextToken } = await fixture.client.send(
      new ListUsersCommand({ InstanceId: east, MaxResults: 1 }),
    );
    const bad = [
      { InstanceId: east, MaxResults: 0 },
      { InstanceId: east, MaxResults: 1001 },
      { InstanceId: east, NextToken: "nonsense" },
      { InstanceId: west, NextToken },
    ];
    for (const input of bad) {
      await expect(fixture.client.send(new ListUsersCommand(input))).rejects.toBeInstanceOf(
        InvalidParameterException,
      );
    }
  });
});
