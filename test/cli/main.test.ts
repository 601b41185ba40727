/**
 * The command line itself: help, exit statuses, and the program as Node.js starts it.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { withProgram } from "../../tools/cli/called-as.ts";
import { parametersOf } from "../../tools/cli/command.ts";
import { loadCommands } from "../../tools/cli/commands.ts";
import { runCli } from "../../tools/cli/program.ts";
import { rawText } from "../../tools/raw-text.mjs";
import { KeptText, run } from "./command-run.ts";

const commands = await loadCommands();

describe("help", () => {
  it("lists the commands, on stdout, with an example", async () => {
    const { status, stdout, stderr } = await run(["--help"]);
    expect(status).toBe(0);
    for (const { name } of commands) expect(stdout).toContain(`\n  ${name.split(" ")[0]} `);
    expect(stdout).toContain("npm run --silent cli -- validate config");
    expect(stdout).toContain("exit status: 0 done, 1 a check found something, 2 unusable input");
    expect(stderr).toBe("");
  });

  it.each(commands)("of $name has its text, parameters and an example", async (command) => {
    const words = command.name.split(" ");
    const { status, stdout } = await run([...words, "--help"]);
    expect(status).toBe(0);
    // Help breaks lines anywhere.
    const text = stdout.replace(/\s+/g, " ");
    for (const each of [...parametersOf(command.arguments), ...parametersOf(command.options)])
      expect(text).toContain(`${each.flag.startsWith("--") ? each.written : each.flag} ${each.text}`);
    expect(text).toContain(command.text);
    expect(stdout).toContain(`npm run --silent cli -- ${command.example}`);
    expect(text).toContain(withProgram(command.note ?? ""));
    if (words.length === 1) expect(await run(["help", ...words])).toMatchObject({ status: 0, stdout });
  });
});

const { version }: { version: string } = JSON.parse(readFileSync("package.json", "utf8"));

describe("--version", () => {
  it("prints the version of the package, and loads no command", async () => {
    const stdout = new KeptText();
    const load = () => Promise.reject(new Error("a command was loaded"));
    expect(await runCli(["--version"], { stdin: process.stdin, stdout, stderr: new KeptText() }, load)).toBe(
      0,
    );
    expect(stdout.text).toBe(`${version}\n`);
  });
});

describe("a command line that is not understood", () => {
  it.each([
    [[]],
    [["explain"]],
    [["validte"]],
    [["validate", "--jsn"]],
    [["validate", "a", "b"]],
    [["bundle"]],
    [["bundle", "--out"]],
    [["token"]],
    [["simulate"]],
    [["catalog", "a", "b"]],
    [["catalog", "--instance"]],
    [["trust-policy"]],
    [["who-can"]],
    [["what-can"]],
    [["least-privilege"]],
    [["audit", "--from", "-"]],
    [["role-policy", "a", "b"]],
    [["--colour"]],
  ])("%j exits with 2 and writes to stderr alone", async (argv) => {
    const { status, stdout, stderr } = await run(argv);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).not.toBe("");
  });

  it("says what was probably meant", async () => {
    expect((await run(["validte"])).stderr).toContain("unknown command `validte`: did you mean `validate`");
    expect((await run(["validate", "--jsn"])).stderr).toContain(
      "unknown option `--jsn`: did you mean `--json`",
    );
  });
});

describe("the program", () => {
  it("runs when it is started, directly or by a link, and not when it is imported", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cli program-"));
    const outfile = resolve("dist", `cli-test-${process.pid}.mjs`);
    const link = join(folder, "connect-authorizer");
    const start = promisify(execFile);
    try {
      await build({
        entryPoints: ["tools/cli/main.ts"],
        outfile,
        bundle: true,
        packages: "external",
        plugins: [rawText],
        platform: "node",
        format: "esm",
        logLevel: "error",
      });
      await symlink(outfile, link);
      for (const program of [outfile, link]) {
        await expect(start(process.execPath, [program, "--help"])).resolves.toMatchObject({
          stdout: expect.stringContaining("Usage: npm run --silent cli --"),
        });
        await expect(start(process.execPath, [program, "--version"])).resolves.toMatchObject({
          stdout: `${version}\n`,
          stderr: "",
        });
        await expect(start(process.execPath, [program, "nonsense"])).rejects.toMatchObject({ code: 2 });
      }
      const importing = `await import(${JSON.stringify(outfile)}); console.log("imported")`;
      const imported = await start(process.execPath, [
        "--input-type=module",
        "--eval",
        importing,
        "--",
        "--help",
      ]);
      expect(imported.stdout).toBe("imported\n");
    } finally {
      await rm(outfile, { force: true });
      await rm(folder, { recursive: true, force: true });
    }
  });
});
