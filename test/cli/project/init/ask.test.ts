/** `init` at a terminal: what it asks, what an empty line says, and how one leaves. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { filesIn, newFolder } from "./project-fixture.ts";
import { controlC, controlD, down, enter, runAtTerminal } from "./terminal-fixture.ts";

const arn = "arn:aws:connect:eu-central-1:111122223333:instance/aaaaaaaa-1111-2222-3333-444444444444";
const replica = arn.replace("eu-central-1", "eu-west-2");

const questions = {
  instance: "ARN of your Amazon Connect instance?",
  another: "ARN of another instance",
  issuer: "URL of the issuer",
  audience: "Audience of these tokens?",
  groups: "Claim that lists a caller's groups?",
  roles: "Roles to begin with",
  api: "Which kind of API Gateway?",
  ci: "A workflow that checks each change",
} as const;

const emptyLines = Object.values(questions).map((question) => [question, enter] as const);

describe("init at a terminal", () => {
  it("asks for everything; empty lines give what --yes gives", async () => {
    const [asked, yes] = [newFolder(), newFolder()];
    const run = await runAtTerminal(["init", asked], emptyLines);
    expect(run).toMatchObject({ status: 0, stderr: "", unanswered: [], isRaw: false });
    await runAtTerminal(["init", yes, "--yes"], []);
    expect(filesIn(asked)).toEqual(filesIn(yes));
  });

  it("writes what is answered", async () => {
    const folder = newFolder();
    const run = await runAtTerminal(
      ["init", folder],
      [
        [questions.instance, `${arn}${enter}`],
        [questions.another, `${replica}${enter}`],
        [questions.another, enter],
        [questions.issuer, `https://example.okta.com${enter}`],
        [questions.audience, `0oa1${enter}`],
        ["Okta writes `groups` if", enter],
        [questions.roles, `hr, quality${enter}`],
        [questions.api, `${down}${enter}`],
        [questions.ci, `${down}${enter}`],
      ],
    );
    expect(run).toMatchObject({ status: 0, stderr: "", unanswered: [] });
    const files = filesIn(folder);
    const configuration = files.get("config/authorizer.yaml");
    for (const text of [arn, replica, "https://example.okta.com", "0oa1", "groups: groups", "[quality/read]"])
      expect(configuration).toContain(text);
    expect(files.get("package.json")).toContain("start --api http");
    expect(files.has(".github/workflows/policies.yml")).toBe(false);
  });

  it("asks only for what no flag says, and nothing with --yes", async () => {
    const flags = [
      "--instance",
      arn,
      "--issuer",
      "https://example.okta.com",
      "--audience",
      "a",
      "--api",
      "rest",
    ];
    const more = ["--groups-claim", "groups", "--role", "hr", "--ci", "none"];
    const run = await runAtTerminal(
      ["init", newFolder(), ...flags],
      emptyLines.slice(4, 6).concat(emptyLines.slice(7)),
    );
    expect(run).toMatchObject({ status: 0, unanswered: [] });
    for (const asked of [questions.instance, questions.issuer, questions.audience, questions.api])
      expect(run.stdout).not.toContain(asked);
    const none = await runAtTerminal(["init", newFolder(), ...flags, ...more], []);
    expect(none.status).toBe(0);
  });

  it("says what is wrong with an answer, and asks again", async () => {
    const backspaces = "\x7f".repeat(20);
    const run = await runAtTerminal(
      ["init", newFolder()],
      [
        [questions.instance, `arn:x${enter}`],
        ["this is not the ARN of an Amazon Connect instance", `${backspaces}${arn}${enter}`],
        ...emptyLines.slice(1, 5),
        [questions.roles, `a/b${enter}`],
        ["a role is a group of callers and the folder", `${backspaces}hr${enter}`],
        ...emptyLines.slice(6),
      ],
    );
    expect(run).toMatchObject({ status: 0, stderr: "", unanswered: [] });
  });

  it("writes nothing when the person leaves by Ctrl-C or Ctrl-D, at a line and at a choice", async () => {
    for (const [count, key] of [
      [0, controlC],
      [3, controlD],
      [6, controlC],
      [7, controlD],
    ] as const) {
      const folder = newFolder();
      const answers = emptyLines.slice(0, count);
      const [question = ""] = emptyLines[count] ?? [];
      const run = await runAtTerminal(["init", folder], [...answers, [question, key]]);
      expect(run).toMatchObject({ status: 2, unanswered: [], isRaw: false });
      expect(run.stderr).toContain("you left before the end; nothing was written");
      expect(() => filesIn(folder)).toThrow("ENOENT");
    }
  });

  it("asks nothing where it could not write", async () => {
    const folder = newFolder();
    await runAtTerminal(["init", folder, "--yes"], []);
    const run = await runAtTerminal(["init", folder], []);
    expect(run).toMatchObject({ status: 2, stdout: "" });
    expect(run.stderr).toContain("already has");
  });

  it("loads the library that asks only when it asks", () => {
    const source = readFileSync(
      resolve(import.meta.dirname, "../../../../tools/cli/project/init/init.ts"),
      "utf8",
    );
    expect(source).toContain('await import("./ask.ts")');
    expect(source).not.toMatch(/^import .*(?:ask\.ts|@clack)/m);
  });
});
