/**
 * What a cold start pays for the authorizer's code: the time to import its bundle, over that of a handler that does
 * nothing. Each import happens in a process of its own, in turns.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { median } from "./measure.ts";

/** Milliseconds, medians over the rounds. */
export interface ImportTimes {
  readonly emptyMs: number;
  readonly authorizerMs: number;
  /** The median of the rounds' differences. */
  readonly differenceMs: number;
  /** The difference of the two fastest imports: what is left when nothing else uses the machine. */
  readonly fastestDifferenceMs: number;
}

const program = `
const started = performance.now();
const { handler } = await import(process.argv[1]);
const ms = performance.now() - started;
if (typeof handler !== "function") throw new Error("no handler");
process.stdout.write(String(ms));
`;

/**
 * Measures imports.
 *
 * @param root the checkout's folder, where the authorizer was built
 */
export function measureImports(root: string, rounds: number): ImportTimes {
  const folder = mkdtempSync(join(tmpdir(), "connect-authorizer-bench-"));
  try {
    const emptyHandler = join(folder, "index.mjs");
    writeFileSync(emptyHandler, "export const handler = async () => ({});\n");
    const authorizer = join(root, "dist", "authorizer", "index.mjs");
    const samples = Array.from({ length: rounds }, () => {
      const emptyMs = importOnce(emptyHandler);
      const authorizerMs = importOnce(authorizer);
      return { emptyMs, authorizerMs, differenceMs: authorizerMs - emptyMs };
    });
    const empty = samples.map(({ emptyMs }) => emptyMs);
    const whole = samples.map(({ authorizerMs }) => authorizerMs);
    return {
      emptyMs: median(empty),
      authorizerMs: median(whole),
      differenceMs: median(samples.map(({ differenceMs }) => differenceMs)),
      fastestDifferenceMs: Math.min(...whole) - Math.min(...empty),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function importOnce(file: string): number {
  const parameters = ["--input-type=module", "--eval", program, pathToFileURL(file).href];
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, { encoding: "utf8" });
  const ms = Number(stdout);
  if (status === 0 && stdout !== "" && Number.isFinite(ms)) return ms;
  throw new Error(`\`${file}\` cannot be imported: ${stderr}`);
}
