/** The program and the library as the package has them: everything inside, in chunks that a command loads when it needs them. */
import { build, type Metafile } from "esbuild";
import { rawText } from "../raw-text.mjs";
import { libraryEntries } from "./declarations.ts";

/** Packages in the older format ask for Node.js's modules by `require`. Whoever bundles the library again, into that format, has a `__filename`. */
const banner = `import { createRequire as createRequireOf } from "node:module"; const require = createRequireOf(import.meta.url ?? __filename);`;

/**
 * Builds the program and the library.
 * @param root the checkout
 * @param out the product's folder
 */
export async function buildProgram(root: string, out: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { cli: "tools/cli/main.ts", ...libraryEntries },
    outdir: out,
    outExtension: { ".js": ".mjs" },
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    plugins: [rawText],
    platform: "node",
    format: "esm",
    target: "node20.19",
    mainFields: ["module", "main"],
    // Names stay: the SDK has its clients and commands say theirs, and errors show where they come from.
    minifySyntax: true,
    minifyWhitespace: true,
    metafile: true,
    banner: { js: banner },
    logLevel: "warning",
  });
  return metafile;
}
