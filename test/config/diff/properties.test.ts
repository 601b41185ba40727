/**
 * The difference in access against the engine: whatever a caller may do by the one bundle and not by the other is told,
 * and what is told is so.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBundle, type OpenedBundle, openBundle } from "../../../shared/config/bundle.ts";
import { compareAccess } from "../../../shared/config/diff/compare-access.ts";
import type { AccessDifference } from "../../../shared/config/diff/merge-differences.ts";
import type { Attachments } from "../../../shared/config/principals/attachments.ts";
import type { Bundle } from "../../../shared/config/types.ts";
import { createContext } from "../../../shared/policy/context.ts";
import type { PolicyDocument } from "../../../shared/policy/document.ts";
import { evaluateLayers } from "../../../shared/policy/layers.ts";
import { parsePolicy } from "../../../shared/policy/parse.ts";
import { configuration, principal } from "../bundle-fixture.ts";

const instance = configuration.instances[0]?.arn ?? "";
const some = <Item>(items: readonly Item[]) => fc.subarray([...items], { minLength: 1, maxLength: 3 });

const patterns = [
  "*",
  "I/*",
  "I/agent/*",
  "I/agent/a1",
  "I/agent/a*",
  "I/agent/*1",
  "I/queue/*",
  "I/*/a1",
  "arn:aws:connect:*:*:instance/*/queue/q?",
];
const statement = fc.record({
  Effect: fc.constantFrom("Allow", "Allow", "Deny"),
  Action: some([
    "connect:DescribeUser",
    "connect:DeleteUser",
    "connect:*User",
    "connect:DescribeQueue",
    "connect:*",
  ]),
  resources: fc.record({
    kind: fc.constantFrom("Resource", "Resource", "NotResource"),
    patterns: some(patterns),
  }),
  Condition: fc.constantFrom(
    undefined,
    undefined,
    undefined,
    { StringEquals: { "aws:username": "alice" } },
    { StringEquals: { "aws:username": "bob" } },
  ),
});
type Drawn = typeof statement extends fc.Arbitrary<infer Value> ? Value : never;

const policySet = fc.record({
  p: fc.array(statement, { minLength: 1, maxLength: 3 }),
  q: fc.array(statement, { minLength: 1, maxLength: 2 }),
  r: fc.array(statement, { minLength: 1, maxLength: 2 }),
  bindings: fc.uniqueArray(
    fc.record({
      match: fc.constantFrom(
        { groups: ["g"] },
        { groups: ["h"] },
        { groups: ["g"], claims: { team: ["t"] } },
      ),
      policies: fc.constantFrom(["p"], ["q"], ["p", "q"]),
      boundary: fc.constantFrom(undefined, undefined, "r"),
    }),
    { maxLength: 3, selector: (each) => JSON.stringify(each) },
  ),
  guardrails: fc.constantFrom([], [], ["r"]),
});
type DrawnSet = typeof policySet extends fc.Arbitrary<infer Value> ? Value : never;

function documentOf(name: string, statements: readonly Drawn[]): PolicyDocument {
  const written = statements.map(({ resources, ...rest }) => ({
    ...rest,
    [resources.kind]: resources.patterns.map((pattern) => pattern.replace(/^I/, instance)),
  }));
  const text = JSON.stringify({ Version: "2012-10-17", Statement: written });
  const parsed = parsePolicy(text, { name, file: `policies/${name}.json` });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.document;
}

function bundleOf({ p, q, r, bindings, guardrails }: DrawnSet): Bundle {
  const named = bindings.map(({ boundary, ...rest }) => (boundary ? { ...rest, boundary } : rest));
  const documents = [documentOf("p", p), documentOf("q", q), documentOf("r", r)];
  return createBundle({ ...configuration, bindings: named, guardrails }, documents);
}

const callers = [
  { labels: ["group `g`"], who: { groups: ["g"] } },
  { labels: ["group `h`"], who: { groups: ["h"] } },
  {
    labels: ["group `g`", "group `g` and claim `team` = `t`"],
    who: { groups: ["g"], claims: { team: "t" } },
  },
  {
    labels: ["group `g`", "group `h`", "group `g` and claim `team` = `t`"],
    who: { groups: ["g", "h"], claims: { team: "t" } },
  },
];
const requests = ["connect:DescribeUser", "connect:DeleteUser"]
  .flatMap((action) =>
    ["a1", "a2", "b1", "b2"].map((id) => ({ action, resource: `${instance}/agent/${id}` })),
  )
  .concat([{ action: "connect:DescribeQueue", resource: `${instance}/queue/q1` }])
  .flatMap((request) => ["alice", "bob", "carol"].map((name) => ({ ...request, name })));

function isAllowed(
  bundle: OpenedBundle,
  who: object,
  { action, resource, name }: { readonly action: string; readonly resource: string; readonly name: string },
  attachments?: Attachments,
): boolean {
  const layers = bundle.layersFor(principal(who), attachments);
  const context = createContext({ "aws:username": name });
  return layers !== undefined && evaluateLayers(layers, { action, resource, context }).decision === "allowed";
}

function tells(
  differences: readonly AccessDifference[],
  labels: readonly string[],
  { action, changes }: { readonly action: string; readonly changes: readonly string[] },
): boolean {
  return differences.some(
    (each) => labels.includes(each.subject) && each.actions.includes(action) && changes.includes(each.change),
  );
}

describe("the difference in access", { timeout: 120_000 }, () => {
  it("*nothing is gained or lost untold*: whatever the engine decides otherwise, for anybody, is among the differences", () => {
    let gains = 0;
    const property = fc.property(policySet, policySet, fc.boolean(), (older, other, keepsBindings) => {
      const newer = keepsBindings ? { ...other, bindings: older.bindings } : other;
      const [old, next] = [bundleOf(older), bundleOf(newer)];
      const differences = compareAccess(old, next);
      const [before, after] = [openBundle(old), openBundle(next)];
      for (const { labels, who } of callers) {
        for (const request of requests) {
          const [was, is] = [isAllowed(before, who, request), isAllowed(after, who, request)];
          if (was === is) continue;
          const { action } = request;
          const changes = is ? ["gains", "changes"] : ["loses", "changes"];
          expect({
            request,
            labels,
            changes,
            told: tells(differences, labels, { action, changes }),
          }).toMatchObject({
            told: true,
          });
          gains += 1;
        }
      }
    });
    fc.assert(property, { seed: 45, numRuns: 40 });
    expect(gains).toBeGreaterThan(300);
  });

  it("*nothing is gained or lost untold* either by whoever a table attaches policies and boundaries to", () => {
    let gains = 0;
    const items = [
      { policies: ["p"], boundaries: [], version: 1 },
      { policies: ["p", "q"], boundaries: [], version: 1 },
      { policies: ["q"], boundaries: ["r"], version: 1 },
    ];
    const property = fc.property(policySet, policySet, fc.boolean(), (older, other, keepsBindings) => {
      const newer = keepsBindings ? { ...other, bindings: older.bindings } : other;
      const [old, next] = [bundleOf(older), bundleOf(newer)];
      const differences = compareAccess(old, next, { hasPrincipalsTable: true });
      const [before, after] = [openBundle(old), openBundle(next)];
      for (const { labels, who } of [...callers, { labels: [], who: { groups: [] } }]) {
        for (const item of items) {
          const names = [...item.policies, ...item.boundaries];
          const all = [...labels, ...names.map((name) => `whoever has \`${name}\` attached`)];
          for (const request of requests) {
            const [was, is] = [before, after].map(
              (bundle) => isAllowed(bundle, who, request) || isAllowed(bundle, who, request, item),
            );
            if (was === is) continue;
            const { action } = request;
            const changes = is ? ["gains", "changes"] : ["loses", "changes"];
            const told = tells(differences, all, { action, changes });
            expect({ request, all, changes, told }).toMatchObject({ told: true });
            gains += 1;
          }
        }
      }
    });
    fc.assert(property, { seed: 48, numRuns: 20 });
    expect(gains).toBeGreaterThan(300);
  });

  it("*nothing is told that is not so*: a gain without conditions is one by the engine, at its example", () => {
    let told = 0;
    const property = fc.property(policySet, policySet, (older, newer) => {
      const [old, next] = [bundleOf(older), bundleOf({ ...newer, bindings: older.bindings })];
      const [before, after] = [openBundle(old), openBundle(next)];
      const caller = callers.find(({ labels }) => labels.length === 1 && labels[0] === "group `g`");
      for (const each of compareAccess(old, next)) {
        const isPlain = !each.isConditional && !each.isWithOthers && each.subject === "group `g`";
        const [action = ""] = each.actions;
        if (!isPlain || !/^connect:(?:Describe|Delete)/.test(action)) continue;
        const resource = each.example.replaceAll("*", "x");
        const request = { action, resource, name: "carol" };
        const [was, is] = [before, after].map((bundle) => isAllowed(bundle, caller?.who ?? {}, request));
        expect({ each, was, is }).toMatchObject({
          was: each.change === "loses",
          is: each.change === "gains",
        });
        told += 1;
      }
    });
    fc.assert(property, { seed: 46, numRuns: 60 });
    expect(told).toBeGreaterThan(10);
  });

  it("*writing is no access*: order, names, splitting and twins show no difference", () => {
    const property = fc.property(policySet, (drawn) => {
      const renamed = (name: string) => `another-${name}`;
      const shuffled = <Item>(items: readonly Item[]) => [...items, ...items].reverse();
      const one = bundleOf(drawn);
      const documents = (["p", "q", "r"] as const).map((name) =>
        documentOf(
          renamed(name),
          shuffled(drawn[name]).map((each) => ({
            ...each,
            Action: shuffled(each.Action).slice(0, each.Action.length),
          })),
        ),
      );
      const bindings = shuffled(drawn.bindings).map(({ match, policies, boundary }) => ({
        match,
        policies: policies.map(renamed),
        ...(boundary ? { boundary: renamed(boundary) } : {}),
      }));
      const other = createBundle(
        { ...configuration, bindings, guardrails: drawn.guardrails.map(renamed) },
        documents,
      );
      expect(compareAccess(one, other)).toEqual([]);
    });
    fc.assert(property, { seed: 47, numRuns: 100 });
  });
});
