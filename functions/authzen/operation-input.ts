/** The input of an operation that a question is about: `resource.properties`, with `resource.id` in its member. */
import { sourcesOf } from "../../shared/catalog/identifier-sources.ts";
import type { OperationRow } from "../../shared/catalog/types.ts";
import { InputError } from "../../shared/errors.ts";
import type { Entity } from "./question.ts";

/** The type and id of a question whose whole input is in `resource.properties`, as IAM writes "no single resource". */
const whole = "*";

/** @throws InputError for a type that does not say which member the id belongs in, and for two ids */
export function inputOf(
  row: OperationRow,
  { type, id, properties }: Entity,
): Readonly<Record<string, unknown>> {
  if (type === whole && id === whole) return properties;
  const members = resourceMembersOf(row).get(type) ?? [];
  const [member, second] = members;
  if (member === undefined) throw new InputError("resource.type", unknownType(row));
  if (second !== undefined)
    throw new InputError(
      "resource.type",
      `${row.name} has it in several members: ${members.join(", ")}; ${otherForm}`,
    );
  const given = Object.hasOwn(properties, member) ? properties[member] : id;
  if (given !== id) throw new InputError(`resource.properties.${member}`, "is not the resource's id");
  return { ...properties, [member]: id };
}

const otherForm = "write type `*` and id `*`, and the whole input in `resource.properties`";

function unknownType(row: OperationRow): string {
  const types = [...resourceMembersOf(row).keys()].sort().join(", ");
  return types === ""
    ? `${row.name} names no resource; ${otherForm}`
    : `${row.name} has: ${types}; or ${otherForm}`;
}

const membersByRow = new WeakMap<OperationRow, ReadonlyMap<string, readonly string[]>>();

/**
 * Finds the members that hold the id of a resource, by its type: IAM's word, as in the Service Authorization Reference.
 * If a call must be allowed on one of several, it is the one that is meant.
 */
export function resourceMembersOf(row: OperationRow): ReadonlyMap<string, readonly string[]> {
  const known = membersByRow.get(row);
  if (known) return known;
  const { instances, arns, ids } = sourcesOf(row);
  const found = [
    ...[...instances].map((source) => ({ type: "instance", source, isRequired: true })),
    ...arns.map(({ source, sort }) => ({ type: "arn", source, isRequired: sort === "required" })),
    ...ids.flatMap(({ spec: { source, sort }, types }) =>
      [...types].map((type) => ({ type, source, isRequired: sort === "required" })),
    ),
  ].filter(({ source }) => row.members.some(({ name }) => name === source));
  const byType = new Map<string, readonly string[]>();
  for (const { type } of found) {
    const own = found.filter((each) => each.type === type);
    const required = own.filter(({ isRequired }) => isRequired);
    byType.set(type, [...new Set((required.length > 0 ? required : own).map(({ source }) => source))]);
  }
  membersByRow.set(row, byType);
  return byType;
}
