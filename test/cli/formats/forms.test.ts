/** `--format`: each command in each of its forms; the exit status is the same in all. */
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { goodFiles } from "../../authoring/configuration/configuration-folder.ts";
import { run } from "../command-run.ts";
import { makeFolder, runTest, runTests } from "../test/tested-folder.ts";

const forms = ["text", "json", "github", "sarif", "junit", "markdown"];

const unused = { "policies/unused.json": goodFiles["policies/read.json"] ?? "" };
const broken = { "policies/reading.json": '{\n  "Version": "::error::x"\n}' };

async function validate(more: Readonly<Record<string, string>>, ...flags: readonly string[]) {
  const folder = await makeFolder(more);
  const { status, stdout } = await run(["validate", folder.path, ...flags]);
  return { status, stdout: stdout.replaceAll(folder.name, "DIR") };
}

describe("validate --format", () => {
  it.each(forms)("%s leaves the exit status as it is", async (form) => {
    expect((await validate({}, "--format", form)).status).toBe(0);
    expect((await validate(unused, "--format", form)).status).toBe(0);
    expect((await validate(unused, "--format", form, "--strict")).status).toBe(1);
    expect((await validate(broken, "--format", form)).status).toBe(1);
    expect((await run(["validate", "nowhere", "--format", form])).status).toBe(2);
  });

  it("json is what --json prints", async () => {
    expect(await validate(unused, "--format", "json")).toEqual(await validate(unused, "--json"));
  });

  it("github annotates the lines", async () => {
    expect((await validate(unused, "--format", "github")).stdout).toBe(
      "::warning file=DIR/policies/unused.json,line=1,col=1,title=unusedPolicy::no binding, boundary or guardrail names the policy `unused`; it has no effect\n",
    );
    const { stdout } = await validate(broken, "--format", "github");
    expect(stdout).toMatch(/^::error file=DIR\/policies\/reading\.json,line=2,col=\d+,title=\w+::/m);
    expect(
      stdout.split("\n").every((line) => line === "" || /^::(?:error|warning) file=DIR/.test(line)),
    ).toBe(true);
  });

  it("markdown shows every finding as code, and counts them", async () => {
    expect((await validate({}, "--format", "markdown")).stdout).toBe("**0 errors, 0 warnings**\n");
    const { stdout } = await validate(broken, "--format", "markdown");
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^- \*\*error\*\* `\w+` at `DIR\/policies\/reading\.json:1:1`: `/);
    expect(stdout.replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, "CODE")).not.toMatch(/[@|`<]|::/);
    expect(lines.at(-1)).toMatch(/^\*\*\d+ errors?, \d+ warnings?\*\*$/);
  });

  it("junit fails for warnings only where they fail the command", async () => {
    expect((await validate({}, "--format", "junit")).stdout).toContain('tests="1" failures="0"');
    const { stdout } = await validate(unused, "--format", "junit");
    expect(stdout).toContain('tests="1" failures="0"');
    expect(stdout).toContain("<system-out>no binding, boundary or guardrail names the policy `unused`;");
    expect((await validate(unused, "--format", "junit", "--strict")).stdout).toContain(
      '<failure message="warning: no binding,',
    );
  });
});

const failing = `  - { name: "a::error::b, 100 %", as: alice, call: ListUsers, expect: deny }
`;

describe("test --format", () => {
  it.each(forms)("%s leaves the exit status as it is", async (form) => {
    expect((await runTests(failing, "--format", form)).status).toBe(1);
    expect((await runTests(failing.replace("deny", "allow"), "--format", form)).status).toBe(0);
    expect((await runTests("  - { name: 3 }\n", "--format", form)).status).toBe(2);
  });

  it("json is what --json prints, and junit what --junit writes", async () => {
    expect(await runTests(failing, "--format", "json")).toEqual(await runTests(failing, "--json"));
    expect(await runTests(failing, "--format", "junit")).toEqual(await runTests(failing, "--junit", "-"));
  });

  it("github annotates tests that fail, access that changed, coverage and unusable files", async () => {
    const { stdout } = await runTests(failing, "--format", "github", "--min-coverage", "90");
    const [test, coverage, summary, ...rest] = stdout.split("\n");
    expect(test).toMatch(
      /^::error file=DIR\/tests\/a\.yaml,line=8,col=5,title=a policy test fails::a::error::b, 100 %25%0Aalice, ListUsers: expected deny, but it is allowed%0A/,
    );
    expect(coverage).toBe("::error title=coverage::coverage is below 90 %25");
    expect(summary).toBe("✗ 1 of 1 test fails, access not compared");
    expect(rest).toEqual([""]);
    const folder = await makeFolder();
    await runTest("--update");
    await folder.write({ "policies/reading.json": goodFiles["policies/read.json"] ?? "" });
    expect((await runTest("--format", "github")).stdout).toMatch(
      /^::error file=DIR\/access\.md,line=1,col=1,title=access changed::✗ DIR\/access\.md:1:1 access is not/,
    );
    const unusable = await runTests(`  - { name: 3 }\n`, "--format", "github");
    expect(unusable.stdout).toMatch(/^::error file=DIR\/tests\/a\.yaml,line=8,col=\d+,title=\w+::/);
    expect(unusable.stderr).toContain("DIR/tests/a.yaml:8:");
  });

  it("markdown shows what fails as code, and the counts at the end", async () => {
    const { stdout } = await runTests(failing.replace("a::error", "`@all` <b>"), "--format", "markdown");
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toBe("**Fails:** `` `@all` <b>::b, 100 % `` (`DIR/tests/a.yaml:8:5`)");
    expect(lines[2]).toBe("    alice, ListUsers: expected deny, but it is allowed");
    expect(lines.at(-1)).toBe("`✗ 1 of 1 test fails, access not compared`");
  });

  it("is refused where two forms would share the standard output, and while watching", async () => {
    const { status, stderr } = await runTests(failing, "--format", "github", "--junit", "-");
    expect(status).toBe(2);
    expect(stderr).toContain("both write to the standard output: name a file for `--junit`");
    expect((await runTest("--watch", "--format", "json")).status).toBe(2);
  });
});

describe("diff --format", () => {
  /** Two folders that differ in who gets what; one group's name is hostile. */
  async function diff(...flags: readonly string[]) {
    const older = await makeFolder();
    const bundle = `${older.path}/older.json`;
    await run(["bundle", older.path, "--out", bundle]);
    const text = await readFile(`${older.path}/authorizer.yaml`, "utf8");
    await older.write({
      "authorizer.yaml": text
        .replace("groups: [night]", `groups: ["@here|\`<img src=x>\\n::error::x"]`)
        .replace("audience: app", "audience: other"),
      "policies/reading.json":
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"connect:List*","Resource":"*"}]}',
    });
    return run(["diff", bundle, older.path, ...flags]);
  }

  it.each(forms)("%s leaves the exit status as it is", async (form) => {
    expect((await diff("--format", form)).status).toBe(1);
    const { path } = await makeFolder();
    expect((await run(["diff", path, path, "--format", form])).status).toBe(0);
    expect((await run(["diff", path, `${path}/nowhere`, "--format", form])).status).toBe(2);
  });

  it("github annotates every difference, gains first, and counts them", async () => {
    const lines = (await diff("--format", "github")).stdout.trimEnd().split("\n");
    const summary = lines.pop();
    const levels = lines.map((line) => /^::(\w+) title=access(?: escalates)?::[-+~ ] /.exec(line)?.[1]);
    expect(levels).toEqual([...levels].sort().reverse());
    expect(new Set(levels)).toEqual(new Set(["warning", "notice"]));
    expect(lines.join("\n")).not.toMatch(/ and \d+ more on/);
    expect(lines[0]).toMatch(/^::warning title=access escalates::~ ! the settings of the issuer /);
    expect(summary).toMatch(/^\d+ escalations, \d+ gains, \d+ loss/);
  });

  it("markdown shows every name as code, all actions, and counts them", async () => {
    const { stdout } = await diff("--format", "markdown");
    const outside = stdout.replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, "CODE");
    expect(outside).not.toMatch(/[@|`]|<(?!\/?(?:details|summary)>)|::/);
    expect(stdout).toContain("@here|`<img src=x>\\u{a}::error::x");
    expect(stdout).toMatch(/<summary>\d+ actions<\/summary>\n\n {2}`connect:ListA\w+`, /);
    expect(stdout).toContain("`connect:ListViews`");
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^\*\*\d+ escalations, \d+ gains, .*\*\*$/);
  });

  it("junit fails for what --fail-on names, in the suite of the file that makes it", async () => {
    const { stdout } = await diff("--format", "junit", "--fail-on", "escalation");
    const counts = /tests="(\d+)" failures="(\d+)"/.exec(stdout)?.slice(1).map(Number) ?? [];
    const { escalations, ...others } = JSON.parse((await diff("--json")).stdout).counts;
    const more = Object.values<number>(others).reduce((sum, each) => sum + each, 0);
    expect(counts).toEqual([escalations + more, escalations]);
    expect(stdout.match(/<failure message="accessEscalates: /g)).toHaveLength(escalations);
    expect(stdout).toMatch(/<testsuite name="[^"]*policies\/reading\.json" /);
    const { stdout: none } = await diff("--format", "junit", "--fail-on", "none");
    expect(none).toContain('failures="0"');
  });

  it("says that there is no difference", async () => {
    const { path } = await makeFolder();
    expect((await run(["diff", path, path, "--format", "markdown"])).stdout).toBe(
      "**no difference in access**\n",
    );
    expect((await run(["diff", path, path, "--format", "github"])).stdout).toBe("no difference in access\n");
  });
});

describe("--also", () => {
  it("writes into files what validate and test print in that form", async () => {
    const folder = await makeFolder(unused);
    const also = (forms: readonly string[]) =>
      forms.flatMap((form) => ["--also", `${form}=${folder.path}/also.${form}`]);
    const fileForms = ["json", "sarif", "junit", "markdown"];
    await folder.write({ "tests/a.yaml": `callers: { a: {} }\ntests:\n${failing.replace("alice", "a")}` });
    for (const name of ["validate", "test"]) {
      const text = await run([name, folder.path]);
      expect(await run([name, folder.path, ...also(fileForms)])).toEqual(text);
      for (const form of fileForms)
        expect(await readFile(`${folder.path}/also.${form}`, "utf8")).toBe(
          (await run([name, folder.path, "--format", form])).stdout,
        );
    }
  });
});

describe("a form that does not fit the command", () => {
  it.each([
    ["validate", "xml"],
    ["test", "SARIF"],
    ["diff", "comment"],
  ])("%s --format %s is refused with those that do", async (name, form) => {
    const folders = name === "diff" ? ["a", "b"] : ["a"];
    const { status, stdout, stderr } = await run([name, ...folders, "--format", form]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(`\`--format ${form}\` must be one of \`text\`, \`json\`, \`github\``);
  });
});
