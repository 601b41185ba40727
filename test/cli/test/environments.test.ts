// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies and tests name instances
/** Policy tests in environments: instances by their names, and one snapshot that every environment must keep. */
import { describe, expect, it } from "vitest";
import { makeFolder, runTest } from "./tested-folder.ts";

const arn = (region: string, id: string) => `arn:aws:connect:${region}:123456789012:instance/${id}`;

const files = (resource: string) => ({
  "authorizer.yaml": `instances:
  - { name: main, arn: "${arn("us-east-1", "aaaa")}" }
  - { name: other, arn: "${arn("us-west-2", "bbbb")}" }
issuers: [{ issuer: "https://issuer.example/", audience: app, claims: { groups: groups } }]
bindings: [{ match: { groups: [a] }, policies: [p] }]
`,
  "environments/prod.yaml": `instances:
  - { name: main, arn: "${arn("eu-west-2", "cccc")}" }
  - { name: other, arn: "${arn("eu-central-1", "dddd")}" }
`,
  "policies/p.json": JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        ...{ Effect: "Allow", Action: ["connect:DescribeUser", "connect:DeleteUser"], Resource: resource },
        Condition: { StringEquals: { "aws:ResourceTag/team": "a" } },
      },
    ],
  }),
});

const tests = `callers: { a: { groups: [a] } }
tests:
  - name: in the second instance
    as: a
    call: DescribeUser
    input: { InstanceId: "\${other}", UserId: u-1 }
    known: { "\${other}/agent/u-1": { tags: { team: a } } }
    expect: allow
  - name: not in the first
    as: a
    call: DescribeUser
    known: { agent/some-user-id: { tags: { team: a } } }
    expect: implicitDeny
  - nobody: { may: DeleteUser, on: "\${main}/agent/*" }
`;

describe("a name of an instance", () => {
  it.each([{ flags: [] }, { flags: ["--env", "prod"] }])(
    "stands for its ARN in input, known and nobody: $flags",
    async ({ flags }) => {
      await makeFolder({ ...files("${other}/agent/*"), "tests/a.yaml": tests });
      expect(await runTest(...flags)).toMatchObject({
        status: 0,
        stdout: "✓ 3 tests, access not compared\n",
      });
    },
  );

  it.each([
    [
      'InstanceId: "${other}"',
      'InstanceId: "${othr}"',
      "6:26 error unknownName no instance is named `othr`; did you mean `${other}`",
    ],
    [
      'known: { "${other}/',
      'known: { "${othr}/',
      "7:14 error unknownName no instance is named `othr`; did you mean `${other}`",
    ],
    [
      'on: "${main}/',
      'on: "${mian}/',
      "14:36 error unknownName no instance is named `mian`; did you mean `${main}`",
    ],
  ])("that is not known is refused: %s as %s", async (from, to, issue) => {
    await makeFolder({ ...files("${other}/agent/*"), "tests/a.yaml": tests.replace(from, to) });
    const { status, stderr } = await runTest();
    expect(stderr).toBe(`DIR/tests/a.yaml:${issue}\n`);
    expect(status).toBe(2);
  });
});

describe("the snapshot in an environment", () => {
  it("is the one of the configuration", async () => {
    await makeFolder(files("${other}/agent/*"));
    await runTest("--update");
    expect(await runTest("--env", "prod")).toMatchObject({ status: 0, stdout: "✓ access unchanged\n" });
    const refused = await runTest("--env", "prod", "--update");
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("`--update` and `--env` exclude each other");
  });

  it("shows a policy that names an instance of another environment", async () => {
    await makeFolder(files(`${arn("us-west-2", "bbbb")}/agent/*`));
    await runTest("--update");
    const { status, stdout } = await runTest("--env", "prod");
    expect(status).toBe(1);
    expect(stdout).toContain("DescribeUser, groups a: sometimes → never");
  });
});
