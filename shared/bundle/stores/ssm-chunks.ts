/**
 * How a bundle is kept in SSM parameters, which hold a few thousand characters each: whole when it is small, else packed
 * into chunks that a manifest names.
 *
 * INVARIANT: a chunk's name holds the hash of all of them, and is never written twice with other content. So the one
 * parameter that changes is the manifest, and changing it is one step: whoever read the old one finds the old chunks.
 */

import { gunzipSync, gzipSync } from "node:zlib";
import { parseJsonBytes } from "../../json-members.ts";
import { isPlainObject } from "../canonical-json.ts";
import { sha256 } from "../sha256.ts";
import { maxBytes } from "./store.ts";

/** Of parameters of the tier Standard; those of Advanced hold twice as much (Systems Manager user guide). */
export const chunkLength = 4096;
const maxChunks = 2_000;

/** What the one named parameter holds when the bundle is not in it. */
export interface ChunkManifest {
  readonly chunks: number;
  /** Lower-case hexadecimal SHA-256 of the chunks' texts, one after the other. */
  readonly sha256: string;
}

/** A bundle's text as parameters hold it: the manifest's value, or the bundle itself, and the chunks' values. */
export interface PackedBundle {
  readonly value: string;
  readonly chunks: readonly { readonly name: string; readonly value: string }[];
}

/** Packs a bundle's text for the parameter of a name. */
export function packBundle(name: string, text: string, maxLength = chunkLength): PackedBundle {
  if (Buffer.byteLength(text) <= maxLength) return { value: text, chunks: [] };
  const packed = gzipSync(text, { level: 9 }).toString("base64");
  const values = packed.match(new RegExp(`.{1,${maxLength}}`, "g")) ?? [];
  const manifest: ChunkManifest = { chunks: values.length, sha256: sha256(packed) };
  const names = chunkNames(name, manifest);
  return {
    value: JSON.stringify(manifest),
    chunks: values.map((value, index) => ({ name: names[index] ?? "", value })),
  };
}

/** Reads a manifest; `undefined` when the parameter holds anything else, as a small bundle. */
export function parseManifest(value: string): ChunkManifest | undefined {
  if (!value.startsWith('{"chunks":')) return undefined;
  const json = parseJsonBytes(Buffer.from(value));
  if (!isPlainObject(json) || Object.keys(json).length !== 2) return undefined;
  const { chunks, sha256: hash } = json;
  const isCount =
    typeof chunks === "number" && Number.isInteger(chunks) && chunks >= 1 && chunks <= maxChunks;
  return isCount && typeof hash === "string" && /^[0-9a-f]{64}$/.test(hash)
    ? { chunks, sha256: hash }
    : undefined;
}

/** The names of a manifest's chunks, in order: below the manifest's own, so that it can name no other parameter. */
export function chunkNames(name: string, { chunks, sha256: hash }: ChunkManifest): readonly string[] {
  return Array.from({ length: chunks }, (_, index) => `${name}/${hash.slice(0, 32)}/${index}`);
}

/**
 * Puts the chunks' values together.
 *
 * @throws Error when they are not those that the manifest was written for
 */
export function unpackChunks(manifest: ChunkManifest, values: readonly string[]): Buffer {
  const packed = values.join("");
  if (sha256(packed) !== manifest.sha256)
    throw new Error("its chunks do not have the hash that its manifest claims");
  return gunzipSync(Buffer.from(packed, "base64"), { maxOutputLength: maxBytes });
}
