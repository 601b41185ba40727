/**
 * The source of an issuer's keys: the configured address, Cognito's fixed address, or the address in the issuer's
 * discovery document (OpenID Connect Discovery 1.0 section 4).
 */

import { isConfidential } from "../../endpoint.ts";
import type { IssuerConfiguration } from "../types.ts";
import { type DownloadJson, describeDownloadFailure } from "./download-json.ts";

/** `https://cognito-idp.<region>.amazonaws.com/<pool>`, and Cognito's newer multi-Region form of it. */
const cognitoIssuer = /^https:\/\/(?:issuer-)?cognito-idp\.([a-z0-9-]+)\.amazonaws\.com\/\1_[A-Za-z0-9]+$/;

/** Addresses appear in messages. */
const maxAddressLength = 2_048;

export interface KeySource {
  /** For messages. */
  readonly uri: string;
  /** Resolves to a key set as it was published; rejects with any failure, within the time given. */
  load(timeoutMs: number): Promise<unknown>;
}

export function isCognito(issuer: string): boolean {
  return cognitoIssuer.test(issuer);
}

/**
 * Returns `undefined` if only preloaded keys count.
 *
 * @throws Error for an address whose keys could be anybody's
 */
export function createKeySource(
  { issuer, jwksUri, jwks }: IssuerConfiguration,
  download: DownloadJson,
): KeySource | undefined {
  const at = (uri: string): KeySource => ({ uri, load: (timeoutMs) => download(uri, timeoutMs) });
  if (jwksUri !== undefined) return at(trustworthy(jwksUri));
  if (jwks !== undefined) return undefined;
  const keys = trustworthy(wellKnown(issuer, "jwks.json"));
  // Cognito's discovery document names the same address.
  return isCognito(issuer) ? at(keys) : discoveredSource(issuer, keys, download);
}

/**
 * Uses the address in the issuer's discovery document, which is read again for each fetch. If the document is unusable
 * and was never read before, the fallback is the address beside the document.
 */
function discoveredSource(issuer: string, fallback: string, download: DownloadJson): KeySource {
  const uri = wellKnown(issuer, "openid-configuration");
  let isDiscovered = false;
  const load = async (timeoutMs: number): Promise<unknown> => {
    const endsAtMs = performance.now() + timeoutMs;
    const restMs = () => Math.max(1, Math.round(endsAtMs - performance.now()));
    // Time is left for the other address.
    const documentMs = isDiscovered ? timeoutMs : Math.ceil(timeoutMs / 2);
    let keys: string;
    try {
      keys = readKeysAddress(await download(uri, documentMs), issuer);
      isDiscovered = true;
    } catch (cause) {
      // Keys from another address than the issuer once named could be outdated.
      if (isDiscovered) throw cause;
      return download(fallback, restMs()).catch((other: unknown) => {
        const [why, also] = [cause, other].map(describeDownloadFailure);
        throw new Error(`${why}, and from \`${fallback}\`: ${also}`, { cause });
      });
    }
    return download(keys, restMs()).catch((cause: unknown) => {
      throw new Error(`its keys at \`${keys}\`: ${describeDownloadFailure(cause)}`, { cause });
    });
  };
  return { uri, load };
}

/** @throws Error for a discovery document that must not be used */
function readKeysAddress(document: unknown, issuer: string): string {
  const { issuer: named, jwks_uri: keys } = (document ?? {}) as Readonly<Record<string, unknown>>;
  // Section 4.3: the document must name exactly our issuer, or anybody's document could name anybody's keys.
  if (named !== issuer) throw new Error("the discovery document names another issuer");
  const isUsable = typeof keys === "string" && keys.length <= maxAddressLength && !holdsSecret(keys);
  if (!isUsable) throw new Error("the discovery document names no usable `jwks_uri`");
  return trustworthy(keys, issuer);
}

/** Whether an address is invalid, or holds credentials, which do not belong in a message. */
function holdsSecret(uri: string): boolean {
  return !URL.canParse(uri) || new URL(uri).username !== "" || new URL(uri).password !== "";
}

/** Section 4.1: well-known documents are below the issuer's path, without its trailing slash. */
function wellKnown(issuer: string, name: string): string {
  const { origin, pathname } = new URL(issuer);
  return `${origin}${pathname.replace(/\/$/, "")}/.well-known/${name}`;
}

/**
 * Requires https: keys that came over plain HTTP could be anybody's. A server on this machine is the exception.
 *
 * @param namedBy the issuer whose document names the address: only an issuer on this machine may name a server on it
 */
function trustworthy(uri: string, namedBy = uri): string {
  const url = new URL(uri);
  if (isConfidential(url) && (url.protocol === "https:" || namedBy.startsWith("http:"))) return uri;
  throw new Error(`keys must come over https, not from \`${uri}\``);
}
