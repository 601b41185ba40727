/** docs/how-to/who-can.md and docs/how-to/least-privilege.md: each command prints what the page shows after it. */
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../command-run.ts";
import { useExampleProject } from "../example-project.ts";

useExampleProject();

const read = (name: string) => readFile(new URL(`../../../docs/how-to/${name}.md`, import.meta.url), "utf8");
const pages = `${await read("who-can")}\n${await read("least-privilege")}`;
const blocks = [...pages.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, kind = "", text = ""]) => ({
  kind,
  text,
}));
const calls = blocks.find(({ text }) => text.startsWith('{"type":"decision"'));
/** Each command, and what the page shows after it, if it does. */
const commands = blocks.flatMap(({ kind, text }, index) => {
  const next = blocks[index + 1];
  const output = next?.kind === "sh" ? undefined : next?.text;
  return kind === "sh"
    ? text
        .trim()
        .split("\n")
        .map((command) => ({ command, output }))
    : [];
});

function argvOf(command: string): string {
  const [, argv = ""] = /^npx connect-authorizer (.*)$/.exec(command) ?? [];
  return argv;
}

describe("the pages on who can do what and on least privilege", () => {
  it.each(commands.filter(({ command }) => !command.includes("role-policy")))(
    "say what $command prints",
    async ({ command, output }) => {
      const log = join(await mkdtemp(join(tmpdir(), "page-")), "calls.jsonl");
      await writeFile(log, calls?.text ?? "");
      const argv = argvOf(command);
      const { status, stdout } = await run(
        argv.split(" ").map((word) => (word === "calls.jsonl" ? log : word.replaceAll('"', ""))),
      );
      // The pages do not say how many operations there are: that changes with the SDK.
      const told = stdout.replace(/(?<=^never: |\bof )\d+(?= (?:other )?operations)/gm, "…");
      expect({ status, stdout: told }).toEqual({ status: 0, stdout: output ?? told });
      expect(told).not.toBe("");
    },
  );

  it("have a command for the role's policy that works", async () => {
    const found = commands.find(({ command }) => command.includes("role-policy"));
    const { status, stdout } = await run(argvOf(found?.command ?? "").split(" "));
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ Version: "2012-10-17" });
    const writing = commands.find(({ command }) => command.includes(" --write "));
    const argv = argvOf(writing?.command ?? "");
    expect(await run(argv.split(" "))).toMatchObject({ status: 0, stderr: "" });
    const check = argv.replace("--write", "--check").split(" ");
    expect(await run(check)).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it("have all four commands", () => {
    const names = new Set(commands.map(({ command }) => command.split(" ")[2]));
    expect(names).toEqual(new Set(["who-can", "what-can", "least-privilege", "role-policy"]));
  });
});
