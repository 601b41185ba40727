/** Rules for trusted token issuers, shared by the author's file and the bundle. */
import { lowerAscii } from "../../ascii.ts";
import { isConfidential } from "../../endpoint.ts";
import { secretMembers } from "../../identity/keys/key-set.ts";
import type { GroupSplit } from "../../identity/types.ts";
import type { BindingMatch } from "../types.ts";

/** Key types of asymmetric signatures, and the members that are the key (RFC 7518 section 6; RFC 8037). */
const keyTypes: ReadonlyMap<string, readonly string[]> = new Map([
  ["RSA", ["n", "e"]],
  ["EC", ["crv", "x", "y"]],
  ["OKP", ["crv", "x"]],
]);

/** Most tolerated difference between an issuer's clock and ours: the default of Microsoft's libraries. */
export const maxClockToleranceSeconds = 300;

export const tokenUses = ["id", "access"] as const;

/** How a text of the groups claim can be split. */
export const groupSplits = ["space", "comma", "json"] as const satisfies readonly GroupSplit[];

/**
 * Whether a match names an issuer. Groups, claims and ids have a meaning only within one issuer: if several are
 * trusted, a binding for one issuer's `admins` must not match another's.
 */
export function namesIssuer({ issuer, claims }: BindingMatch): boolean {
  return issuer !== undefined || Object.hasOwn(claims ?? {}, "iss");
}

/** Whether a text is one scope (RFC 6749 section 3.3: no space, quote or backslash). */
export function isScope(text: string): boolean {
  return scopeForm.test(text);
}

const scopeForm = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
/** For a JSON Schema. */
export const scopePattern = scopeForm.source;

/** Whether a text is an issuer's URL: https, or http on this machine; no user, query or fragment. */
export function isIssuerUrl(text: string): boolean {
  const url = secureUrl(text);
  return url !== undefined && !/[?#]/.test(text);
}

/** Whether a text is a URL that keys may be fetched from: https, or http on this machine. */
export function isKeySetUrl(text: string): boolean {
  return secureUrl(text) !== undefined && !text.includes("#");
}

/** Whether keys of this type can verify tokens. Key sets may hold other types (RFC 7517 section 5). */
export function isKeyType(kty: unknown): boolean {
  return typeof kty === "string" && keyTypes.has(kty);
}

/** Describes what is wrong with a configured JSON Web Key (RFC 7517). A `null` member counts as absent. */
export function jwkProblem(
  key: Readonly<Record<string, unknown>>,
): { readonly member: string; readonly code: string; readonly message: string } | undefined {
  const isThere = (member: string) => key[member] !== undefined && key[member] !== null;
  const secret = secretMembers.find(isThere);
  if (secret) {
    const message = `the member \`${secret}\` is part of a private key; only public keys belong here, and this key is compromised: replace it`;
    return { member: secret, code: "privateKey", message };
  }
  const { kty } = key;
  if (typeof kty !== "string" || kty === "")
    return {
      member: "kty",
      code: "malformedKey",
      message: "`kty` must be a text, like `RSA`, `EC` or `OKP`",
    };
  const needed = [...(isThere("kid") ? ["kid"] : []), ...(keyTypes.get(kty) ?? [])];
  const missing = needed.find((member) => typeof key[member] !== "string" || key[member] === "");
  if (!missing) return undefined;
  return { member: missing, code: "malformedKey", message: `the key's \`${missing}\` must be a text` };
}

function secureUrl(text: string): URL | undefined {
  // Node's parser drops tabs, line breaks and outer spaces, but issuers are compared as written.
  if (/[\s\\]/.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== "" || url.password !== "" || url.hostname === "") return undefined;
  return isConfidential(url) ? url : undefined;
}

/** Finds a tag key that differs from another only in case: in `aws:PrincipalTag/…` one of them would silently win. */
export function findTagGivenTwice(keys: readonly string[]): string | undefined {
  const lower = keys.map((key) => lowerAscii(key));
  return keys.find((key, i) => lower.indexOf(lowerAscii(key)) !== i);
}
