/**
 * Shows who made a bundle: a signature of its version, checked with public keys that the deployment names.
 *
 * The version is the SHA-256 of the content, so its signature covers all of the content. The signed message has a
 * prefix: the same key's signatures for another purpose are refused. Signatures are checked offline. They are made with
 * a key of OpenSSL or an asymmetric key of AWS KMS.
 */
import { constants, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { CodedError } from "../errors.ts";

/** Made only by {@link fitKey}. */
export interface SignatureKey {
  readonly key: KeyObject;
  readonly scheme: Scheme;
}

type Scheme = "ed25519" | "ecdsaP256" | "rsaPss";

const prefix = "connect-authorizer bundle\n";
const versionForm = /^[0-9a-f]{64}$/;
const signatureForm = /^[A-Za-z0-9+/]+={0,2}$/;
const minModulusBits = 2048;
const saltBytes = 32;

/** The bytes that are signed: for KMS's `Sign`, a message of type `RAW`. `undefined` for an invalid version. */
export function signedMessage(version: unknown): Buffer | undefined {
  return typeof version === "string" && versionForm.test(version) ? Buffer.from(prefix + version) : undefined;
}

/**
 * Reads one or more public keys, separated by commas: PEM blocks, or base64 of the DER form (as KMS's `GetPublicKey`
 * returns it). With several keys, you can add a new key before you remove the old one.
 *
 * @throws CodedError `bundleUnavailable` when any of them cannot be read or used
 */
export function parsePublicKeys(text: string): readonly SignatureKey[] {
  const blocks = text.includes("-----")
    ? text.trim().split(/(?<=-----END PUBLIC KEY-----)\s*(?=.)/s)
    : text.split(",").map((each) => each.trim());
  return blocks.map(parsePublicKey);
}

function parsePublicKey(text: string): SignatureKey {
  try {
    if (text.startsWith("-----BEGIN PUBLIC KEY-----")) return fitKey(createPublicKey(text));
    if (!signatureForm.test(text)) throw new TypeError("it is neither PEM nor base64");
    return fitKey(createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" }));
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const message =
      "a public key for bundles cannot be read; use PEM (`BEGIN PUBLIC KEY`) or base64 of its DER";
    throw new CodedError("bundleUnavailable", message, { cause: error });
  }
}

/** @throws CodedError `bundleUnavailable` for an unsupported type of key, or one that is too short */
export function fitKey(key: KeyObject): SignatureKey {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === "ed25519") return { key, scheme: "ed25519" };
  if (type === "ec" && details?.namedCurve === "prime256v1") return { key, scheme: "ecdsaP256" };
  if (type === "rsa" && (details?.modulusLength ?? 0) >= minModulusBits) return { key, scheme: "rsaPss" };
  const message = `a key of type \`${type}\` cannot sign bundles; use Ed25519, ECDSA on P-256, or RSA of at least ${minModulusBits} bits`;
  throw new CodedError("bundleUnavailable", message);
}

/** Returns base64. */
export function signVersion(version: string, key: SignatureKey): string {
  const message = signedMessage(version);
  if (!message) throw new CodedError("internal", "only a bundle's version can be signed");
  return sign(digestOf(key), message, optionsOf(key, saltBytes)).toString("base64");
}

/** Whether any of the keys signed this version. */
export function isSignedBy(keys: readonly SignatureKey[], version: unknown, signature: unknown): boolean {
  const message = signedMessage(version);
  if (!message || typeof signature !== "string" || !signatureForm.test(signature)) return false;
  const bytes = Buffer.from(signature, "base64");
  // Each signature has one text. Another text that decodes to the same bytes is refused.
  if (bytes.toString("base64") !== signature) return false;
  // Signers use salts of different lengths. Any length is accepted.
  const anySalt = constants.RSA_PSS_SALTLEN_AUTO;
  return keys.some((key) => verify(digestOf(key), message, optionsOf(key, anySalt), bytes));
}

function digestOf({ scheme }: SignatureKey): string | null {
  return scheme === "ed25519" ? null : "sha256";
}

/** The form of KMS's ECDSA_SHA_256 and RSASSA_PSS_SHA_256: DER, and a salt as long as the digest. */
function optionsOf({ key, scheme }: SignatureKey, saltLength: number) {
  if (scheme === "ecdsaP256") return { key, dsaEncoding: "der" as const };
  if (scheme === "ed25519") return { key };
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
}
