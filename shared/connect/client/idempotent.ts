/**
 * Which calls may be retried: calls that were certainly not carried out, and idempotent calls.
 *
 * Decided by the SDK's schema of the operation and by the error, never by the operation's name.
 */
import { isClockSkewCorrectedError, isClockSkewError, isThrottlingError } from "@smithy/core/retry";
import { NormalizedSchema } from "@smithy/core/schema";

/** `[9, namespace, name, traits, input, output]`: the members of the SDK's static schema that are read here. */
type StaticSchema = readonly [number, string, string, unknown, unknown, ...unknown[]];

/** Whether an operation only reads, and its members that are idempotency tokens. */
interface Repetition {
  readonly isRead: boolean;
  readonly tokens: readonly string[];
}

const repetitions = new WeakMap<object, Repetition>();

/**
 * A call is idempotent if it is a GET, or if its operation has an idempotency token, which the SDK makes once for all
 * attempts if the caller gave none (Smithy's trait `idempotencyToken`). An empty token is the caller's, and does not
 * identify the call. A PUT is not idempotent: Connect creates with it. A DELETE is not: a second attempt fails because
 * there is nothing left to delete.
 *
 * @param schema the SDK's static schema of the operation; without one the answer is no
 * @param input of the call
 */
export function isIdempotent(schema: unknown, input: unknown): boolean {
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

/** Whether an attempt was throttled, refused because of its signature's time, or never sent. */
export function wasNotCarriedOut(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // The guards' types demand an error of the SDK, but they work with any error.
  const sdkError = error as Parameters<typeof isThrottlingError>[0];
  // "Corrected" alone is not enough: the SDK marks every failure so whose `date` is minutes off.
  const wasSkewed = isClockSkewError(sdkError) && isClockSkewCorrectedError(sdkError) === true;
  return isThrottlingError(sdkError) || wasSkewed || wasNotConnected(error);
}

/** The system calls that come before the first byte is sent. */
const connecting: ReadonlySet<unknown> = new Set(["connect", "getaddrinfo"]);

/** Whether there was no connection to any of the addresses. */
export function wasNotConnected(error: Error): boolean {
  if (error instanceof AggregateError) {
    return (
      error.errors.length > 0 && error.errors.every((each) => each instanceof Error && wasNotConnected(each))
    );
  }
  return connecting.has(Reflect.get(error, "syscall"));
}
