/** docs/how-to/openapi.md: its commands write what it says. `.ci/run aws` checks its program's types. */
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { functionParameters } from "../../tools/openapi/rest-api/rest-api.ts";
import { run } from "../cli/command-run.ts";
import { useExampleProject } from "../cli/example-project.ts";
import { readPage, wordsOf } from "../cli/pages/shown.ts";
import { cloudFormationTags } from "../events/cloudformation-tags.ts";

const { page, blocks } = readPage("how-to/openapi.md");
const template = await readFile("docs/examples/openapi/template.yaml", "utf8");
const { Parameters, Resources } = parse(template, { customTags: cloudFormationTags });

describe("docs/how-to/openapi.md", () => {
  useExampleProject();
  const commands = blocks("sh")
    .join("")
    .replace(/\\\n/g, "")
    .split("\n")
    .filter((line) => line !== "");

  it("shows commands that write the documents it describes", async () => {
    const ours = commands.filter((line) => line.startsWith("npx connect-authorizer "));
    const written: unknown[] = [];
    for (const line of ours) {
      expect(await run(wordsOf(line).slice(2))).toMatchObject({ status: 0, stderr: "" });
      written.push(JSON.parse(await readFile("openapi.json", "utf8")));
    }
    expect(written).toMatchObject([
      { openapi: "3.1.1", servers: [{ url: "https://api.example.com/prod" }, {}] },
      { openapi: "3.0.1", paths: { "/users/{InstanceId}": { put: { operationId: "CreateUser" } } } },
    ]);
  });

  it("deploys a template whose parameters the document names, and which may invoke each function", () => {
    const names = Object.keys(Parameters).filter((name) => name.endsWith("Arn"));
    expect(names).toEqual(Object.values(functionParameters));
    const invoked = Object.values<{ Type: string; Properties: { FunctionName: unknown } }>(Resources)
      .filter(({ Type }) => Type === "AWS::Lambda::Permission")
      .map(({ Properties }) => Properties.FunctionName);
    expect(invoked).toEqual(Object.values(functionParameters).map((Ref) => ({ Ref })));
    expect(page).toContain(functionParameters.preflight);
    const { DefinitionBody } = Resources.Api.Properties;
    expect(DefinitionBody["Fn::Transform"]).toEqual({
      Name: "AWS::Include",
      Parameters: { Location: "openapi.json" },
    });
  });
});
