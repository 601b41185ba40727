/**
 * What policies are asked about a call (an "ask" is one action on one resource), and the input that asks are read from.
 */
import { InputError } from "../errors.ts";
import { collectAt, type Found, type ParentTest, parseMemberPath } from "./member-path.ts";
import type { CallPlace } from "./resource-arn.ts";
import type { TargetSpec } from "./types.ts";

/** The value of a member that the reader cannot see: anything, or nothing. */
export const NOT_KNOWN: unique symbol = Symbol("not known");

/** Top-level members of an operation's input, with identifiers in canonical form. */
export interface AskedInput {
  /** `undefined` when the input does not have the member, {@link NOT_KNOWN} when the reader cannot see it. */
  get(member: string): unknown;
}

/** Precedes a user's ARN where the user's place in the hierarchy is looked up, which is separate from the user's tags. */
export const HIERARCHY_OF = "hierarchy of ";

/** One question to the policies: is this action allowed on this resource? */
export interface Ask {
  /** `connect:CreateUser` */
  readonly action: string;
  /** ARN, or `*`; absent while it is not known. */
  readonly resource: string | undefined;
  /** A key of the resource type table, `*`, or `arn` while the value that gives the type is not known. */
  readonly type: string;
  /** `required`: must be allowed. `referenced`: an explicit deny on it denies the call. */
  readonly sort: "required" | "referenced";
  /** Path of the member that names it, with list indexes (`SecurityProfileIds[1]`), or `*`; in words, for members that are not seen. */
  readonly source: string;
  /** Whether the ask may vanish once the whole input is known. */
  readonly mayBeAbsent: boolean;
}

/** One target of a call, what is known about it, and the list that its asks are added to. */
export interface Question {
  readonly spec: TargetSpec;
  readonly action: string;
  readonly input: AskedInput;
  readonly where: CallPlace | undefined;
  /** Whether it belongs to an extra action that the whole input may not need. */
  readonly mayVanish: boolean;
  readonly asks: Ask[];
}

/** Every layer decides each ask. A call within Connect's own limits on lists has fewer. */
const maxAsks = 1_024;

/**
 * Bounds the asks of one call.
 *
 * @param path of the last one's member
 * @throws InputError when there are too many
 */
export function assertFew(asks: readonly Ask[], path: string): void {
  if (asks.length > maxAsks)
    throw new InputError(path, `is beyond the ${maxAsks} resources that one call can name`);
}

/** Finds the values at a member path of the input. Parameters and errors as {@link collectAt}. */
export function findMembers(
  path: string,
  input: AskedInput,
  takes?: ParentTest,
): readonly Found[] | typeof NOT_KNOWN {
  const [first] = parseMemberPath(path);
  const value = first && input.get(first.name);
  return value === NOT_KNOWN ? NOT_KNOWN : collectAt(path, value, takes);
}
