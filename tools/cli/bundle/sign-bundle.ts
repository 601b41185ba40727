/** The signature of a bundle: made here with a private key, or made elsewhere (AWS KMS) and checked. */
import { createPrivateKey, createPublicKey } from "node:crypto";
import {
  fitKey,
  isSignedBy,
  parsePublicKeys,
  type SignatureKey,
  signVersion,
} from "../../../shared/bundle/signature.ts";
import type { BundleLabel } from "../../../shared/bundle/types.ts";
import { CodedError } from "../../../shared/errors.ts";
import type { Given, ParameterTable } from "../command.ts";
import { type CommandIo, UsageError } from "../command-io.ts";
import { inputName, readInputText } from "../read-input.ts";

export const signingOptions = {
  "--sign <file>": {
    text: "sign it with this private key (PEM: Ed25519, ECDSA P-256 or RSA)",
    dash: "input",
  },
  "--signature <file>": {
    text: "a signature of this version that was made elsewhere, in base64; needs --public-key",
    dash: "input",
  },
  "--public-key <file>": {
    text: "the public key that --signature must verify with: PEM, or base64 of its DER",
    dash: "input",
  },
  "--audience <name>":
    "what it is signed for: the location that functions load it from, or a name that you give them",
  "--sequence <number>": "must be greater than the previous bundle's; default: the seconds since 1970",
} as const satisfies ParameterTable;

type SigningOptions = Given<typeof signingOptions>;

/**
 * Makes the label of a bundle that is signed for an audience; `undefined` without an audience.
 * @param after the sequence of the bundle that it replaces, if that one is known to be ours
 * @throws UsageError for a sequence that is not a whole number, or that has no audience
 */
export function labelOf(
  { audience, sequence }: Pick<SigningOptions, "audience" | "sequence">,
  after = 0,
): BundleLabel | undefined {
  if (audience === undefined) {
    if (sequence === undefined) return undefined;
    throw new UsageError("--sequence needs --audience: what the bundle is signed for");
  }
  if (audience === "") throw new UsageError("--audience must not be empty");
  if (sequence === undefined)
    return { audience, sequence: Math.max(Math.floor(Date.now() / 1000), after + 1) };
  if (!/^[1-9]\d{0,10}$/.test(sequence))
    throw new UsageError(`--sequence must be a whole number of at most 11 digits, not \`${sequence}\``);
  return { audience, sequence: Number(sequence) };
}

/** Makes or reads a version's signature, if `--sign` or `--signature` is given. @throws UsageError for an unusable one */
export async function readSignature(
  version: string,
  options: SigningOptions,
  io: CommandIo,
): Promise<string | undefined> {
  const { sign, signature, publicKey } = options;
  if ((signature === undefined) !== (publicKey === undefined))
    throw new UsageError("--signature and --public-key go together");
  if (sign !== undefined && signature !== undefined) throw new UsageError("use either --sign or --signature");
  if (sign !== undefined) return signWith(version, sign, io);
  if (signature === undefined || publicKey === undefined) return undefined;
  const [made, keyText] = await Promise.all([readInputText(signature, io), readInputText(publicKey, io)]);
  const text = made.replace(/\s/g, "");
  const keys = usable(publicKey, () => parsePublicKeys(keyText.trim()));
  if (isSignedBy(keys, version, text)) return text;
  throw new UsageError(`\`${signature}\` is not a signature of version ${version} by \`${publicKey}\``);
}

/** Reads the public keys of the signature; none if nothing is signed. @throws UsageError for files that cannot be used */
export async function readSigningKeys(
  { sign, publicKey }: SigningOptions,
  io: CommandIo,
): Promise<readonly SignatureKey[]> {
  const file = sign ?? publicKey;
  if (file === undefined) return [];
  const text = await readInputText(file, io);
  if (sign === undefined) return usable(file, () => parsePublicKeys(text.trim()));
  return [usable(file, () => fitKey(createPublicKey(text)))];
}

async function signWith(version: string, file: string, io: CommandIo): Promise<string> {
  const pem = await readInputText(file, io);
  return signVersion(
    version,
    usable(file, () => fitKey(createPrivateKey(pem))),
  );
}

/** For example a public key, or an encrypted one. */
const noPrivateKey = "it is not a private key in PEM form without a passphrase";

/** OpenSSL's message about a key that it cannot read may quote the key, so it is not used. */
function usable<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof CodedError ? error.message : noPrivateKey;
    throw new UsageError(`the key in \`${inputName(file)}\` can't be used: ${reason}`);
  }
}
