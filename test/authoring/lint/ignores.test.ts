/**
 * Warnings that their authors ignore, each with a reason: by a comment beside them, or by `lint` of authorizer.yaml. Errors
 * stay, what ignores nothing is told, and what functions load is the same.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { formatIssue } from "../../../shared/errors.ts";
import { loadConfiguration } from "../../../tools/authoring/configuration/load-configuration.ts";
import { warningCodes, warningTexts } from "../../../tools/authoring/lint/ignores/warning-codes.ts";
import { run } from "../../cli/command-run.ts";
import { createFolder } from "../configuration/configuration-folder.ts";
import { readLintCases } from "./lint-cases.ts";

type Files = Readonly<Record<string, string>>;

const main = `instances: [{ arn: "arn:aws:connect:us-east-1:123456789012:instance/aaaa" }]
issuers: [{ issuer: "https://issuer.example/", audience: app, claims: { groups: groups } }]
bindings:
  - { match: { groups: [a] }, policies: [p] }
`;

/** A policy whose lines 6 and 7 are given. */
function policy(action: string, resource = '      "Resource": "*"'): string {
  return `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "One", "Effect": "Allow", "Action": "connect:DescribeUser", "Resource": "*" },
    { "Sid": "Two", "Effect": "Allow",
${action}
${resource}
    }
  ]
}
`;
}

const foreign = '      "Action": ["connect:ListUsers", "s3:GetObject"],';
const entry = (members: string) => `${main}lint:\n  ignore:\n    - { ${members} }\n`;

async function folderOf(files: Files) {
  const folder = await createFolder({ "authorizer.yaml": main, ...files });
  onTestFinished(() => folder.remove());
  return folder;
}

async function findingsOf(files: Files) {
  const folder = await folderOf(files);
  const { status, stdout, stderr } = await run(["validate", folder.path, "--json"]);
  const { issues, ignored } = JSON.parse(stdout);
  const lines = issues.map((issue: Parameters<typeof formatIssue>[0]) =>
    formatIssue(issue).slice(folder.name.length + 1),
  );
  return { status, lines, ignored, stderr };
}

describe("a comment", () => {
  const says = "// lint-ignore foreignAction: the same file is attached in IAM";

  it.each([
    ["behind the element", policy(`${foreign} ${says}`)],
    ["on the line above", policy(`      ${says}\n${foreign}`)],
    [
      "above another comment",
      policy(`      ${says}\n      // lint-ignore comment: to say why\n      // why\n${foreign}`),
    ],
  ])("%s ignores the warning, and says why to programs", async (_, text) => {
    const { lines, ignored, stderr } = await findingsOf({ "policies/p.json": text });
    expect(lines).toEqual([]);
    expect(ignored).toContainEqual(
      expect.objectContaining({
        code: "foreignAction",
        because: "the same file is attached in IAM",
        by: "comment",
      }),
    );
    expect(stderr).toMatch(/^0 errors, 0 warnings, [12] ignored in /);
  });

  it("ignores nothing two lines above, on another line or within a text", async () => {
    const texts = [
      policy(`      ${says}\n\n${foreign}`),
      policy(foreign, `      "Resource": "*" ${says}`),
      policy(`${foreign} "Sid": "${says}",`.replace('"Sid"', '"Sid" : "", "Sid"')),
    ];
    for (const text of texts) {
      const { lines } = await findingsOf({ "policies/p.json": text });
      expect(lines.join("\n")).toMatch(/ (?:warning foreignAction|error duplicateKey) /);
    }
  });

  it("in YAML ignores the warning of its line", async () => {
    const twin = "  - { match: { groups: [a] }, policies: [p] }";
    const good = { "policies/p.json": policy('      "Action": "connect:ListUsers",') };
    const lines = async (more: string) =>
      (await findingsOf({ ...good, "authorizer.yaml": main + more })).lines;
    expect(await lines(`${twin}\n`)).toHaveLength(1);
    expect(await lines(`${twin} # lint-ignore duplicateBinding: generated\n`)).toEqual([]);
    expect(await lines(`  # lint-ignore duplicateBinding: generated\n${twin}\n`)).toEqual([]);
    const within = `mode: "#\n  # lint-ignore duplicateBinding: x"\n`;
    expect((await lines(`${twin}\n${within}`)).join()).toMatch(/duplicateBinding.*unknownValue/s);
  });

  it.each([
    ["lint-ignore", "a code is missing, so this ignores nothing; write `lint-ignore CODE: reason`"],
    [
      "lint-ignore foreignAction",
      "the reason is missing, so this ignores nothing; write `lint-ignore foreignAction: reason`",
    ],
    [
      "lint-ignore foreignAction:  ",
      "the reason is missing, so this ignores nothing; write `lint-ignore foreignAction: reason`",
    ],
    [
      "lint-ignore foreignAction, deadAction: x",
      "one comment ignores one code, so `foreignAction, deadAction: x` ignores nothing; write `lint-ignore CODE: reason`",
    ],
    [
      "lint-ignore foreinAction: x",
      "there is no warning `foreinAction`, and only warnings can be ignored; did you mean `foreignAction`",
    ],
    ["lint-ignore unusedIgnore: x", "there is no warning `unusedIgnore`, and only warnings can be ignored"],
    ["lint-disable foreignAction: x", "this ignores nothing; write `lint-ignore CODE: reason`"],
    ["lintignore foreignAction: x", "this ignores nothing; write `lint-ignore CODE: reason`"],
  ])("`%s` ignores nothing, and says so", async (comment, message) => {
    const { lines, ignored } = await findingsOf({ "policies/p.json": policy(`${foreign} // ${comment}`) });
    expect(ignored).toEqual([]);
    expect(lines).toEqual([
      expect.stringMatching(/^policies\/p\.json:6:39 warning foreignAction /),
      `policies/p.json:6:56 warning badIgnore ${message}`,
    ]);
  });

  it("that ignores nothing is told", async () => {
    const { lines } = await findingsOf({
      "policies/p.json": policy(foreign.replace(', "s3:GetObject"', ` ${says}\n`)),
    });
    expect(lines).toEqual([
      "policies/p.json:6:38 warning unusedIgnore there is no warning `foreignAction` here, so this ignores nothing; remove it",
    ]);
  });
});

describe("an entry of `lint`", () => {
  const files = { "policies/p.json": policy(foreign) };

  it.each(["", "policies: [p], ", "sid: Two, ", "policies: [p], sid: Two, "])(
    "with %j ignores the warning",
    async (where) => {
      const text = entry(`code: foreignAction, ${where}because: the same file is attached in IAM`);
      const { lines, ignored } = await findingsOf({ ...files, "authorizer.yaml": text });
      expect(lines).toEqual([]);
      expect(ignored).toMatchObject([{ code: "foreignAction", by: "configuration" }]);
    },
  );

  it.each([
    ["sid: One, ", [/^authorizer\.yaml:7:7 warning unusedIgnore /, /^policies.* foreignAction /]],
    ["policies: [other], ", [/error unknownPolicy /, /^policies.* foreignAction /]],
  ])("with %j does not", async (where, expected) => {
    const text = entry(`code: foreignAction, ${where}because: of a reason`);
    const { lines, ignored } = await findingsOf({ ...files, "authorizer.yaml": text });
    expect(ignored).toEqual([]);
    expect(lines.toSorted()).toEqual(expected.map((line) => expect.stringMatching(line)));
  });

  it.each([
    ["code: foreignAction", "error missingKey the key `because` is missing here"],
    ["code: foreignAction, because: ' '", "error emptyText the text must not be blank"],
    ["because: x", "error missingKey the key `code` is missing here"],
    [
      "code: foreignActions, because: x",
      "error unknownCode there is no warning `foreignActions`, and only warnings can be ignored; did you mean `foreignAction`",
    ],
    [
      "code: foreignAction, because: x, policy: p",
      "error unknownKey unknown key `policy`; did you mean `policies`",
    ],
  ])("{ %s } is refused", async (members, message) => {
    const { lines } = await findingsOf({ ...files, "authorizer.yaml": entry(members) });
    expect(lines.join("\n")).toContain(message);
  });

  it("that ignores nothing in any environment is told by `validate` alone", async () => {
    const pool = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example";
    const good = `issuers: [{ issuer: "${pool}", audience: app, claims: { groups: groups } }]\n`;
    const ignoring = (code: string) => ({
      "policies/p.json": policy('      "Action": "connect:ListUsers",'),
      "authorizer.yaml": entry(`code: ${code}, because: of one environment`).replace(
        "https://issuer.example/",
        `${pool}/`,
      ),
      "environments/other.yaml": good,
    });
    const used = await findingsOf(ignoring("issuerNeverMatches"));
    expect(used).toMatchObject({ lines: [], ignored: [{ code: "issuerNeverMatches" }] });
    const unused = await findingsOf(ignoring("emptySid"));
    expect(unused.lines).toEqual([
      expect.stringContaining(" issuerNeverMatches "),
      expect.stringMatching(/^authorizer\.yaml:7:7 warning unusedIgnore /),
    ]);
    const { path } = await folderOf(ignoring("emptySid"));
    for (const name of [undefined, "other"])
      expect(await loadConfiguration(path, { environment: name })).toMatchObject({
        ok: true,
        unusedIgnores: [{ code: "unusedIgnore" }],
        warnings: name === undefined ? [{ code: "issuerNeverMatches" }] : [],
      });
  });
});

describe("whatever is ignored", () => {
  it("errors stay, and say that they cannot be ignored", async () => {
    const comment = "// lint-ignore unknownAction: x";
    const deny = policy(`      "Action": "connect:DeletUser", ${comment}`).replaceAll("Allow", "Deny");
    const { status, lines } = await findingsOf({
      "policies/p.json": deny,
      "authorizer.yaml": entry("code: unknownAction, because: x"),
    });
    expect(status).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^policies\/p\.json:6:17 error unknownAction /)]);
  });

  it("functions load the same bundle", async () => {
    const bundleOf = async (files: Files) => {
      const loaded = await loadConfiguration((await folderOf(files)).path);
      return loaded.ok ? loaded.bundle : undefined;
    };
    const comment = "// lint-ignore foreignAction: x";
    const plain = await bundleOf({ "policies/p.json": policy(`${foreign} ${" ".repeat(comment.length)}`) });
    expect(plain).toBeDefined();
    expect(await bundleOf({ "policies/p.json": policy(`${foreign} ${comment}`) })).toEqual(plain);
    const files = { "policies/p.json": policy(foreign) };
    const configured = await bundleOf({
      ...files,
      "authorizer.yaml": entry("code: foreignAction, because: x"),
    });
    expect(configured).toEqual(await bundleOf(files));
  });

  it("SARIF has it, suppressed, and warnings that are ignored do not fail", async () => {
    const text = policy(`${foreign} // lint-ignore foreignAction: a reason`);
    const { path } = await folderOf({ "policies/p.json": text });
    expect((await run(["validate", path, "--strict"])).status).toBe(0);
    const { results } = JSON.parse((await run(["validate", path, "--format", "sarif"])).stdout).runs[0];
    expect(results).toMatchObject([
      {
        ruleId: "foreignAction",
        suppressions: [{ kind: "inSource", status: "accepted", justification: "a reason" }],
      },
    ]);
  });
});

describe("the list of warnings", () => {
  const root = join(import.meta.dirname, "../../..");
  const read = (file: string) => readFileSync(join(root, file), "utf8");

  it("has the code of every warning that a case expects, and each has a case", () => {
    const { cases } = JSON.parse(read("test/cases/mistakes.json")) as {
      readonly cases: readonly { readonly expected: readonly string[] }[];
    };
    const told = cases.flatMap(({ expected }) =>
      expected.flatMap((line) => / warning (\w+) /.exec(line)?.[1] ?? []),
    );
    const linted = readLintCases().flatMap((file) =>
      file.cases.flatMap(({ expected }) =>
        expected.flatMap((line) => /^\d+:\d+ (?!error )(\w+) /.exec(line)?.[1] ?? []),
      ),
    );
    const { rows } = JSON.parse(read("test/cases/access-analyzer.json")) as {
      readonly rows: readonly { readonly codes: readonly string[] }[];
    };
    const analyzed = rows.flatMap(({ codes }) => codes.filter((code) => warningCodes.includes(code)));
    const expected = Object.keys(warningTexts).sort();
    expect([...new Set([...told, ...linted, ...analyzed])].sort()).toEqual(expected);
  });
});

it("policies are searched in a time that grows with their length, comments included", async () => {
  const long = (text: string) => text.repeat(100_000 / text.length);
  const resource = (text: string) => `arn:aws:connect:us-east-1:123456789012:instance/${long(text)}`;
  const statement = {
    ...{ Effect: "Allow", Action: "connect:ListUsers", Resource: ["(", "{,", " "].map(resource) },
    Condition: { StringEquals: { "jwt:a": ["{", "$(", "$a", " "].map(long) } },
  };
  const comment = `// lint-ignore badSid: a${long(" ")}b`;
  const text = `${comment}\n${JSON.stringify({ Version: "2012-10-17", Statement: statement })}`;
  const { lines } = await findingsOf({ "policies/p.json": text });
  expect(lines.join("\n")).toContain("warning unusedIgnore");
}, 10_000);

it("comments are read and applied in a time that grows with their number", async () => {
  const count = 20_000;
  const ignoring = "// lint-ignore foreignAction: it is attached in IAM, too\n";
  const beside = `"s3:Get", ${ignoring}`.repeat(count);
  const block = ignoring.repeat(count);
  const text = policy(`"Action": [${beside}\n${block} "connect:ListUsers"],`);
  const { status, ignored, lines } = await findingsOf({ "policies/p.json": text });
  const unused = lines.filter((line: string) => line.includes(" unusedIgnore "));
  expect({ status, ignored: ignored.length, told: unused.length }).toEqual({
    status: 0,
    ignored: count,
    told: count,
  });
}, 20_000);
