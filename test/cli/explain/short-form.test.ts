// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
/** `explain OPERATION`: the ways to say who calls and what, and what people read. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { runCli } from "../../../tools/cli/main.ts";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../../authoring/configuration/configuration-folder.ts";
import { makeToken, rsaKey, toJwk } from "../../identity/tokens.ts";
import { KeptText, run } from "../command-run.ts";
import { useExampleProject } from "../example-project.ts";

useExampleProject();

const west = "00fbeee1-123e-111e-93e3-11111bfbfcc17";
const forbidden = "11dtcggg1-123e-111e-93e3-11111bfbfcc17";
const user = JSON.stringify({ InstanceId: west, SecurityProfileIds: ["s", forbidden] });
const policies = join("config", "policies");
const bindings = join("config", "authorizer.yaml");

let folder: ConfigurationFolder | undefined;
afterEach(async () => {
  await folder?.remove();
  folder = undefined;
});

async function configure(statements: readonly object[], settings = "") {
  folder = await createFolder({
    ...goodFiles,
    "authorizer.yaml": `${goodFiles["authorizer.yaml"]?.replace("groups: groups", "groups: groups, tags: { team: team }")}${settings}`,
    "policies/read.json": JSON.stringify({ Version: "2012-10-17", Statement: statements }),
  });
  return folder.path;
}

const explain = (...flags: readonly string[]) => run(["explain", ...flags]);
const asJson = async (...flags: readonly string[]) => JSON.parse((await explain(...flags, "--json")).stdout);

describe("the answer for people", () => {
  it("says who is denied what, by which Deny, and where that is written", async () => {
    const { status, stdout } = await explain("CreateUser", "--group", "onboarding", "--input", user);
    expect(status).toBe(0);
    const [allow, deny] = [
      `create-users-except-one-profile#CreateUsers (${join(policies, "create-users-except-one-profile.json")}:4:5)`,
      `create-users-except-one-profile#NeverWithThisSecurityProfile (${join(policies, "create-users-except-one-profile.json")}:10:5)`,
    ];
    expect(stdout.split("\n")).toEqual([
      `Denied: a caller in \`onboarding\` may not CreateUser: the Deny ${deny} forbids it on security-profile/${forbidden}`,
      "",
      "         action      resource                                                 from                   by",
      "allowed  CreateUser  routing-profile/some-routing-profile-id                  RoutingProfileId       [1]",
      "allowed  CreateUser  security-profile/s                                       SecurityProfileIds[0]  [1]",
      `denied   CreateUser  security-profile/${forbidden}  SecurityProfileIds[1]  [2]`,
      `[1] Allow ${allow}`,
      `[2] Deny ${deny}`,
      "",
      `resources    in arn:aws:connect:us-west-2:123456789012:instance/${west}`,
      "caller       (no id given); groups onboarding",
      `bindings     ${bindings}:36:5: create-users-except-one-profile`,
      'filled in    Username: "some-username", RoutingProfileId: "some-routing-profile-id"',
      "without it   the call is allowed",
      "",
    ]);
  });

  it("gives the least statement that would allow what nothing allows", async () => {
    const { stdout } = await explain(
      ...["StopContactRecording", "--group", "recorders", "--sub", "u-1", "--input"],
      '{"ContactId":"c","InitialContactId":"c"}',
    );
    expect(stdout).toContain(
      "Denied: `u-1` may not StopContactRecording: no policy of the caller allows it on contact/c\n",
    );
    expect(stdout).toMatch(/^passed over {2}Allow record-contacts#RecordContacts .*:4:5: Resource `arn:.*`/m);
    const statement = /^to allow it {2}a policy of the caller needs (.*)$/m.exec(stdout)?.[1] ?? "";
    expect(JSON.parse(statement)).toEqual({
      Effect: "Allow",
      Action: ["connect:StopContactRecording"],
      Resource: [
        "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1/contact/c",
      ],
    });
  });

  it("has at most 20 lines for each operation, and for a call with hundreds of resources", async () => {
    const profiles = Array.from({ length: 300 }, (_, index) => `p-${index}`);
    const calls = [
      ["CreateUser", JSON.stringify({ InstanceId: west, SecurityProfileIds: [...profiles, forbidden] })],
      ["CreateUser", JSON.stringify({ SecurityProfileIds: profiles })],
      ...["SearchUsers", "CreateContactFlow", "TagResource", "ListUsers"].map((name) => [name, "{}"]),
    ];
    for (const [name = "", input = ""] of calls)
      for (const group of ["admins", "operators", "onboarding", "nobody"]) {
        const { status, stdout, stderr } = await explain(name, "--group", group, "--input", input);
        expect({ status, stderr }, `${name} ${group}`).toEqual({ status: 0, stderr: "" });
        expect(stdout.trimEnd().split("\n").length, stdout).toBeLessThanOrEqual(20);
      }
    const [first = []] = calls;
    const { stdout } = await explain(first[0] ?? "", "--group", "onboarding", "--input", first[1] ?? "");
    expect(stdout).toMatch(new RegExp(`^denied .*${forbidden}`, "m"));
    expect(stdout).toContain("and 294 more; --json lists all");
  });

  it("has colour on a terminal only, and not with NO_COLOR", async () => {
    const argv = ["explain", "DescribeUser", "--group", "admins"];
    onTestFinished(() => void vi.unstubAllEnvs());
    const onTerminal = async () => {
      const stdout = Object.assign(new KeptText(), { isTTY: true, columns: 200 });
      await runCli(argv, { stdin: process.stdin, stdout, stderr: new KeptText() });
      return stdout.text;
    };
    const plain = (await run(argv)).stdout;
    const coloured = await onTerminal();
    expect(coloured.startsWith("\u001b[")).toBe(true);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are such characters
    expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).toBe(plain);
    vi.stubEnv("NO_COLOR", "1");
    expect(await onTerminal()).toBe(plain);
  });

  it("names the boundary that refuses", async () => {
    const settings = "    boundary: bound\n";
    const path = await configure([{ Effect: "Allow", Action: "connect:*", Resource: "*" }], settings);
    const bound = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "connect:List*", Resource: "*" }],
    };
    await folder?.write({ "policies/bound.json": JSON.stringify(bound) });
    const { stdout } = await explain("DeleteUser", "--group", "agents", "--config", path);
    expect(stdout).toContain("the boundary `bound` does not allow it on agent/some-user-id\n");
    expect(stdout).toMatch(/^to allow it {2}the caller's boundary needs \{"Effect":"Allow"/m);
    expect(stdout).toContain("\n             with your ids in the place of those that were filled in\n");
    expect(stdout).not.toContain("perhaps that is not enough");
    const Condition = { StringEquals: { "aws:ResourceTag/team": "a" } };
    const Statement = [{ Effect: "Allow", Action: "connect:*", Resource: "*", Condition }];
    await folder?.write({ "policies/read.json": JSON.stringify({ Version: "2012-10-17", Statement }) });
    expect((await explain("DeleteUser", "--group", "agents", "--config", path)).stdout).toContain(
      "\n             perhaps that is not enough: another statement depends on what is not known\n",
    );
  });
});

describe("the call", () => {
  it("is the same by JSON, a file and standard input", async () => {
    await writeFile("user.json", user);
    const argv = ["CreateUser", "--group", "onboarding", "--input"];
    const inline = await explain(...argv, user);
    expect(await explain(...argv, "user.json")).toEqual(inline);
    expect(await run(["explain", ...argv, "-"], user)).toEqual(inline);
  });

  it("may depend on what Amazon Connect would tell, which --known says", async () => {
    const Condition = { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } };
    const path = await configure([{ Effect: "Allow", Action: "connect:*", Resource: "*", Condition }]);
    const argv = ["DescribeUser", "--group", "agents", "--tag", "team=a", "--config", path];
    const { stdout } = await explain(...argv, "--input", '{"UserId":"u-1"}');
    expect(stdout).toMatch(
      /^Not known: whether a caller in `agents` may DescribeUser on agent\/u-1 depends on `aws:ResourceTag\/team`, which is not given\n/,
    );
    const advice = /^not given {4}add --known '(.*)'$/m.exec(stdout)?.[1] ?? "";
    expect(advice).toBe("agent/u-1: { tags: { team: … } }");
    const told = async (known: string) =>
      (await asJson(...argv, "--input", '{"UserId":"u-1"}', "--known", known)).outcome;
    expect(await told(advice.replace("…", "a"))).toBe("allow");
    expect(await told(advice.replace("…", "b"))).toBe("deny");
    expect(await told('{"agent/u-1": {"tags": {"team": "a"}}}')).toBe("allow");
    for (const expected of ["allow", "deny"])
      expect((await explain(...argv, "--expect", expected)).status).toBe(1);
  });

  it("is told what to add in one piece, for all resources and properties", async () => {
    const team = { StringEquals: { "aws:ResourceTag/team": "a", "aws:ResourceTag/site": "b" } };
    const level = { StringEquals: { "connect:HierarchyGroupL1Id": "g" } };
    const allow = (Condition: object, Resource: string) => ({
      Effect: "Allow",
      Action: "connect:*",
      Resource,
      Condition,
    });
    const path = await configure([
      allow(team, "arn:aws:connect:*:*:instance/*/routing-profile/*"),
      allow(
        { StringEquals: { ...team.StringEquals, ...level.StringEquals } },
        "arn:aws:connect:*:*:instance/*/agent/*",
      ),
    ]);
    const argv = ["UpdateUserRoutingProfile", "--group", "agents", "--config", path];
    const { stdout } = await explain(...argv);
    const advice = /^not given {4}add --known '(.*)'$/m.exec(stdout)?.[1] ?? "";
    const tags = "tags: { team: …, site: … }";
    expect(advice).toBe(
      `{ routing-profile/some-routing-profile-id: { ${tags} }, agent/some-user-id: { ${tags}, hierarchy: […] } }`,
    );
    const said = advice
      .replaceAll("team: …", "team: a")
      .replaceAll("site: …", "site: b")
      .replace("[…]", "[g]");
    expect((await asJson(...argv, "--known", said)).outcome).toBe("allow");
  });

  it("may come from an address, at a time", async () => {
    const Condition = {
      IpAddress: { "aws:SourceIp": "192.0.2.0/24" },
      DateLessThan: { "aws:CurrentTime": "2026-01-01T00:00:00Z" },
    };
    const path = await configure([{ Effect: "Allow", Action: "connect:*", Resource: "*", Condition }]);
    const argv = ["DescribeUser", "--group", "agents", "--config", path];
    const outcome = async (...more: readonly string[]) => (await asJson(...argv, ...more)).outcome;
    const before = ["--at", "2025-12-31T00:00:00Z"];
    expect(await outcome(...before)).toBe("notKnown");
    expect((await explain(...argv, ...before)).stdout).toContain("\nnot given    add --from ADDRESS\n");
    expect(await outcome(...before, "--from", "192.0.2.7")).toBe("allow");
    expect(await outcome(...before, "--from", "198.51.100.7")).toBe("deny");
    expect(await outcome("--at", "2026-12-31T00:00:00Z", "--from", "192.0.2.7")).toBe("deny");
  });

  it("may come from an AI agent, in either form", async () => {
    const path = await configure([
      { Effect: "Allow", Action: "connect:*", Resource: "*" },
      {
        ...{ Sid: "NoAgents", Effect: "Deny", Action: "connect:Delete*", Resource: "*" },
        Condition: { Bool: { "authorizer:ViaMcp": "true" } },
      },
    ]);
    const argv = ["--group", "agents", "--config", path];
    const outcome = async (...more: readonly string[]) => (await asJson(...argv, ...more)).outcome;
    expect(await outcome("DeleteUser")).toBe("allow");
    expect(await outcome("DeleteUser", "--via", "mcp")).toBe("deny");
    expect(await outcome("DescribeUser", "--via", "mcp")).toBe("allow");
    const request = {
      method: "POST",
      path: "/operations/DeleteQueue",
      body: { QueueId: "q", InstanceId: "00fbeee1-123e-111e-93e3-11111bfbfcc1" },
    };
    expect(await outcome("--request", JSON.stringify(request))).toBe("allow");
    expect(await outcome("--request", JSON.stringify({ ...request, via: "mcp" }))).toBe("deny");
    const wrong = await explain(...argv, "--request", JSON.stringify({ ...request, via: "rest" }));
    expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining("`via` must be `mcp`") });
  });

  it("to an instance that is not configured is refused", async () => {
    const argv = ["DescribeUser", "--group", "admins", "--input", '{"InstanceId":"other"}'];
    expect((await explain(...argv, "--expect", "deny")).status).toBe(0);
    expect((await explain(...argv)).stdout).toMatch(
      /^Refused \(403\): the call is for an instance that is not configured\n/,
    );
  });
});

describe("the caller", () => {
  const key = rsaKey("own");
  const keys = JSON.stringify({ keys: [toJwk(key, { alg: "RS256" })] });
  const token = (claims: object) =>
    makeToken(key, { claims: { iss: "https://issuer.example/", aud: "app", groups: ["agents"], ...claims } });
  const readAll = [{ Effect: "Allow", Action: "connect:Describe*", Resource: "*" }];

  it("is who a token names, from standard input too", async () => {
    const path = await configure(readAll);
    const jwt = token({ sub: "u-17" });
    const { stdout } = await explain("DescribeUser", "--token", jwt, "--config", path);
    expect(stdout).toMatch(/^Allowed: `u-17` may DescribeUser, by the Allow read#0 /);
    expect(stdout).toContain("\ncaller       u-17; groups agents; the token's signature is not checked\n");
    expect(
      await run(["explain", "DescribeUser", "--token", "-", "--config", path], `${jwt}\n`),
    ).toMatchObject({
      stdout,
    });
    expect(stdout).not.toContain(jwt.split(".")[1]);
  });

  it("is checked by its signature where the configuration has the issuer's keys", async () => {
    const path = await configure(readAll);
    const text = goodFiles["authorizer.yaml"]?.replace("audience: app", `audience: app\n    jwks: ${keys}`);
    await folder?.write({ "authorizer.yaml": text ?? "" });
    const argv = ["DescribeUser", "--config", path, "--token"];
    const { caller } = await asJson(...argv, token({ sub: "u-17" }));
    expect(caller).toEqual({
      ...{ id: "u-17", groups: ["agents"], issuer: "https://issuer.example/" },
      signature: "valid",
    });
    const forged = `${token({ sub: "u-17" }).split(".").slice(0, 2).join(".")}.AAAA`;
    expect((await explain(...argv, forged)).stdout).toMatch(/^Refused \(401\): /);
    expect((await explain(...argv, forged, "--expect", "allow")).status).toBe(1);
    expect((await explain(...argv, token({ exp: 1 }))).stdout).toMatch(/^Refused \(401\): .*expired/);
  });

  it("without an id has none: what depends on it is not known", async () => {
    const Condition = { StringEquals: { "aws:username": "u-1" } };
    const path = await configure([{ ...readAll[0], Condition }]);
    const argv = ["DescribeUser", "--group", "agents", "--config", path];
    expect((await asJson(...argv)).outcome).toBe("notKnown");
    expect((await explain(...argv)).stdout).toContain(
      "\nnot given    add --name NAME, or --sub ID if it is the same\n",
    );
    expect((await asJson(...argv, "--sub", "u-1")).outcome).toBe("allow");
    expect((await asJson(...argv, "--sub", "u-2")).outcome).toBe("deny");
  });

  it("may come from a file, and a request may come with flags", async () => {
    await writeFile(
      "alice.json",
      '{"id":"alice","groups":["recorders"],"attached":{"policies":["everything"]}}',
    );
    await writeFile(
      "delete.json",
      '{"method":"POST","path":"/operations/DeleteUser","body":{"InstanceId":"00fbeee1-123e-111e-93e3-11111bfbfcc17","UserId":"u"}}',
    );
    const { stdout } = await explain("DeleteUser", "--principal", "alice.json");
    expect(stdout).toMatch(/^Allowed: `alice` may DeleteUser, by the Allow everything#Everything /);
    expect(stdout).toContain("\nattached     counts for this call\n");
    const { operation, outcome, authorizer } = await asJson("--request", "delete.json", "--group", "admins");
    expect({ operation, outcome, answer: authorizer.answer }).toEqual({
      ...{ operation: "DeleteUser", outcome: "allow", answer: "notYetKnown" },
    });
    expect(await asJson("DeleteUser", "--group", "admins")).not.toHaveProperty("authorizer");
  });

  it("may have an item whose policies end, and is told when", async () => {
    await writeFile(
      "alice.json",
      '{"id":"alice","attached":{"policies":["everything"],"until":{"everything":"2030-01-01T00:00:00Z"}}}',
    );
    const at = (time: string) => explain("DeleteUser", "--principal", "alice.json", "--at", time);
    const before = (await at("2029-12-31T23:59:59Z")).stdout;
    expect(before).toMatch(/^Allowed: /);
    expect(before).toMatch(/^note +`everything` is attached until 2030-01-01T00:00:00Z$/m);
    const after = (await at("2030-01-01T00:00:00Z")).stdout;
    expect(after).toMatch(/^Denied: /);
    expect(after).toMatch(
      /^note +`everything` was attached until 2030-01-01T00:00:00Z: only its Denies count$/m,
    );
  });

  it("in a group that no binding names gets to know which they are", async () => {
    const note = async (group: string) => {
      const { stdout } = await explain("DescribeUser", "--group", group);
      expect(stdout).toMatch(/^Denied: .*: no binding matches\n/);
      return /^note {9}(.*)$/m.exec(stdout)?.[1];
    };
    expect(await note("oprators")).toBe("no binding names the group `oprators`; did you mean `operators`");
    expect(await note("x")).toBe(
      "no binding names the group `x`; the bindings name `admins`, `contact-admins`, `contact-handlers`, `onboarding`, `operators`, `recorders`",
    );
  });
});

describe("the exit status", () => {
  it.each([
    ["allow", "admins", 0],
    ["deny", "admins", 1],
    ["allow", "recorders", 1],
    ["deny", "recorders", 0],
  ])("with --expect %s, of a caller in %s, is %d", async (expected, group, status) => {
    expect((await explain("DeleteUser", "--group", group, "--expect", expected)).status).toBe(status);
  });

  it.each([
    ["CreateUsr --group a", "`CreateUsr` is not an operation of Amazon Connect; did you mean `CreateUser`"],
    ["CreateUser", "say who calls: by `--group` and `--sub`, by `--token` or by `--principal`"],
    [
      "--group a",
      "name an operation, like `explain CreateUser --group GROUP`; or a request by `--request`, or",
    ],
    ["CreateUser --group a --request-id x", "`--request-id` chooses among records: add `--record FILE`"],
    ["--record x --group a", "exclude each other"],
    ["CreateUser --group a --input {", "`--input` is not JSON: "],
    ["CreateUser --group a --input [1]", "`--input [1]`: there is no such file; give JSON, a file, or `-`"],
    ['CreateUser --group a --input {"UserNam":"x"}', "`--input`: UserNam: "],
    ["CreateUser --token - --input -", "`--input -` and `--token -` both read the standard input"],
    ["CreateUser --group a --from x", "`--from x` is not an IP address"],
    ["CreateUser --group a --at noon", "--at: `noon` is not a time; write it like `2026-12-24T18:00:00Z`"],
    ["CreateUser --group a --known {agnt/u:{}}", "--known:1:2 error unknownResource `agnt/u`"],
    ["CreateUser --group a --issuer https://x", "no issuer `https://x` is configured"],
    ["CreateUser --group a --tag x=1", "is mapped to the tag `x`"],
    ["CreateUser --group a --tag x", "`--tag x` must be written as `--tag key=value`"],
    ["CreateUser --group a --expect maybe", "`--expect maybe` must be one of `allow`, `deny`"],
    ["CreateUser --group a --token x", "exclude each other"],
    ["config --request x --group a --config other", "use either `config` or `--config other`"],
  ])("is 2 for `%s`", async (line, message) => {
    const { status, stdout, stderr } = await explain(...line.split(" "));
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});
