/**
 * The door for agents: what a client of either version lists and calls, and what it is refused.
 */
import { DeleteUserCommand, DescribeUserCommand, ListUsersCommand } from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { allowAll, given, instanceArn, instanceId, type Statement } from "../lambda-fixture.ts";
import { mockConnect } from "../mocked-connect.ts";
import { Agent, versions } from "./mcp-fixture.ts";

const connect = mockConnect();

const readers: readonly Statement[] = [
  { Effect: "Allow", Action: "connect:DescribeUser", Resource: `${instanceArn}/agent/u-*` },
  { Effect: "Allow", Action: "connect:ListUsers", Resource: "*" },
];

const user = { InstanceId: instanceId, UserId: "u-1" };

function namesOf(tools: readonly { readonly name: string }[]): readonly string[] {
  return tools.map(({ name }) => name).sort();
}

describe.each(Object.entries(versions))("a client of the %s version", (_, version) => {
  it("lists what its caller may use at all, with schemas and hints", async () => {
    const tools = await new Agent(readers).list({ version });
    expect(tools).toMatchObject([
      {
        name: "DescribeUser",
        description: expect.stringContaining("some resources"),
        inputSchema: { type: "object", required: ["UserId", "InstanceId"], additionalProperties: false },
        annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
      },
      { name: "ListUsers", description: expect.not.stringContaining("some resources") },
    ]);
  });

  it("calls a tool: what was decided is sent, and the answer is Connect's", async () => {
    connect.on(DescribeUserCommand).resolves({ User: { Id: "u-1", Username: "eve" }, $metadata: {} });
    const agent = new Agent(readers);
    const result = await agent.call("DescribeUser", user, { version });
    expect(result.isError).toBeUndefined();
    expect(result.structuredContent).toEqual({ User: { Id: "u-1", Username: "eve" } });
    expect(JSON.parse(result.content[0].text)).toEqual(result.structuredContent);
    expect(connect.commandCalls(DescribeUserCommand).map(({ args }) => args[0].input)).toEqual([user]);
    expect(agent.records).toMatchObject([
      { stage: "proxy", via: "mcp", outcome: "allow", operation: "DescribeUser", status: 200 },
    ]);
  });

  it("is refused in IAM's words, as by the route, and nothing is sent", async () => {
    const agent = new Agent(readers);
    const result = await agent.call("DescribeUser", { ...user, UserId: "x" }, { version });
    const route = await given(readers).call("GET", `/users/${instanceId}/x`);
    expect(result.isError).toBe(true);
    expect(result.content).toEqual([{ type: "text", text: `AccessDeniedException: ${route.body.message}` }]);
    expect(route.body.message).toContain("is not authorized to perform: connect:DescribeUser");
    expect(connect.calls()).toEqual([]);
    expect(agent.records).toMatchObject([{ via: "mcp", outcome: "deny", status: 403 }]);
  });

  it("learns which argument is malformed", async () => {
    const agent = new Agent(readers);
    const wrong = [{ ...user, UserId: 7 }, { ...user, Other: 1 }, { InstanceId: instanceId }];
    const results = await Promise.all(wrong.map((each) => agent.call("DescribeUser", each, { version })));
    expect(results.map(({ isError, content }) => [isError, content[0].text])).toEqual([
      [true, "InvalidParameterException: UserId: must be a string"],
      [true, expect.stringMatching(/^InvalidParameterException: Other: is not a member/)],
      [true, "InvalidParameterException: UserId: is required"],
    ]);
  });

  it("is told that there is no such tool", async () => {
    const { body } = await new Agent(readers).ask("tools/call", { name: "DescribeUsr" }, { version });
    expect(body.error).toEqual({ code: -32602, message: "Unknown tool: DescribeUsr" });
  });

  it("without a good token is refused with 401, and recorded", async () => {
    const agent = new Agent(readers);
    const { status, headers } = await agent.ask("tools/list", {}, { version, token: "x.y.z" });
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toMatch(/^Bearer /);
    expect(agent.records).toMatchObject([
      { via: "mcp", outcome: "error", reason: "unauthorized", status: 401 },
    ]);
  });
});

describe("versions", () => {
  it("begin with a handshake that offers the former version, and with a discovery in the newest", async () => {
    const agent = new Agent(readers);
    const clientInfo = { name: "test", version: "1" };
    const begun = await agent.ask(
      "initialize",
      { protocolVersion: "2024-11-05", capabilities: {}, clientInfo },
      { version: versions.former },
    );
    expect(begun.body.result.protocolVersion).toBe(versions.former);
    const found = await agent.ask("server/discover");
    expect(found.body.result.supportedVersions).toEqual([versions.newest]);
  });

  it.each(["2024-11-05", "2025-06-18", "2030-01-01", "latest"])("refuse %s", async (version) => {
    const { status, body } = await new Agent(readers).ask("tools/list", {}, { version });
    expect(status).toBe(400);
    expect(body.error.message).toContain("nsupported protocol version");
  });

  it("record no list, and no handshake", async () => {
    const agent = new Agent(readers);
    for (const version of Object.values(versions)) await agent.list({ version });
    await agent.ask("server/discover");
    expect(agent.records).toEqual([]);
  });
});

describe("what is not a message", () => {
  const agent = new Agent(readers);

  it.each(["GET", "DELETE"])("is answered 405: %s", async (method) => {
    const { status, headers } = await agent.send(undefined, {}, method);
    expect([status, headers["allow"]]).toEqual([405, "POST"]);
  });

  it.each([
    ["no JSON", "{", 400, -32700],
    ["a member twice", '{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/list"}', 400, -32700],
    ["several messages", "[]", 400, -32600],
    [
      "a subscription, which would hold the function",
      { jsonrpc: "2.0", id: 1, method: "subscriptions/listen", params: {} },
      404,
      -32601,
    ],
  ])("is refused: %s", async (_, body, status, code) => {
    expect(await agent.send(body)).toMatchObject({ status, body: { jsonrpc: "2.0", error: { code } } });
  });

  it("from a page is refused, unless `cors` allows the page", async () => {
    const cors = {
      allowOrigins: ["https://good.test"],
      ...{ allowMethods: ["POST"], allowHeaders: [], exposeHeaders: [], maxAgeSeconds: 0 },
      allowCredentials: false,
    };
    const open = new Agent(readers, { config: { cors } });
    const statusOf = async (origin: string) =>
      (await open.ask("tools/list", {}, { headers: { Origin: origin } })).status;
    expect(await statusOf("https://good.test")).toBe(200);
    expect(await statusOf("https://evil.test")).toBe(403);
    expect(open.records).toMatchObject([{ via: "mcp", outcome: "deny", status: 403 }]);
  });
});

describe("many tools", () => {
  const agent = new Agent([allowAll]);

  it("are sixty at most, with one that finds and one that calls the others", async () => {
    const tools = await agent.list();
    expect(tools).toHaveLength(60);
    expect(tools.slice(0, 2).map(({ name }) => name)).toEqual(["SearchOperations", "CallOperation"]);
    const found = await agent.call("SearchOperations", { query: "delete hours of operation" });
    const [first] = found.structuredContent.tools;
    expect(first).toMatchObject({ name: "DeleteHoursOfOperation", inputSchema: { type: "object" } });
    expect(namesOf(tools)).not.toContain(first.name);
  });

  it("that are not listed are called by name, or by CallOperation", async () => {
    connect.on(DeleteUserCommand).resolves({ $metadata: {} });
    const direct = await agent.call("DeleteUser", user);
    const through = await agent.call("CallOperation", { name: "DeleteUser", arguments: user });
    expect([direct.structuredContent, through.structuredContent]).toEqual([{}, {}]);
    expect(connect.commandCalls(DeleteUserCommand)).toHaveLength(2);
  });

  it.each([
    [{ name: "Nothing" }, "UnknownOperationException: `Nothing` is not a tool"],
    [{ name: 1 }, "InvalidParameterException: name: must be a string"],
    [{ name: "DeleteUser", arguments: [] }, "InvalidParameterException: arguments: must be an object"],
    [{ name: "DeleteUser", more: 1 }, "InvalidParameterException: more: is not an argument of this tool"],
    [{ name: "CallOperation" }, "UnknownOperationException: `CallOperation` is not a tool"],
  ])("are not called by %j", async (args, text) => {
    expect(await agent.call("CallOperation", args)).toMatchObject({ isError: true, content: [{ text }] });
  });

  it("are found among those of the caller only", async () => {
    const many = [...readers, { Effect: "Deny", Action: "connect:Search*", Resource: "*" }] as const;
    const found = await new Agent(many).call("SearchOperations", { query: "search users" });
    expect(namesOf(found.structuredContent.tools)).toEqual(["DescribeUser", "ListUsers"]);
  });
});

describe("the configuration", () => {
  const routes = [
    {
      method: "GET",
      path: "/agents/{agentId}",
      operation: "DescribeUser",
      input: { InstanceId: instanceId, UserId: "{agentId}" },
    },
    {
      method: "GET",
      path: "/agents",
      operation: "ListUsers",
      input: { InstanceId: instanceId, MaxResults: "{query.limit}" },
    },
  ];

  it("makes tools of its own routes", async () => {
    const agent = new Agent(readers, { config: { routes } });
    const tools = await agent.list();
    expect(namesOf(tools)).toEqual(["DescribeUser", "GET_agents", "GET_agents_agentId", "ListUsers"]);
    expect(tools.find(({ name }) => name === "GET_agents_agentId")).toMatchObject({
      inputSchema: {
        properties: { path: { properties: { agentId: { type: "string" } }, required: ["agentId"] } },
        required: ["path"],
      },
    });
    connect.on(DescribeUserCommand).resolves({ User: { Id: "u-7" }, $metadata: {} });
    connect.on(ListUsersCommand).resolves({ $metadata: {} });
    const called = await agent.call("GET_agents_agentId", { path: { agentId: "u-7" } });
    await agent.call("GET_agents", { query: { limit: 5 } });
    expect(called.structuredContent).toEqual({ User: { Id: "u-7" } });
    expect(connect.calls().map(({ args }) => args[0].input)).toEqual([
      { InstanceId: instanceId, UserId: "u-7" },
      { InstanceId: instanceId, MaxResults: 5 },
    ]);
  });

  it.each([
    [{ path: { agentId: "" } }, expect.stringMatching(/^UnknownOperationException: /)],
    [{ path: { agentId: "x" }, head: 1 }, "InvalidParameterException: head: is not used by this route"],
    [
      { path: { agentId: "x" }, query: { a: 1 } },
      "InvalidParameterException: query.a: is not used by this route",
    ],
  ])("keeps a route's tool to the route: %j", async (args, text) => {
    const agent = new Agent([allowAll], { config: { routes } });
    expect(await agent.call("GET_agents_agentId", args)).toMatchObject({
      isError: true,
      content: [{ text }],
    });
    expect(connect.calls()).toEqual([]);
  });

  it("chooses the tools by name and pattern: there are no others", async () => {
    const doors = { mcp: { operations: ["List*", "GET /agents/*"] } };
    const agent = new Agent([allowAll], { config: { routes, doors } });
    const found = await agent.call("SearchOperations", { query: "describe user agents" });
    expect(namesOf(found.structuredContent.tools)).toEqual(
      expect.arrayContaining(["GET_agents_agentId", "ListUsers"]),
    );
    expect(namesOf(found.structuredContent.tools)).not.toContain("DescribeUser");
    expect((await agent.ask("tools/call", { name: "DescribeUser", arguments: user })).body.error.code).toBe(
      -32602,
    );
    expect(await agent.call("CallOperation", { name: "DescribeUser", arguments: user })).toMatchObject({
      isError: true,
    });
  });

  it("without the door offers nothing", async () => {
    expect(await new Agent([allowAll], { config: { doors: {} } }).list()).toEqual([]);
  });
});
