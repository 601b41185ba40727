/** Stores, as a person reads them and publishes to them. */
import { resolve } from "node:path";
import { openStore } from "../../../shared/bundle/stores/open-store.ts";
import {
  type AwsLocation,
  parseAwsLocation,
  type StoredBundle,
} from "../../../shared/bundle/stores/store.ts";
import { readSettings } from "../../../shared/settings.ts";
import { AwsProblem, clientSettings, prepareClient } from "../aws.ts";
import { UsageError } from "../command-io.ts";
import { writeWhole } from "../write-whole.ts";
import { readParameters, writeParameters } from "./parameters.ts";

export type StoredContent = Extract<StoredBundle, { readonly kind: "content" }>;

/** Writes a text over the content of a revision; `undefined` where there is nothing yet. */
type StoreWriter = (text: string, over: string | undefined) => Promise<void>;

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

/** Whether reading failed because nothing is there yet. */
export function isMissing(error: unknown): boolean {
  if (error instanceof AwsProblem) return error.code === "NoSuchKey" || error.code === "ParameterNotFound";
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** Opens a writer, which throws UsageError if another one wrote. @throws UsageError if you cannot publish there */
export function openWriter(location: string): StoreWriter {
  if (location.startsWith("file:"))
    return (text) => writeWhole(resolve(location.slice("file:".length)), text);
  const place = parseAwsLocation(location);
  if (!place)
    throw new UsageError(`\`${location}\` is not a store to publish to; use s3://bucket/key or ssm:/name`);
  if (place.kind === "s3") return (text, over) => writeObject(place, text, over);
  if (place.kind === "ssm") return (text) => writeParameters(place.name, text);
  throw new UsageError(
    "AppConfig has its own deployments: make the file with `bundle`, and start a deployment with it",
  );
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
  if (!bytes?.length) throw new Error("the configuration profile is empty");
  return { kind: "content", revision: "", content: { kind: "text", bytes } };
}
