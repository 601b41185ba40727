/** The functions as the package has them: built, with everything inside but the bundle of policies. */
import { join } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { functionOptions, functions } from "../functions.mjs";

/** The bundle is a file beside the function, `bundle.mjs`. `connect-authorizer build` writes it; without it the function can't load. */
const bundleBeside: Plugin = {
  name: "bundle beside the function",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/dist\/bundle\.json$/ }, () => ({ path: "bundle", namespace: "beside" }));
    onLoad({ filter: /^bundle$/, namespace: "beside" }, () => ({
      contents: `export { default } from "./bundle.mjs";`,
    }));
    onResolve({ filter: /^\.\/bundle\.mjs$/, namespace: "beside" }, ({ path }) => ({ path, external: true }));
  },
};

/** Builds each function into a folder of its own in `functions`. */
export async function buildFunctions(out: string): Promise<readonly Metafile[]> {
  const names = Object.keys(functions) as (keyof typeof functions)[];
  const builds = names.map(async (name) => {
    const options = { ...functionOptions(name), sourcemap: false, outdir: join(out, "functions", name) };
    return (await build({ ...options, plugins: [bundleBeside] })).metafile;
  });
  return Promise.all(builds);
}
