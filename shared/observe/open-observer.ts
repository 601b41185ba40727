/**
 * Whether calls are watched: metrics, traces, a line for each call. If all are off, none of their code is loaded.
 *
 * That code is a chunk of its own, with Powertools inside, which loads while the function starts. Nothing that goes wrong
 * in it changes an answer.
 */
import { lowerAscii } from "../ascii.ts";
import { isLogged, writeLog } from "./log.ts";
import type { CountedEvent } from "./metric-table.ts";
import type { Observer, ObserverSettings } from "./observer.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface ObserverHandle {
  /** Resolves to `undefined` when the observer cannot be loaded. */
  readonly ready: Promise<Observer | undefined>;
  count(event: CountedEvent): void;
}

const truthy: ReadonlySet<string | undefined> = new Set(["1", "true", "yes", "on", "y", "t"]);

/**
 * Reads what to watch from the variables of Powertools: `POWERTOOLS_METRICS_NAMESPACE` (none: no metrics),
 * `POWERTOOLS_METRICS_DISABLED`, `POWERTOOLS_TRACE_ENABLED` with Lambda's own `AWS_XRAY_DAEMON_ADDRESS`,
 * `POWERTOOLS_LOG_LEVEL`, `POWERTOOLS_SERVICE_NAME`.
 *
 * @returns `undefined` when all is off
 */
export function readObserverSettings(environment: Environment): ObserverSettings | undefined {
  const isOn = (name: string) => truthy.has(lowerAscii(environment[name] ?? ""));
  const namespace = isOn("POWERTOOLS_METRICS_DISABLED")
    ? undefined
    : environment["POWERTOOLS_METRICS_NAMESPACE"];
  const daemon = isOn("POWERTOOLS_TRACE_ENABLED") ? environment["AWS_XRAY_DAEMON_ADDRESS"] : undefined;
  const isVerbose = isLogged("DEBUG", environment);
  if (!namespace && !daemon && !isVerbose) return undefined;
  return {
    service: environment["POWERTOOLS_SERVICE_NAME"] || "connect-authorizer",
    ...(namespace ? { namespace } : {}),
    ...(daemon ? { daemon } : {}),
    isVerbose,
  };
}

/** Begins to load the observer, if anything is to be watched. */
export function openObserver(environment: Environment): ObserverHandle | undefined {
  const settings = readObserverSettings(environment);
  if (!settings) return undefined;
  const ready = import("./observer.ts")
    .then(({ Observer }) => new Observer(settings))
    .catch((error: unknown) => {
      writeLog("ERROR", "observeProblem", { message: `calls are not watched: ${String(error)}` });
      return undefined;
    });
  return { ready, count: (event) => void ready.then((observer) => observer?.count(event)) };
}
