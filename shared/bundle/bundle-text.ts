/**
 * The text of a bundle, taken apart by its bytes before anything in it is parsed: the bytes that a version is the hash of, and
 * that a signature of the version is for, are cut out, and these alone are parsed.
 *
 * Bundles are written as canonical JSON, whose last member is the version. So the hash can be taken of the bytes that were
 * read, without making the text once more out of its parts: for large bundles that is a third of a cold start.
 */
import { createHash } from "node:crypto";

/** A bundle's bytes, and the signature in the envelope around them, if there is one. */
export interface BundleText {
  readonly content: Uint8Array;
  readonly signature?: string;
}

const envelopeStart = Buffer.from('{"bundle":');
/** The envelope's other end. Base64 has no quotation mark, so this is the last string of the text, whatever comes before. */
const envelopeEnd = /,"signature":"([A-Za-z0-9+/]+={0,2})"\}$/;
/** Longer than the signature of the longest RSA key that is in use. */
const maxEndLength = 8_192;

/**
 * Takes a text out of its envelope, `{"bundle":` … `,"signature":"BASE64"}`, which is exact to its last byte.
 *
 * @returns `undefined` for the beginning of an envelope without its end
 */
export function unwrapText(bytes: Uint8Array): BundleText | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!buffer.subarray(0, envelopeStart.length).equals(envelopeStart)) return { content: buffer };
  const tail = buffer.subarray(Math.max(envelopeStart.length, buffer.length - maxEndLength));
  const [end, signature] = envelopeEnd.exec(tail.toString("latin1")) ?? [];
  if (end === undefined || signature === undefined) return undefined;
  return { content: buffer.subarray(envelopeStart.length, buffer.length - end.length), signature };
}

/** The version of a canonical text that has the hash it claims; `undefined` for any other text. */
export function versionOfText(content: Uint8Array): string | undefined {
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const [end, version] = versionEnd.exec(buffer.subarray(-versionEndLength).toString("latin1")) ?? [];
  if (end === undefined || version === undefined) return undefined;
  const hashed = buffer.subarray(0, buffer.length - end.length);
  return createHash("sha256").update(hashed).update("}").digest("hex") === version ? version : undefined;
}

const versionEnd = /^,"version":"([0-9a-f]{64})"\}$/;
const versionEndLength = ',"version":""}'.length + 64;
