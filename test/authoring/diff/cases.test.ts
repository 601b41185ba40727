/**
 * The difference in access, case by case: `test/cases/diff/*.json`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { createBundle } from "../../../shared/bundle/bundle.ts";
import type { Binding, Bundle } from "../../../shared/bundle/types.ts";
import { type AccessDifference, groupBy } from "../../../tools/authoring/diff/merge-differences.ts";
import { compareAccess } from "../../../tools/authoring/diff/prove.ts";
import { parsePolicy } from "../../../tools/authoring/policy/parse.ts";
import { configuration } from "../../bundle/bundle-fixture.ts";

interface Side {
  readonly bindings?: readonly Binding[];
  readonly guardrails?: readonly string[];
  readonly policies: Readonly<Record<string, readonly unknown[]>>;
}

interface Case {
  readonly name: string;
  readonly why: string;
  readonly older: Side;
  readonly newer: Side;
  readonly hasPrincipalsTable?: boolean;
  readonly expected: readonly (Pick<AccessDifference, "subject" | "change" | "actions" | "resources"> &
    Partial<AccessDifference>)[];
}

const folder = resolve(import.meta.dirname, "../../cases/diff");
const instance = configuration.instances[0]?.arn ?? "";
const isCaseFile = new Ajv().compile(JSON.parse(readFileSync(resolve(folder, "case.schema.json"), "utf8")));
const files = readdirSync(folder).filter((name) => name !== "case.schema.json");

function bundleOf({ bindings, guardrails = [], policies }: Side): Bundle {
  const documents = Object.entries(policies).map(([name, statements]) => {
    const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    const parsed = parsePolicy(text, { name, file: `policies/${name}.json` });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    return parsed.document;
  });
  const usual = [{ match: { groups: ["g"] }, policies: Object.keys(policies) }];
  return createBundle({ ...configuration, bindings: bindings ?? usual, guardrails }, documents);
}

function readCases(file: string): readonly Case[] {
  const text = readFileSync(resolve(folder, file), "utf8").replaceAll("INSTANCE", instance);
  const cases: Case[] = JSON.parse(text);
  expect({ file, ok: isCaseFile(cases), errors: isCaseFile.errors }).toMatchObject({ ok: true });
  return cases;
}

describe.each(files)("%s", (file) => {
  it.each(readCases(file))("$name: $why", ({ older, newer, expected, hasPrincipalsTable = false }) => {
    const differences = compareAccess(bundleOf(older), bundleOf(newer), { hasPrincipalsTable });
    // What differs by its example alone is one difference to people.
    const alike = groupBy(differences, ({ actions: _actions, example: _example, calls: _calls, ...same }) =>
      JSON.stringify(same),
    );
    const found = alike.flatMap((group) => {
      const [{ example: _example, ...first } = {}] = group;
      return { ...first, actions: group.flatMap(({ actions }) => actions).sort() };
    });
    const usual = { isConditional: false, isWithOthers: false };
    const byText = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
    const wanted = expected.map((each) => ({ ...usual, ...each }));
    expect([...found].sort(byText)).toEqual(
      wanted.map(({ subject, isWithOthers, isConditional, change, actions, resources }) =>
        expect.objectContaining({ subject, isWithOthers, isConditional, change, actions, resources }),
      ),
    );
  });
});

describe("the version of a policy's language", () => {
  const bundleIn = (version: string) => {
    const statement = { Effect: "Allow", Action: "connect:CreateUser", Resource: `${instance}/agent/\${*}` };
    const text = JSON.stringify({ Version: version, Statement: [statement] });
    const parsed = parsePolicy(text, { name: "p", file: "policies/p.json" });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const bindings = [{ match: { groups: ["g"] }, policies: ["p"] }];
    return createBundle({ ...configuration, bindings, guardrails: [] }, [parsed.document]);
  };

  it("is a difference where it alone makes a pattern match all resources of a type", () => {
    expect(compareAccess(bundleIn("2008-10-17"), bundleIn("2012-10-17"))).toContainEqual(
      expect.objectContaining({ change: "gains", actions: ["connect:CreateUser"] }),
    );
  });
});
