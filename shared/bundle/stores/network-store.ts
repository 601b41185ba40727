/**
 * The stores of AWS: what a Lambda loads only when its configuration names one.
 */
import { assertNever } from "../../errors.ts";
import { createAppConfigStore } from "./appconfig.ts";
import { readAwsAccess } from "./aws-access.ts";
import type { NetworkLocation } from "./network-location.ts";
import { createS3Store } from "./s3.ts";
import { createSsmStore } from "./ssm.ts";
import type { BundleStore, StoreOptions } from "./store.ts";

/**
 * Opens the store of a location.
 *
 * @throws CodedError `bundleUnavailable` when the environment names no region
 */
export function openNetworkStore(
  place: NetworkLocation,
  location: string,
  options: StoreOptions,
): BundleStore {
  const access = readAwsAccess(options.environment);
  switch (place.kind) {
    case "s3":
      return createS3Store(place, location, access);
    case "ssm":
      return createSsmStore(place, location, access);
    case "appconfig":
      return createAppConfigStore(place, location, { access, refreshSeconds: options.refreshSeconds });
    default:
      return assertNever(place);
  }
}
