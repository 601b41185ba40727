/** `diff` with git revisions, in a repository of its own. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { goodFiles } from "../../authoring/configuration/configuration-folder.ts";
import { run } from "../command-run.ts";

let folder: string;
const before = process.cwd();

function git(...parameters: readonly string[]): string {
  const who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...who, ...parameters], { cwd: folder, encoding: "utf8", stdio: "pipe" });
}

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, "policies of us", "config", name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

const read = goodFiles["policies/read.json"] ?? "";
const wider = read.replace(/"Action": *"[^"]*"|"Action": *\[[^\]]*\]/, '"Action": "connect:*"');

beforeEach(async () => {
  vi.stubEnv("AUTHORIZER_CONFIG", "");
  // Git sets these for hooks, and they would name another repository.
  for (const name of ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"]) vi.stubEnv(name, undefined);
  vi.stubEnv("GIT_CEILING_DIRECTORIES", tmpdir());
  folder = await mkdtemp(join(tmpdir(), "diff revision "));
  git("init", "--quiet", "--initial-branch=main");
  await write(goodFiles);
  git("add", ".");
  git("commit", "--quiet", "--message=one");
  process.chdir(join(folder, "policies of us"));
});
afterEach(async () => {
  process.chdir(before);
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe("diff of a git revision", () => {
  it("compares the folder as it was with what it is now, and leaves files and index alone", async () => {
    expect(wider).not.toBe(read);
    expect(await run(["diff", "main", "config"])).toEqual({
      status: 0,
      stdout: "no difference in access\n",
      stderr: "",
    });
    await write({ "policies/read.json": wider });
    git("add", ".");
    const state = git("status", "--porcelain");
    const { status, stdout } = await run(["diff", "main", "config"]);
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: expect.stringMatching(/^\+ .* gains connect:/m),
    });
    const reverse = await run(["diff", "config", "HEAD"]);
    expect({ status: reverse.status, stdout: reverse.stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^- .* loses connect:/m),
    });
    expect(git("status", "--porcelain")).toBe(state);
    expect(await readdir(folder)).toEqual([".git", "policies of us"]);
  });

  it("compares two revisions, by the folder that AUTHORIZER_CONFIG names, else config", async () => {
    await write({ "policies/read.json": wider });
    git("commit", "--quiet", "--all", "--message=two");
    expect((await run(["diff", "HEAD~1", "main"])).status).toBe(1);
    process.chdir(folder);
    vi.stubEnv("AUTHORIZER_CONFIG", join("policies of us", "config"));
    expect((await run(["diff", "HEAD~1", "main"])).status).toBe(1);
    vi.stubEnv("AUTHORIZER_CONFIG", "elsewhere");
    expect((await run(["diff", "HEAD~1", "main"])).stderr).toBe(
      "note: everything is new, since the revision `HEAD~1` has no folder `elsewhere`; if it has another one, write `HEAD~1:FOLDER`\nconnect-authorizer: the revision `main` has no folder `elsewhere`; if it has another one, write `main:FOLDER`\n",
    );
  });

  it("tells everything as new where the revision has no such folder, and reads a folder of another name", async () => {
    git("mv", "policies of us/config", "policies of us/renamed");
    const all = await run(["diff", "main", "renamed"]);
    expect(all.status).toBe(1);
    expect(all.stderr).toBe(
      "note: everything is new, since the revision `main` has no folder `renamed`; if it has another one, write `main:FOLDER`\n",
    );
    expect(all.stdout).toMatch(/^\+ group .* gains connect:/m);
    expect(all.stdout).not.toMatch(/^[- ] /m);
    const none = { status: 0, stdout: "no difference in access\n", stderr: "" };
    expect(await run(["diff", "main:./config", "renamed"])).toEqual(none);
    expect(await run(["diff", "main:policies of us/config", "renamed"])).toEqual(none);
    expect(await run(["diff", "main:config", "renamed"])).toMatchObject({
      status: 2,
      stderr:
        "connect-authorizer: the revision `main` has no folder `config`; name one from the root of the repository, or begin with `./`\n",
    });
    git("commit", "--quiet", "--all", "--message=renamed");
    process.chdir("renamed");
    expect(await run(["diff", "HEAD", "."])).toEqual(none);
  });

  it("reads a folder that is the root of its repository", async () => {
    process.chdir("config");
    await rm(join(folder, ".git"), { recursive: true });
    execFileSync("git", ["init", "--quiet"]);
    execFileSync("git", ["add", "."]);
    git("-C", process.cwd(), "commit", "--quiet", "--message=one");
    expect(await run(["diff", "HEAD", "."])).toMatchObject({ status: 0, stderr: "" });
  });

  it("says of a shallow clone what to fetch", async () => {
    git("commit", "--quiet", "--allow-empty", "--message=two");
    git("clone", "--quiet", "--depth=1", `file://${folder}`, join(folder, "shallow"));
    process.chdir(join(folder, "shallow", "policies of us"));
    const { status, stderr } = await run(["diff", "HEAD~1", "config"]);
    expect(status).toBe(2);
    expect(stderr).toContain(
      "this clone is shallow. Fetch all of it with `git fetch --unshallow`, or in a GitHub workflow with `fetch-depth: 0` of",
    );
  });

  it("reads the environment that --env names in the revision, too", async () => {
    await write({ "environments/prod.yaml": "cors: { allowOrigins: [https://a.example] }\n" });
    expect((await run(["diff", "main", "config", "--env", "prod"])).stderr).toContain(
      "there is no environment `prod`",
    );
    git("add", ".");
    git("commit", "--quiet", "--message=prod");
    expect(await run(["diff", "main", "config", "--env", "prod"])).toMatchObject({ status: 0, stderr: "" });
  });

  it("takes a folder of that name before a revision", async () => {
    git("branch", "config");
    await write({ "policies/read.json": wider });
    expect((await run(["diff", "config", "config"])).stdout).toBe("no difference in access\n");
  });

  it("names the revision, not a temporary folder, in what is wrong with it", async () => {
    await write({ "policies/read.json": "{" });
    git("commit", "--quiet", "--all", "--message=broken");
    await write(goodFiles);
    const { status, stderr } = await run(["diff", "main", "config"]);
    expect(status).toBe(2);
    expect(stderr).toContain("`main:config` has errors:\nmain:config/policies/read.json:1:");
    expect(stderr).not.toContain("revision-");
  });

  it("and what docs/how-to/pull-requests.md runs beside it without the action", async () => {
    const page = readFileSync(join(import.meta.dirname, "../../../docs/how-to/pull-requests.md"), "utf8");
    const [, block = ""] = /## Use another CI system.*?```sh\n(.*?)```/s.exec(page) ?? [];
    const lines = block.trim().split("\n");
    git("update-ref", "refs/remotes/origin/main", "main");
    await write({
      "tests/a.yaml":
        "callers: { a: { id: a } }\ntests: [{ as: a, call: DeleteUser, expect: implicitDeny }]\n",
    });
    const statuses = async () => {
      const runs = [];
      for (const line of lines) {
        const { status, stdout, stderr } = await run(line.replace("npx connect-authorizer ", "").split(" "));
        expect(stderr).not.toContain("connect-authorizer:");
        expect(stdout).not.toBe("");
        runs.push(`${line.split(" ")[2]} ${status}`);
      }
      return runs;
    };
    expect(await statuses()).toEqual(["validate 0", "test 0", "diff 0"]);
    await write({ "policies/read.json": wider });
    expect(await statuses()).toEqual(["validate 1", "test 0", "diff 1"]);
  });

  it.each(["absolute", "relative"])(
    "refuses a link out of it (%s), which would find what is there now",
    async (kind) => {
      const outside = join(folder, "policies of us", "other.json");
      await writeFile(outside, wider);
      const link = join(folder, "policies of us", "config", "policies", "read.json");
      await rm(link);
      const target = kind === "absolute" ? outside : "../".repeat(12) + outside.slice(1);
      await symlink(target, link);
      git("add", ".");
      git("commit", "--quiet", "--message=link");
      const { status, stdout, stderr } = await run(["diff", "main", "config"]);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toBe(
        `connect-authorizer: \`main:config\` has the link \`policies/read.json\` to \`${target}\`, out of this folder: what is there now need not be what the revision had; keep the file itself in the folder\n`,
      );
    },
  );

  it("follows a link within it", async () => {
    const policies = join(folder, "policies of us", "config", "policies");
    await writeFile(join(folder, "policies of us", "config", "common.json"), read);
    await rm(join(policies, "read.json"));
    await symlink("../common.json", join(policies, "read.json"));
    git("add", ".");
    git("commit", "--quiet", "--message=link");
    expect((await run(["diff", "main", "config"])).stdout).toBe("no difference in access\n");
  });

  it.each(["mian", "--output=x", "main; touch x", "$(touch x)"])(
    "says that there is no revision %s, and runs nothing",
    async (name) => {
      const { status, stdout, stderr } = await run(["diff", "--", name, "config"]);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toBe(
        `connect-authorizer: \`${name}\` is neither a folder nor a bundle's file, and git knows no such revision of \`config\`; a pipeline has to fetch it first\n`,
      );
      expect(await readdir(join(folder, "policies of us"))).toEqual(["config"]);
    },
  );

  it("says so outside of a repository", async () => {
    await rm(join(folder, ".git"), { recursive: true });
    expect((await run(["diff", "main", "config"])).stderr).toContain(
      "git knows no such revision of `config`",
    );
  });
});
