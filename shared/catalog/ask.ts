/** The questions about a call that policies answer (an "ask" is one action on one resource), and their input. */
import { InputError } from "../errors.ts";
import { collectAt, type Found, type ParentTest, parseMemberPath } from "./member-path.ts";
import type { CallPlace } from "./resource-arn.ts";
import type { TargetSpec } from "./types.ts";

/** The value of a member that the reader cannot see: any value, or none. */
export const NOT_KNOWN: unique symbol = Symbol("not known");

/** The top-level members of an operation's input, with identifiers in canonical form. */
export interface AskedInput {
  /** Returns `undefined` when the input lacks the member, {@link NOT_KNOWN} when the reader cannot see it. */
  get(member: string): unknown;
}

/** Precedes a user's ARN in look-ups of the user's place in the hierarchy, which are separate from those of tags. */
export const HIERARCHY_OF = "hierarchy of ";

/** Is this action allowed on this resource? */
export interface Ask {
  /** `connect:CreateUser` */
  readonly action: string;
  /** ARN, or `*`; `undefined` while it is not known. */
  readonly resource: string | undefined;
  /** A key of the resource type table, `*`, or `arn` while the type is not known. */
  readonly type: string;
  /** `required`: must be allowed. `referenced`: an explicit deny on it denies the call. */
  readonly sort: "required" | "referenced";
  /** Path of its member, with list indexes (`SecurityProfileIds[1]`), or `*`; in words, for unseen members. */
  readonly source: string;
  /** Whether the whole input may show that the ask does not apply. */
  readonly mayBeAbsent: boolean;
}

/** One target of a call, what is known about it, and the list to which its asks are added. */
export interface Question {
  readonly spec: TargetSpec;
  readonly action: string;
  readonly input: AskedInput;
  readonly where: CallPlace | undefined;
  /** Whether it belongs to an extra action that the whole input may not need. */
  readonly mayVanish: boolean;
  readonly asks: Ask[];
}

/** Every layer decides each ask. A call within Connect's own limits for lists has fewer. */
const maxAsks = 1_024;

/** @throws InputError for too many asks; `path` is the last ask's member */
export function assertFew(asks: readonly Ask[], path: string): void {
  if (asks.length > maxAsks)
    throw new InputError(path, `is beyond the ${maxAsks} resources that one call can name`);
}

/** Finds the values at a member path of the input. Parameters and errors as in {@link collectAt}. */
export function findMembers(
  path: string,
  input: AskedInput,
  takes?: ParentTest,
): readonly Found[] | typeof NOT_KNOWN {
  const [first] = parseMemberPath(path);
  const value = first && input.get(first.name);
  return value === NOT_KNOWN ? NOT_KNOWN : collectAt(path, value, takes);
}
