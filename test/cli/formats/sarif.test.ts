/** SARIF, held to the published schema (`sarif-2.1.0.schema.json`, from the package `@microsoft/jest-sarif`, MIT licence). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Issue } from "../../../shared/errors.ts";
import { formatSarif } from "../../../tools/cli/formats/sarif.ts";

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
      { id: "deadResource", helpUri: expect.stringMatching(/\/docs\/lint\.md#warnings$/) },
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
