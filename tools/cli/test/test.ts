/** `test`: runs the policy tests of a configuration, and compares the access snapshot. */
import { configurationArgument, configurationOption, defineCommand } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { isFolder, openConfiguration } from "../open-configuration.ts";

export const command = defineCommand({
  name: "test",
  text: "run the policy tests in tests/, and compare access with the snapshot access.md",
  arguments: configurationArgument,
  options: {
    ...configurationOption,
    "--filter <text>": "only the tests whose name, caller or operation contains this text, in any case",
    "--update": { text: "write the access snapshot; tests are never changed", excludes: ["filter", "env"] },
    "--watch": { text: "test again after each change, until a signal ends it", excludes: ["update", "json"] },
    "--junit <file>": {
      text: "also write the results to this file, as JUnit XML; with `-` only these, to standard output",
      excludes: ["json"],
    },
    "--json": "print the results as one JSON object",
  },
  example: "test config",
  note: "docs/testing-policies.md describes the files. What a test does not say (the time, an address, what Amazon Connect would tell) is not known; a call that depends on it is denied.",
  finding: "a test does not hold, or access is not as the snapshot says",
  async run({ config: folder, env, filter, update = false, watch = false, junit, json = false }, io) {
    const runTests = async () => {
      const { bundle, names, open } = await openConfiguration(folder, { environment: env });
      if (!(await isFolder(folder)))
        throw new UsageError("a bundle has no tests: name the folder of a configuration");
      // What needs zod or the SDK is loaded when it is needed: a command's help needs neither.
      const { testConfiguration } = await import("./run-tests.ts");
      const tested = { folder, bundle, names, opened: open() };
      return testConfiguration(tested, { filter, update, junit, json }, io);
    };
    if (!watch) return runTests();
    if (!(await isFolder(folder)))
      throw new UsageError(
        `\`${folder}\` is not a folder to watch: name the one that holds \`authorizer.yaml\``,
      );
    const { watchTests } = await import("./watch-tests.ts");
    return watchTests(folder, runTests, io);
  },
});
