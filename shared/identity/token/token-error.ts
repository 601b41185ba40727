/**
 * Why a bearer token is refused, in words for the client.
 *
 * The texts are a closed list of constants: no part of the token ever reaches an answer or a log line.
 */
import * as library from "aws-jwt-verify/error";
import { CodedError } from "../../errors.ts";

/** Every reason to refuse a token, with the text for `error_description` (RFC 6750 section 3). */
export const tokenRefusals = {
  empty: "the token is empty",
  oversized: "the token is larger than 10240 bytes",
  notCompact: "the token is not three base64url parts joined by dots",
  unreadable: "the token's header or payload is not a well-formed JSON object",
  duplicate: "the token's header or payload repeats a member",
  reserved: "the token's header or payload holds a member that cannot be read safely",
  algorithm: "the token's signature algorithm is not accepted",
  critical: "the token's header holds critical extensions",
  encrypted: "the token is encrypted or compressed",
  type: "the token's type is not accepted",
  keyId: "the token's key id is empty or not a text",
  unknownKey: "the token is signed with a key that its issuer does not publish",
  unfitKey: "the token's key is not for this kind of signature",
  ambiguousKey: "the token's header names no key, and its issuer has several for its algorithm",
  signature: "the token's signature is not valid",
  issuer: "the token's issuer is not trusted",
  audience: "the token is not for this audience",
  use: "the token's use is not accepted here",
  bound: "the token is bound to a key of its sender (cnf), whose proof cannot be checked here",
  event: "the token is about an event, not for a caller",
  scope: "the token lacks a required scope",
  expired: "the token has expired",
  noExpiry: "the token has no expiry",
  notYetValid: "the token is not valid yet",
  issuedAhead: "the token was issued in the future",
  times: "the token's times are not seconds since the epoch",
  noId: "the token's claims hold no usable identifier",
  name: "the token's name claim is not a string",
  groups: "the token's groups claim is neither a list of strings nor a string",
  groupList: "the token's groups claim is one text that looks like a list, and no split is configured",
  groupForm: "the token's groups claim does not have the configured form",
  pointed: "the token only points to a required claim; its issuer must put the value into the token",
  tags: "the token's claim for a principal tag is not a single value with a text form",
  unverifiable: "the token cannot be verified",
} as const;

/** A key of {@link tokenRefusals}: stable, for metrics and tests. */
export type TokenRefusal = keyof typeof tokenRefusals;

/** A token that does not verify; `description` is for `www-authenticate: Bearer error_description="…"`. */
export class TokenError extends CodedError {
  override readonly name = "TokenError";
  readonly refusal: TokenRefusal;
  /** Only the characters that RFC 6750 section 3 allows inside the quotes. */
  readonly description: string;

  constructor(refusal: TokenRefusal, options?: ErrorOptions) {
    super("unauthorized", tokenRefusals[refusal], options);
    this.refusal = refusal;
    this.description = tokenRefusals[refusal];
  }
}

/** What the library's errors mean, the most specific first. */
const libraryRefusals: readonly (readonly [new (...parameters: never[]) => Error, TokenRefusal])[] = [
  [library.JwtInvalidIssuerError, "issuer"],
  [library.JwtInvalidAudienceError, "audience"],
  [library.CognitoJwtInvalidClientIdError, "audience"],
  [library.CognitoJwtInvalidTokenUseError, "use"],
  [library.JwtParseError, "unreadable"],
];

/**
 * Returns coded errors unchanged, and any other value as a {@link TokenError}.
 *
 * An unforeseen failure refuses the token: no error of the library or of OpenSSL passes unconverted.
 */
export function toCodedError(cause: unknown): CodedError {
  if (cause instanceof CodedError) return cause;
  const found = libraryRefusals.find(([type]) => cause instanceof type);
  return new TokenError(found?.[1] ?? "unverifiable", { cause });
}
