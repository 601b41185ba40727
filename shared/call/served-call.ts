/** Reads a request by a bundle's configuration: the operation, its schema, and the input that is decided and sent. */
import type { OpenedBundle } from "../bundle/bundle.ts";
import { type CanonicalCall, createCanonicalCall } from "../request/canonical/canonical-call.ts";
import { decodeInput } from "../request/decode/decode.ts";
import type { OperationSchema } from "../request/decode/schemas.ts";
import { findRoute, findServedSchema } from "../request/route/served-route.ts";
import type { CustomRoute, HttpCall, OperationInput, RoutedCall } from "../request/types.ts";
import type { Trail } from "./trail.ts";

export interface ServedCall {
  readonly canonical: CanonicalCall;
  readonly schema: OperationSchema;
}

/**
 * @param trail notes the operation as soon as it is known
 * @throws CodedError `unknownOperation`, `invalidInput` or `unknownInstance`
 */
export type CallReader = (bundle: OpenedBundle, trail?: Trail) => ServedCall;

/** The input is decoded only once for all bundles without custom routes. */
export function createCallReader(call: HttpCall): CallReader {
  let plain: DecodedCall | undefined;
  return ({ config: { routes, instances } }, trail) => {
    const isPlain = routes.length === 0;
    const decoded = (isPlain && plain) || decode(call, routes, trail);
    if (isPlain) plain = decoded;
    const { routed, schema, input } = decoded;
    return { schema, canonical: createCanonicalCall(routed, input, instances) };
  };
}

interface DecodedCall {
  readonly routed: RoutedCall;
  readonly schema: OperationSchema;
  readonly input: OperationInput;
}

function decode(call: HttpCall, routes: readonly CustomRoute[], trail: Trail | undefined): DecodedCall {
  const routed = findRoute(call, routes);
  const schema = findServedSchema(routed.row);
  trail?.note({ operation: routed.row.name });
  return { routed, schema, input: decodeInput(call, routed, schema) };
}
