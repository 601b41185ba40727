/** What may be asked, what is looked up and recorded for it, and what is answered when nothing can be decided. */
import { ListTagsForResourceCommand } from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { resourceMembersOf } from "../../../functions/authzen/operation-input.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import { allowAll, bundleOf, instanceId, type Statement, tokenOf } from "../lambda-fixture.ts";
import { mockConnect } from "../mocked-connect.ts";
import { AuthzenDoor, describing, openDoor, self, user, userArn } from "./authzen-fixture.ts";

const connect = mockConnect();
const door = openDoor([allowAll]);
const blue = { StringEquals: { "aws:ResourceTag/Team": "blue" } };

const ask = (name: string, resource: object, at = door) =>
  at.evaluate({ subject: self, action: { name }, resource });

describe("a question", () => {
  it.each<[string, string, object]>([
    ["a user", "DescribeUser", user("u-1")],
    ["a contact", "StopContact", { type: "contact", id: "c-1", properties: { InstanceId: instanceId } }],
    ["the instance", "ListUsers", { type: "instance", id: instanceId }],
    ["an ARN", "ListTagsForResource", { type: "arn", id: userArn("u-1") }],
    [
      "the whole input",
      "DescribeUser",
      { type: "*", id: "*", properties: { InstanceId: instanceId, UserId: "u-1" } },
    ],
    ["an id twice, the same", "DescribeUser", user("u-1", { UserId: "u-1" })],
    ["no resource at all", "ListInstances", { type: "*", id: "*" }],
  ])("is about %s", async (_, name, resource) => {
    expect(await ask(name, resource)).toMatchObject({ status: 200, body: { decision: true } });
  });

  it.each<[string, string, object, number, string]>([
    ["an unknown operation", "ReadUser", user("u-1"), 404, "no operation"],
    ["a name of Object's", "constructor", user("u-1"), 404, "no operation"],
    ["IAM's name of it", "connect:DescribeUser", user("u-1"), 404, "no operation"],
    [
      "a type that it has not",
      "DescribeUser",
      { ...user("u-1"), type: "queue" },
      400,
      "DescribeUser has: instance, user",
    ],
    ["another word for a type", "DescribeUser", { ...user("u-1"), type: "agent" }, 400, "DescribeUser has"],
    ["two ids", "DescribeUser", user("u-1", { UserId: "u-2" }), 400, "is not the resource's id"],
    ["a missing member", "DescribeUser", { type: "user", id: "u-1" }, 400, "InstanceId"],
    ["an unknown member", "DescribeUser", user("u-1", { Force: true }), 400, "Force"],
    ["a member of another type", "DescribeUser", user("u-1", { InstanceId: 1 }), 400, "InstanceId"],
    ["another instance", "DescribeUser", user("u-1", { InstanceId: "other" }), 403, "instance"],
  ])("about %s is answered with no, and why", async (_, name, resource, status, message) => {
    const { status: http, body } = await ask(name, resource);
    expect({ http, decision: body.decision }).toEqual({ http: 200, decision: false });
    expect(body.context.error).toMatchObject({ status, message: expect.stringContaining(message) });
  });

  it("has one member for each type, in nearly every operation", () => {
    const several = operations().flatMap((row) =>
      [...resourceMembersOf(row)].flatMap(([type, members]) =>
        members.length > 1 ? [`${row.name} ${type}: ${members.join(", ")}`] : [],
      ),
    );
    expect(several).toMatchInlineSnapshot(`
      [
        "CreateContact contact: RelatedContactId, PreviousContactId",
        "CreatePersistentContactAssociation contact: InitialContactId, SourceContactId",
        "CreateTaskTemplate contact-flow: ContactFlowId, SelfAssignFlowId",
        "ResumeContactRecording contact: ContactId, InitialContactId",
        "StartContactRecording contact: ContactId, InitialContactId",
        "StartTaskContact contact: PreviousContactId, RelatedContactId",
        "StopContactRecording contact: ContactId, InitialContactId",
        "SuspendContactRecording contact: ContactId, InitialContactId",
        "UpdateTaskTemplate contact-flow: ContactFlowId, SelfAssignFlowId",
      ]
    `);
  });

  it("that policies deny is answered in the words of the proxy, and in no others", async () => {
    const statements: Statement[] = [allowAll, { ...allowAll, Effect: "Deny", Resource: userArn("u-1") }];
    const { body } = await ask("DescribeUser", user("u-1"), openDoor(statements));
    expect(body).toEqual({
      decision: false,
      context: {
        reason_user: {
          "403": `User: alice is not authorized to perform: connect:DescribeUser on resource: ${userArn("u-1")} with an explicit deny in an identity-based policy`,
        },
      },
    });
  });
});

describe("look-ups", () => {
  const tagged = openDoor([{ ...allowAll, Condition: blue }]);
  it("decide, once for each resource of a request, and nothing else is sent", async () => {
    connect.on(ListTagsForResourceCommand).resolves({ $metadata: {}, tags: { Team: "blue" } });
    const request = { ...describing("u-1"), evaluations: [{}, {}, { resource: user("u-2") }] };
    const { body } = await tagged.evaluations(request);
    expect(body.evaluations).toEqual([{ decision: true }, { decision: true }, { decision: true }]);
    expect(connect.calls()).toHaveLength(2);
  });

  it("that fail answer no", async () => {
    connect.on(ListTagsForResourceCommand).rejects(new Error("down"));
    const { status, body } = await tagged.evaluate(describing("u-3"));
    expect({ status, decision: body.decision }).toEqual({ status: 200, decision: false });
    expect(body.context.reason_user["403"]).toContain("could not be looked up");
  });

  it("are at most 50 for a request", async () => {
    connect.on(ListTagsForResourceCommand).resolves({ $metadata: {}, tags: { Team: "blue" } });
    const request = {
      ...{ subject: self, action: { name: "UpdateUserRoutingProfile" } },
      evaluations: Array.from({ length: 50 }, (_, index) => ({
        resource: user(`u-${index}`, { RoutingProfileId: `r-${index}` }),
      })),
    };
    const { body } = await openDoor([{ ...allowAll, Condition: blue }]).evaluations(request);
    const decisions = body.evaluations.map(({ decision }: { decision: boolean }) => decision);
    expect(decisions).toEqual(Array.from({ length: 50 }, (_, index) => index < 25));
    expect(connect.calls()).toHaveLength(50);
  });
});

describe("records", () => {
  it("tell each question from a call, and hold no input", async () => {
    const own = openDoor([allowAll]);
    await own.evaluations({
      ...describing("u-1"),
      evaluations: [{}, { resource: user("secret", { Force: "secret" }) }],
    });
    expect(own.records).toMatchObject([
      {
        type: "evaluation",
        stage: "authzen",
        outcome: "allow",
        operation: "DescribeUser",
        principal: { id: "alice" },
      },
      { type: "evaluation", stage: "authzen", outcome: "error", reason: "invalidInput" },
    ]);
    expect(JSON.stringify(own.records[1])).not.toContain("secret");
    expect(own.records.every((record) => !("status" in record))).toBe(true);
  });

  it("tell of a request that is refused as a whole", async () => {
    const own = openDoor([allowAll]);
    expect(await own.evaluate({})).toMatchObject({ status: 400 });
    expect(await own.evaluate(describing("u-1"), { token: "x" })).toMatchObject({ status: 401 });
    expect(own.records).toMatchObject([
      { type: "evaluation", outcome: "error", reason: "invalidInput" },
      { type: "evaluation", outcome: "error", reason: "unauthorized" },
    ]);
  });

  it("that are required and cannot be written leave no yes", async () => {
    const failing = openDoor(
      [allowAll],
      {},
      {
        environment: { AUTHORIZER_AUDIT_REQUIRED: "true" },
        onRecord: () => {
          throw new Error("full");
        },
      },
    );
    expect(await failing.evaluate(describing("u-1"))).toMatchObject({ status: 503 });
    const { body } = await failing.evaluations({ ...describing("u-1"), evaluations: [{}] });
    expect(body.evaluations).toMatchObject([{ decision: false, context: { error: { status: 503 } } }]);
  });

  it("that are required are written once", async () => {
    const own = openDoor([allowAll], {}, { environment: { AUTHORIZER_AUDIT_REQUIRED: "true" } });
    expect(await own.evaluate(describing("u-1"))).toMatchObject({ body: { decision: true } });
    expect(own.records).toHaveLength(1);
  });
});

describe("a request", () => {
  it.each([
    ["no token", ""],
    ["a token that is none", "abc"],
    ["a token of another audience", tokenOf({ aud: "other" })],
    ["an expired token", tokenOf({ exp: 1 })],
  ])("with %s gets 401 and what is wrong", async (_, token) => {
    const answer = await door.evaluate(describing("u-1"), { token });
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toMatch(
      /^Bearer error="invalid_token", error_description=".+"$/,
    );
  });

  it.each([
    ["GET", "/access/v1/evaluation"],
    ["POST", "/.well-known/authzen-configuration"],
    ["POST", "/access/v1/search/subject"],
    ["POST", "/access/v1/evaluation/"],
  ])("%s %s leads nowhere", async (method, path) => {
    expect(await door.send(method, path, "{}")).toMatchObject({ status: 404 });
  });

  it("that is too long is refused", async () => {
    const long = { ...describing("u-1"), note: "x".repeat(1_000_000) };
    expect(await door.evaluate(long)).toMatchObject({ status: 413 });
  });

  it("gets no decision without policies", async () => {
    const bundle = bundleOf([allowAll], { doors: { authzen: true } });
    const broken = new AuthzenDoor({ ...bundle, version: "0".repeat(64) });
    expect(await broken.evaluate(describing("u-1"))).toMatchObject({ status: 500 });
  });
});
