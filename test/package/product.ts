/** The product that `npm run build` made, and copies of it. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");
export const product = join(root, "dist/package");

/** Every file of the product, with `/` between folders. */
export function productFiles(): readonly string[] {
  return readdirSync(product, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(product.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
}

/** The program of a copy of the product, in a folder where nothing else is. */
export interface ProgramAlone {
  readonly folder: string;
  readonly run: (args: readonly string[], environment?: NodeJS.ProcessEnv) => string;
  readonly remove: () => void;
}

export function copyAlone(): ProgramAlone {
  const folder = mkdtempSync(join(tmpdir(), "a product, alone "));
  cpSync(product, folder, { recursive: true });
  return {
    folder,
    run: (args, environment = {}) =>
      execFileSync(process.execPath, [join(folder, "cli.mjs"), ...args], {
        cwd: folder,
        encoding: "utf8",
        stdio: "pipe",
        env: { ...process.env, ...environment },
      }),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
