/**
 * As `node:crypto`, for the version of a bundle. Signatures are not checked here, nor whether a key's point is on its curve: the
 * gateway does that, when it reads a file that is saved.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

export function createHash(_: "sha256") {
  const hash = sha256.create();
  const made = {
    update(data: string | Uint8Array) {
      hash.update(typeof data === "string" ? new TextEncoder().encode(data) : data);
      return made;
    },
    digest: (_encoding: "hex") => bytesToHex(hash.digest()),
  };
  return made;
}

export function createPublicKey(_: unknown): object {
  return {};
}

export const constants = {};

export function verify(): boolean {
  return false;
}

export function sign(): never {
  throw new Error("nothing is signed in a browser");
}
