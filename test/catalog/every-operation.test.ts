import { describe, expect, it } from "vitest";
import { type Ask, NOT_KNOWN } from "../../shared/catalog/ask.ts";
import { findOperation, findResourceType } from "../../shared/catalog/catalog.ts";
import { parseConnectArn } from "../../shared/catalog/resource-arn.ts";
import { resolveAsks } from "../../shared/catalog/targets.ts";
import type { OperationRow } from "../../shared/catalog/types.ts";
import { readSdkOperations, type SdkOperation } from "../../tools/catalog/sdk-operations.ts";
import { makeInput, place } from "./synthetic-input.ts";

const otherInstance = "00000000-0000-0000-0000-00000000000a";

function rowOf({ name }: SdkOperation): OperationRow {
  const row = findOperation(name);
  if (!row) throw new Error(`no row for ${name}`);
  return row;
}

function askAll(
  operation: SdkOperation,
  input: Readonly<Record<string, unknown>>,
  where = place,
): readonly Ask[] {
  return resolveAsks(rowOf(operation), { get: (member) => input[member] }, where);
}

/** What the authorizer sees: labels, and of all other members only that they exist. */
function askLabels(operation: SdkOperation, input: Readonly<Record<string, unknown>>): readonly Ask[] {
  const row = rowOf(operation);
  const labels = new Set(row.members.filter((member) => member.place === "path").map(({ name }) => name));
  const names = new Set(row.members.map(({ name }) => name));
  const isPlaced = labels.has("InstanceId") || !names.has("InstanceId");
  const get = (member: string) =>
    labels.has(member) ? input[member] : names.has(member) ? NOT_KNOWN : undefined;
  return resolveAsks(row, { get }, isPlaced ? place : undefined);
}

const served = readSdkOperations().filter((operation) => rowOf(operation).refused === undefined);
const cases = served.map((operation) => ({ name: operation.name, operation }));

describe.each(cases)("$name with every member present", ({ operation }) => {
  const { input, identifiers } = makeInput(operation);
  const asks = askAll(operation, input);

  it("is asked on well-formed ARNs of types of the table, with everything known", () => {
    for (const { resource, type, source, mayBeAbsent } of asks) {
      expect(mayBeAbsent).toBe(false);
      if (type === "*") {
        expect(resource).toBe("*");
        continue;
      }
      expect(findResourceType(type)).toBeDefined();
      expect(resource).toMatch(/^arn:aws:[a-z-]+:us-east-1:(?:123456789012|aws):[A-Za-z0-9/:_.$*-]+$/);
      if (source === "*") expect(resource).toMatch(/\/\*$/);
      else expect(parseConnectArn(resource ?? "")?.type).toBe(type.replace(/^qualified-/, ""));
    }
  });

  it("is asked something else when any identifier changes", () => {
    const deaf = identifiers.filter((path) => {
      const changed = askAll(operation, makeInput(operation, path).input);
      return JSON.stringify(changed) === JSON.stringify(asks);
    });
    expect(deaf).toEqual([]);
  });

  it("is asked something else when the instance it names changes", () => {
    if (!("InstanceId" in input)) return;
    const moved = JSON.parse(JSON.stringify(input).replaceAll(place.id, otherInstance));
    expect(askAll(operation, moved, { ...place, id: otherInstance })).not.toEqual(asks);
  });

  it("is asked nothing that the authorizer did not ask before it", () => {
    const before = askLabels(operation, input);
    const covered = (ask: Ask) =>
      before.some(
        (known) =>
          known.action === ask.action &&
          (known.resource === ask.resource ? known.sort === ask.sort : known.resource === undefined) &&
          (known.sort === "required" || ask.sort === "referenced"),
      );
    expect(asks.filter((ask) => !covered(ask))).toEqual([]);
  });

  it("is still asked what the authorizer was sure of when every optional member is left out", () => {
    const needed = new Set(
      operation.leaves.filter(({ required }) => required).map(({ path }) => topOf(path)),
    );
    const least = Object.fromEntries(
      Object.entries(input).filter(([member]) => needed.has(member) || isAnchor(operation, member)),
    );
    const after = tryAsk(operation, least);
    if (!after) return;
    const sure = askLabels(operation, least).filter(
      ({ mayBeAbsent, resource }) => !mayBeAbsent && resource !== undefined,
    );
    expect(
      sure.filter(
        (ask) => !after.some((each) => each.resource === ask.resource && each.action === ask.action),
      ),
    ).toEqual([]);
  });
});

function topOf(path: string): string {
  return /^[A-Za-z0-9]+/.exec(path)?.[0] ?? "";
}

/** Labels have no `required` of their own in nested paths; the call cannot be made without them. */
function isAnchor(operation: SdkOperation, member: string): boolean {
  return operation.uri.includes(`{${member}}`);
}

/** Some calls are refused without their optional members (`GetMetricDataV2` without a filter): then nothing is allowed. */
function tryAsk(
  operation: SdkOperation,
  input: Readonly<Record<string, unknown>>,
): readonly Ask[] | undefined {
  try {
    return askAll(operation, input);
  } catch (error) {
    expect(error).toMatchObject({ code: "invalidInput" });
    return undefined;
  }
}
