/** A handler of one operation, with the SDK's types: an unknown operation or a wrong answer does not compile. */
import type { InputOf, OperationName, OutputOf } from "./operation-types.ts";
import type { Store } from "./store.ts";

/** Handlers by operation. Each throws `ServiceFault` for what the service refuses. */
export type Handlers = {
  readonly [Name in OperationName]?: (store: Store, input: InputOf<Name>) => OutputOf<Name>;
};
