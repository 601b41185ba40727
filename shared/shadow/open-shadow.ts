/**
 * Whether calls are compared with a candidate bundle, and the way to what does it: code of its own, which a deployment
 * without a candidate never loads.
 */
import { writeRecord } from "../audit/record.ts";
import type { Environment } from "../bundle/source/source.ts";
import type { Shadow, ShadowOptions } from "./shadow.ts";
import { logShadowProblem } from "./shadow-problem.ts";

/** Gives the comparison; `undefined` when its code cannot be loaded. Never rejects. */
export type ShadowOpener = () => Promise<Shadow | undefined>;

/**
 * Creates the opener; `undefined` without `AUTHORIZER_SHADOW_BUNDLE`.
 *
 * @param packaged the bundle inside the deployment package, as parsed JSON
 */
export function createShadowOpener(
  environment: Environment,
  packaged: unknown,
  options: ShadowOptions,
): ShadowOpener | undefined {
  const location = environment["AUTHORIZER_SHADOW_BUNDLE"];
  if (!location) return undefined;
  const { count, onDifference = writeRecord, onProblem = logShadowProblem } = options;
  const counting: ShadowOptions = {
    ...options,
    onDifference: (record) => {
      onDifference(record);
      count?.("ShadowDifference");
    },
    onProblem: (problem) => {
      onProblem(problem);
      count?.("ShadowBundleProblem");
    },
  };
  let opened: Promise<Shadow | undefined> | undefined;
  return () => {
    opened ??= import("./shadow.ts")
      .then(({ createShadow }) => createShadow(environment, packaged, counting))
      .catch((error: unknown) => {
        counting.onProblem?.({ location, error });
        return undefined;
      });
    return opened;
  };
}
