/**
 * The pages of clients that need more than Node.js: `npm run test:clients -- go java` with Go, a JDK and Maven,
 * `npm run test:clients -- boto3` with a `python3` that has boto3, `npm run test:clients -- openapi` with one that has
 * openapi-spec-validator. They are not part of `npm test`.
 */
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: resolve(import.meta.dirname, "../.."),
  test: { include: ["test/clients/*.sdk.ts"], testTimeout: 60_000, hookTimeout: 300_000 },
});
