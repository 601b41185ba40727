/**
 * Checks a token's form before any key is looked up or fetched.
 *
 * Everything here reads unverified text, so it can only refuse. It refuses what the library would accept or answer with
 * a network call: symmetric algorithms, critical extensions, repeated members, loose base64url, foreign issuers.
 */
import { lowerAscii } from "../../ascii.ts";
import { readJson } from "../../json-members.ts";
import { isAcceptedAlgorithm } from "../keys/algorithms.ts";
import { TokenError } from "./token-error.ts";

/** The largest token that is read, in bytes: API Gateway's limit for all headers together. */
export const maxTokenBytes = 10_240;

/** Media types of identity and access tokens (RFC 7519 section 5.1, RFC 9068 section 2.1); absent is accepted. */
const acceptedTypes = new Set(["jwt", "at+jwt", "application/jwt", "application/at+jwt"]);

export interface InspectedToken {
  readonly issuer: string;
  /** Absent where the header names no key (RFC 7515 section 4.1.4: `kid` is optional). */
  readonly keyId: string | undefined;
  readonly algorithm: string;
  /** In lower case. */
  readonly type: string | undefined;
}

/**
 * Returns what an unverified token says about itself.
 *
 * @throws TokenError when its form is not acceptable
 */
export function inspectToken(token: string): InspectedToken {
  if (token === "") throw new TokenError("empty");
  if (token.length > maxTokenBytes) throw new TokenError("oversized");
  const parts = token.split(".");
  const [headerText, payloadText, signatureText] = parts;
  if (parts.length !== 3 || !headerText || !payloadText || !signatureText) throw new TokenError("notCompact");
  if (!parts.every(isCanonicalBase64Url)) throw new TokenError("notCompact");
  const header = readHeader(readJsonObject(headerText));
  const issuer = readJsonObject(payloadText)["iss"];
  if (typeof issuer !== "string") throw new TokenError("issuer");
  return { issuer, ...header };
}

function readHeader(header: Readonly<Record<string, unknown>>): Omit<InspectedToken, "issuer"> {
  const { alg, kid, typ } = header;
  if (typeof alg !== "string" || !isAcceptedAlgorithm(alg)) throw new TokenError("algorithm");
  // RFC 7515 section 4.1.11: a token with a critical extension that we do not understand must be refused.
  if (Object.hasOwn(header, "crit")) throw new TokenError("critical");
  // RFC 7797 section 6 requires it in `crit`; a reader that honours it without would verify another payload than ours.
  if (Object.hasOwn(header, "b64")) throw new TokenError("critical");
  // RFC 7516 section 4.1.3: only encrypted tokens have a compressed payload.
  if (Object.hasOwn(header, "zip") || Object.hasOwn(header, "enc")) throw new TokenError("encrypted");
  if (typ !== undefined && !(typeof typ === "string" && acceptedTypes.has(lowerAscii(typ)))) {
    throw new TokenError("type");
  }
  if (kid !== undefined && (typeof kid !== "string" || kid === "")) throw new TokenError("keyId");
  return { algorithm: alg, keyId: kid, type: typ && lowerAscii(typ) };
}

function readJsonObject(part: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(part, "base64url"));
  } catch (cause) {
    throw new TokenError("unreadable", { cause });
  }
  const value = readTokenMembers(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TokenError("unreadable");
  return value as Readonly<Record<string, unknown>>;
}

/** Names that the library's parser drops, at any depth: the dropped claim could be the one that a Deny is about. */
const reservedNames = ["__proto__", "constructor"];

/** No claim that identifies a caller is nested this deeply. */
const maxDepth = 64;

/**
 * Reads the JSON of a token's header or payload; names are compared decoded: `"s\u0075b"` is `"sub"`.
 *
 * A token with two `sub` members names two callers (RFC 7519 section 4 lets a verifier refuse it, and we do).
 *
 * @throws TokenError `unreadable`, `duplicate` or `reserved`
 */
export function readTokenMembers(json: string): unknown {
  const read = readJson(json, maxDepth);
  if (read.kind === "twins") throw new TokenError("duplicate");
  if (read.kind === "malformed") throw new TokenError("unreadable", { cause: read.cause });
  if (read.kind !== "value") throw new TokenError("unreadable");
  if (hasReservedName(read.value)) throw new TokenError("reserved");
  return read.value;
}

function hasReservedName(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return (
    reservedNames.some((name) => Object.hasOwn(value, name)) || Object.values(value).some(hasReservedName)
  );
}

/** Each value has exactly one text (RFC 7515 section 2: no padding): otherwise one token would have many. */
function isCanonicalBase64Url(part: string): boolean {
  return Buffer.from(part, "base64url").toString("base64url") === part;
}
