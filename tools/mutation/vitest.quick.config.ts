/** First pass: tests of a second or two. What survives them meets all tests of the policy engine. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/policy/**/*.test.ts", "test/authoring/{document,policy}/*.test.ts"],
    exclude: ["test/policy/fuzz.test.ts", "test/policy/properties.test.ts"],
  },
});
