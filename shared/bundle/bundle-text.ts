/**
 * Splits the text of a bundle by its bytes before it parses anything: it parses only the bytes that are hashed and
 * whose hash is signed.
 *
 * Bundles are canonical JSON, and their last member is the version. So the hash is that of bytes that were read.
 * Writing the text again from its parts would take a third of a cold start for large bundles.
 */
import { createHash } from "node:crypto";

/** A bundle's bytes, and the signature of their envelope, if there is one. */
export interface BundleText {
  readonly content: Uint8Array;
  readonly signature?: string;
}

const envelopeStart = Buffer.from('{"bundle":');
/** The envelope's end. Base64 has no quotation mark, so this is the last string of the text. */
const envelopeEnd = /,"signature":"([A-Za-z0-9+/]+={0,2})"\}$/;
/** Longer than the signature of any RSA key in use. */
const maxEndLength = 8_192;

/**
 * Removes `{"bundle":` … `,"signature":"BASE64"}`, exact to the last byte. `undefined` if the envelope does not end.
 */
export function unwrapText(bytes: Uint8Array): BundleText | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!buffer.subarray(0, envelopeStart.length).equals(envelopeStart)) return { content: buffer };
  const tail = buffer.subarray(Math.max(envelopeStart.length, buffer.length - maxEndLength));
  const [end, signature] = envelopeEnd.exec(tail.toString("latin1")) ?? [];
  if (end === undefined || signature === undefined) return undefined;
  return { content: buffer.subarray(envelopeStart.length, buffer.length - end.length), signature };
}

/** Returns the version of a canonical text if it is the text's hash; `undefined` for any other text. */
export function versionOfText(content: Uint8Array): string | undefined {
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const [end, version] = versionEnd.exec(buffer.subarray(-versionEndLength).toString("latin1")) ?? [];
  if (end === undefined || version === undefined) return undefined;
  const hashed = buffer.subarray(0, buffer.length - end.length);
  return createHash("sha256").update(hashed).update("}").digest("hex") === version ? version : undefined;
}

const versionEnd = /^,"version":"([0-9a-f]{64})"\}$/;
const versionEndLength = ',"version":""}'.length + 64;
