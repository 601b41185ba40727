/**
 * `validate` and `bundle` on good and bad folders.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { openBundle } from "../../../shared/bundle/bundle.ts";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../../authoring/configuration/configuration-folder.ts";
import { run } from "../command-run.ts";

let folder: ConfigurationFolder;
beforeEach(async () => {
  folder = await createFolder(goodFiles);
});
afterEach(() => folder.remove());

const unused = { "policies/unused.json": goodFiles["policies/read.json"] ?? "" };
const broken = { "policies/read.json": '{\n  "Version": "2012-10-17"\n  "Statement": []\n}' };

describe("validate", () => {
  it("says nothing on stdout and exits with 0 when all is well", async () => {
    const { status, stdout, stderr } = await run(["validate", folder.path]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(stderr).toBe(`0 errors, 0 warnings in ${folder.path}\n`);
  });

  it("prints warnings and exits with 0", async () => {
    await folder.write(unused);
    const { status, stdout, stderr } = await run(["validate", folder.path]);
    expect(status).toBe(0);
    expect(stdout).toBe(
      `${folder.name}/policies/unused.json:1:1 warning unusedPolicy no binding, boundary or guardrail names the policy \`unused\`; it has no effect\n`,
    );
    expect(stderr).toContain("0 errors, 1 warning in");
  });

  it.each([
    [["--strict"], 1, "warnings fail here"],
    [["--max-warnings", "0"], 1, "warnings fail here"],
    [["--max-warnings", "1"], 1, "more than 1 warnings fail here"],
    [["--max-warnings", "2"], 0, ""],
    [["--strict", "--max-warnings", "2"], 1, "warnings fail here"],
  ])("with %j and two warnings exits with %i", async (flags, expected, said) => {
    await folder.write({ ...unused, "policies/readme.txt": "" });
    const { status, stdout, stderr } = await run(["validate", folder.path, ...flags]);
    expect(status).toBe(expected);
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
    expect(stderr).toBe(`0 errors, 2 warnings in ${folder.path}\n${said === "" ? "" : `${said}\n`}`);
  });

  it("prints what repeats in a file once, and each of it with --all or --json", async () => {
    const text = goodFiles["policies/read.json"]?.replace(
      '["connect',
      '["s3:GetObject", "s3:PutObject", "connect',
    );
    await folder.write({ "policies/read.json": text ?? "" });
    const line = `${folder.name}/policies/read.json:6:18 warning foreignAction \`s3:GetObject\` is an action of another service; calls here need only \`connect:\` actions`;
    const folded = await run(["validate", folder.path]);
    expect(folded.stdout).toBe(`${line} (and in 1 more place of this file; \`--all\` lists them)\n`);
    expect(folded.stderr).toContain("0 errors, 2 warnings in");
    const { stdout } = await run(["validate", folder.path, "--all"]);
    expect(stdout).toBe(`${line}\n${line.replace(":18 ", ":34 ").replace("GetObject", "PutObject")}\n`);
    const json = await run(["validate", folder.path, "--json"]);
    expect(JSON.parse(json.stdout).issues).toHaveLength(2);
    expect((await run(["validate", folder.path, "--max-warnings", "1"])).status).toBe(1);
  });

  it("refuses a number of warnings that is none", async () => {
    const { status, stderr } = await run(["validate", folder.path, "--max-warnings", "-1"]);
    expect(status).toBe(2);
    expect(stderr).toContain("`--max-warnings -1` must be a whole number");
  });

  it("prints every issue as file:line:column severity code message and exits with 1", async () => {
    await folder.write({ ...broken, ...unused });
    const { status, stdout, stderr } = await run(["validate", folder.path]);
    expect(status).toBe(1);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/\/policies\/read\.json:3:3 error \w+ \S/);
    for (const line of lines) expect(line).toMatch(/^\S+:\d+:\d+ (error|warning) \w+ \S.*[^.]$/);
    expect(stderr).toMatch(/^\d+ errors?, 1 warning in /);
  });

  it("prints one JSON object with --json", async () => {
    await folder.write({ ...broken, ...unused });
    const { status, stdout } = await run(["validate", folder.path, "--json"]);
    expect(status).toBe(1);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ warnings: 1 });
    expect(report.errors).toBeGreaterThan(0);
    expect(report.issues).toHaveLength(report.errors + report.warnings);
    expect(report.issues[0]).toMatchObject({ file: `${folder.name}/policies/read.json`, line: 3, column: 3 });
  });

  it("exits with 2 for a folder that is not there", async () => {
    const { status, stdout } = await run(["validate", join(folder.path, "nowhere")]);
    expect(status).toBe(2);
    expect(stdout).toContain("nowhere:1:1 error noSuchFolder");
  });

  it("checks the folder config by default", async () => {
    const files = Object.entries(goodFiles).map(([file, text]) => [`config/${file}`, text]);
    await folder.write(Object.fromEntries(files));
    const before = process.cwd();
    process.chdir(folder.path);
    onTestFinished(() => process.chdir(before));
    expect(await run(["validate"])).toEqual({
      status: 0,
      stdout: "",
      stderr: "0 errors, 0 warnings in config\n",
    });
  });
});

describe("bundle", () => {
  it("is made of a configuration in shadow mode too, but for a deployment that is to enforce", async () => {
    await folder.write({ "authorizer.yaml": `mode: shadow\n${goodFiles["authorizer.yaml"]}` });
    const out = join(folder.path, "bundle.json");
    const refused = await run(["bundle", folder.path, "--enforcing", "--out", out]);
    expect(refused).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringMatching(/authorizer\.yaml:1:7 error shadowMode a configuration in shadow mode/),
    });
    expect(await readdir(folder.path)).not.toContain("bundle.json");
    const made = await run(["bundle", folder.path, "--out", out]);
    expect(made).toMatchObject({ status: 0, stderr: expect.stringMatching(/1:7 warning shadowMode/) });
    expect(JSON.parse(await readFile(out, "utf8")).config.mode).toBe("shadow");
  });

  it("writes a bundle that opens, makes its folder, and prints the version", async () => {
    const out = join(folder.path, "a", "b", "bundle.json");
    const { status, stdout, stderr } = await run(["bundle", folder.path, "--out", out]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const opened = openBundle(JSON.parse(await readFile(out, "utf8")));
    expect(stdout).toBe(`${opened.version}\n`);
    expect(await readdir(join(folder.path, "a", "b"))).toEqual(["bundle.json"]);
  });

  it("writes the same bytes each time", async () => {
    const [one, two] = [join(folder.path, "1.json"), join(folder.path, "2.json")];
    await run(["bundle", folder.path, "--out", one]);
    await run(["bundle", folder.path, "--out", two]);
    expect(await readFile(one)).toEqual(await readFile(two));
  });

  it("keeps the earlier bundle and exits with 1 when the configuration has errors", async () => {
    const out = join(folder.path, "bundle.json");
    await run(["bundle", folder.path, "--out", out]);
    const before = await readFile(out, "utf8");
    await folder.write(broken);
    const { status, stdout, stderr } = await run(["bundle", folder.path, "--out", out]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/policies\/read\.json:3:3 error /);
    expect(await readFile(out, "utf8")).toBe(before);
  });

  it("tells warnings on stderr and goes on", async () => {
    await folder.write(unused);
    const { status, stdout, stderr } = await run([
      "bundle",
      folder.path,
      "--out",
      join(folder.path, "b.json"),
    ]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^[0-9a-f]{64}\n$/);
    expect(stderr).toContain("warning unusedPolicy");
  });

  it("exits with 2 when there is no such folder, or the file can't be written", async () => {
    expect((await run(["bundle", join(folder.path, "nowhere"), "--out", "x"])).status).toBe(2);
    const { status, stderr } = await run([
      "bundle",
      folder.path,
      "--out",
      join(folder.path, "authorizer.yaml", "x"),
    ]);
    expect(status).toBe(2);
    expect(stderr).toContain("can't be written");
    expect((await run(["bundle", folder.path, "--out", join(folder.path, "policies")])).status).toBe(2);
    expect(await readdir(folder.path)).toEqual(["authorizer.yaml", "policies"]);
  });
});
