import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { operations } from "../../../shared/catalog/catalog.ts";
import {
  type ConfigurationFolder,
  createFolder,
} from "../../authoring/configuration/configuration-folder.ts";
import { run } from "../command-run.ts";
import { useExampleProject } from "../example-project.ts";

useExampleProject();

const east = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";
const west = "arn:aws:connect:us-west-2:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc17";

let folder: ConfigurationFolder | undefined;
afterEach(() => folder?.remove());

const yaml = `instances:
  - arn: ${east}
issuers:
  - issuer: https://issuer.example/
    audience: app
    claims: { id: sub, groups: groups }
bindings:
  - match: { groups: [agents] }
    policies: [p]
  - match: { claims: { dept: [sales] } }
    policies: [p]
`;

async function ask(statements: readonly object[], ...flags: string[]) {
  folder = await createFolder({
    "authorizer.yaml": yaml,
    "policies/p.json": JSON.stringify({ Version: "2012-10-17", Statement: statements }),
  });
  return run(["what-can", "--config", folder.path, ...flags]);
}

async function principalFile(principal: object): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), "principal-")), "principal.json");
  await writeFile(path, JSON.stringify(principal));
  return path;
}

/** How many operations there are, but for those that are not served. */
const served = operations().filter(({ refused }) => refused === undefined).length;

const rest = (count: number) =>
  `never: ${count} other operations, which no statement allows; \`--all\` lists them`;

describe("what-can", () => {
  it("says in a sentence how much a caller may do, then by area what, and why not always", async () => {
    const { status, stdout } = await run(["what-can", "--group", "onboarding"]);
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        `\`onboarding\` may use 1 of ${served} operations, none of them always`,
        "",
        "users  some  CreateUser: not where it needs TagResource; security-profile not on [1]/security-profile/11dtcggg1-123e-111e-93e3-11111bfbfcc17",
        "",
        rest(served - 1),
        `[1]  ${west}`,
        "",
      ].join("\n"),
    );
  });

  it("puts areas together of which all operations are alike", async () => {
    const admins = await run(["what-can", "--group", "admins"]);
    expect(admins.stdout).toBe(
      `\`admins\` may use ${served} of ${served} operations, always\n\nall areas  always  all ${served} operations\n`,
    );
    const { stdout } = await run(["what-can", "--group", "operators"]);
    const lines = stdout.split("\n");
    expect(lines[2]).toMatch(/^all but users {2}always {2}all \d+ operations$/);
    expect(lines[3]).toMatch(/^users {10}always {2}all \d+ but DeleteUser, UpdateUser\* \(\d+\)$/);
    expect(lines[4]).toMatch(/^ {15}some {4}DeleteUser, .*UpdateUserSecurityProfiles: only in \[1\]$/);
    expect(lines).toContain(`[1]  ${west}`);
    expect(lines.length).toBeLessThan(25);
  });

  it("puts operations of one kind together where they are alike in all areas", async () => {
    const { stdout } = await ask(
      [
        {
          Effect: "Allow",
          Action: ["connect:Describe*", "connect:List*", "connect:DeleteUser"],
          Resource: "*",
        },
      ],
      "--group",
      "agents",
    );
    const lines = stdout.split("\n");
    expect(lines[2]).toMatch(/^all areas +always +Describe\* \(\d+\), List\* \(\d+\)$/);
    expect(lines[3]).toMatch(/^users +always +DeleteUser$/);
  });

  it("names the Deny that refuses an operation everywhere", async () => {
    const denied = await ask(
      [
        { Effect: "Allow", Action: "connect:*", Resource: "*" },
        { Sid: "Keep", Effect: "Deny", Action: "connect:DeleteUser", Resource: "*" },
      ],
      "--group",
      "agents",
    );
    expect(denied.stdout).toMatch(/^ +never +DeleteUser: denied by p#Keep$/m);
    // The one operation that is not served is none of them.
    expect(denied.stdout).toContain(`may use ${served - 1} of ${served} operations, always`);
  });

  it("names what an operation needs besides its own action, if the caller lacks just that", async () => {
    const statements = [
      { Effect: "Allow", Action: ["connect:SearchUsers", "connect:DeleteUser"], Resource: "*" },
      { Effect: "Allow", Action: "connect:CreateUser", Resource: `${east}/agent/*` },
    ];
    const { stdout } = await ask(statements, "--group", "agents");
    expect(stdout).toBe(
      [
        `\`agents\` may use 1 of ${served} operations, always`,
        "",
        "users  always  DeleteUser",
        "       never   CreateUser: allowed, but not on routing-profile/* and security-profile/*",
        "       never   SearchUsers: allowed, but DescribeUser on agent/* and ListUserProficiencies on instance/* and ListUserProficiencies on agent/* are not",
        "",
        rest(served - 3),
        "",
      ].join("\n"),
    );
    const more = [{ Effect: "Allow", Action: ["connect:DescribeUser", "connect:ListUser*"], Resource: "*" }];
    const { stdout: all } = await ask(
      [...statements, ...more],
      "--group",
      "agents",
      "--operation",
      "SearchUsers",
    );
    expect(all).toContain("users  always  SearchUsers\n");
  });

  it("counts what one wide Allow allows only in part, by what each call also needs", async () => {
    const { stdout } = await run(["what-can", "--group", "contact-admins"]);
    const [, area, counted] =
      /\n(\d+ areas) +never +(\d+) operations, which `--all` lists: allowed, but not on (?=instance\/\* \()/.exec(
        stdout,
      ) ?? [];
    expect(area).toBe("3 areas");
    const all = (await run(["what-can", "--group", "contact-admins", "--all"])).stdout;
    const inPart = all.split("\n").filter((line) => /^never +\w+: allowed, but /.test(line));
    expect(inPart.length).toBe(Number(counted));
    expect(stdout.match(/allowed, but /g)).toHaveLength(1);
  });

  it("gives a reason for each `some`", async () => {
    for (const group of ["operators", "onboarding", "recorders", "contact-handlers", "contact-admins"]) {
      const { stdout } = await run(["what-can", "--group", group]);
      expect(stdout).not.toMatch(/: ?$/m);
    }
  });

  it("suggests the group that was meant", async () => {
    const { status, stderr } = await run(["what-can", "--group", "oprators"]);
    expect(status).toBe(0);
    expect(stderr).toBe(
      "warning: no binding names the group `oprators`; did you mean `operators`\nno binding matches: the caller has no access\n",
    );
  });

  it("names the keys, and knows those of a caller whose file tells them", async () => {
    const statements = [
      {
        Effect: "Allow",
        Action: "connect:DescribeUser",
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceTag/team": `\${aws:PrincipalTag/team}` } },
      },
      {
        Effect: "Allow",
        Action: "connect:ListUsers",
        Resource: "*",
        Condition: { StringEquals: { "aws:PrincipalTag/team": "blue" } },
      },
      { Effect: "Allow", Action: "connect:DeleteUser", Resource: `${east}/agent/\${aws:userid}` },
    ];
    const unknown = await ask(statements, "--group", "agents");
    expect(unknown.stdout).toBe(
      [
        `\`agents\` may use 3 of ${served} operations, none of them always`,
        "",
        "users  depends  DeleteUser: on aws:userid",
        "       depends  DescribeUser: on aws:ResourceTag/team",
        "       depends  ListUsers: on aws:PrincipalTag/team",
        "",
        rest(served - 3),
        "",
      ].join("\n"),
    );
    expect(unknown.stderr).toContain("bindings that match by claims");
    const file = await principalFile({ id: "u-1", tags: { team: "blue" }, claims: { dept: "sales" } });
    const known = await run(["what-can", file, "--config", `${folder?.path}`]);
    expect(known.stderr).toBe("");
    expect(known.stdout.split("\n").slice(2, 5)).toEqual([
      "users  always   ListUsers",
      `       some     DeleteUser: user only on agent/\${aws:userid}`,
      "       depends  DescribeUser: on aws:ResourceTag/team",
    ]);
    expect(known.stdout).toContain(`resources  in ${east}\n`);
  });

  it("names of a statement's resources only those that the target can be", async () => {
    const Resource = [`${east}/agent/a*`, `${east}/queue/*`];
    const { stdout } = await ask(
      [
        { Effect: "Allow", Action: "connect:DescribeUser", Resource },
        { Effect: "Allow", Action: "connect:DeleteUser", NotResource: Resource },
      ],
      "--group",
      "agents",
    );
    expect(stdout.split("\n").slice(2, 4)).toEqual([
      "users  some  DeleteUser: user only on all but agent/a*",
      "       some  DescribeUser: user only on agent/a*",
    ]);
  });

  it("gives everything as JSON", async () => {
    const { stdout } = await run(["what-can", "--group", "recorders", "--json"]);
    const { operations } = JSON.parse(stdout);
    expect(operations).toHaveLength(served);
    expect(
      operations.find(({ operation }: { operation: string }) => operation === "StopContactRecording"),
    ).toEqual({
      operation: "StopContactRecording",
      area: "contacts",
      answer: "some",
      keys: [],
      deniedBy: [],
      misses: [],
      instances: [
        {
          instance: east,
          answer: "never",
          limitedBy: ["ContactId", "InitialContactId"].map((source) => ({
            action: "connect:StopContactRecording",
            source,
            types: ["contact"],
            sort: "required",
            isOwn: true,
            answer: "never",
            keys: [],
            allowedOn: [],
            deniedOn: [],
          })),
        },
        { instance: west, answer: "always", limitedBy: [] },
      ],
    });
  });

  it("lists the operations that nothing allows when it is asked to", async () => {
    const { stdout } = await run(["what-can", "--group", "recorders", "--all"]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.filter((line) => /^(?:always|some|depends|never) +[A-Z]/.test(line))).toHaveLength(served);
    expect(stdout).toContain("\nnever    DeleteUser\n");
    expect(stdout).toContain("some     StopContactRecording: only in [1]\n");
    expect(lines.at(-1)).toBe(`[1]  ${west}`);
  });

  it("says when no binding matches", async () => {
    const { status, stdout, stderr } = await run(["what-can", "--sub", "nobody"]);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `\`nobody\` may use none of ${served} operations: no binding matches\n`,
    });
    expect(stderr).toBe("no binding matches: the caller has no access\n");
  });

  it.each([[[]], [["x.json", "--group", "g"]]])(
    "refuses %j, which names no caller or two, with status 2",
    async (argv) => {
      expect(await run(["what-can", ...argv])).toMatchObject({
        status: 2,
        stdout: "",
        stderr: expect.stringContaining("give the caller as a file, or by `--sub` and `--group`"),
      });
    },
  );

  describe("limited by --operation and --on", () => {
    it.each([
      [
        ["--operation", "Describe*", "--on", "user/u-1"],
        "may use 1 of 1 operation like `Describe*` that can be about `user/u-1`, always",
      ],
      [["--operation", "deleteuser"], "may use 1 of 1 operation like `deleteuser`, none of them always"],
      [["--operation", "DeleteUser", "--on", `${east}/agent/u-1`], "may use none of 1 operation like"],
      [["--operation", "DeleteUser", "--on", `${west}/agent/u-1`], ", always\n"],
      [["--on", `${west}/agent/u-1`, "--operation", "Update*"], "that can be about"],
      [
        ["--operation", "ListUsers", "--on", "user/u-1"],
        "no operation like `ListUsers` can be about `user/u-1` in the configured instances\n",
      ],
    ])("%j", async (flags, said) => {
      const { status, stdout } = await run(["what-can", "--group", "operators", ...flags]);
      expect({ status, isSaid: stdout.includes(said) ? "" : stdout }).toEqual({ status: 0, isSaid: "" });
      expect(stdout).not.toContain("ListQueues");
    });

    it("still says what a caller lacks for other resources of such a call", async () => {
      const { stdout } = await ask(
        [
          { Effect: "Allow", Action: "connect:UpdateUserRoutingProfile", Resource: `${east}/agent/*` },
          { Effect: "Allow", Action: "connect:DescribeUser", Resource: `${east}/agent/a*` },
        ],
        ...["--group", "agents", "--on", "user/a-1"],
      );
      expect(stdout).toMatch(
        /users +always +DescribeUser\n +never +UpdateUserRoutingProfile: allowed, but not on routing-profile\/\*/,
      );
    });

    it.each([
      [
        ["--operation", "DescrbeUser"],
        "`DescrbeUser` is not an operation of Amazon Connect; did you mean `DescribeUser`",
      ],
      [
        ["--operation", "Descrbe*"],
        "no operation of Amazon Connect matches `Descrbe*`; did you mean `Describe*`",
      ],
      [["--operation", "GetFederationToken"], "`GetFederationToken` is not served by this API"],
      [["--on", "usr/u-1"], "did you mean `user/u-1`"],
      [["--on", `\${west}/agent/x`], "no instance is named `west`"],
    ])("refuses %j with status 2", async (flags, message) => {
      const { status, stdout, stderr } = await run(["what-can", "--group", "operators", ...flags]);
      expect({ status, stdout, isSaid: stderr.includes(message) ? "" : stderr }).toEqual({
        status: 2,
        stdout: "",
        isSaid: "",
      });
    });
  });

  describe("comparing two callers", () => {
    it("says what only one may, and what both may by different statements", async () => {
      const line = ["what-can", "--group", "contact-admins", "--compare-group", "contact-handlers"];
      const { status, stdout } = await run([...line, "--operation", "*Contact*"]);
      expect(status).toBe(0);
      const sections = stdout.split("\n\n");
      expect(sections[0]).toMatch(
        /^`contact-admins` and `contact-handlers` differ in \d+ of \d+ operations like `\*Contact\*`$/,
      );
      expect(sections[1]).toMatch(/^only `contact-admins` may:\ncontacts +some +DescribeContact, /);
      expect(sections[2]).toMatch(
        /^only `contact-handlers` may:\ncontacts +some +StartChatContact: only in \[1\]\nflows +some +ListContactFlows/,
      );
      expect(sections[3]).toMatch(
        /^both may, but by different statements: `contact-admins`, then `contact-handlers`\ncontacts +differ +GetContactAttributes, .*: both some only in \[1\]$/,
      );
      const { operations: found, ...callers } = JSON.parse((await run([...line, "--json"])).stdout);
      expect(callers).toEqual({ first: "contact-admins", second: "contact-handlers" });
      expect(found).toHaveLength(served);
      const differenceOf = (name: string) =>
        found.find(({ operation }: { operation: string }) => operation === name).difference;
      expect(["DescribeContact", "StartChatContact", "StopContact", "DeleteUser"].map(differenceOf)).toEqual([
        ...["onlyFirst", "onlySecond", "differently", "alike"],
      ]);
    });

    it("takes conditions on other values, and on the callers themselves, for different", async () => {
      const allow = (action: string, team: string) => ({
        Effect: "Allow",
        Action: `connect:${action}`,
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceTag/team": team } },
      });
      const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
      folder = await createFolder({
        "authorizer.yaml": yaml.replace(
          /bindings:.*/s,
          `bindings:
  - { match: { groups: [a] }, policies: [a] }
  - { match: { groups: [b] }, policies: [b] }
`,
        ),
        "policies/a.json": policy(
          allow("DescribeUser", "x"),
          allow("DescribeQueue", "x"),
          allow("DeleteUser", `\${aws:userid}`),
        ),
        "policies/b.json": policy(
          allow("DescribeQueue", "x"),
          allow("DescribeUser", "y"),
          allow("DeleteUser", `\${aws:userid}`),
        ),
      });
      const compare = async (...callers: string[]) => {
        const { stdout } = await run(["what-can", "--config", folder?.path ?? "", ...callers]);
        return stdout;
      };
      const groups = await compare("--group", "a", "--compare-group", "b");
      expect(groups).toContain("differ in 1 of");
      expect(groups).toContain("DescribeUser: both depends on aws:ResourceTag/team");
      expect(await compare("--group", "a", "--compare-group", "a")).toMatch(
        /^`a` and `a` may do the same of \d+ operations\n$/,
      );
      const ids = await compare(
        "--group",
        "a",
        "--sub",
        "u-1",
        "--compare-group",
        "a",
        "--compare-sub",
        "u-2",
      );
      expect(ids).toContain("`u-1` and `u-2` differ in 1 of");
      expect(ids).toContain("DeleteUser: both depends on aws:ResourceTag/team");
    });

    it("says which of the two has no access", async () => {
      const { stderr } = await run(["what-can", "--group", "admins", "--compare-group", "admns"]);
      expect(stderr).toBe(
        "warning: no binding names the group `admns`; did you mean `admins`\nno binding matches: `admns` has no access\n",
      );
    });
  });

  it("names instances as the configuration does, and takes these names", async () => {
    const Resource = `${west}/queue/*`;
    const Statement = [
      { Effect: "Allow", Action: ["connect:DeleteQueue", "connect:DescribeQueue"], Resource },
    ];
    folder = await createFolder({
      "authorizer.yaml": yaml.replace(
        "issuers:",
        `    name: main\n  - arn: ${west}\n    name: west\nissuers:`,
      ),
      "policies/p.json": JSON.stringify({ Version: "2012-10-17", Statement }),
    });
    const config = ["--config", folder.path];
    const { stdout } = await run(["what-can", "--group", "agents", "--operation", "De*Queue", ...config]);
    expect(stdout).toContain(`DeleteQueue, DescribeQueue: only in \${west}\n\n\${west}  ${west}\n`);
    const named = ["--on", `\${west}/queue/q-1`, "--operation", "DeleteQueue"];
    expect((await run(["what-can", "--group", "agents", ...named, ...config])).stdout).toContain(
      ", always\n",
    );
    const who = await run(["who-can", "DeleteQueue", `\${main}/queue/q-1`, ...config]);
    expect(who.stdout).toContain("none of 2 bindings may");
  });

  it("lists everything in Markdown too, and says when that is nothing", async () => {
    const ask = async (...flags: string[]) =>
      (await run(["what-can", "--group", "recorders", "--all", ...flags])).stdout;
    const items = (await ask("--format", "markdown")).trimEnd().split("\n");
    expect(items.filter((item) => /^- `(?:always|some|depends|never) +[A-Z]/.test(item))).toHaveLength(
      served,
    );
    expect(await ask("--on", "user/u-1", "--operation", "ListUsers")).toMatch(
      /^no operation like `ListUsers` can be about/,
    );
    expect((await run(["what-can", "--group", "a", "--all", "--compare-group", "b"])).status).toBe(2);
  });

  it("prints Markdown in which names are code", async () => {
    const { stdout } = await run(["what-can", "--group", "onboarding", "--format", "markdown"]);
    expect(stdout.split("\n")[2]).toMatch(
      /^- `users` \*\*some\*\* `CreateUser`: `not where it needs TagResource; /,
    );
    const compared = await run([
      ...["what-can", "--group", "onboarding", "--compare-group", "recorders"],
      "--format",
      "markdown",
    ]);
    expect(compared.stdout).toContain("- `contacts` **some** `ResumeContactRecording`, ");
  });

  it("refuses an unusable file or configuration with status 2", async () => {
    expect(await run(["what-can", "/no/such"])).toMatchObject({ status: 2, stdout: "" });
    expect((await run(["what-can", "."])).stderr).toContain("`.` is a folder: describe the caller by a file");
    expect(await run(["what-can", "--group", "g", "--config", "/no/such"])).toMatchObject({
      status: 2,
      stdout: "",
    });
  });

  it("asks whose callers are meant where several issuers are configured", async () => {
    const statement = { Effect: "Allow", Action: "connect:DescribeUser", Resource: "*" };
    folder = await createFolder({
      "authorizer.yaml": yaml
        .replace(
          "bindings:",
          "  - { issuer: https://other.example/, audience: app, claims: { groups: groups } }\nbindings:",
        )
        .replace("{ groups: [agents] }", "{ issuer: https://other.example/, groups: [agents] }")
        .replace("{ claims: {", "{ issuer: https://issuer.example/, claims: {"),
      "policies/p.json": JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    });
    const as = (...flags: string[]) =>
      run(["what-can", "--config", folder?.path ?? "", "--group", "agents", ...flags]);
    expect((await as("--issuer", "https://other.example/")).stdout).toContain("always  DescribeUser");
    expect((await as("--issuer", "https://issuer.example/")).stdout).toContain("may use none of");
    expect(await as()).toMatchObject({ status: 2, stdout: "" });
    expect((await as()).stderr).toContain("several issuers are configured; choose one with `issuer`");
    const { stdout } = await run(["who-can", "DescribeUser", "*", "--config", folder.path]);
    expect(stdout).toContain("groups agents and issuer https://other.example/");
  });
});
