/** docs/how-to/lint.md: its command prints what the page says, what it ignores is ignored, and editors get what `init` gives them. */
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { goodFiles } from "../authoring/configuration/configuration-folder.ts";
import { run } from "./command-run.ts";
import { useExampleProject } from "./example-project.ts";

useExampleProject();

const root = resolve(import.meta.dirname, "../..");
const page = readFileSync(resolve(root, "docs/how-to/lint.md"), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\n\`\`\`${language}\n(.*?\n)\`\`\``, "gs"))].map(([, text = ""]) => text);
const [policy = "", settings = ""] = blocks("json");
const [command = ""] = blocks("sh");
const [comment = "", entry = ""] = blocks("yaml");

it("says what `validate` prints", async () => {
  await writeFile("config/policies/agents.json", policy);
  const { status, stdout } = await run(command.trim().replace("npx connect-authorizer ", "").split(" "));
  expect({ status, stdout }).toEqual({ status: 1, stdout: blocks("text")[0] });
});

it("ignores warnings by a comment and by an entry", async () => {
  await mkdir("ignoring/policies", { recursive: true });
  const statement = {
    ...{ Sid: "Recordings", Effect: "Allow", Resource: "*" },
    Action: ["connect:ListUsers", "s3:GetObject"],
  };
  const operators = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const binding = "  - { match: { groups: [operators] }, policies: [operators] }\n";
  const text = `${goodFiles["authorizer.yaml"]}${comment}${binding}${entry}`;
  await writeFile("ignoring/authorizer.yaml", text);
  await writeFile("ignoring/policies/read.json", goodFiles["policies/read.json"] ?? "");
  await writeFile("ignoring/policies/operators.json", operators);
  const { status, stdout, stderr } = await run(["validate", "ignoring", "--strict"]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  expect(stderr).toContain("2 ignored");
});

it("gives editors the schema of policies as `init` does", () => {
  const written = readFileSync(resolve(root, "tools/cli/project/init/files/vscode/settings.json"), "utf8");
  expect(JSON.parse(written)).toMatchObject(JSON.parse(settings));
});
