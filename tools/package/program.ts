/** The program and the library as the package has them: everything inside, in chunks that a command loads when it needs them. */
import { build, type Metafile, type Plugin } from "esbuild";
import { rawText } from "../raw-text.mjs";
import { libraryEntries } from "./declarations.ts";

/** Packages in the older format ask for Node.js's modules by `require`. A bundle of the library in that format has a `__filename`. */
const banner = `import { createRequire as createRequireOf } from "node:module"; const require = createRequireOf(import.meta.url ?? __filename);`;

/**
 * The library looks facts up by the SDK that the user's client is from, so that its mocks see that. It imports it on
 * demand; every other import is of the SDK inside.
 */
const sdkOfTheUser: Plugin = {
  name: "sdk-of-the-user",
  setup({ onResolve }) {
    onResolve({ filter: /^@aws-sdk\/client-connect$/ }, ({ path, kind, importer }) =>
      kind === "dynamic-import" && /[/\\]tools[/\\]library[/\\]/.test(importer)
        ? { path, external: true }
        : undefined,
    );
  },
};

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
    plugins: [rawText, sdkOfTheUser],
    platform: "node",
    format: "esm",
    target: "node20.19",
    mainFields: ["module", "main"],
    // Names stay: the SDK has its clients and commands say theirs, and errors show where they come from.
    minifySyntax: true,
    minifyWhitespace: true,
    // Commands are created from their schemas: the library needs no class for each.
    define: { IS_DEPLOYED: "true" },
    metafile: true,
    banner: { js: banner },
    logLevel: "warning",
  });
  return metafile;
}
