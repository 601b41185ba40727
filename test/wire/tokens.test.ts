/**
 * What clients and Connect hand each other to be given back unchanged: idempotency tokens and pages.
 */
import { paginateListUsers } from "@aws-sdk/client-connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { instanceId, tokenOf } from "../functions/lambda-fixture.ts";
import { hostileText, inputOf, schemaOf, served } from "./synthetic-value.ts";
import { openWire, type Wire } from "./wire-fixture.ts";

let wire: Wire;
/** The request as the client that speaks to the gateway made it. */
let made: { readonly query: Readonly<Record<string, unknown>>; readonly body?: string } | undefined;

beforeAll(async () => {
  wire = await openWire();
  wire.proxied.middlewareStack.add(
    (next) => (args) => {
      made = args.request as typeof made;
      return next(args);
    },
    { step: "finalizeRequest", priority: "low", name: "watch" },
  );
});
afterAll(() => wire.close());

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Each operation with an idempotency token: the member, and its name in the query when it travels there. */
const withToken = served.flatMap(({ name }) => {
  const members = [...schemaOf(name).input.structIterator()];
  const token = members.find(([, schema]) => schema.isIdempotencyToken());
  return token ? [{ name, member: token[0], wireName: token[1].getMergedTraits().httpQuery } as const] : [];
});

function tokenIn(url: string | undefined, body: unknown, at: (typeof withToken)[number]): unknown {
  if (at.wireName !== undefined)
    return new URL(url ?? "", "http://connect.test").searchParams.get(at.wireName);
  return typeof body === "object" && body !== null ? Reflect.get(body, at.member) : undefined;
}

describe("an idempotency token", () => {
  it("belongs to 60 operations or more, some of them in the query", () => {
    expect(withToken.length).toBeGreaterThanOrEqual(60);
    expect(withToken.filter(({ wireName }) => wireName !== undefined).length).toBeGreaterThanOrEqual(7);
  });

  it.each(withToken)("that the client makes up for $name is the one that Connect receives", async (at) => {
    wire.reply = { status: 200, headers: {}, body: "{}" };
    const { [at.member]: _, ...input } = inputOf(at.name, { extent: "full" });
    const { sent } = await wire.send(wire.proxied, at.name, input);
    const own =
      at.wireName === undefined ? JSON.parse(made?.body ?? "{}")[at.member] : made?.query[at.wireName];
    expect(own).toMatch(uuid);
    expect(tokenIn(sent?.url, sent?.body, at)).toBe(own);
  });

  it.each([
    {
      name: "CreateInstance",
      member: "ClientToken",
      body: { IdentityManagementType: "SAML", InboundCallsEnabled: true, OutboundCallsEnabled: true },
    },
    {
      name: "DeleteInstance",
      member: "ClientToken",
      wireName: "clientToken",
      body: { InstanceId: instanceId },
    },
  ])("is made up for a caller of $name who sends none", async ({ name, body, ...at }) => {
    wire.reply = { status: 200, headers: {}, body: "{}" };
    wire.received.length = 0;
    const answer = await fetch(`${wire.url}/operations/${name}`, {
      method: "POST",
      headers: { authorization: `Bearer ${tokenOf()}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
    const [sent] = wire.received;
    expect(tokenIn(sent?.url, sent?.body, { name, ...at } as (typeof withToken)[number])).toMatch(uuid);
  });
});

describe("a list of several pages", () => {
  it("is read to its end, each page's token handed back as Connect gave it", async () => {
    const tokens = [hostileText, "a+b/c==", "x%2Fy z"];
    const seen: (string | null)[] = [];
    wire.reply = ({ url }) => {
      const given = new URL(url ?? "", "http://connect.test").searchParams.get("nextToken");
      seen.push(given);
      const page = given === null ? 0 : tokens.indexOf(given) + 1;
      const body = { UserSummaryList: [{ Id: `u-${page}` }], NextToken: tokens[page] };
      return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    };
    const ids: (string | undefined)[] = [];
    for await (const { UserSummaryList = [] } of paginateListUsers(
      { client: wire.proxied },
      { InstanceId: instanceId, MaxResults: 1 },
    ))
      ids.push(...UserSummaryList.map(({ Id }) => Id));
    expect(ids).toEqual(["u-0", "u-1", "u-2", "u-3"]);
    expect(seen).toEqual([null, ...tokens]);
  });
});
