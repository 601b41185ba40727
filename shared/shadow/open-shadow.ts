/**
 * Opens the comparison with a candidate bundle, if there is one. Its code is a separate chunk, which a deployment
 * without a candidate never loads.
 */
import { writeRecord } from "../audit/recorder.ts";
import { asUnavailable } from "../bundle/source/source.ts";
import { writeLog } from "../observe/log.ts";
import type { Settings } from "../settings.ts";
import type { ShadowProblem } from "./candidate.ts";
import type { Shadow, ShadowOptions } from "./shadow.ts";

/** Resolves to `undefined` when the code of the comparison cannot be loaded. Never rejects. */
export type ShadowOpener = () => Promise<Shadow | undefined>;

/**
 * Returns `undefined` without `AUTHORIZER_SHADOW_BUNDLE`.
 *
 * @param packaged the bundle inside the deployment package, as parsed JSON
 */
export function createShadowOpener(
  settings: Settings,
  packaged: unknown,
  options: ShadowOptions,
): ShadowOpener | undefined {
  const location = settings.AUTHORIZER_SHADOW_BUNDLE;
  if (!location) return undefined;
  const { count, onDifference = writeRecord } = options;
  const onProblem = (problem: ShadowProblem) => {
    (options.onProblem ?? logProblem)(problem);
    count?.("ShadowBundleProblem");
  };
  const reports = { onDifference, onProblem };
  let opened: Promise<Shadow | undefined> | undefined;
  return () => {
    opened ??= import("./shadow.ts")
      .then(({ Shadow }) => new Shadow(settings, packaged, { ...options, ...reports }))
      .catch((error: unknown) => {
        onProblem({ location, error });
        return undefined;
      });
    return opened;
  };
}

/** Only logs: the alarm of the metric `BundleRefused` is for the bundle that decides. */
function logProblem({ location, error, keeps }: ShadowProblem): void {
  const { message } = asUnavailable(error, location);
  writeLog("WARN", "shadowBundleProblem", { location, message, keeps });
}
