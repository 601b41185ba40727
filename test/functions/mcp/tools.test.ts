/**
 * The tools themselves: that a caller's are those of `what-can`, that names are legal, and that hints are the reference's.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { effectOf } from "../../../functions/mcp/tools/effect.ts";
import { listTools } from "../../../functions/mcp/tools/offer.ts";
import { toolsOf } from "../../../functions/mcp/tools/tool.ts";
import { usableTools } from "../../../functions/mcp/tools/usable.ts";
import { openBundle } from "../../../shared/bundle/bundle.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import { reachOfOperation } from "../../../shared/reach/operation-reach.ts";
import levels from "../../../tools/authoring/configuration/generated/access-levels.generated.json" with {
  type: "json",
};
import { summarizeOperation } from "../../../tools/authoring/reach/operation-answer.ts";
import { casesOf } from "../../random-cases.ts";
import {
  asksOf,
  Chooser,
  callers,
  documentOf,
  instances,
  makeBundle,
  randomBundle,
  randomCall,
  served,
  vocabularyOf,
} from "../../reach/random-calls.ts";

const all = { Effect: "Allow", Action: "connect:*", Resource: "*" };
const bindings = [{ match: { groups: ["g0"] }, policies: ["p"] }];

describe("the tools of a caller", () => {
  it("are what `what-can` does not call `never`, for random policies and callers", {
    timeout: 60_000,
  }, () => {
    let met = 0;
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const chooser = new Chooser(seed);
        const calls = chooser.some(3, 6, () => randomCall(chooser, chooser.of(served)));
        const words = vocabularyOf(asksOf(calls.filter((call) => call !== undefined)));
        const { policies, config } = randomBundle(chooser, words);
        const bundle = openBundle(makeBundle(policies, config.bindings, { ...config, doors: { mcp: true } }));
        const principal = chooser.of(callers);
        const caller = { principal, isUnknown: () => false, via: "mcp" } as const;
        const layers = bundle.layersFor(principal);
        const expected = operations().filter((row) => {
          if (row.refused !== undefined) return false;
          const reaches = instances.map((instance) => ({
            instance,
            reach: reachOfOperation(row, { bundle, caller, layers, instance }),
          }));
          return summarizeOperation(row, reaches).answer !== "never";
        });
        const usable = usableTools({ bundle, principal });
        expect(usable.map(({ tool }) => tool.name)).toEqual(expected.map(({ name }) => name));
        met += usable.length > 0 ? 1 : 0;
      }),
      { seed: 20261201, numRuns: casesOf(12) },
    );
    expect(met).toBeGreaterThan(0);
  });

  it("are found again without computing, for the same caller and not for another", () => {
    const bundle = openBundle(makeBundle([documentOf("p", [all])], bindings, { doors: { mcp: true } }));
    const [one, other] = callers;
    if (!one || !other) throw new Error("no callers");
    const first = usableTools({ bundle, principal: one });
    expect(usableTools({ bundle, principal: one })).toBe(first);
    expect(usableTools({ bundle, principal: other })).toEqual([]);
  });

  it("count what the table attaches to the caller", () => {
    const bundle = openBundle(makeBundle([documentOf("p", [all])], [], { doors: { mcp: true } }));
    const [principal] = callers;
    if (!principal) throw new Error("no caller");
    const attachments = { policies: ["p"], boundaries: [], version: 1 };
    expect(usableTools({ bundle, principal })).toEqual([]);
    expect(usableTools({ bundle, principal, attachments }).length).toBeGreaterThan(300);
  });
});

describe("a tool", () => {
  const InstanceId = instances[0]?.id ?? "";
  const route = (method: string, path: string) => {
    const labels = Object.fromEntries(
      [...path.matchAll(/\{(\w+)\}/g)].map(([text, name]) => [`${name}`, text]),
    );
    const input = "id" in labels ? { InstanceId, NextToken: labels["id"] } : { InstanceId };
    return { method, path, operation: "ListUsers", input };
  };
  const long = `/${"long-segment/".repeat(8)}end`;
  const routes = [
    ...[route("GET", "/a/{id}"), route("GET", "/a-id"), route("GET", "/a.id"), route("GET", "/a_id")],
    ...[route("GET", long), route("GET", `${long}/{id}`)],
  ];
  const config = makeBundle([], [], { routes, doors: { mcp: true } }).config;

  it("has a name of its own, of the characters and length that every client takes", () => {
    const names = [...toolsOf(config).keys()];
    expect(names.filter((name) => !/^[A-Za-z0-9_-]{1,64}$/.test(name))).toEqual([]);
    expect(names).toHaveLength(
      operations().filter(({ refused }) => refused === undefined).length + routes.length,
    );
  });

  it("of a route keeps its name when other routes come", () => {
    const only = routes.slice(4);
    const fewer = makeBundle([], [], { routes: only, doors: { mcp: true } }).config;
    expect([...toolsOf(config).keys()]).toEqual(expect.arrayContaining([...toolsOf(fewer).keys()]));
  });

  it("has hints that are those of the access levels in AWS's reference", () => {
    const levelOf = new Map(Object.entries(levels));
    const rows = operations().filter(({ action }) => levelOf.has(action.replace("connect:", "")));
    const wrong = rows.filter((row) => {
      const level = levelOf.get(row.action.replace("connect:", "")) ?? "";
      return effectOf(row).readOnlyHint !== /^(?:Read|List)$/.test(level);
    });
    expect(rows.length).toBeGreaterThan(350);
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it("that loses or replaces something says so, and one that only adds does not", () => {
    const served = operations().filter(({ refused }) => refused === undefined);
    const verbs = (is: (row: (typeof served)[number]) => boolean) => [
      ...new Set(served.filter(is).map(({ name }) => /^(?:Batch)?[A-Z][a-z]+/.exec(name)?.[0])),
    ];
    expect(verbs((row) => effectOf(row).destructiveHint).sort()).toMatchInlineSnapshot(`
      [
        "BatchDelete",
        "BatchDisassociate",
        "BatchPut",
        "BatchUpdate",
        "Complete",
        "Deactivate",
        "Delete",
        "Disassociate",
        "Dismiss",
        "Pause",
        "Put",
        "Release",
        "Resume",
        "Send",
        "Stop",
        "Submit",
        "Suspend",
        "Transfer",
        "Untag",
        "Update",
      ]
    `);
    expect(
      verbs((row) => !effectOf(row).destructiveHint && !effectOf(row).readOnlyHint).sort(),
    ).toMatchInlineSnapshot(`
      [
        "Activate",
        "Associate",
        "BatchAssociate",
        "BatchCreate",
        "Claim",
        "Create",
        "Import",
        "Monitor",
        "Replicate",
        "Start",
        "Tag",
      ]
    `);
  });

  it("is described in a list that a model can read: no description is long, and no schema is open", () => {
    const bundle = openBundle(makeBundle([documentOf("p", [all])], bindings, { doors: { mcp: true } }));
    const [principal] = callers;
    if (!principal) throw new Error("no caller");
    const tools = usableTools({ bundle, principal });
    for (let at = 0; at < tools.length; at += 60) {
      for (const { description, inputSchema, annotations } of listTools(tools.slice(at, at + 60))) {
        expect(description.length).toBeLessThan(300);
        expect(inputSchema).toMatchObject({ type: "object", additionalProperties: false });
        expect(annotations.title).not.toBe("");
      }
    }
  });
});
