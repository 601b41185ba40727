/**
 * Keys that sign bundles in tests, of each type that a deployment may name.
 */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { fitKey, signVersion } from "../../shared/bundle/signature.ts";

export interface SigningPair {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const ed25519: SigningPair = { name: "Ed25519", ...generateKeyPairSync("ed25519") };
export const ecdsa: SigningPair = {
  name: "ECDSA P-256",
  ...generateKeyPairSync("ec", { namedCurve: "P-256" }),
};
export const rsa: SigningPair = { name: "RSA", ...generateKeyPairSync("rsa", { modulusLength: 2048 }) };

/** The public key as KMS's GetPublicKey gives it. */
export function derOf(key: KeyObject): string {
  return key.export({ type: "spki", format: "der" }).toString("base64");
}

export function pemOf(key: KeyObject): string {
  return key.export({ type: key.type === "private" ? "pkcs8" : "spki", format: "pem" }).toString();
}

export function signatureOf(version: string, pair: SigningPair): string {
  return signVersion(version, fitKey(pair.privateKey));
}
