/**
 * Looks a token over before any key is looked up or fetched.
 *
 * Everything here reads unverified text, so it can only refuse. It stops what the library would let through
 * or would answer with a network call: symmetric algorithms, critical extensions, duplicated members, loose
 * base64url, other issuers' tokens.
 */
import { hasDuplicateMembers } from "./duplicate-members.ts";
import { TokenError } from "./token-error.ts";

/** The largest token that is looked at, in bytes. API Gateway's own limit for all headers together is 10,240. */
export const maxTokenBytes = 8192;

/** Asymmetric algorithms only (RFC 8725 section 3.1: the verifier, not the token, decides). */
const acceptedAlgorithms = new Set(["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "EdDSA"]);

/** Media types of identity and access tokens (RFC 7519 section 5.1, RFC 9068 section 2.1); absent is accepted. */
const acceptedTypes = new Set(["jwt", "at+jwt", "application/jwt", "application/at+jwt"]);

/**
 * Returns the issuer that an unverified token names, once its form is found acceptable.
 *
 * @throws TokenError when the form is not
 */
export function inspectToken(token: string): { readonly issuer: string } {
  if (token === "") throw new TokenError("empty");
  if (token.length > maxTokenBytes) throw new TokenError("oversized");
  const parts = token.split(".");
  const [headerText, payloadText, signatureText] = parts;
  if (parts.length !== 3 || !headerText || !payloadText || !signatureText) throw new TokenError("notCompact");
  if (!parts.every(isCanonicalBase64Url)) throw new TokenError("notCompact");
  checkHeader(readJsonObject(headerText));
  const issuer = readJsonObject(payloadText)["iss"];
  if (typeof issuer !== "string") throw new TokenError("issuer");
  return { issuer };
}

function checkHeader(header: Readonly<Record<string, unknown>>): void {
  const { alg, kid, typ } = header;
  if (typeof alg !== "string" || !acceptedAlgorithms.has(alg)) throw new TokenError("algorithm");
  // RFC 7515 section 4.1.11: an extension that is marked critical and not understood refuses the token.
  if (Object.hasOwn(header, "crit")) throw new TokenError("critical");
  if (typ !== undefined && !(typeof typ === "string" && acceptedTypes.has(typ.toLowerCase()))) {
    throw new TokenError("type");
  }
  if (typeof kid !== "string" || kid === "") throw new TokenError("noKeyId");
}

function readJsonObject(part: string): Readonly<Record<string, unknown>> {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(part, "base64url"));
    value = JSON.parse(text);
  } catch (cause) {
    throw new TokenError("unreadable", { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TokenError("unreadable");
  if (hasDuplicateMembers(text)) throw new TokenError("duplicate");
  return value as Readonly<Record<string, unknown>>;
}

/** One text for each value (RFC 7515 section 2: no padding): loose text would make many tokens of one. */
function isCanonicalBase64Url(part: string): boolean {
  return Buffer.from(part, "base64url").toString("base64url") === part;
}
