import { afterEach, describe, expect, it } from "vitest";
import {
  type ConfigurationFolder,
  createFolder,
} from "../../authoring/configuration/configuration-folder.ts";
import { run } from "../command-run.ts";
import { useExampleProject } from "../example-project.ts";

useExampleProject();

const east = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";
const west = "arn:aws:connect:us-west-2:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc17";
const forbidden = `${west}/security-profile/11dtcggg1-123e-111e-93e3-11111bfbfcc17`;

let folder: ConfigurationFolder | undefined;
afterEach(() => folder?.remove());

/** The answers of the default configuration, by group. */
async function answers(action: string, resource: string) {
  const { status, stdout, stderr } = await run(["who-can", action, resource, "--json"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const { bindings } = JSON.parse(stdout);
  return Object.fromEntries(
    bindings.map(({ match, answer }: { match: { groups: string[] }; answer: string }) => [
      match.groups[0],
      answer,
    ]),
  );
}

describe("who-can", () => {
  it.each([
    ["connect:DeleteUser", `${east}/agent/u-1`, "yes no no no no no"],
    ["DeleteUser", `${west}/agent/u-1`, "yes yes no no no no"],
    ["CONNECT:deleteuser", "arn:aws:connect:*:123456789012:instance/*/agent/*", "yes some no no no no"],
    ["CreateUser", forbidden, "yes yes no no no no"],
    ["CreateUser", `${west}/security-profile/*`, "yes yes some no no no"],
    ["CreateUser", `${west}/agent/*`, "yes yes yes no no no"],
    ["StopContact", `${west}/contact/c-1`, "yes yes no no yes yes"],
    ["StopContact", "*", "yes yes no no some some"],
    ["ListInstances", "*", "yes yes no no no no"],
    ["UpdateUserConfig", `${east}/agent/u-1`, "yes no no no no no"],
  ])("answers %s on %s for each binding", async (action, resource, words) => {
    const groups = ["admins", "operators", "onboarding", "recorders", "contact-handlers", "contact-admins"];
    const expected = Object.fromEntries(words.split(" ").map((word, index) => [groups[index], word]));
    expect(await answers(action, resource)).toEqual(expected);
  });

  it("answers with --principals-table for principals that a table attaches a policy to, under the guardrails alone", async () => {
    const allow = { Effect: "Allow", Action: "connect:*", Resource: "*" };
    const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
    folder = await createFolder({
      "authorizer.yaml": `instances:
  - arn: ${east}
issuers:
  - issuer: https://issuer.example/
    audience: app
    claims: { groups: groups }
bindings:
  - match: { groups: [a] }
    policies: [wide]
    boundary: narrow
guardrails: [keep-users]
`,
      "policies/wide.json": document(allow),
      "policies/narrow.json": document({ ...allow, Action: "connect:DescribeUser" }),
      "policies/keep-users.json": document(allow, { ...allow, Effect: "Deny", Action: "connect:DeleteUser" }),
    });
    const ask = async (action: string) => {
      const question = ["who-can", action, `${east}/agent/u`, "--config", folder?.path ?? ""];
      const { stdout } = await run([...question, "--principals-table"]);
      const { stdout: json } = await run([...question, "--principals-table", "--json"]);
      const { attached } = JSON.parse(json);
      expect(JSON.parse((await run([...question, "--json"])).stdout)).not.toHaveProperty("attached");
      return {
        stdout,
        attached: attached.map((each: Record<string, string>) => [each["policy"], each["answer"]]),
      };
    };
    const update = await ask("UpdateUserConfig");
    expect(update.attached).toEqual([
      ["keep-users", "yes"],
      ["narrow", "no"],
      ["wide", "yes"],
    ]);
    expect(update.stdout).toContain("no      groups a\n");
    expect(update.stdout).toContain("yes     principals with `wide` attached\n");
    expect((await ask("DeleteUser")).attached.map(([, answer]: string[]) => answer)).toEqual([
      "no",
      "no",
      "no",
    ]);
  });

  it("names the statements, and what the answer depends on", async () => {
    const statement = (Effect: string, more: object) => ({
      Effect,
      Action: "connect:DeleteUser",
      Resource: "*",
      ...more,
    });
    folder = await createFolder({
      "authorizer.yaml": `instances:
  - arn: ${east}
issuers:
  - issuer: https://issuer.example/
    audience: app
    claims: { groups: groups }
bindings:
  - match: { groups: [a, b], claims: { dept: [sales, hr] } }
    policies: [team]
  - match: { principals: [root] }
    policies: [own]
    boundary: team
guardrails: [office]
`,
      "policies/team.json": JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          statement("Allow", {
            Sid: "Team",
            Condition: { StringEquals: { "aws:ResourceTag/team": "blue" } },
          }),
        ],
      }),
      "policies/own.json": JSON.stringify({
        Version: "2012-10-17",
        Statement: [statement("Allow", { Resource: `${east}/agent/\${aws:userid}` })],
      }),
      "policies/office.json": JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          statement("Deny", { Condition: { NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } } }),
          statement("Deny", { Action: "connect:CreateUser" }),
        ],
      }),
    });
    const ask = (action: string) =>
      run(["who-can", action, `${east}/agent/u-1`, "--config", `${folder?.path}`]);
    expect((await ask("DeleteUser")).stdout).toBe(
      [
        "depends groups a, b and claim dept=sales|hr, on aws:ResourceTag/team, aws:SourceIp",
        "        Allow team#Team policies/team.json:1:38",
        "        Deny office#0 policies/office.json:1:38",
        "depends principals root, on aws:userid, aws:ResourceTag/team, aws:SourceIp",
        "        Allow own#0 policies/own.json:1:38",
        "        Allow team#Team policies/team.json:1:38",
        "        Deny office#0 policies/office.json:1:38",
        "",
      ].join("\n"),
    );
    expect((await ask("DescribeUser")).stdout).toBe(
      "no      groups a, b and claim dept=sales|hr\nno      principals root\n",
    );
  });

  it.each([
    ["an action that is never asked on such a resource", "DeleteUser", `${east}/queue/q-1`],
    ["another instance", "DeleteUser", `${east}0/agent/u-1`],
    ["an action that no operation is authorized by", "connect:SendIntegrationEvent", "*"],
  ])("says no, and why, for %s", async (_, action, resource) => {
    const { status, stdout, stderr } = await run(["who-can", action, resource]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^(no .*\n)+$/);
    expect(stderr).toMatch(/^warning: in the configured instances connect:\w+ never has to be allowed on/);
  });

  it.each([
    ["DeleteUsr", "*", "did you mean `connect:DeleteUser`"],
    ["connect:Delete*", "*", "is not an action of Amazon Connect"],
    ["s3:GetObject", "*", "is not an action of Amazon Connect"],
    ["DeleteUser", "u-1", "is not an ARN or `*`"],
    ["DeleteUser", "arn:aws:connect:us-east-1:agent/u-1", "has fewer than six parts"],
    ["DeleteUser", "a*", "is not an ARN or `*`"],
  ])("refuses %s on %s with status 2", async (action, resource, message) => {
    const { status, stdout, stderr } = await run(["who-can", action, resource]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("refuses an unusable configuration with status 2", async () => {
    expect(await run(["who-can", "DeleteUser", "*", "--config", "/no/such"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("noSuchFolder"),
    });
  });
});
