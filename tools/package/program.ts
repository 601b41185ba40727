/** The program as the package has it: everything inside, in chunks that a command loads when it needs them. */
import { build } from "esbuild";

/** Packages in the older format ask for Node.js's modules by `require`. */
const banner = `import { createRequire as createRequireOf } from "node:module"; const require = createRequireOf(import.meta.url);`;

/**
 * Builds the program.
 * @param root the checkout
 * @param out the product's folder
 */
export async function buildProgram(root: string, out: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { cli: "tools/cli/main.ts" },
    outdir: out,
    outExtension: { ".js": ".mjs" },
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    mainFields: ["module", "main"],
    minify: true,
    keepNames: true,
    banner: { js: banner },
    logLevel: "warning",
  });
}
