/**
 * What a handler of one operation is. Its types are the SDK's, so that a handler for an operation that does not exist, or
 * with an answer of the wrong shape, does not compile.
 */
import type { InputOf, OperationName, OutputOf } from "./operation-types.ts";
import type { Store } from "./store.ts";

/** Handlers by operation. Each throws `ServiceFault` for what the service refuses. */
export type Handlers = {
  readonly [Name in OperationName]?: (store: Store, input: InputOf<Name>) => OutputOf<Name>;
};
