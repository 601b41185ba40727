/** First pass: tests of a second or two. What survives them meets all tests of the policy engine. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "test/policy/**/*.test.ts",
      "test/authoring/policy/*.test.ts",
      "test/authoring/document/parse-json.test.ts",
    ],
    testTimeout: 60_000,
    exclude: ["test/policy/fuzz.test.ts", "test/policy/properties.test.ts"],
  },
});
