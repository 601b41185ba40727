/**
 * The tests that need a server by others: `npm run test:aws`, with `MOTO_SERVER` naming the program of moto's server
 * (`pip install 'moto[server]' awscli`); dynalite is installed on first use. They are not part of `npm test`, which needs nothing but Node.js.
 */
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: resolve(import.meta.dirname, "../.."),
  test: { include: ["test/aws/*.{moto,dynamodb}.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
});
