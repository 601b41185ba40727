/** SARIF, held to the published schema (`sarif-2.1.0.schema.json`, from the package `@microsoft/jest-sarif`, MIT licence). */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Issue } from "../../../shared/errors.ts";
import { formatSarif as formatResults, issueResult } from "../../../tools/cli/formats/sarif.ts";
import { run } from "../command-run.ts";
import { makeFolder, runTest, runTests } from "../test/tested-folder.ts";

// Its dialect is draft 04, which names the schema by `id`. What else the dialects differ in is not used.
const { $schema, id, ...schema } = JSON.parse(
  readFileSync(join(import.meta.dirname, "sarif-2.1.0.schema.json"), "utf8"),
);
const formats = {
  uri: (text: string) => URL.canParse(text),
  "uri-reference": (text: string) => URL.canParse(text, "file:///") && !/[\s\\<>"{}|^`]/.test(text),
  "date-time": true,
} as const;
const isValid = new Ajv({ strict: false, unicodeRegExp: false, allErrors: true, formats }).compile(schema);

const sarif = ["--format", "sarif"];

/** A policy with a statement on each line from the second. */
function policy(...statements: readonly string[]): string {
  return `{"Version":"2012-10-17","Statement":[\n${statements.join(",\n")}]}`;
}

function allow(sid: string, action: string): string {
  return `{"Sid":"${sid}","Effect":"Allow","Action":"${action}","Resource":"*"}`;
}

function formatSarif(issues: readonly Issue[]): string {
  return formatResults("validate", issues.map(issueResult));
}

function check(text: string): void {
  isValid(JSON.parse(text));
  expect(isValid.errors).toBeNull();
}

const issue: Issue = {
  severity: "warning",
  code: "deadResource",
  file: "config/policies/a b%.json",
  path: "Statement[0].Resource",
  line: 4,
  column: 7,
  message: "see [this](https://evil.example) and `[0]`",
};

describe("SARIF", () => {
  it("has the schema's dialect, and refuses what is no log", () => {
    expect($schema).toBe("http://json-schema.org/draft-04/schema#");
    expect(id).toMatch(/sarif-2\.1\.0/);
    expect(JSON.stringify(schema)).not.toContain("exclusiveM");
    expect(isValid({ version: "2.1.0" })).toBe(false);
    expect(isValid({ version: "2.1.0", runs: [{ tool: { driver: {} } }] })).toBe(false);
  });

  it("has each rule once, and results with place and level", () => {
    const text = formatSarif([
      issue,
      { ...issue, line: 9 },
      { ...issue, code: "policyName", severity: "error", path: "" },
    ]);
    check(text);
    const [run] = JSON.parse(text).runs;
    expect(run.tool.driver.rules).toMatchObject([
      { id: "deadResource", helpUri: expect.stringMatching(/\/docs\/reference\/lint\.md#warnings$/) },
      {
        id: "policyName",
        shortDescription: { text: "Policy name." },
        defaultConfiguration: { level: "error" },
      },
    ]);
    expect(run.results).toMatchObject([{ ruleIndex: 0 }, { ruleIndex: 0 }, { ruleIndex: 1, level: "error" }]);
    expect(run.results[0]).toEqual({
      ruleId: "deadResource",
      ruleIndex: 0,
      level: "warning",
      message: { text: "see \\[this\\](https://evil.example) and `[0]`" },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "config/policies/a%20b%25.json", uriBaseId: "%SRCROOT%" },
            region: { startLine: 4, startColumn: 7 },
          },
          logicalLocations: [{ fullyQualifiedName: "Statement[0].Resource" }],
        },
      ],
    });
  });

  it("names a file outside of the repository by its whole URI", () => {
    const text = formatSarif([{ ...issue, file: "../other/a b.json" }]);
    check(text);
    const { artifactLocation } = JSON.parse(text).runs[0].results[0].locations[0].physicalLocation;
    expect(artifactLocation).toEqual({ uri: expect.stringMatching(/^file:\/\/\/.*\/other\/a%20b\.json$/) });
  });

  it("fits the schema whatever the texts are, and without issues", () => {
    check(formatSarif([]));
    const text = fc.string({ unit: "binary" });
    const issues = fc.record({
      file: text,
      path: text,
      message: text,
      code: fc.stringMatching(/^[a-z]+[A-Z]?[a-z]*$/),
    });
    fc.assert(
      fc.property(issues, (texts) => {
        check(formatSarif([{ ...issue, ...texts }]));
      }),
    );
  });
});

describe("SARIF of test", () => {
  it("has a test that fails at its place, with the statements that decided", async () => {
    const failing = '  - { name: "[no](https://x)", as: alice, call: ListUsers, expect: deny }\n';
    const { stdout } = await runTests(
      `${failing}  - { as: alice, call: ListUsers, expect: allow }\n`,
      ...sarif,
    );
    check(stdout);
    const [run] = JSON.parse(stdout).runs;
    expect(run.tool.driver.rules).toMatchObject([{ id: "policyTest" }]);
    const place = {
      artifactLocation: { uri: expect.stringMatching(/DIR\/tests\/a\.yaml$/) },
      region: { startLine: 8, startColumn: 5 },
    };
    expect(run.results).toMatchObject([
      {
        level: "error",
        message: {
          text: expect.stringMatching(/^\\\[no\\\]\(https:\/\/x\)\nalice, ListUsers: expected deny, but/),
        },
        locations: [{ physicalLocation: place }],
        relatedLocations: [
          {
            physicalLocation: {
              artifactLocation: { uri: expect.stringMatching(/DIR\/policies\/reading\.json$/) },
            },
            message: { text: expect.stringMatching(/^Allow reading#/) },
          },
        ],
      },
    ]);
  });

  it("has what nobody should have, coverage, access that changed, and files that cannot be used", async () => {
    const nobody = "  - { name: none, nobody: { may: connect:ListUsers, on: '*' } }\n";
    const { stdout } = await runTests(nobody, ...sarif, "--min-coverage", "90");
    check(stdout);
    const [proof, coverage] = JSON.parse(stdout).runs[0].results;
    expect(proof.relatedLocations.length).toBeGreaterThan(0);
    expect(coverage).toMatchObject({ ruleId: "lowCoverage", message: { text: "coverage is below 90 %" } });
    const unusable = await runTests("  - { name: 3 }\n", ...sarif);
    check(unusable.stdout);
    expect(JSON.parse(unusable.stdout).runs[0].results.length).toBeGreaterThan(0);
    const folder = await makeFolder();
    await runTest("--update");
    await folder.write({ "policies/reading.json": policy(allow("Own", "connect:ListQueues")) });
    const changed = await runTest(...sarif);
    check(changed.stdout);
    expect(JSON.parse(changed.stdout).runs[0].results).toMatchObject([{ ruleId: "accessChanged" }]);
  });
});

describe("SARIF of diff", () => {
  /** A result for each row: rule, level, and the statement at its place and at those that are related. */
  async function diff(older: string, newer: string, change = (text: string) => text) {
    const folder = await makeFolder({ "policies/night.json": older });
    const bundle = `${folder.path}/older.json`;
    await run(["bundle", folder.path, "--out", bundle]);
    const text = await readFile(`${folder.path}/authorizer.yaml`, "utf8");
    await folder.write({ "policies/night.json": newer, "authorizer.yaml": change(text) });
    const { stdout } = await run(["diff", bundle, folder.path, ...sarif]);
    check(stdout);
    const nameOf = (uri: string) => uri.replace(/^.*configuration-[^/]+/, "DIR");
    const placeOf = ({ physicalLocation, message }: Location) =>
      [
        `${nameOf(physicalLocation.artifactLocation.uri)}:${physicalLocation.region.startLine}`,
        ...(message ? [message.text] : []),
      ].join(" ");
    return JSON.parse(stdout).runs[0].results.map((result: Result) => ({
      ...{ rule: result.ruleId, level: result.level },
      place: result.locations.map(placeOf).join(),
      ...(result.relatedLocations ? { related: result.relatedLocations.map(placeOf) } : {}),
      ...(result.message.text.includes("the place is of the older version") ? { isOlder: true } : {}),
    }));
  }
  interface Location {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number };
    };
    readonly message?: { readonly text: string };
  }
  interface Result {
    readonly ruleId: string;
    readonly level: string;
    readonly message: { readonly text: string };
    readonly locations: readonly Location[];
    readonly relatedLocations?: readonly Location[];
  }

  const list = allow("List", "connect:ListUsers");
  const deny = list.replace("Allow", "Deny").replace("List", "Never");

  it("has a gain at the statement that gives it, and a loss where the older version has what it lost", async () => {
    const more = policy(list, allow("Profiles", "connect:UpdateUserSecurityProfiles"));
    const [gain, ...others] = await diff(policy(list), more);
    expect(gain).toEqual({
      ...{
        rule: "accessEscalates",
        level: "error",
        place: "DIR/policies/night.json:3 Allow night#Profiles",
      },
    });
    expect(others).toEqual([]);
    expect(await diff(more, policy(list))).toEqual([
      {
        ...{ rule: "accessLost", level: "note", isOlder: true },
        place: "DIR/policies/night.json:3 Allow night#Profiles, as the older version has it",
      },
    ]);
  });

  it("has a Deny that is gone beside the Allow that is left, and a Deny that is new at its place", async () => {
    expect(await diff(policy(list, deny), policy(list))).toEqual([
      {
        ...{
          rule: "accessGained",
          level: "warning",
          place: "DIR/policies/night.json:2 Allow night#List",
        },
        related: ["DIR/policies/night.json:3 Deny night#Never, as the older version has it"],
      },
    ]);
    expect(await diff(policy(list), policy(list, deny))).toEqual([
      { rule: "accessLost", level: "note", place: "DIR/policies/night.json:3 Deny night#Never" },
    ]);
  });

  it("has a policy that is bound to more callers at its Allow, and settings in the configuration's file", async () => {
    const bound = (text: string) =>
      text.replace("groups: [night]", "groups: [night, day]").replace("audience: app", "audience: other");
    expect(await diff(policy(list), policy(list), bound)).toEqual([
      { rule: "accessEscalates", level: "error", place: "DIR/authorizer.yaml:1" },
      { rule: "accessEscalates", level: "error", place: "DIR/authorizer.yaml:1" },
      { rule: "accessGained", level: "warning", place: "DIR/policies/night.json:2 Allow night#List" },
    ]);
  });
});
