/**
 * The words in which a call's questions are put: what a reader sees of an input, where the call goes, what is asked.
 */
import { InputError } from "../errors.ts";
import { collectAt, type Found, type ParentTest, parseMemberPath } from "./member-path.ts";
import type { CallPlace } from "./resource-arn.ts";
import type { TargetSpec } from "./types.ts";

/** What a reader gives for a member that it cannot see: it may hold anything, or nothing. */
export const NOT_KNOWN: unique symbol = Symbol("not known");

/** Top-level members of an operation's input, with identifiers in canonical form. */
export interface AskedInput {
  /** The member's value, `undefined` when the input does not have it, {@link NOT_KNOWN} when the reader cannot tell. */
  get(member: string): unknown;
}

/** Stands before a user's ARN in the question for the user's place in the hierarchy, which is separate from that for tags. */
export const HIERARCHY_OF = "hierarchy of ";

/** One question that a call raises: may this action be done on this resource? */
export interface Ask {
  /** `connect:CreateUser` */
  readonly action: string;
  /** ARN, or `*`; absent while it is not known. */
  readonly resource: string | undefined;
  /** A key of the resource type table, `*`, or `arn` while the value that tells the type is not known. */
  readonly type: string;
  /** `required`: must be allowed. `referenced`: an explicit deny on it denies the call. */
  readonly sort: "required" | "referenced";
  /** Member path that gave it, with list indexes (`SecurityProfileIds[1]`), or `*`; in words, for members that are not seen. */
  readonly source: string;
  /** Whether the ask may vanish once the whole input is known. */
  readonly mayBeAbsent: boolean;
}

/** One target of a call, what is known for it, and where its asks go. */
export interface Question {
  readonly spec: TargetSpec;
  readonly action: string;
  readonly input: AskedInput;
  readonly where: CallPlace | undefined;
  /** Whether it belongs to an extra action that may turn out not to be needed. */
  readonly mayVanish: boolean;
  readonly asks: Ask[];
}

/** Questions of one call: more than a call within Connect's own limits on lists has. Every layer decides each of them. */
const maxAsks = 1_024;

/**
 * Bounds the questions of one call.
 *
 * @param path member path of the last
 * @throws InputError when they are too many
 */
export function assertFew(asks: readonly Ask[], path: string): void {
  if (asks.length > maxAsks)
    throw new InputError(path, `is beyond the ${maxAsks} resources that a call may name`);
}

/**
 * Finds what stands at a member path of the input, from its top-level member down.
 *
 * @param takes leaves out what stands in a structure that it refuses
 * @throws InputError when a value is of another shape than the path says
 */
export function findMembers(
  path: string,
  input: AskedInput,
  takes?: ParentTest,
): readonly Found[] | typeof NOT_KNOWN {
  const [first] = parseMemberPath(path);
  const value = first && input.get(first.name);
  return value === NOT_KNOWN ? NOT_KNOWN : collectAt(path, value, takes);
}
