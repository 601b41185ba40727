/**
 * `npm run generate [-- --check]`: writes the catalogue, or with `--check` says how the committed one differs. When
 * the SDK or the reference has grown, it prints everything that you have to decide, each with the file to write it in.
 *
 * Exit status: 0 done, 1 something differs or has to be decided first, 2 an unknown flag.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type GeneratedFile, generate } from "./generate.ts";
import { formatToDo } from "./undecided.ts";

/** The checkout: this program runs as `dist/generate.mjs`. */
const root = fileURLToPath(new URL("..", import.meta.url));
const shownLines = 40;

process.exitCode = await run(process.argv.slice(2));

async function run(flags: readonly string[]): Promise<number> {
  const unknown = flags.find((flag) => flag !== "--check");
  if (unknown !== undefined) {
    console.error(`unknown flag \`${unknown}\`; the only one is --check`);
    return 2;
  }
  const { files, undecided } = await generate();
  if (undecided.length > 0) {
    console.error(formatToDo(undecided));
    console.error(
      `${undecided.length} to decide, each with its reason (docs/reference/catalog.md, "Keeping it up to date"); nothing is written before. Then generate again`,
    );
    return 1;
  }
  if (flags.includes("--check")) return check(files);
  for (const { path, text } of files) writeFileSync(`${root}${path}`, text);
  console.log(files.map(({ path, text }) => `${path} ${Buffer.byteLength(text)} bytes`).join("\n"));
  return 0;
}

function check(files: readonly GeneratedFile[]): number {
  const differences = files.flatMap((file) => differencesOf(file));
  if (differences.length === 0) return 0;
  console.error(differences.slice(0, shownLines).join("\n"));
  if (differences.length > shownLines) console.error(`… and ${differences.length - shownLines} more lines`);
  console.error(
    "the generated files differ from the installed packages; run `npm run generate` and read the diff",
  );
  return 1;
}

function differencesOf({ path, text }: GeneratedFile): readonly string[] {
  const committed = new Set(readFileSync(`${root}${path}`, "utf8").split("\n"));
  const fresh = new Set(text.split("\n"));
  const gone = [...committed].filter((line) => !fresh.has(line)).map((line) => `${path} - ${line}`);
  const come = [...fresh].filter((line) => !committed.has(line)).map((line) => `${path} + ${line}`);
  return [...gone, ...come];
}
