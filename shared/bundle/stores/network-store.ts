/** The AWS stores: a chunk that a Lambda loads only when its configuration names one of them. */
import { assertNever } from "../../errors.ts";
import { createAppConfigLoader } from "./appconfig.ts";
import type { AwsEnvironment } from "./aws.ts";
import { createS3Loader } from "./s3.ts";
import { createSsmLoader } from "./ssm.ts";
import type { AwsLocation, LoadBundle } from "./store.ts";

/**
 * Sends nothing yet.
 *
 * @throws CodedError `bundleUnavailable` when the environment names no region
 */
export function openNetworkStore(
  place: AwsLocation,
  environment: AwsEnvironment,
  refreshSeconds: number,
): LoadBundle {
  switch (place.kind) {
    case "s3":
      return createS3Loader(place, environment);
    case "ssm":
      return createSsmLoader(place, environment);
    case "appconfig":
      return createAppConfigLoader(place, environment, refreshSeconds);
    default:
      return assertNever(place);
  }
}
