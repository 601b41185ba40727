/**
 * The table of principals as functions read it: what is understood, how often it is asked, and what its faults cost.
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createBundle, openBundle } from "../../shared/bundle/bundle.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";
import { attachmentsAt, principalKeyOf, readItem } from "../../shared/principals/item.ts";
import { createAttachmentSource, type TableOptions } from "../../shared/principals/table.ts";
import type { TableProblem } from "../../shared/principals/table-reader.ts";
import { readSettings } from "../../shared/settings.ts";
import { parsePrincipalKey } from "../../tools/cli/principal/principal-items.ts";
import { configuration, policy } from "../bundle/bundle-fixture.ts";
import { principalOf } from "../identity/principals.ts";
import { Chooser } from "../policy/random-policies.ts";
import { casesOf } from "../random-cases.ts";
import { type DynamoFault, type FakeDynamo, itemOf, startDynamo, tableName } from "./fake-dynamodb.ts";

const bundle = openBundle(
  createBundle(configuration, [policy("p", "connect:*"), policy("q", "connect:*"), policy("b", "connect:*")]),
);
const who = principalOf();
const key = principalKeyOf(who) ?? "";
let dynamo: FakeDynamo;

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.close());
beforeEach(() => {
  dynamo.items.clear();
  dynamo.requests.length = 0;
  dynamo.fault = undefined;
  dynamo.gate = undefined;
});

function open(variables: Readonly<Record<string, string>> = {}, options: TableOptions = {}) {
  const problems: TableProblem[] = [];
  const clock = { nowMs: 1_700_000_000_000 };
  const environment = { ...dynamo.environment, AUTHORIZER_PRINCIPALS_TABLE: tableName, ...variables };
  const source = createAttachmentSource(readSettings(environment), {
    now: () => clock.nowMs,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  if (!source) throw new Error("no table");
  const find = (caller: VerifiedPrincipal = who) => source.find(caller, bundle);
  const at = (nowMs: number) => source.find(who, bundle, nowMs);
  return { find, at, problems, clock };
}

const attached = (policies: string[], boundaries: string[] = [], version = 1) => ({
  kind: "attached",
  attachments: { policies, boundaries, version },
});

describe("a principal's key", () => {
  it("is one for one pair of issuer and subject, and can be read back", () => {
    const pairs = [
      ["https://a", "b"],
      ["https://a b", ""],
      ["https://a", '","b'],
      ['https://a","', "b"],
      ["https://a#b", "c"],
      ["https://a", "#b"],
      ["\ud800", "é"],
    ] as const;
    const keys = pairs.map(([issuer, id]) => principalKeyOf({ issuer, id }) ?? "");
    expect(new Set(keys).size).toBe(pairs.length);
    expect(keys.map(parsePrincipalKey)).toEqual(pairs.map(([issuer, id]) => ({ issuer, id })));
  });

  it.each(["", "x", "[]", '["a"]', '["a","b","c"]', '["a", "b"]', '["a",1]', '{"0":"a"}', "null"])(
    "is not %s",
    (text) => expect(parsePrincipalKey(text)).toBeUndefined(),
  );

  it("that no table can hold is not asked for", async () => {
    expect(await open().find(principalOf({ id: "x".repeat(2_048) }))).toEqual({ kind: "none" });
    expect(dynamo.requests).toEqual([]);
  });
});

describe("an item", () => {
  it("attaches its policies within its boundaries, in one order", async () => {
    dynamo.items.set(key, itemOf(key, { policies: ["q", "p"], boundary: ["b"], version: 7 }));
    expect(await open().find()).toEqual(attached(["p", "q"], ["b"], 7));
  });

  it("may hold lists instead of sets, and a boundary alone", async () => {
    const list = { L: [{ S: "b" }, { S: "b" }] };
    dynamo.items.set(key, { principal: { S: key }, version: { N: "1" }, boundary: list });
    expect(await open().find()).toEqual(attached([], ["b"]));
  });

  it("is one principal's: another issuer's caller of the same id has none", async () => {
    dynamo.items.set(key, itemOf(key, { policies: ["p"] }));
    expect(await open().find(principalOf({ issuer: "https://other.example/" }))).toEqual({ kind: "none" });
  });

  const good = itemOf(key, { policies: ["p"], boundary: ["b"] });
  const { version: _left, ...unversioned } = good;
  const plain = itemOf(key, { policies: ["p"] });
  const ends = { until: { M: { p: { N: "1800000000" } } } };
  const ending = { ...plain, ...ends };
  const names = Array.from({ length: 21 }, (_, index) => `p${index}`);
  it.each<[what: string, item: Readonly<Record<string, unknown>>, reason: string]>([
    ["another key", { ...good, principal: { S: "other" } }, "another principal's"],
    ["a misspelled boundary", { ...good, boundaries: { SS: ["b"] } }, "the unknown member `boundaries`"],
    ["no version", unversioned, "`version`"],
    ["a version of no number", { ...good, version: { S: "1" } }, "`version`"],
    ["a version of 0", { ...good, version: { N: "0" } }, "`version`"],
    ["a text for policies", { ...good, policies: { S: "p" } }, "must each be a set"],
    ["numbers for policies", { ...good, policies: { NS: ["1"] } }, "must each be a set"],
    ["a list with a number", { ...good, policies: { L: [{ S: "p" }, { N: "1" }] } }, "must each be a set"],
    ["a name longer than any", { ...good, policies: { SS: ["p".repeat(129)] } }, "must each be a set"],
    ["an empty name", { ...good, policies: { SS: [""] } }, "must each be a set"],
    ["a boundary that is null", { ...good, boundary: { NULL: true } }, "must each be a set"],
    ["two types at once", { ...good, boundary: { SS: ["b"], L: [] } }, "must each be a set"],
    ["too many policies", { ...good, policies: { SS: names } }, "at most 20 policy names"],
    ["too many boundaries", { ...good, boundary: { SS: names } }, "at most 20 policy names"],
    ["an unknown policy", { ...good, policies: { SS: ["p", "gone"] } }, "the policy `gone`"],
    ["an unknown boundary", { ...good, boundary: { SS: ["gone"] } }, "the policy `gone`"],
    ["the name of a prototype's member", { ...good, policies: { SS: ["constructor"] } }, "`constructor`"],
    ...[
      { S: "x" },
      { M: { p: { S: "1800000000" } } },
      { M: { p: { N: "1800000000.5" } } },
      { M: { p: { N: "-1" } } },
      { M: { p: { N: "0" } } },
      { M: { p: { N: "1e9" } } },
      { M: { p: { N: "1800000000000" } } },
      { M: { p: "1800000000" } },
      { M: { p: { NULL: true } } },
      { M: { q: { N: "1800000000" } } },
      { M: { b: { N: "1800000000" } } },
    ].map(
      (until) =>
        [`the ends ${JSON.stringify(until)}`, { ...good, until }, "its `until` is not a map"] as [
          string,
          Readonly<Record<string, unknown>>,
          string,
        ],
    ),
    ["a time to live but no end", { ...plain, ttl: { N: "1800000000" } }, "its `ttl` must be"],
    ["a time to live before an end", { ...ending, ttl: { N: "1799999999" } }, "its `ttl` must be"],
    ["a time to live and a boundary", { ...good, ...ends, ttl: { N: "1800000000" } }, "its `ttl` must be"],
    ["a time to live in milliseconds", { ...ending, ttl: { N: "1800000000000" } }, "its `ttl` must be"],
    ["a time to live as a text", { ...ending, ttl: { S: "1800000000" } }, "its `ttl` must be"],
  ])("with %s gives nothing, and says why", async (_what, item, reason) => {
    dynamo.items.set(key, item);
    const { find, problems } = open();
    expect(await find()).toEqual({ kind: "refused", reason: expect.stringContaining(reason) });
    expect(problems).toEqual([]);
  });
});

describe("a policy with an end", () => {
  const end = 1_700_000_030;

  it("counts to the millisecond before its end, also out of the cache; then only its Denies do", async () => {
    dynamo.items.set(key, itemOf(key, { policies: ["p", "q"], boundary: ["b"], until: { p: end } }));
    const { find, clock } = open();
    const until = { p: "2023-11-14T22:13:50Z" };
    const before = { policies: ["p", "q"], boundaries: ["b"], version: 1, until };
    expect(await find()).toEqual({ kind: "attached", attachments: before });
    clock.nowMs = end * 1000 - 1;
    expect(await find()).toEqual({ kind: "attached", attachments: before });
    clock.nowMs = end * 1000;
    const after = { policies: ["q"], boundaries: ["b"], version: 1, ended: ["p"] };
    expect(await find()).toEqual({ kind: "attached", attachments: after });
    expect(dynamo.requests).toHaveLength(1);
  });

  it("may be deleted by DynamoDB from its end, if nothing else is attached", async () => {
    const ttl = { N: String(end) };
    dynamo.items.set(key, { ...itemOf(key, { policies: ["p"], until: { p: end } }), ttl });
    expect(await open().find()).toMatchObject({ kind: "attached", attachments: { policies: ["p"] } });
  });

  it("gives nothing at a time that is none, and is decided by the time of the call", async () => {
    dynamo.items.set(key, itemOf(key, { policies: ["p"], until: { p: end } }));
    const { at } = open();
    expect(await at(Number.NaN)).toMatchObject({ attachments: { policies: [], ended: ["p"] } });
    expect(await at(end * 1000 - 1)).toMatchObject({ attachments: { policies: ["p"] } });
    expect(await at(end * 1000)).toMatchObject({ attachments: { policies: [] } });
  });

  it("is refused whole by a function that does not know ends", () => {
    const known = new Set(["principal", "policies", "boundary", "version"]);
    const unknownTo = (item: object) => Object.keys(item).filter((name) => !known.has(name));
    expect(unknownTo(itemOf(key, { policies: ["p"], boundary: ["b"] }))).toEqual([]);
    expect(unknownTo(itemOf(key, { policies: ["p"], until: { p: end } }))).toEqual(["until"]);
  });

  it("counts at any time exactly if that is before its end", () => {
    const choose = new Chooser(20);
    for (let round = 0; round < casesOf(4_000); round += 1) {
      const policies = ["b", "p", "q"].filter(() => choose.chance(0.7));
      const until = Object.fromEntries(
        policies.filter(() => choose.chance(0.6)).map((name) => [name, end + choose.count(0, 4)]),
      );
      const look = readItem(itemOf(key, { policies, until }), key);
      if (look.kind !== "attached") throw new Error(JSON.stringify(look));
      const nowMs = (end + choose.count(0, 5)) * 1000 - choose.count(0, 1);
      const { policies: given, ended = [] } = attachmentsAt(look.item, nowMs);
      const isBefore = (name: string) => until[name] === undefined || nowMs < until[name] * 1000;
      expect({ given, ended }).toEqual({
        given: policies.filter(isBefore),
        ended: policies.filter((name) => !isBefore(name)),
      });
    }
  });
});

describe("the cache", () => {
  it("asks once for a principal until the refresh interval is over, also where there is no item", async () => {
    const { find, clock } = open({ AUTHORIZER_REFRESH_SECONDS: "30" });
    dynamo.items.set(key, itemOf(key, { policies: ["p"] }));
    const stranger = principalOf({ id: "stranger" });
    const strangersKey = principalKeyOf(stranger) ?? "";
    for (const _ of [1, 2, 3]) {
      expect(await find()).toEqual(attached(["p"]));
      expect(await find(stranger)).toEqual({ kind: "none" });
    }
    expect(dynamo.requests).toHaveLength(2);
    clock.nowMs += 29_999;
    dynamo.items.clear();
    dynamo.items.set(strangersKey, itemOf(strangersKey, { policies: ["q"] }));
    expect(await find()).toEqual(attached(["p"]));
    clock.nowMs += 1;
    expect(await find()).toEqual({ kind: "none" });
    expect(await find(stranger)).toEqual(attached(["q"]));
    expect(dynamo.requests).toHaveLength(4);
  });

  it.each([
    ["3600", 60_000],
    ["60", 60_000],
    ["0", 0],
  ])("keeps an item, where bundles are refreshed every %s seconds, for %d ms", async (seconds, keptMs) => {
    const { find, clock } = open({ AUTHORIZER_REFRESH_SECONDS: seconds });
    await find();
    clock.nowMs += keptMs - 1;
    await find();
    expect(dynamo.requests).toHaveLength(keptMs === 0 ? 2 : 1);
    clock.nowMs += 1;
    await find();
    expect(dynamo.requests).toHaveLength(keptMs === 0 ? 3 : 2);
  });

  it("trusts nothing that it kept once the clock was set back", async () => {
    const { find, clock } = open();
    await find();
    clock.nowMs -= 1;
    await find();
    expect(dynamo.requests).toHaveLength(2);
  });

  it("shares one request among callers at the same time", async () => {
    dynamo.items.set(key, itemOf(key, { policies: ["p"] }));
    const { find } = open({ AUTHORIZER_REFRESH_SECONDS: "0" });
    const found = await Promise.all(Array.from({ length: 50 }, () => find()));
    expect(found).toEqual(Array.from({ length: 50 }, () => attached(["p"])));
    expect(dynamo.requests).toEqual([`GetItem ${key}`]);
  });

  it("holds so many items, and lets go of the one unused for longest", async () => {
    const { find } = open({}, { maxEntries: 2 });
    const [a, b, c] = ["a", "b", "c"].map((id) => principalOf({ id }));
    for (const each of [a, b, a, c, a]) await find(each);
    expect(dynamo.requests).toHaveLength(3);
    await find(b);
    expect(dynamo.requests).toHaveLength(4);
  });
});

describe("a table that fails", () => {
  const error = (status: number, code: string): DynamoFault => ({ kind: "error", status, code });
  const capacity = "ProvisionedThroughputExceededException";
  const faults: readonly (readonly [what: string, fault: DynamoFault, message: string])[] = [
    ["is down", error(503, "ServiceUnavailable"), "answered 503 `ServiceUnavailable`"],
    ["cannot be connected to", { kind: "reset" }, "fetch failed"],
    ["throttles", error(400, "ThrottlingException"), "`ThrottlingException`"],
    ["has no capacity left", error(400, capacity), `\`${capacity}\``],
    ["does not allow it", error(400, "AccessDeniedException"), "`AccessDeniedException`"],
    ["does not answer in time", { kind: "silence" }, "did not answer within 40 ms"],
    ["answers no JSON", { kind: "body", text: "<html>" }, "it is not JSON"],
    ["answers no object", { kind: "body", text: "[]" }, "without an object"],
  ];
  it.each(faults)("because it %s is unreadable, and said to be so", async (_what, fault, message) => {
    dynamo.items.set(key, itemOf(key, { policies: ["p"] }));
    dynamo.fault = fault;
    const { find, problems } = open({}, fault.kind === "silence" ? { timeoutMs: 40 } : {});
    expect(await find()).toEqual({ kind: "unreadable" });
    expect(problems).toEqual([{ location: "dynamodb:principals", error: expect.any(Error) }]);
    expect(String(problems[0]?.error)).toContain(message);
    expect(String(problems[0]?.error)).not.toContain("secret");
  });

  it.each([
    [{ AUTHORIZER_PRINCIPALS_TABLE: "another" }, "`ResourceNotFoundException`"],
    [{ AWS_REGION: "" }, "`AWS_REGION` must name a region"],
    [{ AWS_ACCESS_KEY_ID: "" }, "no AWS credentials"],
    [{ AWS_SECRET_ACCESS_KEY: "wrong" }, "`InvalidSignatureException`"],
  ])("under %j is unreadable too", async (variables, message) => {
    const { find, problems } = open(variables);
    expect(await find()).toEqual({ kind: "unreadable" });
    expect(String(problems[0]?.error)).toContain(message);
  });

  it("is asked once more where the fault may have passed", async () => {
    dynamo.items.set(key, itemOf(key, { policies: ["p"] }));
    dynamo.fault = { kind: "error", status: 500, code: "InternalServerError", times: 1 };
    const { find, problems } = open();
    expect(await find()).toEqual(attached(["p"]));
    expect(problems).toEqual([]);
  });

  it("is left alone for longer and longer, whoever asks, and by all but one when the time is over", async () => {
    dynamo.fault = error(400, "AccessDeniedException");
    const { find, clock } = open();
    const crowd = Array.from({ length: 20 }, (_, index) => principalOf({ id: String(index) }));
    await find();
    for (const pauseMs of [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
      dynamo.requests.length = 0;
      clock.nowMs += pauseMs - 1;
      for (const each of crowd) expect(await find(each)).toEqual({ kind: "unreadable" });
      expect(dynamo.requests).toEqual([]);
      clock.nowMs += 1;
      await Promise.all(crowd.map(find));
      expect(dynamo.requests).toHaveLength(1);
    }
    dynamo.fault = undefined;
    clock.nowMs += 10_000;
    expect(await find()).toEqual({ kind: "none" });
    expect(await Promise.all(crowd.map(find))).toEqual(crowd.map(() => ({ kind: "none" })));
  });

  it("counts reads that were under way together as one failure, and each by the metric", async () => {
    dynamo.fault = error(400, "AccessDeniedException");
    const counted: string[] = [];
    const { find, clock } = open({}, { count: (metric) => counted.push(metric) });
    const crowd = Array.from({ length: 20 }, (_, index) => principalOf({ id: String(index) }));
    await Promise.all(crowd.map(find));
    expect(counted).toEqual(crowd.map(() => "PrincipalsFailure"));
    dynamo.fault = undefined;
    clock.nowMs += 500;
    expect(await find()).toEqual({ kind: "none" });
  });

  it("later keeps what was read until its time is over, and no longer", async () => {
    dynamo.items.set(key, itemOf(key, { policies: ["p"] }));
    const { find, clock, problems } = open();
    await find();
    dynamo.fault = { kind: "reset" };
    clock.nowMs += 59_999;
    expect(await find()).toEqual(attached(["p"]));
    expect(problems).toEqual([]);
    clock.nowMs += 1;
    expect(await find()).toEqual({ kind: "unreadable" });
  });

  it("while a request slept with its container does not make the next caller wait for that", async () => {
    dynamo.items.set(key, itemOf(key, { policies: ["p"] }));
    let release = () => {};
    dynamo.gate = new Promise((resolve) => {
      release = resolve;
    });
    const { find, clock } = open();
    const slept = find();
    while (dynamo.requests.length === 0) await new Promise(setImmediate);
    dynamo.gate = undefined;
    clock.nowMs += 3_600_000;
    dynamo.items.set(key, itemOf(key, { policies: ["q"], version: 2 }));
    expect(await find()).toEqual(attached(["q"], [], 2));
    release();
    await slept;
    expect(await find()).toEqual(attached(["q"], [], 2));
    expect(dynamo.requests).toHaveLength(2);
  });
});

it("an environment that names no table has no source, and nothing is asked", () => {
  expect(createAttachmentSource(readSettings(dynamo.environment))).toBeUndefined();
  expect(createAttachmentSource(readSettings({ AUTHORIZER_PRINCIPALS_TABLE: "" }))).toBeUndefined();
});
