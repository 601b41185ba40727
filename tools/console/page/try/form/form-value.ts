/** Values of an input, by their shape: what a new member begins with, why a form cannot show a value, and what is secret in it. */
import { sdkVersion } from "../../../../../shared/catalog/generated/sdk-version.generated.ts";
import { isPlainObject } from "../../../../../shared/shape.ts";
import type { MemberShape, Shape } from "./shape.ts";

type Json = Readonly<Record<string, unknown>>;

/** Members of members at this depth begin empty: what is required could hold itself. */
const maxDepth = 6;

/** What a member begins with when it is added. */
export function startOf(shape: Shape, depth = 0): unknown {
  switch (shape.kind) {
    case "text":
      return shape.choices?.[0] ?? "";
    case "number":
      return 1;
    case "boolean":
      return false;
    case "time":
      return "2026-01-01T00:00:00Z";
    case "map":
      return {};
    case "list":
      return depth > maxDepth ? [] : [startOf(shape.item, depth + 1)];
    case "structure": {
      const required = shape.members.filter(({ isRequired }) => isRequired);
      return Object.fromEntries(required.map((each) => [each.name, startOf(each.shape, depth + 1)]));
    }
    case "oneOf": {
      const [first] = shape.members;
      return first ? { [first.name]: startOf(first.shape, depth + 1) } : {};
    }
  }
}

/** Puts a value of an enumeration in the place of each text that was made up for one. */
export function withChoices(shape: Shape, value: unknown): unknown {
  if (shape.kind === "text") {
    const isMadeUp = typeof value === "string" && value.startsWith("some-");
    return isMadeUp ? (shape.choices?.[0] ?? value) : value;
  }
  return mapInner(shape, value, withChoices);
}

/** Leaves out what is sensitive. */
export function withoutSecrets(shape: Shape, value: unknown): unknown {
  if (shape.kind === "text" && shape.isSecret) return undefined;
  return mapInner(shape, value, withoutSecrets);
}

function mapInner(shape: Shape, value: unknown, map: (shape: Shape, value: unknown) => unknown): unknown {
  if (shape.kind === "list" && Array.isArray(value))
    return value.map((each) => map(shape.item, each)).filter((each) => each !== undefined);
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => {
    const its = shape.kind === "map" ? shape.item : memberOf(shape, name)?.shape;
    return [name, its === undefined ? inner : map(its, inner)] as const;
  });
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}

export function memberOf(shape: Shape, name: string): MemberShape | undefined {
  return "members" in shape ? shape.members.find((each) => each.name === name) : undefined;
}

/** More would be slow, and nobody fills them in one by one. */
const mostEntries = 100;
const deepest = 20;

/** Says why a form cannot show a value; `undefined` if it can. */
export function misfitOf(shape: Shape, value: unknown, path = ""): string | undefined {
  if (path.split(/[.[]/).length > deepest) return `${named(path)} is nested too deeply`;
  switch (shape.kind) {
    case "text":
      return typeof value === "string" ? undefined : wrong(path, "a text", value);
    case "number":
      return isNumber(value) || typeof value === "string" ? undefined : wrong(path, "a number", value);
    case "boolean":
      return typeof value === "boolean" ? undefined : wrong(path, "true or false", value);
    case "time":
      return value === "" || timeOf(value) !== undefined ? undefined : wrong(path, "a time", value);
    case "list":
      if (!Array.isArray(value)) return wrong(path, "a list", value);
      return firstMisfit(
        value.map((each, at) => [shape.item, each, `${path}[${at}]`]),
        path,
      );
    default:
      return isPlainObject(value) ? misfitWithin(shape, value, path) : wrong(path, "an object", value);
  }
}

function misfitWithin(
  shape: Exclude<Shape, { kind: "text" | "number" | "boolean" | "time" | "list" }>,
  value: Json,
  path: string,
): string | undefined {
  const entries = Object.entries(value);
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  if (shape.kind === "map")
    return firstMisfit(
      entries.map(([name, each]) => [shape.item, each, at(name)]),
      path,
    );
  if (shape.kind === "oneOf" && entries.length > 1)
    return `${named(path)} has ${entries.length} members, and may have one`;
  const unknown = entries.find(([name]) => memberOf(shape, name) === undefined)?.[0];
  if (unknown !== undefined) return `\`${at(unknown)}\` is not a member that SDK ${sdkVersion} knows`;
  return firstMisfit(
    entries.flatMap(([name, each]) => {
      const its = memberOf(shape, name);
      return its ? [[its.shape, each, at(name)] as const] : [];
    }),
    path,
  );
}

function firstMisfit(all: readonly (readonly [Shape, unknown, string])[], path: string): string | undefined {
  if (all.length > mostEntries) return `${named(path)} has ${all.length} entries, too many for a form`;
  for (const [shape, value, at] of all) {
    const misfit = misfitOf(shape, value, at);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

function wrong(path: string, wanted: string, value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return `${named(path)} must be ${wanted}, and is ${shown.replaceAll("`", "'")}`;
}

function named(path: string): string {
  return path === "" ? "the whole" : `\`${path.replaceAll("`", "'")}\``;
}

function isNumber(value: unknown): value is number {
  if (typeof value !== "number" || !Number.isFinite(value)) return false;
  return !Number.isInteger(value) || Number.isSafeInteger(value);
}

/** Reads seconds since the epoch, or text of RFC 3339, as a field for times in UTC has them. */
export function timeOf(value: unknown): string | undefined {
  const isText = typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(value);
  const time = typeof value === "number" ? new Date(value * 1000) : isText ? new Date(value) : undefined;
  if (time === undefined || Number.isNaN(time.getTime())) return undefined;
  const text = time.toISOString();
  return /^\d{4}-/.test(text) ? text.slice(0, 19) : undefined;
}
