/**
 * Security profiles of the local Connect, through a real SDK client.
 */
import {
  CreateSecurityProfileCommand,
  CreateUserCommand,
  DeleteSecurityProfileCommand,
  DescribeSecurityProfileCommand,
  DuplicateResourceException,
  ListSecurityProfilePermissionsCommand,
  ListSecurityProfilesCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateSecurityProfileCommand,
} from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { seedIds } from "../../../tools/local/connect/seed.ts";
import { east, useLocalConnect } from "./connect-fixture.ts";

const fixture = useLocalConnect();
const InstanceId = east;
const arnOf = (rest: string) => `arn:aws:connect:us-east-1:123456789012:instance/${east}/${rest}`;

describe("security profiles of the local Connect", () => {
  it("are seeded, the forbidden one among them", async () => {
    const list = await fixture.client.send(new ListSecurityProfilesCommand({ InstanceId }));
    expect(list.SecurityProfileSummaryList?.map((profile) => [profile.Id, profile.Name])).toEqual([
      [seedIds.adminProfile, "Admin"],
      [seedIds.agentProfile, "Agent"],
      [seedIds.managerProfile, "CallCenterManager"],
      [seedIds.analystProfile, "QualityAnalyst"],
    ]);
    expect(list.SecurityProfileSummaryList?.[0]?.Arn).toBe(arnOf(`security-profile/${seedIds.adminProfile}`));
  });

  it("are created, described, updated and deleted, but not while a user has them", async () => {
    const { client } = fixture;
    const create = { InstanceId, SecurityProfileName: "Temp", Permissions: ["A", "B"], Tags: { a: "1" } };
    const { SecurityProfileId } = await client.send(new CreateSecurityProfileCommand(create));
    const at = { InstanceId, SecurityProfileId };
    await client.send(
      new UpdateSecurityProfileCommand({ ...at, Description: "new", Permissions: ["A", "B", "C"] }),
    );
    const { SecurityProfile } = await client.send(new DescribeSecurityProfileCommand(at));
    expect(SecurityProfile).toMatchObject({
      SecurityProfileName: "Temp",
      Description: "new",
      Tags: { a: "1" },
    });
    const page = await client.send(new ListSecurityProfilePermissionsCommand({ ...at, MaxResults: 2 }));
    const { NextToken = "" } = page;
    const rest = await client.send(new ListSecurityProfilePermissionsCommand({ ...at, NextToken }));
    expect([page.Permissions, rest.Permissions]).toEqual([["A", "B"], ["C"]]);
    await expect(client.send(new CreateSecurityProfileCommand(create))).rejects.toBeInstanceOf(
      DuplicateResourceException,
    );
    const Username = "holder";
    const { routingProfile: RoutingProfileId } = seedIds;
    const SecurityProfileIds = [SecurityProfileId ?? ""];
    await client.send(new CreateUserCommand({ InstanceId, Username, RoutingProfileId, SecurityProfileIds }));
    const error: unknown = await client.send(new DeleteSecurityProfileCommand(at)).catch((e) => e);
    expect(error).toBeInstanceOf(ResourceInUseException);
    expect(error).toMatchObject({ ResourceId: SecurityProfileId });
    const unused = { InstanceId, SecurityProfileId: seedIds.adminProfile };
    await client.send(new DeleteSecurityProfileCommand(unused));
    await expect(client.send(new DescribeSecurityProfileCommand(unused))).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
  });
});
