/**
 * Another spelling of a denied resource gets nowhere: for each identifier member of each operation, a Deny on the
 * resource it names holds against every form that some parser on the way might take for the same one.
 */
import { describe, expect, it } from "vitest";
import { type Caller, decideCall } from "../shared/authorize.ts";
import { findOperation } from "../shared/catalog/catalog.ts";
import type { OperationRow } from "../shared/catalog/types.ts";
import { createBundle, openBundle } from "../shared/config/bundle.ts";
import { CodedError } from "../shared/errors.ts";
import { parsePolicy } from "../shared/policy/parse.ts";
import { createCanonicalCall } from "../shared/request/canonical-call.ts";
import type { OperationInput } from "../shared/request/types.ts";
import { readSdkOperations } from "../tools/catalog/sdk-operations.ts";
import { makeInput } from "./catalog/synthetic-input.ts";
import { configuration, principal } from "./config/bundle-fixture.ts";

const { instances } = configuration;

/** `id-7` of the synthetic input as a UUID, so that its case matters. */
function uuidOf(number: string): string {
  return `0a1b2c3d-0000-4000-8000-${number.padStart(12, "0")}`;
}

function withUuids(input: object): string {
  return JSON.stringify(input).replace(/\bid-(\d+)/g, (_, number: string) => uuidOf(number));
}

/** Other spellings of an id, or of the ARN that ends in it. */
const forms: readonly (readonly [name: string, spell: (id: string) => string])[] = [
  ["as it is", (id) => id],
  ["in capitals", (id) => id.toUpperCase()],
  ["with one capital", (id) => id.replace("a", "A")],
  ["with a qualifier", (id) => `${id}:$LATEST`],
  ["with a version", (id) => `${id}:1`],
  ["with a space behind", (id) => `${id} `],
  ["with a tab in front", (id) => `\t${id}`],
  ["with a slash behind", (id) => `${id}/`],
  ["with a dot segment", (id) => `./${id}`],
  ["by a way round", (id) => `x/../${id}`],
  ["percent-encoded", (id) => id.replace("a", "%61")],
  ["percent-encoded twice", (id) => id.replace("a", "%2561")],
  ["with a wildcard", (id) => `${id.slice(0, -1)}?`],
  ["with a star", (id) => `${id.slice(0, -1)}*`],
  ["with a full-width digit", (id) => id.replace("0", "\uff10")],
  ["with a zero-width space", (id) => `${id}\u200b`],
  ["with a NUL behind", (id) => `${id}\u0000`],
  ["with a query behind", (id) => `${id}?x=1`],
  ["with a fragment behind", (id) => `${id}#x`],
  ["in braces", (id) => `{${id}}`],
  ["without hyphens", (id) => id.replaceAll("-", "")],
];

function callerWith(statements: readonly object[]): Caller {
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const parsed = parsePolicy(text, { name: "p", file: "policies/p.json" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const bundle = openBundle(createBundle(configuration, [parsed.document]));
  const call = { method: "POST", rawPath: "/", query: [], headers: new Map(), requestId: "r" };
  return { bundle, principal: principal({ groups: ["g"] }), call };
}

const allowAll = { Effect: "Allow", Action: "*", Resource: "*" };

/** The asks of a call that are about one id. */
function resourcesOf(row: OperationRow, input: OperationInput, id: string): string[] {
  const { asks } = decideCall(callerWith([allowAll]), createCanonicalCall(row, input, instances));
  return asks.flatMap(({ ask }) => (ask.resource?.includes(id) ? [ask.resource] : []));
}

/** `sent <id as it stands in what would be sent>`, or the refusal. */
function attempt(caller: Caller, row: OperationRow, input: OperationInput): string {
  try {
    const call = createCanonicalCall(row, input, instances);
    const { decision } = decideCall(caller, call);
    return decision === "allowed" ? `sent ${JSON.stringify(call.input)}` : decision;
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
}

const served = readSdkOperations().flatMap((operation) => {
  const row = findOperation(operation.name);
  return row && row.refused === undefined ? [{ name: row.name, row, operation }] : [];
});

describe("a Deny on a resource", () => {
  it.each(served)("holds in $name against every spelling", ({ row, operation }) => {
    const text = withUuids(makeInput(operation).input);
    const whole: OperationInput = JSON.parse(text);
    const ids = new Set(text.match(/0a1b2c3d-0000-4000-8000-\d{12}/g));
    for (const id of ids) {
      const resources = resourcesOf(row, whole, id);
      // Not asked about: the catalogue's ignore list gives the reason for each such member.
      if (resources.length === 0) continue;
      const caller = callerWith([allowAll, { Effect: "Deny", Action: "*", Resource: resources }]);
      expect(attempt(caller, row, whole)).toBe("explicitDeny");
      for (const [name, spell] of forms) {
        const input: OperationInput = JSON.parse(text.replaceAll(id, JSON.stringify(spell(id)).slice(1, -1)));
        const result = attempt(caller, row, input);
        // "without hyphens" is another id to Connect, which has no dashless form: it may be sent, as what it is.
        if (name === "without hyphens") expect(result).not.toContain(id);
        else expect([name, result.startsWith("sent") ? result : "refused"]).toEqual([name, "refused"]);
      }
      // The id's own ARN where the bare id stood.
      for (const arn of resources.filter((resource) => !text.includes(resource))) {
        const input: OperationInput = JSON.parse(text.replaceAll(`"${id}"`, JSON.stringify(arn)));
        expect(attempt(caller, row, input)).not.toContain("sent");
      }
    }
  });
});
