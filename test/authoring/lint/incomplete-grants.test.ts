/**
 * Grants that no call can use (`incompleteGrant`): judged as the engine of `what-can` judges, and over all policies that a
 * caller may have together.
 */
import { describe, expect, it } from "vitest";
import { createBundle, openBundle } from "../../../shared/bundle/bundle.ts";
import type { Configuration } from "../../../shared/bundle/types.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import { unknownCaller } from "../../../shared/reach/open-context.ts";
import { reachOfOperation } from "../../../shared/reach/operation-reach.ts";
import { checkGrants } from "../../../tools/authoring/lint/checks/incomplete-grants.ts";
import { parsePolicy } from "../../../tools/authoring/policy/parse.ts";
import { createWayFinder } from "../../../tools/authoring/reach/binding-ways.ts";
import { createConfiguration, instances } from "./lint-cases.ts";

const [instance] = instances;
if (!instance) throw new Error("there is no instance");
const { arn } = instance;

type Grant = readonly [action: string | readonly string[], resource: string | readonly string[]];

function parse(name: string, grants: readonly Grant[]) {
  const Statement = grants.map(([Action, Resource]) => ({ Effect: "Allow", Action, Resource }));
  const text = JSON.stringify({ Version: "2012-10-17", Statement });
  const parsed = parsePolicy(text, { name, file: `policies/${name}.json` });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed;
}

/** The policies with an incomplete grant. Each binding is a list of their names. */
function findingsOf(
  policies: Readonly<Record<string, readonly Grant[]>>,
  bindings: readonly (readonly string[])[],
  more: Partial<Configuration> = {},
): readonly string[] {
  const parsed = Object.entries(policies).map(([name, grants]) => parse(name, grants));
  const config: Configuration = {
    ...createConfiguration(),
    bindings: bindings.map((names, index) => ({ match: { groups: [`g${index}`] }, policies: names })),
    ...more,
  };
  const documents = parsed.map(({ document }) => document);
  const positions = new Map(parsed.map((each) => [each.document.name, each.positions]));
  return checkGrants(config, { documents, positions }).map(({ file }) => file.replace(/^.*\/|\.json$/g, ""));
}

const search: readonly Grant[] = [["connect:SearchUsers", arn]];
const rest: readonly Grant[] = [
  [
    ["connect:DescribeUser", "connect:ListUserProficiencies"],
    [arn, `${arn}/agent/*`],
  ],
];

describe("an incomplete grant", () => {
  it("is completed by another policy of the same binding", () => {
    expect(findingsOf({ search, rest }, [["search"]])).toEqual([]);
    expect(findingsOf({ search }, [["search"]])).toEqual(["search"]);
    expect(findingsOf({ search, rest }, [["search", "rest"]])).toEqual([]);
  });

  it("is completed in one of the bindings that have the policy", () => {
    expect(findingsOf({ search, rest }, [["search"], ["search", "rest"]])).toEqual([]);
  });

  it("is completed by a binding that a caller may match too, but not by one that needs nothing of it", () => {
    const everything: readonly Grant[] = [["connect:*", "*"]];
    expect(findingsOf({ search, rest }, [["search"], ["rest"]])).toEqual([]);
    expect(findingsOf({ search, everything }, [["search"], ["everything"]])).toEqual(["search"]);
  });

  it("is no grant of a policy that is a boundary or that nothing names", () => {
    expect(findingsOf({ search, rest }, [["rest"]])).toEqual([]);
    const bindings = [{ match: { groups: ["g"] }, policies: ["rest"], boundary: "search" }];
    expect(findingsOf({ search, rest }, [], { bindings })).toEqual([]);
  });

  it("is not judged where its resources are in no configured instance, which is a finding of its own", () => {
    const elsewhere: readonly Grant[] = [["connect:SearchUsers", arn.replace(/1$/, "2")]];
    expect(findingsOf({ elsewhere }, [["elsewhere"]])).toEqual([]);
  });
});

describe("every operation", () => {
  const served = operations().filter(({ refused }) => refused === undefined);

  /** Whether any call is allowed to a caller with these grants. */
  function isPossible(grants: readonly Grant[], row: (typeof served)[number]): boolean {
    const { document } = parse("p", grants);
    const config: Configuration = {
      ...createConfiguration(),
      instances: [{ ...instance, arn } as (typeof instances)[number]],
      issuers: [{ issuer: "https://a.test", audience: ["app"], claims: { id: "sub", groups: "g" } }],
      bindings: [{ match: { groups: ["g"] }, policies: ["p"] }],
    };
    const bundle = openBundle(createBundle(config, [document]));
    const [binding] = bundle.config.bindings;
    const layers = binding && createWayFinder({ ...createBundle(config, [document]) })(binding);
    const situation = { bundle, caller: unknownCaller, layers, instance: config.instances[0] ?? never() };
    return reachOfOperation(row, situation).allowed.may;
  }

  it("is incomplete by its own action alone if the engine of `what-can` finds that no call is allowed", () => {
    const wrong = served.filter((row) => {
      const grants: readonly Grant[] = [[row.action, "*"]];
      const found = findingsOf({ p: grants }, [["p"]]).length > 0;
      return found === isPossible(grants, row) && operationsOf(row.action).length === 1;
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it("is complete by all actions that it needs", () => {
    const wrong = served.filter((row) => {
      const actions = [row.action, ...row.extraActions.map(({ action }) => action)];
      return findingsOf({ p: [[actions, "*"]] }, [["p"]]).length > 0;
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  function operationsOf(action: string) {
    return served.filter((row) => row.action === action);
  }
});

function never(): never {
  throw new Error("there is no instance");
}
