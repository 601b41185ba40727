/**
 * Publishes a bundle to Parameter Store: chunks first, under names of their own, then the one parameter that names them.
 */

import { isPlainObject } from "../../../shared/bundle/canonical-json.ts";
import type { AwsAccess } from "../../../shared/bundle/stores/aws-access.ts";
import { AwsFailure } from "../../../shared/bundle/stores/aws-failure.ts";
import type { AwsTarget } from "../../../shared/bundle/stores/aws-request.ts";
import { callSsm, ssmTarget } from "../../../shared/bundle/stores/ssm.ts";
import {
  type ChunkManifest,
  chunkNames,
  packBundle,
  parseManifest,
} from "../../../shared/bundle/stores/ssm-chunks.ts";

const timeoutMs = 120_000;
/** Younger chunks may be those of somebody who publishes at the same time. */
const keptMs = 24 * 60 * 60 * 1000;
/** GetParametersByPath and DeleteParameters take so many at a time. */
const namesPerRequest = 10;

interface Current {
  readonly type: string;
  readonly manifest: ChunkManifest | undefined;
}

/**
 * Writes a bundle's text. Chunks of the bundle before stay, since somebody may be reading them; those of others are
 * deleted a day after they were written.
 * An encrypted parameter stays encrypted, with the account's own key for SSM.
 */
export async function writeParameters(name: string, text: string, access: AwsAccess): Promise<void> {
  const target = ssmTarget(access);
  const signal = AbortSignal.timeout(timeoutMs);
  const current = await readCurrent(target, name, signal);
  const { value, chunks } = packBundle(name, text);
  for (const each of [...chunks, { name, value }]) {
    const input = { Name: each.name, Value: each.value, Type: current?.type ?? "String", Overwrite: true };
    await callSsm(target, { operation: "PutParameter", input }, signal);
  }
  const kept = new Set(chunks.map((chunk) => chunk.name));
  for (const before of current?.manifest ? chunkNames(name, current.manifest) : []) kept.add(before);
  const old = (await listOldChunks(target, name, signal)).filter((each) => !kept.has(each));
  for (let at = 0; at < old.length; at += namesPerRequest) {
    const input = { Names: old.slice(at, at + namesPerRequest) };
    await callSsm(target, { operation: "DeleteParameters", input }, signal);
  }
}

async function readCurrent(
  target: AwsTarget,
  name: string,
  signal: AbortSignal,
): Promise<Current | undefined> {
  try {
    const input = { Name: name, WithDecryption: true };
    const { Parameter: found } = await callSsm(target, { operation: "GetParameter", input }, signal);
    if (!isPlainObject(found)) return undefined;
    return { type: String(found["Type"]), manifest: manifestIn(String(found["Value"])) };
  } catch (error) {
    if (error instanceof AwsFailure && error.code === "ParameterNotFound") return undefined;
    throw error;
  }
}

/** What is there now may be anything. */
function manifestIn(value: string): ChunkManifest | undefined {
  try {
    return parseManifest(value);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Names of old chunks: two levels below the name, and nothing else that may be there. */
async function listOldChunks(
  target: AwsTarget,
  name: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const names: string[] = [];
  let token: unknown;
  do {
    const input = {
      Path: name,
      Recursive: true,
      MaxResults: namesPerRequest,
      ...(token ? { NextToken: token } : {}),
    };
    const answer = await callSsm(target, { operation: "GetParametersByPath", input }, signal);
    const found = Array.isArray(answer["Parameters"]) ? answer["Parameters"] : [];
    const old = found.filter(({ LastModifiedDate: seconds }) => Number(seconds) * 1000 < Date.now() - keptMs);
    names.push(...old.map(({ Name }) => String(Name)));
    token = answer["NextToken"];
  } while (token);
  return names.filter((each) => /^\/[0-9a-f]{32}\/\d+$/.test(each.slice(name.length)));
}
