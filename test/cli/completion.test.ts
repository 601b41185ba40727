/**
 * Shell completion: the script for bash in bash itself, those for zsh and fish by what they hold.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
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
    const ask = `set -u; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
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

describe("completion", () => {
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
