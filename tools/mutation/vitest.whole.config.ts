/** Second pass: all tests of the policy engine. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "test/policy/**/*.test.ts",
      "test/authoring/policy/*.test.ts",
      "test/authoring/document/parse-json.test.ts",
    ],
  },
});
