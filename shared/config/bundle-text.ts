/**
 * Whether a bundle's bytes are the very text that its version is the hash of.
 *
 * Bundles are written as canonical JSON, whose last member is the version. So the hash can be taken of the bytes that were
 * read, without making the text once more out of its parts: for large bundles that is a third of a cold start. Whoever
 * signs a version signs one text, so that what has its hash is what was signed.
 */
import { createHash } from "node:crypto";

const envelopeStart = Buffer.from('{"bundle":');
const signatureStart = Buffer.from(',"signature":"');

/**
 * Tells whether the bytes, or the bundle in their envelope, are canonical and have the hash. When they are not, nothing is
 * said against the bundle: it may be written otherwise.
 */
export function isTextOfVersion(bytes: Uint8Array, version: string): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isEnveloped = buffer.subarray(0, envelopeStart.length).equals(envelopeStart);
  const text = isEnveloped
    ? buffer.subarray(envelopeStart.length, Math.max(0, buffer.lastIndexOf(signatureStart)))
    : buffer;
  const ending = Buffer.from(`,"version":"${version}"}`);
  const content = text.subarray(0, Math.max(0, text.length - ending.length));
  if (!text.subarray(content.length).equals(ending)) return false;
  return createHash("sha256").update(content).update("}").digest("hex") === version;
}
