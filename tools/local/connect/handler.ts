/** An operation by hand, with the SDK's types: an unknown operation or a wrong answer does not compile. */
import type { InputOf, OperationName, OutputOf } from "./operation-types.ts";
import type { World } from "./world.ts";

/** Operations by hand. Each throws `ServiceFault` for what the service refuses. */
export type Handlers = {
  readonly [Name in OperationName]?: (input: InputOf<Name>, world: World) => OutputOf<Name>;
};
