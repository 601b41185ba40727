/** `init`: what it writes for each kind of answers, and each message of what it refuses. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { version } from "../../../../package.json";
import { run } from "../../command-run.ts";
import { readPage } from "../../pages/shown.ts";
import { filesIn, newFolder } from "./project-fixture.ts";

const always = [
  ".editorconfig",
  ".gitignore",
  ".vscode/extensions.json",
  ".vscode/settings.json",
  "README.md",
  "config/access.md",
  "config/authorizer.yaml",
  "config/environments/prod.yaml",
  "package.json",
  "samconfig.toml",
  "template.yaml",
];
const ofGitHub = [".github/CODEOWNERS", ".github/dependabot.yml", ".github/workflows/policies.yml"];
const ofRoles = [
  "config/policies/hr/users.json",
  "config/policies/recorders/recordings.json",
  "config/policies/supervisors/own-team.json",
  "config/policies/supervisors/see.json",
  "config/tests/hr.yaml",
  "config/tests/recorders.yaml",
  "config/tests/supervisors.yaml",
];

const gov = "arn:aws-us-gov:connect:us-gov-west-1:111122223333:instance/aaaaaaaa-1111-2222-3333-444444444444";
const frankfurt = "arn:aws:connect:eu-central-1:111122223333:instance/aaaaaaaa-1111-2222-3333-444444444444";
const replica = "arn:aws:connect:eu-west-2:111122223333:instance/aaaaaaaa-1111-2222-3333-444444444444";
const okta = "https://example.okta.com/oauth2/default";
const entra = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0";

/** Name → flags besides `--yes`. */
const kinds: readonly (readonly [name: string, flags: readonly string[]])[] = [
  ["the defaults", []],
  ["an HTTP API", ["--api", "http"]],
  ["another partition", ["--instance", gov]],
  ["two instances, and Okta", ["--instance", frankfurt, "--instance", replica, "--issuer", okta]],
  [
    "a groups claim and an audience of one's own",
    ["--groups-claim", "https://x.test/g", "--audience", "a{b,c"],
  ],
  ["Auth0", ["--issuer", "https://example.auth0.com/"]],
  ["Entra ID, with roles of one's own", ["--issuer", entra, "--role", "ops", "--role", "12", "--role", "hr"]],
  ["no workflow", ["--ci", "none"]],
];

describe("init", () => {
  it.each(kinds)(
    "writes a repository that validates without warnings and passes its tests: %s",
    async (_, flags) => {
      const folder = newFolder();
      const written = await run(["init", folder, "--yes", ...flags]);
      expect(written).toMatchObject({ status: 0, stderr: "" });
      const validated = await run(["validate", "--strict", join(folder, "config")]);
      expect(validated).toMatchObject({ status: 0, stdout: "" });
      const tested = await run(["test", join(folder, "config")]);
      expect(tested).toMatchObject({ status: 0, stderr: "" });
      expect(tested.stdout).toMatch(/✓ \d+ tests, access unchanged/);
      const files = filesIn(folder);
      expect(written.stdout).toContain(`Wrote ${files.size} files`);
      for (const text of files.values()) expect(text).not.toMatch(/__[A-Z]+__/);
      expect(files.get("template.yaml")?.trimEnd().split("\n").length).toBeLessThanOrEqual(60);
    },
  );

  it("writes every file that its page names", async () => {
    const folder = newFolder();
    await run(["init", folder, "--yes"]);
    expect([...filesIn(folder).keys()]).toEqual([...always, ...ofGitHub, ...ofRoles].sort());
    const other = newFolder();
    await run(["init", other, "--yes", "--ci", "none", "--role", "ops"]);
    const own = ["config/policies/ops/read.json", "config/tests/ops.yaml"];
    expect([...filesIn(other).keys()]).toEqual([...always, ...own].sort());
  });

  it("writes the files that docs/how-to/your-own-repository.md names", async () => {
    const { page } = readPage("how-to/your-own-repository.md");
    const rowsOf = (heading: string) => {
      const [, section = ""] = new RegExp(`^${heading}$(.*?)^## `, "ms").exec(page) ?? [];
      return [...section.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = ""]) => cell);
    };
    const names = rowsOf("## Know your files").flatMap((cell) => cell.match(/[^`, ]+/g) ?? []);
    const written = [...always, ...ofGitHub, ...ofRoles];
    expect(names.length).toBeGreaterThan(7);
    const isWritten = (name: string) => {
      const form = new RegExp(`^${name.replaceAll(".", "\\.").replace(/ROLE|NAME/g, "[\\w-]+")}`);
      return written.some((file) => form.test(file));
    };
    expect(names.filter((name) => !isWritten(name))).toEqual([]);
  });

  it("writes a package.json with the commands for its API, and this version", async () => {
    const manifestOf = async (...flags: string[]) => {
      const folder = newFolder();
      await run(["init", folder, "--yes", ...flags]);
      return JSON.parse(filesIn(folder).get("package.json") ?? "");
    };
    expect(await manifestOf()).toMatchObject({
      name: "my-policies",
      private: true,
      scripts: {
        start: "connect-authorizer start",
        test: "connect-authorizer test",
        build: "connect-authorizer build",
        deploy: "sam deploy",
      },
      dependencies: { "connect-authorizer": version },
    });
    expect((await manifestOf("--api", "http")).scripts).toMatchObject({
      start: "connect-authorizer start --api http",
      build: "connect-authorizer build --api http",
    });
  });

  it("maps the claims that the issuer's tokens have", async () => {
    const claimsOf = async (...flags: string[]) => {
      const folder = newFolder();
      await run(["init", folder, "--yes", ...flags]);
      return /claims: (.*)/.exec(filesIn(folder).get("config/authorizer.yaml") ?? "")?.[1];
    };
    expect(await claimsOf()).toBe(
      '{ id: sub, name: username, groups: "cognito:groups", tags: { team: "custom:team" } }',
    );
    expect(await claimsOf("--issuer", okta)).toBe(
      "{ id: uid, name: sub, groups: groups, tags: { team: team } }",
    );
    // Of this server only ID tokens can be verified.
    expect(await claimsOf("--issuer", "https://example.okta.com")).toBe(
      "{ id: sub, name: email, groups: groups, tags: { team: team } }",
    );
    expect(await claimsOf("--issuer", entra)).toBe(
      "{ id: oid, name: preferred_username, groups: roles, tags: { team: team } }",
    );
    expect(await claimsOf("--issuer", "https://id.example.com/", "--groups-claim", "memberships")).toContain(
      "groups: memberships",
    );
  });

  it("takes only access tokens where they are marked, and says what they need for the team", async () => {
    const written = async (...flags: string[]) => {
      const folder = newFolder();
      await run(["init", folder, "--yes", ...flags]);
      return ["config/authorizer.yaml", "README.md"].map((file) => filesIn(folder).get(file) ?? "");
    };
    const trigger = "(claim `custom:team`, which Cognito writes into access tokens only with";
    const [pool, page] = await written();
    expect(pool).toContain("    audience: my-app\n    tokenUse: access\n    claims: ");
    expect(page).toContain(trigger);
    const [other, otherPage] = await written("--issuer", okta);
    expect(other).not.toContain("tokenUse");
    expect(otherPage).toContain("(claim `team`)");
  });

  it("names the examples that must be replaced, and ends with three commands", async () => {
    const folder = newFolder();
    const { stdout } = await run(["init", folder, "--yes"]);
    expect(stdout).toContain("\n  issuer   https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example\n");
    expect(stdout.split("\n").slice(-5)).toEqual([
      "Next:",
      `  cd "${folder}"`,
      "  npm install",
      "  npm start",
      "",
    ]);
    const here = newFolder();
    mkdirSync(here);
    vi.spyOn(process, "cwd").mockReturnValue(here);
    const written = await run(["init", here, "--yes"]);
    expect(written.stdout).toContain("files into this folder.");
    expect(written.stdout).toMatch(/Next:\n {2}npm install\n {2}npm test\n {2}npm start\n$/);
    vi.restoreAllMocks();
    const own = await run(["init", newFolder(), "--instance", gov, "--issuer", okta, "--audience", "app"]);
    expect(own.stdout).not.toContain("Examples");
  });

  it("asks nothing without a terminal, also without --yes", async () => {
    const folder = newFolder();
    expect(await run(["init", folder])).toMatchObject({ status: 0, stderr: "" });
    expect(filesIn(folder).size).toBe(always.length + ofGitHub.length + ofRoles.length);
  });
});

describe("init overwrites nothing", () => {
  it("refuses a folder that has any of its files, names them, and writes none", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "config"), { recursive: true });
    writeFileSync(join(folder, "README.md"), "mine");
    writeFileSync(join(folder, "config/access.md"), "mine");
    const { status, stdout, stderr } = await run(["init", folder, "--yes"]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(
      "already has `README.md`, `config/access.md`; nothing was written. Name another folder",
    );
    expect([...filesIn(folder)]).toEqual([
      ["README.md", "mine"],
      ["config/access.md", "mine"],
    ]);
  });

  it("writes into a folder that has only other files", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, ".git"), { recursive: true });
    writeFileSync(join(folder, "LICENSE"), "mine");
    expect((await run(["init", folder, "--yes"])).status).toBe(0);
    expect(filesIn(folder).get("LICENSE")).toBe("mine");
  });

  it("refuses a folder that is a file", async () => {
    const folder = newFolder();
    writeFileSync(folder, "mine");
    const { status, stderr } = await run(["init", folder, "--yes"]);
    expect(status).toBe(2);
    expect(stderr).toContain(`\`${folder}\` is a file; name a folder, which may be a new one`);
  });
});

describe("init refuses, and writes nothing", () => {
  it.each([
    [
      "--instance",
      "arn:aws:connect:eu-west-2:1:instance/x",
      "this is not the ARN of an Amazon Connect instance",
    ],
    ["--instance", frankfurt.toUpperCase(), "the id in lower case, like `arn:aws:connect:us-east-1:1234"],
    ["--issuer", "http://id.example.com", "this is not an issuer; write its https URL"],
    ["--issuer", "id.example.com", "this is not an issuer; write its https URL"],
    ["--issuer", "https://id.example.com/.well-known/openid-configuration", "without `/.well-known/…`"],
    [
      "--issuer",
      "https://cognito-idp.eu-west-2.amazonaws.com/eu-west-2_Ab1/",
      "the issuers of Amazon Cognito end without a slash, and each character counts; write `https://cognito-idp.eu-west-2.amazonaws.com/eu-west-2_Ab1`",
    ],
    ["--issuer", "https://example.auth0.com", "end with a slash, and each character counts"],
    [
      "--issuer",
      "https://mine.auth.eu-west-2.amazoncognito.com",
      "the issuers of Amazon Cognito are written `https://cognito-idp.REGION.amazonaws.com/USER-POOL-ID`",
    ],
    [
      "--issuer",
      "https://login.microsoftonline.com/common/v2.0",
      "the issuers of Microsoft Entra ID are written",
    ],
    ["--audience", "one two", "an audience is one word"],
    ["--audience", "", "an audience is one word"],
    ["--groups-claim", "my groups", "a claim's name is one word"],
    ["--role", "a/b", "a role is a group of callers and the folder of its policies"],
    ["--role", "../x", "a role is a group of callers"],
    ["--role", ".hidden", "a role is a group of callers"],
    ["--role", "nul", "a role is a group of callers"],
    ["--role", "x.json", "a role is a group of callers"],
    ["--role", "a, b", "a role is a group of callers"],
    ["--package", "not a version", "write what `npm install` takes"],
    ["--package", "./missing.tgz", "there is no file"],
    ["--api", "soap", "`--api soap` must be one of `rest`, `http`"],
    ["--ci", "other", "`--ci other` must be one of `github`, `none`"],
  ])("%s %s", async (flag, value, message) => {
    const folder = newFolder();
    const { status, stdout, stderr } = await run(["init", folder, "--yes", flag, value]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toContain(`\`${flag} ${value}\``);
    expect(() => filesIn(folder)).toThrow("ENOENT");
  });

  it.each(["config", "config/policies", ".github", ".vscode"])(
    "a file in the place of its folder %s, and leaves nothing half-written",
    async (path) => {
      const folder = newFolder();
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), "mine\n");
      const { status, stdout, stderr } = await run(["init", folder, "--yes"]);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toContain(`already has \`${path}\`; nothing was written`);
      expect([...filesIn(folder)]).toEqual([[path, "mine\n"]]);
    },
  );

  it("what is named twice", async () => {
    const role = await run(["init", newFolder(), "--role", "Ops", "--role", "ops"]);
    expect(role.stderr).toContain("`Ops` is named before, and folders do not differ by case alone");
    const instance = await run(["init", newFolder(), "--instance", gov, "--instance", gov]);
    expect(instance.stderr).toContain("an instance before this one has the same id and Region");
  });
});

describe("init --package", () => {
  it.each([
    ["connect-authorizer@1.2.3", "1.2.3"],
    ["^2.0.0", "^2.0.0"],
    ["latest", "latest"],
    ["https://example.com/p.tgz", "https://example.com/p.tgz"],
  ])("%s", async (spec, dependency) => {
    const folder = newFolder();
    await run(["init", folder, "--yes", "--package", spec]);
    const { dependencies } = JSON.parse(filesIn(folder).get("package.json") ?? "");
    expect(dependencies).toEqual({ "connect-authorizer": dependency });
  });

  it("names a packed file from the new folder", async () => {
    const folder = newFolder();
    const packed = join(folder, "..", "p.tgz");
    writeFileSync(packed, "");
    await run(["init", folder, "--yes", "--package", packed]);
    const { dependencies } = JSON.parse(filesIn(folder).get("package.json") ?? "");
    expect(dependencies).toEqual({ "connect-authorizer": "file:../p.tgz" });
  });
});
