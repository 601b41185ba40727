/**
 * The tests for every change: `npm run test:quick`, less than a minute on two idle cores.
 *
 * A test is left out if it tries inputs by the thousand, if it starts the programs and servers for a person's machine,
 * or if it reads what `npm run build` makes.
 * `npm test` runs all of them, each file in a process of its own.
 */
import { configDefaults, mergeConfig } from "vitest/config";
import whole from "./vitest.config.ts";

const leftOut = [
  // Random inputs, in a number that finds what an example does not.
  "test/**/{configuration-fuzz,fuzz,mutated-calls,mutations,properties,reference}.test.ts",
  "test/functions/{caching,no-secrets,principals-table,reloads,shadow}.test.ts",
  "test/{carried-claims,soundness,worst-calls}.test.ts",
  "test/cli/{reach,role}/**",
  // Each identifier of each operation, and each member of the configuration, in many forms.
  "test/authoring/configuration/configuration-schema.test.ts",
  "test/bypass/**",
  "test/wire/**",
  "test/library/guard/{embedded-connect,every-operation}.test.ts",
  // Programs and servers for a person's machine, and pages whose commands are run.
  "test/local/**",
  "test/cli/main.test.ts",
  "test/cli/bundle/publish.test.ts",
  "test/cli/pages/**",
  "test/events/pages.test.ts",
  "test/{platforms,readme}.test.ts",
  // What is built.
  "test/{bundles,existing-api,package}.test.ts",
  "test/library/example.test.ts",
  "test/package/**",
];

/**
 * Tests that replace no module and no variable, and put back what else they replace: no file finds traces of another.
 * `attacks.ts` makes its tokens when it is loaded, and one of them becomes valid a minute later, so that only one of the
 * files here may import it.
 */
const sharing = [
  "test/{authoring,bundle,catalog,decide,identity,policy,principals,request,scenario}/**/*.test.ts",
  "test/functions/!(golden|unauthorized).test.ts",
  "test/cli/{audit,bundle,catalog,explain}/*.test.ts",
  "test/*.test.ts",
];

export default mergeConfig(whole, {
  test: {
    projects: [
      // The catalogue and the SDK are loaded once for all files here, which takes half of their time.
      {
        extends: true,
        test: { name: "shared", isolate: false, include: sharing, exclude: leftOut },
      },
      {
        extends: true,
        test: { name: "isolated", exclude: [...configDefaults.exclude, ...sharing, ...leftOut] },
      },
    ],
  },
});
