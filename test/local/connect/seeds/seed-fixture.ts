/** Seeds written to a file, and what a local Connect that begins with one has. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { DocumentError } from "../../../../shared/errors.ts";
import type { Seed } from "../../../../tools/local/connect/seeds/problem.ts";
import { readSeed } from "../../../../tools/local/connect/seeds/read-seed.ts";
import { startLocalConnect } from "../../../../tools/local/connect/server.ts";
import { clientOf, instances } from "../connect-fixture.ts";

/** Writes a file in a folder of its own, whose path has spaces. */
export function write(name: string, content: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), "a seed "));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

export function read(yaml: string): Promise<Seed> {
  return readSeed(write("seed.yaml", yaml));
}

/** What is wrong with a file: `line:column code message`. */
export async function issuesOf(file: string): Promise<readonly string[]> {
  try {
    await readSeed(file);
    return [];
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    return error.issues.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`);
  }
}

/** Starts a local Connect with a seed. */
export async function startSeeded(
  seed: Seed | undefined,
  more: Partial<Parameters<typeof startLocalConnect>[0]> = {},
) {
  const connect = await startLocalConnect({ instances, seed, ...more });
  const client = clientOf(connect);
  onTestFinished(async () => {
    client.destroy();
    await connect.close();
  });
  return { connect, client };
}
