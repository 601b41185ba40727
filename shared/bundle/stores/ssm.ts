/**
 * Bundles in Parameter Store: one parameter that holds the bundle, or the manifest of its chunks.
 *
 * The API has no conditional read; the revision is the hash of that one parameter's value, which decides about the rest.
 */

import { parseJsonBytes } from "../../json-members.ts";
import { isPlainObject } from "../canonical-json.ts";
import { sha256 } from "../sha256.ts";
import { type AwsAccess, dnsSuffixOf } from "./aws-access.ts";
import { type AwsTarget, sendAwsRequest } from "./aws-request.ts";
import type { NetworkLocation } from "./network-location.ts";
import { type ChunkManifest, chunkNames, parseManifest, unpackChunks } from "./ssm-chunks.ts";
import type { BundleStore } from "./store.ts";

type SsmLocation = Extract<NetworkLocation, { readonly kind: "ssm" }>;

/** GetParameters takes so many names. */
const namesPerRequest = 10;
const requestsAtOnce = 4;

/** Opens the store; nothing is asked yet. */
export function createSsmStore({ name }: SsmLocation, location: string, access: AwsAccess): BundleStore {
  const target = ssmTarget(access);
  return {
    location,
    async load(known, signal) {
      const value = await readParameter(target, name, signal);
      const revision = sha256(value);
      if (revision === known) return { kind: "unchanged" };
      const manifest = parseManifest(value);
      const bytes = manifest ? await readChunks(target, { name, manifest }, signal) : Buffer.from(value);
      return { kind: "content", revision, content: { kind: "text", bytes } };
    },
  };
}

/** Where Parameter Store is. */
export function ssmTarget(access: AwsAccess): AwsTarget {
  const { region } = access;
  const endpoint = access.endpointOf("ssm") ?? new URL(`https://ssm.${region}.${dnsSuffixOf(region)}`);
  return { endpoint, signingName: "ssm", access };
}

/** Calls one operation of the API (AWS JSON 1.1). */
export async function callSsm(
  target: AwsTarget,
  call: { readonly operation: string; readonly input: object },
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": `AmazonSSM.${call.operation}`,
  };
  const body = JSON.stringify(call.input);
  const answer = await sendAwsRequest(target, { method: "POST", headers, body }, signal);
  const json = parseJsonBytes(answer.body);
  return isPlainObject(json) ? json : {};
}

async function readParameter(target: AwsTarget, name: string, signal: AbortSignal): Promise<string> {
  const input = { Name: name, WithDecryption: true };
  const { Parameter: parameter } = await callSsm(target, { operation: "GetParameter", input }, signal);
  const value = isPlainObject(parameter) ? parameter["Value"] : undefined;
  if (typeof value !== "string") throw new TypeError("the service answered without a value");
  return value;
}

async function readChunks(
  target: AwsTarget,
  { name, manifest }: { readonly name: string; readonly manifest: ChunkManifest },
  signal: AbortSignal,
): Promise<Buffer> {
  const names = chunkNames(name, manifest);
  const values = new Map<string, string>();
  const batches: (readonly string[])[] = [];
  for (let at = 0; at < names.length; at += namesPerRequest)
    batches.push(names.slice(at, at + namesPerRequest));
  const work = async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      const input = { Names: batch, WithDecryption: true };
      const { Parameters: found } = await callSsm(target, { operation: "GetParameters", input }, signal);
      for (const each of Array.isArray(found) ? found : [])
        values.set(String(each?.Name), String(each?.Value));
      const missing = batch.find((each) => !values.has(each));
      if (missing !== undefined) throw new Error(`the chunk \`${missing}\` is missing`);
    }
  };
  const stop = (error: unknown) => {
    // What is not asked for yet is not needed any more.
    batches.length = 0;
    throw error;
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, () => work().catch(stop)));
  return unpackChunks(
    manifest,
    names.map((each) => values.get(each) ?? ""),
  );
}
