/** The operations that this product serves. Others are refused as unknown, everywhere in the same words. */
import { sdkVersion } from "../../catalog/generated/sdk-version.generated.ts";
import type { OperationRow } from "../../catalog/types.ts";
import { CodedError } from "../../errors.ts";
import { findOperationSchema, type OperationSchema } from "../decode/schemas.ts";
import type { CustomRoute, HttpCall, RoutedCall } from "../types.ts";
import { routeCall } from "./route.ts";

/** @throws CodedError `unknownOperation`; otherwise as `routeCall` */
export function findRoute(call: HttpCall, customRoutes: readonly CustomRoute[]): RoutedCall {
  const routed = routeCall(call, customRoutes);
  if (routed) return routed;
  throw new CodedError(
    "unknownOperation",
    `no operation of amazon connect has this method and path (known up to SDK ${sdkVersion})`,
  );
}

/** @throws CodedError `unknownOperation` if the operation is not served */
export function findServedSchema({ name, refused }: OperationRow): OperationSchema {
  const schema = findOperationSchema(name);
  if (schema && refused === undefined) return schema;
  throw new CodedError(
    "unknownOperation",
    `the operation \`${name}\` is not served: ${refused ?? "unknown"}`,
  );
}
