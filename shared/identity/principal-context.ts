/**
 * Carries a verified principal from the authorizer to the proxy, in API Gateway's authorizer context.
 *
 * A context value is a flat string, and JSON text in it has been seen to break on cached answers: base64url.
 * API Gateway overwrites nothing of it and a client cannot set it, which is what makes it trustworthy.
 */
import { CodedError } from "../errors.ts";
import type { VerifiedPrincipal } from "./types.ts";

/** Encodes a principal as base64url (RFC 4648 section 5) of its JSON. */
export function encodePrincipal(principal: VerifiedPrincipal): string {
  return Buffer.from(JSON.stringify(principal), "utf8").toString("base64url");
}

/**
 * Decodes what {@link encodePrincipal} made.
 *
 * @throws CodedError `unauthorized` when the context holds no principal or one whose token has expired
 */
export function decodePrincipal(encoded: unknown, nowSeconds: number): VerifiedPrincipal {
  if (typeof encoded !== "string" || encoded === "")
    throw unauthorized("the call carries no verified principal");
  const principal = parse(encoded);
  if (!isPrincipal(principal)) throw unauthorized("the call carries no readable principal");
  if (principal.expiresAtSeconds <= nowSeconds) throw unauthorized("the token has expired");
  return principal;
}

function parse(encoded: string): unknown {
  try {
    return JSON.parse(Buffer.from(encoded, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

function isPrincipal(value: unknown): value is VerifiedPrincipal {
  if (typeof value !== "object" || value === null) return false;
  const { id, name, groups, tags, issuer, claims, expiresAtSeconds } = value as Record<string, unknown>;
  return (
    [id, name, issuer].every((text) => typeof text === "string") &&
    isStringList(groups) &&
    isRecordOf(tags, (tag) => typeof tag === "string") &&
    isRecordOf(claims, (claim) => typeof claim === "string" || isStringList(claim)) &&
    typeof expiresAtSeconds === "number"
  );
}

function isStringList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isRecordOf(value: unknown, test: (inner: unknown) => boolean): boolean {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(test)
  );
}

function unauthorized(message: string): CodedError {
  return new CodedError("unauthorized", message);
}
