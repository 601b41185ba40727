/**
 * A custom route is another spelling of the RPC form, and nothing more.
 */
import { CreateUserCommand, DeleteUserCommand, ListUsersCommand } from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import type { CustomRoute } from "../../shared/request/types.ts";
import {
  type Answer,
  allowAll,
  authorizerEvent,
  given,
  instanceArn,
  instanceId,
  type Lambdas,
  type RequestFacts,
  type Statement,
  tokenOf,
} from "./lambda-fixture.ts";
import { mockConnect } from "./mocked-connect.ts";

const connect = mockConnect();

const routes: readonly CustomRoute[] = [
  {
    method: "DELETE",
    path: "/agents/{agentId}",
    operation: "DeleteUser",
    input: { InstanceId: instanceId, UserId: "{agentId}" },
  },
  {
    method: "GET",
    path: "/agents",
    operation: "ListUsers",
    input: { InstanceId: instanceId, MaxResults: "{query.limit}", NextToken: "{query.next}" },
  },
  {
    method: "POST",
    path: "/agents",
    operation: "CreateUser",
    input: {
      InstanceId: instanceId,
      Username: "{body.login}",
      SecurityProfileIds: "{body.profiles}",
      RoutingProfileId: "r-1",
      IdentityInfo: { FirstName: "{body.first}", LastName: "Doe" },
      Tags: { origin: "hr", note: "{body.note}" },
    },
  },
  {
    method: "POST",
    path: "/trainees/{profile}",
    operation: "CreateUser",
    input: {
      InstanceId: instanceId,
      Username: "{body.login}",
      SecurityProfileIds: ["s-1", "{profile}"],
      RoutingProfileId: "r-1",
      PhoneConfig: { PhoneType: "SOFT_PHONE" },
      Tags: { origin: "hr" },
    },
  },
];

const call = (statements: readonly Statement[], ...request: Parameters<Lambdas["call"]>) =>
  given(statements, { config: { routes } }).call(...request);

describe("a custom route", () => {
  it("sends its operation with the label in canonical form", async () => {
    connect.on(DeleteUserCommand).resolves({ $metadata: {} });
    const arn = encodeURIComponent(`${instanceArn}/agent/AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE`);
    for (const label of ["u-1", arn])
      expect(await call([allowAll], "DELETE", `/agents/${label}`)).toMatchObject({ status: 200 });
    const sent = connect.commandCalls(DeleteUserCommand).map(({ args }) => args[0].input);
    expect(sent).toEqual([
      { InstanceId: instanceId, UserId: "u-1" },
      { InstanceId: instanceId, UserId: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee" },
    ]);
  });

  it("takes query parameters with their member's type, and leaves absent ones out", async () => {
    connect.on(ListUsersCommand).resolves({ $metadata: {} });
    await call([allowAll], "GET", "/agents", { query: { limit: ["7"] } });
    expect(connect.commandCalls(ListUsersCommand)[0]?.args[0].input).toEqual({
      InstanceId: instanceId,
      MaxResults: 7,
    });
  });

  it("takes body members whole, constants and nested templates", async () => {
    connect.on(CreateUserCommand).resolves({ $metadata: {} });
    const body = { login: "jane", profiles: ["s-1", "s-2"], first: "Jane" };
    expect(await call([allowAll], "POST", "/agents", { body })).toMatchObject({ status: 200 });
    expect(connect.commandCalls(CreateUserCommand)[0]?.args[0].input).toEqual({
      InstanceId: instanceId,
      Username: "jane",
      SecurityProfileIds: ["s-1", "s-2"],
      RoutingProfileId: "r-1",
      IdentityInfo: { FirstName: "Jane", LastName: "Doe" },
      Tags: { origin: "hr" },
    });
  });

  it.each<[string, string, string, RequestFacts]>([
    ["a query parameter that it does not use", "GET", "/agents", { query: { x: ["1"] } }],
    ["a number that is none", "GET", "/agents", { query: { limit: ["x"] } }],
    ["a parameter given twice", "GET", "/agents", { query: { limit: ["1", "2"] } }],
    [
      "a body member that it does not use",
      "POST",
      "/agents",
      { body: '{"login":"a","profiles":["s"],"InstanceId":"x"}' },
    ],
    ["a missing required member", "POST", "/agents", { body: '{"profiles":["s"]}' }],
    ["a body member of the wrong type", "POST", "/agents", { body: '{"login":["a"],"profiles":["s"]}' }],
    ["a malformed label", "DELETE", "/agents/a%2Fb", {}],
    ["a body where it uses none", "DELETE", "/agents/u-1", { body: '{"x":1}' }],
  ])("refuses %s", async (_, method, path, facts) => {
    expect(await call([allowAll], method, path, facts)).toMatchObject({ status: 400 });
    expect(connect.calls()).toHaveLength(0);
  });

  it.each([
    ["another method", "PUT", "/agents/u-1"],
    ["an empty label", "DELETE", "/agents/"],
    ["a longer path", "DELETE", "/agents/u-1/x"],
    ["an encoded literal", "DELETE", "/%61gents/u-1"],
  ])("is not matched by %s", async (_, method, path) => {
    expect(await call([allowAll], method, path)).toMatchObject({ status: 404 });
  });

  it("is decided as Connect's own route of the same call is, by both functions", async () => {
    const resource = `${instanceArn}/agent/u-1`;
    const listing: Statement = { ...allowAll, Action: "connect:List*" };
    const sets: readonly (readonly Statement[])[] = [
      [listing],
      [allowAll],
      [allowAll, { Effect: "Deny", Action: "connect:DeleteUser", Resource: resource }],
      [allowAll, { Effect: "Deny", Action: "connect:DeleteUser", Resource: `${instanceArn}/agent/*` }],
      [allowAll, { Effect: "Deny", Action: "connect:Delete*", Resource: "*" }],
      [{ Effect: "Allow", Action: "connect:DeleteUser", Resource: resource }],
      [{ Effect: "Allow", Action: "connect:DescribeUser", Resource: "*" }],
      [{ ...allowAll, Condition: { StringEquals: { "connect:InstanceId": instanceId } } }],
    ];
    connect.on(DeleteUserCommand).resolves({ $metadata: {} });
    const decided = ({ effect, status, body }: Answer) => ({ effect, status, body });
    const effects = new Set<string | undefined>();
    for (const statements of sets) {
      const custom = await call(statements, "DELETE", "/agents/u-1");
      const own = await call(statements, "DELETE", `/users/${instanceId}/u-1`);
      expect(decided(custom)).toEqual(decided(own));
      effects.add(custom.effect);
    }
    expect(effects).toEqual(new Set(["Allow", "Deny"]));
  });

  it("is decided by the authorizer as far as constants and labels tell, and not by what the query or body may hold", async () => {
    const outcomes = async (statements: readonly Statement[], method: string, path: string) => {
      const { authorize, records } = given(statements, { config: { routes } });
      await authorize(authorizerEvent(method, path, { token: tokenOf() }));
      return records.at(-1)?.outcome;
    };
    const denyOf = (resource: string): Statement[] => [
      allowAll,
      { Effect: "Deny", Action: "*", Resource: `${instanceArn}/${resource}` },
    ];
    expect(await outcomes([allowAll], "DELETE", "/agents/u-1")).toBe("allow");
    expect(await outcomes(denyOf("agent/u-1"), "DELETE", "/agents/u-1")).toBe("deny");
    expect(await outcomes(denyOf("agent/u-1"), "DELETE", "/agents/u-2")).toBe("allow");
    expect(await outcomes(denyOf("routing-profile/r-1"), "POST", "/agents")).toBe("deny");
    expect(await outcomes(denyOf("security-profile/s-1"), "POST", "/agents")).toBe("notYetKnown");
    expect(await outcomes(denyOf("security-profile/s-2"), "POST", "/trainees/s-2")).toBe("deny");
    // No template gives HierarchyGroupId a value, so nothing can; but any member that the body fills may hold an ARN.
    for (const denied of ["security-profile/s-2", "agent-group/*"])
      expect(await outcomes(denyOf(denied), "POST", "/trainees/s-3")).toBe("notYetKnown");
    const tagged = { StringEquals: { "aws:RequestTag/origin": "hr" } };
    expect(await outcomes([{ ...allowAll, Condition: tagged }], "POST", "/trainees/s-3")).toBe("allow");
    // `Tags` holds a template of the body, so all of it is open.
    expect(await outcomes([{ ...allowAll, Condition: tagged }], "POST", "/agents")).toBe("notYetKnown");
  });
});
