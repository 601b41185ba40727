/**
 * The tests that need a browser: `npm run test:console`, with Chromium as `chromium` on the path (`apt-get install chromium`) or where
 * `CHROMIUM` says. They are not part of `npm test`, which needs nothing but Node.js.
 */
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: resolve(import.meta.dirname, "../.."),
  test: {
    include: ["test/console/browser/*.browser.ts", "test/clients/*.browser.ts"],
    setupFiles: ["test/environment.ts"],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // A busy machine paints late. What must be so at once is not polled.
    expect: { poll: { timeout: 20_000 } },
    // One browser at a time: machines have two cores.
    fileParallelism: false,
  },
});
