/** What a page shows: its blocks in order, its commands as words, and outputs in which `…` leaves text out. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { run } from "../command-run.ts";

export interface Block {
  readonly language: string;
  readonly text: string;
}

/** Reads `docs/FILE`. */
export function readPage(file: string) {
  const page = readFileSync(resolve(import.meta.dirname, "../../../docs", file), "utf8");
  const all: readonly Block[] = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ([, language = "", text = ""]) => ({ language, text }),
  );
  const blocks = (language: string) =>
    all.filter((each) => each.language === language).map(({ text }) => text);
  return { page, all, blocks };
}

/** The words of a line, as a shell splits it: quotation marks around a word group it. */
export function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, one, two, plain]) => one ?? two ?? plain ?? "",
  );
}

/** Runs a line of a page that calls a command of ours, by either of its names. */
export function runShown(line: string, stdin = "") {
  const rest = /^(?:npm run --silent cli --|npx connect-authorizer) (.*)$/.exec(line.trim())?.[1];
  if (rest === undefined) throw new Error(`not a command of ours: ${line}`);
  return run(wordsOf(rest), stdin);
}

/** An output as the page shows it: `…` stands for any text, also for none and for several lines. */
export function asShown(block: string): RegExp {
  const parts = block.split("…").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join("[\\s\\S]*")}$`);
}
