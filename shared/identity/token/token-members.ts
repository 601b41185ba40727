/**
 * A token's JSON, refused where a parser would lose a member.
 *
 * A token with two `sub` members means two callers at once (RFC 7519 section 4 lets a verifier refuse it, and we do). And
 * the library drops what is named like a part of JavaScript's own objects: a claim that is gone could be the one that
 * a Deny is about.
 */
import { readJson } from "../../json-members.ts";

/** A token's header or payload, or what is wrong with it: a name is one that gets lost, or stands twice in an object. */
export type TokenMembers =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "unreadable" | "duplicate" | "reserved"; readonly cause?: unknown };

/** Names that the library's parser drops, at any depth. */
const reservedNames = ["__proto__", "constructor"];

/** Nothing that identifies a caller is nested so deeply. */
const maxDepth = 64;

/** Reads the text of a token's header or payload; names are compared decoded: `"s\u0075b"` is `"sub"`. */
export function readTokenMembers(json: string): TokenMembers {
  const read = readJson(json, maxDepth);
  if (read.kind === "twins") return { kind: "duplicate" };
  if (read.kind === "malformed") return { kind: "unreadable", cause: read.cause };
  if (read.kind !== "value") return { kind: "unreadable" };
  return hasReservedName(read.value) ? { kind: "reserved" } : read;
}

function hasReservedName(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return (
    reservedNames.some((name) => Object.hasOwn(value, name)) || Object.values(value).some(hasReservedName)
  );
}
