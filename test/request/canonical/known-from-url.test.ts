import { describe, expect, it } from "vitest";
import { findOperation } from "../../../shared/catalog/catalog.ts";
import { certainInput } from "../../../shared/request/canonical/known-from-url.ts";
import type { RoutedCall } from "../../../shared/request/types.ts";

function routed(operation: string, facts: Partial<RoutedCall>): RoutedCall {
  const row = findOperation(operation);
  if (!row) throw new Error(operation);
  return { row, labels: new Map(), form: "custom", ...facts };
}

function certain(operation: string, facts: Partial<RoutedCall>) {
  const call = routed(operation, facts);
  const { input, isCertain } = certainInput(call);
  return { input, open: call.row.members.map(({ name }) => name).filter((name) => !isCertain(name)) };
}

describe("certainInput", () => {
  it("knows the labels of Connect's own route and nothing else", () => {
    const labels = new Map([
      ["InstanceId", "i"],
      ["UserId", "u"],
    ]);
    const { input, open } = certain("UpdateUserRoutingProfile", { labels, form: "rest" });
    expect({ input, open }).toEqual({ input: { InstanceId: "i", UserId: "u" }, open: ["RoutingProfileId"] });
  });

  it("knows nothing of the RPC form", () => {
    const { input, open } = certain("DescribeUser", { form: "rpc" });
    expect({ input, open }).toEqual({ input: {}, open: ["InstanceId", "UserId"] });
  });

  it("knows constants, labels at any depth, and what no template fills; not what hangs on query or body", () => {
    const custom = {
      labels: new Map([["profile", "p"]]),
      input: {
        InstanceId: "i",
        Username: "{body.login}",
        SecurityProfileIds: ["{profile}", "s"],
        RoutingProfileId: "{query.profile}",
        IdentityInfo: { FirstName: "{body.first}", LastName: "Doe" },
        PhoneConfig: { AutoAccept: true, AfterContactWorkTimeLimit: 0 },
        Tags: {},
      },
    };
    expect(certain("CreateUser", { custom })).toEqual({
      input: {
        InstanceId: "i",
        SecurityProfileIds: ["p", "s"],
        PhoneConfig: { AutoAccept: true, AfterContactWorkTimeLimit: 0 },
        Tags: {},
      },
      open: ["Username", "RoutingProfileId", "IdentityInfo"],
    });
  });
});
