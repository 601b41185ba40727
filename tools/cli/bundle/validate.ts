/** `validate`: everything that is wrong with a configuration, in the form that editors and CI logs link. */
import { formatIssue } from "../../../shared/errors.ts";
import { configurationArgument, configurationOption, defineCommand } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { loadPath } from "../open-configuration.ts";

export const command = defineCommand({
  name: "validate",
  text: "check the configuration and its policies; prints file:line:column severity code message",
  arguments: configurationArgument,
  options: {
    ...configurationOption,
    "--json": "print the issues as one JSON object",
    "--strict": "warnings fail: exit status 1",
    "--max-warnings <n>": "fail with exit status 1 if there are more warnings than this",
  },
  example: "validate config --strict",
  note: "a bundle is checked as the functions check it; warnings need the folder",
  finding: "errors, or too many warnings",
  async run({ config, json, strict, maxWarnings }, io) {
    const limit = readMost(maxWarnings);
    const most = strict ? 0 : limit;
    const loaded = await loadPath(config);
    const issues = loaded.ok ? loaded.warnings : loaded.issues;
    const errors = issues.filter(({ severity }) => severity === "error").length;
    const counts = { errors, warnings: issues.length - errors };
    if (json) io.stdout.write(`${JSON.stringify({ ...counts, issues }, undefined, 2)}\n`);
    else io.stdout.write(issues.map((issue) => `${formatIssue(issue)}\n`).join(""));
    io.stderr.write(`${counts.errors} errors, ${counts.warnings} warnings in ${config}\n`);
    if (issues.some(({ code }) => code === "noSuchFolder")) return 2;
    if (!loaded.ok) return 1;
    if (counts.warnings <= most) return 0;
    io.stderr.write(most === 0 ? "warnings fail here\n" : `more than ${most} warnings fail here\n`);
    return 1;
  },
});

function readMost(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^(?:0|[1-9]\d{0,8})$/.test(text)) return Number(text);
  throw new UsageError(`\`--max-warnings ${text}\` must be a whole number`);
}
