/** What `init` writes, held against what it speaks of: commands, scripts, rights, paths. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parametersOf } from "../../../../tools/cli/command.ts";
import { loadCommands } from "../../../../tools/cli/commands.ts";
import { completeAnswers } from "../../../../tools/cli/project/init/answers.ts";
import { projectFiles } from "../../../../tools/cli/project/init/project-files.ts";
import { newFolder } from "./project-fixture.ts";

const files = projectFiles({
  ...completeAnswers({ roles: ["supervisors", "recorders", "hr", "ops"] }),
  name: "p",
  dependency: "1.0.0",
});
const read = (path: string) => files.get(path) ?? "";

interface Called {
  readonly path: string;
  readonly line: string;
  readonly words: readonly string[];
}

/** Each command line of the product in a file, up to what belongs to the shell or to the sentence. */
function calls(path: string): readonly Called[] {
  const found = read(path).matchAll(/connect-authorizer (?!authorizer)([a-z][^\n`"#;|>),.]*)/g);
  return [...found].map(([line, rest = ""]) => ({ path, line, words: rest.trim().split(/\s+/) }));
}

describe("commands in what init writes", async () => {
  const commands = await loadCommands();
  const called = [...files.keys()].flatMap(calls);

  it("are found", () => {
    const names = new Set(called.map(({ words }) => words[0]));
    for (const name of [
      "start",
      "test",
      "build",
      "validate",
      "diff",
      "whoami",
      "explain",
      "token",
      "catalog",
    ])
      expect(names).toContain(name);
  });

  it.each(called)("are there, with their flags: $line ($path)", ({ words: [name, ...rest] }) => {
    const command = commands.find((each) => each.name === name);
    expect(command).toBeDefined();
    const flags = parametersOf(command?.options).map(({ flag }) => flag);
    const given = rest.filter((word) => word.startsWith("--") && word !== "--help");
    expect(flags).toEqual(expect.arrayContaining(given));
  });

  it("run by npm are scripts of package.json", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const texts = ["README.md", ".github/workflows/policies.yml", "template.yaml", "samconfig.toml"].map(
      read,
    );
    const run = texts.flatMap((text) => [...text.matchAll(/\bnpm (?:run ([a-z]+)|(test|start)\b)/g)]);
    const names = run.map(([, script, own]) => script ?? own ?? "");
    expect(new Set(names)).toEqual(new Set(["start", "test", "build", "deploy"]));
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(names));
  });
});

describe("the workflow that init writes", () => {
  interface Job {
    readonly if?: string;
    readonly needs?: string;
    readonly permissions: Readonly<Record<string, string>>;
    readonly "timeout-minutes": number;
    readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly with?: object }[];
  }
  const text = read(".github/workflows/policies.yml");
  const workflow = parse(text);
  const jobs: Readonly<Record<string, Job>> = workflow.jobs;

  it("pins each action to a commit and names its release", () => {
    const uses = text.match(/uses: .*/g) ?? [];
    expect(uses.length).toBeGreaterThanOrEqual(5);
    expect(uses.filter((line) => !/^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it("gives each job the rights that it needs", () => {
    expect(workflow.permissions).toEqual({});
    const rights = Object.entries(jobs).map(([name, { permissions }]) => [name, permissions]);
    expect(Object.fromEntries(rights)).toEqual({
      check: { contents: "read" },
      comment: { "pull-requests": "write" },
      deploy: { contents: "read", "id-token": "write" },
    });
    for (const job of Object.values(jobs)) expect(job["timeout-minutes"]).toBeGreaterThan(0);
  });

  it("runs nothing of a pull request with rights to write, and nothing for one of a fork", () => {
    expect(Object.keys(workflow.on)).toEqual(["pull_request", "push"]);
    const { steps, needs, if: condition } = jobs["comment"] ?? { steps: [] };
    expect(steps.every(({ uses }) => uses === undefined)).toBe(true);
    expect(needs).toBe("check");
    expect(condition).toContain("github.event.pull_request.head.repo.full_name == github.repository");
  });

  it("hands no text of others to a shell but in variables", () => {
    for (const { steps } of Object.values(jobs))
      for (const { run = "" } of steps) expect(run).not.toContain("${{");
    expect(text).not.toContain("secrets.");
  });

  const problem = "No difference can be shown:\n\n    before is broken\n    ```\n";
  it.each([
    ["nobody gains access", 0, "**no difference in access**\n"],
    ["somebody gains access", 1, "- **+** `group hr` gains `connect:ListUsers`\n\n**1 gain**\n"],
    ["what was there cannot be compared, as a block of code", 2, problem],
    ["much changes, and in the comment as much as there is room for", 1, "- all of it\n", "- some of it\n"],
  ])("shows that %s", (_, status, difference, comment = difference) => {
    const { run = "" } = jobs["check"]?.steps.find(({ run }) => run?.includes("diff --env prod")) ?? {};
    const folder = newFolder();
    const temporary = join(folder, "temp");
    mkdirSync(temporary, { recursive: true });
    const program = `for each; do case "$each" in comment=*) printf '%s' '${comment}' > "\${each#comment=}";; esac; done; printf '%s' '${status === 2 ? "half" : difference}'; printf 'before is broken\n\`\`\`\n' >&2; exit ${status}`;
    writeFileSync(join(folder, "npx"), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
    const files = { GITHUB_OUTPUT: join(folder, "output"), GITHUB_STEP_SUMMARY: join(folder, "summary") };
    execFileSync("bash", ["-e", "-c", run], {
      env: { PATH: `${folder}:${process.env["PATH"]}`, RUNNER_TEMP: temporary, ...files },
    });
    expect(readFileSync(files.GITHUB_STEP_SUMMARY, "utf8")).toBe(difference);
    const output = readFileSync(files.GITHUB_OUTPUT, "utf8");
    const mark = /^difference<<(\w{32})\n/.exec(output)?.[1];
    expect(output).toBe(`difference<<${mark}\n${comment}${mark}\n`);
  });

  it("deploys from main alone, where the instance is, if a role is named", () => {
    expect(jobs["deploy"]?.if).toBe("github.event_name == 'push' && vars.DEPLOY_ROLE_ARN != ''");
    expect(workflow.on.push).toEqual({ branches: ["main"] });
    expect(text).toContain("aws-region: us-east-1\n");
  });
});

describe("the rest of what init writes", () => {
  it("gives each role's policies and tests an owner", () => {
    const owned = [...read(".github/CODEOWNERS").matchAll(/^\/(\S+) +@/gm)].map(([, path = ""]) => path);
    for (const path of owned)
      expect(
        [...files.keys()].some((file) => file === path || file.startsWith(path)),
        path,
      ).toBe(true);
    for (const role of ["supervisors", "recorders", "hr", "ops"])
      expect(owned).toEqual(
        expect.arrayContaining([`config/policies/${role}/`, `config/tests/${role}.yaml`]),
      );
  });

  it("links to files that are there", () => {
    const links = [...read("README.md").matchAll(/\]\((?!https:)([^)]+)\)/g)].map(([, path = ""]) => path);
    expect(links.length).toBeGreaterThan(3);
    const paths = [...files.keys(), "config/access.md"];
    expect(
      links.filter((link) => !paths.some((path) => path === link || path.startsWith(`${link}/`))),
    ).toEqual([]);
  });

  it("names the schema where the package has it", () => {
    const texts = [read(".vscode/settings.json"), read("config/authorizer.yaml")];
    const schemas = texts.flatMap((text) =>
      text.match(/(?<=node_modules\/connect-authorizer\/)[\w./]+\.json/g),
    );
    expect(schemas).toEqual([
      "dist/package/schemas/authorizer.schema.json",
      "dist/package/schemas/environment.schema.json",
      "dist/package/schemas/tests.schema.json",
      "dist/package/schemas/policy.schema.json",
      "dist/package/schemas/authorizer.schema.json",
    ]);
  });

  it("gives editors JSON that they can read", () => {
    for (const path of files.keys())
      if (path.endsWith(".json")) expect(() => JSON.parse(read(path)), path).not.toThrow();
  });

  it("tells git to leave out what the build writes", () => {
    expect(read(".gitignore").split("\n")).toEqual(
      expect.arrayContaining(["node_modules/", ".connect-authorizer*/", ".aws-sam/"]),
    );
  });
});
