/** What is wrong with files of policy tests: each mistake with its place, its code and what to do. */
import { describe, expect, it } from "vitest";
import { makeFolder, runTest, runTests } from "../../cli/test/tested-folder.ts";

/** A test, and the one line that is said of it; its first character is at 8:5. */
const mistakes: readonly (readonly [test: string, issue: string])[] = [
  ["{ call: ListUsers, expect: deny }", "8:5 error missingKey the key `as` is missing here"],
  ["{ as: hr, call: ListUsers }", "8:5 error missingKey the key `expect` is missing here"],
  [
    "{ as: hr, expect: deny }",
    "8:5 error oneCall write either `call`, the name of an operation, or `request`",
  ],
  [
    "{ as: hr, call: ListUsers, request: { method: GET, path: / }, expect: deny }",
    "8:5 error oneCall write either `call`, the name of an operation, or `request`",
  ],
  [
    "{ as: hr, request: { method: GET, path: /users-summary/00fbeee1-123e-111e-93e3-11111bfbfcc1 }, input: {}, expect: deny }",
    "8:107 error oneCall `input` goes with `call`; of a `request`, write it into `body`",
  ],
  [
    "{ as: hr, call: ListUsers, expects: deny, expect: deny }",
    "8:32 error unknownKey unknown key `expects`; did you mean `expect`",
  ],
  [
    "{ as: hr, call: ListUsers, expect: allowed }",
    "8:40 error unknownValue `allowed` is not known here; write `allow` or `deny` or `explicitDeny` or `implicitDeny`",
  ],
  [
    "{ as: hx, call: ListUsers, expect: deny }",
    "8:11 error unknownCaller there is no caller `hx`; write it in `callers` of this file",
  ],
  [
    "{ as: [hr, nigth], call: ListUsers, expect: deny }",
    "8:16 error unknownCaller there is no caller `nigth`; did you mean `night`",
  ],
  ["{ as: [], call: ListUsers, expect: deny }", "8:11 error emptyList the list must not be empty"],
  [
    "{ as: [hr, hr], call: ListUsers, expect: deny }",
    "8:16 error duplicateValue `hr` is repeated in this list",
  ],
  [
    "{ as: 7, call: ListUsers, expect: deny }",
    "8:11 error wrongType expected a text or a list, found the number `7`; put it in quotes if it is a text",
  ],
  [
    "{ as: hr, call: ListUser, expect: deny }",
    "8:21 error unknownOperation `ListUser` is not an operation of Amazon Connect; did you mean `ListUsers`",
  ],
  [
    "{ as: hr, call: [ListUsers, connect:ListQueues], expect: deny }",
    "8:33 error unknownOperation `connect:ListQueues` is not an operation of Amazon Connect; did you mean `ListQueues`",
  ],
  [
    "{ as: hr, call: Nothing, expect: deny }",
    "8:21 error unknownOperation `Nothing` is not an operation of Amazon Connect; `npm run --silent cli -- catalog` lists them",
  ],
  [
    "{ as: hr, call: CreateUser, input: { UserName: x }, expect: deny }",
    "8:52 error invalidInput UserName: is not a member of this operation's input (known up to SDK SDK); did you mean `Username`",
  ],
  [
    "{ as: hr, call: CreateUser, input: { SecurityProfileIds: [a, 7] }, expect: deny }",
    "8:66 error invalidInput SecurityProfileIds[1]: must be a string",
  ],
  [
    "{ as: hr, call: DescribeUser, input: { UserId: a/b }, expect: deny }",
    "8:52 error invalidInput UserId: must be an id of letters, digits, `-` and `_`, or the ARN of the same instance",
  ],
  [
    "{ as: hr, call: GetMetricDataV2, expect: deny }",
    "8:21 error invalidInput the call names no resource that `connect:GetMetricDataV2` could be decided on",
  ],
  [
    "{ as: hr, call: ListUsers, input: 7, expect: deny }",
    "8:39 error wrongType expected a mapping, found the number `7`; put it in quotes if it is a text",
  ],
  [
    "{ as: hr, request: { path: /users }, expect: deny }",
    "8:24 error missingKey the key `method` is missing here",
  ],
  [
    "{ as: hr, request: { method: PATCH, path: /users }, expect: deny }",
    "8:34 error unknownValue `PATCH` is not known here; write `GET` or `POST` or `PUT` or `DELETE`",
  ],
  [
    "{ as: hr, request: { method: GET, path: /nowhere }, expect: deny }",
    "8:24 error unknownOperation no operation of amazon connect has this method and path (known up to SDK SDK)",
  ],
  [
    "{ as: hr, request: { method: GET, path: /users-summary/00fbeee1-123e-111e-93e3-11111bfbfcc1, query: { x: y } }, expect: deny }",
    "8:24 error invalidInput x: is not a query parameter of this operation",
  ],
  [
    "{ as: hr, request: { method: GET, path: /users-summary/00fbeee1-123e-111e-93e3-11111bfbfcc1, headers: {} }, expect: deny }",
    "8:98 error unknownKey unknown key `headers`; known here are `method`, `path`, `query`, `body`",
  ],
  [
    "{ as: hr, call: ListUsers, expect: implicitDeny, by: users }",
    "8:58 error noStatement no statement decides an implicit deny; remove `by`",
  ],
  [
    "{ as: hr, call: ListUsers, expect: deny, known: { user/u-1: { tags: {} } } }",
    "8:55 error unknownResource `user/u-1` is not a resource of Amazon Connect; did you mean `agent/u-1`",
  ],
  [
    "{ as: hr, call: ListUsers, expect: deny, known: { u-1: { tags: {} } } }",
    "8:55 error unknownResource `u-1` is not a resource of Amazon Connect; write `agent/ID`, as in ARNs, or a whole ARN",
  ],
  [
    "{ as: hr, call: ListUsers, expect: deny, known: { agent/u-1: { tag: {} } } }",
    "8:68 error unknownKey unknown key `tag`; did you mean `tags`",
  ],
  [
    "{ as: hr, call: ListUsers, expect: deny, known: { agent/u-1: { tags: { team: [a] } } } }",
    "8:82 error wrongType expected a text, found a list; write `a`",
  ],
  [
    "{ as: hr, call: ListUsers, expect: deny, known: { agent/u-1: { hierarchy: [a, b, c, d, e, f] } } }",
    "8:79 error tooMany a hierarchy has at most five levels",
  ],
  [
    "{ as: hr, call: ListUsers, expect: deny, at: tomorrow }",
    "8:50 error badTime `tomorrow` is not a time; write it like `2026-12-24T18:00:00Z`",
  ],
  [
    "{ as: hr, call: ListUsers, expect: deny, at: 2026-02-30T18:00:00Z }",
    "8:50 error badTime `2026-02-30T18:00:00Z` is not a time; write it like `2026-12-24T18:00:00Z`",
  ],
  [
    "{ as: hr, call: ListUsers, expect: deny, at: 2026-12-24T18:00:00 }",
    "8:50 error badTime `2026-12-24T18:00:00` does not say its time zone; write it like `2026-12-24T18:00:00Z`",
  ],
  [
    "{ as: hr, call: ListUsers, expect: deny, from: 192.0.2.0/24 }",
    "8:52 error badAddress `192.0.2.0/24` is not an IP address",
  ],
  ['{ as: hr, call: ListUsers, expect: deny, name: "" }', "8:52 error emptyText the text must not be empty"],
];

describe("a mistake in a test", () => {
  it.each(mistakes)("is told with its place: %s", async (test, issue) => {
    const { status, stdout, stderr } = await runTests(`  - ${test}`);
    expect(stderr.replace(/SDK [\d.]+/g, "SDK SDK")).toBe(`DIR/tests/a.yaml:${issue}\n`);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });
});

/** What is wrong with a caller; `caller` is at 2:11. */
const badCallers: readonly (readonly [caller: string, issue: string])[] = [
  ["{ group: [hr] }", "2:13 error unknownKey unknown key `group`; did you mean `groups`"],
  ["{ groups: hr }", "2:21 error wrongType expected a list, found a text; write `[hr]`"],
  [
    "{ tags: { site: x } }",
    "2:21 error tagNotMapped no claim of `https://issuer.example/` is mapped to the tag `site`; add `claims: { tags: { … } }` to the issuer in authorizer.yaml",
  ],
  [
    "{ claims: { groups: [hr] } }",
    "2:23 error reservedClaim the claim `groups` is written by the issuer itself",
  ],
  ["{ claims: { iss: x } }", "2:23 error reservedClaim the claim `iss` is written by the issuer itself"],
  [
    "{ claims: { x: { y: z } } }",
    "2:26 error wrongType expected a text or a number or `true` or `false` or a list, found a mapping",
  ],
  [
    '{ tags: { team: a }, claims: { "custom:team": b } }',
    "2:42 error unwritableClaim the claim `custom:team` would have two values; it is also the tag `team`",
  ],
  [
    "{ issuer: https://issuer.exampel/ }",
    "2:21 error unknownIssuer no issuer `https://issuer.exampel/` is configured; did you mean `https://issuer.example/`",
  ],
  [
    '{ id: " " }',
    "2:11 error refusedCaller a token like this is refused: the token's claims hold no usable identifier",
  ],
];

describe("a mistake in a caller", () => {
  it.each(badCallers)("is told with its place: %s", async (caller, issue) => {
    await makeFolder({
      "tests/a.yaml": `callers:\n  caller: ${caller}\ntests:\n  - { as: caller, call: ListUsers, expect: deny }\n`,
    });
    const { status, stderr } = await runTest();
    expect(stderr).toBe(`DIR/tests/a.yaml:${issue}\n`);
    expect(status).toBe(2);
  });

  it("is an issuer that maps no groups or no name", async () => {
    const folder = await makeFolder({
      "tests/a.yaml":
        "callers:\n  a: { groups: [hr] }\n  b: { name: B }\ntests:\n  - { as: [a, b], call: ListUsers, expect: deny }\n",
    });
    await folder.write({
      "authorizer.yaml": `instances: [{ arn: "arn:aws:connect:us-east-1:123456789012:instance/aaaa" }]
issuers: [{ issuer: "https://issuer.example/", audience: app, claims: { id: sub } }]
bindings: [{ match: { principals: [alice] }, policies: [reading] }]
`,
    });
    const { status, stderr } = await runTest();
    expect(status).toBe(2);
    expect(stderr.split("\n")).toEqual([
      "DIR/tests/a.yaml:2:16 error groupsNotMapped no claim of `https://issuer.example/` is mapped to the groups; add `claims: { groups: … }` to the issuer in authorizer.yaml",
      "DIR/tests/a.yaml:3:14 error nameNotMapped no claim of `https://issuer.example/` is mapped to the name; add `claims: { name: … }` to the issuer in authorizer.yaml",
      "",
    ]);
  });
});

describe("a file of tests", () => {
  it.each([
    ["", "1:1 error emptyFile the file is empty; write `tests`, or remove it"],
    ["tests: []", "1:8 error emptyList a file without tests tests nothing; write a test or remove the file"],
    ["callers: {}", "1:1 error missingKey the key `tests` is missing here"],
    ["- a", "1:1 error wrongType expected a mapping, found a list"],
    ["test: []\ntests: [{ as: a }]", "1:1 error unknownKey unknown key `test`; did you mean `tests`"],
    ["tests:\n  - as: &a hr", "2:12 error anchor the anchor `&a` is not accepted; write the value out"],
    ["tests:\n\t- as: hr", "2:1 error malformedYaml a tab is no indentation in YAML; indent with spaces"],
  ])("that cannot be used is refused: %s", async (text, issue) => {
    await makeFolder({ "tests/a.yaml": text });
    const { status, stderr } = await runTest();
    expect(stderr).toContain(`DIR/tests/a.yaml:${issue}\n`);
    expect(status).toBe(2);
  });

  it("has each name once", async () => {
    const { stderr } = await runTests(
      "  - { name: a, as: hr, call: ListUsers, expect: deny }\n  - { name: a, as: hr, call: ListUsers, expect: deny }",
    );
    expect(stderr).toBe("DIR/tests/a.yaml:9:13 error duplicateName another test of this file is named `a`\n");
  });

  it("ends in .yaml, and may be in a folder", async () => {
    const test = "callers: { a: {} }\ntests: [{ as: a, call: ListUsers, expect: deny }]\n";
    const folder = await makeFolder({ "tests/hr/deep/a.yaml": test, "tests/b.yaml": test });
    expect((await runTest()).stdout).toBe("✓ 2 tests, access not compared\n");
    await folder.write({ "tests/.hidden.yaml": "spoilt", "tests/.folder/a.yaml": "spoilt" });
    expect((await runTest()).stdout).toBe("✓ 2 tests, access not compared\n");
    await folder.write({ "tests/hr/c.yml": test });
    expect(await runTest()).toEqual({
      status: 2,
      stdout: "",
      stderr: "DIR/tests/hr/c.yml:1:1 error wrongName files of tests end in `.yaml`; rename this one\n",
    });
  });

  it("is UTF-8, and all issues of all files are told at once", async () => {
    await makeFolder({
      "tests/a.yaml": new Uint8Array([0xff]),
      "tests/b.yaml": "callers: { a: { x: 1 } }\ntests: [{ as: b, call: C, expect: d }]\n",
    });
    const { stderr } = await runTest();
    expect(stderr.split("\n").map((line) => line.split(" ")[2])).toEqual([
      ...["notUtf8", "unknownKey", "unknownCaller", "unknownOperation", "unknownValue", undefined],
    ]);
  });

  it("with a caller that cannot be used has no second issue for it", async () => {
    await makeFolder({
      "tests/a.yaml":
        "callers: { a: { tags: { x: y } } }\ntests: [{ as: a, call: ListUsers, expect: deny }]\n",
    });
    expect((await runTest()).stderr.trim().split("\n")).toHaveLength(1);
  });
});
