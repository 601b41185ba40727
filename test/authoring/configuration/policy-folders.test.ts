/**
 * Policies in folders of `policies/`: what they are named, what is reported, and that every command knows them by that name.
 */
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { maxNameLength } from "../../../shared/bundle/attachments.ts";
import { openBundle } from "../../../shared/bundle/bundle.ts";
import { readItem } from "../../../shared/principals/item.ts";
import { loadConfiguration } from "../../../tools/authoring/configuration/load-configuration.ts";
import { policyNameProblem } from "../../../tools/authoring/configuration/read/policy-folders.ts";
import { run } from "../../cli/command-run.ts";
import { type ConfigurationFolder, createFolder, goodFiles } from "./configuration-folder.ts";

const folders: ConfigurationFolder[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await folder.remove();
});

const main = (name: string) => (goodFiles["authorizer.yaml"] ?? "").replace("[read]", `["${name}"]`);
const policy = goodFiles["policies/read.json"] ?? "";

async function makeFolder(files: Readonly<Record<string, string>>): Promise<ConfigurationFolder> {
  const folder = await createFolder(files);
  folders.push(folder);
  return folder;
}

/** A configuration whose one policy has this name. */
const folderWith = (name: string, more: Readonly<Record<string, string>> = {}) =>
  makeFolder({ "authorizer.yaml": main(name), [`policies/${name}.json`]: policy, ...more });

/** `policies/x.json severity code: message` */
async function issuesOf(folder: ConfigurationFolder): Promise<readonly string[]> {
  const loaded = await loadConfiguration(folder.path);
  return (loaded.ok ? loaded.warnings : loaded.issues).map(
    ({ file, severity, code, message }) =>
      `${file.slice(folder.name.length + 1)} ${severity} ${code}: ${message}`,
  );
}

const form =
  "a policy's name has 1 to 128 letters, digits and `_+=,.@-`, its folders and their `/` included; rename it";
const tooDeep = "a policy is at most 4 folders deep in `policies/`; move it up";

describe("a policy's name", () => {
  it.each(["read", "hr/agents", "a/b/c/d/e", "hr.eu/a+b=c,d@e_f-1", "v1.0/read", "x".repeat(maxNameLength)])(
    "may be `%s`",
    (name) => {
      expect(policyNameProblem(name)).toBeUndefined();
    },
  );

  it.each([
    "",
    "/",
    "/read",
    "read/",
    "hr//agents",
    ".",
    "..",
    "../read",
    "hr/../read",
    "hr/./read",
    ".hidden",
    "hr/.hidden",
    "my policy",
    "h r/read",
    "hr\\read",
    "hr/r\u00e9ad",
    "hr/read\n",
    "hr/*",
    "x".repeat(maxNameLength + 1),
    `${"x".repeat(64)}/${"y".repeat(64)}`,
  ])("is not %j", (name) => {
    expect(policyNameProblem(name)).toBe(form);
  });

  it("has at most five parts", () => {
    expect(policyNameProblem("a/b/c/d/e/f")).toBe(tooDeep);
  });
});

describe("a policy in a folder", () => {
  it("is named by its folders and its file, and decides", async () => {
    const folder = await folderWith("hr/eu/agents", { "policies/hr.json": policy });
    const loaded = await loadConfiguration(folder.path);
    if (!loaded.ok) throw new Error("expected a good configuration");
    const { policies } = loaded.bundle;
    expect(policies.map(({ name, file }) => [name, file])).toEqual([
      ["hr", "policies/hr.json"],
      ["hr/eu/agents", "policies/hr/eu/agents.json"],
    ]);
    expect(openBundle(loaded.bundle).hasPolicy("hr/eu/agents")).toBe(true);
    expect(loaded.warnings).toMatchObject([{ code: "unusedPolicy" }]);
  });

  it("is sorted among the others by its name, so that a bundle is the same on every file system", async () => {
    const folder = await folderWith("b/a", { "policies/b-c.json": policy, "policies/a/z.json": policy });
    const loaded = await loadConfiguration(folder.path);
    expect(loaded.ok && loaded.bundle.policies.map(({ name }) => name)).toEqual(["a/z", "b-c", "b/a"]);
  });

  it("has its issues reported at its file", async () => {
    const folder = await folderWith("hr/agents", {
      "policies/hr/agents.json": policy.replace("ListUsers", "Fly").replace("Allow", "Deny"),
    });
    expect((await issuesOf(folder))[0]).toMatch(/^policies\/hr\/agents\.json error unknownAction: /);
  });

  it.each([
    ["agents", "did you mean `hr/agents`"],
    ["hr/agent", "did you mean `hr/agents`"],
    ["policies/hr/agents.json", "write `hr/agents`, without `.json`"],
    ["hr/agents.json", "write `hr/agents`, without `.json`"],
    ["hr/agent.json", "did you mean `hr/agents`, without `.json`"],
    ["policies/hr/agents", "write `hr/agents`, without its folder"],
    ["hr/others.json", "write `hr/others`, without `.json`, and create `policies/hr/others.json`"],
    ["hr/other-things", "create `policies/hr/other-things.json`"],
    ["../hr/other-things", form],
  ])("is suggested, or what to do, for the name `%s`", async (name, hint) => {
    const folder = await makeFolder({ "authorizer.yaml": main(name), "policies/hr/agents.json": policy });
    expect((await issuesOf(folder))[0]).toBe(
      `authorizer.yaml error unknownPolicy: there is no policy \`${name}\`; ${hint}`,
    );
  });
});

describe("what is no policy", () => {
  it("is reported wherever it is: other files, names outside the rule, folders too deep", async () => {
    const folder = await folderWith("hr/agents", {
      "policies/hr/notes.md": "",
      "policies/hr/.hidden.json": "",
      "policies/.git/config.json": "",
      "policies/hr/my policy.json": policy,
      "policies/h r/read.json": policy,
      "policies/a/b/c/d/e/f.json": policy,
    });
    expect((await issuesOf(folder)).filter((issue) => !issue.includes("unusedPolicy"))).toEqual([
      `policies/a/b/c/d/e error policyName: ${tooDeep}`,
      `policies/h r error policyName: ${form}`,
      `policies/hr/my policy.json error policyName: ${form}`,
      "policies/hr/notes.md warning ignoredFile: this is not a policy and is ignored; a policy's file is named `NAME.json`",
    ]);
  });

  it("includes a folder that is named like a policy's file", async () => {
    const folder = await folderWith("hr/agents", { "policies/hr/old.json/read.json": policy });
    expect(await issuesOf(folder)).toContain(
      "policies/hr/old.json error unreadableFile: this is a folder; a file is needed here",
    );
  });

  it("includes a link to a folder: it may lead out of the configuration, or in a circle", async () => {
    const outside = await makeFolder({ "everything.json": policy });
    const folder = await folderWith("hr/agents");
    await symlink(outside.path, join(folder.path, "policies/hr/outside"), "junction");
    await symlink(join(folder.path, "policies"), join(folder.path, "policies/hr/circle"), "junction");
    const text =
      "warning ignoredFile: this link to a folder is ignored; put the folder with its policies here";
    expect(await issuesOf(folder)).toEqual([`policies/hr/circle ${text}`, `policies/hr/outside ${text}`]);
  });

  it("includes an empty folder, of which nothing is said", async () => {
    const folder = await folderWith("hr/agents");
    await mkdir(join(folder.path, "policies/empty"));
    expect(await issuesOf(folder)).toEqual([]);
  });
});

describe("the commands and the functions", () => {
  it("take and print the name", async () => {
    const folder = await folderWith("hr/agents");
    const file = async (name: string, value: object) => {
      const path = join(folder.path, name);
      await writeFile(path, JSON.stringify(value));
      return path;
    };
    const id = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
    const arn = `arn:aws:connect:us-east-1:123456789012:instance/${id}`;
    const config = ["--config", folder.path];
    const explained = await run([
      "explain",
      "--principal",
      await file("caller.json", { id: "alice", attached: { policies: ["hr/agents"] } }),
      "--request",
      await file("request.json", { method: "GET", path: `/users/${id}/u-1` }),
      ...config,
    ]);
    expect(explained.stdout).toContain("Allow hr/agents#0 policies/hr/agents.json:4:5");
    const whoCan = ["who-can", "DescribeUser", `${arn}/agent/u-1`, ...config];
    expect((await run(whoCan)).stdout).toMatch(/hr\/agents#0/);
    expect((await run([...whoCan, "--principals-table"])).stdout).toContain("with `hr/agents` attached");
    expect((await run(["what-can", "--group", "agents", ...config])).status).toBe(0);
    const bundle = join(folder.path, "bundle.json");
    expect((await run(["bundle", folder.path, "--out", bundle])).status).toBe(0);
    // Who may do what is unchanged by a policy that is moved.
    const flat = await folderWith("agents");
    expect(await run(["diff", bundle, flat.path])).toMatchObject({
      status: 0,
      stdout: "no difference in access\n",
    });
  });

  it("take it from an item of the table of principals", () => {
    const name = `hr/${"x".repeat(maxNameLength - 3)}`;
    const item = { principal: { S: "k" }, version: { N: "1" }, policies: { SS: [name] } };
    expect(readItem(item, "k")).toMatchObject({ kind: "attached", item: { policies: [name] } });
  });
});
