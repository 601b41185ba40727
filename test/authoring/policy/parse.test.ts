// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
import { describe, expect, it } from "vitest";
import { formatIssue } from "../../../shared/errors.ts";
import { type ParsedPolicy, type PolicySource, parsePolicy } from "../../../tools/authoring/policy/parse.ts";

function parse(text: string, limits: PolicySource["limits"] = {}): ParsedPolicy {
  return parsePolicy(text, { name: "example", file: "policies/example.json", limits });
}

/** Issues as editors link them, without the file. */
function issuesOf(text: string, limits: PolicySource["limits"] = {}): readonly string[] {
  const parsed = parse(text, limits);
  return (parsed.ok ? parsed.warnings : parsed.issues).map((issue) =>
    formatIssue(issue).replace("policies/example.json:", ""),
  );
}

const missingVersion =
  '1:1 warning missingVersion policy has no `Version`, so it is one of `2008-10-17`, which has no variables; add `"Version": "2012-10-17"`';

const STATEMENT = '{"Effect":"Allow","Action":"connect:ListUsers","Resource":"*"}';

function condition(operator: string, value = "a"): string {
  return `"Effect":"Allow","Condition":{"${operator}":{"aws:username":"${value}"}}`;
}

describe("parsePolicy", () => {
  it("reads a whole policy", () => {
    const text = `{
  "Version": "2012-10-17",
  "Id": "my policy",
  "Statement": {
    "Sid": "One",
    "Effect": "Deny",
    "NotAction": ["connect:List*", "connect:Get*"],
    "NotResource": "arn:aws:connect:*:*:instance/*",
    "Condition": {
      "NumericLessThan": { "connect:Max": [1, "2.5"] },
      "Bool": { "aws:SecureTransport": true }
    }
  }
}`;
    const parsed = parse(text);
    if (!parsed.ok) expect.fail(JSON.stringify(parsed.issues));
    expect(parsed.document).toEqual({
      name: "example",
      file: "policies/example.json",
      version: "2012-10-17",
      id: "my policy",
      statements: [
        {
          sid: "One",
          effect: "Deny",
          actions: { kind: "NotAction", patterns: ["connect:List*", "connect:Get*"] },
          resources: { kind: "NotResource", patterns: ["arn:aws:connect:*:*:instance/*"] },
          conditions: [
            {
              operator: "NumericLessThan",
              key: "connect:Max",
              values: ["1", "2.5"],
              position: { offset: text.indexOf('"connect:Max"'), line: 10, column: 28 },
            },
            {
              operator: "Bool",
              key: "aws:SecureTransport",
              values: ["true"],
              position: { offset: text.indexOf('"aws:SecureTransport"'), line: 11, column: 17 },
            },
          ],
          start: { offset: text.indexOf('{\n    "Sid"'), line: 4, column: 16 },
          end: { offset: text.length - 2, line: 13, column: 4 },
        },
      ],
    });
    expect(parsed.positions.get("Statement[0].NotAction[1]")).toEqual({
      offset: text.indexOf('"connect:Get*"'),
      line: 7,
      column: 36,
    });
    expect(parsed.positions.get("Statement[0].Effect")).toMatchObject({ line: 6, column: 5 });
    expect(parsed.positions.get("Statement[7].Effect")).toBeUndefined();
    expect(parsed.warnings).toEqual([]);
  });

  it("takes a policy without version as one of the old language", () => {
    const parsed = parse(`{"Statement":[${STATEMENT}]}`);
    expect(parsed.ok && parsed.document.version).toBe("2008-10-17");
    expect(parsed.ok && Object.hasOwn(parsed.document, "id")).toBe(false);
  });

  it("tolerates comments, trailing commas and a byte order mark with warnings", () => {
    expect(
      issuesOf(`\ufeff// who\n{"Statement":[${STATEMENT},], /* why\n*/ "Version":"2012-10-17",\n}\n// end`),
    ).toEqual([
      "1:1 warning byteOrderMark document begins with a byte order mark; save it without",
      "1:2 warning comment comments are not JSON; IAM itself refuses them",
      "2:77 warning trailingComma comma before `]` is not JSON; remove it",
      "2:81 warning comment comments are not JSON; IAM itself refuses them",
      "3:26 warning trailingComma comma before `}` is not JSON; remove it",
      "5:1 warning comment comments are not JSON; IAM itself refuses them",
    ]);
  });

  it("counts lines at LF, CR LF and CR alike", () => {
    for (const end of ["\n", "\r\n", "\r"]) {
      const text = ["{", '"Statement":', `${STATEMENT},`, '"Extra":1}'].join(end);
      expect(issuesOf(text)).toEqual(["4:1 error unknownElement unknown element `Extra`"]);
    }
  });

  it.each([
    ["", "1:1 error badJson expected a value; the text is empty"],
    ["  ", "1:3 error badJson expected a value; the text is empty"],
    [
      "{",
      "1:2 error badJson expected a key in double quotes or `}`; the text ends here, and a bracket or a brace is not closed",
    ],
    ["{,}", "1:2 error badJson expected a key in double quotes or `}`"],
    [
      "{'a':1}",
      '1:2 error badJson expected a key in double quotes or `}`; JSON has double quotes only; write `"`',
    ],
    ['{"a"}', "1:5 error badJson expected `:` after key `a`"],
    ['{"a":}', "1:6 error badJson expected a value"],
    ['{"a":1 "b":2}', "1:8 error badJson expected `,` or `}`; a comma is missing before this"],
    ["[1 2]", "1:4 error badJson expected `,` or `]`; a comma is missing before this"],
    ["[,]", "1:2 error badJson expected a value"],
    ["[1,,2]", "1:4 error badJson expected a value"],
    ["[01]", '1:2 error badJson `01` is not a JSON value; a text is in double quotes: `"01"`'],
    ["[1.]", '1:2 error badJson `1.` is not a JSON value; a text is in double quotes: `"1."`'],
    ["[+1]", '1:2 error badJson `+1` is not a JSON value; a text is in double quotes: `"+1"`'],
    ["[True]", "1:2 error badJson `True` is not a JSON value; write it in small letters"],
    ["[NaN]", '1:2 error badJson `NaN` is not a JSON value; a text is in double quotes: `"NaN"`'],
    ["[1e]", '1:2 error badJson `1e` is not a JSON value; a text is in double quotes: `"1e"`'],
    ["[1x5]", '1:2 error badJson `1x5` is not a JSON value; a text is in double quotes: `"1x5"`'],
    ["[1ex5]", '1:2 error badJson `1ex5` is not a JSON value; a text is in double quotes: `"1ex5"`'],
    ["[1.x]", '1:2 error badJson `1.x` is not a JSON value; a text is in double quotes: `"1.x"`'],
    ['["a\rb"]', '1:2 error badJson string is not closed in its line; add the `"` that is missing'],
    ["/*/ {}", "1:1 error badJson comment is not closed"],
    ['["a]', '1:2 error badJson string is not closed in its line; add the `"` that is missing'],
    ['["a\nb"]', '1:2 error badJson string is not closed in its line; add the `"` that is missing'],
    ["{} {}", "1:4 error badJson there is more text after the document"],
    ["/* {}", "1:1 error badJson comment is not closed"],
    ["/ {}", "1:1 error badJson expected a value, found `/`"],
    ["[[[[", "1:4 error tooDeep nested deeper than 3 levels"],
    ['{"a":{"b":{"c":{}}}}', "1:16 error tooDeep nested deeper than 3 levels"],
  ])("refuses %j", (text, issue) => {
    expect(issuesOf(text, { maxDepth: 3 })).toEqual([issue]);
  });

  it("refuses what is nested deeper than can be read, where the limit allows it", () => {
    const parsed = parse("[".repeat(1_000_000), { maxDepth: 1e9 });
    expect(parsed.ok || parsed.issues.map(({ code, path, message }) => [code, path, message])).toEqual([
      ["unreadable", "", "document is nested too deeply"],
    ]);
  });

  it("names no element of a text that cannot be read", () => {
    for (const text of ["[", '["\\x"]', '{"a":1,"a":2}', "// x\n["]) {
      const parsed = parse(text);
      expect(parsed.ok || parsed.issues.some(({ path }) => path === "")).toBe(true);
      expect(parsed.ok || parsed.issues.every(({ path }) => path === "" || path === "a")).toBe(true);
    }
    const tooLong = parse("[]", { maxLength: 1 });
    expect(tooLong.ok || tooLong.issues.map(({ path }) => path)).toEqual([""]);
  });

  it("skips every sort of space", () => {
    expect(parse(`\t{\t"Statement"\r\n:\t[${STATEMENT}\t]\n}\t`).ok).toBe(true);
  });

  it("keeps numbers and booleans as they are written", () => {
    const values = "[1.25,12e34,1E+5,1e-10,-0,0.5,true,false]";
    const text = `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"a":${values}}}}}`;
    const parsed = parse(text);
    expect(parsed.ok && parsed.document.statements[0]?.conditions[0]?.values).toEqual(
      values.slice(1, -1).split(","),
    );
  });

  it("leaves out what is not there", () => {
    const parsed = parse(`{"Statement":[${STATEMENT}]}`);
    expect(parsed.ok && Object.keys(parsed.document)).not.toContain("id");
    expect(parsed.ok && Object.keys(parsed.document.statements[0] ?? {})).not.toContain("sid");
  });

  it("says where a condition's operator and its repeated key stand", () => {
    const condition = '"Condition":{"StringMatches":{"a":"b"},"StringEquals":{"c":"d","C":"e"}}';
    const text = `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*",${condition}}}`;
    const parsed = parse(text);
    const places = parsed.ok || parsed.issues.map(({ code, column }) => [code, column]);
    expect(places).toEqual([
      ["unknownOperator", text.indexOf('"a"') + 1],
      ["duplicateKey", text.indexOf('"C"') + 1],
    ]);
    const whole = parse(`{"Statement":[${STATEMENT}]}`);
    expect(whole.ok && whole.positions.get("Statement")?.column).toBe(14);
    const good = parse(text.replace("StringMatches", "StringLike").replace('"C"', '"x"'));
    const at = good.ok && good.positions.get("Statement[0].Condition.StringLike")?.column;
    expect(at).toBe(text.indexOf('"StringMatches"') + 1);
  });

  it("says nothing of variables where the version has them, or is wrong", () => {
    const variables = (version: string) =>
      `{"Version":"${version}","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:connect:us-east-1:1:instance/\${b}"}}`;
    expect(issuesOf(variables("2012-10-17"))).toEqual([]);
    expect(issuesOf(variables("2013"))).toEqual([
      "1:12 error badVersion `Version` is the version of the policy language: write `2012-10-17`",
    ]);
  });

  it("names the elements that it warns of", () => {
    const parsed = parse('{"Statement":[]}');
    expect(parsed.ok && parsed.warnings.map(({ path }) => path)).toEqual(["Statement"]);
    const many = parse(`{"Statement":[${STATEMENT},${STATEMENT}]}`, { maxStatements: 1 });
    expect(many.ok || many.issues.map(({ path }) => path)).toEqual(["Statement"]);
  });

  it("reports all problems of strings at once", () => {
    expect(issuesOf('{"Id":"\\ud800","Statement":[]}')).toEqual([
      "1:7 error badString string holds half a surrogate pair, which is no character",
      expect.stringContaining("emptyStatement"),
    ]);
    expect(issuesOf('["a\\')).toEqual([
      '1:2 error badJson string is not closed in its line; add the `"` that is missing',
      "1:4 error badString string holds an unknown escape; write `\\\\` for a backslash",
    ]);
    expect(issuesOf('{"Statement":[{"Sid":"a\tb\\x\\u12g4\\q","Effect":"Allow"}]}')).toEqual([
      "1:15 error missingElement statement has neither `Action` nor `NotAction`",
      "1:15 error missingElement statement has neither `Resource` nor `NotResource`",
      "1:16 warning badSid IAM allows letters and digits only in a `Sid`",
      "1:24 error badString string holds a control character; escape it",
      "1:26 error badString string holds an unknown escape; write `\\\\` for a backslash",
      "1:28 error badString string holds an unknown escape; write `\\\\` for a backslash",
      "1:34 error badString string holds an unknown escape; write `\\\\` for a backslash",
    ]);
  });

  it("reads every escape", () => {
    const parsed = parse(`{"Id":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00","Statement":[]}`);
    expect(parsed.ok && parsed.document.id).toBe('"\\/\b\f\n\r\té😀');
  });

  it("refuses duplicate keys, of which JSON would keep the last", () => {
    expect(
      issuesOf('{"Statement":[{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}]}'),
    ).toEqual(["1:32 error duplicateKey key `Effect` is repeated"]);
  });

  it("warns of what is allowed and hardly meant", () => {
    const statement = (sid: string) =>
      `{"Sid":"${sid}","Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{}}}`;
    expect(issuesOf(`{"Statement":[${statement("a b")},${statement("x")},${statement("x")}]}`)).toEqual([
      missingVersion,
      "1:16 warning badSid IAM allows letters and digits only in a `Sid`",
      "1:93 warning emptyCondition condition is empty and always holds",
      "1:174 warning emptyCondition condition is empty and always holds",
      "1:180 warning duplicateSid another statement has this `Sid`; IAM requires unique ones",
      "1:255 warning emptyCondition condition is empty and always holds",
    ]);
    expect(issuesOf(`{"Version":"2012-10-17","Statement":[${statement("")},${statement("")}]}`)).toEqual([
      "1:39 warning emptySid `Sid` is empty; name the statement, or leave `Sid` out",
      "1:113 warning emptyCondition condition is empty and always holds",
      "1:119 warning emptySid `Sid` is empty; name the statement, or leave `Sid` out",
      "1:193 warning emptyCondition condition is empty and always holds",
    ]);
    expect(issuesOf('{"Statement":[]}')).toEqual([
      "1:14 warning emptyStatement policy has no statement and grants nothing",
    ]);
    expect(
      issuesOf(
        '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"a":"${b}"}}}}',
      ),
    ).toEqual([
      "1:14 warning variablesNeedVersion variables are literal text without `Version` `2012-10-17`; add it",
    ]);
  });

  it("warns of what is completed, trimmed or undecided, and says what it means", () => {
    const statement = (more: object) =>
      JSON.stringify({
        Statement: { Effect: "Deny", Action: "*", Resource: "*", ...more },
        Version: "2012-10-17",
      });
    const warningsOf = (more: object) =>
      issuesOf(statement(more)).map((issue) => issue.replace(/^\d+:\d+ warning /, ""));
    expect(warningsOf({ Action: [" connect:ListUsers", "connect:*"] })).toEqual([
      "blanksAroundAction ` connect:ListUsers` has blanks around it, which are ignored; write `connect:ListUsers`",
    ]);
    expect(warningsOf({ Resource: ["*", "arn:aws:connect", "arn:aws:connect:*:*:*"] })).toEqual([
      "incompleteArn `arn:aws:connect` has fewer than the six parts of an ARN and is completed to `arn:aws:connect:*:*:*`; write that",
    ]);
    expect(warningsOf({ Action: [] })).toEqual(["emptyList list is empty; the statement has no effect"]);
    expect(warningsOf({ Effect: "Allow", Action: undefined, NotAction: [] })).toEqual([
      "emptyList list is empty; the statement has no effect",
    ]);
    expect(warningsOf({ Resource: undefined, NotResource: [] })).toEqual([
      "emptyList list is empty; the statement denies everything",
    ]);
    expect(
      warningsOf({
        Condition: {
          "ForAllValues:Null": { a: "true" },
          "ForAnyValue:Null": { a: "true" },
          Null: { a: [] },
          "ForAllValues:StringLike": { a: [] },
          "ForAnyValue:StringLike": { a: [] },
          BoolIfExists: { a: [] },
          DateLessThan: { a: ["2030-01-01", "2030-01-01T12:00"] },
          ArnLike: { a: ["arn:aws:iam", "arn:*:*:*:*:*", "${b}"] },
        },
      }),
    ).toEqual([
      "nullWithQualifier `ForAllValues:Null` always holds, for every request; write `Null`",
      "nullWithQualifier `ForAnyValue:Null` never holds, for every request; write `Null`",
      "emptyList list is empty; the condition never holds in an Allow and always holds in a Deny",
      'emptyList list is empty; the condition holds only without the key; write `"Null": "true"` for that',
      "emptyList list is empty; the condition never holds",
      'emptyList list is empty; the condition holds only without the key; write `"Null": "true"` for that',
      "timeWithoutZone `2030-01-01T12:00` has no time zone, so for half a day before and after it no Allow holds and every Deny does; add `Z`",
      "incompleteArn `arn:aws:iam` has fewer than the six parts of an ARN: if those match, no Allow holds and every Deny does; write all six",
    ]);
  });

  it.each(
    [
      ...["a*", "*:*", "**", " *", "", "arn", "arn:aws:", "arn:aws:*", "arn:*:connect"],
      // What no partition, service, region or account can be.
      ...["arn:AWS:connect:*:*:*", "arn:aws:Connect:*:*:instance/x", "arn:aws:connect/x", "arn:aws:con nect"],
      ...["arn:aws:connect:*:instance", "arn:aws:connect:us_east-1", "arn:aws:connect:us-east-1:contact*"],
      ...["arn:aws:connect:us-east-1 :1234", "arn:aws:connect:*:instance/x"],
    ].flatMap((pattern) => ["Resource", "NotResource"].map((kind) => [kind, pattern])),
  )("refuses %s %j, and says nothing else of it", (kind, pattern) => {
    const text = JSON.stringify({ Statement: { Effect: "Deny", Action: "*", [String(kind)]: pattern } });
    expect(issuesOf(text)).toEqual([expect.stringMatching(/^\d+:\d+ error badResource /)]);
  });

  it("suggests the right spelling", () => {
    expect(
      issuesOf(
        '{"statement":[],"Statement":{"effect":"Allow","Action":"*","Resource":"*","Condition":{"foranyvalue:stringequalsifexists":{"a":"b"}}}}',
      ),
    ).toEqual([
      "1:2 error unknownElement unknown element `statement`; did you mean `Statement`",
      "1:29 error missingElement statement has no `Effect`",
      "1:30 error unknownElement unknown element `effect`; did you mean `Effect`",
      expect.stringContaining(
        "unknownOperator `foranyvalue:stringequalsifexists` is not a condition operator; did you mean `ForAnyValue:StringEqualsIfExists`",
      ),
    ]);
  });

  it.each([
    ['"Effect":"allow"', "badEffect `allow` is neither `Allow` nor `Deny`; did you mean `Allow`"],
    ['"Effect":"Alow"', "badEffect `Alow` is neither `Allow` nor `Deny`; did you mean `Allow`"],
    ['"Effect":"Permit"', "badEffect `Permit` is neither `Allow` nor `Deny`; did you mean `Allow`"],
    ['"Effect":"Allow","Actions":"*"', "unknownElement unknown element `Actions`; did you mean `Action`"],
    [
      '"Effect":"Allow","Conditions":{}',
      "unknownElement unknown element `Conditions`; did you mean `Condition`",
    ],
    ['"Effect":"Allow","Principle":"*"', "unknownElement unknown element `Principle`"],
    [
      '"Effect":"Allow","PolicyDocument":{}',
      "unknownElement unknown element `PolicyDocument`; the file holds the policy itself: write only what is inside this",
    ],
    [
      condition("StringEqual"),
      "unknownOperator `StringEqual` is not a condition operator; did you mean `StringEquals`",
    ],
    [
      condition("NotStringLike"),
      "unknownOperator `NotStringLike` is not a condition operator; did you mean `StringNotLike`",
    ],
    [
      condition("ForAnyValues:StringLike"),
      "unknownOperator `ForAnyValues:StringLike` is not a condition operator; did you mean `ForAnyValue:StringLike`",
    ],
    [
      condition("Equals"),
      "unknownOperator `Equals` is not a condition operator; write `StringEquals`, with a list for several values",
    ],
    [
      '"Effect":"Allow","Condition":{"aws:PrincipalTag/team":"a"}',
      'wrongType `aws:PrincipalTag/team` is a condition key; put it inside an operator: `{"StringEquals": {"aws:PrincipalTag/team": …}}`',
    ],
    [
      condition("aws:PrincipalTag/team"),
      'unknownOperator `aws:PrincipalTag/team` is a condition key; put it inside an operator: `{"StringEquals": {"aws:PrincipalTag/team": …}}`',
    ],
    [
      '"Effect":"Allow","Condition":{"StringEquals":"a"}',
      'wrongType expected an object, found a string; write `{"KEY": "VALUE"}`',
    ],
    [
      condition("StringEquals", "${ aws:userid }"),
      "badValue the variable `${ aws:userid }` has spaces in it; write `${aws:userid}`",
    ],
    [
      condition("StringEquals", "${aws:userid}-${aws:username"),
      "badValue the variable `${aws:username` is not closed; write `${aws:username}`",
    ],
    [
      condition("StringEquals", "${aws:userid, none}"),
      "badValue default of `${aws:userid, none}` is not in single quotes; write `${key, 'default'}`",
    ],
  ])("says what was probably meant by %s", (members, message) => {
    const text = `{"Version":"2012-10-17","Statement":{"Action":"*","Resource":"*",${members}}}`;
    expect(issuesOf(text).map((issue) => issue.replace(/^\d+:\d+ error /, ""))).toEqual([message]);
  });

  it("takes advice on actions and resources, which are not its subject", () => {
    const text =
      '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ListUsers","Resource":"agent/*"}}';
    const advise = (element: string, written: string) =>
      element === "action" ? `write ${written}` : undefined;
    const parsed = parsePolicy(text, { name: "example", file: "example.json", advise });
    expect(parsed.ok ? [] : parsed.issues.map(({ message }) => message)).toEqual([
      "action `ListUsers` is not `service:name` or `*`; write ListUsers",
      "resource `agent/*` is not an ARN or `*`",
    ]);
  });

  it("keeps messages on one short line whatever the document holds", () => {
    const [, issue = ""] = issuesOf(`{"Statement":[],"${"x\\n\\u009b\\u2028".repeat(30)}":1}`);
    expect(issue).toBe(`1:17 error unknownElement unknown element \`${"x\\n\\u009b\\u2028".repeat(15)}…\``);
  });

  it("keeps to its limits", () => {
    const text = `{"Statement":[${STATEMENT},${STATEMENT}]}`;
    expect(issuesOf(text, { maxLength: 20 })).toEqual([
      `1:1 error tooLong document has ${text.length} characters, more than 20; split it`,
    ]);
    expect(parse(text, { maxLength: text.length, maxStatements: 2 }).ok).toBe(true);
    expect(issuesOf(text, { maxStatements: 1 })).toEqual([
      "1:14 error tooManyStatements policy has 2 statements, more than 1",
    ]);
    expect(issuesOf('{"a":1,"b":1,"c":1}', { maxIssues: 2 })).toHaveLength(2);
    expect(parse('// a\n{"a":1}', { maxIssues: 1 }).ok).toBe(false);
  });
});
