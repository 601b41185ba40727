/**
 * `SearchUsers` of the local Connect, through a real SDK client.
 */
import { CreateUserCommand, InvalidParameterException, SearchUsersCommand } from "@aws-sdk/client-connect";
import { beforeEach, describe, expect, it } from "vitest";
import { seedIds } from "../../../tools/local/connect/seed.ts";
import { east, useLocalConnect } from "./connect-fixture.ts";

const fixture = useLocalConnect();

beforeEach(async () => {
  const common = {
    InstanceId: east,
    SecurityProfileIds: [seedIds.agentProfile],
    RoutingProfileId: seedIds.routingProfile,
  };
  const PhoneConfig = { AfterContactWorkTimeLimit: 30 };
  for (const [Username, team] of [
    ["new.hire", "blue"],
    ["other.hire", "red"],
  ] as const) {
    await fixture.client.send(new CreateUserCommand({ ...common, Username, PhoneConfig, Tags: { team } }));
  }
});

describe("SearchUsers of the local Connect", () => {
  async function search(input: Omit<ConstructorParameters<typeof SearchUsersCommand>[0], "InstanceId">) {
    const { Users } = await fixture.client.send(new SearchUsersCommand({ InstanceId: east, ...input }));
    return Users?.map((user) => user.Username);
  }

  it("finds by strings and tags, joined by AND and OR", async () => {
    const hire = {
      StringCondition: { FieldName: "username", Value: "HIRE", ComparisonType: "CONTAINS" },
    } as const;
    const other = {
      StringCondition: { FieldName: "Username", Value: "other", ComparisonType: "STARTS_WITH" },
    } as const;
    expect(await search({})).toEqual(["jane.doe", "new.hire", "other.hire"]);
    expect(await search({ SearchCriteria: hire })).toEqual(["new.hire", "other.hire"]);
    expect(await search({ SearchCriteria: { AndConditions: [hire, other] } })).toEqual(["other.hire"]);
    const jane = {
      StringCondition: { FieldName: "resourceId", Value: seedIds.user, ComparisonType: "EXACT" },
    } as const;
    expect(await search({ SearchCriteria: { OrConditions: [jane, other] } })).toEqual([
      "jane.doe",
      "other.hire",
    ]);
    const blue = { TagFilter: { TagCondition: { TagKey: "team", TagValue: "blue" } } };
    expect(await search({ SearchFilter: blue, SearchCriteria: hire })).toEqual(["new.hire"]);
  });

  it("gives after contact work limits in milliseconds", async () => {
    const { Users } = await fixture.client.send(new SearchUsersCommand({ InstanceId: east }));
    expect(Users?.[1]?.PhoneConfig?.AfterContactWorkTimeLimit).toBe(30_000);
  });

  it("refuses a condition that it does not understand", async () => {
    const filter = { SearchFilter: { TagFilter: { OrConditions: [[]] } } };
    expect(await search(filter)).toHaveLength(3);
    const shoe = { StringCondition: { FieldName: "shoeSize", Value: "4", ComparisonType: "EXACT" } } as const;
    await expect(search({ SearchCriteria: shoe })).rejects.toBeInstanceOf(InvalidParameterException);
  });
});
