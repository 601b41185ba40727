/** What GitHub and editors read, held against what it speaks of: workflows, templates, owners, versions of Node.js. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { run } from "./cli/command-run.ts";

const root = resolve(import.meta.dirname, "..");
const read = (file: string) => readFileSync(resolve(root, file), "utf8");
const tracked = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\0")
  .filter((file) => file !== "");

interface Workflow {
  readonly on: object;
  readonly permissions: object;
  readonly concurrency: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly strategy?: {
    readonly matrix: { readonly node?: readonly string[]; readonly include?: readonly { part: string }[] };
  };
  readonly steps: readonly Step[];
}

interface Step {
  readonly name: string;
  readonly uses?: string;
  readonly with?: object;
  readonly run?: string;
}

const workflowFiles = tracked.filter((file) => file.startsWith(".github/workflows/"));
const workflow = (file: string): Workflow => parse(read(file));
const ci = workflow(".github/workflows/ci.yml");
const ciScript = read(".ci/run");
const manifest: {
  engines: { node: string };
  scripts: Record<string, string>;
  devDependencies: Record<string, string>;
} = JSON.parse(read("package.json"));

interface Updates {
  readonly "package-ecosystem": string;
  readonly directories?: readonly string[];
  readonly groups?: Readonly<Record<string, { readonly "exclude-patterns"?: readonly string[] }>>;
}

function updatesOfPackages({ updates }: { readonly updates: readonly Updates[] }): Updates | undefined {
  return updates.find((each) => each["package-ecosystem"] === "npm");
}

/** Whether a name is that of a pattern, whose `*` may only be its end. */
function matchesGlob(name: string, pattern: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

describe("the workflows", () => {
  it("are those of the checks, of the static analysis, of the site and of a release", () => {
    const names = ["ci", "codeql", "release", "site"];
    expect(workflowFiles).toEqual(names.map((name) => `.github/workflows/${name}.yml`));
  });

  it.each(workflowFiles)("give each job the rights that it needs, and none to the rest: %s", (file) => {
    const { permissions, concurrency, jobs } = workflow(file);
    expect(permissions).toEqual({});
    expect(concurrency).toBeDefined();
    const mayWrite = new Map<string, string | readonly string[]>([
      [".github/workflows/codeql.yml", "analyze security-events"],
      [".github/workflows/release.yml", "publish id-token"],
      [".github/workflows/site.yml", ["publish pages", "publish id-token"]],
    ]);
    const writing = Object.entries(jobs).flatMap(([name, job]) => {
      const rights = Object.entries(job.permissions).filter(([, right]) => right !== "read");
      return rights.map(([right]) => `${name} ${right}`);
    });
    expect(writing).toEqual([mayWrite.get(file) ?? []].flat());
  });

  it.each(workflowFiles)("pin each action to a commit and name its release: %s", (file) => {
    const uses = read(file).match(/uses: .*/g) ?? [];
    expect(uses.length).toBeGreaterThanOrEqual(3);
    expect(uses.filter((line) => !/^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it.each(workflowFiles)("leave no credentials in the checkout: %s", (file) => {
    const checkouts = Object.values(workflow(file).jobs)
      .flatMap(({ steps }) => steps)
      .filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.length).toBeGreaterThan(0);
    for (const checkout of checkouts) expect(checkout.with).toEqual({ "persist-credentials": false });
  });

  it("run every part of .ci/run, and nothing else", () => {
    const parts = [...ciScript.matchAll(/^ {2}([a-z]+)\)/gm)].map(([, part]) => part);
    const fromMatrix = Object.values(ci.jobs).flatMap(({ strategy }) => strategy?.matrix.include ?? []);
    expect(["all", "unit", ...fromMatrix.map(({ part }) => part)].sort()).toEqual(parts.sort());
    const commands = Object.values(ci.jobs).flatMap(({ steps }) => steps.flatMap((step) => step.run ?? []));
    expect(commands).toEqual([".ci/run unit", '.ci/run "$PART"']);
  });
});

describe("the workflow of a release", () => {
  const { jobs } = workflow(".github/workflows/release.yml");
  const commandsOf = (name: string) => jobs[name]?.steps.flatMap(({ run: command }) => command ?? []);

  it("packs and checks as docs/how-to/releasing.md says", () => {
    const page = read("docs/how-to/releasing.md");
    const commands = commandsOf("package")?.filter((command) => command.startsWith("npm "));
    expect(commands).toEqual(["npm ci", "npm pack", "npm run --silent check:package"]);
    expect(commands?.filter((command) => !page.includes(command))).toEqual([]);
  });

  it("publishes what was packed, in a job that runs nothing else", () => {
    expect(commandsOf("publish")).toEqual([
      "npm publish --provenance --access public ./connect-authorizer-*.tgz",
    ]);
    expect(jobs["publish"]).toMatchObject({ needs: "package", environment: "npm" });
  });
});

describe("the versions of Node.js", () => {
  const newest = read(".nvmrc").trim();

  it("that are tested begin with the oldest that package.json allows and end with that of .nvmrc", () => {
    const tested = ci.jobs["unit"]?.strategy?.matrix.node ?? [];
    expect(tested.map((version) => version.split(".")[0])).toEqual(["20", "22", "24"]);
    expect(manifest.engines.node).toBe(`>=${tested[0]}`);
    expect(tested.at(-1)).toBe(newest);
  });

  it("for development is the line that the functions are deployed on", () => {
    const lambda = /^lambda_node_version=(\d+)\.\d+\.\d+$/m.exec(ciScript)?.[1];
    const deployed = new Set(read("template.yaml").match(/nodejs\d+\.x/g));
    expect([lambda, ...deployed]).toEqual([newest, `nodejs${newest}.x`]);
    expect(read(".devcontainer/devcontainer.json")).toContain(`/typescript-node:${newest}-`);
  });
});

describe(".ci/run", () => {
  it("calls scripts that package.json has, and files that are there", () => {
    const calls = ciScript.matchAll(/\bnpm (?:run (?:--silent |--prefix "\$clone" )?([a-z:]+)|(test))\b/g);
    const scripts = [...calls].map(([, named, own]) => named ?? own ?? "");
    expect(scripts).toEqual(
      expect.arrayContaining(["test", "coverage", "test:unit", "test:isolated", "test:aws", "build"]),
    );
    expect(scripts.filter((name) => manifest.scripts[name] === undefined)).toEqual([]);
    const files = ciScript.match(/\b(?:tools|test|docs|events)\/[\w/.-]+\.(?:mjs|py|md)\b/g) ?? [];
    expect(files.length).toBeGreaterThan(8);
    expect(files.filter((file) => !tracked.includes(file))).toEqual([]);
  });

  it("takes what lies outside of the repository only if it is there, and says so", () => {
    const outside = ciScript.match(/^[^#\n]*\.\.\/[^\n]*/gm) ?? [];
    expect(outside.filter((line) => !line.startsWith('cd "$(dirname'))).toEqual([
      "prepare=../shared/sam-local/prepare",
    ]);
    expect(ciScript).toContain('if [ -x "$prepare" ]; then');
    expect(ciScript).toContain('echo "$prepare is not there, and is not needed');
  });
});

describe("the issue templates", () => {
  const forms = tracked.filter((file) => /^\.github\/ISSUE_TEMPLATE\/(?!config).*\.yml$/.test(file));
  const commands = forms.flatMap((file) =>
    [...read(file).matchAll(/`connect-authorizer ([a-z-]+)([^`]*)`/g)].map(([, command = "", rest = ""]) => ({
      file,
      command,
      flags: rest.match(/--[a-z-]+/g) ?? [],
    })),
  );
  const help = new Map<string, string>();
  beforeAll(async () => {
    for (const { command } of commands) help.set(command, (await run([command, "--help"])).stdout);
  });

  it("ask for the explanation of a wrong decision, as JSON", () => {
    expect(forms.length).toBe(3);
    const asked = commands.find(({ command }) => command === "explain");
    expect(asked?.file).toContain("wrong-decision");
    expect(asked?.flags).toContain("--json");
  });

  it("name commands and flags that are there", () => {
    const missing = commands.flatMap(({ command, flags }) =>
      flags
        .filter((flag) => !new RegExp(`^ +${flag}\\b`, "m").test(help.get(command) ?? ""))
        .map((flag) => `${command} ${flag}`),
    );
    expect(missing).toEqual([]);
  });

  it("send vulnerabilities to SECURITY.md", () => {
    const { blank_issues_enabled, contact_links } = parse(read(".github/ISSUE_TEMPLATE/config.yml"));
    expect(blank_issues_enabled).toBe(false);
    expect(contact_links[0].url).toMatch(/\/security\/policy$/);
    for (const form of forms.filter((file) => !file.endsWith("feature.yml")))
      expect(read(form)).toContain(contact_links[0].url);
  });
});

describe("the owners and updates", () => {
  it("are of folders and files that are there", () => {
    const paths = [...read(".github/CODEOWNERS").matchAll(/^\/(\S+) +@/gm)].map(([, path = ""]) => path);
    expect(paths.length).toBeGreaterThan(10);
    const missing = paths.filter(
      (path) => !tracked.some((file) => (path.endsWith("/") ? file.startsWith(path) : file === path)),
    );
    expect(missing).toEqual([]);
  });

  it("are of every room in which access is decided", () => {
    const owned = read(".github/CODEOWNERS").match(/^\/shared\/\w+\/(?= )/gm) ?? [];
    const rooms = tracked.flatMap((file) => /^shared\/\w+\//.exec(file)?.[0] ?? []);
    // They watch a call: no answer depends on what is in them.
    const others = ["shared/audit/", "shared/observe/", "shared/shadow/"];
    const deciding = [...new Set(rooms)].filter((room) => !others.includes(room));
    expect(owned.map((path) => path.slice(1)).sort()).toEqual(deciding.sort());
  });

  const npm = updatesOfPackages(parse(read(".github/dependabot.yml")));

  it("of packages that are inside the product are not among those of tools", () => {
    const bill: { components: { name: string }[] } = JSON.parse(read("dist/package/sbom.cdx.json"));
    const inside = bill.components.map(({ name }) => name).filter((name) => name in manifest.devDependencies);
    const excluded = npm?.groups?.["dev-tools"]?.["exclude-patterns"] ?? [];
    const isExcluded = (name: string) => excluded.some((pattern) => matchesGlob(name, pattern));
    expect(inside.filter((name) => !isExcluded(name))).toEqual([]);
    expect(excluded.filter((pattern) => !inside.some((name) => matchesGlob(name, pattern)))).toEqual([]);
  });

  it("are of every package with a lock file of its own", () => {
    const locks = tracked.filter((file) => /(^|\/)package-lock\.json$/.test(file));
    expect(npm?.directories?.toSorted()).toEqual(
      locks.map((file) => `/${file.replace(/\/?package-lock\.json$/, "")}`).sort(),
    );
  });
});
