/** The AWS stores: a chunk that a Lambda loads only when its configuration names one of them. */
import { assertNever } from "../../errors.ts";
import type { Settings } from "../../settings.ts";
import { createAppConfigLoader } from "./appconfig.ts";
import { createS3Loader } from "./s3.ts";
import { createSsmLoader } from "./ssm.ts";
import type { AwsLocation, LoadBundle } from "./store.ts";

/**
 * Sends nothing yet.
 *
 * @throws CodedError `bundleUnavailable` when the settings name no region
 */
export function openNetworkStore(place: AwsLocation, settings: Settings, refreshSeconds: number): LoadBundle {
  switch (place.kind) {
    case "s3":
      return createS3Loader(place, settings);
    case "ssm":
      return createSsmLoader(place, settings);
    case "appconfig":
      return createAppConfigLoader(place, settings, refreshSeconds);
    default:
      return assertNever(place);
  }
}
