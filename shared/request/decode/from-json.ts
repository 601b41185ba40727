/**
 * Turns JSON values into the SDK's input values, and checks each member against the SDK's schemas.
 *
 * The SDK's own deserializer trusts its peer: it accepts wrong types, drops unknown members and allows `__type`. A
 * server must refuse all of that by name, so that everything that was requested is authorized.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { sdkVersion } from "../../catalog/generated/sdk-version.generated.ts";
import { InputError } from "../../errors.ts";
import type { InputValue } from "../types.ts";

/** Largest distance of an ECMAScript time value from the epoch, in milliseconds (ECMA-262, time values). */
const maxTimeMs = 8.64e15;
/**
 * Elements of one list, entries of one map. Connect's model allows at most 500 elements in a list. Where it has no
 * limit, this is several times what its service quotas allow. The cost of an input grows with them, not only with its
 * length.
 */
const maxElements = 1_000;

/** Members with another documented limit. */
const memberLimits: ReadonlyMap<string, number> = new Map([
  // "Up to 32,768 UTF-8 bytes across all key-value pairs" (StartChatContact and others): each at least four bytes.
  ["Attributes", 8_192],
  // "Map Entries: Maximum number of 50 items" (API reference, Tags), four times. Each tag is a separate condition key.
  ["Tags", 200],
]);

const isoDateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/**
 * @param path names the value in errors, for instance `Filters.Queues[0]`
 * @throws InputError with the offending member's path
 */
export function decodeValue(schema: NormalizedSchema, value: unknown, path: string): InputValue {
  if (schema.isUnionSchema()) return decodeUnion(schema, value, path);
  if (schema.isStructSchema()) return decodeStructure(schema, value, path);
  if (schema.isListSchema()) return decodeList(schema, value, path);
  if (schema.isMapSchema()) return decodeMap(schema, value, path);
  if (schema.isTimestampSchema()) return decodeTimestamp(value, path);
  if (schema.isNumericSchema()) return decodeNumber(value, path);
  if (schema.isBooleanSchema()) {
    if (typeof value !== "boolean") throw new InputError(path, "must be true or false");
    return value;
  }
  if (schema.isStringSchema()) return decodeString(value, path);
  throw new InputError(path, "has a type that this version cannot decode");
}

/** Refuses `null`, unknown members and missing required members. */
export function decodeStructure(
  schema: NormalizedSchema,
  value: unknown,
  path: string,
): Record<string, InputValue> {
  const given = asObject(value, path);
  const decoded: Record<string, InputValue> = {};
  const { members, required } = membersOf(schema);
  for (const [name, member] of members) {
    const inner: unknown = Object.hasOwn(given, name) ? Reflect.get(given, name) : undefined;
    if (inner !== undefined) decoded[name] = decodeValue(member, inner, join(path, name));
    else if (required.has(name)) throw new InputError(join(path, name), "is required");
  }
  for (const name of Object.keys(given)) {
    if (!members.has(name)) throw new InputError(join(path, name), unknownMember("input"));
  }
  return decoded;
}

/** The message for a member that the schema lacks: a newer client may know it. */
export function unknownMember(place: "input" | "body"): string {
  return `is not a member of this operation's ${place} (known up to SDK ${sdkVersion})`;
}

/** A structure's members in the SDK's order, and which of them are required. */
export interface Members {
  readonly members: ReadonlyMap<string, NormalizedSchema>;
  readonly required: ReadonlySet<string>;
}

const membersBySchema = new WeakMap<object, Members>();

/** Cached for each static structure: the SDK's reader creates them again each time. */
export function membersOf(schema: NormalizedSchema): Members {
  const raw: object = Object(schema.getSchema());
  const known = membersBySchema.get(raw);
  if (known) return known;
  const listed = { members: new Map(schema.structIterator()), required: requiredMembers(schema) };
  membersBySchema.set(raw, listed);
  return listed;
}

/** The first `requiredCount` names of a static structure `[3, ns, name, traits, names, members, requiredCount]`. */
export function requiredMembers(schema: NormalizedSchema): ReadonlySet<string> {
  const raw: unknown = schema.getSchema();
  if (!Array.isArray(raw) || !Array.isArray(raw[4])) return new Set();
  const count: unknown = raw[6];
  return new Set(raw[4].slice(0, typeof count === "number" ? count : 0).map(String));
}

function decodeUnion(schema: NormalizedSchema, value: unknown, path: string): InputValue {
  const decoded = decodeStructure(schema, value, path);
  if (Object.keys(decoded).length !== 1) throw new InputError(path, "must have exactly one member");
  return decoded;
}

function decodeList(schema: NormalizedSchema, value: unknown, path: string): InputValue {
  if (!Array.isArray(value)) throw new InputError(path, "must be a list");
  assertLength(value.length, path, "elements");
  const element = schema.getValueSchema();
  return value.map((inner: unknown, index) => decodeValue(element, inner, `${path}[${index}]`));
}

function decodeMap(schema: NormalizedSchema, value: unknown, path: string): InputValue {
  const given = asObject(value, path);
  const element = schema.getValueSchema();
  const decoded: Record<string, InputValue> = {};
  const entries = Object.entries(given);
  assertLength(entries.length, path, "entries");
  for (const [key, inner] of entries) {
    // A `__proto__` key would vanish in the serializer's plain objects.
    if (key === "__proto__") throw new InputError(path, "must not have the key `__proto__`");
    decodeString(key, `${path} (a key)`);
    decoded[key] = decodeValue(element, inner, join(path, key));
  }
  return decoded;
}

/** How many elements or entries a list or a map may have. @param path ends in the name of the member */
export function maxElementsOf(path: string): number {
  return memberLimits.get(path.slice(path.lastIndexOf(".") + 1)) ?? maxElements;
}

function assertLength(length: number, path: string, what: string): void {
  const most = maxElementsOf(path);
  if (length > most) throw new InputError(path, `must not have more than ${most} ${what}`);
}

function decodeString(value: unknown, path: string): string {
  if (typeof value !== "string") throw new InputError(path, "must be a string");
  // A lone surrogate has no UTF-8 form: another text would be sent than was authorized.
  if (!value.isWellFormed()) throw new InputError(path, "must not contain a lone surrogate");
  return value;
}

function decodeNumber(value: unknown, path: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new InputError(path, "must be a number");
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new InputError(path, "is too large a number to be sent unchanged");
  }
  return value;
}

/** Reads epoch seconds, as SDKs send, or an RFC 3339 date-time, as people write. */
function decodeTimestamp(value: unknown, path: string): Date {
  const epochMs =
    typeof value === "number"
      ? Math.round(value * 1000)
      : typeof value === "string" && isoDateTime.test(value) && isOnCalendar(value)
        ? Date.parse(value)
        : Number.NaN;
  if (!(Math.abs(epochMs) <= maxTimeMs)) {
    throw new InputError(path, "must be a time: seconds since the epoch, or RFC 3339 text");
  }
  return new Date(epochMs);
}

/** ECMAScript turns a day or hour that does not exist (30 February, 24:00) into a later one. */
function isOnCalendar(text: string): boolean {
  const local = text.slice(0, "2023-11-14T22:13:20".length);
  const time = Date.parse(`${local}Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(local);
}

function asObject(value: unknown, path: string): object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InputError(path, "must be an object");
  }
  return value;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
