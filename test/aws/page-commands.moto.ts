/** The AWS CLI knows every command of its own that a page shows, with its flags: each is parsed, and then finds no server. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { commandsOf } from "../../tools/events/pages/page-scripts.ts";
import { readPages } from "../../tools/events/pages/run-pages.ts";

/** Of the AWS CLI: its parser refused the command line. */
const usageError = 252;

const shown = [...readPages()].flatMap(([page, text]) =>
  commandsOf(page, text).flatMap(({ command }) =>
    (/\baws [a-z][a-z-]+ [a-z][a-z-]+ (?:"[^"]*"|[^|>)"])*/.exec(command) ?? []).map(
      (found) => [found.trim(), page] as const,
    ),
  ),
);

/** Runs a command with no AWS in reach, beside the files that pages make first. */
function parse(command: string): { readonly status: number | null; readonly said: string } {
  const folder = mkdtempSync(join(tmpdir(), "aws-commands-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "config/policies"), { recursive: true });
  const policy = readFileSync(resolve(import.meta.dirname, "../../examples/aws/policies/everything.json"));
  writeFileSync(join(folder, "config/policies/everything.json"), policy);
  for (const file of ["message", "keys.csv"]) writeFileSync(join(folder, file), "m");
  const here = command.replace(/--endpoint-url (?:"[^"]*"|\S+)/, "--endpoint-url http://127.0.0.1:9");
  const { status, stderr } = spawnSync("bash", ["-c", here], {
    cwd: folder,
    encoding: "utf8",
    env: {
      ...process.env,
      PATH: `${dirname(process.env["MOTO_SERVER"] ?? "")}${delimiter}${process.env["PATH"]}`,
      ...{ AWS_ENDPOINT_URL: "http://127.0.0.1:9", AWS_DEFAULT_REGION: "us-east-1", AWS_MAX_ATTEMPTS: "1" },
      ...{
        AWS_ACCESS_KEY_ID: "a",
        AWS_SECRET_ACCESS_KEY: "b",
        POOL: "us-east-1_Pool",
        CLIENT: "client",
        KEY: "key",
      },
    },
  });
  return { status, said: stderr };
}

it("are found, of several pages", () => {
  expect(shown.length).toBeGreaterThan(10);
  expect(new Set(shown.map(([, page]) => page)).size).toBeGreaterThan(5);
});

it.each(shown)("%s", (command) => {
  const { status, said } = parse(command);
  expect({ status, said }).not.toMatchObject({ status: usageError });
  expect(said).toMatch(/Could not connect to the endpoint URL|Connection was closed/);
});
