/**
 * What is told to operators besides the record of each decision: one JSON line on standard error, where Lambda sends it to
 * the function's log.
 *
 * The levels are those of Powertools, whose variables choose. Records of decisions have no level: none can silence them.
 */

const levels: readonly string[] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL", "SILENT"];

export type LogLevel = "DEBUG" | "WARN" | "ERROR";

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether lines of a level are written: by `POWERTOOLS_LOG_LEVEL`, `INFO` where it says nothing that is known. */
export function isLogged(level: LogLevel, environment: Environment = process.env): boolean {
  const wanted = levels.indexOf(environment["POWERTOOLS_LOG_LEVEL"]?.toUpperCase() ?? "");
  return levels.indexOf(level) >= (wanted < 0 ? levels.indexOf("INFO") : wanted);
}

/** Writes a line; what it is about is its `type`. Fields hold no token and nothing of a body. */
export function writeLog(level: LogLevel, type: string, fields: Readonly<Record<string, unknown>>): void {
  if (!isLogged(level)) return;
  const service = process.env["POWERTOOLS_SERVICE_NAME"] || "connect-authorizer";
  const line = JSON.stringify({ level, type, time: new Date().toISOString(), service, ...fields });
  process.stderr.write(`${line}\n`);
}
