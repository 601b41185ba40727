/**
 * `principals: authoritative` behind both handlers and behind a function URL: what an item takes away, and that nothing is
 * allowed while the table cannot be read.
 */
import { describe, expect, it } from "vitest";
import type { Binding, Configuration } from "../../shared/bundle/types.ts";
import { Chooser } from "../policy/random-policies.ts";
import { itemOf } from "../principals/fake-dynamodb.ts";
import { casesOf } from "../random-cases.ts";
import { proxyEvent, tokenOf } from "./lambda-fixture.ts";
import {
  call,
  calls,
  deny,
  describeUser,
  down,
  everything,
  key,
  randomStatements,
  type Setup,
  useTable,
} from "./table-fixture.ts";

const { table, open } = useTable();
const principals = "authoritative";
const openWhole = ({ overrides, ...setup }: Setup) =>
  open({ ...setup, overrides: { ...overrides, principals } });
const unusable = expect.stringContaining("because the caller's own policies could not be read");

describe("an authoritative item", () => {
  it("takes away by a Deny what a binding gives, and the authorizer allows nothing before", async () => {
    const functions = openWhole({ own: [everything], policies: { q: [deny(describeUser)] } });
    expect(await call(functions, calls.describe)).toMatchObject({ outcome: "notYetKnown", proxy: 200 });
    table().items.set(key, itemOf(key, { policies: ["q"] }));
    const fresh = openWhole({ own: [everything], policies: { q: [deny(describeUser)] } });
    expect(await call(fresh, calls.describe)).toMatchObject({
      authorizer: "Allow",
      outcome: "notYetKnown",
      proxy: 403,
      body: { message: expect.stringContaining("with an explicit deny in an identity-based policy") },
    });
    expect(fresh.records.at(-1)).toMatchObject({
      attachments: { kind: "attached", policies: ["q"] },
      statements: [{ policy: "q", effect: "Deny" }],
    });
    expect(await call(fresh, calls.create)).toMatchObject({ proxy: 200 });
  });

  it("bounds what a binding gives, and gives what no binding does", async () => {
    table().items.set(key, itemOf(key, { boundary: ["b"] }));
    const functions = openWhole({ own: [everything], policies: { b: [describeUser] } });
    expect(await call(functions, calls.describe)).toMatchObject({ proxy: 200 });
    expect(await call(functions, calls.create)).toMatchObject({
      proxy: 403,
      body: { message: expect.stringContaining("no permissions boundary allows") },
    });
    table().items.set(key, itemOf(key, { policies: ["b"] }));
    const unbound = openWhole({ policies: { b: [describeUser] }, overrides: { bindings: [] } });
    expect(await call(unbound, calls.describe)).toMatchObject({ outcome: "allow", proxy: 200 });
  });

  it("goes on denying past its end", async () => {
    const end = 2_000_000_000;
    table().items.set(key, itemOf(key, { policies: ["q"], until: { q: end } }));
    const setup = { own: [everything], policies: { q: [deny(describeUser)] } };
    const functions = openWhole({ ...setup, now: () => end * 2000 });
    expect(await call(functions, calls.describe)).toMatchObject({ proxy: 403 });
  });
});

describe("where the item cannot be used", () => {
  const malformed = { ...itemOf(key, { policies: ["q"] }), more: { S: "x" } };
  it.each<[what: string, prepare: () => void, attachments: object]>([
    ["the table is down", () => Object.assign(table(), { fault: down }), { kind: "unreadable" }],
    [
      "the table does not answer",
      () => Object.assign(table(), { fault: { kind: "reset" } }),
      { kind: "unreadable" },
    ],
    ["the item is malformed", () => table().items.set(key, malformed), { kind: "refused" }],
    [
      "the item names a policy that the bundle does not have",
      () => table().items.set(key, itemOf(key, { policies: ["gone"] })),
      { kind: "refused" },
    ],
    [
      "an end of the item is malformed",
      () => table().items.set(key, { ...itemOf(key, { policies: ["q"] }), until: { S: "x" } }),
      { kind: "refused" },
    ],
  ])(
    "because %s, every call is refused by the proxy, and none allowed by the authorizer",
    async (_what, prepare, attachments) => {
      prepare();
      const functions = openWhole({ own: [everything], policies: { q: [] } });
      for (const each of [calls.describe, calls.create]) {
        const answer = await call(functions, each);
        expect(answer).toMatchObject({ outcome: "notYetKnown", proxy: 403, body: { message: unusable } });
        expect(functions.records.at(-1)).toMatchObject({
          ...{ outcome: "deny", decision: "unknown", attachments },
          reason: "the caller's item cannot be used",
        });
      }
    },
  );

  it("an explicit deny of the bundle's stays one, for which nothing is read", async () => {
    table().fault = down;
    const functions = openWhole({ own: [everything, deny(describeUser)] });
    expect(await call(functions, calls.describe)).toMatchObject({ authorizer: "Deny", proxy: 403 });
    expect(table().requests).toEqual([]);
  });

  it("a mended table is used again, and one that is lost denies as soon as what was read is too old", async () => {
    const clock = { nowMs: Date.now() };
    const functions = openWhole({ own: [everything], now: () => clock.nowMs });
    expect(await call(functions, calls.describe)).toMatchObject({ proxy: 200 });
    table().fault = down;
    clock.nowMs += 59_999;
    expect(await call(functions, calls.describe)).toMatchObject({ proxy: 200 });
    clock.nowMs += 1;
    expect(await call(functions, calls.describe)).toMatchObject({ proxy: 403 });
    table().fault = undefined;
    clock.nowMs += 10_000;
    expect(await call(functions, calls.describe)).toMatchObject({ proxy: 200 });
  });
});

it("without a table, both functions deny every call, and the records say why", async () => {
  const functions = openWhole({ own: [everything], environment: {} });
  const { method, path } = calls.describe;
  const token = tokenOf({ sub: "user-1" });
  const { policyDocument } = await functions.ask(method, path, { token });
  expect(policyDocument.Statement[0]?.Effect).toBe("Deny");
  const { context } = await call(openWhole({ own: [everything] }), calls.describe);
  const { policyVersion: _, policyConfirmedAt: __, ...caller } = context as Record<string, unknown>;
  expect(await functions.proxy(proxyEvent(method, path, caller, { token }))).toMatchObject({
    statusCode: 403,
  });
  const reason = "bundleUnavailable";
  const message = expect.stringContaining("authoritative` needs `AUTHORIZER_PRINCIPALS_TABLE`");
  expect(functions.records).toMatchObject([
    { stage: "authorizer", outcome: "error", reason, message },
    { stage: "proxy", outcome: "error", reason, message },
  ]);
});

it("behind a function URL, the same holds", async () => {
  const { method, path } = calls.describe;
  const event = proxyEvent(method, path, {}, { token: tokenOf({ sub: "user-1" }) });
  const setup = { own: [everything], policies: { q: [deny(describeUser)] } };
  const status = async (more: Partial<Setup> = {}) =>
    (await openWhole({ ...setup, ...more, isAlone: true }).proxy(event)).statusCode;
  expect(await status()).toBe(200);
  table().items.set(key, itemOf(key, { policies: ["q"] }));
  expect(await status()).toBe(403);
  table().fault = down;
  expect(await status()).toBe(403);
  expect(await status({ environment: {} })).toBe(403);
});

it("an authoritative item counts exactly as one more binding of its principal", async () => {
  const seen = { allowed: 0, takenAway: 0, given: 0 };
  for (let seed = 1; seed <= casesOf(160); seed += 1) {
    const choose = new Chooser(seed);
    const [some = [], more = [], b = [], g = []] = [0.7, 0.6, 0.9, 0.8].map((part) =>
      randomStatements(choose, part),
    );
    const own = choose.chance(0.5) ? [everything, ...some] : some;
    const q = choose.chance(0.3) ? [everything, ...more] : more;
    const hasBoundary = choose.chance(0.3);
    const group = { match: { groups: ["callers"] }, policies: ["p"] };
    const bounded = choose.chance(0.2) ? { ...group, boundary: "g" } : group;
    const single: Binding = { match: { principals: ["user-1"] }, policies: ["q"] };
    const base = { own, policies: { q, b, g } };
    const bindings = (more: Configuration["bindings"]) => ({ overrides: { bindings: [bounded, ...more] } });
    const joined = open({
      ...{ ...base, environment: {} },
      ...bindings([hasBoundary ? { ...single, boundary: "b" } : single]),
    });
    const alone = open({ ...base, ...bindings([]), environment: {} });
    table().items.set(key, itemOf(key, { policies: ["q"], ...(hasBoundary ? { boundary: ["b"] } : {}) }));
    const tested = openWhole({ ...base, ...bindings([]) });
    for (const each of [calls.describe, calls.create]) {
      const expected = (await call(joined, each)).proxy;
      const before = (await call(alone, each)).proxy;
      const { authorizer, outcome, proxy } = await call(tested, each);
      expect({ seed, path: each.path, proxy }).toEqual({ seed, path: each.path, proxy: expected });
      if (outcome === "allow") expect(proxy).toBe(200);
      if (authorizer === "Deny") expect(proxy).toBe(403);
      if (proxy === 200) seen.allowed += 1;
      if (before === 200 && proxy === 403) seen.takenAway += 1;
      if (before === 403 && proxy === 200) seen.given += 1;
    }
  }
  for (const count of Object.values(seen)) expect(count, JSON.stringify(seen)).toBeGreaterThan(casesOf(8));
}, 60_000);
