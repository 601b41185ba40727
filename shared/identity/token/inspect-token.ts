/**
 * Looks a token over before any key is looked up or fetched.
 *
 * Everything here reads unverified text, so it can only refuse. It stops what the library would let through
 * or would answer with a network call: symmetric algorithms, critical extensions, duplicated members, loose
 * base64url, other issuers' tokens.
 */
import { lowerAscii } from "../../ascii.ts";
import { isAcceptedAlgorithm } from "../keys/algorithms.ts";
import { TokenError } from "./token-error.ts";
import { readTokenMembers } from "./token-members.ts";

/** The largest token that is looked at, in bytes: what API Gateway takes of all headers together. */
export const maxTokenBytes = 10_240;

/** Media types of identity and access tokens (RFC 7519 section 5.1, RFC 9068 section 2.1); absent is accepted. */
const acceptedTypes = new Set(["jwt", "at+jwt", "application/jwt", "application/at+jwt"]);

/** What an unverified token says of itself. */
export interface InspectedToken {
  readonly issuer: string;
  /** Absent where the header names no key (RFC 7515 section 4.1.4: `kid` is optional). */
  readonly keyId: string | undefined;
  readonly algorithm: string;
  /** In lower case. */
  readonly type: string | undefined;
}

/**
 * Returns what an unverified token says of itself, once its form is found acceptable.
 *
 * @throws TokenError when the form is not
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
  // RFC 7515 section 4.1.11: an extension that is marked critical and not understood refuses the token.
  if (Object.hasOwn(header, "crit")) throw new TokenError("critical");
  // RFC 7797 section 6 wants it in `crit`; what reads it without would verify another payload than we read.
  if (Object.hasOwn(header, "b64")) throw new TokenError("critical");
  // RFC 7516 section 4.1.3: a compressed payload exists in encrypted tokens only.
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
  const members = readTokenMembers(text);
  if (members.kind !== "value") throw new TokenError(members.kind, { cause: members.cause });
  const { value } = members;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TokenError("unreadable");
  return value as Readonly<Record<string, unknown>>;
}

/** One text for each value (RFC 7515 section 2: no padding): loose text would make many tokens of one. */
function isCanonicalBase64Url(part: string): boolean {
  return Buffer.from(part, "base64url").toString("base64url") === part;
}
