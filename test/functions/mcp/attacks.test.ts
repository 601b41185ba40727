/** Attacks on the door for agents: none is answered as its caller's own call would not be, and none reaches Amazon Connect. */
import { DescribeUserCommand } from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { instanceArn, instanceId, proxyEvent, type Statement, tokenOf } from "../lambda-fixture.ts";
import { mockConnect } from "../mocked-connect.ts";
import { Agent, type MessageFacts } from "./mcp-fixture.ts";

const connect = mockConnect();
const own: Statement = {
  ...{ Effect: "Allow", Action: "connect:DescribeUser", Resource: `${instanceArn}/agent/u-1` },
};
const given = { InstanceId: instanceId, UserId: "u-1" };
const message = {
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "DescribeUser", arguments: given },
};
const former = { headers: { "mcp-protocol-version": "2025-11-25" } };

/** Sends it with headers as API Gateway tells them: names may occur several times. */
async function sendTo(
  agent: Agent,
  headers: Readonly<Record<string, string[]>>,
  query?: Record<string, string[]>,
) {
  const body = JSON.stringify(message);
  const event = proxyEvent("POST", "/mcp", {}, { body, ...(query ? { query } : {}) });
  const all = {
    accept: ["application/json, text/event-stream"],
    "content-type": ["application/json"],
    ...headers,
  };
  const single = Object.entries(all).map(([name, values]) => [name, values.at(-1) ?? ""]);
  const answer = await agent.handler({
    ...event,
    headers: Object.fromEntries(single),
    multiValueHeaders: { ...all, "mcp-protocol-version": ["2025-11-25"] },
  });
  return answer.statusCode;
}

describe("a token", () => {
  const bearer = `Bearer ${tokenOf()}`;
  it.each<{ where: string; headers: Record<string, string[]>; query?: Record<string, string[]> }>([
    { where: "in the query", headers: {}, query: { access_token: [tokenOf()] } },
    {
      where: "in another header",
      headers: { "x-connect-token": [tokenOf()], "x-amz-security-token": [tokenOf()] },
    },
    { where: "beside another", headers: { authorization: [bearer, `Bearer ${tokenOf({ sub: "other" })}`] } },
    { where: "joined with another", headers: { authorization: [`${bearer}, ${bearer}`] } },
    { where: "in a cookie", headers: { cookie: [`access_token=${tokenOf()}`] } },
    { where: "without its scheme", headers: { authorization: [tokenOf()] } },
  ])("counts only in its own header: not $where", async ({ headers, query }) => {
    const agent = new Agent([own]);
    expect(await sendTo(agent, headers, query)).toBe(401);
    expect(connect.calls()).toEqual([]);
  });
});

/** Each is answered with an error of the protocol or of the tool. */
const malformed: readonly (readonly [what: string, body: unknown, facts?: MessageFacts])[] = [
  ["a batch", [message, message], former],
  ["an argument twice", JSON.stringify(message).replace('"UserId"', '"UserId":"u-2","UserId"'), former],
  ["an id that is an object", { ...message, id: { toString: "x" } }, former],
  ["an id that is a list", { ...message, id: [1] }, former],
  ["a name that is no text", { ...message, params: { ...message.params, name: 1 } }, former],
  ["arguments that are a list", { ...message, params: { ...message.params, arguments: [given] } }, former],
  ...["__proto__", "constructor", "toString", "describeuser", "DescribeUser ", "../DescribeUser", ""].map(
    (name): (typeof malformed)[number] => [
      `the tool \`${name}\``,
      { ...message, params: { name, arguments: given } },
      former,
    ],
  ),
  ...[
    { UserId: "u-1/../u-2" },
    { UserId: "u-1?x=1" },
    { UserId: ["u-1"] },
    { UserId: { toString: "u-1" } },
    { UserId: "x".repeat(100_000) },
    { InstanceId: `${instanceId}/../other` },
    { InstanceId: "00000000-0000-4000-8000-000000000000" },
    { "UserId ": "u-1" },
    { userId: "u-2" },
    { constructor: { name: "x" } },
    { headers: { authorization: "x" } },
    { _meta: {} },
    { path: "/users/x/u-2" },
  ].map((more): (typeof malformed)[number] => [
    `the arguments ${JSON.stringify(more).slice(0, 60)}`,
    { ...message, params: { name: "DescribeUser", arguments: { ...given, ...more } } },
    former,
  ]),
  [
    "an own prototype",
    JSON.stringify(message).replace('"UserId":"u-1"', '"__proto__":{"UserId":"u-1"}'),
    former,
  ],
];

describe("a message", () => {
  it.each(malformed.map(([what, body]) => ({ what, body })))("is refused with $what", async ({ body }) => {
    const agent = new Agent([own]);
    const { status, body: answer } = await agent.send(body, former);
    const isRefused = status >= 400 || answer.error !== undefined || answer.result.isError === true;
    expect([isRefused, answer]).toEqual([true, answer]);
    expect(connect.calls()).toEqual([]);
  });

  it("of the newest version is refused if its headers say something else than its body", async () => {
    const agent = new Agent([own]);
    for (const headers of [{ "mcp-name": "ListUsers" }, { "mcp-method": "tools/list" }, { "mcp-name": "" }]) {
      const { status } = await agent.ask("tools/call", message.params, { headers });
      expect([headers, status]).toEqual([headers, 400]);
    }
    expect(connect.calls()).toEqual([]);
  });

  it("tells nothing by its metadata, whatever they claim", async () => {
    connect.on(DescribeUserCommand).resolves({ User: { Id: "u-1" }, $metadata: {} });
    const _meta = {
      ...{
        token: tokenOf({ groups: ["admins"] }),
        authorization: "Bearer x",
        via: "rest",
        principal: "admin",
      },
      progressToken: "x".repeat(1_000),
    };
    const agent = new Agent([own]);
    const params = { ...message.params, _meta };
    expect((await agent.send({ ...message, params }, former)).body.result.structuredContent).toEqual({
      User: { Id: "u-1" },
    });
    expect(connect.commandCalls(DescribeUserCommand).map(({ args }) => args[0].input)).toEqual([given]);
    const others = { ...params, arguments: { ...given, UserId: "u-2" } };
    expect((await agent.send({ ...message, params: others }, former)).body.result.isError).toBe(true);
    expect(connect.calls()).toHaveLength(1);
  });

  it("has an id as long as it likes, and gets it back as it was", async () => {
    connect.on(DescribeUserCommand).resolves({ $metadata: {} });
    const agent = new Agent([own]);
    for (const id of ["x".repeat(50_000), 9_007_199_254_740_991, -1]) {
      const { body } = await agent.send({ ...message, id }, former);
      expect(body.id).toBe(id);
    }
    expect(agent.records.every((record) => JSON.stringify(record).length < 5_000)).toBe(true);
  });
});
