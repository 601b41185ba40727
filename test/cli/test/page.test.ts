/** docs/how-to/testing-policies.md: its example prints what the page says, and its tables have every member. */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { formatTestSchema } from "../../../tools/authoring/tests/test-file.ts";
import { instance, makeFolder, runTest } from "./tested-folder.ts";

const page = readFileSync(resolve(import.meta.dirname, "../../../docs/how-to/testing-policies.md"), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, of, text = ""]) =>
    of === language ? [text] : [],
  );

const [tests = "", configuration = "", proof = ""] = blocks("yaml");
const [hr = "", supervisors = ""] = blocks("json");
const [failure = "", change = ""] = blocks("text").map((text) => text.replace(/\bconfig\//g, "DIR/"));

async function makeExample() {
  return makeFolder({
    "authorizer.yaml": `instances: [{ arn: "${instance}" }]\n${configuration}`,
    "policies/hr.json": hr,
    "policies/supervisors.json": supervisors,
    "tests/hr.yaml": tests,
  });
}

describe("docs/how-to/testing-policies.md", () => {
  it("has an example whose tests hold", async () => {
    await makeExample();
    expect(await runTest()).toMatchObject({ status: 0, stdout: "✓ 3 tests, access not compared\n" });
    expect(page).toContain("✓ 3 tests, access not compared");
  });

  it("shows what is printed without one statement", async () => {
    const folder = await makeExample();
    const { Version, Statement } = JSON.parse(hr) as { Version: string; Statement: { Sid: string }[] };
    const less = { Version, Statement: Statement.filter(({ Sid }) => Sid !== "NoAdministrators") };
    await folder.write({ "policies/hr.json": hr.replace(/,\s*\{ "Sid": "NoAdministrators".*/, "") });
    expect(JSON.parse(await readFile(join(folder.path, "policies/hr.json"), "utf8"))).toEqual(less);
    const { status, stdout } = await runTest();
    expect(status).toBe(1);
    expect(stdout).toContain(failure);
  });

  it("shows what is printed after a new Deny", async () => {
    const folder = await makeExample();
    await runTest("--update");
    const deny = '{ "Sid": "NoList", "Effect": "Deny", "Action": "connect:ListUsers", "Resource": "*" }';
    await folder.write({
      "policies/supervisors.json": supervisors.replace(/ \}\n {2}\]/, ` },\n    ${deny}\n  ]`),
    });
    const { status, stdout } = await runTest();
    expect(status).toBe(1);
    expect(stdout).toBe(change);
  });

  it("has a proof that holds", async () => {
    const folder = await makeExample();
    await folder.write({ "tests/nobody.yaml": proof });
    expect(await runTest()).toMatchObject({ status: 0, stdout: "✓ 4 tests, access not compared\n" });
  });

  it("leads to a table of every member of a file", () => {
    const names = [...formatTestSchema().matchAll(/"properties": \{|"(\w+)": \{\n\s+"description"/g)].flatMap(
      ([, name]) => name ?? [],
    );
    expect(names).toContain("contactAssociationId");
    expect(page).toContain("(../reference/configuration.md#testsnameyaml)");
    const path = resolve(import.meta.dirname, "../../../docs/reference/configuration.md");
    const reference = readFileSync(path, "utf8");
    const own = names.filter((name) => name !== "items" && name !== "additionalProperties");
    expect(own.filter((name) => !reference.includes(`| \`${name}\``))).toEqual([]);
  });
});
