/** `test`: what the file format means, what a test that does not hold says, and when it is red. */
import { readFile, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../command-run.ts";
import { instance, makeFolder, runTest, runTests } from "./tested-folder.ts";

/** One test in one line: tests that hold, with what each is about. */
const holding: readonly (readonly [about: string, test: string])[] = [
  ["an allowed call", "{ as: hr, call: CreateUser, expect: allow }"],
  ["the statement that allowed it", "{ as: hr, call: CreateUser, expect: allow, by: users#Create }"],
  ["its policy", "{ as: hr, call: CreateUser, expect: allow, by: users }"],
  ["a statement without Sid, by its number", "{ as: alice, call: ListUsers, expect: allow, by: reading#0 }"],
  [
    "an explicit deny",
    "{ as: hr, call: CreateUser, input: { SecurityProfileIds: [x, admins] }, expect: explicitDeny }",
  ],
  [
    "its statement",
    "{ as: hr, call: CreateUser, input: { SecurityProfileIds: [admins] }, expect: explicitDeny, by: users#NotThisProfile }",
  ],
  [
    "an explicit deny as deny",
    "{ as: hr, call: CreateUser, input: { SecurityProfileIds: [admins] }, expect: deny, by: users }",
  ],
  ["an implicit deny", "{ as: hr, call: DeleteQueue, expect: implicitDeny }"],
  ["an implicit deny as deny", "{ as: hr, call: DeleteQueue, expect: deny }"],
  [
    "several callers and calls",
    "{ as: [hr, nobody], call: [DeleteQueue, ListPrompts], expect: implicitDeny }",
  ],
  ["a caller without a binding", "{ as: nobody, call: ListUsers, expect: implicitDeny }"],
  [
    "a caller by claim, within the boundary",
    "{ as: seller, call: DescribeUser, known: { agent/some-user-id: { tags: { team: a } } }, expect: allow }",
  ],
  ["a caller by claim, beyond the boundary", "{ as: seller, call: CreateUser, expect: implicitDeny }"],
  [
    "tags of a resource",
    "{ as: hr, call: DescribeUser, input: { UserId: u-1 }, known: { agent/u-1: { tags: { TEAM: a } } }, expect: allow }",
  ],
  [
    "other tags of a resource",
    "{ as: hr, call: DescribeUser, input: { UserId: u-1 }, known: { agent/u-1: { tags: { team: b } } }, expect: implicitDeny }",
  ],
  [
    "a resource without tags",
    "{ as: hr, call: DescribeUser, input: { UserId: u-1 }, known: { agent/u-1: { tags: {} } }, expect: implicitDeny }",
  ],
  [
    "a resource by its ARN",
    `{ as: hr, call: DescribeUser, input: { UserId: u-1 }, known: { "${instance}/agent/u-1": { tags: { team: a } } }, expect: allow }`,
  ],
  [
    "a property of a contact",
    "{ as: night, call: StopContact, known: { contact/some-contact-id: { channel: VOICE } }, expect: allow, by: night#Voice }",
  ],
  ["a time", "{ as: night, call: ListQueues, at: 2026-12-24T18:00:01Z, expect: allow }"],
  ["an earlier time", "{ as: night, call: ListQueues, at: 2026-12-24T18:59:59+01:00, expect: implicitDeny }"],
  ["an address", "{ as: night, call: ListUsers, from: 192.0.2.7, expect: allow }"],
  ["another address", "{ as: night, call: ListUsers, from: 198.51.100.7, expect: implicitDeny }"],
  [
    "a request",
    '{ as: nobody, request: { method: GET, path: /users-summary/00fbeee1-123e-111e-93e3-11111bfbfcc1, query: { maxResults: "1" } }, expect: implicitDeny }',
  ],
  [
    "a request with a body",
    "{ as: hr, request: { method: PUT, path: /users/00fbeee1-123e-111e-93e3-11111bfbfcc1, body: { Username: u, PhoneConfig: {}, RoutingProfileId: r, SecurityProfileIds: [admins] } }, expect: explicitDeny }",
  ],
  [
    "a custom route",
    "{ as: hr, request: { method: DELETE, path: /agents/u-1 }, known: { agent/u-1: { tags: { team: a } } }, expect: allow, by: users#OwnTeam }",
  ],
  [
    "an instance that is not configured",
    "{ as: hr, call: CreateUser, input: { InstanceId: other }, expect: deny }",
  ],
];

describe("a policy test", () => {
  it.each(holding)("can be about %s", async (_, test) => {
    expect(await runTests(`  - ${test}`)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^✓ \d tests?, access not compared\n$/),
    });
  });

  it("can be about a call of an AI agent, and about what acts for the caller", async () => {
    const noActor = { Null: { "jwt:act.sub": "true" } };
    const byMcp = { Bool: { "authorizer:ViaMcp": "true" } };
    const Statement = [
      { Effect: "Allow", Action: "connect:ListQueues", Resource: "*", Condition: noActor },
      { Sid: "NotByMcp", Effect: "Deny", Action: "*", Resource: "*", Condition: byMcp },
    ];
    await makeFolder({
      "policies/users.json": JSON.stringify({ Version: "2012-10-17", Statement }),
      "tests/a.yaml": `callers:
  hr: { groups: [hr] }
  actor: { groups: [hr], claims: { act.sub: agent-1 } }
tests:
  - { as: hr, call: ListQueues, via: mcp, expect: explicitDeny, by: users#NotByMcp }
  - { as: hr, call: ListQueues, expect: allow }
  - { as: actor, call: ListQueues, expect: implicitDeny }
`,
    });
    expect(await runTest()).toMatchObject({ status: 0, stdout: "✓ 3 tests, access not compared\n" });
  });

  it("counts once for each caller with each call", async () => {
    const { stdout } = await runTests(
      "  - { as: [hr, nobody], call: [DeleteQueue, ListPrompts], expect: deny }",
    );
    expect(stdout).toBe("✓ 4 tests, access not compared\n");
  });
});

/** Tests that do not hold, with all that is printed of them. */
const failing: readonly (readonly [test: string, lines: readonly string[]])[] = [
  [
    "{ name: HR reads, as: hr, call: DeleteQueue, input: { QueueId: q-1 }, expect: allow }",
    [
      "✗ DIR/tests/a.yaml:8:5 HR reads",
      "    hr, DeleteQueue: expected allow, but no statement allows it",
      `    to change that: a policy of \`hr\` would have to allow connect:DeleteQueue on ${instance}/queue/q-1`,
      '    filled in: InstanceId: "00fbeee1-123e-111e-93e3-11111bfbfcc1"',
    ],
  ],
  [
    "{ as: hr, call: DescribeUser, input: { UserId: u-1 }, known: { agent/u-1: { tags: { team: b } } }, expect: allow }",
    [
      "✗ DIR/tests/a.yaml:8:5 hr: DescribeUser",
      "    hr, DescribeUser: expected allow, but no statement allows it",
      '    not by Allow users#OwnTeam DIR/policies/users.json:5:5: StringEquals on `aws:ResourceTag/Team` does not match: the request has "b"',
      `    to change that: a policy of \`hr\` would have to allow connect:DescribeUser on ${instance}/agent/u-1`,
      '    filled in: InstanceId: "00fbeee1-123e-111e-93e3-11111bfbfcc1"',
    ],
  ],
  [
    "{ as: nobody, call: ListUsers, expect: allow }",
    [
      "✗ DIR/tests/a.yaml:8:5 nobody: ListUsers",
      "    nobody, ListUsers: expected allow, but no statement allows it",
      "    to change that: no binding matches `nobody`: add one to authorizer.yaml, or correct the caller",
      '    filled in: InstanceId: "00fbeee1-123e-111e-93e3-11111bfbfcc1"',
    ],
  ],
  [
    "{ as: seller, call: CreateUser, input: { InstanceId: 00fbeee1-123e-111e-93e3-11111bfbfcc1, Username: u, SecurityProfileIds: [x], RoutingProfileId: r }, expect: allow }",
    [
      "✗ DIR/tests/a.yaml:8:5 seller: CreateUser",
      "    seller, CreateUser: expected allow, but no statement allows it",
      `    to change that: the boundary of \`seller\` would have to allow connect:CreateUser on ${instance}/routing-profile/r`,
    ],
  ],
  [
    "{ as: hr, call: CreateUser, input: { InstanceId: 00fbeee1-123e-111e-93e3-11111bfbfcc1, Username: u, SecurityProfileIds: [admins], RoutingProfileId: r }, expect: allow }",
    [
      "✗ DIR/tests/a.yaml:8:5 hr: CreateUser",
      "    hr, CreateUser: expected allow, but a Deny denies it",
      "    by Deny users#NotThisProfile DIR/policies/users.json:7:5",
      `    to change that: the Deny above would have to leave out connect:CreateUser on ${instance}/security-profile/admins`,
    ],
  ],
  [
    "{ as: alice, call: ListUsers, input: { InstanceId: 00fbeee1-123e-111e-93e3-11111bfbfcc1 }, expect: deny }",
    [
      "✗ DIR/tests/a.yaml:8:5 alice: ListUsers",
      "    alice, ListUsers: expected deny, but it is allowed",
      "    by Allow reading#0 DIR/policies/reading.json:3:17",
      `    to change that: a Deny would have to match connect:ListUsers on ${instance}, or the Allow above leave it out`,
    ],
  ],
  [
    "{ as: hr, call: DescribeUser, input: { InstanceId: 00fbeee1-123e-111e-93e3-11111bfbfcc1, UserId: u-1 }, expect: allow }",
    [
      "✗ DIR/tests/a.yaml:8:5 hr: DescribeUser",
      "    hr, DescribeUser: expected allow, but it is denied, because `aws:ResourceTag/Team` is not known",
      "    to change that: write `known: { agent/u-1: { tags: { team: … } } }`",
    ],
  ],
  [
    "{ as: night, call: ListQueues, input: { InstanceId: 00fbeee1-123e-111e-93e3-11111bfbfcc1 }, expect: implicitDeny }",
    [
      "✗ DIR/tests/a.yaml:8:5 night: ListQueues",
      "    night, ListQueues: expected implicitDeny, but it is denied, because `aws:CurrentTime` is not known",
      "    to change that: write `at: 2026-12-24T18:00:00Z`",
    ],
  ],
];

describe("a test that does not hold", () => {
  it.each(failing)("says what decided and what would change it: %s", async (test, lines) => {
    const { status, stdout } = await runTests(`  - ${test}`);
    expect(stdout.split("\n")).toEqual([...lines, "✗ 1 of 1 test fails, access not compared", ""]);
    expect(status).toBe(1);
  });

  it.each([
    ["hr, call: CreateUser, expect: explicitDeny", "a Deny would have to match connect:CreateUser on "],
    [
      "hr, call: CreateUser, expect: implicitDeny",
      "the Allow above would have to leave out connect:CreateUser on ",
    ],
    ["hr, call: DeleteQueue, expect: explicitDeny", "or expect `implicitDeny`"],
    ["hr, call: DeleteQueue, expect: deny, by: users#NotThisProfile", "a Deny of users would have to match "],
    [
      "hr, call: CreateUser, input: { SecurityProfileIds: [admins] }, expect: implicitDeny",
      "expect `explicitDeny` or `deny`",
    ],
    ["hr, call: CreateUser, input: { InstanceId: other }, expect: implicitDeny", "expect `deny`"],
    ["night, call: ListUsers, expect: allow", "write `from: 192.0.2.7`"],
    ["night, call: ListPrompts, expect: allow", "write the caller's claim into `claims`"],
    ["night, call: StopContact, expect: allow", "write `known: { contact/some-contact-id: { channel: … } }`"],
  ])("advises: as: %s", async (test, advice) => {
    const { status, stdout } = await runTests(`  - { as: ${test} }`);
    expect(status).toBe(1);
    expect(/to change that: (.*)/.exec(stdout)?.[1]).toContain(advice);
  });

  it("holds by another statement only if the test does not name it", async () => {
    const test =
      "as: [hr], call: DescribeUser, known: { agent/some-user-id: { tags: { team: a } } }, expect: allow";
    expect((await runTests(`  - { ${test}, by: users#OwnTeam }`)).status).toBe(0);
    const { status, stdout } = await runTests(`  - { ${test}, by: users#Create }`);
    expect(status).toBe(1);
    expect(stdout).toContain(
      "expected allow by users#Create, but it is allowed\n    by Allow users#OwnTeam DIR/",
    );
  });

  it("does not stop the others", async () => {
    const { stdout } = await runTests(
      "  - { as: hr, call: ListQueues, expect: allow }\n  - { as: hr, call: CreateUser, expect: allow }\n  - { as: hr, call: ListUsers, expect: allow }",
    );
    expect(stdout).toMatch(/✗ 2 of 3 tests fail, access not compared\n$/);
  });
});

describe("a test that holds only because something is not known", () => {
  it("says so, with what to write", async () => {
    const { status, stdout, stderr } = await runTests("  - { as: night, call: ListQueues, expect: deny }");
    expect({ status, stdout }).toEqual({ status: 0, stdout: "✓ 1 test, access not compared\n" });
    expect(stderr).toContain(
      "note: DIR/tests/a.yaml:8:5 it is denied only because `aws:CurrentTime` is not known; write `at: 2026-12-24T18:00:00Z`\n",
    );
  });
});

describe("a caller in a group that no binding names", () => {
  it.each([
    [
      "nigth",
      "note: the caller `who` of DIR/tests/b.yaml: no binding names the group `nigth`; did you mean `night`\n",
    ],
    ["visitors", ""],
  ])("%s is noted only if it is similar to one", async (group, note) => {
    const tests = "tests:\n  - { as: who, call: [ListUsers, ListQueues], expect: deny }\n";
    await makeFolder({ "tests/b.yaml": `callers: { who: { groups: [${group}] } }\n${tests}` });
    const { status, stderr } = await runTest();
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: `${note}note: there is no \`DIR/access.md\`; --update writes it\n`,
    });
  });
});

describe("a test that holds only because the call is refused", () => {
  it("says so: the instance may be mistyped", async () => {
    const test = "  - { as: hr, call: DeleteQueue, input: { InstanceId: other }, expect: deny }";
    const { status, stderr } = await runTests(test);
    expect(status).toBe(0);
    expect(stderr).toContain(
      "note: DIR/tests/a.yaml:8:5 it is denied only because the call is refused: the call is for an instance that is not configured\n",
    );
  });
});

describe("--filter", () => {
  const tests =
    "  - { name: Reads, as: alice, call: ListUsers, expect: allow }\n  - { as: hr, call: CreateUser, expect: implicitDeny }";

  it.each(["reads", "ALICE", "listuser"])("takes tests by name, caller or operation: %s", async (text) => {
    expect(await runTests(tests, "--filter", text)).toMatchObject({
      status: 0,
      stdout: "✓ 1 test, access not compared\n",
    });
  });

  it("is refused if it leaves no test, or with --update", async () => {
    const none = await runTests(tests, "--filter", "nothing");
    expect(none).toMatchObject({ status: 2, stdout: "" });
    expect(none.stderr).toContain(
      "no test has `nothing` in its name, caller or operation (`DIR/tests/*.yaml`)",
    );
    expect((await runTest("--filter", "reads", "--update")).status).toBe(2);
  });
});

describe("--json", () => {
  it("has every test and the state of access", async () => {
    const { status, stdout } = await runTests(
      "  - { as: [hr, nobody], call: CreateUser, expect: allow, by: users }",
      "--json",
    );
    expect(status).toBe(1);
    const filled = expect.arrayContaining(['Username: "some-username"']);
    const place = { file: "DIR/tests/a.yaml", line: 8, column: 5, expect: "allow", by: "users", filled };
    expect(JSON.parse(stdout)).toEqual({
      failed: 1,
      tests: [
        {
          ...{ name: "hr: CreateUser", caller: "hr", operation: "CreateUser", ...place },
          ...{
            holds: true,
            outcome: "allow",
            statements: ["Allow users#Create DIR/policies/users.json:4:5"],
          },
        },
        {
          ...{ name: "nobody: CreateUser", caller: "nobody", operation: "CreateUser", ...place },
          ...{ holds: false, outcome: "implicitDeny", statements: [] },
          why: {
            summary: "expected allow by users, but no statement allows it",
            statements: [],
            passed: [],
            advice: "no binding matches `nobody`: add one to authorizer.yaml, or correct the caller",
          },
        },
      ],
      access: { state: "absent" },
    });
  });
});

describe("the access snapshot", () => {
  const deny = (action: string) => `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": ["connect:DescribeUser", "connect:ListUsers"], "Resource": "*" },
    { "Sid": "New", "Effect": "Deny", "Action": "${action}", "Resource": "*" }
  ]
}`;

  it("is written by --update, is then unchanged, and differs after a Deny, with file and line", async () => {
    const folder = await makeFolder();
    expect(await runTest("--update")).toMatchObject({
      status: 0,
      stdout: "✓ access written to DIR/access.md\n",
    });
    expect(await runTest()).toMatchObject({ status: 0, stdout: "✓ access unchanged\n" });
    await folder.write({ "policies/reading.json": deny("connect:ListUsers") });
    const changed = await runTest();
    expect(changed.status).toBe(1);
    const page = (await readFile(join(folder.path, "access.md"), "utf8")).split("\n");
    const line = page.findIndex((each) => each.startsWith("| ListUsers ")) + 1;
    expect(changed.stdout.split("\n")).toEqual([
      "✗ DIR/access.md:1:1 access is not as the snapshot says",
      `    DIR/access.md:${line}:1 ListUsers, principals alice: always → never`,
      "        Deny reading#New DIR/policies/reading.json:5:5",
      "    if this is what you mean: run it again with --update, and review the change of the file",
      "✗ access changed: 1 cell",
      "",
    ]);
    expect(await runTest("--update")).toMatchObject({
      status: 0,
      stdout: "✓ access written to DIR/access.md\n",
    });
    expect(await runTest()).toMatchObject({ status: 0, stdout: "✓ access unchanged\n" });
  });

  it("names roles that are new or gone", async () => {
    const folder = await makeFolder();
    await runTest("--update");
    const yaml = await readFile(join(folder.path, "authorizer.yaml"), "utf8");
    await folder.write({ "authorizer.yaml": yaml.replace("groups: [night]", "groups: [day]") });
    const { status, stdout } = await runTest();
    expect(status).toBe(1);
    expect(stdout).toContain("    new: groups day\n    gone: groups night\n");
    expect(stdout).toMatch(/✗ access changed: 1 new, 1 gone\n$/);
  });

  it("does not make a test that fails hold, and --update changes no file of tests", async () => {
    const test = "callers: { a: { id: alice } }\ntests: [{ as: a, call: ListUsers, expect: deny }]\n";
    const folder = await makeFolder({ "tests/a.yaml": test });
    expect(await runTest("--update")).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("access written"),
    });
    expect(await readFile(join(folder.path, "tests/a.yaml"), "utf8")).toBe(test);
    expect((await runTest()).status).toBe(1);
  });

  it("that a hand has spoilt is refused with its line", async () => {
    const folder = await makeFolder();
    await runTest("--update");
    const page = await readFile(join(folder.path, "access.md"), "utf8");
    await folder.write({ "access.md": page.replace(/^\| ListUsers \| never/m, "| ListUsers | newer") });
    const line = page.split("\n").findIndex((each) => each.startsWith("| ListUsers ")) + 1;
    expect(await runTest()).toEqual({
      status: 2,
      stdout: "",
      stderr: `DIR/access.md:${line}:1 error malformedSnapshot \`newer\` is not known here; did you mean \`never\`; \`npm run --silent cli -- test --update\` writes the page anew\n`,
    });
    expect((await runTest("--update")).status).toBe(0);
  });

  it.skipIf(process.platform === "win32")(
    "is not written through a link, which may lead anywhere",
    async () => {
      const folder = await makeFolder({ "elsewhere.txt": "keep\n" });
      await symlink("elsewhere.txt", join(folder.path, "access.md"));
      expect(await runTest("--update")).toEqual({
        status: 2,
        stdout: "",
        stderr: "connect-authorizer: `DIR/access.md` is a link; remove it, and run this again\n",
      });
      expect(await readFile(join(folder.path, "elsewhere.txt"), "utf8")).toBe("keep\n");
    },
  );

  it("may have line ends of Windows", async () => {
    const folder = await makeFolder();
    await runTest("--update");
    const page = await readFile(join(folder.path, "access.md"), "utf8");
    await folder.write({ "access.md": page.replaceAll("\n", "\r\n") });
    expect((await runTest()).status).toBe(0);
    expect(await runTest("--update")).toMatchObject({ status: 0, stdout: "✓ access unchanged\n" });
  });
});

describe("what there is to test", () => {
  it("is said: no tests", async () => {
    const folder = await makeFolder();
    await runTest("--update");
    const { status, stderr } = await runTest();
    expect(status).toBe(0);
    expect(stderr).toBe("note: there are no tests in `DIR/tests/*.yaml`; only access is compared\n");
    await folder.write({ "tests/README.md": "no test" });
    expect((await runTest()).stderr).toBe(stderr);
  });

  it("is said: no snapshot", async () => {
    const { stderr } = await runTests("  - { as: hr, call: CreateUser, expect: allow }");
    expect(stderr).toBe("note: there is no `DIR/access.md`; --update writes it\n");
  });

  it("is refused: neither", async () => {
    await makeFolder();
    expect(await runTest()).toEqual({
      status: 2,
      stdout: "",
      stderr:
        "connect-authorizer: there is nothing to test: write tests into `DIR/tests/*.yaml`, or `DIR/access.md` by `--update`\n",
    });
  });

  it("is refused: a bundle, or a configuration with errors", async () => {
    const folder = await makeFolder();
    const bundle = join(folder.path, "bundle.json");
    await run(["bundle", folder.path, "--out", bundle]);
    const of = await run(["test", bundle]);
    expect(of).toMatchObject({ status: 2, stdout: "" });
    expect(of.stderr).toContain("a bundle has no tests: name the folder of a configuration");
    await rm(join(folder.path, "policies/night.json"));
    const broken = await runTest();
    expect(broken).toMatchObject({ status: 2, stdout: "" });
    expect(broken.stderr).toContain("error unknownPolicy");
  });
});

describe("AWS's examples", () => {
  it("have tests that hold, and a snapshot of their access", async () => {
    const { status, stdout, stderr } = await run(["test", "examples/aws", "--min-coverage", "100"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^coverage 100 %: 8 of 8 statements[^✗]*✓ 21 tests, access unchanged\n$/);
  });
});

describe("a thousand tests", () => {
  it("take less than two seconds of a processor", async () => {
    const calls = ["ListUsers", "DescribeUser", "CreateUser", "DeleteQueue", "StopContact"];
    const tests = Array.from(
      { length: 1_000 },
      (_, index) =>
        `  - { name: t${index}, as: hr, call: ${calls[index % 5]}, at: 2026-12-24T18:00:00Z, expect: deny, by: users }\n`,
    );
    // Loads what is loaded once.
    await runTests(tests[0] ?? "");
    const before = process.cpuUsage();
    const { stdout } = await runTests(tests.join(""), "--json");
    const { user, system } = process.cpuUsage(before);
    expect(JSON.parse(stdout).tests).toHaveLength(1_000);
    expect((user + system) / 1e6).toBeLessThan(2);
  });
});
