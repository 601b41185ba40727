/** The types of the library, as the package has them: declarations of its public files alone. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** The entries of the library, by the name that the package gives them. */
export const libraryEntries = { index: "tools/library/index.ts", policy: "tools/library/policy.ts" };

const room = "tools/library";

/**
 * Writes `index.d.ts`, `policy.d.ts`, and the declarations that they import.
 * @throws Error if they cannot be made, or if a public type is from outside the library's room
 */
export function writeDeclarations(root: string, out: string): void {
  const work = mkdtempSync(join(root, "dist/declarations-"));
  try {
    emit(root, work);
    const files = new Set(Object.keys(libraryEntries).map((name) => `${name}.d.ts`));
    // A set is walked over what is added on the way as well.
    for (const file of files) {
      const text = readFileSync(join(work, room, file), "utf8");
      for (const imported of importsOf(text, file)) files.add(imported);
      mkdirSync(dirname(join(out, file)), { recursive: true });
      writeFileSync(join(out, file), text.replaceAll(relativeImport, "$1$2.js$3"));
    }
  } finally {
    rmSync(work, { recursive: true });
  }
}

function emit(root: string, work: string): void {
  const upward = relative(work, root).replaceAll("\\", "/");
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    outDir: ".",
    rootDir: upward,
    // Of a copy of the checkout, with a link to its packages.
    preserveSymlinks: true,
  };
  const files = Object.values(libraryEntries).map((file) => `${upward}/${file}`);
  const project = { extends: `${upward}/tsconfig.json`, compilerOptions, include: [], files };
  writeFileSync(join(work, "tsconfig.json"), JSON.stringify(project));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", work], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`the library's declarations could not be made:\n${stdout}`);
}

/** `from "./types.ts"` */
const relativeImport = /(\bfrom "|\bimport\(")(\.{1,2}\/[^"]+)\.ts(")/g;

function importsOf(text: string, file: string): readonly string[] {
  return [...text.matchAll(relativeImport)].map(([, , path = ""]) => {
    const imported = join(dirname(file), `${path}.d.ts`).replaceAll("\\", "/");
    if (imported.startsWith("../"))
      throw new Error(
        `\`${room}/${file}\` has \`${path}.ts\` in a public type, which is not the library's own`,
      );
    return imported;
  });
}
