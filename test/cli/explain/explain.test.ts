import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createFolder, goodFiles } from "../../authoring/configuration/configuration-folder.ts";
import { run } from "../command-run.ts";
import { useExampleProject } from "../example-project.ts";

useExampleProject();

const east = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
const west = "00fbeee1-123e-111e-93e3-11111bfbfcc17";
const agent = `arn:aws:connect:us-east-1:123456789012:instance/${east}/agent/u-1`;
const forbidden = "11dtcggg1-123e-111e-93e3-11111bfbfcc17";

async function explain(principal: unknown, request: unknown, ...flags: string[]) {
  const folder = await mkdtemp(join(tmpdir(), "explain-"));
  const [who, what] = [join(folder, "principal.json"), join(folder, "request.json")];
  await writeFile(who, typeof principal === "string" ? principal : JSON.stringify(principal));
  await writeFile(what, typeof request === "string" ? request : JSON.stringify(request));
  return run(["explain", "--principal", who, "--request", what, ...flags]);
}

async function explained(group: string, request: object) {
  const { status, stdout } = await explain({ id: "alice", groups: [group] }, request, "--json");
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

describe("explain", () => {
  it("names the Deny, its file and its line", async () => {
    expect(await explained("operators", { method: "DELETE", path: `/users/${east}/u-1` })).toEqual({
      operation: "DeleteUser",
      outcome: "deny",
      summary: `Denied: \`alice\` may not DeleteUser: the Deny deny-delete-update-users#DenyDeleteAndUpdateUsers (${join("config", "policies", "deny-delete-update-users.json")}:4:5) forbids it on agent/u-1`,
      withoutDeny: "allow",
      caller: { id: "alice", groups: ["operators"], issuer: expect.stringMatching(/^https:/) },
      folder: "config",
      bindings: [
        {
          place: `${join("config", "authorizer.yaml")}:31:5`,
          match: "certain",
          policies: ["everything", "deny-delete-update-users"],
        },
      ],
      policies: ["deny-delete-update-users", "everything"],
      ...{ boundaries: [], guardrails: [], filledIn: [], notes: [] },
      authorizer: { answer: "deny", unknown: [] },
      proxy: { answer: "deny", status: 403, message: expect.stringMatching(/with an explicit deny/) },
      asks: [
        {
          action: "connect:DeleteUser",
          resource: agent,
          sort: "required",
          source: "UserId",
          decision: "explicitDeny",
          layer: "attached",
          statements: [
            expect.objectContaining({
              policy: "deny-delete-update-users",
              sid: "DenyDeleteAndUpdateUsers",
              file: "policies/deny-delete-update-users.json",
              line: 4,
            }),
          ],
          missingContextKeys: [],
          passed: [],
        },
      ],
    });
  });

  it("tells what the authorizer does not know and the proxy does", async () => {
    const body = { Username: "x", RoutingProfileId: "r", SecurityProfileIds: ["s", forbidden] };
    const { authorizer, proxy, asks } = await explained("onboarding", {
      method: "PUT",
      path: `/users/${west}`,
      body,
    });
    expect(authorizer).toEqual({
      answer: "notYetKnown",
      unknown: ["HierarchyGroupId", "RoutingProfileId", "SecurityProfileIds[]", "any other member"],
    });
    expect(proxy).toMatchObject({ answer: "deny", status: 403 });
    const decisions = asks.map(
      ({ source, decision }: { source: string; decision: string }) => `${source} ${decision}`,
    );
    // Evaluation ends with the explicit deny: nothing after it changes the answer.
    expect(decisions).toEqual([
      "RoutingProfileId allowed",
      "SecurityProfileIds[0] allowed",
      "SecurityProfileIds[1] explicitDeny",
    ]);
  });

  it("names the statements that were passed over, each with its reason", async () => {
    const { asks } = await explained("recorders", {
      method: "POST",
      path: "/contact/stop-recording",
      body: { InstanceId: east, ContactId: "c", InitialContactId: "c" },
    });
    expect(asks[0]).toMatchObject({ decision: "implicitDeny", layer: "attached", statements: [] });
    expect(asks[0].passed).toEqual([
      {
        statement: expect.stringMatching(/^Allow record-contacts#\w+ policies\/record-contacts\.json:4:5$/),
        because: expect.stringMatching(/^Resource `arn:aws:connect:us-west-2:.*contact\/\*` does not match$/),
      },
    ]);
  });

  it.each([
    ["an unknown route", { method: "GET", path: "/nowhere" }, null, "notYetKnown", 404],
    [
      "a malformed identifier",
      { method: "GET", path: `/users/${east}/a%2Fb` },
      "DescribeUser",
      "notYetKnown",
      400,
    ],
    [
      "an unknown query parameter",
      { method: "GET", path: `/users/${east}/u`, query: { x: "1" } },
      "DescribeUser",
      "allow",
      400,
    ],
    [
      "an instance that is not configured",
      { method: "GET", path: "/users/other/u" },
      "DescribeUser",
      "deny",
      403,
    ],
    [
      "a body that is no JSON",
      { method: "PUT", path: `/users/${west}`, body: "{" },
      "CreateUser",
      "allow",
      400,
    ],
  ])("explains %s as the refusal that it is", async (_, request, operation, answer, status) => {
    expect(await explained("admins", request)).toMatchObject({
      operation,
      authorizer: { answer },
      proxy: { answer: "refused", status },
      asks: [],
    });
  });

  it("explains to people what an allowed call rests on", async () => {
    const { status, stdout } = await explain(
      { id: "root", groups: ["admins"] },
      { method: "GET", path: `/users/${east}/u-1` },
    );
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        "operation   DescribeUser",
        "authorizer  allows",
        "proxy       allows (200)",
        "",
        `connect:DescribeUser on ${agent} (UserId), required`,
        "  allowed",
        "  Allow everything#Everything policies/everything.json:4:5",
        "",
      ].join("\n"),
    );
  });

  it("tells what a value that could not be read comes to, by Allow and by Deny", async () => {
    const level = (effect: string) => ({
      Effect: effect,
      Action: "connect:DescribeUser",
      Resource: "*",
      Condition: { NumericLessThan: { "jwt:level": "3" } },
    });
    const policy = { Version: "2012-10-17", Statement: [level("Allow"), level("Deny")] };
    const folder = await createFolder({ ...goodFiles, "policies/read.json": JSON.stringify(policy) });
    const principal = { id: "a", groups: ["agents"], claims: { level: "high" } };
    const request = { method: "GET", path: `/users/${east}/u-1` };
    const { stdout } = await explain(principal, request, "--config", folder.path);
    expect(stdout).toContain("with an explicit deny in an identity-based policy");
    const value = 'the request has "high"; a value could not be read as a number';
    expect(stdout.split("\n").slice(-3)).toEqual([
      expect.stringMatching(
        /^ {2}unreadable: Deny read#1 policies\/read\.json:1:\d+: NumericLessThan on `jwt:level` matches: /,
      ),
      expect.stringMatching(
        /^ {2}passed over: Allow read#0 .*: NumericLessThan on `jwt:level` does not match: /,
      ),
      "",
    ]);
    expect(stdout).toContain(`matches: ${value}, so a Deny holds\n`);
    expect(stdout).toContain(`does not match: ${value}, so an Allow does not hold\n`);
    await folder.remove();
  });

  it("knows the network of a private API, and says of a value that it is not known", async () => {
    const StringNotEqualsIfExists = { "aws:SourceVpce": "vpce-1" };
    const statements = [
      { Effect: "Allow", Action: "connect:DescribeUser", Resource: "*" },
      { Effect: "Deny", Action: "*", Resource: "*", Condition: { StringNotEqualsIfExists } },
    ];
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    const folder = await createFolder({ ...goodFiles, "policies/read.json": policy });
    const told = async (network: object) => {
      const request = { method: "GET", path: `/users/${east}/u-1`, ...network };
      return (await explain({ id: "a", groups: ["agents"] }, request, "--config", folder.path)).stdout;
    };
    const inside = await told({ sourceIp: "10.0.0.7", vpcId: "vpc-1", vpceId: "vpce-1" });
    expect(inside).toMatch(/^authorizer {2}does not know yet: .*aws:SourceVpce/m);
    expect(inside).toMatch(/^proxy +allows/m);
    for (const outside of [{ vpcId: "vpc-1", vpceId: "vpce-2" }, { sourceIp: "192.0.2.7" }])
      expect(await told(outside)).toContain("with an explicit deny in an identity-based policy");
    expect(await told({ vpcId: "vpc-1" })).toMatch(
      / passed over: Deny read#1 .*: StringNotEqualsIfExists on `aws:SourceVpce` is not known to match: what the request has is not known here\n/,
    );
    await folder.remove();
  });

  it("asks dependent actions unless the configuration ignores them", async () => {
    const request = { method: "POST", path: "/search-users", body: { InstanceId: east } };
    const policy = goodFiles["policies/read.json"]?.replace("connect:Describe*", "connect:SearchUsers");
    const folder = await createFolder({ ...goodFiles, "policies/read.json": policy ?? "" });
    const answers = async () => {
      const { stdout } = await explain(
        { id: "a", groups: ["agents"] },
        request,
        "--config",
        folder.path,
        "--json",
      );
      const { authorizer, proxy, asks } = JSON.parse(stdout);
      const actions = asks.map(({ action }: { action: string }) => action);
      return [authorizer.answer, proxy.answer, ...new Set(actions)];
    };
    expect(await answers()).toEqual([
      "deny",
      "deny",
      "connect:SearchUsers",
      "connect:DescribeUser",
      "connect:ListUserProficiencies",
    ]);
    await folder.write({ "authorizer.yaml": `${goodFiles["authorizer.yaml"]}dependentActions: ignored\n` });
    // The instance is named in the body: the authorizer does not know whether it is a configured one.
    expect(await answers()).toEqual(["notYetKnown", "allow", "connect:SearchUsers"]);
    await folder.remove();
  });

  it.each([
    ["a principal without an id", {}, { method: "GET", path: "/" }, "`id` is missing"],
    ["an unknown member", { id: "a", group: "x" }, { method: "GET", path: "/" }, "`group` is unknown"],
    [
      "groups that are none",
      { id: "a", groups: "x" },
      { method: "GET", path: "/" },
      "`groups` must be a list of strings",
    ],
    ["a request without a method", { id: "a" }, { path: "/" }, "`method` is missing"],
    ["a path with a query", { id: "a" }, { method: "GET", path: "/x?y=1" }, "move it to `query`"],
    ["a file that is no JSON", "{", { method: "GET", path: "/" }, "is not JSON"],
    ["a file that holds a list", [], { method: "GET", path: "/" }, "must hold a JSON object"],
  ])("refuses %s with status 2", async (_, principal, request, message) => {
    const { status, stdout, stderr } = await explain(principal, request);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  describe("with what a table attaches", () => {
    const bob = { id: "bob", groups: ["recorders"] };
    const deleteUser = { method: "DELETE", path: `/users/${east}/u-1` };
    const explainAttached = async (attached: object, request: object = deleteUser, who: object = bob) => {
      const { status, stdout } = await explain({ ...who, attached }, request, "--json");
      expect(status).toBe(0);
      return JSON.parse(stdout);
    };

    it("counts it where the bundle alone does not allow", async () => {
      expect(await explainAttached({ policies: ["everything"] })).toMatchObject({
        authorizer: { answer: "allow" },
        proxy: { answer: "allow" },
        countsAttachments: true,
        asks: [{ decision: "allowed", statements: [{ policy: "everything" }] }],
      });
    });

    it("names a Deny and a boundary of it that keep it from giving", async () => {
      expect(await explainAttached({ policies: ["everything", "deny-delete-update-users"] })).toMatchObject({
        proxy: { answer: "deny", message: expect.stringContaining("with an explicit deny") },
        asks: [{ decision: "explicitDeny", statements: [{ policy: "deny-delete-update-users" }] }],
      });
      const bounded = await explainAttached({ policies: ["everything"], boundary: ["record-contacts"] });
      expect(bounded).toMatchObject({ asks: [{ decision: "implicitDeny", layer: "boundary" }] });
    });

    it("takes nothing from what the bundle allows, and gives nothing against its explicit deny", async () => {
      const operator = { id: "eve", groups: ["operators"] };
      const describeUser = { ...deleteUser, method: "GET" };
      const allowed = await explainAttached(
        { policies: ["deny-delete-update-users"] },
        describeUser,
        operator,
      );
      expect(allowed).toMatchObject({ proxy: { answer: "allow" } });
      expect(allowed).not.toHaveProperty("countsAttachments");
      const denied = await explainAttached({ policies: ["everything"] }, deleteUser, operator);
      expect(denied).toMatchObject({ proxy: { answer: "deny" } });
      expect(denied).not.toHaveProperty("countsAttachments");
    });

    it.each([
      [{ policies: ["nope"] }, "names the policy `nope`"],
      [{ boundaries: ["everything"] }, "`attached.boundaries` is unknown"],
      [{ policies: "everything" }, "`attached.policies`"],
      [{ until: { everything: "2030-01-01T00:00:00Z" } }, "`attached.until.everything` is not one"],
      [{ policies: ["everything"], until: { everything: "soon" } }, "`soon` is not a time"],
    ])("refuses %j", async (attached, message) => {
      const { status, stderr } = await explain({ ...bob, attached }, deleteUser);
      expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) });
    });
  });

  it("refuses a missing file and a bad configuration with status 2", async () => {
    expect(await run(["explain", "--principal", "/no/such", "--request", "/no/such"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("`/no/such` can't be read: there is no such file or folder"),
    });
    const { status, stderr } = await explain(
      { id: "a" },
      { method: "GET", path: "/" },
      "--config",
      "/no/such",
    );
    expect(status).toBe(2);
    expect(stderr).toContain("noSuchFolder");
  });
});
