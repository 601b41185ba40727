/**
 * Puts a bundle's text into a store, so that readers see the old one or the new one, and two publishers do not overwrite
 * each other unseen.
 */
import { resolve } from "node:path";
import { type AwsAccess, readAwsAccess } from "../../../shared/bundle/stores/aws-access.ts";
import { AwsFailure } from "../../../shared/bundle/stores/aws-failure.ts";
import { sendAwsRequest } from "../../../shared/bundle/stores/aws-request.ts";
import {
  type NetworkLocation,
  parseNetworkLocation,
} from "../../../shared/bundle/stores/network-location.ts";
import { s3ObjectOf } from "../../../shared/bundle/stores/s3.ts";
import type { StoreEnvironment } from "../../../shared/bundle/stores/store.ts";
import { UsageError } from "../command-io.ts";
import { writeWhole } from "../write-whole.ts";
import { writeParameters } from "./ssm-writer.ts";

/** Writes a text over the content of a revision; `undefined` where there is nothing yet. */
export type StoreWriter = (text: string, over: string | undefined) => Promise<void>;

const timeoutMs = 60_000;

/**
 * Opens the writer of a location.
 *
 * The writer throws UsageError when another content came in between.
 *
 * @throws UsageError for a location that nothing is published to
 */
export function openWriter(location: string, environment: StoreEnvironment): StoreWriter {
  if (location.startsWith("file:"))
    return (text) => writeWhole(resolve(location.slice("file:".length)), text);
  const place = parseNetworkLocation(location);
  if (!place)
    throw new UsageError(`\`${location}\` is no store to publish to; write s3://bucket/key or ssm:/name`);
  if (place.kind === "appconfig") {
    const message =
      "AppConfig has deployments of its own: make the file with `bundle`, and start one with it";
    throw new UsageError(message);
  }
  const access = readAwsAccess(environment);
  return place.kind === "s3" ? s3Writer(place, access) : (text) => writeParameters(place.name, text, access);
}

/** A conditional write (S3 user guide, "How to prevent object overwrites with conditional writes"). */
function s3Writer(place: Extract<NetworkLocation, { readonly kind: "s3" }>, access: AwsAccess): StoreWriter {
  const { target, path } = s3ObjectOf(place, access);
  return async (text, over) => {
    const headers = {
      "content-type": "application/json",
      ...(over === undefined ? { "if-none-match": "*" } : { "if-match": over }),
    };
    try {
      const request = { method: "PUT", path, headers, body: text } as const;
      await sendAwsRequest(target, request, AbortSignal.timeout(timeoutMs));
    } catch (error) {
      const isTaken = error instanceof AwsFailure && (error.status === 412 || error.status === 409);
      if (!isTaken) throw error;
      const message = "somebody else published in between: look at the difference to that, and publish again";
      throw new UsageError(message, { cause: error });
    }
  };
}
