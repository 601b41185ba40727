/**
 * A request as a bundle's configuration reads it: the operation, its schema, and the very input that is decided and sent.
 */
import type { OpenedBundle } from "../../shared/bundle/bundle.ts";
import type { Trail } from "../../shared/call/trail.ts";
import { sdkVersion } from "../../shared/catalog/generated/sdk-version.generated.ts";
import { CodedError } from "../../shared/errors.ts";
import { createCanonicalCall } from "../../shared/request/canonical/canonical-call.ts";
import { decodeInput } from "../../shared/request/decode/decode.ts";
import { findOperationSchema, type OperationSchema } from "../../shared/request/decode/schemas.ts";
import { routeCall } from "../../shared/request/route/route.ts";
import type {
  CanonicalCall,
  CustomRoute,
  HttpCall,
  OperationInput,
  RoutedCall,
} from "../../shared/request/types.ts";

export interface ServedCall {
  readonly canonical: CanonicalCall;
  readonly schema: OperationSchema;
}

/**
 * Reads the call by a bundle's configuration.
 *
 * @param trail notes the operation as soon as it is known
 * @throws CodedError `unknownOperation`, `invalidInput` or `unknownInstance`
 */
export type CallReader = (bundle: OpenedBundle, trail?: Trail) => ServedCall;

/** Of bundles without custom routes, the input is decoded once. */
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
  const routed = routeCall(call, routes);
  if (!routed)
    throw new CodedError(
      "unknownOperation",
      `the request's method and path are no operation of amazon connect (known up to SDK ${sdkVersion})`,
    );
  const { name, refused } = routed.row;
  const schema = findOperationSchema(name);
  if (!schema || refused !== undefined)
    throw new CodedError(
      "unknownOperation",
      `the operation \`${name}\` is not served: ${refused ?? "unknown"}`,
    );
  trail?.note({ operation: name });
  return { routed, schema, input: decodeInput(call, routed, schema) };
}
