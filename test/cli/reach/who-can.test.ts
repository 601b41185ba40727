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
    expect(update.stdout).toContain("yes     principals with `wide` attached\n");
    expect(update.stdout).toContain("no      groups a\n");
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
        `connect:DeleteUser on \`${east}/agent/u-1\`: 2 of 2 bindings may, 0 of them always; each by itself`,
        "",
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
      `connect:DescribeUser on \`${east}/agent/u-1\`: none of 2 bindings may\n\nno      groups a, b and claim dept=sales|hr; principals root\n`,
    );
  });

  it.each([
    [
      "DeleteUser",
      "queue/q-1",
      "never has to be allowed on `queue/q-1` in the configured instances, but on `user`",
    ],
    [
      "DeleteUser",
      `${east}0/agent/u-1`,
      `\`${east}0\` is not a configured instance; configured: \`${east}\`, \`${west}\``,
    ],
    [
      "DeleteUser",
      `${east.replace("east", "west")}/agent/u-1`,
      `is not how the instance is configured: \`${east}\``,
    ],
    ["CreateUser", "queue/q-1", "but on `hierarchy-group`, `routing-profile`, `security-profile` and `user`"],
    [
      "connect:SendIntegrationEvent",
      "*",
      "no call in the configured instances needs connect:SendIntegrationEvent",
    ],
    ["Delete*", "phone-number/x", "none of these 40 actions ever has to be allowed on `phone-number/x`"],
  ])("says why nobody can do %s on %s", async (action, resource, why) => {
    const { status, stdout, stderr } = await run(["who-can", action, resource]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/none of 6 bindings may|^no binding may do anything like/);
    expect(stdout).not.toMatch(/^(?:yes|some|depends)/m);
    expect(stderr).toContain(why);
  });

  it.each([
    ["DeleteUsr", "*", "did you mean `connect:DeleteUser`"],
    [
      "connect:Delte*",
      "*",
      "no operation of Amazon Connect matches `connect:Delte*`; did you mean `Delete*`",
    ],
    ["s3:*", "*", "no operation of Amazon Connect matches `s3:*`"],
    ["s3:GetObject", "*", "is not an action of Amazon Connect"],
    ["DeleteUser", "u-1", "is not an ARN or `*`, nor a short name like `user/u-1`"],
    ["DeleteUser", "usr/u-1", "`usr` is not a type of resource of Amazon Connect; did you mean `user/u-1`"],
    [
      "DeleteUser",
      "zzz/u-1",
      "`zzz` is not a type of resource of Amazon Connect; types are agent, agent-group",
    ],
    ["DeleteUser", "arn:aws:connect:us-east-1:agent/u-1", "has fewer than six parts"],
    ["DeleteUser", "a*", "is not an ARN or `*`"],
    [
      "DeleteUser",
      `\${main}/agent/u-1`,
      "no instance is named `main`; give one a `name` in `authorizer.yaml`",
    ],
  ])("refuses %s on %s with status 2", async (action, resource, message) => {
    const { status, stdout, stderr } = await run(["who-can", action, resource]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it.each([
    ["user/u-1", "agent/u-1"],
    ["user/*", "agent/*"],
    ["hours-of-operation/x", "operating-hours/x"],
    ["phone-number/x", undefined],
  ])("takes %s for that resource of every configured instance", async (short, word) => {
    const action = short.startsWith("user")
      ? "DescribeUser"
      : short.startsWith("phone")
        ? "UpdatePhoneNumber"
        : "DescribeHoursOfOperation";
    const named = await answers(action, short);
    if (word) expect(await answers(action, word)).toEqual(named);
    const arn = word
      ? `arn:aws:connect:*:123456789012:instance/*/${word}`
      : "arn:aws:connect:*:*:phone-number/x";
    expect(await answers(action, arn)).toEqual(named);
    expect(named).toMatchObject({ admins: "yes", operators: "yes", onboarding: "no" });
  });

  it("asks of all resources if none is named", async () => {
    expect((await run(["who-can", "DeleteUser"])).stdout).toBe(
      (await run(["who-can", "DeleteUser", "*"])).stdout,
    );
  });

  it("answers about all actions that a pattern matches: bindings that may do the same together", async () => {
    const { stdout } = await run(["who-can", "Delete*"]);
    const [count] = /^\d+/.exec(stdout) ?? [];
    expect(stdout).toBe(`${count} actions like \`Delete*\` on \`*\`: by binding, each by itself

groups admins
  yes     all ${count} actions
groups operators
  yes     all ${Number(count) - 1} but DeleteUser
  some    DeleteUser
groups contact-admins
  some    DeleteContactData
  no      the other ${Number(count) - 1}
no      groups onboarding; groups recorders; groups contact-handlers
`);
    const { actions, ...rest } = JSON.parse((await run(["who-can", "Delete*", "user/u-1", "--json"])).stdout);
    expect(rest).toEqual({ pattern: "Delete*", resource: "user/u-1" });
    // Of these only one can be about a user.
    const single = await run(["who-can", "DeleteUser", "user/u-1", "--json"]);
    expect(actions).toEqual([JSON.parse(single.stdout)]);
    const text = await run(["who-can", "Delete*", "user/u-1"]);
    expect(text.stdout).toBe((await run(["who-can", "DeleteUser", "user/u-1"])).stdout);
  });

  it("keeps to a screen whatever the number of bindings, and leaves nothing out with --all", async () => {
    const names = Array.from({ length: 40 }, (_, index) => `g-${index}`);
    const policy = (index: number) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: `connect:${index % 2 ? "List" : "Describe"}*`, Resource: "*" },
        ],
      });
    folder = await createFolder({
      "authorizer.yaml": `instances:
  - arn: ${east}
issuers:
  - issuer: https://issuer.example/
    audience: app
    claims: { groups: groups }
bindings:
${names.map((name) => `  - { match: { groups: [${name}] }, policies: [${name}] }\n`).join("")}`,
      ...Object.fromEntries(names.map((name, index) => [`policies/${name}.json`, policy(index)])),
    });
    for (const action of ["ListUsers", "List*"]) {
      const ask = async (...flags: string[]) =>
        (await run(["who-can", action, "*", "--config", folder?.path ?? "", ...flags])).stdout;
      const short = await ask();
      expect(short.split("\n").length).toBeLessThanOrEqual(30);
      expect(short).toMatch(/more, which `--all` lists|more bindings with other answers; `--all` lists them/);
      const whole = await ask("--all");
      expect(names.filter((name) => !new RegExp(`groups ${name}\\b`).test(whole))).toEqual([]);
      for (const form of [short, whole, await ask("--format", "markdown")])
        expect(form).not.toContain("undefined");
    }
  });

  it("refuses an unusable configuration with status 2", async () => {
    expect(await run(["who-can", "DeleteUser", "*", "--config", "/no/such"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("noSuchFolder"),
    });
  });
});
