/**
 * The operation that a request's method and path name, and the SDK's schema of it; what is not served, is refused.
 */
import { sdkVersion } from "../../shared/catalog/generated/sdk-version.generated.ts";
import { CodedError } from "../../shared/errors.ts";
import { findOperationSchema, type OperationSchema } from "../../shared/request/decode/schemas.ts";
import { routeCall } from "../../shared/request/route/route.ts";
import type { CustomRoute, HttpCall, RoutedCall } from "../../shared/request/types.ts";

/**
 * Routes a call.
 *
 * @throws CodedError `unknownOperation`
 */
export function routeServed(
  call: HttpCall,
  customRoutes: readonly CustomRoute[],
): { readonly routed: RoutedCall; readonly schema: OperationSchema } {
  const routed = routeCall(call, customRoutes);
  if (!routed)
    throw new CodedError(
      "unknownOperation",
      `the request's method and path are no operation of amazon connect (known up to SDK ${sdkVersion})`,
    );
  const { row } = routed;
  const schema = findOperationSchema(row.name);
  if (!schema || row.refused !== undefined) {
    throw new CodedError(
      "unknownOperation",
      `the operation \`${row.name}\` is not served: ${row.refused ?? "unknown"}`,
    );
  }
  return { routed, schema };
}
