// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write a literal star
/**
 * What a whole call needs: each required target an Allow, and no Deny on any target.
 */
import { describe, expect, it } from "vitest";
import { createBundle, openBundle } from "../../shared/bundle/bundle.ts";
import { findOperation } from "../../shared/catalog/catalog.ts";
import type { OperationRow } from "../../shared/catalog/types.ts";
import { type Caller, decideCall } from "../../shared/decide/authorize.ts";
import { createCanonicalCall } from "../../shared/request/canonical/canonical-call.ts";
import type { OperationInput } from "../../shared/request/types.ts";
import { parsePolicy } from "../../tools/authoring/policy/parse.ts";
import { readSdkOperations } from "../../tools/catalog/sdk-operations.ts";
import { configuration } from "../bundle/bundle-fixture.ts";
import { makeInput, withEveryFilter } from "../catalog/synthetic-input.ts";
import { principalOf } from "../identity/principals.ts";

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string;
  readonly Resource: string;
}

const call = { method: "POST", rawPath: "/", query: [], headers: new Map(), requestId: "r" };
const allowAll: Statement = { Effect: "Allow", Action: "*", Resource: "*" };
/** A policy must have a statement; this one is never asked. */
const idle: Statement = {
  Effect: "Allow",
  Action: "connect:ListInstances",
  Resource: "arn:aws:connect:us-east-1:123456789012:none",
};

function callerWith(statements: readonly Statement[]): Caller {
  const text = JSON.stringify({ Version: "2012-10-17", Statement: [idle, ...statements] });
  const parsed = parsePolicy(text, { name: "p", file: "policies/p.json" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const bundle = openBundle(createBundle(configuration, [parsed.document]));
  return { bundle, principal: principalOf({ groups: ["g"] }), call };
}

function decide(statements: readonly Statement[], row: OperationRow, input: OperationInput) {
  return decideCall(callerWith(statements), createCanonicalCall({ row }, input, configuration.instances));
}

/** Every list with a second element, whose ids are others. */
function doubled(value: unknown): unknown {
  if (Array.isArray(value)) return value.flatMap((item) => [doubled(item), another(doubled(item))]);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, doubled(inner)]));
}

function another(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replace(/\bid-\d+/g, (id) => `${id}-b`));
}

/** The resource and nothing else: `agent/*` is a question of its own, which `${*}` alone stands for. */
function exactly(resource: string | undefined): string {
  if (resource === undefined) throw new Error("a resource that is not known");
  return resource === "*" ? resource : resource.replaceAll("*", "${*}");
}

const served = readSdkOperations().flatMap((operation) => {
  const row = findOperation(operation.name);
  if (!row || row.refused !== undefined) return [];
  const whole = withEveryFilter(row, makeInput(operation).input);
  return [{ name: row.name, row, input: doubled(whole) as OperationInput }];
});

function unique(statements: readonly Statement[]): Statement[] {
  return [...new Map(statements.map((each) => [JSON.stringify(each), each])).values()];
}

describe("a call with every member, and every list of two", () => {
  it.each(served)(
    "of $name is allowed by exactly its required targets, not without any one of them, nor with a Deny on any target",
    ({ row, input }) => {
      const { asks } = decide([allowAll], row, input);
      const allows = unique(
        asks
          .filter(({ ask }) => ask.sort === "required")
          .map(({ ask }) => ({ Effect: "Allow", Action: ask.action, Resource: exactly(ask.resource) })),
      );
      const denies = unique(
        asks.map(({ ask }) => ({ Effect: "Deny", Action: ask.action, Resource: exactly(ask.resource) })),
      );
      expect(decide(allows, row, input).decision).toBe("allowed");
      for (const left of allows) {
        const rest = allows.filter((each) => each !== left);
        expect([left, decide(rest, row, input).decision]).toEqual([left, "implicitDeny"]);
      }
      for (const deny of denies) {
        expect([deny, decide([allowAll, deny], row, input).decision]).toEqual([deny, "explicitDeny"]);
      }
      expect(decide([], row, input).decision).toBe("implicitDeny");
    },
  );

  it("names two resources wherever a list may name one", () => {
    const lists = served.flatMap(({ row }) =>
      row.targets.filter(({ source }) => source.endsWith("[]") && !source.includes("FilterValues")),
    );
    expect(lists.length).toBeGreaterThan(30);
    for (const { row, input } of served) {
      const { asks } = decide([allowAll], row, input);
      for (const { source } of row.targets.filter((spec) => spec.source.endsWith("[]"))) {
        const plain = source.replace(/<[^>]*>/g, "");
        const named = asks.filter(({ ask }) => ask.source.replace(/\[\d+\]/g, "[]") === plain);
        expect([row.name, source, new Set(named.map(({ ask }) => ask.resource)).size > 1]).toEqual([
          row.name,
          source,
          true,
        ]);
      }
    }
  });
});
