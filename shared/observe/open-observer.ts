/**
 * Whether calls are watched: metrics, traces, a line per call. If all are off, none of their code is loaded.
 *
 * That code is a separate chunk with Powertools, which loads while the function starts. Its failures change no answer.
 */
import type { Settings } from "../settings.ts";
import { isLogged, writeLog } from "./log.ts";
import type { CountedEvent } from "./metric-table.ts";
import type { Observer, ObserverSettings } from "./observer.ts";

export interface ObserverHandle {
  /** Resolves to `undefined` when the observer cannot be loaded. */
  readonly ready: Promise<Observer | undefined>;
  count(event: CountedEvent): void;
}

/**
 * Reads what to watch from the variables of Powertools: `POWERTOOLS_METRICS_NAMESPACE` (none: no metrics),
 * `POWERTOOLS_METRICS_DISABLED`, `POWERTOOLS_TRACE_ENABLED` with Lambda's own `AWS_XRAY_DAEMON_ADDRESS`,
 * `POWERTOOLS_LOG_LEVEL`, `POWERTOOLS_SERVICE_NAME`.
 *
 * @returns `undefined` when all is off
 */
export function readObserverSettings(settings: Settings): ObserverSettings | undefined {
  const namespace = !settings.POWERTOOLS_METRICS_DISABLED && settings.POWERTOOLS_METRICS_NAMESPACE;
  const daemon = settings.POWERTOOLS_TRACE_ENABLED && settings.AWS_XRAY_DAEMON_ADDRESS;
  const isVerbose = isLogged("DEBUG", settings.POWERTOOLS_LOG_LEVEL);
  if (!namespace && !daemon && !isVerbose) return undefined;
  return {
    service: settings.POWERTOOLS_SERVICE_NAME,
    ...(namespace ? { namespace } : {}),
    ...(daemon ? { daemon } : {}),
    isVerbose,
  };
}

/** Begins to load the observer, if anything is watched. */
export function openObserver(settings: Settings): ObserverHandle | undefined {
  const watched = readObserverSettings(settings);
  if (!watched) return undefined;
  const ready = import("./observer.ts")
    .then(({ Observer }) => new Observer(watched))
    .catch((error: unknown) => {
      writeLog("ERROR", "observeProblem", { message: `calls are not watched: ${String(error)}` });
      return undefined;
    });
  return { ready, count: (event) => void ready.then((observer) => observer?.count(event)) };
}
