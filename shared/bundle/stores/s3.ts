/**
 * Loads bundles from Amazon S3: one object, whose ETag is the revision.
 *
 * S3 is strongly consistent and replaces an object as a whole (S3 user guide, "Amazon S3 data consistency model"): a
 * reader sees the old bundle or the new one.
 */
import type { Settings } from "../../settings.ts";
import { type AwsEndpoint, encode, findEndpoint, sendAwsRequest } from "./aws.ts";
import type { AwsLocation, LoadBundle } from "./store.ts";

type S3Location = Extract<AwsLocation, { readonly kind: "s3" }>;

export function createS3Loader(place: S3Location, settings: Settings): LoadBundle {
  const { endpoint, path } = findObject(place, settings);
  return async (known, signal) => {
    const headers = known === undefined ? {} : { "if-none-match": known };
    const answer = await sendAwsRequest(endpoint, { method: "GET", path, headers }, signal);
    if (answer.status === 304) return { kind: "unchanged" };
    const revision = answer.headers.get("etag");
    if (!revision) throw new TypeError("the service answered without an etag");
    return { kind: "content", revision, content: { kind: "text", bytes: answer.body } };
  };
}

/**
 * Finds an object's URL. The bucket is in the host. It is in the path for a configured endpoint, and for a name with
 * dots, which no wildcard certificate covers.
 */
export function findObject(
  { bucket, key }: S3Location,
  settings: Settings,
): { readonly endpoint: AwsEndpoint; readonly path: string } {
  const endpoint = findEndpoint("s3", settings);
  const name = key.split("/").map(encode).join("/");
  if (endpoint.isConfigured || bucket.includes(".")) return { endpoint, path: `/${bucket}/${name}` };
  const url = new URL(`https://${bucket}.${endpoint.url.host}`);
  return { endpoint: { ...endpoint, url }, path: `/${name}` };
}
