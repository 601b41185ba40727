/** `npm run coverage`: every branch of the policy engine, and of what reads policies, is taken by a test. */
import { mergeConfig } from "vitest/config";
import isolated from "./vitest.isolated.config.ts";

export default mergeConfig(isolated, {
  test: {
    include: [
      "test/policy/**/*.test.ts",
      "test/authoring/{policy,document}/**/*.test.ts",
      "test/authoring/**/{ignores,mistakes}.test.ts",
    ],
    coverage: {
      enabled: true,
      include: [
        "shared/policy/**",
        "tools/authoring/policy/**",
        "tools/authoring/document/{issue-sink,parse-json}.ts",
      ],
      thresholds: { 100: true },
      reporter: ["text-summary"],
      reportsDirectory: "dist/coverage",
    },
  },
});
