/**
 * Carries a verified principal from the authorizer to the proxy, in API Gateway's authorizer context.
 *
 * A context value is a flat string. It is base64url, because JSON has been seen to break in cached answers. We trust it
 * because a client cannot set it and API Gateway does not change it.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { CodedError } from "../../errors.ts";
import type { VerifiedPrincipal } from "../types.ts";

/** Compression pays from this size on: long lists of groups shrink to half. */
const minCompressedBytes = 2_048;
/** More than any accepted token can hold. */
const maxJsonBytes = 65_536;
/** Prefix of compressed content; not a character of base64url. */
const compressedMark = "~";

const encoded = new WeakMap<VerifiedPrincipal, string>();

/** Encodes a principal as base64url (RFC 4648 section 5) of its JSON, deflated (RFC 1951) when it is large. */
export function encodePrincipal(principal: VerifiedPrincipal): string {
  const known = encoded.get(principal);
  if (known !== undefined) return known;
  const json = Buffer.from(JSON.stringify(principal), "utf8");
  const text =
    json.length < minCompressedBytes
      ? json.toString("base64url")
      : `${compressedMark}${deflateRawSync(json).toString("base64url")}`;
  encoded.set(principal, text);
  return text;
}

/**
 * Decodes a result of {@link encodePrincipal}.
 *
 * @throws CodedError `unauthorized` if the context holds no principal or its token has expired
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
    const isCompressed = encoded.startsWith(compressedMark);
    const bytes = Buffer.from(isCompressed ? encoded.slice(1) : encoded, "base64url");
    const json = isCompressed ? inflateRawSync(bytes, { maxOutputLength: maxJsonBytes }) : bytes;
    return JSON.parse(json.toString("utf8"));
  } catch {
    return undefined;
  }
}

function isPrincipal(value: unknown): value is VerifiedPrincipal {
  if (typeof value !== "object" || value === null) return false;
  const { id, name, groups, tags, issuer, claims, opaqueClaims, carriedClaims, expiresAtSeconds } =
    value as Record<string, unknown>;
  return (
    [id, name, issuer].every((text) => typeof text === "string") &&
    isStringList(groups) &&
    isRecordOf(tags, (tag) => typeof tag === "string") &&
    isRecordOf(claims, (claim) => typeof claim === "string" || isStringList(claim)) &&
    isStringList(opaqueClaims) &&
    // Without it every claim that was not passed on would count as missing.
    isStringList(carriedClaims) &&
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
