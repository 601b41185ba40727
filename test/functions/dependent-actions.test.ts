/**
 * Actions that an operation needs besides its own are asked unless the configuration ignores them.
 */
import { CreateUserCommand, SearchUsersCommand, UpdateUserConfigCommand } from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import type { DependentActions } from "../../shared/catalog/types.ts";
import type { CustomRoute } from "../../shared/request/types.ts";
import { given, instanceArn, instanceId, type Statement } from "./lambda-fixture.ts";
import { mockConnect } from "./mocked-connect.ts";

const connect = mockConnect();

const $metadata = {};
const routes: readonly CustomRoute[] = [
  { method: "GET", path: "/people", operation: "SearchUsers", input: { InstanceId: instanceId } },
];

async function call(
  statements: readonly Statement[],
  dependentActions: DependentActions | undefined,
  [method, path, body]: readonly [method: string, path: string, body?: object],
) {
  const config = { routes, ...(dependentActions ? { dependentActions } : {}) };
  const functions = given(statements, { config });
  const answer = await functions.call(method, path, body ? { body } : {});
  const outcomes = functions.records.map(({ outcome }) => outcome).join(", then ");
  return `${outcomes}: ${answer.status} ${String(answer.body.message ?? "").split(" on ")[0]}`;
}

const newUser = {
  Username: "jane",
  RoutingProfileId: "r-1",
  SecurityProfileIds: ["s-1"],
  PhoneConfig: { PhoneType: "SOFT_PHONE" },
  Tags: { team: "blue" },
};
const create = ["PUT", `/users/${instanceId}`, newUser] as const;
const search = ["POST", "/search-users", { InstanceId: instanceId }] as const;
const searchByRoute = ["GET", "/people"] as const;

const only = (Action: string): Statement => ({ Effect: "Allow", Action, Resource: "*" });
const never = (Action: string): Statement => ({ Effect: "Deny", Action, Resource: "*" });
const refusal = (action: string) => `403 User: alice is not authorized to perform: connect:${action}`;

describe("a dependent action", () => {
  it.each<
    [string, readonly Statement[], readonly [string, string, object?], required: string, ignored: string]
  >([
    [
      "TagResource of a create with tags",
      [only("connect:CreateUser")],
      create,
      `notYetKnown, then deny: ${refusal("TagResource")}`,
      "allow, then allow: 200 ",
    ],
    [
      "TagResource that is denied",
      [only("connect:*"), never("connect:TagResource")],
      create,
      `notYetKnown, then deny: ${refusal("TagResource")}`,
      "allow, then allow: 200 ",
    ],
    [
      "the Describe behind a search",
      [only("connect:SearchUsers")],
      search,
      `deny, then deny: ${refusal("DescribeUser")}`,
      "notYetKnown, then allow: 200 ",
    ],
    [
      "the Describe behind a search by a custom route",
      [only("connect:SearchUsers"), never("connect:DescribeUser")],
      searchByRoute,
      `deny, then deny: ${refusal("DescribeUser")}`,
      "allow, then allow: 200 ",
    ],
  ])("is asked unless it is ignored: %s", async (_, statements, request, required, ignored) => {
    connect.on(CreateUserCommand).resolves({ $metadata }).on(SearchUsersCommand).resolves({ $metadata });
    expect(await call(statements, undefined, request)).toBe(required);
    expect(await call(statements, "required", request)).toBe(required);
    expect(connect.calls()).toHaveLength(0);
    expect(await call(statements, "ignored", request)).toBe(ignored);
    expect(connect.calls()).toHaveLength(1);
  });

  it("does not stand for the operation's own action", async () => {
    const statements = [only("connect:TagResource"), only("connect:Describe*")];
    expect(await call(statements, "ignored", create)).toBe(`deny, then deny: ${refusal("CreateUser")}`);
    expect(await call(statements, "ignored", search)).toBe(`deny, then deny: ${refusal("SearchUsers")}`);
  });

  it("is not what UpdateUserConfig is authorized as: that stays", async () => {
    connect.on(UpdateUserConfigCommand).resolves({ $metadata });
    const request = ["POST", `/users/${instanceId}/u-1/config`, {}] as const;
    for (const dependentActions of ["required", "ignored"] as const) {
      const phone: Statement = {
        Effect: "Allow",
        Action: "connect:UpdateUserPhoneConfig",
        Resource: `${instanceArn}/agent/u-1`,
      };
      expect(await call([phone], dependentActions, request)).toContain("200");
      expect(await call([only("connect:UpdateUserConfig")], dependentActions, request)).toContain(
        refusal("UpdateUserPhoneConfig"),
      );
    }
  });
});
