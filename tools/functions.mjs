/** How the deployed functions are bundled, for a checkout (tools/build.mjs) and for the package (tools/package). */
import { fileURLToPath } from "node:url";

/** The deployed handlers: everything inside. The same options stand in template.yaml (a test compares). */
export const functions = {
  authorizer: "functions/authorizer/index.ts",
  authzen: "functions/authzen/index.ts",
  mcp: "functions/mcp/index.ts",
  preflight: "functions/preflight/index.ts",
  proxy: "functions/proxy/index.ts",
  standalone: "functions/proxy/standalone.ts",
};

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

/**
 * The options of esbuild for one function, but for the folder that it is written to.
 * @param {keyof typeof functions} name
 * @returns {import("esbuild").BuildOptions & { metafile: true }}
 */
export function functionOptions(name) {
  return {
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    entryPoints: [functions[name]],
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
  };
}
