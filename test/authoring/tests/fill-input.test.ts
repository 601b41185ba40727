/** What a test leaves out is filled in: every operation can be tested by its name alone, but one. */
import { describe, expect, it } from "vitest";
import { findOperation, operations } from "../../../shared/catalog/catalog.ts";
import { fillInput } from "../../../tools/authoring/tests/fill-input.ts";
import { callOperation } from "../../../tools/authoring/tests/test-call.ts";
import { instances } from "../../reach/random-calls.ts";

const served = { instances, routes: [] };
const call = (name: string, input = {}) => callOperation(name, input, { served, source: {} });

function filled(name: string, input: Readonly<Record<string, unknown>>) {
  const row = findOperation(name);
  if (!row) throw new Error(name);
  return fillInput(row, input, instances);
}

describe("the input of a test", () => {
  it("is completed to a call that can be decided, for every operation that is served but one", () => {
    const without = operations()
      .filter(({ refused }) => refused === undefined)
      .filter(({ name }) => !("canonical" in call(name)));
    // Its targets depend on the kinds of its filters.
    expect(without.map(({ name }) => name)).toEqual(["GetMetricDataV2"]);
    const filters = [{ FilterKey: "QUEUE", FilterValues: ["q-1"] }];
    expect(call("GetMetricDataV2", { Filters: filters })).toHaveProperty("canonical");
  });

  it("is the same each time, and named after the members", () => {
    const { input, filled: list } = filled("CreateUser", { Username: "u" });
    expect(filled("CreateUser", { Username: "u" }).input).toEqual(input);
    expect(input).toEqual({
      Username: "u",
      SecurityProfileIds: ["some-security-profile-id"],
      RoutingProfileId: "some-routing-profile-id",
      InstanceId: instances[0]?.id,
    });
    expect(list).toEqual([
      'SecurityProfileIds: ["some-security-profile-id"]',
      'RoutingProfileId: "some-routing-profile-id"',
      `InstanceId: "${instances[0]?.id}"`,
    ]);
  });

  it("is completed within its members, and keeps what is given", () => {
    const { input, filled: list } = filled("UpdateUserProficiencies", {
      UserProficiencies: [{ AttributeName: "language" }],
    });
    expect(input["UserProficiencies"]).toEqual([
      { AttributeName: "language", AttributeValue: "some-attribute-value", Level: 1 },
    ]);
    expect(list).toContain('UserProficiencies[].AttributeValue: "some-attribute-value"');
    expect(filled("ListUsers", { Other: [7] }).input["Other"]).toEqual([7]);
  });

  it("names the instance that it is about in every ARN", () => {
    const other = instances[1];
    for (const InstanceId of [other?.id, other?.arn]) {
      const { input } = filled("AssociateWorkspace", { InstanceId });
      expect(input["ResourceArns"]).toEqual([`${other?.arn}/agent/some-resource-arn`]);
    }
  });
});
