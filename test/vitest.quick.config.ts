/**
 * The tests for every change: `npm run test:quick`, less than a minute on two idle cores.
 *
 * A test is left out if it tries inputs by the thousand, if it starts the programs and servers for a person's machine,
 * or if it reads what `npm run build` makes.
 * `npm test` runs all of them.
 */
import { testsWithout } from "./vitest.config.ts";

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
  "test/clients/{javascript,web-page}.test.ts",
  "test/cli/bundle/publish.test.ts",
  "test/cli/pages/**",
  "test/events/pages.test.ts",
  "test/{platforms,readme}.test.ts",
  // What is built.
  "test/{bundles,existing-api,package}.test.ts",
  "test/library/example.test.ts",
  "test/action/**",
  "test/package/**",
];

export default testsWithout(leftOut);
