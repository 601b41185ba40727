/**
 * Log lines for operators, separate from the records of decisions: one JSON line each on standard error, which Lambda
 * sends to the function's log.
 *
 * Levels and variables are those of Powertools. Records of decisions have no level, so no level can silence them.
 */
import { processSetting } from "../settings.ts";
import { isWithin } from "../time.ts";

const levels: readonly string[] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL", "SILENT"];

export type LogLevel = "DEBUG" | "WARN" | "ERROR";

/** An unknown `POWERTOOLS_LOG_LEVEL` counts as `INFO`. */
export function isLogged(level: LogLevel, leastLevel: string): boolean {
  const least = levels.indexOf(leastLevel.toUpperCase());
  return levels.indexOf(level) >= (least < 0 ? levels.indexOf("INFO") : least);
}

/** Fields hold no token and nothing of a body. */
export function writeLog(level: LogLevel, type: string, fields: Readonly<Record<string, unknown>>): void {
  if (!isLogged(level, processSetting("POWERTOOLS_LOG_LEVEL"))) return;
  const service = processSetting("POWERTOOLS_SERVICE_NAME");
  const line = JSON.stringify({ level, type, time: new Date().toISOString(), service, ...fields });
  process.stderr.write(`${line}\n`);
}

/** A problem that stays the same is written again after this time, so that an alarm on its metric stays on. */
const repeatMs = 60_000;

/** The listener is called once a minute for a problem that stays the same. */
export function limitRepeats<Problem extends { readonly error: unknown; readonly keeps?: string }>(
  listener: (problem: Problem) => void,
  now: () => number,
): (problem: Problem) => void {
  let last: { readonly text: string; readonly atMs: number } | undefined;
  return (problem) => {
    const text = `${String(problem.error)} ${problem.keeps}`;
    if (last?.text === text && isWithin(now() - last.atMs, repeatMs)) return;
    last = { text, atMs: now() };
    listener(problem);
  };
}

/** Includes the cause: only there `fetch` says why it failed (`ECONNREFUSED`, `ENOTFOUND`). */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error instanceof TypeError ? error.cause : undefined;
  if (!(cause instanceof Error)) return error.message;
  const code: unknown = "code" in cause ? cause.code : undefined;
  return `${error.message} (${typeof code === "string" ? code : cause.message})`;
}
