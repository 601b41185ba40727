/**
 * Policies of the table that end, behind both handlers: they count to the second, whatever is cached in front, and no
 * passing of time adds access.
 */
import { describe, expect, it } from "vitest";
import { Chooser } from "../policy/random-policies.ts";
import { itemOf } from "../principals/fake-dynamodb.ts";
import { casesOf } from "../random-cases.ts";
import { proxyEvent, tokenOf } from "./lambda-fixture.ts";
import {
  call,
  calls,
  deny,
  describeUser,
  everything,
  key,
  randomStatements,
  useTable,
} from "./table-fixture.ts";

const { table, open } = useTable();
const end = 2_000_000_000;
const until = new Date(end * 1000).toISOString().replace(".000", "");

describe("a policy with an end", () => {
  it("is given before it and not from it on, out of the same cached row, and the records say until when", async () => {
    const clock = { nowMs: end * 1000 - 1 };
    table().items.set(key, itemOf(key, { policies: ["q"], until: { q: end } }));
    const functions = open({ policies: { q: [describeUser] }, now: () => clock.nowMs });
    const row = { kind: "attached", boundaries: [], version: 1 };
    const before = { ...row, policies: ["q"], until: { q: until } };
    expect(await call(functions, calls.describe)).toMatchObject({
      authorizer: "Allow",
      proxy: 200,
      attachments: [before, before],
    });
    const asked = table().requests.length;
    clock.nowMs = end * 1000;
    const after = { ...row, policies: [], ended: ["q"] };
    expect(await call(functions, calls.describe)).toMatchObject({
      authorizer: "Deny",
      proxy: 403,
      attachments: [after, after],
    });
    expect(table().requests).toHaveLength(asked);
  });

  it("is not given past it by the authorizer's answer that API Gateway still has", async () => {
    const clock = { nowMs: end * 1000 - 1 };
    table().items.set(key, itemOf(key, { policies: ["q"], until: { q: end } }));
    const functions = open({ policies: { q: [describeUser] }, now: () => clock.nowMs });
    const { context, authorizer } = await call(functions, calls.describe);
    expect(authorizer).toBe("Allow");
    const { method, path } = calls.describe;
    const cached = proxyEvent(method, path, context, { token: tokenOf({ sub: "user-1" }) });
    expect(await functions.proxy(cached)).toMatchObject({ statusCode: 200 });
    clock.nowMs += 1;
    expect(await functions.proxy(cached)).toMatchObject({ statusCode: 403 });
  });

  it("leaves its Denies, which limit the rest of the item", async () => {
    const clock = { nowMs: end * 1000 - 1 };
    table().items.set(key, itemOf(key, { policies: ["q", "r"], until: { q: end } }));
    const policies = { q: [describeUser, deny({ ...everything, Action: "connect:CreateUser" })] };
    const functions = open({ policies: { ...policies, r: [everything] }, now: () => clock.nowMs });
    for (const nowMs of [end * 1000 - 1, end * 1000, end * 2000]) {
      clock.nowMs = nowMs;
      expect(await call(functions, calls.create)).toMatchObject({ proxy: 403 });
      expect(await call(functions, calls.describe)).toMatchObject({ proxy: 200 });
    }
  });
});

it("no passing of time allows what was not allowed before, and what is allowed is so by what has not ended", async () => {
  const seen = { lost: 0, kept: 0 };
  for (let seed = 1; seed <= casesOf(60); seed += 1) {
    const choose = new Chooser(seed);
    const [own = [], q = [], r = [], b = []] = [0.5, 0.8, 0.8, 0.9].map((part) =>
      randomStatements(choose, part),
    );
    const clock = { nowMs: end * 1000 - 1 };
    const setup = { own, policies: { q, r, b }, now: () => clock.nowMs };
    const tested = open(setup);
    const boundary = choose.chance(0.3) ? ["b"] : [];
    const ends = {
      q: end + choose.count(0, 2),
      ...(choose.chance(0.5) ? { r: end + choose.count(0, 2) } : {}),
    };
    table().items.set(key, itemOf(key, { policies: ["q", "r"], boundary, until: ends }));
    for (const each of [calls.describe, calls.create]) {
      let before = true;
      for (const nowMs of [end * 1000 - 1, end * 1000, (end + 1) * 1000, (end + 2) * 1000, end * 1001]) {
        clock.nowMs = nowMs;
        const { authorizer, outcome, proxy } = await call(tested, each);
        const isAllowed = proxy === 200;
        expect({ seed, nowMs, isAllowed, before }).toMatchObject({ isAllowed: isAllowed && before });
        if (outcome === "allow") expect(isAllowed).toBe(true);
        if (authorizer === "Deny") expect(isAllowed).toBe(false);
        if (before && !isAllowed && nowMs >= end * 1000) seen.lost += 1;
        if (isAllowed && nowMs >= end * 1000) seen.kept += 1;
        before = isAllowed;
      }
    }
  }
  expect(seen.lost).toBeGreaterThan(casesOf(4));
  expect(seen.kept).toBeGreaterThan(casesOf(10));
}, 60_000);
