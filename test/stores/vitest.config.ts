/** The tests that need servers of others; `npm test` leaves them out, `.ci/run` installs what they need. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["test/stores/*.stores.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
});
