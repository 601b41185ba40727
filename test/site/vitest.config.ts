/**
 * The tests of the built site: `npm run test:site`, after `npm run site`, with Chromium as for `test/console`. They are not part of
 * `npm test`, which needs nothing but Node.js.
 */
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: resolve(import.meta.dirname, "../.."),
  test: {
    include: ["test/site/browser/*.browser.ts"],
    setupFiles: ["test/environment.ts"],
    testTimeout: 90_000,
    hookTimeout: 90_000,
  },
});
