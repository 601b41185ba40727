/** A bundle in Parameter Store: chunks first, under their own names, then the one parameter that names them. */
import { gzipSync } from "node:zlib";
import type { GetParameterCommandOutput } from "@aws-sdk/client-ssm";
import { sha256 } from "../../../../shared/bundle/canonical-json.ts";
import {
  type ChunkManifest,
  chunkNames,
  loadParameters,
  type ParameterApi,
  parseManifest,
} from "../../../../shared/bundle/stores/ssm.ts";
import type { StoredBundle } from "../../../../shared/bundle/stores/store.ts";
import { AwsProblem, clientSettings, prepareClient } from "../../aws.ts";

const timeoutMs = 120_000;
/** Younger chunks may belong to a publisher who works at the same time. */
const keptMs = 24 * 60 * 60 * 1000;
/** GetParametersByPath and DeleteParameters take so many at a time. */
const namesPerRequest = 10;

async function openSsm() {
  const sdk = await import("@aws-sdk/client-ssm");
  const options = { abortSignal: AbortSignal.timeout(timeoutMs) };
  return { sdk, client: prepareClient(new sdk.SSMClient(clientSettings())), options };
}

type Ssm = Awaited<ReturnType<typeof openSsm>>;

export async function readParameters(name: string): Promise<StoredBundle> {
  const { sdk, client, options } = await openSsm();
  const api: ParameterApi = {
    getParameter: (input) => client.send(new sdk.GetParameterCommand(input), options),
    getParameters: (input) => client.send(new sdk.GetParametersCommand(input), options),
  };
  return loadParameters(api, name);
}

/**
 * Writes a bundle's text. Chunks of the bundle before stay, since a function may be reading them; all other chunks are
 * deleted a day after they were written. An encrypted parameter stays encrypted, with the account's own key for SSM.
 */
export async function writeParameters(name: string, text: string): Promise<void> {
  const ssm = await openSsm();
  const { sdk, client, options } = ssm;
  const current = await readCurrent(ssm, name);
  const { value, chunks } = packBundle(name, text);
  for (const each of [...chunks, { name, value }]) {
    const type = current?.Type ?? "String";
    const input = { Name: each.name, Value: each.value, Type: type, Overwrite: true };
    await client.send(new sdk.PutParameterCommand(input), options);
  }
  const kept = new Set(chunks.map((chunk) => chunk.name));
  const before = manifestIn(current?.Value ?? "");
  for (const each of before ? chunkNames(name, before) : []) kept.add(each);
  const old = (await listOldChunks(ssm, name)).filter((each) => !kept.has(each));
  for (let at = 0; at < old.length; at += namesPerRequest) {
    const input = { Names: old.slice(at, at + namesPerRequest) };
    await client.send(new sdk.DeleteParametersCommand(input), options);
  }
}

async function readCurrent(
  { sdk, client, options }: Ssm,
  name: string,
): Promise<GetParameterCommandOutput["Parameter"]> {
  try {
    const command = new sdk.GetParameterCommand({ Name: name, WithDecryption: true });
    return (await client.send(command, options)).Parameter;
  } catch (error) {
    if (error instanceof AwsProblem && error.code === "ParameterNotFound") return undefined;
    throw error;
  }
}

/** The current value may be anything. */
function manifestIn(value: string): ChunkManifest | undefined {
  try {
    return parseManifest(value);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Names of old chunks: two levels below the name, in the form of a chunk's name. */
async function listOldChunks({ sdk, client, options }: Ssm, name: string): Promise<readonly string[]> {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const input = { Path: name, Recursive: true, MaxResults: namesPerRequest, NextToken: token };
    const answer = await client.send(new sdk.GetParametersByPathCommand(input), options);
    for (const { Name: each = "", LastModifiedDate: changed } of answer.Parameters ?? [])
      if (changed && changed.getTime() < Date.now() - keptMs) names.push(each);
    token = answer.NextToken;
  } while (token);
  return names.filter((each) => /^\/[0-9a-f]{32}\/\d+$/.test(each.slice(name.length)));
}

/** Of parameters of the tier Standard; those of Advanced hold twice as much (Systems Manager user guide). */
const chunkLength = 4096;

/** A bundle's text as parameters hold it: the manifest's value, or the bundle itself, and the chunks' values. */
interface PackedBundle {
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
