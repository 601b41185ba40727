/**
 * The shape of an input, as a form shows it: the SDK's schema with the values of enumerations. A shape is read when it is
 * needed: criteria of searches hold criteria.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { enumerationAt } from "../../../../../shared/catalog/enumerations.ts";
import { requiredMembers } from "../../../../../shared/request/decode/from-json.ts";

export interface MemberShape {
  readonly name: string;
  readonly isRequired: boolean;
  readonly shape: Shape;
}

export type Shape =
  | {
      readonly kind: "text";
      /** Passwords, names of customers, and what else the SDK calls sensitive. */
      readonly isSecret: boolean;
      /** The values of an enumeration. */
      readonly choices?: readonly string[];
    }
  | { readonly kind: "number" | "boolean" | "time" }
  /** `oneOf` has exactly one of its members. */
  | { readonly kind: "structure" | "oneOf"; readonly members: readonly MemberShape[] }
  | { readonly kind: "list" | "map"; readonly item: Shape };

interface Place {
  /** Structure and member: `CreateUserRequest.PhoneConfig`. */
  readonly name: string;
  /** Whether what it is in is sensitive. */
  readonly isSecret: boolean;
}

/** Reads an operation's input, or a part of it. */
export function shapeOf(schema: NormalizedSchema, place: Place = { name: "", isSecret: false }): Shape {
  const isSecret = place.isSecret || schema.getMergedTraits().sensitive !== undefined;
  const inner = { name: place.name, isSecret };
  if (schema.isStructSchema()) {
    const kind = schema.isUnionSchema() ? "oneOf" : "structure";
    return lazily({ kind }, "members", () => membersOf(schema, isSecret));
  }
  if (schema.isListSchema() || schema.isMapSchema()) {
    const kind = schema.isListSchema() ? "list" : "map";
    const itemPlace = kind === "list" ? inner : { name: "", isSecret };
    return lazily({ kind }, "item", () => shapeOf(schema.getValueSchema(), itemPlace));
  }
  if (schema.isTimestampSchema()) return { kind: "time" };
  if (schema.isNumericSchema()) return { kind: "number" };
  if (schema.isBooleanSchema()) return { kind: "boolean" };
  const choices = enumerationAt(place.name);
  return { kind: "text", isSecret, ...(choices === undefined ? {} : { choices }) };
}

/** Required members come first. */
function membersOf(schema: NormalizedSchema, isSecret: boolean): readonly MemberShape[] {
  const structure = schema.getName() ?? "";
  const required = schema.isUnionSchema() ? new Set<string>() : requiredMembers(schema);
  const members = [...schema.structIterator()].map(([name, member]) => ({
    ...{ name, isRequired: required.has(name) },
    shape: shapeOf(member, { name: `${structure}.${name}`, isSecret }),
  }));
  return members.sort((a, b) => Number(b.isRequired) - Number(a.isRequired));
}

/** Adds a property that is computed when it is first asked for. */
function lazily<Own extends object, Name extends string, Value>(
  own: Own,
  name: Name,
  compute: () => Value,
): Own & Readonly<Record<Name, Value>> {
  let value: Value | undefined;
  const get = () => {
    value ??= compute();
    return value;
  };
  return Object.defineProperty(own, name, { enumerable: true, get }) as Own & Readonly<Record<Name, Value>>;
}
