/**
 * Loads bundles from Parameter Store, whose parameters hold a few thousand characters each. A small bundle is the
 * parameter's value. For a larger one the parameter holds a manifest, which names the chunks.
 *
 * INVARIANT: a chunk's name holds the hash of all of them, and is never written twice with other content. The manifest
 * is the only parameter that changes, in one step: a reader of the old manifest still finds the old chunks.
 *
 * The API has no conditional read. The revision is the hash of that one parameter's value.
 */

import { gunzipSync } from "node:zlib";
import { parseJsonBytes } from "../../json-members.ts";
import type { Settings } from "../../settings.ts";
import { isPlainObject } from "../../shape.ts";
import { sha256 } from "../canonical-json.ts";
import { callAws, findEndpoint } from "./aws.ts";
import { type AwsLocation, type LoadBundle, maxBytes, type StoredBundle } from "./store.ts";

/** The two operations that reading needs. */
export interface ParameterApi {
  getParameter(input: Decrypted & { readonly Name: string }): Promise<{ readonly Parameter?: unknown }>;
  getParameters(input: Decrypted & { readonly Names: string[] }): Promise<{ readonly Parameters?: unknown }>;
}

interface Decrypted {
  readonly WithDecryption: true;
}

export function createSsmLoader(
  { name }: Extract<AwsLocation, { readonly kind: "ssm" }>,
  settings: Settings,
): LoadBundle {
  const endpoint = findEndpoint("ssm", settings);
  return (known, signal) => {
    const call = (operation: string, input: object) => callAws(endpoint, { operation, input }, signal);
    const api: ParameterApi = {
      getParameter: (input) => call("GetParameter", input),
      getParameters: (input) => call("GetParameters", input),
    };
    return loadParameters(api, name, known);
  };
}

/** Reads a bundle unless the parameter still has the known revision. */
export async function loadParameters(api: ParameterApi, name: string, known?: string): Promise<StoredBundle> {
  const { Parameter: parameter } = await api.getParameter({ Name: name, WithDecryption: true });
  const value = isPlainObject(parameter) ? parameter["Value"] : undefined;
  if (typeof value !== "string") throw new TypeError("the service answered without a value");
  const revision = sha256(value);
  if (revision === known) return { kind: "unchanged" };
  const manifest = parseManifest(value);
  const bytes = manifest ? await readChunks(api, name, manifest) : Buffer.from(value);
  return { kind: "content", revision, content: { kind: "text", bytes } };
}

/** The limit of GetParameters. */
const namesPerRequest = 10;
const requestsAtOnce = 4;

async function readChunks(api: ParameterApi, name: string, manifest: ChunkManifest): Promise<Buffer> {
  const names = chunkNames(name, manifest);
  const values = new Map<string, string>();
  const batches: string[][] = [];
  for (let at = 0; at < names.length; at += namesPerRequest)
    batches.push(names.slice(at, at + namesPerRequest));
  const work = async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      const { Parameters: found } = await api.getParameters({ Names: batch, WithDecryption: true });
      for (const each of Array.isArray(found) ? found : [])
        values.set(String(each?.Name), String(each?.Value));
      const missing = batch.find((each) => !values.has(each));
      if (missing !== undefined) throw new Error(`the chunk \`${missing}\` is missing`);
    }
  };
  const stop = (error: unknown) => {
    // The remaining chunks are not needed.
    batches.length = 0;
    throw error;
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, () => work().catch(stop)));
  return unpackChunks(manifest, names.map((each) => values.get(each) ?? "").join(""));
}

/** The parameter's value when the bundle is in chunks. */
export interface ChunkManifest {
  readonly chunks: number;
  /** Lower-case hexadecimal SHA-256 of the chunks' texts, joined. */
  readonly sha256: string;
}

const maxChunks = 2_000;

/** Returns `undefined` when the parameter holds anything else, for example a small bundle. */
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

/** The chunks' names, in order: below the manifest's own name, so it cannot name other parameters. */
export function chunkNames(name: string, { chunks, sha256: hash }: ChunkManifest): readonly string[] {
  return Array.from({ length: chunks }, (_, index) => `${name}/${hash.slice(0, 32)}/${index}`);
}

function unpackChunks(manifest: ChunkManifest, packed: string): Buffer {
  if (sha256(packed) !== manifest.sha256) throw new Error("its chunks do not match the hash in its manifest");
  return gunzipSync(Buffer.from(packed, "base64"), { maxOutputLength: maxBytes });
}
