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
    "--coverage": "also print which statements decide no test, and which conditions are not tested both ways",
    "--min-coverage <percent>":
      "fail with exit status 1 if fewer of the statements decide a test; prints coverage, too",
    "--watch": { text: "test again after each change, until a signal ends it", excludes: ["update", "json"] },
    "--junit <file>": {
      text: "also write the results to this file, as JUnit XML; with `-` only these, to standard output",
      excludes: ["json"],
    },
    "--json": "print the results as one JSON object",
  },
  example: "test config",
  note: "`connect-authorizer schema --tests` describes the files. What a test does not say (the time, an address, what Amazon Connect would tell) is not known; a call that depends on it is denied.",
  finding: "a test does not hold, or access is not as the snapshot says",
  async run(
    { config: folder, env, filter, update = false, watch = false, junit, json = false, ...given },
    io,
  ) {
    const { coverage = false, minCoverage } = given;
    const limits = {
      coverage,
      minCoverage: minCoverage === undefined ? undefined : readPercent(minCoverage),
    };
    const runTests = async () => {
      const { bundle, names, open } = await openConfiguration(folder, { environment: env });
      if (!(await isFolder(folder)))
        throw new UsageError("a bundle has no tests: name the folder of a configuration");
      // What needs zod or the SDK is loaded when it is needed: a command's help needs neither.
      const { testConfiguration } = await import("./run-tests.ts");
      const tested = { folder, bundle, names, opened: open() };
      return testConfiguration(tested, { filter, update, junit, json, ...limits }, io);
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

function readPercent(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 100) return Number(text);
  throw new UsageError(`\`--min-coverage ${text}\` must be a whole number from 0 to 100`);
}
