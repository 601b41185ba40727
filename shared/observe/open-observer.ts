/**
 * Whether calls are watched at all: metrics, traces, a line for each call. Off, nothing of it is loaded or written.
 *
 * What watches is a chunk of its own, with Powertools inside, fetched while the function starts. Whatever goes wrong in it
 * changes no answer.
 */
import { lowerAscii } from "../ascii.ts";
import { isLogged, writeLog } from "./log.ts";
import type { CountedEvent } from "./metric-table.ts";
import type { Observer, ObserverSettings } from "./observer.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What a handler watches its calls with. */
export interface ObserverHandle {
  /** Settles when the observer is there, to `undefined` when it cannot be had. */
  readonly ready: Promise<Observer | undefined>;
  count(event: CountedEvent): void;
}

const truthy: ReadonlySet<string | undefined> = new Set(["1", "true", "yes", "on", "y", "t"]);

/**
 * Reads what is to be watched, in the variables of Powertools: `POWERTOOLS_METRICS_NAMESPACE` (none: no metrics),
 * `POWERTOOLS_METRICS_DISABLED`, `POWERTOOLS_TRACE_ENABLED` with Lambda's own `AWS_XRAY_DAEMON_ADDRESS`,
 * `POWERTOOLS_LOG_LEVEL`, `POWERTOOLS_SERVICE_NAME`.
 *
 * @returns `undefined` when nothing is
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

/** Begins to load the observer, if there is anything to watch. */
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
