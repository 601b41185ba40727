/** `action.yml`, by running its steps: annotations, summary, one comment, and what fails. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parametersOf } from "../../tools/cli/command.ts";
import { loadCommands } from "../../tools/cli/commands.ts";
import { formatActionPage } from "../../tools/cli/pages/reference/action-page.ts";
import { goodFiles } from "../authoring/configuration/configuration-folder.ts";
import { ActionFolder, type ActionRun, action, actionText } from "./action-run.ts";

const read = goodFiles["policies/read.json"] ?? "";
const widened = read.replace(
  '"connect:ListUsers"',
  '"connect:ListUsers", "connect:CreateUser", "connect:StopContact"',
);
const tests = `callers: { agent: { groups: [agents] } }
tests:
  - { name: agents list users, as: agent, call: ListUsers, expect: allow }
`;

const page = readFileSync(join(import.meta.dirname, "../../docs/how-to/pull-requests.md"), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, name, text = ""]) =>
    name === language ? [text] : [],
  );

describe("action.yml", () => {
  const { inputs, outputs, runs } = action;

  it("hands inputs and events to the shell in variables alone, each of which is a name", () => {
    const steps = runs.steps.filter(({ run }) => run !== undefined);
    expect(steps.length).toBeGreaterThan(5);
    for (const { run, env, shell } of steps) {
      expect(run).not.toContain("${{");
      expect(shell).toBe("bash");
      for (const value of Object.values(env ?? {})) expect(value).toMatch(/^\$\{\{ [\w.-]+ \}\}$/);
    }
    expect(actionText).not.toContain("secrets.");
  });

  it("pins what it uses to a commit and names its release", () => {
    const uses = actionText.match(/uses: .*/g) ?? [];
    expect(uses.length).toBe(1);
    expect(uses.filter((line) => !/^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it("describes each input and output, uses all of them, and has them in docs/reference/action.md", () => {
    const reference = readFileSync(join(import.meta.dirname, "../../docs/reference/action.md"), "utf8");
    expect(reference).toBe(formatActionPage(actionText));
    for (const [name, { description }] of Object.entries({ ...inputs, ...outputs })) {
      expect(description).toMatch(/^[A-Z][^|]*\.$/);
      expect(reference).toMatch(new RegExp(`^\\| \`${name}\` \\|.*[.] \\|$`, "m"));
    }
    for (const name of Object.keys(inputs)) expect(actionText).toMatch(new RegExp(`inputs\\.${name}\\b`));
  });

  it("gets inputs that it has in each example of docs/how-to/pull-requests.md, and the rights that it needs", () => {
    const [workflow = "", ...more] = blocks("yaml");
    const { permissions, jobs } = parse(workflow);
    expect(permissions).toEqual({});
    expect(jobs.review.permissions).toEqual({ contents: "read", "pull-requests": "write" });
    expect(jobs.review.steps[0].with["fetch-depth"]).toBe(2);
    const given = [jobs.review.steps[1].with, ...more.map((text) => parse(text).with ?? {})];
    expect(given.length).toBe(3);
    for (const name of given.flatMap(Object.keys)) expect(Object.keys(inputs)).toContain(name);
  });

  it("is what commands do elsewhere, with flags and forms that they have", async () => {
    const lines = blocks("sh").join("").trim().split("\n");
    for (const line of lines) {
      const [npx, program, name, ...words] = line.split(" ");
      expect([npx, program]).toEqual(["npx", "connect-authorizer"]);
      const options = parametersOf((await loadCommands(name)).find((each) => each.name === name)?.options);
      for (const [place, word] of words.entries()) {
        if (!word.startsWith("--")) continue;
        const option = options.find(({ flag }) => flag === word);
        expect(option?.choices ?? [words[place + 1]]).toContain(words[place + 1]);
        expect({ word, isThere: option !== undefined }).toEqual({ word, isThere: true });
      }
    }
    expect(lines.length).toBe(5);
  });

  it("needs the token for the comment alone", () => {
    const withToken = runs.steps.filter(({ env }) => JSON.stringify(env ?? {}).includes("github.token"));
    expect(withToken.map(({ name }) => name)).toEqual(["Comment on the pull request"]);
  });
});

it("installs a release by its name, also where a pull request has a file that is called so", () => {
  const folder = new ActionFolder();
  try {
    const npm = '#!/bin/sh\necho "npm $*"\nexit 1\n';
    writeFileSync(join(folder.path, "bin", "npm"), npm, { mode: 0o755 });
    folder.write("connect-authorizer@1.2.3/package.json", "{}");
    const { log } = folder.run({ inputs: { package: "", version: "1.2.3" } });
    expect(log).toMatch(/^npm install .* -- connect-authorizer@1\.2\.3$/m);
  } finally {
    folder.remove();
  }
});

describe("a run of the action", () => {
  let folder: ActionFolder;
  let pullRequest: { readonly base: string; readonly head: string };

  /** As GitHub checks a pull request out: merged, with both parents. */
  beforeAll(() => {
    folder = new ActionFolder();
    for (const [name, text] of Object.entries(goodFiles)) folder.write(`config/${name}`, text);
    folder.write("config/tests/agents.yaml", tests);
    folder.commit();
    folder.git("switch", "--quiet", "--create", "change");
    folder.write("config/policies/read.json", widened);
    const head = folder.commit();
    folder.git("switch", "--quiet", "main");
    folder.write("README.md", "another change of main");
    pullRequest = { base: folder.commit(), head };
    folder.git("merge", "--quiet", "--no-ff", "--no-edit", "change");
  });
  afterAll(() => folder.remove());

  const counts = { escalations: "1", gains: "1", losses: "0", possible: "0" };
  const mark = ({ comment }: ActionRun) =>
    /^<!-- connect-authorizer action: [0-9a-f]{12} -->\n/.exec(comment ?? "")?.[0];
  let first: ActionRun;

  it("annotates, summarizes and comments on what a pull request gains, and passes by default", () => {
    first = folder.run({ pullRequest });
    expect(first.log).toContain(
      "::warning title=access escalates::+ ! group `agents` gains connect:CreateUser on *",
    );
    expect(first.log).toContain("✓ 1 test");
    expect(first.summary).toMatch(
      /^### Policies\n\n- \*\*validate\*\*: :white_check_mark: valid\n- \*\*test\*\*: :white_check_mark: all hold\n\n\n### Difference in access\n\n\*\*Escalations\*\*\n/,
    );
    expect(first).toMatchObject({ status: 0, outputs: counts });
    expect(first.calls).toEqual([
      ["api", "--paginate", "repos/me/policies/issues/7/comments", "--jq", expect.any(String)],
      [
        "api",
        "--silent",
        "--method",
        "POST",
        "repos/me/policies/issues/7/comments",
        "--field",
        expect.any(String),
      ],
    ]);
    expect(first.comment).toBe(
      `${mark(first)}### Difference in access\n\n${first.summary.slice(first.summary.indexOf("**Escalations**"))}`,
    );
  });

  it("updates its own comment, never another's, says what does not hold, and fails by fail-on", () => {
    folder.write("config/tests/agents.yaml", tests.replace("allow", "deny"));
    folder.write("config/policies/unused.json", read);
    const own = { body: `${mark(first)}old` };
    const comments = [
      { ...own, id: 1, user: { type: "User" } },
      { id: 2, body: "hello", user: { type: "Bot" } },
      { ...own, id: 3, user: { type: "Bot" } },
    ];
    const ran = folder.run({ pullRequest, comments, inputs: { "fail-on": "escalation" } });
    folder.git("checkout", "--quiet", ".");
    folder.git("clean", "--quiet", "--force");
    expect(ran.status).toBe(1);
    expect(ran.log).toMatch(
      /^::warning file=config\/policies\/unused\.json,line=1,col=1,title=unusedPolicy::/m,
    );
    expect(ran.log).toMatch(
      /^::error file=config\/tests\/agents\.yaml,line=3,col=\d+,title=a policy test fails::/m,
    );
    expect(ran.log).toMatch(
      /The configuration is not valid\.\nPolicy tests do not hold\.\nThe difference in access is one that `fail-on: escalation` refuses\.\n$/,
    );
    expect(ran.summary).toContain(
      "- **validate**: :x: not valid\n- **test**: :x: not all hold\n\n**Fails:** `agents list users`",
    );
    expect(ran.calls[1]?.slice(2, 5)).toEqual(["--method", "PATCH", "repos/me/policies/issues/comments/3"]);
    expect(ran.comment).toContain(
      ":x: The configuration is not valid: the lines say why.\n\n:x: Not all policy tests hold",
    );
    expect(ran.comment).toMatch(/\*\*1 escalation, 1 gain\*\*\n$/);
  });

  it("shows the difference in the summary where it may not comment, as for a fork", () => {
    const ran = folder.run({
      pullRequest,
      isRefused: true,
      inputs: { "working-directory": "config", config: "../config" },
    });
    expect(ran).toMatchObject({ status: 0, comment: undefined, outputs: counts });
    expect(ran.log).toContain("::notice title=no comment::this run may not comment");
    expect(ran.summary).toContain("connect:CreateUser");
  });

  it("writes no comment where nothing changes, and compares with the revision that it is given", () => {
    const ran = folder.run({ pullRequest, inputs: { base: "HEAD" } });
    expect(ran).toMatchObject({ status: 0, outputs: { escalations: "0", gains: "0" }, comment: undefined });
    expect(ran.calls.length).toBe(1);
    expect(ran.summary).toContain("**no difference in access**");
  });

  it("compares nothing for a push, and has no tests where there are none", () => {
    folder.git("rm", "-r", "--quiet", "config/tests");
    const ran = folder.run();
    folder.git("reset", "--quiet", "--hard");
    expect(ran).toMatchObject({ status: 0, calls: [], outputs: { escalations: "", markdown: "" } });
    expect(ran.log).toContain("::notice title=no policy tests::");
  });

  it("says what to fetch where the clone does not have what the pull request is merged into", () => {
    folder.git("clone", "--quiet", "--depth=1", `file://${folder.repository}`, "shallow");
    const ran = folder.run({
      pullRequest,
      inputs: { "working-directory": "shallow", package: "../../program" },
    });
    expect(ran.status).toBe(1);
    expect(ran.log).toContain("::error title=nothing to compare with::the clone does not have");
    expect(ran.log).toContain("`fetch-depth: 2`");
  });

  it("takes a wrong input for text, and fails where the difference is not known", () => {
    const hostile = "any'; echo ::error::x; '$(echo y)";
    const ran = folder.run({ pullRequest, inputs: { "fail-on": hostile, comment: "no" } });
    expect(ran.status).toBe(1);
    expect(ran.log).toContain("must be one of `gain`, `escalation`, `any`, `none`");
    expect(ran.log).not.toMatch(/^::error::x/m);
    expect(ran.log).toMatch(/The difference in access is not known\.\n$/);
    expect(ran.summary).toContain("**No difference in access can be shown:**\n\n    connect-authorizer: ");
  });
});
