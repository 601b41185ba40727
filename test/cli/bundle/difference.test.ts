/** `diff` for reviewers: what escalates first and in full, nothing cut, counts at the end, and an exit status that is chosen. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBundle } from "../../../shared/bundle/bundle.ts";
import { commentDifference } from "../../../tools/cli/bundle/difference/comment-difference.ts";
import { compareBundles } from "../../../tools/cli/bundle/difference/compare-bundles.ts";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../../authoring/configuration/configuration-folder.ts";
import { configuration, policy } from "../../bundle/bundle-fixture.ts";
import { run } from "../command-run.ts";

let folder: ConfigurationFolder;
const older = () => join(folder.path, "older.json");

/** Writes a policy `read` that also allows these. */
async function allow(...actions: readonly string[]): Promise<void> {
  const all = JSON.stringify(["connect:Describe*", "connect:ListUsers", ...actions]);
  await folder.write({
    "policies/read.json": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":${all},"Resource":"*"}]}`,
  });
}

const diff = (...flags: readonly string[]) => run(["diff", older(), folder.path, ...flags]);

beforeEach(async () => {
  folder = await createFolder(goodFiles);
  await run(["bundle", folder.path, "--out", older()]);
});
afterEach(() => folder.remove());

describe("diff", () => {
  it("names what escalates first, in full and with its reason, and groups long lists of the rest", async () => {
    await allow("connect:List*", "connect:UpdateUser*", "connect:StopContact");
    expect((await diff()).stdout.split("\n")).toEqual([
      "+ ! group `agents` gains connect:UpdateUserHierarchy, connect:UpdateUserHierarchyStructure, connect:UpdateUserIdentityInfo, connect:UpdateUserSecurityProfiles on *",
      expect.stringMatching(
        /^ {4}denied before, allowed now: .* explain UpdateUser\w+ --sub caller-1 --group agents /,
      ),
      expect.stringMatching(
        /^\+ group `agents` gains connect:List\* \(72 of 73\), connect:StopContact, connect:Update\* \(5 of \d+\) on \*$/,
      ),
      "! connect:UpdateUserHierarchy, connect:UpdateUserHierarchyStructure: it moves users in the hierarchy, by which security profiles limit what they see",
      "! connect:UpdateUserIdentityInfo: it changes the e-mail address of users, and so who can reset their password",
      "! connect:UpdateUserSecurityProfiles: it gives users, the caller's own too, any security profile that the policy reaches",
      "1 escalation, 1 gain",
      "",
    ]);
    const whole = (await diff("--all")).stdout;
    expect(whole).toContain("connect:ListApprovedOrigins, connect:ListAssociatedContacts, ");
    expect(whole.match(/connect:List\w+/g)?.length).toBe(72);
  });

  it("calls everything every action", async () => {
    await allow("connect:*");
    await folder.write({
      "authorizer.yaml": (goodFiles["authorizer.yaml"] ?? "").replace("[agents]", "[agents, bosses]"),
    });
    const { stdout } = await diff();
    expect(stdout).toMatch(/^\+ ! group `bosses` gains every action \(\d{3}\) on \*$/m);
    expect(stdout).toContain("~ ! a binding of `read` holds for group `bosses` too");
  });

  it("says in JSON what escalates and why", async () => {
    await allow("connect:CreateUser", "connect:StopContact");
    const { access, counts, reasons } = JSON.parse((await diff("--json")).stdout);
    expect(new Set(access.flatMap(({ escalates }: { escalates: string[] }) => escalates))).toEqual(
      new Set(["connect:CreateUser"]),
    );
    expect(Object.keys(reasons)).toEqual(["connect:CreateUser"]);
    expect(counts).toEqual({ escalations: 1, gains: 1, losses: 0, possible: 0, same: 0 });
  });

  const losing = goodFiles["policies/read.json"]?.replace(', "connect:ListUsers"', "") ?? "";

  it.each<[string, () => Promise<void>, readonly string[]]>([
    ["nothing", async () => {}, []],
    ["a loss", () => folder.write({ "policies/read.json": losing }), ["any"]],
    ["a gain", () => allow("connect:StopContact"), ["gain", "any"]],
    ["an escalation", () => allow("connect:CreateUser"), ["gain", "escalation", "any"]],
  ])("fails by --fail-on: %s", async (_what, change, failing) => {
    await change();
    for (const what of ["gain", "escalation", "any", "none"])
      expect({ what, status: (await diff("--fail-on", what)).status }).toEqual({
        what,
        status: failing.includes(what) ? 1 : 0,
      });
    expect((await diff()).status).toBe(failing.includes("gain") ? 1 : 0);
    expect((await diff("--fail-on", "loss")).stderr).toContain("must be one of");
  });

  it("shows a change of conditions by calls that explain decides so", async () => {
    const limited = (team: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Action: "connect:DescribeUser",
          Resource: "*",
          Condition: { StringEquals: { "aws:PrincipalTag/team": team } },
        },
      });
    const text = goodFiles["authorizer.yaml"] ?? "";
    await folder.write({
      "authorizer.yaml": text.replace("{ groups: groups }", "{ groups: groups, tags: { team: team } }"),
      "policies/read.json": limited("a's"),
    });
    await run(["bundle", folder.path, "--out", older()]);
    await folder.write({ "policies/read.json": limited("b") });
    const [line, gained, lost, ...rest] = (await diff()).stdout.split("\n");
    expect(line).toBe("+ group `agents` has other conditions for connect:DescribeUser on *");
    expect(rest).toEqual(["1 gain", ""]);
    for (const [shown, what, outcome] of [
      [gained, "denied before, allowed now", "allow"],
      [lost, "allowed before, denied now", "deny"],
    ]) {
      const [, said, command = ""] = /^ {4}([^:]+): npm run --silent cli -- (.*)$/.exec(shown ?? "") ?? [];
      expect(said).toBe(what);
      // As a shell reads words in single quotes.
      const words = command.match(/(?:'[^']*'|\\'|[^\s'\\])+/g) ?? [];
      const argv = words.map((word) => word.replace(/'([^']*)'|\\(')/g, "$1$2"));
      expect(argv).toContain(outcome === "allow" ? "team=b" : "team=a's");
      expect(await run([...argv, "--expect", outcome ?? ""])).toMatchObject({ status: 0, stderr: "" });
    }
    expect((await diff("--format", "markdown")).stdout).toContain(
      "\n  - denied before, allowed now: `npm run ",
    );
  });

  it("writes other forms into files with --also", async () => {
    await allow("connect:CreateUser");
    const files = ["json", "markdown", "comment"].map((form) => [form, join(folder.path, `a=b.${form}`)]);
    const flags = files.flatMap(([form, file]) => ["--also", `${form}=${file}`]);
    const { stdout } = await diff("--format", "github", ...flags);
    expect(stdout).toMatch(/^::warning title=access escalates::\+ ! group/);
    const read = await Promise.all(files.map(([, file]) => readFile(file ?? "", "utf8")));
    expect(read[0]).toBe((await diff("--json")).stdout);
    expect(read[1]).toBe((await diff("--format", "markdown")).stdout);
    expect(read[2]).toBe(read[1]);
    for (const wrong of ["xml=x", "json", "json="])
      expect(await diff("--also", wrong)).toEqual({
        status: 2,
        stdout: "",
        stderr: `connect-authorizer: \`--also ${wrong}\` must be FORM=FILE, with a form of \`json\`, \`sarif\`, \`junit\`, \`markdown\`, \`comment\`\n`,
      });
  });
});

describe("a comment", () => {
  /** Each of many groups, whose names are Markdown and HTML, gains some actions. */
  function manyGroups(count: number) {
    const bindings = Array.from({ length: count }, (_, index) => ({
      match: { groups: [`g${index}-</details>\`\`[x](y)`] },
      policies: ["p", ...(index === count - 1 ? ["q"] : [])],
    }));
    const documents = [
      policy("p", ["connect:List*", "connect:StopContact"]),
      policy("q", "connect:CreateUser"),
    ];
    return compareBundles(
      createBundle({ ...configuration, bindings: [] }, documents),
      createBundle({ ...configuration, bindings }, documents),
    );
  }
  const outsideCode = (text: string) => text.replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, "CODE");

  it("has escalations on top, ends what it begins, and has the counts at the end", () => {
    const text = commentDifference(manyGroups(30));
    expect(text).toMatch(/^\*\*Escalations\*\*\n\n- :warning: \*\*\+ !\*\* .*g29/);
    expect(text).toContain("<details><summary>Gains: 10 more</summary>");
    expect(text.trimEnd().split("\n").at(-1)).toBe("**1 escalation, 30 gains**");
    const outside = outsideCode(text);
    expect(outside.match(/<details>/g)?.length).toBe(outside.match(/<\/details>/g)?.length);
    expect(outside).not.toMatch(/[[\]@]|<(?!\/?(?:details|summary)>)/);
    for (let index = 0; index < 30; index++) expect(text).toContain(`g${index}-<`);
  });

  it.each([0, 500, 2000, 64_000])(
    "is whole lines within %i characters, and says that there is more",
    (limit) => {
      const difference = manyGroups(100);
      const [whole, cut] = [commentDifference(difference), commentDifference(difference, { limit })];
      expect(whole.length).toBeGreaterThan(65_536);
      // The counts and what is said of the rest are always there.
      expect(cut.length).toBeLessThanOrEqual(Math.max(limit, 200));
      expect(cut).toMatch(
        /\*\*The rest is too long for a comment\. The summary of the run has all of it\.\*\*\n\n\*\*1 escalation, 100 gains\*\*\n$/,
      );
      const outside = outsideCode(cut);
      expect(outside.match(/<details>/g)?.length).toBe(outside.match(/<\/details>/g)?.length);
      expect(outside).not.toMatch(/[`[\]]/);
    },
  );

  it("says that there was nothing before", () => {
    const { newer, ...rest } = manyGroups(1);
    expect(commentDifference({ ...rest, newer, older: null })).toMatch(/^Everything is new: /);
  });
});
