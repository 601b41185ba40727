/**
 * Which lines are written besides the records of decisions.
 */
import { afterEach, expect, it, vi } from "vitest";
import { isLogged, type LogLevel, writeLog } from "../../shared/observe/log.ts";
import { readSettings } from "../../shared/settings.ts";
import { linesOf } from "./watched-calls.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

it.each<[string | undefined, readonly LogLevel[]]>([
  [undefined, ["WARN", "ERROR"]],
  ["", ["WARN", "ERROR"]],
  ["nonsense", ["WARN", "ERROR"]],
  ["debug", ["DEBUG", "WARN", "ERROR"]],
  ["TRACE", ["DEBUG", "WARN", "ERROR"]],
  ["INFO", ["WARN", "ERROR"]],
  ["ERROR", ["ERROR"]],
  ["CRITICAL", []],
  ["SILENT", []],
])("at `%s` there are lines of %j", (level, expected) => {
  const { POWERTOOLS_LOG_LEVEL: least } = readSettings({ POWERTOOLS_LOG_LEVEL: level });
  const all = ["DEBUG", "WARN", "ERROR"] as const;
  expect(all.filter((each) => isLogged(each, least))).toEqual(expected);
});

it("a line is one JSON object with its level, type and service", () => {
  vi.stubEnv("POWERTOOLS_SERVICE_NAME", "connect-proxy");
  const lines = linesOf(process.stderr);
  writeLog("WARN", "keysProblem", { message: "a\nb" });
  vi.stubEnv("POWERTOOLS_LOG_LEVEL", "SILENT");
  writeLog("WARN", "keysProblem", { message: "unheard" });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    level: "WARN",
    type: "keysProblem",
    time: expect.any(String),
    service: "connect-proxy",
    message: "a\nb",
  });
});
