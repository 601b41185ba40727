/** How all tests run: `npm run test:unit`, which is the last part of `npm test`. */
import { configDefaults, mergeConfig } from "vitest/config";
import isolated from "./vitest.isolated.config.ts";

/**
 * Tests that replace no module and no variable, and put back what else they replace: no file finds traces of another.
 * `attacks.ts` makes its tokens when it is loaded, and one of them becomes valid a minute later, so that only one of the
 * files here may import it.
 */
const sharing = [
  "test/{authoring,bundle,catalog,decide,identity,policy,principals,reach,request,scenario,shadow,wire}/**/*.test.ts",
  "test/functions/!(golden|unauthorized).test.ts",
  "test/functions/mcp/*.test.ts",
  "test/cli/{audit,bundle,catalog,explain,formats,reach,role,test}/*.test.ts",
  "test/library/guard/*.test.ts",
  "test/local/connect/**/*.test.ts",
  "test/*.test.ts",
];

/** All tests but those that are left out. The catalogue and the SDK are loaded once for all files that share. */
export function testsWithout(leftOut: readonly string[]) {
  const project = (name: string, test: object) => ({ extends: true, test: { name, ...test } });
  return mergeConfig(isolated, {
    test: {
      projects: [
        project("shared", { isolate: false, include: sharing, exclude: leftOut }),
        project("isolated", { exclude: [...configDefaults.exclude, ...sharing, ...leftOut] }),
      ],
    },
  });
}

export default testsWithout([]);
