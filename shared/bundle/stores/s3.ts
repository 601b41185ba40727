/**
 * Bundles in Amazon S3: one object, whose ETag is the revision.
 *
 * S3 is strongly consistent and replaces an object as a whole (S3 user guide, "Amazon S3 data consistency model"), so
 * that a reader sees the old bundle or the new one.
 */
import { type AwsAccess, dnsSuffixOf } from "./aws-access.ts";
import { type AwsTarget, encode, sendAwsRequest } from "./aws-request.ts";
import type { NetworkLocation } from "./network-location.ts";
import type { BundleStore } from "./store.ts";

type S3Location = Extract<NetworkLocation, { readonly kind: "s3" }>;

/** Opens the store; nothing is asked yet. */
export function createS3Store(place: S3Location, location: string, access: AwsAccess): BundleStore {
  const { target, path } = s3ObjectOf(place, access);
  return {
    location,
    async load(known, signal) {
      const headers = known === undefined ? {} : { "if-none-match": known };
      const answer = await sendAwsRequest(target, { method: "GET", path, headers }, signal);
      if (answer.status === 304) return { kind: "unchanged" };
      const revision = answer.headers.get("etag");
      if (!revision) throw new TypeError("the service answered without an etag");
      const { body: bytes } = answer;
      return { kind: "content", revision, content: { kind: "text", bytes } };
    },
  };
}

/**
 * Where an object is: in a host of the bucket's own, or, under a configured endpoint or a name with dots (which no
 * wildcard certificate covers), in a path.
 */
export function s3ObjectOf(
  { bucket, key }: S3Location,
  access: AwsAccess,
): { readonly target: AwsTarget; readonly path: string } {
  const configured = access.endpointOf("s3");
  const inPath = configured !== undefined || bucket.includes(".");
  const host = `s3.${access.region}.${dnsSuffixOf(access.region)}`;
  const endpoint = configured ?? new URL(inPath ? `https://${host}` : `https://${bucket}.${host}`);
  const name = key.split("/").map(encode).join("/");
  return {
    target: { endpoint, signingName: "s3", access },
    path: inPath ? `/${bucket}/${name}` : `/${name}`,
  };
}
