/**
 * The difference in access against the engine: whatever a caller may do by the one bundle and not by the other is told,
 * and what is told is so.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Attachments } from "../../../shared/bundle/attachments.ts";
import { createBundle, type OpenedBundle, openBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { parseConnectArn } from "../../../shared/catalog/resource-arn.ts";
import { evaluateLayers } from "../../../shared/policy/evaluate/layers.ts";
import { createContext } from "../../../shared/policy/model/context.ts";
import type { PolicyDocument } from "../../../shared/policy/model/document.ts";
import { STAR } from "../../../shared/policy/pattern/glob.ts";
import type { Question } from "../../../shared/reach/layer-reach.ts";
import type { AccessDifference } from "../../../tools/authoring/diff/merge-differences.ts";
import { compareAccess } from "../../../tools/authoring/diff/prove.ts";
import { parsePolicy } from "../../../tools/authoring/policy/parse.ts";
import { questionsOf, reachOfQuestions } from "../../../tools/authoring/reach/action-reach.ts";
import { configuration } from "../../bundle/bundle-fixture.ts";
import { principalOf } from "../../identity/principals.ts";
import { casesOf } from "../../random-cases.ts";

const instance = configuration.instances[0]?.arn ?? "";
const instances = instance.replace(/[^/]*$/, "*");
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
  "I/contact/*",
  "I/queue/q1",
  "arn:aws:connect:*:*:instance/*/queue/q?",
  "arn:aws:connect:*:999999999999:instance/*",
];
const statement = fc.record({
  Effect: fc.constantFrom("Allow", "Allow", "Deny"),
  Action: some([
    "connect:DescribeUser",
    "connect:DeleteUser",
    "connect:*User",
    "connect:DescribeQueue",
    "connect:TransferContact",
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

const anyBundle = openBundle(createBundle({ ...configuration, bindings: [] }, []));

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

/** What a call asks: an action on a resource, which must be allowed, and on one that it refers to, which must not be denied. */
interface Asked {
  readonly action: string;
  readonly resource: string;
  readonly refersTo?: string;
}

const contacts = ["a1", "c1"].map((id) => `${instance}/contact/${id}`);
const asked: readonly Asked[] = [
  ...["connect:DescribeUser", "connect:DeleteUser"].flatMap((action) =>
    ["a1", "a2", "b1", "b2"].map((id) => ({ action, resource: `${instance}/agent/${id}` })),
  ),
  { action: "connect:DescribeQueue", resource: `${instance}/queue/q1` },
  ...contacts.flatMap((resource) =>
    ["a1", "q1", "q2"].map((id) => ({
      action: "connect:TransferContact",
      resource,
      refersTo: `${instance}/queue/${id}`,
    })),
  ),
];
const requests = asked.flatMap((request) => ["alice", "bob", "carol"].map((name) => ({ ...request, name })));

function isAllowed(
  bundle: OpenedBundle,
  who: object,
  { action, resource, refersTo, name }: Asked & { readonly name: string },
  attachments?: Attachments,
): boolean {
  const layers = bundle.layersFor(principalOf(who), attachments);
  const context = createContext({ "aws:username": name });
  if (!layers || evaluateLayers(layers, { action, resource, context }).decision !== "allowed") return false;
  return (
    refersTo === undefined ||
    evaluateLayers(layers, { action, resource: refersTo, context }).decision !== "explicitDeny"
  );
}

const questions = new Map<string, readonly Question[]>();

/** The questions of calls that need the action: on a resource, or on any. */
function askedOn(action: string, only?: string): readonly Question[] {
  const key = `${action} ${only ?? "any"}`;
  const resource = only === undefined ? [STAR] : toCodes(only);
  const known = questions.get(key) ?? questionsOf({ action, resource }, anyBundle);
  questions.set(key, known);
  return known;
}

const toCodes = (text: string) => Array.from(text, (each) => each.charCodeAt(0));

/** Whether a call can be asked about a resource: it is one, in a configured account and instance, or all of a type. */
function canBeAsked(example: string): boolean {
  const arn = parseConnectArn(example.replace(/(?<=\/)\*$/, "x"));
  const isWithin =
    arn?.instanceId === undefined || example.startsWith(`${instance}/`) || example === instance;
  const isOwn = arn?.accountId === configuration.instances[0]?.accountId || arn?.accountId === "aws";
  return example === "*" || example === instances || (arn !== undefined && isWithin && isOwn);
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
    fc.assert(property, { seed: 45, numRuns: casesOf(40) });
    expect(gains).toBeGreaterThan(casesOf(300));
  });

  it("*nothing is gained or lost untold* for principals to whom a table attaches policies and boundaries", () => {
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
          const all = [...labels, ...names.map((name) => `principals with \`${name}\` attached`)];
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
    fc.assert(property, { seed: 48, numRuns: casesOf(20) });
    expect(gains).toBeGreaterThan(casesOf(300));
  });

  it("*nothing is told that is not so*: a gain without conditions is one by the engine, at its example", () => {
    const told = { own: 0, referred: 0, others: 0 };
    const property = fc.property(policySet, policySet, (older, newer) => {
      const [old, next] = [bundleOf(older), bundleOf({ ...newer, bindings: older.bindings })];
      const [before, after] = [openBundle(old), openBundle(next)];
      const layers = [before, after].map((bundle) => bundle.layersFor(principalOf({ groups: ["g"] })));
      for (const each of compareAccess(old, next)) {
        const { example = "", change, actions } = each;
        expect({ ...each, canBeAsked: canBeAsked(example) }).toMatchObject({ canBeAsked: true });
        if (each.isWithOthers) told.others += 1;
        if (each.isConditional || each.isWithOthers || each.subject !== "group `g`") continue;
        for (const action of new Set([actions[0] ?? "", actions.at(-1) ?? ""])) {
          const context = createContext({ "aws:username": "carol" });
          const decisions = layers.map(
            (side) => side && evaluateLayers(side, { action, resource: example, context }).decision,
          );
          const isRequired = askedOn(action, example).length > 0;
          told[isRequired ? "own" : "referred"] += 1;
          // What a call only refers to must not be denied, and the subject alone must be able to make such a call.
          const [was, is] = decisions.map((decision) =>
            isRequired ? decision === "allowed" : decision !== "explicitDeny",
          );
          const mayMake = layers.map((side) => side && reachOfQuestions(side, askedOn(action)).allowed.may);
          expect({ each, action, was, is, mayMake: mayMake[change === "gains" ? 1 : 0] }).toMatchObject({
            was: change === "loses",
            is: change === "gains",
            mayMake: true,
          });
        }
      }
    });
    fc.assert(property, { seed: 46, numRuns: casesOf(60) });
    expect(Math.min(...Object.values(told))).toBeGreaterThan(3);
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
    fc.assert(property, { seed: 47, numRuns: casesOf(100) });
  });
});
