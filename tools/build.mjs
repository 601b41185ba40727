/**
 * Builds what runs: `node tools/build.mjs [TARGET]…`, all targets by default.
 *
 * Plain JavaScript, because it is what makes TypeScript runnable on the oldest Node.js we support.
 * `functions` are the two deployed bundles; `sam build` makes the same from template.yaml.
 */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { buildConsole } from "./console/build.mjs";
import { writeStamp } from "./fresh.mjs";
import { functionOptions, functions } from "./functions.mjs";
import { rawText } from "./raw-text.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const bundleFile = `${root}dist/bundle.json`;

/** Programs for people, run from the checkout: dependencies stay in node_modules. */
const tools = {
  cli: "tools/cli/main.ts",
  generate: "tools/catalog/main.ts",
  package: "tools/package/main.ts",
  bench: "bench/main.ts",
  load: "bench/load.ts",
  "library-pages": "tools/library/pages/main.ts",
  "local-connect-page": "tools/local/connect/page/main.ts",
  "reference-pages": "tools/cli/pages/reference/main.ts",
  mutation: "tools/mutation/main.ts",
  site: "docs/site/main.ts",
};

/** @param {keyof typeof tools} name */
export async function buildTool(name) {
  const outfile = `dist/${name}.mjs`;
  const since = Date.now();
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    write: false,
    entryPoints: { [name]: tools[name] },
    outdir: "dist",
    outExtension: { ".js": ".mjs" },
    // What a program imports on demand stays apart, and unread until then.
    splitting: true,
    chunkNames: `chunks/${name}-[hash]`,
    bundle: true,
    packages: "external",
    plugins: [rawText],
    platform: "node",
    format: "esm",
    target: "node20.19",
    sourcemap: true,
    metafile: true,
    logLevel: "warning",
  });
  outputFiles.forEach(writeBuilt);
  const outputs = Object.keys(metafile.outputs);
  writeStamp(root, `${root}dist/${name}.stamp.json`, {
    since,
    inputs: Object.keys(metafile.inputs),
    outputs,
  });
  return pathToFileURL(`${root}${outfile}`).href;
}

/**
 * Writes a file as a whole, and only if it is another: `npm start` may be running it.
 * @param {import("esbuild").OutputFile} file
 */
function writeBuilt({ path, contents }) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const next = `${path}.${process.pid}`;
  writeFileSync(next, contents);
  renameSync(next, path);
}

/** @param {keyof typeof functions} name */
export async function buildFunction(name) {
  const { metafile } = await build({ ...functionOptions(name), outdir: `dist/${name}` });
  writeFileSync(`${root}dist/${name}/meta.json`, JSON.stringify(metafile));
}

/** What a build removes: it can be made of nothing that is there. */
const removed = [bundleFile, ...[...Object.keys(functions), "package"].map((name) => `${root}dist/${name}`)];

/** What this build would be made of, and remove first. */
function findOwnInput() {
  const real = (/** @type {string} */ path) => (existsSync(path) ? realpathSync(path) : resolve(path));
  const variables = ["AUTHORIZER_CONFIG", "AUTHORIZER_SIGN"];
  return variables.find((name) => {
    const input = process.env[name];
    return input && removed.some((output) => `${real(input)}${sep}`.startsWith(`${real(output)}${sep}`));
  });
}

/**
 * Writes dist/bundle.json, the default `package:` bundle, from the configuration folder
 * (AUTHORIZER_CONFIG, default `config`) in the environment that AUTHORIZER_ENV names, if it names one, signed with the private key that AUTHORIZER_SIGN names, if it names one.
 * One that is itself part of the build is refused, and kept. A configuration with errors, or in shadow mode, leaves no bundle behind, so that `sam build` cannot package an older one.
 * One for which the proxy's role in template.yaml was not made leaves a text that says so, and that no function can be built
 * with: people who only install the packages, to try a configuration, is not kept from it.
 */
export async function buildBundle() {
  const input = findOwnInput();
  if (input) {
    const path = process.env[input];
    console.error(
      `\`${input}\` names \`${path}\`, which a build removes; nothing was built: copy it, and name the copy`,
    );
    return 2;
  }
  rmSync(bundleFile, { force: true });
  const { runCli } = await import(await buildTool("cli"));
  const folder = process.env["AUTHORIZER_CONFIG"] || here("config");
  const key = process.env["AUTHORIZER_SIGN"];
  const environment = process.env["AUTHORIZER_ENV"] ? ["--env", process.env["AUTHORIZER_ENV"]] : [];
  const status = await runCli([
    "bundle",
    folder,
    ...environment,
    "--enforcing",
    "--out",
    bundleFile,
    ...(key ? ["--sign", key] : []),
  ]);
  if (status !== 0 || !isRoleChecked()) return status;
  const roleStatus = await runCli(["role-policy", folder, ...environment, "--check", here("template.yaml")]);
  if (roleStatus === 0) return 0;
  // Short: esbuild shows some seventy characters of it.
  const named = process.env["AUTHORIZER_CONFIG"] ? ` ${folder}` : "";
  const options = [named, ...environment].join(" ");
  writeFileSync(bundleFile, `Stale role: run npm run cli -- role-policy --write template.yaml${options}\n`);
  return process.env["npm_lifecycle_event"] === "postprepare" ? 0 : roleStatus;
}

/**
 * Writes dist/bundle.json from AWS's examples instead, whatever the configuration folder holds: our own tests build this.
 * The role in template.yaml is made for the configuration folder, so it is not compared.
 */
async function buildExamples() {
  rmSync(bundleFile, { force: true });
  const { runCli } = await import(await buildTool("cli"));
  return runCli(["bundle", here("examples/aws"), "--enforcing", "--out", bundleFile]);
}

/**
 * A role that is too narrow is an AccessDenied in production, one that is too wide goes unnoticed: so every build asks,
 * but one that says it is not for a deployment by template.yaml.
 */
function isRoleChecked() {
  return process.env["AUTHORIZER_ROLE_POLICY"] !== "unchecked" && existsSync(`${root}template.yaml`);
}

/** The project's file as a command that is run here would name it. @param {string} name */
function here(name) {
  return relative(process.cwd(), `${root}${name}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2);
  const all = wanted.length === 0;
  let status = 0;
  if (all || wanted.includes("bundle")) status = await buildBundle();
  if (wanted.includes("examples")) status = await buildExamples();
  if (status === 0 && (all || wanted.includes("functions"))) {
    for (const name of Object.keys(functions)) {
      // Chunks are named by their content: those of an earlier build would stay.
      rmSync(`${root}dist/${name}`, { recursive: true, force: true });
    }
    const names = /** @type {(keyof typeof functions)[]} */ (Object.keys(functions));
    await Promise.all(names.map(buildFunction));
  }
  if (status === 0 && (all || wanted.includes("package"))) {
    // It would take our arguments for its own.
    process.argv.splice(2);
    await import(await buildTool("package"));
  }
  if (all || wanted.includes("tools"))
    await Promise.all([buildTool("cli"), buildTool("generate"), buildConsole(`${root}dist/console`)]);
  process.exitCode = status;
}
