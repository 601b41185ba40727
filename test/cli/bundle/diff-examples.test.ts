/** The calls that `diff` shows: `explain` says the same of them, by the newer configuration and by the older. */
import { afterEach, describe, expect, it } from "vitest";
import { calledAs } from "../../../tools/cli/called-as.ts";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../../authoring/configuration/configuration-folder.ts";
import { run } from "../command-run.ts";

const folders: ConfigurationFolder[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await folder.remove();
});

async function configure(statement: object): Promise<string> {
  const written = { Effect: "Allow", Action: "connect:DescribeUser", Resource: "*", ...statement };
  const folder = await createFolder({
    ...goodFiles,
    "authorizer.yaml": (goodFiles["authorizer.yaml"] ?? "").replace(
      "groups: groups",
      "groups: groups, tags: { team: team }",
    ),
    "policies/read.json": JSON.stringify({ Version: "2012-10-17", Statement: [written] }),
  });
  folders.push(folder);
  return folder.path;
}

const when = (operator: string, key: string, ...values: readonly string[]) => ({
  Condition: { [operator]: { [key]: values } },
});
const ownTeam = `$${"{aws:PrincipalTag/team}"}`;

/** Of each kind of value that a call can have. */
const changes: readonly (readonly [title: string, older: object, newer: object])[] = [
  [
    "a right that escalates",
    { Action: "connect:DescribeQueue" },
    { Action: "connect:UpdateUserSecurityProfiles" },
  ],
  [
    "a tag of the user",
    when("StringEquals", "aws:ResourceTag/team", "a"),
    when("StringLike", "aws:ResourceTag/team", "it's *"),
  ],
  [
    "a tag of the caller",
    when("StringEquals", "aws:PrincipalTag/team", "a"),
    when("StringLike", "aws:PrincipalTag/team", "a*"),
  ],
  [
    "a variable",
    when("StringEquals", "aws:ResourceTag/team", "a"),
    when("StringEquals", "aws:ResourceTag/team", ownTeam),
  ],
  ["a claim", when("StringEquals", "jwt:site", "a"), when("StringNotEquals", "jwt:site", "a")],
  [
    "a claim of several values",
    when("ForAllValues:StringEquals", "jwt:roles", "a"),
    when("ForAllValues:StringEquals", "jwt:roles", "a", "b"),
  ],
  [
    "values that a list has together",
    when("ForAnyValue:StringEquals", "jwt:roles", "a"),
    when("ForAllValues:StringEquals", "jwt:roles", "a", "b"),
  ],
  [
    "an address",
    when("IpAddress", "aws:SourceIp", "10.1.0.0/16"),
    when("IpAddress", "aws:SourceIp", "10.0.0.0/8"),
  ],
  [
    "a time",
    when("DateLessThan", "aws:CurrentTime", "2026-01-01"),
    when("DateLessThan", "aws:CurrentTime", "2027-01-01"),
  ],
  [
    "a level of the hierarchy",
    when("StringEquals", "connect:HierarchyGroupL2Id", "h"),
    when("StringLike", "connect:HierarchyGroupL2Id", "h*"),
  ],
  [
    "an input",
    { Action: "connect:TagResource", ...when("StringEquals", "aws:RequestTag/team", "a") },
    { Action: "connect:TagResource" },
  ],
];

/** Splits a command line as a shell does. */
function wordsOf(line: string): readonly string[] {
  return (line.match(/(?:'[^']*'|\\'|[^\s'\\])+/g) ?? []).map((word) =>
    word.replace(
      /'([^']*)'|\\(')/g,
      (_, quoted: string | undefined, plain: string | undefined) => quoted ?? plain ?? "",
    ),
  );
}

const expected = (outcome: string) => (outcome === "allowed" ? "allow" : "deny");

describe("diff", () => {
  it.each(changes)("prints a command line of `explain` that says the same: %s", async (_, before, after) => {
    const [older, newer] = [await configure(before), await configure(after)];
    const { status, stdout, stderr } = await run(["diff", older, newer]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    const lines = [...stdout.matchAll(/^ {4}(.*) before, (.*) now: (.*)$/gm)];
    expect(lines).not.toEqual([]);
    for (const [, was = "", is = "", line = ""] of lines) {
      expect(line.startsWith(`${calledAs()} explain `)).toBe(true);
      const words = wordsOf(line.slice(calledAs().length));
      const at = (config: string) => words.map((word) => (word === newer ? config : word));
      expect(await run([...words, "--expect", expected(is)])).toMatchObject({ status: 0, stderr: "" });
      expect(await run([...at(older), "--expect", expected(was)])).toMatchObject({ status: 0, stderr: "" });
    }
  });
});
