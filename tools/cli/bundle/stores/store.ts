/** Stores, as a person reads them and publishes to them. */
import { resolve } from "node:path";
import { openStore } from "../../../../shared/bundle/stores/open-store.ts";
import {
  type AwsLocation,
  parseAwsLocation,
  type StoredBundle,
} from "../../../../shared/bundle/stores/store.ts";
import { readSettings } from "../../../../shared/settings.ts";
import { writeWhole } from "../../../authoring/write-whole.ts";
import { AwsProblem, clientSettings, prepareClient } from "../../aws.ts";
import { UsageError } from "../../command-io.ts";
import { readParameters, writeParameters } from "./parameters.ts";
import type { DeployOptions, StoreWriter } from "./store-writer.ts";

export type StoredContent = Extract<StoredBundle, { readonly kind: "content" }>;

type Place<Kind> = Extract<AwsLocation, { readonly kind: Kind }>;

const timeoutMs = 60_000;

/** @throws AwsProblem, or another error, when the store cannot be read or is empty: see {@link isMissing} */
export async function readStore(location: string): Promise<StoredContent> {
  const place = parseAwsLocation(location);
  if (place?.kind === "s3") return readObject(place);
  if (place?.kind === "appconfig") return readConfiguration(place);
  const found = await (place
    ? readParameters(place.name)
    : openStore(location, { packaged: undefined, settings: readSettings({}), refreshSeconds: 0 }).load(
        undefined,
        AbortSignal.timeout(timeoutMs),
      ));
  if (found.kind === "unchanged") throw new Error("the store is empty");
  return found;
}

const nothingDeployed = "NothingDeployed";
/** By AWS's names; AppConfig's own for a profile of which no version was ever deployed, too. */
const missing: readonly string[] = [
  "NoSuchKey",
  "ParameterNotFound",
  "ResourceNotFoundException",
  nothingDeployed,
];

/** Whether reading failed because nothing is there yet. */
export function isMissing(error: unknown): boolean {
  if (error instanceof AwsProblem) return missing.includes(error.code);
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** @throws UsageError if you cannot publish there */
export async function openWriter(location: string, deploy: DeployOptions): Promise<StoreWriter> {
  const place = parseAwsLocation(location);
  if (place?.kind === "appconfig") {
    const { AppConfigWriter } = await import("./app-config.ts");
    return new AppConfigWriter(place, deploy);
  }
  if (deploy.strategy !== undefined || deploy.waiting !== undefined)
    throw new UsageError("`--strategy`, `--wait` and `--timeout` are for deployments of AppConfig");
  if (location.startsWith("file:"))
    return plainWriter((text) => writeWhole(resolve(location.slice("file:".length)), text));
  if (place?.kind === "s3") return plainWriter((text, over) => writeObject(place, text, over));
  if (place?.kind === "ssm") return plainWriter((text) => writeParameters(place.name, text));
  throw new UsageError(
    `\`${location}\` is not a store to publish to; use s3://bucket/key, ssm:/name or appconfig:application/environment/profile`,
  );
}

function plainWriter(write: (text: string, over: string | undefined) => Promise<void>): StoreWriter {
  return {
    prepare: async () => undefined,
    noteOn: () => undefined,
    write: async (text, { over }) => {
      await write(text, over);
      return "live";
    },
  };
}

async function openS3() {
  const sdk = await import("@aws-sdk/client-s3");
  // An imitation of S3 has no host name for each bucket.
  const forcePathStyle = Boolean(process.env["AWS_ENDPOINT_URL_S3"] || process.env["AWS_ENDPOINT_URL"]);
  return { sdk, client: prepareClient(new sdk.S3Client({ ...clientSettings(), forcePathStyle })) };
}

async function readObject({ bucket, key }: Place<"s3">): Promise<StoredContent> {
  const { sdk, client } = await openS3();
  const command = new sdk.GetObjectCommand({ Bucket: bucket, Key: key });
  const { Body: body, ETag: revision } = await client.send(command, {
    abortSignal: AbortSignal.timeout(timeoutMs),
  });
  if (!body || !revision) throw new TypeError("the service answered without a body or an etag");
  return { kind: "content", revision, content: { kind: "text", bytes: await body.transformToByteArray() } };
}

/** A conditional write (S3 user guide, "How to prevent object overwrites with conditional writes"). */
async function writeObject({ bucket, key }: Place<"s3">, text: string, over?: string): Promise<void> {
  const { sdk, client } = await openS3();
  const condition = over === undefined ? { IfNoneMatch: "*" } : { IfMatch: over };
  const object = { Bucket: bucket, Key: key, Body: text, ContentType: "application/json" };
  try {
    await client.send(new sdk.PutObjectCommand({ ...object, ...condition }), {
      abortSignal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    const codes = ["PreconditionFailed", "ConditionalRequestConflict"];
    if (!(error instanceof AwsProblem) || !codes.includes(error.code)) throw error;
    const message = "somebody else published in the meantime: review the difference, and publish again";
    throw new UsageError(message, { cause: error });
  }
}

/** A session of one request: its first answer is the whole content. */
async function readConfiguration(place: Place<"appconfig">): Promise<StoredContent> {
  const sdk = await import("@aws-sdk/client-appconfigdata");
  const client = prepareClient(new sdk.AppConfigDataClient(clientSettings()));
  const abortSignal = AbortSignal.timeout(timeoutMs);
  const profile = {
    ApplicationIdentifier: place.application,
    EnvironmentIdentifier: place.environment,
    ConfigurationProfileIdentifier: place.profile,
  };
  const session = await client.send(new sdk.StartConfigurationSessionCommand(profile), { abortSignal });
  const poll = { ConfigurationToken: session.InitialConfigurationToken };
  const { Configuration: bytes } = await client.send(new sdk.GetLatestConfigurationCommand(poll), {
    abortSignal,
  });
  if (!bytes?.length)
    throw new AwsProblem(nothingDeployed, "nothing is deployed of the configuration profile", undefined);
  return { kind: "content", revision: "", content: { kind: "text", bytes } };
}
