/** What Try decides in the browser is what the gateway answers; and what is written into its fields is understood. */
import { describe, expect, it } from "vitest";
import { readCaller } from "../../tools/console/page/try/caller-text.ts";
import { readCurl } from "../../tools/console/page/try/curl.ts";
import { TryModel, TryProblem } from "../../tools/console/page/try/try-model.ts";
import { compareRandomCalls, givenOf } from "./random-tries.ts";

describe("what Try decides", () => {
  it("is what the gateway answers, for random calls", async () => {
    const came = await compareRandomCalls(40, 18);
    expect((came.get("allow") ?? 0) + (came.get("deny") ?? 0)).toBeGreaterThan(30);
  }, 60_000);

  it("names the statements behind it, and what would allow it", async () => {
    const model = new TryModel(await givenOf());
    const decide = async (caller: string, operation: string) => {
      const written = model.callers.bound.get(caller);
      if (written === undefined) throw new Error(caller);
      const input = JSON.parse(model.fill(operation));
      return model.decide({ principal: model.principalOf(written), operation, input });
    };
    const denied = await decide("groups operators", "DeleteUser");
    expect(denied.report.summary).toContain("policies/deny-delete-update-users.json:4:5");
    expect(denied.report.withoutDeny).toBe("allow");
    const [statement] = [...denied.statements.values()];
    expect(statement).toMatchObject({ effect: "Deny", line: 4, policy: "deny-delete-update-users" });
    const allowed = await decide("groups admins", "DescribeUser");
    expect(allowed.report).toMatchObject({ outcome: "allow", authorizer: { answer: "allow" } });
    expect(allowed.request.path).toMatch(/^\/users\/[\w-]+\/some-user-id$/);
    const lacking = await decide("groups recorders", "DeleteUser");
    expect(lacking.report.lacking?.statements[0]?.policy.Statement[0]?.Action).toEqual([
      "connect:DeleteUser",
    ]);
  });

  it("is refused with what to do, for what is no call", async () => {
    const model = new TryModel(await givenOf());
    expect(() => model.request("DescribeUsr", {})).toThrow(
      new TryProblem("`DescribeUsr` is not an operation of Amazon Connect; did you mean `DescribeUser`"),
    );
    expect(() => model.request("constructor", {})).toThrow(TryProblem);
    expect(() => model.request("", {})).toThrow("Choose an operation");
    expect(() => model.principalOf({ id: "a", groups: [], tags: { none: "x" }, claims: {} })).toThrow(
      /tag `none`/,
    );
  });
});

describe("the caller of the field", () => {
  it.each([
    ["groups admins", { id: "try-caller", groups: ["admins"] }],
    ["admins", { id: "try-caller", groups: ["admins"] }],
    ["group: a, b", { id: "try-caller", groups: ["a", "b"] }],
    [' {"sub": "alice", "groups": ["a"]} ', { id: "alice", groups: ["a"] }],
    ['{"id": "alice", "tags": {"team": "a"}}', { id: "alice", tags: { team: "a" } }],
    ['{"sub": "a", "cognito:groups": ["b"], "site": "c"}', { id: "a", groups: ["b"], claims: { site: "c" } }],
  ])("is read from `%s`", async (text, caller) => {
    const { callers } = new TryModel(await givenOf());
    expect(readCaller(text, callers)).toMatchObject({ kind: "written", caller });
  });

  it.each([
    ["", "Choose a caller"],
    ["nobody here", "No binding has this name"],
    ["constructor", "No binding has this name"],
    ["{", "not JSON"],
    ["{}x", "not JSON"],
    ['{"group": ["a"]}', "`group` is no part"],
    ['{"groups": "a"}', "`groups` must be"],
    ['{"tags": {"a": 1}}', "`tags` must be"],
    ['{"sub": " "}', "`sub` must be"],
  ])("is refused with what to do, for `%s`", async (text, problem) => {
    const { callers } = new TryModel(await givenOf());
    expect(readCaller(text, callers)).toMatchObject({ problem: expect.stringContaining(problem) });
  });

  it("is a token by its form", async () => {
    const given = await givenOf();
    const token = `${Buffer.from('{"alg":"RS256"}').toString("base64url")}.e30.c2ln`;
    for (const text of [token, `Bearer ${token}`, ` ${token}\n`])
      expect(readCaller(text, new TryModel(given).callers)).toEqual({ kind: "token", token });
  });
});

describe("a curl line", () => {
  it.each([
    ["curl localhost:3000/users/i/u", { method: "GET", path: "/users/i/u", body: "" }],
    [
      "$ curl -sS -X DELETE 'http://127.0.0.1:3000/users/i/u?a=b%20c'",
      { method: "DELETE", query: [["a", "b c"]] },
    ],
    [
      `curl $URL/operations/X \\\n  -H "Content-Type: application/json" -d '{"a":"it'\\''s"}'`,
      { method: "POST", body: '{"a":"it\'s"}' },
    ],
    [
      'curl --request PUT --header="X: 1" --data-raw "{\\"a\\": 1}" http://h/p',
      { method: "PUT", headers: [["x", "1"]], body: '{"a": 1}' },
    ],
    ["curl -XPUT -d $'a\\nb' http://h/p", { method: "PUT", body: "a\nb" }],
  ])("is read: %s", (text, request) => {
    expect(readCurl(text)).toMatchObject(request);
  });

  it.each([
    ["curl", "one address"],
    ["curl http://a http://b", "one address"],
    ["curl 'http://a", "not closed"],
    ["curl --proxy x http://a", "`--proxy`"],
  ])("is refused with what to do: %s", (text, problem) => {
    expect(readCurl(text)).toContain(problem);
  });

  it("becomes the call that it makes, and its token the caller", async () => {
    const model = new TryModel(await givenOf());
    const instance = model.fill("DescribeUser");
    const { InstanceId } = JSON.parse(instance);
    const line = `curl -H "Authorization: Bearer a.b.c" http://127.0.0.1:3000/users/${InstanceId}/u-1`;
    const read = model.readCurl(line);
    expect(read).toMatchObject({ operation: "DescribeUser", token: "a.b.c" });
    expect(JSON.parse(read.input)).toEqual({ InstanceId, UserId: "u-1" });
    expect(model.readCurl(line.replace("a.b.c", "$TOKEN"))).not.toHaveProperty("token");
    expect(() => model.readCurl("curl http://127.0.0.1/none")).toThrow("no operation");
  });
});
