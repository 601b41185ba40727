/**
 * Which calls may be sent a second time: those that the first attempt certainly did not carry out, and those that come
 * to the same however often they are carried out.
 *
 * Told by the SDK's schema of an operation and by what went wrong, never by an operation's name.
 */
import { isClockSkewCorrectedError, isClockSkewError, isThrottlingError } from "@smithy/core/retry";
import { NormalizedSchema } from "@smithy/core/schema";

/** `[9, namespace, name, traits, input, output]`: the part of the SDK's static schema that is read here. */
type StaticSchema = readonly [number, string, string, unknown, unknown, ...unknown[]];

/** Of an operation: whether it only reads, and the members that are idempotency tokens. */
interface Repetition {
  readonly isRead: boolean;
  readonly tokens: readonly string[];
}

const repetitions = new WeakMap<object, Repetition>();

/**
 * Whether repeating a call changes nothing more: a GET, or an operation with an idempotency token, which the SDK makes once
 * for all attempts if the caller gave none (Smithy's trait `idempotencyToken`). An empty one is the caller's, and tells no
 * attempt from another. A PUT is none by itself: Connect creates with it. Nor is a DELETE: the second answers that there is
 * nothing to delete.
 *
 * @param schema the SDK's static schema of the operation; without one the answer is no
 * @param input of the call
 */
export function isRepeatable(schema: unknown, input: unknown): boolean {
  if (!isStaticSchema(schema)) return false;
  const known = repetitions.get(schema) ?? readRepetition(schema);
  repetitions.set(schema, known);
  const { isRead, tokens } = known;
  return isRead || (tokens.length > 0 && tokens.every((name) => Reflect.get(Object(input), name) !== ""));
}

function readRepetition([, , , traits, input]: StaticSchema): Repetition {
  const http: unknown = typeof traits === "object" && traits !== null ? Reflect.get(traits, "http") : [];
  const method: unknown = Array.isArray(http) ? http[0] : undefined;
  // The SDK's own type of a schema is wider than what a caller could name.
  const schema = NormalizedSchema.of(input as Parameters<typeof NormalizedSchema.of>[0]);
  const tokens = [...schema.structIterator()].flatMap(([name, member]) =>
    member.getMergedTraits().idempotencyToken ? [name] : [],
  );
  return { isRead: method === "GET" || method === "HEAD", tokens };
}

function isStaticSchema(schema: unknown): schema is StaticSchema {
  return Array.isArray(schema) && schema[0] === 9;
}

/**
 * Whether an attempt was certainly not carried out: throttled, refused for its signature's time, or never sent since
 * no connection came about.
 */
export function wasNotCarriedOut(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // The SDK's guards read members that they take for granted of any error.
  const sdkError = error as Parameters<typeof isThrottlingError>[0];
  // Corrected alone says little: the SDK marks any failure so whose `date` is minutes off.
  const wasSkewed = isClockSkewError(sdkError) && isClockSkewCorrectedError(sdkError) === true;
  return isThrottlingError(sdkError) || wasSkewed || wasNotConnected(error);
}

/** The system calls that come before the first byte is sent. */
const connecting: ReadonlySet<unknown> = new Set(["connect", "getaddrinfo"]);

/** Whether no connection came about; with several addresses, at none of them. */
export function wasNotConnected(error: Error): boolean {
  if (error instanceof AggregateError) {
    return (
      error.errors.length > 0 && error.errors.every((each) => each instanceof Error && wasNotConnected(each))
    );
  }
  return connecting.has(Reflect.get(error, "syscall"));
}
