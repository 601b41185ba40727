/** docs/how-to/runbook.md and docs/how-to/deployment.md: the commands work, the links lead somewhere, and no parameter is left out. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { cloudFormationTags } from "../../events/cloudformation-tags.ts";
import { useExampleProject } from "../example-project.ts";

useExampleProject();

const root = resolve(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(resolve(root, file), "utf8");
const built = `node '${resolve(root, "dist/cli.mjs")}'`;

/** With the program that is built already: the test of the README runs npm's script, which builds it each time. */
const commands = [...read("docs/how-to/runbook.md").matchAll(/^( *)```sh\n(.*?)^\1```$/gms)].map(
  ([, , code = ""]) => code.replaceAll("npx connect-authorizer", built),
);

describe("docs/how-to/runbook.md", () => {
  it("has commands that work, one after the other", () => {
    expect(commands).toHaveLength(5);
    const store = `file:${join(mkdtempSync(join(tmpdir(), "runbook-")), "policies.json")}`;
    const outputs = commands.map((code) =>
      execFileSync("bash", ["-ec", code.replaceAll("s3://my-bucket/policies.json", store)], {
        encoding: "utf8",
      }),
    );
    expect(outputs[0]).toContain("bob is not authorized to perform: connect:DeleteUser");
    // What has just been published differs in nothing.
    expect(outputs[2]).not.toMatch(/^[+~-]/m);
    const envelope: { signature?: unknown } = JSON.parse(readFileSync(store.slice("file:".length), "utf8"));
    expect(JSON.stringify(envelope)).toContain('"signature"');
  }, 180_000);
});

describe("docs/how-to/deployment.md", () => {
  it("names every parameter of the template, and no other", () => {
    const template = read("template.yaml");
    const section = template.slice(template.indexOf("\nParameters:"), template.indexOf("\nConditions:"));
    const parameters = [...section.matchAll(/^ {2}(\w+):$/gm)].map(([, name]) => name);
    const page = read("docs/how-to/deployment.md");
    const table = page.slice(page.indexOf("## Parameters"), page.indexOf("Two parameters must agree"));
    const named = table
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .flatMap((line) => [...(line.split("|")[2] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name));
    expect(named.sort()).toEqual(parameters.sort());
  });
});

describe("the domain of docs/how-to/deployment.md", () => {
  const [, snippet = ""] = /```yaml\n(.*?)```/s.exec(read("docs/how-to/deployment.md")) ?? [];
  const stack = parse(snippet, { customTags: cloudFormationTags });

  it("refers to nothing that the stack does not have", () => {
    const names = [...Object.keys(stack.Parameters), ...Object.keys(stack.Resources)];
    const used = [...snippet.matchAll(/!(?:Ref|GetAtt) (\w+)/g)].map(([, name]) => name);
    expect(used.filter((name) => !names.includes(name ?? ""))).toEqual([]);
    expect(Object.keys(stack.Parameters).filter((name) => !used.includes(name))).toEqual([]);
  });

  it("maps the path that the page gives as BasePath to the template's default stage", () => {
    const { BasePath, Stage } = stack.Resources.Mapping.Properties;
    expect(read("docs/how-to/deployment.md")).toContain(`\`BasePath=/${BasePath}\``);
    const template = parse(read("template.yaml"), { customTags: cloudFormationTags });
    expect(Stage).toBe(template.Parameters.StageName.Default);
    expect(`/${BasePath}`).toMatch(new RegExp(template.Parameters.BasePath.AllowedPattern));
  });
});
