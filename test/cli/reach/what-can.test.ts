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

describe("what-can", () => {
  it("lists every operation that the policies say anything of, and counts the others", async () => {
    const { status, stdout } = await run(["what-can", "--group", "onboarding"]);
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        `some     CreateUser: user (connect:TagResource) on none; security-profile on * not on ${west}/security-profile/11dtcggg1-123e-111e-93e3-11111bfbfcc17`,
        `never    ${served - 1} other operations that no statement allows`,
        "",
      ].join("\n"),
    );
  });

  it("tells in which instance an operation is allowed, and which Deny refuses one everywhere", async () => {
    const { stdout } = await run(["what-can", "--group", "operators"]);
    const lines = stdout.split("\n");
    expect(lines).toContain(`some     DeleteUser: in ${west}`);
    expect(lines).toContain("always   DescribeUser");
    const denied = await ask(
      [
        { Effect: "Allow", Action: "connect:*", Resource: "*" },
        { Sid: "Keep", Effect: "Deny", Action: "connect:DeleteUser", Resource: "*" },
      ],
      "--group",
      "agents",
    );
    expect(denied.stdout.split("\n")).toContain("never    DeleteUser: denied by p#Keep");
    // The one operation that is not served is none of them.
    expect(denied.stdout.split("\n").filter((line) => line.startsWith("always "))).toHaveLength(served - 1);
  });

  it("names what an operation needs besides its own action, if the caller lacks just that", async () => {
    const statements = [
      { Effect: "Allow", Action: ["connect:SearchUsers", "connect:DeleteUser"], Resource: "*" },
      { Effect: "Allow", Action: "connect:CreateUser", Resource: `${east}/agent/*` },
    ];
    const { stdout } = await ask(statements, "--group", "agents");
    expect(stdout).toBe(
      [
        "never    CreateUser: allowed, but not on routing-profile/* and security-profile/*",
        "always   DeleteUser",
        "never    SearchUsers: allowed, but DescribeUser on agent/* and ListUserProficiencies on instance/* and ListUserProficiencies on agent/* are not",
        `never    ${served - 3} other operations that no statement allows`,
        "",
      ].join("\n"),
    );
    const more = [{ Effect: "Allow", Action: ["connect:DescribeUser", "connect:ListUser*"], Resource: "*" }];
    const { stdout: all } = await ask([...statements, ...more], "--group", "agents");
    expect(all).toContain("always   SearchUsers\n");
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
        "depends  DeleteUser: on aws:userid",
        "depends  DescribeUser: on aws:ResourceTag/team",
        "depends  ListUsers: on aws:PrincipalTag/team",
        `never    ${served - 3} other operations that no statement allows`,
        "",
      ].join("\n"),
    );
    expect(unknown.stderr).toContain("bindings that match by claims");
    const file = await principalFile({ id: "u-1", tags: { team: "blue" }, claims: { dept: "sales" } });
    const known = await run(["what-can", file, "--config", `${folder?.path}`]);
    expect(known.stderr).toBe("");
    expect(known.stdout.split("\n").slice(0, 3)).toEqual([
      `some     DeleteUser: user on ${east}/agent/\${aws:userid}`,
      "depends  DescribeUser: on aws:ResourceTag/team",
      "always   ListUsers",
    ]);
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
    expect(stdout.split("\n").slice(0, 2)).toEqual([
      `some     DeleteUser: user on all but ${east}/agent/a*`,
      `some     DescribeUser: user on ${east}/agent/a*`,
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
    expect(stdout.trimEnd().split("\n")).toHaveLength(served);
    expect(stdout).toContain("\nnever    DeleteUser\n");
  });

  it("says when no binding matches", async () => {
    const { status, stdout, stderr } = await run(["what-can", "--sub", "nobody"]);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `never    ${served} operations that no statement allows\n`,
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

  it("refuses an unusable file or configuration with status 2", async () => {
    expect(await run(["what-can", "/no/such"])).toMatchObject({ status: 2, stdout: "" });
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
    expect((await as("--issuer", "https://other.example/")).stdout).toContain("always   DescribeUser");
    expect((await as("--issuer", "https://issuer.example/")).stdout).toContain("never    ");
    expect(await as()).toMatchObject({ status: 2, stdout: "" });
    expect((await as()).stderr).toContain("several issuers are configured; choose one with `issuer`");
    const { stdout } = await run(["who-can", "DescribeUser", "*", "--config", folder.path]);
    expect(stdout).toContain("groups agents and issuer https://other.example/");
  });
});
