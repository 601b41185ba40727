/**
 * Shell completion: the script for bash in bash itself, those for zsh and fish by what they hold.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { parametersOf } from "../../tools/cli/command.ts";
import { loadCommands } from "../../tools/cli/commands.ts";
import { run } from "./command-run.ts";

const commands = await loadCommands();
const start = promisify(execFile);

async function scriptFor(shell: string): Promise<string> {
  const { status, stdout, stderr } = await run(["completion", shell]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("completion bash", () => {
  let script = "";
  beforeAll(async () => {
    script = await scriptFor("bash");
  });

  /** What bash offers for the last of some words. */
  async function offered(...words: readonly string[]): Promise<readonly string[]> {
    const ask = `set -u; COMP_WORDS=("$@"); COMP_LINE="$*"; COMP_CWORD=$(($# - 1)); COMPREPLY=()
      "\${handler[2]}"; printf '%s\\n' \${COMPREPLY[@]+"\${COMPREPLY[@]}"}`;
    const found = `read -r -a handler <<< "$(complete -p connect-authorizer)"`;
    const program = `${script}\n${found}\n${ask}`;
    const { stdout } = await start("bash", ["--norc", "-c", program, "-", "connect-authorizer", ...words], {
      cwd: import.meta.dirname,
    });
    return stdout.split("\n").filter((word) => word !== "");
  }

  it("offers the commands, and those of a group", async () => {
    const names = commands.map(({ name }) => name.split(" "));
    expect(await offered("")).toEqual([...new Set(names.map(([first]) => first))]);
    expect(await offered("val")).toEqual(["validate"]);
    expect(await offered("principal", "")).toEqual(["attach", "detach", "list"]);
    expect(await offered("nonsense", "")).toEqual([]);
  });

  it.each(commands)("offers every option of $name", async ({ name, options }) => {
    const flags = parametersOf(options).map(({ flag }) => flag);
    expect(await offered(...name.split(" "), "--")).toEqual([...flags, "--help"]);
  });

  it("offers the operations", async () => {
    expect(await offered("explain", "DescribeUserH")).toEqual([
      "DescribeUserHierarchyGroup",
      "DescribeUserHierarchyStructure",
    ]);
    expect(await offered("catalog", "CreateUserH")).toEqual(["CreateUserHierarchyGroup"]);
    expect(await offered("who-can", "CreateUserH")).toEqual(["CreateUserHierarchyGroup"]);
    expect(await offered("what-can", "--operation", "CreateUserH")).toEqual(["CreateUserHierarchyGroup"]);
  });

  it("offers words, files, folders or nothing as a value", async () => {
    expect(await offered("least-privilege", "--by", "")).toEqual(["all", "principal", "group"]);
    expect(await offered("completion", "z")).toEqual(["zsh"]);
    expect(await offered("bundle", "--out", "completion.t")).toEqual(["completion.test.ts"]);
    expect(await offered("principal", "attach", "--config", "rea")).toEqual(["reach"]);
    expect(await offered("validate", "rea")).toEqual(["reach"]);
    expect(await offered("validate", "completion.t")).toEqual(["completion.test.ts"]);
    expect(await offered("diff", "completion.t")).toEqual(["completion.test.ts"]);
    expect(await offered("diff", "reach", "completion.t")).toEqual(["completion.test.ts"]);
    expect(await offered("token", "--sub", "")).toEqual([]);
    expect(await offered("validate", "--max-warnings", "--")).toEqual([]);
  });
});

const hostile = [
  "team lead",
  "a:b@c=d",
  "été",
  "-dash",
  "~",
  "*",
  "$(touch hacked)",
  "`touch hacked`",
  "$HOME",
  "x;touch hacked",
  "x&touch hacked|>hacked",
  "it's",
  'a "quote"',
  "back\\slash",
  "bang!!",
  "#comment",
  "{a,b}",
];

describe("names of the configuration at hand", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "completed "));
    const files = {
      "authorizer.yaml": JSON.stringify({
        issuers: [{ issuer: "https://issuer.example/" }, 7],
        bindings: [
          { match: { groups: hostile }, policies: ["p"] },
          { match: { groups: ["line\nbreak", "escape\u001b[31m", "hidden\u202e", ""] } },
          { match: { groups: "no list" } },
          "no binding",
        ],
      }),
      "policies/p.json": "no JSON",
      "policies/hr/agents.json": "",
      "policies/README.md": "",
      "environments/prod.yaml": "",
    };
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(folder, name, ".."), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  });
  afterAll(() => rm(folder, { recursive: true }));
  afterEach(() => vi.unstubAllEnvs());

  async function names(shell: string, ...words: readonly string[]): Promise<readonly string[]> {
    const { status, stdout, stderr } = await run(["__complete", shell, ...words]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return stdout.split("\n").slice(0, -1);
  }

  it("are those of its files, without what a terminal or a shell would obey", async () => {
    const of = (kind: string) => names("zsh", kind, "explain", "--config", folder, "");
    expect(await of("group")).toEqual([...hostile].sort());
    expect(await of("issuer")).toEqual(["https://issuer.example/"]);
    expect(await of("policy")).toEqual(["hr/agents", "p"]);
    expect(await of("environment")).toEqual(["prod"]);
    expect(await of("nonsense")).toEqual([]);
  });

  it("are those of the configuration that the line names, else of the usual one", async () => {
    const policies = ["hr/agents", "p"];
    expect(await names("fish", "policy", "validate", folder, "--env", "")).toEqual(policies);
    expect(await names("fish", "policy", "validate", `--config=${folder}`, "")).toEqual(policies);
    const escaped = folder.replaceAll(" ", "\\ ");
    expect(await names("bash", "policy", "validate", "--config", escaped, "")).toEqual(policies);
    expect(await names("bash", "policy", "validate", "--config", `"${folder}"`, "")).toEqual(policies);
    vi.stubEnv("AUTHORIZER_CONFIG", folder);
    expect(await names("zsh", "policy", "explain", "")).toEqual(policies);
    expect(await names("zsh", "policy", "explain", "--config", "/nowhere", "")).toEqual([]);
  });

  it("are those of a bundle", async () => {
    const bundle = join(folder, "bundle.json");
    const config = { bindings: [{ match: { groups: ["hr"] } }], issuers: [] };
    await writeFile(bundle, JSON.stringify({ config, policies: [{ name: "p" }] }));
    const of = (kind: string) => names("zsh", kind, "explain", "--config", bundle, "");
    expect([await of("group"), await of("policy"), await of("environment")]).toEqual([["hr"], ["p"], []]);
  });

  it.each([
    ["no such file", async () => undefined],
    ["a folder", () => mkdir(join(folder, "authorizer.yaml"))],
    ["a broken link", () => symlink("nowhere", join(folder, "authorizer.yaml"))],
    ["not UTF-8", () => writeFile(join(folder, "authorizer.yaml"), Buffer.of(0xff))],
    ["no YAML", () => writeFile(join(folder, "authorizer.yaml"), "bindings: [")],
    ["aliases", () => writeFile(join(folder, "authorizer.yaml"), "a: &a [x]\nbindings: *a")],
    [
      "long",
      () => writeFile(join(folder, "authorizer.yaml"), `bindings:\n${"- { match: 1 }\n".repeat(40_000)}`),
    ],
  ])("are none, without an error, if the file is %s", async (_, spoil) => {
    await rm(join(folder, "authorizer.yaml"), { recursive: true, force: true });
    await spoil();
    expect(await names("bash", "group", "explain", "--config", folder.replaceAll(" ", "\\ "), "")).toEqual(
      [],
    );
  });
});

describe("hostile names in bash", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "completed "));
    const bindings = [{ match: { groups: hostile } }];
    await writeFile(join(folder, "authorizer.yaml"), JSON.stringify({ bindings }));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(["", '"', "'"])("are read back as they are behind %j, and run nothing", async (quote) => {
    const { stdout } = await run([
      "__complete",
      "bash",
      "group",
      "explain",
      "--config",
      `'${folder}'`,
      quote,
    ]);
    const written = stdout.split("\n").slice(0, -1);
    const program = `printf '%s\\n' ${written.map((name) => quote + name + quote).join(" ")}; ls -A`;
    const read = await start("bash", ["--norc", "-c", program], { cwd: folder });
    const left = { "": /^$/, '"': /!/, "'": /'/ }[quote] ?? /^$/;
    const held = hostile.filter((name) => !left.test(name)).sort();
    expect(read.stdout).toBe(`${[...held, "authorizer.yaml"].join("\n")}\n`);
  });

  it("become what bash puts in the place of the last piece of a word", async () => {
    const script = await scriptFor("bash");
    // In the place of the program: what it is called with, and what it says.
    const program = `${script}
      connect-authorizer() { printf '<%s>' "$@" >&3; printf '%s\n' 'a:b@c=d' '$(touch hacked)' 'a:*'; }
      COMP_LINE=$1; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_WORDBREAKS=$' =:@'; COMPREPLY=()
      _connect_authorizer 3>&1; printf '\n%s' "\${COMPREPLY[@]}"; ls -A`;
    const ask = async (line: string, ...words: readonly string[]) =>
      (await start("bash", ["--norc", "-c", program, "-", line, ...words], { cwd: folder })).stdout;
    expect(
      await ask(
        "connect-authorizer explain --group a:b@",
        "connect-authorizer",
        "explain",
        "--group",
        "a",
        ":",
        "b",
        "@",
      ),
    ).toBe("<__complete><bash><group><explain><--group><a:b@>\nc=dauthorizer.yaml\n");
    expect(
      await ask("connect-authorizer token --group=", "connect-authorizer", "token", "--group", "="),
    ).toBe("<__complete><bash><group><token><--group><>\na:b@c=d\n$(touch hacked)\na:*authorizer.yaml\n");
  });
});

describe("completion", () => {
  it.each(["zsh", "fish"])("%s asks the program for names, and runs none of them", async (shell) => {
    const script = await scriptFor(shell);
    expect(script).toMatch(/__complete (?:zsh|fish) .*<\/dev\/null 2>\/dev\/null/);
    expect(script).not.toContain("eval");
    for (const kind of ["group", "policy", "environment", "issuer"])
      expect(script).toContain(`_connect_authorizer_names ${kind}`);
  });

  it.each(["zsh", "fish"])("%s has every command and option with its text", async (shell) => {
    const script = await scriptFor(shell);
    for (const { name, text, options } of commands) {
      expect(script).toContain(name.split(" ").at(-1));
      expect(script).toContain(text.replaceAll("'", shell === "fish" ? "\\'" : "'\\''"));
      for (const { flag, text: says } of parametersOf(options)) {
        const quoted = says.replaceAll("'", shell === "fish" ? "\\'" : "'\\''");
        const line = shell === "fish" ? `-l ${flag.slice(2)} -d '${quoted}` : `${flag}[${quoted}]`;
        expect(script).toContain(line);
      }
    }
  });

  it("refuses a shell that it does not know", async () => {
    expect(await run(["completion", "ksh"])).toMatchObject({
      status: 2,
      stdout: "",
      stderr: "connect-authorizer: `ksh` must be one of `bash`, `zsh`, `fish`\n",
    });
  });
});
