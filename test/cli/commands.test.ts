/**
 * The table of commands: what each row must have, and that what it promises is what the command line does.
 */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { type Command, parametersOf } from "../../tools/cli/command.ts";
import { loadCommands } from "../../tools/cli/commands.ts";
import { runCli } from "../../tools/cli/program.ts";
import { KeptText, run } from "./command-run.ts";

const commands = await loadCommands();
const rowsOf = (command: Command) => [...parametersOf(command.arguments), ...parametersOf(command.options)];

/** Splits a command line as a shell does: quotation marks group. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

/** Parses a command line and gives what its command's `run` would get. */
async function parse(line: string): Promise<{ readonly name: string; readonly given: object }> {
  const calls: { name: string; given: object }[] = [];
  const spies = commands.map(
    (command): Command => ({
      ...command,
      async run(given: object) {
        calls.push({ name: command.name, given });
        return 0;
      },
    }),
  );
  const [stdout, stderr] = [new KeptText(), new KeptText()];
  const status = await runCli(wordsOf(line), { stdin: process.stdin, stdout, stderr }, async () => spies);
  expect({ status, stderr: stderr.text }).toEqual({ status: 0, stderr: "" });
  const [call] = calls;
  if (!call) throw new Error(`nothing ran: ${line}`);
  return call;
}

/** The code of a file and of the files beside it that it imports, without comments and quoted texts. */
function codeOf(file: string, seen = new Set<string>()): string {
  if (seen.has(file)) return "";
  seen.add(file);
  const source = readFileSync(file, "utf8");
  const beside = [...source.matchAll(/from "(\.\/[\w-]+\.ts)"/g)].map(([, path = ""]) => path);
  const code = source.replace(/"(?:[^"\\\n]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/.*/g, "");
  return [code, ...beside.map((path) => codeOf(resolve(dirname(file), path), seen))].join("\n");
}

/** Command → its file, as `commands.ts` has it. */
const files = new Map(
  [
    ...readFileSync(resolve(import.meta.dirname, "../../tools/cli/commands.ts"), "utf8").matchAll(
      /\["([a-z -]+)", \(\) => import\("\.\/(.+?)"\)\]/g,
    ),
  ].map(([, name = "", file = ""]) => [name, file]),
);

describe("the table of commands", () => {
  it("has no name twice, and finds a command by its first word alone", async () => {
    const names = commands.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) {
      const [first] = name.split(" ");
      const same = names.filter((each) => each.split(" ")[0] === first);
      expect((await loadCommands(first)).map((each) => each.name)).toEqual(same);
    }
    expect(await loadCommands("constructor")).toHaveLength(names.length);
  });

  it.each(commands)("has texts of one style: $name", (command) => {
    const style = /^(?:[a-z`]|file:|s3:|JSON |ARN |IAM )[^\n]*[^.\s]$/;
    expect(command.text).toMatch(/^[a-z]+ [^\n]*[^.\s]$/);
    for (const { text } of rowsOf(command)) expect(text).toMatch(style);
    if (command.finding !== undefined) expect(command.finding).toMatch(style);
  });

  it.each(commands)("has an example that parses: $name", async (command) => {
    const { name, given } = await parse(command.example);
    expect(name).toBe(command.name);
    const members = rowsOf(command).map(({ member }) => member);
    expect(members).toEqual(expect.arrayContaining(Object.keys(given)));
  });

  it.each(commands)("has no parameter that its file does not read: $name", (command) => {
    const file = files.get(command.name) ?? "";
    const code = codeOf(resolve(import.meta.dirname, "../../tools/cli", file));
    for (const { member } of rowsOf(command)) expect(code).toMatch(new RegExp(`\\b${member}\\b`));
  });
});

describe("the program's start", () => {
  /** What files import when they are loaded, their imports included: files and packages. */
  function importsOf(entries: readonly string[]): ReadonlySet<string> {
    const reached = new Set(entries);
    for (const file of reached) {
      if (!file.endsWith(".ts")) continue;
      const source = readFileSync(file, "utf8");
      for (const [, path = ""] of source.matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)"/gm))
        reached.add(path.startsWith(".") ? resolve(dirname(file), path) : path);
    }
    return reached;
  }
  const room = resolve(import.meta.dirname, "../../tools/cli");

  it("loads no command", () => {
    const reached = [...importsOf([resolve(room, "main.ts")])];
    expect(
      reached
        .filter((each) => !each.startsWith("node:"))
        .map((each) => basename(each))
        .sort(),
    ).toEqual([
      "called-as.ts",
      "command-io.ts",
      "command.ts",
      "commander",
      "commands.ts",
      "errors.ts",
      "fast-string-width",
      "given-values.ts",
      "lay-out.ts",
      "main.ts",
      "package.json",
      "program.ts",
      "progress.ts",
      "progress.ts",
      "system-reason.ts",
      "terminal.ts",
      "without-controls.ts",
      "wrong-command-line.ts",
    ]);
  });

  it("loads no client of AWS and none of its schemas, also where help lists all commands", () => {
    const reached = importsOf([...files.values()].map((file) => resolve(room, file)));
    expect(reached.size).toBeGreaterThan(100);
    expect([...reached].filter((each) => each.startsWith("@aws-sdk/"))).toEqual([]);
  });
});

describe("parsing", () => {
  it("gives members, defaults and lists by their names", async () => {
    expect((await parse("validate --max-warnings 3")).given).toEqual({
      config: "config",
      also: [],
      maxWarnings: "3",
    });
    expect((await parse("token --sub a")).given).toEqual({
      sub: "a",
      group: [],
      tag: [],
      claim: [],
      url: "http://127.0.0.1:3000",
    });
    expect((await parse("token --sub a --group x --group y")).given).toMatchObject({ group: ["x", "y"] });
    expect((await parse("who-can a b --json")).given).toEqual({
      action: "a",
      resource: "b",
      config: "config",
      json: true,
    });
    expect((await parse("what-can")).given).toMatchObject({ principal: undefined, group: [] });
  });

  it.each([
    ["audit --to csv --from -", "`--to csv` must be `ocsf`"],
    ["least-privilege --from - --by x", "`--by x` must be one of `all`, `principal`, `group`"],
    ["least-privilege --from - --generalize x", "must be one of `ids`, `types`, `instances`"],
  ])("refuses what is no choice: %s", async (line, message) => {
    const { status, stdout, stderr } = await run(line.split(" "));
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("refuses options that exclude each other", async () => {
    const { status, stderr } = await run(["role-policy", "--write", "a", "--check", "a"]);
    expect(status).toBe(2);
    expect(stderr).toContain("`--write` and `--check` exclude each other");
  });
});

describe("the configuration", () => {
  /** What each command needs besides; none of them is run. */
  const others = new Map([
    ["bundle", "--out x"],
    ["report", "--html x"],
    ["publish", "--to file:x"],
    ["trust-policy", "--proxy-role x"],
    ["explain", "DescribeUser --sub x"],
    ["simulate", "--aws x"],
    ["who-can", "x x"],
    ["what-can", "x"],
    ["catalog", "x"],
    ["principal attach", "--table x --issuer x --subject x"],
    ["principal list", "--table x"],
    ["whoami", "--token x"],
  ]);
  const readers = commands.filter((command) => rowsOf(command).some(({ flag }) => flag === "--config"));
  const given = async (name: string, more: string) =>
    (await parse(`${name} ${others.get(name) ?? ""} ${more}`)).given as { readonly config?: string };
  afterEach(() => vi.unstubAllEnvs());

  it("is taken by every command whose file opens one; `diff` takes two, `init` writes its own", () => {
    const opening = commands.filter(({ name }) =>
      /\b(?:openConfiguration|loadPath|loadConfiguration)\(|load: loadPath/.test(
        codeOf(resolve(import.meta.dirname, "../../tools/cli", files.get(name) ?? "")),
      ),
    );
    const names = (some: readonly Command[]) => some.map(({ name }) => name);
    expect(names(opening).filter((name) => name !== "diff" && name !== "init")).toEqual(names(readers));
    expect(readers.length).toBeGreaterThan(10);
  });

  it.each(readers)(
    "of $name is an argument or --config, else AUTHORIZER_CONFIG, else config",
    async ({ name }) => {
      vi.stubEnv("AUTHORIZER_CONFIG", "");
      const isOptional = name === "catalog" || name === "principal list";
      expect((await given(name, "")).config).toBe(isOptional ? undefined : "config");
      vi.stubEnv("AUTHORIZER_CONFIG", "of-environment");
      expect((await given(name, "")).config).toBe("of-environment");
      expect((await given(name, "here")).config).toBe("here");
      expect((await given(name, "--config there")).config).toBe("there");
      const both = await run(wordsOf(`${name} ${others.get(name) ?? ""} here --config there`));
      expect(both).toMatchObject({ status: 2, stdout: "" });
      expect(both.stderr).toContain("use either `here` or `--config there`");
    },
  );

  it("is a folder or the bundle made of it, with the same answer", async () => {
    const parent = await mkdtemp(join(tmpdir(), "configuration "));
    onTestFinished(() => rm(parent, { recursive: true }));
    const bundle = join(parent, "bundle.json");
    await run(["bundle", "examples/aws", "--out", bundle]);
    for (const line of ["what-can --group operators", "who-can DeleteUser *", "catalog CreateUser"]) {
      const folder = await run([...wordsOf(line), "--config", "examples/aws"]);
      expect(folder.status).toBe(0);
      expect(await run([...wordsOf(line), "--config", bundle])).toEqual(folder);
    }
    expect(await run(["validate", bundle])).toMatchObject({ status: 0, stdout: "" });
    expect(await run(["bundle", bundle, "--out", join(parent, "again.json")])).toMatchObject({ status: 0 });
    expect(readFileSync(join(parent, "again.json"), "utf8")).toBe(readFileSync(bundle, "utf8"));
  });

  it("is refused if it is a file that is not a bundle", async () => {
    for (const name of ["validate", "role-policy"]) {
      const { status, stdout, stderr } = await run([name, "package.json"]);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toContain("`package.json` is neither a folder nor a bundle that can be used: ");
    }
  });
});

describe("docs/reference/cli.md", () => {
  it("is what `npm run generate` writes", async () => {
    const { status, stdout } = await run(["reference"]);
    expect(status).toBe(0);
    const page = resolve(import.meta.dirname, "../../docs/reference/cli.md");
    expect(readFileSync(page, "utf8"), "run npm run generate").toBe(stdout);
  });

  it("has a section for each command, and a row for each parameter", async () => {
    const { stdout } = await run(["reference"]);
    for (const command of commands) {
      expect(stdout).toContain(`\n## \`${command.name}\`\n`);
      for (const { written } of rowsOf(command)) expect(stdout).toContain(`\n| \`${written}\``);
    }
  });
});
