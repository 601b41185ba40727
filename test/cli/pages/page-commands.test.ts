/** Every command of ours that a page shows is one: its name, its flags, what it needs. Pages' own tests run them. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Command, parametersOf } from "../../../tools/cli/command.ts";
import { loadCommands } from "../../../tools/cli/commands.ts";
import { runCli } from "../../../tools/cli/program.ts";
import { KeptText } from "../command-run.ts";
import { wordsOf } from "./shown.ts";

const root = resolve(import.meta.dirname, "../../..");
const list = ["ls-files", "-z", "*.md", ":!config", ":!docs/decisions", ":!CHANGELOG.md"];
const pages = execFileSync("git", list, { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
const commands = await loadCommands();

interface Shown {
  readonly place: string;
  readonly line: string;
}

const ours = /(?:npm run --silent cli --|npx connect-authorizer) ([a-z][^\n]*)/g;
const fence = /^( *)(```+)(\w*)\n(.*?)^ *\2$/gms;

/** The commands in a text, each up to the end of it in a shell. */
function commandsIn(text: string, place: string): readonly Shown[] {
  return [...text.replace(/ *\\\n */g, " ").matchAll(ours)].map(([, rest = ""]) => ({
    place,
    line:
      rest
        .replace(/(?:'[^']*'|"[^"]*"|[^'"|><&;)#])*/, (command) => `${command}\n`)
        .split("\n")[0]
        ?.trim() ?? "",
  }));
}

/** A shell puts the options that a variable holds into a line in its place. */
function withOptions(code: string): string {
  const held = [...code.replace(/\$\([^)]*\)/g, "1").matchAll(/^ *([A-Z]+)="(--.*)"$/gm)];
  return held.reduce(
    (text, [, name = "", options = ""]) =>
      text.replaceAll(` $${name} `, ` ${options} `).replaceAll(` $${name})`, ` ${options})`),
    code,
  );
}

const texts = pages.map((file) => ({ file, text: readFileSync(resolve(root, file), "utf8") }));
const inBlocks = texts.flatMap(({ file, text }) =>
  [...text.matchAll(fence)]
    .filter(([, , , language]) => language === "sh")
    .flatMap(([, , , , code = ""]) => commandsIn(withOptions(code), file)),
);
const inSentences = texts.flatMap(({ file, text }) =>
  [...text.replace(fence, "").matchAll(/`([^`]+)`/g)].flatMap(([, code = ""]) =>
    commandsIn(code.replace(/\s+/g, " "), file),
  ),
);

/** What the command line says of a line, without running the command. */
async function refusalOf(line: string): Promise<string | undefined> {
  let ran = 0;
  const spies = commands.map(
    (command): Command => ({
      ...command,
      async run() {
        ran += 1;
        return 0;
      },
    }),
  );
  const io = { stdin: process.stdin, stdout: new KeptText(), stderr: new KeptText() };
  const status = await runCli([...wordsOf(line)], io, async () => spies);
  return status === 0 && ran === 1 ? undefined : `${line}: ${io.stderr.text}`;
}

describe("the commands of the pages", () => {
  it("are taken as they are written in blocks, each", async () => {
    expect(inBlocks.length).toBeGreaterThan(80);
    for (const { place, line } of inBlocks)
      expect({ place, refusal: await refusalOf(line) }).toEqual({ place, refusal: undefined });
  });

  it("have names and flags that there are, where a sentence names them", () => {
    expect(inSentences.length).toBeGreaterThan(40);
    const unknown = inSentences.flatMap(({ place, line }) => {
      const words = wordsOf(line);
      const command = commands.find(({ name }) => name.split(" ").every((word, at) => words[at] === word));
      const known = command && parametersOf(command.options).map(({ flag }) => flag);
      const flags = words.flatMap((word) => /^--[a-z][a-z-]*/.exec(word) ?? []);
      return known && flags.every((flag) => flag === "--help" || known.some((each) => each === flag))
        ? []
        : [`${place}: ${line}`];
    });
    expect(unknown).toEqual([]);
  });

  it("are in blocks that say so, since only these are looked at", () => {
    const unmarked = texts.flatMap(({ file, text }) =>
      [...text.matchAll(fence)]
        .filter(
          ([, , , language, code = ""]) =>
            language === "" && /^ *(?:npm|npx|aws|sam|curl|cp|export|docker) /m.test(code),
        )
        .map(([, , , , code = ""]) => `${file}: ${code.split("\n")[0]}`),
    );
    expect(unmarked).toEqual([]);
  });
});
