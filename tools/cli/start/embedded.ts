/** The options of the embedded Connect, in `start` and `local-connect`. */

import { FaultSyntaxError, parseOrderedFault } from "../../local/connect/faults/parse-fault.ts";
import type { LocalConnectOptions } from "../../local/connect/server.ts";
import type { ParameterTable } from "../command.ts";
import { UsageError } from "../command-io.ts";

export const embeddedOptions = {
  "--fault <fault>": {
    text: "how the embedded Connect fails: `throttle`, `CreateUser=error:503`, `Search*=latency:300ms`, with `x2` for the first two or `@25%` for a quarter of the calls",
    isRepeated: true,
  },
  "--unimplemented <answer>": {
    text: "the embedded Connect's answer to an operation that it does not have: error is 501, empty an answer without content",
    choices: ["error", "empty"],
    default: "error",
  },
} as const satisfies ParameterTable;

export interface EmbeddedGiven {
  readonly fault: readonly string[];
  readonly unimplemented: "error" | "empty";
}

/** @throws UsageError for a fault that cannot be read */
export function readEmbedded({
  fault,
  unimplemented,
}: EmbeddedGiven): Pick<LocalConnectOptions, "faults" | "unimplemented"> {
  try {
    return { faults: fault.map(parseOrderedFault), unimplemented };
  } catch (cause) {
    if (cause instanceof FaultSyntaxError) throw new UsageError(`\`--fault\`: ${cause.message}`);
    throw cause;
  }
}
