/**
 * A table of principals behind both handlers: what an item gives, what it cannot take, and that no state of the table
 * gives more than the bundle and the item together.
 */
import { describe, expect, it } from "vitest";
import type { Binding } from "../../shared/bundle/types.ts";
import { Chooser } from "../policy/random-policies.ts";
import { itemOf } from "../principals/fake-dynamodb.ts";
import { casesOf } from "../random-cases.ts";
import type { Statement } from "./lambda-fixture.ts";
import { instanceArn } from "./lambda-fixture.ts";
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

describe("an item", () => {
  it("gives what the bundle does not, to both functions, and the records say by which version", async () => {
    table().items.set(key, itemOf(key, { policies: ["q"], version: 3 }));
    const functions = open({ policies: { q: [describeUser] } });
    const attachments = { kind: "attached", policies: ["q"], boundaries: [], version: 3 };
    expect(await call(functions, calls.describe)).toMatchObject({
      authorizer: "Allow",
      outcome: "allow",
      proxy: 200,
      attachments: [attachments, attachments],
    });
    expect(functions.records[1]).toMatchObject({ statements: [{ policy: "q", index: 1 }] });
  });

  it("gives also to a caller whom no binding matches", async () => {
    table().items.set(key, itemOf(key, { policies: ["q"] }));
    const functions = open({ policies: { q: [describeUser] }, overrides: { bindings: [] } });
    expect(await call(functions, calls.describe)).toMatchObject({ authorizer: "Allow", proxy: 200 });
    expect(await call(functions, calls.create)).toMatchObject({ proxy: 403 });
  });

  const bounded = [{ match: { groups: ["callers"] }, policies: ["p"], boundary: "g" }];
  it.each<[what: string, setup: Setup]>([
    ["an explicit deny of the bundle's", { own: [deny(describeUser)] }],
    ["a guardrail", { policies: { g: [deny(describeUser)] }, overrides: { guardrails: ["g"] } }],
    ["a boundary of a binding's", { policies: { g: [] }, overrides: { bindings: bounded } }],
  ])("gives nothing against %s", async (_what, setup) => {
    table().items.set(key, itemOf(key, { policies: ["q"] }));
    const functions = open({ ...setup, policies: { ...setup.policies, q: [everything] } });
    expect(await call(functions, calls.describe)).toMatchObject({ authorizer: "Deny", proxy: 403 });
  });

  it.each<[what: string, q: readonly Statement[], b: readonly Statement[]]>([
    ["its boundary", [everything], [describeUser]],
    ["its own Deny", [everything, deny({ ...everything, Action: "connect:CreateUser" })], [everything]],
    [
      "its own Deny on a resource that the call only refers to",
      [everything, deny({ ...everything, Resource: `${instanceArn}/security-profile/s-1` })],
      [everything],
    ],
  ])("gives what %s leaves of it", async (_what, q, b) => {
    table().items.set(key, itemOf(key, { policies: ["q"], boundary: ["b"] }));
    const functions = open({ policies: { q, b } });
    expect(await call(functions, calls.describe)).toMatchObject({ authorizer: "Allow", proxy: 200 });
    expect(await call(functions, calls.create)).toMatchObject({ proxy: 403 });
  });

  it("takes nothing from what the bundle gives, for which the table is not even asked", async () => {
    table().items.set(key, itemOf(key, { policies: ["q"], boundary: ["b"] }));
    const setup = { own: [everything], policies: { q: [deny(everything)], b: [deny(everything)] } };
    const functions = open(setup);
    expect(await call(functions, calls.describe)).toMatchObject({ authorizer: "Allow", proxy: 200 });
    expect(table().requests).toEqual([]);
    // What the authorizer leaves open it may ask about.
    expect(await call(functions, calls.create)).toMatchObject({ authorizer: "Allow", proxy: 200 });
    expect(functions.records.at(-1)).not.toHaveProperty("attachments");
  });

  it("takes nothing either while the bundle's answer hangs on what the authorizer does not see", async () => {
    table().items.set(key, itemOf(key, { policies: ["q"] }));
    const fromHome = { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } };
    const setup = { own: [{ ...describeUser, Condition: fromHome }], policies: { q: [deny(everything)] } };
    expect(await call(open(setup), calls.describe)).toMatchObject({
      authorizer: "Allow",
      outcome: "notYetKnown",
      proxy: 200,
    });
  });

  it.each([
    ["names an unknown policy", { policies: { SS: ["q", "gone"] } }, "the policy `gone`"],
    ["is malformed", { policies: { S: "q" } }, "must each be a set"],
    ["has an unknown member", { boundaries: { SS: ["b"] } }, "the unknown member `boundaries`"],
  ])("that %s gives nothing, and the records say why", async (_what, more, reason) => {
    table().items.set(key, { ...itemOf(key, { policies: ["q"] }), ...more });
    const functions = open({ own: [describeUser], policies: { q: [everything] } });
    expect(await call(functions, calls.describe)).toMatchObject({ authorizer: "Allow", proxy: 200 });
    const refused = { kind: "refused", reason: expect.stringContaining(reason) };
    expect(await call(functions, calls.delete)).toMatchObject({
      authorizer: "Deny",
      proxy: 403,
      attachments: [refused, refused],
    });
  });

  it("that is taken away, or written anew, counts no more once its time is over", async () => {
    const clock = { nowMs: Date.now() };
    table().items.set(key, itemOf(key, { policies: ["q"] }));
    const functions = open({ policies: { q: [describeUser], r: [everything] }, now: () => clock.nowMs });
    expect(await call(functions, calls.describe)).toMatchObject({ authorizer: "Allow", proxy: 200 });
    table().items.delete(key);
    clock.nowMs += 60_000;
    expect(await call(functions, calls.describe)).toMatchObject({ authorizer: "Deny", proxy: 403 });
    table().items.set(key, itemOf(key, { policies: ["r"] }));
    clock.nowMs += 60_000;
    expect(await call(functions, calls.create)).toMatchObject({ proxy: 200 });
  });
});

describe("while the table cannot be read", () => {
  it.each(["from the start", "later"])(
    "%s, the bundle alone decides, and the authorizer denies nothing early",
    async (when) => {
      const clock = { nowMs: Date.now() };
      table().items.set(key, itemOf(key, { policies: ["q"] }));
      const functions = open({
        own: [describeUser],
        policies: { q: [everything] },
        now: () => clock.nowMs,
      });
      if (when === "later") expect(await call(functions, calls.create)).toMatchObject({ proxy: 200 });
      table().fault = down;
      clock.nowMs += 60_000;
      expect(await call(functions, calls.describe)).toMatchObject({ authorizer: "Allow", proxy: 200 });
      expect(functions.problems).toEqual([]);
      // Cached by API Gateway, a denial would outlive the outage.
      const unreadable = { kind: "unreadable" };
      expect(await call(functions, calls.delete)).toMatchObject({
        authorizer: "Allow",
        outcome: "notYetKnown",
        proxy: 403,
        attachments: [unreadable, unreadable],
      });
      expect(functions.problems).toHaveLength(2);
      table().fault = undefined;
      clock.nowMs += 60_000;
      expect(await call(functions, calls.create)).toMatchObject({ proxy: 200 });
    },
  );

  it("an explicit deny of the bundle's is still the authorizer's to give", async () => {
    table().fault = down;
    const functions = open({ own: [deny(everything)] });
    expect(await call(functions, calls.describe)).toMatchObject({ authorizer: "Deny", proxy: 403 });
    expect(table().requests).toEqual([]);
  });
});

type TableState = "there" | "lost" | "absent" | "refused" | "down";

/** A bundle, with and without the item as a binding of it, and the item. */
function randomCase(seed: number, now: () => number) {
  const choose = new Chooser(seed);
  const [own = [], q = [], b = [], g = []] = [0.6, 0.9, 0.9, 0.8].map((part) =>
    randomStatements(choose, part),
  );
  const hasBoundary = choose.chance(0.4);
  const isBounded = choose.chance(0.2);
  const group = { match: { groups: ["callers"] }, policies: ["p"], ...(isBounded ? { boundary: "g" } : {}) };
  const single: Binding = {
    match: { principals: ["user-1"] },
    policies: ["q"],
    ...(hasBoundary ? { boundary: "b" } : {}),
  };
  const base = { own, policies: { q, b, g } };
  return {
    alone: open({ ...base, overrides: { bindings: [group] } }),
    joined: open({ ...base, overrides: { bindings: [group, single] } }),
    tested: open({ ...base, overrides: { bindings: [group] }, now }),
    item: itemOf(key, { policies: ["q"], ...(hasBoundary ? { boundary: ["b"] } : {}) }),
  };
}

it("in no state of the table is more allowed than by the bundle, or by the bundle with the item as a binding", async () => {
  const seen = new Map<string, number>();
  let nowMs = Date.now();
  for (let seed = 1; seed <= casesOf(60); seed += 1) {
    const { alone, joined, tested, item } = randomCase(seed, () => nowMs);
    for (const each of [calls.describe, calls.create]) {
      table().items.clear();
      table().fault = undefined;
      const byBundle = (await call(alone, each)).proxy === 200;
      const byBoth = byBundle || (await call(joined, each)).proxy === 200;
      for (const state of ["there", "lost", "absent", "there", "refused", "down"] satisfies TableState[]) {
        nowMs += 60_000;
        table().items.clear();
        if (state === "there" || state === "down") table().items.set(key, item);
        if (state === "refused") table().items.set(key, { ...item, more: { S: "x" } });
        table().fault = state === "down" || state === "lost" ? down : undefined;
        const { authorizer, outcome, proxy } = await call(tested, each);
        const allowed = state === "there" ? byBoth : byBundle;
        expect({ seed, state, path: each.path, allowed: proxy === 200 }).toEqual({
          seed,
          state,
          path: each.path,
          allowed,
        });
        // What the authorizer says for certain, the proxy says too.
        if (outcome === "allow") expect(proxy).toBe(200);
        if (authorizer === "Deny") expect(proxy).toBe(403);
        const kind = `${state}: ${byBundle ? "the bundle's" : allowed ? "given" : "denied"}`;
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
      }
    }
  }
  // None of the cases is left out by chance.
  for (const kind of ["there: given", "there: denied", "down: the bundle's", "lost: denied"])
    expect(seen.get(kind)).toBeGreaterThan(casesOf(10));
}, 60_000);
