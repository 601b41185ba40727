/**
 * Builds what runs: `node tools/build.mjs [TARGET]…`, all targets by default.
 *
 * Plain JavaScript, because it is what makes TypeScript runnable on the oldest Node.js we support.
 * `functions` are the two deployed bundles; `sam build` makes the same from template.yaml.
 */
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Programs for people, run from the checkout: dependencies stay in node_modules. */
const tools = {
  cli: "tools/cli/main.ts",
  local: "tools/local/main.ts",
  generate: "tools/catalog/main.ts",
  bench: "bench/main.ts",
  load: "bench/load.ts",
  mutation: "tools/mutation/main.ts",
};

/** The deployed handlers: everything inside. The same options stand in template.yaml (a test compares). */
export const functions = {
  authorizer: "functions/authorizer/index.ts",
  preflight: "functions/preflight/index.ts",
  proxy: "functions/proxy/index.ts",
  standalone: "functions/proxy/standalone.ts",
};

/** @param {keyof typeof tools} name */
export async function buildTool(name) {
  const outfile = `dist/${name}.mjs`;
  await build({
    absWorkingDir: root,
    entryPoints: { [name]: tools[name] },
    outdir: "dist",
    outExtension: { ".js": ".mjs" },
    // What a program imports on demand stays apart, and unread until then.
    splitting: true,
    chunkNames: `chunks/${name}-[hash]`,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20.19",
    sourcemap: true,
    logLevel: "warning",
    banner: name === "cli" ? { js: "#!/usr/bin/env node" } : {},
  });
  return pathToFileURL(`${root}${outfile}`).href;
}

/**
 * What the SDK imports on demand, for occasions that a Lambda function never has: credentials from elsewhere than its
 * environment (shared/connect/client/credentials.ts), answers that stream (Connect has none).
 */
const neverInLambda = [
  "@aws-sdk/credential-provider-http",
  "@aws-sdk/credential-provider-ini",
  "@aws-sdk/credential-provider-process",
  "@aws-sdk/credential-provider-sso",
  "@aws-sdk/credential-provider-web-identity",
  "@smithy/core/event-streams",
  "@smithy/credential-provider-imds",
];

/** @param {keyof typeof functions} name */
export async function buildFunction(name) {
  await build({
    absWorkingDir: root,
    entryPoints: [functions[name]],
    outdir: `dist/${name}`,
    entryNames: "index",
    outExtension: { ".js": ".mjs" },
    // What only some deployments use stays apart until it is imported: the stores of AWS, and in the
    // authorizer the SDK's signer.
    splitting: true,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    ...(name === "authorizer" || name === "preflight"
      ? {}
      : { external: neverInLambda, define: { IS_DEPLOYED: "true" } }),
    minify: true,
    sourcemap: true,
    metafile: true,
    logLevel: "warning",
  }).then(async ({ metafile }) => {
    const { writeFile } = await import("node:fs/promises");
    await writeFile(`${root}dist/${name}/meta.json`, JSON.stringify(metafile));
  });
}

/**
 * Writes dist/bundle.json, the default `package:` bundle, from the configuration folder
 * (AUTHORIZER_CONFIG, default `config`), signed with the private key that AUTHORIZER_SIGN names, if it names one.
 * A configuration with errors, or in shadow mode, leaves no bundle behind, so that `sam build` cannot package an older one.
 * One for which the proxy's role in template.yaml was not made leaves a text that says so, and that no function can be built
 * with: whoever only installs the packages, to try a configuration, is not kept from it.
 */
export async function buildBundle() {
  const out = `${root}dist/bundle.json`;
  rmSync(out, { force: true });
  const { runCli } = await import(await buildTool("cli"));
  const folder = process.env["AUTHORIZER_CONFIG"] || here("config");
  const key = process.env["AUTHORIZER_SIGN"];
  const status = await runCli([
    "bundle",
    folder,
    "--enforcing",
    "--out",
    out,
    ...(key ? ["--sign", key] : []),
  ]);
  if (status !== 0 || !isRoleChecked()) return status;
  const roleStatus = await runCli(["role-policy", folder, "--check", here("template.yaml")]);
  if (roleStatus === 0) return 0;
  // Short: esbuild shows some seventy characters of it.
  const named = process.env["AUTHORIZER_CONFIG"] ? ` ${folder}` : "";
  writeFileSync(out, `Stale role: run npm run cli -- role-policy --write template.yaml${named}\n`);
  return process.env["npm_lifecycle_event"] === "prepare" ? 0 : roleStatus;
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

/** Builds what `npm pack` packs: the command line, without chunks that an earlier build left. */
export async function buildPackage() {
  rmSync(`${root}dist/cli.mjs`, { force: true });
  const chunks = `${root}dist/chunks/`;
  for (const name of existsSync(chunks) ? readdirSync(chunks) : []) {
    if (name.startsWith("cli-")) rmSync(`${chunks}${name}`);
  }
  await buildTool("cli");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2);
  const all = wanted.length === 0;
  let status = 0;
  if (all || wanted.includes("bundle")) status = await buildBundle();
  if (status === 0 && (all || wanted.includes("functions"))) {
    for (const name of Object.keys(functions)) {
      // Chunks are named by their content: those of an earlier build would stay.
      rmSync(`${root}dist/${name}`, { recursive: true, force: true });
    }
    await Promise.all([
      buildFunction("authorizer"),
      buildFunction("preflight"),
      buildFunction("proxy"),
      buildFunction("standalone"),
    ]);
  }
  if (wanted.includes("package")) await buildPackage();
  if (all || wanted.includes("tools")) await Promise.all([buildTool("local"), buildTool("generate")]);
  process.exitCode = status;
}
