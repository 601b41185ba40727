/**
 * `config/` is yours: nothing that tests or measures reads it (docs/decisions/0093). `.ci/run own` runs all tests where it holds
 * test/own-configuration.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfiguration } from "../tools/authoring/configuration/load-configuration.ts";

const root = resolve(import.meta.dirname, "..");
/** Tests, and the tools that run or measure something; the rest of tools/ is the product, whose default is `config/`. */
const folders = ["test", "bench", "tools/*.mjs", "tools/catalog", "tools/events", "tools/mutation"];
const files = execFileSync(
  "git",
  ["ls-files", "-z", "--cached", "--others", "--exclude-standard", ...folders],
  { cwd: root, encoding: "utf8" },
)
  .split("\0")
  .filter((file) => /\.(ts|mjs|py)$/.test(file));

/** A text that is the folder or a path in it, and a command about it. `"config":` is a member of JSON, `"config">` of a type. */
const literal = /(["'`])(?:\.{0,2}\/|\$\{\w+\}\/?)*config(?:\/[\w./-]*)?\1(?![:>])/;
const command = /(?:-- |\brun\()[a-z-]+ (?:--\w+ )?config\b/;

function namesConfigFolder(line: string): boolean {
  return !/^\s*(\/?\*|\/\/|#)/.test(line) && (literal.test(line) || command.test(line));
}

/** Each file, or folder of files, that names the folder, and why that reads nothing of yours in a test. */
const allowed: Readonly<Record<string, string>> = {
  "test/action/": "makes a repository with such a folder elsewhere",
  "test/aws/page-commands.moto.ts": "makes such a folder elsewhere",
  "test/boto3/aws_cli.py": "makes a copy of the examples under that name",
  "test/cli/bundle/diff-revision.test.ts": "makes a repository with such a folder elsewhere",
  "test/cli/commands.test.ts": "holds that it is the default of commands",
  "test/cli/every-command.test.ts": "names the argument and the flag of commands",
  "test/cli/example-project.ts": "makes a copy of the examples under that name",
  "test/cli/explain/": "runs in that copy",
  "test/cli/main.test.ts": "reads an example in the help",
  "test/cli/pages/": "runs in copies of the examples, and in folders made elsewhere",
  "test/cli/project/": "makes repositories with such a folder elsewhere",
  "test/cli/report/": "makes a copy of the examples under that name",
  "test/cli/simulate/page.test.ts": "runs in that copy",
  "test/cli/role/role-template.test.ts": "makes a copy of the examples under that name",
  "test/clients/mcp.sdk.ts": "makes a copy of the examples under that name",
  "test/console/draft-tests.test.ts": "makes such a folder elsewhere",
  "test/console/save.test.ts": "makes such a folder elsewhere",
  "test/events/events.test.ts": "reads events/config",
  "test/cli/start/start.test.ts": "holds that it is the default of the gateway",
  "test/cli/validate-page.test.ts": "runs in that copy",
  "test/existing-api.test.ts": "makes a copy of an example that has such a folder",
  "test/library/example.test.ts": "makes a copy of an example that has such a folder",
  "test/local/gateway/banner.test.ts": "names it in a banner, and reads nothing",
  "test/local/gateway/watch.test.ts": "makes such a folder elsewhere",
  "test/own-configuration.test.ts": "is this test",
  "test/package/library.test.ts": "is in code of which only the types are checked",
  "test/readme.test.ts": "puts the examples in its place in a command of README.md",
  "tools/build.mjs": "builds yours: npm test builds the examples instead",
  "tools/events/generate.ts": "reads events/config",
  "tools/events/main.ts": "reads events/config",
  "tools/events/project/": "makes repositories with such a folder elsewhere",
  "tools/events/pages/run-pages.ts": "puts the examples in its place in a clone",
  "tools/events/pages/scripts.ts": "runs a command of README.md in that clone",
  "tools/mutation/main.ts": "leaves it out of the copy that it changes",
  "tools/package/upgrade-check.mjs": "makes a repository with such a folder elsewhere",
  "tools/reproducible.mjs": "builds what you deploy, twice",
};

describe("the folder config/", () => {
  it("is named by no test but these, each with its reason: use examples/aws, or add a reason", () => {
    const naming = files.filter((file) => {
      const text = readFileSync(resolve(root, file), "utf8");
      return text.split("\n").some(namesConfigFolder);
    });
    const keys = Object.keys(allowed);
    const keyOf = (file: string) =>
      keys.find((key) => file === key || (key.endsWith("/") && file.startsWith(key)));
    expect(naming.filter((file) => keyOf(file) === undefined)).toEqual([]);
    expect([...new Set(naming.map(keyOf))].sort()).toEqual(keys.sort());
  });

  it.each([
    'await loadConfiguration("config")',
    'readFileSync(resolve(root, "config/authorizer.yaml"))',
    'cp("./config", folder)',
    "readFile(`../../config/policies/everything.json`)",
    "readFileSync(`$" + "{root}/config/authorizer.yaml`)",
    'shutil.copytree(ROOT / "config", configured)',
    'run(["validate", "config"])',
    'bash("npm run --silent cli -- validate config")',
    'bash("npm run --silent cli -- simulate --config config")',
  ])("would be found in `%s`", (line) => {
    expect(namesConfigFolder(line)).toBe(true);
  });

  it.each([
    'await loadConfiguration("examples/aws")',
    'join("events/config", "authorizer.yaml")',
    'import { defineConfig } from "vitest/config";',
    'text.replace(\'"config":\', "")',
    "// What `config/` holds is yours.",
    'type Own = Pick<Around, "config">;',
    "const { config } = bundle;",
  ])("would not be found in `%s`", (line) => {
    expect(namesConfigFolder(line)).toBe(false);
  });
});

describe("test/own-configuration", () => {
  it("is usable, and shares no instance, issuer or account with the examples", async () => {
    const [own, examples] = await Promise.all(
      ["test/own-configuration", "examples/aws"].map(async (folder) => {
        const loaded = await loadConfiguration(resolve(root, folder));
        if (!loaded.ok) throw new Error(JSON.stringify(loaded.issues));
        return loaded.bundle;
      }),
    );
    expect(own?.config.bindings).toHaveLength(10);
    expect(own?.config.instances.map(({ arn }) => arn.split(":").slice(3, 5))).toEqual([
      ["eu-central-1", "999988887777"],
    ]);
    expect(JSON.stringify(examples)).not.toMatch(/eu-central-1|999988887777|login\.example\.org/);
  });
});
