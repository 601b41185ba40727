/**
 * The certification scenario that the AuthZEN working group publishes for its Authorization API 1.0
 * (certification/authorization-api-1_0-scenario.md of openid/authzen), told of Amazon Connect: `record-1` is a user, `read` is
 * DescribeUser, `write` is UpdateUserRoutingProfile. Each title has the scenario's number.
 *
 * What does not apply: 2.2.4 to 2.2.7, 3.2.3 and 3.2.4 decide by properties of a record, an action or a subject that the client
 * makes up; here properties of a resource are the operation's input, and only a trusted program tells of a subject. Search (4)
 * is optional and not served. `alice` is the caller; `bob` another one, of whom a trusted program asks.
 */
import { describe, expect, it } from "vitest";
import { instanceId, tokenOf } from "../lambda-fixture.ts";
import { openDoor, userArn } from "./authzen-fixture.ts";

const allow = (action: string, resource: string) =>
  ({ Effect: "Allow", Action: `connect:${action}`, Resource: resource }) as const;
const profile = "arn:aws:connect:us-west-2:123456789012:instance/*/routing-profile/*";
const door = openDoor(
  [allow("DescribeUser", userArn("*")), allow("UpdateUserRoutingProfile", userArn("record-1"))],
  {
    bindings: [
      { match: { principals: ["alice"] }, policies: ["p", "profiles"] },
      { match: { principals: ["bob"] }, policies: ["reads"] },
    ],
    doors: { authzen: { trusted: [{ groups: ["backends"] }] } },
  },
  {
    policies: {
      profiles: [allow("UpdateUserRoutingProfile", profile)],
      reads: [allow("DescribeUser", userArn("*"))],
    },
  },
);
const token = tokenOf({ sub: "alice", groups: ["backends"] });
const alice = { type: "user", id: "alice" };
const bob = { type: "user", id: "bob", properties: { groups: [] } };
const read = { name: "DescribeUser" };
const write = { name: "UpdateUserRoutingProfile" };
const record = (id: string, more: object = {}) => ({
  type: "user",
  id,
  properties: { InstanceId: instanceId, ...more },
});
const written = (id: string) => record(id, { RoutingProfileId: "r-1" });
const allowed = { subject: alice, action: read, resource: record("record-1") };

const yes = { status: 200, body: { decision: true } };
const no = { status: 200, body: { decision: false } };

describe("basic", () => {
  it.each<[string, object, object]>([
    ["2.2.1 permit", allowed, yes],
    ["2.2.2 deny", { subject: bob, action: write, resource: written("record-1") }, no],
    ["2.2.3 context", { ...allowed, context: { time: "2025-06-27T18:03-07:00", ip: "192.168.1.1" } }, yes],
    [
      "2.2.8 additional properties, of subject and action",
      {
        ...allowed,
        subject: { ...alice, properties: { department: "Sales", role: "manager" } },
        action: { ...read, properties: { method: "GET" } },
      },
      yes,
    ],
    ["2.2.9 unknown fields", { ...allowed, foo: "bar", futureField: { nested: true } }, yes],
    ["rule 2", { subject: alice, action: write, resource: written("record-1") }, yes],
    ["rule 3", { subject: bob, action: read, resource: record("record-1") }, yes],
    ["rule 5, by the resource's id", { subject: alice, action: write, resource: written("record-2") }, no],
  ])("%s", async (_, question, answer) => {
    const first = await door.evaluate(question, { token });
    expect(first).toMatchObject(answer);
    expect(first.headers["content-type"]).toBe("application/json");
    // 2.6: the same question has the same answer.
    expect((await door.evaluate(question, { token })).body).toEqual(first.body);
  });

  it.each<[string, unknown]>([
    ["2.4.1 no subject", { ...allowed, subject: undefined }],
    ["2.4.1 no action", { ...allowed, action: undefined }],
    ["2.4.1 no resource", { ...allowed, resource: undefined }],
    ["2.4.2 a subject without type", { ...allowed, subject: { id: "alice" } }],
    ["2.4.2 a subject without id", { ...allowed, subject: { type: "user" } }],
    ["2.4.2 an action without name", { ...allowed, action: {} }],
    ["2.4.2 a resource without type", { ...allowed, resource: { id: "record-1" } }],
    ["2.4.2 a resource without id", { ...allowed, resource: { type: "user" } }],
    ["2.4.4 malformed JSON", '{"subject":'],
    ["2.4.5 an empty body", ""],
    ["2.4.6 a subject that is a string", { ...allowed, subject: "alice" }],
    ["2.4.6 an action's name that is a number", { ...allowed, action: { name: 123 } }],
    ["a member twice", '{"subject":{"type":"user","id":"alice","id":"bob"}}'],
    ["a list", [allowed]],
    ["a context that is no object", { ...allowed, context: "now" }],
    ["properties that are no object", { ...allowed, resource: { ...record("record-1"), properties: [] } }],
  ])("refuses %s", async (_, question) => {
    const answer = await door.evaluate(question, { token });
    expect(answer.status).toBe(400);
    expect(answer.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(answer.body).toMatch(/./);
  });

  it("2.4.3 refuses another content type", async () => {
    const headers = { "Content-Type": "text/plain" };
    expect(await door.evaluate(allowed, { token, headers })).toMatchObject({ status: 400 });
  });

  it("2.5.1 sends the request's id back, also with an error; 2.5.2 needs none", async () => {
    const headers = { "X-Request-ID": "bfe9eb29-ab87-4ca3-be83-a1d5d8305716" };
    for (const question of [allowed, {}]) {
      const answer = await door.evaluate(question, { token, headers });
      expect(answer.headers["x-request-id"]).toBe(headers["X-Request-ID"]);
    }
    expect(Object.keys((await door.evaluate(allowed, { token })).headers)).not.toContain("x-request-id");
    const split = { "X-Request-ID": "a\r\nset-cookie: b" };
    expect(Object.keys((await door.evaluate(allowed, { token, headers: split })).headers)).not.toContain(
      "x-request-id",
    );
  });
});

describe("batch", () => {
  it.each<[string, object, readonly boolean[]]>([
    [
      "3.2.1 defaults for subject and action",
      {
        subject: alice,
        action: read,
        evaluations: [{ resource: record("record-1") }, { resource: record("record-2") }],
      },
      [true, true],
    ],
    [
      "3.2.2 in the order of the questions",
      {
        subject: bob,
        resource: written("record-1"),
        evaluations: [{ action: read, resource: record("record-1") }, { action: write }],
      },
      [true, false],
    ],
    [
      "3.2.5 no defaults",
      { evaluations: [allowed, { subject: bob, action: write, resource: written("record-1") }] },
      [true, false],
    ],
    [
      "3.2.6 a context of its own",
      {
        ...allowed,
        context: { time: "2025-06-27T18:03-07:00" },
        evaluations: [{}, { context: { source: "batch-override" } }],
      },
      [true, true],
    ],
    [
      "3.2.7 a default for the type of a resource",
      {
        subject: alice,
        action: write,
        resource: { type: "user" },
        evaluations: [
          { resource: { id: "record-1", properties: written("record-1").properties } },
          { resource: written("record-2") },
        ],
      },
      [true, false],
    ],
    [
      "properties are not mixed: this input lacks its InstanceId",
      { ...allowed, evaluations: [{ resource: { id: "record-2", properties: {} } }] },
      [false],
    ],
    [
      "3.4.1 an error of one question",
      { subject: alice, action: read, evaluations: [{ resource: record("record-1") }, {}, 5] },
      [true, false, false],
    ],
  ])("%s", async (_, request, decisions) => {
    const { status, body } = await door.evaluations(request, { token });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(["evaluations"]);
    expect(body.evaluations.map(({ decision }: { decision: unknown }) => decision)).toEqual(decisions);
  });

  it.each([
    ["3.4.2 without evaluations", allowed],
    ["3.4.3 with an empty list", { ...allowed, evaluations: [] }],
  ])("%s, answers as for one question", async (_, request) => {
    expect(await door.evaluations(request, { token })).toMatchObject(yes);
    expect(await door.evaluations({ ...request, resource: undefined }, { token })).toMatchObject({
      status: 400,
    });
  });

  it.each<[string, readonly boolean[]]>([
    ["execute_all", [true, false, true]],
    ["deny_on_first_deny", [true, false]],
    ["permit_on_first_permit", [true]],
  ])("%s", async (semantic, decisions) => {
    const request = {
      subject: alice,
      action: write,
      options: { evaluations_semantic: semantic, another_option: "value" },
      evaluations: ["record-1", "record-2", "record-1"].map((id) => ({ resource: written(id) })),
    };
    const { body } = await door.evaluations(request, { token });
    expect(body.evaluations.map(({ decision }: { decision: unknown }) => decision)).toEqual(decisions);
  });

  it.each<[string, object]>([
    [
      "a semantic that there is not",
      { ...allowed, options: { evaluations_semantic: "any" }, evaluations: [{}] },
    ],
    ["options that are no object", { ...allowed, options: 1, evaluations: [{}] }],
    ["evaluations that are no list", { ...allowed, evaluations: {} }],
    ["more than 50 questions", { ...allowed, evaluations: Array.from({ length: 51 }, () => ({})) }],
  ])("refuses %s", async (_, request) => {
    expect(await door.evaluations(request, { token })).toMatchObject({ status: 400 });
  });
});

describe("discovery", () => {
  const path = "/.well-known/authzen-configuration";

  it.each([
    ["https://pdp.example.com", path],
    ["https://pdp.example.com/prod", `/prod${path}`],
  ])("6 names the endpoints below %s, without a token", async (base, asked) => {
    const context = { domainName: "pdp.example.com", path: asked };
    const answer = await door.send("GET", path, null, { token: "", context });
    expect(answer).toMatchObject({ status: 200, headers: { "content-type": "application/json" } });
    expect(answer.body).toEqual({
      policy_decision_point: base,
      access_evaluation_endpoint: `${base}/access/v1/evaluation`,
      access_evaluations_endpoint: `${base}/access/v1/evaluations`,
    });
  });
});
