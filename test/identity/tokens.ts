/**
 * Keys and tokens for the identity tests: made at run time, signed by hand, so that a test can write any
 * token an attacker could.
 */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { IssuerConfiguration } from "../../shared/identity/types.ts";

export const issuerUrl = "https://issuer.test";
export const audience = "my-app";

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function rsaKey(kid: string, modulusLength = 2048): SigningKey {
  return { kid, ...generateKeyPairSync("rsa", { modulusLength }) };
}

export function ecKey(kid: string, namedCurve: "P-256" | "P-384" | "P-521"): SigningKey {
  return { kid, ...generateKeyPairSync("ec", { namedCurve }) };
}

export function ed25519Key(kid: string): SigningKey {
  return { kid, ...generateKeyPairSync("ed25519") };
}

export function ed448Key(kid: string): SigningKey {
  return { kid, ...generateKeyPairSync("ed448") };
}

export function toJwk(key: SigningKey, members: Readonly<Record<string, unknown>> = {}) {
  return { ...key.publicKey.export({ format: "jwk" }), kid: key.kid, use: "sig", ...members };
}

export const base64url = (data: string | Uint8Array): string => Buffer.from(data).toString("base64url");

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

export function goodClaims(overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { iss: issuerUrl, aud: audience, sub: "alice", exp: nowSeconds() + 600, ...overrides };
}

/** Signs texts as they are, valid JSON or not. */
export function signText(
  header: string | Uint8Array,
  payload: string | Uint8Array,
  key: SigningKey,
  algorithm = "RS256",
): string {
  const input = `${base64url(header)}.${base64url(payload)}`;
  const digest = algorithm.startsWith("Ed") ? null : `sha${algorithm.slice(2)}`;
  const signature = sign(digest, Buffer.from(input), { key: key.privateKey, dsaEncoding: "ieee-p1363" });
  return `${input}.${base64url(signature)}`;
}

export interface TokenParts {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Digest to sign with; default: the header's `alg`. */
  readonly signAs?: string;
}

export function makeToken(key: SigningKey, { header, claims, signAs }: TokenParts = {}): string {
  const fullHeader = { alg: "RS256", kid: key.kid, typ: "JWT", ...header };
  const payload = JSON.stringify(goodClaims(claims));
  return signText(JSON.stringify(fullHeader), payload, key, signAs ?? String(fullHeader.alg));
}

/** Signs with HMAC: what an attacker does who has nothing but the public key. */
export function hmacToken(header: Readonly<Record<string, unknown>>, secret: string | Uint8Array): string {
  const input = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(goodClaims()))}`;
  return `${input}.${base64url(createHmac("sha256", secret).update(input).digest())}`;
}

export function issuer(overrides: Partial<IssuerConfiguration> = {}): IssuerConfiguration {
  return { issuer: issuerUrl, audience: [audience], claims: { id: "sub" }, ...overrides };
}

/** A clock that stands still until it is told how many milliseconds pass. */
export function startClock(startMs = Date.now()) {
  let ms = startMs;
  return {
    now: () => ms,
    pass(by: number) {
      ms += by;
    },
  };
}
