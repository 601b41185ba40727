/** What `validate` prints on a terminal: each finding with its line. What it prints in a pipe stays as it is. */
import { Readable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runCli } from "../../../tools/cli/program.ts";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../../authoring/configuration/configuration-folder.ts";
import { KeptText, run } from "../command-run.ts";

let folder: ConfigurationFolder;
beforeEach(async () => {
  folder = await createFolder(goodFiles);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await folder.remove();
});

async function validate(text: string, columns = 80): Promise<string> {
  await folder.write({ "policies/read.json": text });
  const stdout = Object.assign(new KeptText(), { isTTY: true, columns });
  await runCli(["validate", folder.path], { stdin: Readable.from([]), stdout, stderr: new KeptText() });
  return stdout.text;
}

const line = '  "Statement": { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }';
const policy = `{\n  "Version": "2012-10-17",\n${line}\n}\n`;

describe("on a terminal", () => {
  it("a finding is followed by its line, with a mark under the column", async () => {
    const [, ...frame] = stripVTControlCharacters(await validate(policy, 120)).split("\n");
    expect(frame).toEqual([`  3 | ${line}`, `    | ${" ".repeat(46)}^`, ""]);
  });

  it("a long line is cut around the column, also where characters are wide or hidden", async () => {
    const before = `"Id": "${"\u6f22".repeat(60)}\u202e",`;
    const text = policy.replace('"Statement"', `${before} "Statement"`);
    const [, shown = "", mark = ""] = stripVTControlCharacters(await validate(text, 60)).split("\n");
    expect(shown).toMatch(/^ {2}3 \| \u2026.* "Action": "s3:GetO.*\u2026$/);
    expect(shown).not.toContain("\u202e");
    const width = shown.slice(0, shown.indexOf('"s3:')).replaceAll("\u6f22", "  ").length;
    expect(mark.indexOf("^")).toBe(width);
  });

  it("it is coloured, unless NO_COLOR is set", async () => {
    expect(await validate(policy)).toContain("\u001b[33m^");
    vi.stubEnv("NO_COLOR", "1");
    const text = await validate(policy);
    expect(stripVTControlCharacters(text)).toBe(text);
  });

  it("a file that cannot be read has no line, and a tab is one column", async () => {
    expect(stripVTControlCharacters(await validate(`{\t"Statement": {} }`))).toMatch(
      /\n {2}1 \| \{ "Statement": \{\} \}\n {4}\| {16}\^\n/,
    );
    await folder.write({ "authorizer.yaml": Buffer.from([0xff]) });
    expect(stripVTControlCharacters(await validate(policy))).toMatch(/^\S+:1:1 error notUtf8 [^\n]*\n\n\S/);
  });
});

it("in a pipe a finding is one line, without colour", async () => {
  await folder.write({ "policies/read.json": policy });
  const { stdout } = await run(["validate", folder.path]);
  expect(stdout.split("\n")).toEqual([expect.stringMatching(/read\.json:3:47 warning foreignAction /), ""]);
});
