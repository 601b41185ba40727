/** `bundle`: the configuration, checked, as the one immutable file that the Lambda functions load. */
import { createBundle, formatBundle } from "../../../shared/bundle/bundle.ts";
import { configurationArgument, configurationOption, defineCommand } from "../command.ts";
import { openConfiguration } from "../open-configuration.ts";
import { isOwnOutput, writeOut } from "../write-out.ts";
import { labelOf, readSignature, signingOptions } from "./sign-bundle.ts";

export const command = defineCommand({
  name: "bundle",
  text: "check the configuration and write the one file that the Lambda functions load; prints its version",
  arguments: configurationArgument,
  options: {
    ...configurationOption,
    "--out <file>": {
      text: "file to write; its folder is created",
      isRequired: true,
      dash: "output",
    },
    "--enforcing": "refuse a configuration in shadow mode, which cannot decide",
    ...signingOptions,
  },
  example: "bundle config --out dist/bundle.json",
  finding: "the configuration has errors",
  whenRefused: 1,
  async run({ config: path, env, out, enforcing, ...signing }, io) {
    const isEnforcing = enforcing === true;
    const opened = await openConfiguration(path, {
      environment: env,
      stdin: io.stdin,
      warnTo: io.stderr,
      isEnforcing,
    });
    const { config, policies, audience } = opened.bundle;
    const label = labelOf(signing);
    const isMade = label === undefined && audience === undefined;
    const bundle = isMade ? opened.bundle : createBundle(config, policies, label);
    const signature = await readSignature(bundle.version, signing, io);
    await writeOut(out, formatBundle(bundle, signature), io);
    // Where the bundle itself goes to standard output, its version does not.
    (isOwnOutput(out) ? io.stderr : io.stdout).write(`${bundle.version}\n`);
    return 0;
  },
});
