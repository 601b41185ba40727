/**
 * Whole inputs made up from the SDK's schemas: every member present, every identifier different.
 */
import { findOperation, findResourceType } from "../../shared/catalog/catalog.ts";
import { type PathStep, parseMemberPath } from "../../shared/catalog/member-path.ts";
import type { CallPlace } from "../../shared/catalog/resource-arn.ts";
import type { OperationRow } from "../../shared/catalog/types.ts";
import { meaningOf } from "../../tools/catalog/identifier-members.ts";
import type { SdkOperation } from "../../tools/catalog/sdk-operations.ts";

/** The instance of AWS's own documentation examples. */
export const place: CallPlace = {
  partition: "aws",
  region: "us-east-1",
  accountId: "123456789012",
  id: "00fbeee1-123e-111e-93e3-11111bfbfcc1",
  namesInstance: true,
};

export const instanceArn = `arn:aws:connect:us-east-1:123456789012:instance/${place.id}`;

type Mutable = Record<string, unknown>;

/** Identifiers of an input: member path → what was put there. */
export interface SyntheticInput {
  readonly input: Readonly<Record<string, unknown>>;
  /** Paths of identifiers, as the SDK's schema has them. */
  readonly identifiers: readonly string[];
}

/** Makes an operation's whole input; `changed` is a path whose identifier is another one than usual. */
export function makeInput(operation: SdkOperation, changed?: string): SyntheticInput {
  const input: Mutable = {};
  const identifiers: string[] = [];
  for (const [index, { path }] of operation.leaves.entries()) {
    // Lists of lists hold tag conditions only; the grammar of member paths does not have them.
    if (path.includes("[][]")) continue;
    const value = placeholder(operation.name, path, `id-${index}${path === changed ? "-changed" : ""}`);
    if (value.isIdentifier) identifiers.push(path);
    setAt(input, parseMemberPath(path), value.text);
  }
  return { input, identifiers };
}

/**
 * Gives an input a filter for each kind of value that the operation's filters can name, each value another id; of keys
 * that name the same kind of resource, so many.
 */
export function withEveryFilter(
  row: OperationRow,
  input: Readonly<Record<string, unknown>>,
  maxKeys = Number.POSITIVE_INFINITY,
): Readonly<Record<string, unknown>> {
  const specs = row.targets.filter(({ source }) => source === "Filters[].FilterValues[]");
  const filters = specs.flatMap(({ discriminator, type, types }, index) =>
    (discriminator?.values ?? []).slice(0, maxKeys).map((FilterKey, nth) => {
      const id = `id-${1000 + 10 * index + nth}`;
      return { FilterKey, FilterValues: [type === "arn" ? makeTypedArn(types?.[0] ?? "", id) : id] };
    }),
  );
  return filters.length > 0 ? { ...input, Filters: filters } : input;
}

function placeholder(operation: string, path: string, id: string): { text: string; isIdentifier: boolean } {
  const meaning = meaningOf(operation, path);
  if (path === "InstanceId") return { text: place.id, isIdentifier: false };
  if (meaning === undefined || meaning === "unknown" || meaning.kind === "ignored") {
    const isAsked = findOperation(operation)?.targets.some(
      ({ source }) => source === path && path !== filters,
    );
    return { text: isAsked ? id : textOf(path), isIdentifier: false };
  }
  if (meaning.kind === "id") return { text: id, isIdentifier: true };
  const [type = "queue"] = meaning.types ?? [];
  return {
    text: type === "instance" ? instanceArn : makeTypedArn(type, id),
    isIdentifier: type !== "instance",
  };
}

const filters = "Filters[].FilterValues[]";

function textOf(path: string): string {
  if (path.endsWith(".FilterKey")) return "QUEUE";
  if (path === filters) return "q-1";
  if (path.endsWith("Endpoint.Type")) return "CONNECT_PHONENUMBER_ARN";
  return "1";
}

/** Fills a type's ARN format with the place and an id. */
export function makeTypedArn(type: string, id: string): string {
  const format = findResourceType(type)?.arn ?? "";
  const variables: Readonly<Record<string, string>> = {
    Partition: place.partition,
    Region: place.region,
    Account: place.accountId,
    InstanceId: place.id,
    Version: "1",
  };
  return format.replace(/\$\{(\w+)\}/g, (_, name: string) => variables[name] ?? id);
}

function setAt(target: Mutable, steps: readonly PathStep[], value: unknown): void {
  const [step, ...rest] = steps;
  if (!step) return;
  const holder =
    step.each === "list" ? list(target, step.name) : step.each === "map" ? map(target, step.name) : target;
  const key = step.each === "list" ? "0" : step.each === "map" ? "key" : step.name;
  if (rest.length === 0) holder[key] = value;
  else {
    holder[key] ??= {};
    setAt(holder[key] as Mutable, rest, value);
  }
}

function list(target: Mutable, name: string): Mutable {
  target[name] ??= [];
  return target[name] as Mutable;
}

function map(target: Mutable, name: string): Mutable {
  target[name] ??= {};
  return target[name] as Mutable;
}
