/** Every parameter that names a file × every way in which a file can be bad: exit status 2, and why in plain words. */
import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadCommands } from "../../tools/cli/commands.ts";
import { createCommandFolder, inputs, lineWith, needs, rowsOf, wordsOf } from "./command-lines.ts";
import { run } from "./command-run.ts";

const commands = await loadCommands();

let folder = "";
beforeAll(async () => {
  folder = await createCommandFolder();
  const bad = (name: string) => join(folder, "bad", name);
  await mkdir(bad("folder"), { recursive: true });
  await writeFile(bad("latin1"), Buffer.from("é", "latin1"));
  await writeFile(bad("binary"), Buffer.from([0, 1, 2, 27, 91, 51, 49, 109]));
  await writeFile(bad("empty"), "");
  await writeFile(bad("blank"), "\n");
  await writeFile(bad("large"), "");
  await truncate(bad("large"), 300 * 1024 * 1024);
  await symlink("nowhere", bad("link"));
  await symlink("loop", bad("loop"));
});
afterAll(() => rm(folder, { recursive: true }));

const reasons = {
  missing: /there is no such (?:file|folder)|neither a folder nor a bundle's file/,
  link: /there is no such (?:file|folder)|neither a folder nor a bundle's file/,
  folder: /\bis a folder|missingFile/,
  loop: /its links lead in a circle|neither a folder nor a bundle's file/,
  "empty/x": /a file is where a folder is needed|neither a folder nor a bundle's file/,
  latin1: /is not UTF-8 text/,
  binary: /is not JSON|can't be used|expected a mapping|has 0 lines/,
  empty: /is empty|is not JSON|can't be used|has 0 lines/,
  blank: /is empty|is not JSON|can't be used|has 0 lines/,
  large: /is larger than \d+ bytes/,
} as const;

/** What is read line by line tells each bad line, or counts it. */
const byLine = new Map([
  ["audit --from", 0],
  ["simulate --cases", 0],
  ["least-privilege --from", 2],
  ["explain --record", 2],
]);
/** A key is read only where the one beside it is good. */
const isRead = (key: string) => !/--token$|--signature$/.test(key);
const configurations = commands
  .filter((command) => command.name !== "start" && rowsOf(command).some(({ flag }) => flag === "--config"))
  .map(({ name }) => `${name} --config`);
const keys = [...inputs.keys()].filter(isRead).concat(configurations);

async function runWith(key: string, file: string) {
  const isConfiguration = key.endsWith(" --config");
  const name = key.replace(" --config", "");
  const line = isConfiguration
    ? `${name} ${needs.get(name) ?? ""} --config ${file}`
    : lineWith(key, file, commands);
  const { status, stdout, stderr } = await run(wordsOf(line, folder));
  return { status, printed: stdout + stderr };
}

describe.each(Object.entries(reasons))("a file that is bad: %s", (kind, reason) => {
  const isContent = /latin1|binary|empty$|blank|large/.test(kind);

  it.each(keys)("%s", async (key) => {
    // A gigabyte of log is no mistake, and takes its time.
    if (kind === "large" && byLine.has(key)) return;
    const { status, printed } = await runWith(key, `DIR/bad/${kind}`);
    const isLine = isContent && byLine.has(key);
    const isFolder = kind === "folder" && key.endsWith(" --config");
    const expected = isLine ? byLine.get(key) : isFolder && status === 1 ? 1 : 2;
    expect(status, printed).toBe(expected);
    if (!isLine) expect(printed).toMatch(reason);
    if (!isLine) expect(printed).toContain(`bad/${kind}`);
    expect(printed).not.toMatch(/unexpected error|\bE(?:ISDIR|LOOP|NOTDIR|NOENT|ACCES)\b/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    expect(printed).not.toMatch(/[\u0000-\u0008\u001b]/);
  });
});

it.each([
  ["explain --input", "input.json"],
  ["explain --request", "request.json"],
  ["simulate --cases", "cases.jsonl"],
  ["what-can --config", "bundle.json"],
])("%s reads what a program writes into a pipe", async (key, file) => {
  const pipe = join(folder, `pipe-${key.replace(" ", "")}`);
  execFileSync("mkfifo", [pipe]);
  const written = readFile(join(folder, file)).then((bytes) => writeFile(pipe, bytes));
  const read = await runWith(key, pipe.replace(folder, "DIR"));
  await written;
  const { printed, ...same } = await runWith(key, `DIR/${file}`);
  expect(read).toEqual({ ...same, printed: printed.replaceAll(join(folder, file), pipe) });
});
