/** `test`: runs the policy tests of a configuration, and compares the access snapshot. */
import {
  configurationArgument,
  configurationOption,
  defineCommand,
  type ParameterTable,
} from "../command.ts";

const options = {
  ...configurationOption,
  "--filter <text>": "only the tests whose name, caller or operation contains this text, in any case",
  "--update": { text: "write the access snapshot; tests are never changed", excludes: ["filter"] },
  "--json": "print the results as one JSON object",
} as const satisfies ParameterTable;

export const command = defineCommand({
  name: "test",
  text: "run the policy tests in tests/, and compare access with the snapshot access.md",
  arguments: configurationArgument,
  options,
  example: "test config",
  note: "docs/testing-policies.md describes the files. What a test does not say (the time, an address, what Amazon Connect would tell) is not known; a call that depends on it is denied.",
  finding: "a test does not hold, or access is not as the snapshot says",
  async run(given, io) {
    // What needs zod or the SDK is loaded when it is needed: a command's help needs neither.
    const { testConfiguration } = await import("./run-tests.ts");
    return testConfiguration(given, io);
  },
});
