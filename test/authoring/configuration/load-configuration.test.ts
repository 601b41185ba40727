/**
 * A folder → a bundle, or every issue with its file, line and column.
 */
import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openBundle } from "../../../shared/bundle/bundle.ts";
import { formatIssue, type Issue } from "../../../shared/errors.ts";
import { loadConfiguration } from "../../../tools/authoring/configuration/load-configuration.ts";
import { type ConfigurationFolder, createFolder, goodFiles } from "./configuration-folder.ts";

let folder: ConfigurationFolder | undefined;
afterEach(() => folder?.remove());

async function load(files: Readonly<Record<string, string | Uint8Array>>) {
  folder = await createFolder(files);
  return loadConfiguration(folder.path);
}

/** `authorizer.yaml:1:2 error code`, the folder's own name cut off. */
function shortened(issues: readonly Issue[]): string[] {
  const start = `${folder?.name}/`;
  return issues.map((issue) => {
    const text = formatIssue(issue);
    if (!text.startsWith(start)) throw new Error(`\`${text}\` does not begin with the folder's name`);
    return text.slice(start.length).split(" ").slice(0, 3).join(" ");
  });
}

async function issuesOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string[]> {
  const loaded = await load({ ...goodFiles, ...files });
  if (loaded.ok) throw new Error("expected the configuration to be refused");
  return shortened(loaded.issues);
}

function changed(from: string, to: string): Readonly<Record<string, string>> {
  const text = goodFiles["authorizer.yaml"] ?? "";
  if (!text.includes(from)) throw new Error(`there is no \`${from}\` to change`);
  return { "authorizer.yaml": text.replace(from, to) };
}

function withPolicy(statement: string): Readonly<Record<string, string>> {
  return { "policies/read.json": `{\n"Version": "2012-10-17",\n"Statement": ${statement}\n}` };
}

describe("loadConfiguration", () => {
  it("gives a bundle that opens, without warnings, for a good folder", async () => {
    const loaded = await load(goodFiles);
    expect(loaded).toMatchObject({ ok: true, warnings: [] });
    if (loaded.ok) expect(openBundle(loaded.bundle).version).toBe(loaded.bundle.version);
  });

  it("gives the same bundle wherever the folder is", async () => {
    const here = await load(goodFiles);
    const copy = await createFolder(goodFiles);
    const there = await loadConfiguration(copy.path);
    await copy.remove();
    expect({ ...there, opened: undefined }).toEqual({ ...here, opened: undefined });
    expect(JSON.stringify(here)).not.toContain(folder?.path);
  });

  it("reports what is wrong in all files at once, sorted by file, line and column", async () => {
    const issues = await issuesOf({
      "authorizer.yaml": `${goodFiles["authorizer.yaml"]}  - match: { groups: [x] }
    policies: [raed, read, other]
guardrails: [reed]
color: red
`,
      "policies/other.json": '{ "Version": "2012-10-17", "Statement": [ }',
      "policies/read.json":
        '{\n"Version": "2012-10-17",\n"Statement": { "Effect": "Deny", "Action": "connect:Fly", "Resource": "*" }\n}',
      "policies/unused.json": goodFiles["policies/read.json"] ?? "",
    });
    expect(issues.map((issue) => issue.replace(/other\.json:.*/, "other.json"))).toEqual([
      "authorizer.yaml:11:16 error unknownPolicy",
      "authorizer.yaml:12:14 error unknownPolicy",
      "authorizer.yaml:13:1 error unknownKey",
      "policies/other.json",
      "policies/read.json:3:44 error unknownAction",
      "policies/unused.json:1:1 warning unusedPolicy",
    ]);
  });
});

describe("a configuration that is valid and rarely meant", () => {
  async function warningsOf(from: string, to: string) {
    const loaded = await load({ ...goodFiles, ...changed(from, to) });
    return loaded.ok
      ? loaded.warnings.map(({ line, code, message }) => `${line} ${code} ${message}`)
      : loaded.issues;
  }

  it("has the same binding twice, in another order", async () => {
    const binding = "  - match: { groups: [agents] }\n    policies: [read]\n";
    const twice = "  - { policies: [read], match: { groups: [agents] } }\n";
    const other = binding.replace("agents", "others");
    expect(await warningsOf(binding, binding + other + twice)).toEqual([
      "12 duplicateBinding this binding says the same as the one on line 8; remove one of them, or correct it",
    ]);
    expect(await warningsOf(binding, binding + other)).toEqual([]);
  });

  it("has an issuer that no token names", async () => {
    expect(await warningsOf("https://issuer.example/", "https://a.auth0.com")).toEqual([
      "4 issuerNeverMatches tokens of Auth0 have a slash at the end of their issuer; write `https://a.auth0.com/`",
    ]);
  });
});

describe("a folder or file that can't be read", () => {
  it("is an issue of its own code when the folder is missing, or no folder", async () => {
    folder = await createFolder({ file: "" });
    for (const name of ["missing", "file"]) {
      const loaded = await loadConfiguration(join(folder.path, name));
      if (loaded.ok) throw new Error("expected an issue");
      expect(shortened(loaded.issues)).toEqual([`${name}:1:1 error noSuchFolder`]);
    }
  });

  it("is an issue at its first character", async () => {
    folder = await createFolder(goodFiles);
    await rm(join(folder.path, "authorizer.yaml"));
    const noFile = await loadConfiguration(folder.path);
    expect(noFile.ok ? [] : shortened(noFile.issues)).toEqual(["authorizer.yaml:1:1 error missingFile"]);
    await folder.write(goodFiles);
    await rm(join(folder.path, "policies"), { recursive: true });
    const noPolicies = await loadConfiguration(folder.path);
    expect(noPolicies.ok ? [] : shortened(noPolicies.issues)).toEqual(["policies:1:1 error missingFile"]);
    await mkdir(join(folder.path, "policies", "read.json"), { recursive: true });
    const aFolder = await loadConfiguration(folder.path);
    expect(aFolder.ok ? [] : shortened(aFolder.issues)).toEqual([
      "policies/read.json:1:1 error unreadableFile",
    ]);
  });

  it.skipIf(process.platform === "win32")("is refused when it never ends", async () => {
    folder = await createFolder(goodFiles);
    await rm(join(folder.path, "authorizer.yaml"));
    await symlink("/dev/zero", join(folder.path, "authorizer.yaml"));
    const endless = await loadConfiguration(folder.path);
    expect(endless.ok ? [] : shortened(endless.issues)).toEqual(["authorizer.yaml:1:1 error unreadableFile"]);
  });

  it.each([
    ["authorizer.yml", "there is `authorizer.yml` and no `authorizer.yaml`; rename it to `authorizer.yaml`"],
    [
      "authorizer.json",
      "there is `authorizer.json` and no `authorizer.yaml`; YAML can hold its text as it is: rename it to `authorizer.yaml`",
    ],
    ["authorizer.yaml.bak", "there is no such file or folder; create it"],
  ])("is said to have another name: %s", async (name, message) => {
    const { "authorizer.yaml": text = "", ...others } = goodFiles;
    const loaded = await load({ ...others, [name]: text });
    const issues = loaded.ok ? [] : loaded.issues;
    expect(issues.find(({ code }) => code === "missingFile")?.message).toBe(message);
  });

  it("is refused when it is not UTF-8 or far too large", async () => {
    const notUtf8 = Buffer.from([0x61, 0xff, 0x62]);
    expect(await issuesOf({ "policies/read.json": notUtf8 })).toEqual([
      "policies/read.json:1:1 error notUtf8",
    ]);
    await folder?.remove();
    const large = " ".repeat(10 * 1024 * 1024 + 1);
    expect(await issuesOf({ "authorizer.yaml": large })).toEqual(["authorizer.yaml:1:1 error fileTooLarge"]);
  });

  it("may begin with a byte order mark", async () => {
    const marked = (name: string) => ({ [name]: `\ufeff${goodFiles[name]}` });
    expect(await load({ ...marked("authorizer.yaml"), ...marked("policies/read.json") })).toMatchObject({
      ok: true,
    });
  });
});

describe("policy files", () => {
  it("that nothing names are warned of, also beside a good configuration", async () => {
    const unused = { "policies/unused.json": goodFiles["policies/read.json"] ?? "" };
    const loaded = await load({ ...goodFiles, ...unused, "policies/notes.md": "", "policies/.hidden": "" });
    if (!loaded.ok) throw new Error("expected a good configuration");
    expect(shortened(loaded.warnings)).toEqual([
      "policies/notes.md:1:1 warning ignoredFile",
      "policies/unused.json:1:1 warning unusedPolicy",
    ]);
    expect(loaded.bundle.policies.map(({ name }) => name)).toEqual(["read", "unused"]);
  });

  it("that are broken are not reported as missing too", async () => {
    const [issue, ...more] = await issuesOf({ "policies/read.json": "{" });
    expect(issue).toMatch(/^policies\/read\.json:1:\d+ error /);
    expect(more).toEqual([]);
  });

  it("have names that IAM would take", async () => {
    const issues = await issuesOf({ "policies/my policy.json": goodFiles["policies/read.json"] ?? "" });
    expect(issues).toContain("policies/my policy.json:1:1 error");
  });

  it("that are named wrongly are reported where they are named, with the right name", async () => {
    expect(await issuesOf(changed("[read]", "[raed]"))).toEqual([
      "authorizer.yaml:9:16 error unknownPolicy",
      "policies/read.json:1:1 warning unusedPolicy",
    ]);
    const loaded = folder && (await loadConfiguration(folder.path));
    expect(loaded).toMatchObject({
      issues: [{ message: "there is no policy `raed`; did you mean `read`" }, {}],
    });
    await folder?.remove();
    expect(await issuesOf(changed("[read]", "[read]\n    boundary: constructor"))).toEqual([
      "authorizer.yaml:10:15 error unknownPolicy",
    ]);
  });
});

describe("the actions of a policy", () => {
  it.each([
    ['{ "Effect": "Deny", "Action": "connect:DeleteUsers", "Resource": "*" }', "3:44 error unknownAction"],
    [
      '[{ "Effect": "Deny", "Action": [\n"connect:DeleteUser",\n "connect:Fly*" ], "Resource": "*" }]',
      "5:2 error unknownAction",
    ],
    ['{ "Effect": "Deny", "NotAction": "connect:delete", "Resource": "*" }', "3:47 error unknownAction"],
  ])("must exist: %s", async (statement, issue) => {
    expect(await issuesOf(withPolicy(statement))).toEqual([`policies/read.json:${issue}`]);
  });

  it("must exist in a NotAction of an Allow, which would spare nothing", async () => {
    const statement = '{ "Effect": "Allow", "NotAction": "connect:delete", "Resource": "*" }';
    expect(await issuesOf(withPolicy(statement))).toContain("policies/read.json:3:48 error unknownAction");
  });

  it("grant nothing in an Allow when they do not exist, and are only warned of there", async () => {
    const statement =
      '{ "Effect": "Allow", "Action": ["connect:Fly", "connect:ListUsers"], "Resource": "*" }';
    const loaded = await load({ ...goodFiles, ...withPolicy(statement) });
    if (!loaded.ok) throw new Error("expected a good configuration");
    expect(shortened(loaded.warnings)).toEqual(["policies/read.json:3:46 warning unknownAction"]);
    expect(loaded.warnings[0]?.message).toBe(
      "it grants nothing: there is no action `connect:Fly`; `connect-authorizer catalog` lists the operations",
    );
    expect(openBundle(loaded.bundle).version).toBe(loaded.bundle.version);
    expect(JSON.stringify(loaded.bundle.policies)).toContain('["connect:Fly","connect:ListUsers"]');
  });

  it("of other services are only warned of", async () => {
    const statement =
      '{ "Effect": "Allow", "Action": ["s3:GetObject", "connect:ListUsers"], "Resource": "*" }';
    const loaded = await load({ ...goodFiles, ...withPolicy(statement) });
    if (!loaded.ok) throw new Error("expected a good configuration");
    expect(shortened(loaded.warnings)).toEqual(["policies/read.json:3:46 warning foreignAction"]);
  });
});
