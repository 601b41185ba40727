/** Each test file in a process of its own: `npm run test:isolated`, which `.ci/run runtime` runs. */
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: resolve(import.meta.dirname, ".."),
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    setupFiles: ["test/environment.ts"],
    // On Node.js 20 the SDK tells each test file that it will want a newer one; package.json says what we support.
    // Tests are of the configurations that they name.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", AUTHORIZER_CONFIG: "" },
  },
});
