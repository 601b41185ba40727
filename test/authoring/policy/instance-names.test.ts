// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write names and variables
/** `${main}` in policies: what it stands for, where it may be, and that all else of IAM's stays as it is. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePolicies } from "../../../shared/policy/evaluate/compile.ts";
import { type InstanceNames, resolveNames } from "../../../tools/authoring/policy/instance-names.ts";
import { parsePolicy } from "../../../tools/authoring/policy/parse.ts";

const main = "arn:aws:connect:us-east-1:123456789012:instance/aaaa";
const other = "arn:aws:connect:eu-central-1:123456789012:instance/bbbb";
const names: InstanceNames = new Map([
  ["main", main],
  ["Training-2_b", other],
]);

describe("a name in a text", () => {
  it.each([
    ["${main}", main],
    ["${main}/agent/*", `${main}/agent/*`],
    ["${main}/agent/${aws:userid}", `${main}/agent/\${aws:userid}`],
    ["${Training-2_b}/queue/?", `${other}/queue/?`],
    ["${main}/x/${main}", undefined],
    // IAM's own.
    ["*", "*"],
    ["${aws:username}", "${aws:username}"],
    ["${aws:username, '${main}'}", "${aws:username, '${main}'}"],
    ["${aws:username, '}${main}'}", "${aws:username, '}${main}'}"],
    ["${aws:PrincipalTag/main}", "${aws:PrincipalTag/main}"],
    ["${*}${?}${$}", "${*}${?}${$}"],
    ["${$}{main}", "${$}{main}"],
    ["$main {main} $${", "$main {main} $${"],
    ["${", "${"],
    ["${}", "${}"],
    ["${main", "${main"],
  ])("%s is %s", (written, text) => {
    const resolved = resolveNames(written, names, "pattern");
    if (text === undefined) expect(resolved.problem?.code).toBe("misplacedName");
    else expect(resolved).toEqual({ text });
  });

  it.each([
    ["a${main}b", `a${main}b`],
    ["*${main}*", `*${main}*`],
    ["${main}|${Training-2_b}", `${main}|${other}`],
    ["$${main}", `$${main}`],
  ])("may be anywhere in a value of a condition: %s", (written, text) => {
    expect(resolveNames(written, names, "value")).toEqual({ text });
    expect(resolveNames(written, names, "pattern").problem).toEqual({
      code: "misplacedName",
      message:
        "`${main}` is the whole ARN of an instance: write `${main}` alone, or `${main}/` and what is in the instance",
    });
  });

  it.each(["${main}*", "${main}agent/*", "arn:aws:connect:*:*:instance/${main}/agent/*", "${main}${main}"])(
    "is refused in a resource that it does not begin as a whole: %s",
    (written) => {
      expect(resolveNames(written, names, "pattern").problem?.code).toBe("misplacedName");
    },
  );

  const prefix = "(a policy variable has a prefix, like `${aws:username}`)";
  it.each([
    ["${mian}", "no instance is named `mian`; did you mean `${main}`"],
    ["${Main}/agent/*", "no instance is named `Main`; did you mean `${main}`"],
    [
      "${constructor}",
      `no instance is named \`constructor\`; named are \`main\`, \`Training-2_b\` ${prefix}`,
    ],
    ["${ main }", "no instance is named ` main `; did you mean `${main}`"],
    ["${main/agent}", `no instance is named \`main/agent\`; named are \`main\`, \`Training-2_b\` ${prefix}`],
    ["${userid}", "no instance is named `userid`; did you mean the variable `${aws:userid}`"],
    ["${aws.usernme}", "no instance is named `aws.usernme`; did you mean the variable `${aws:username}`"],
  ])("that no instance has is refused: %s", (written, message) => {
    for (const place of ["pattern", "value"] as const)
      expect(resolveNames(written, names, place).problem).toEqual({ code: "unknownName", message });
  });

  it("is refused with what to do when no instance has a name", () => {
    const { problem } = resolveNames("${main}/agent/*", new Map(), "pattern");
    expect(problem?.message).toBe(
      `no instance is named \`main\`; give one a \`name\` in \`authorizer.yaml\` ${prefix}`,
    );
  });

  it("takes no default", () => {
    expect(resolveNames("${main, 'x'}", names, "value").problem).toEqual({
      code: "misplacedName",
      message: "`main` would be the name of an instance, which takes no default; write `${main}`",
    });
  });

  it("is not reported when the configuration cannot be read", () => {
    expect(resolveNames("${anything}/agent/*", "unread", "pattern")).toEqual({
      text: "arn:aws:connect:*:*:instance/**/agent/*",
    });
  });

  it("never brings in a wildcard or a variable", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("${main}", "/", "agent", "x", ":")), (parts) => {
        const { text } = resolveNames(parts.join(""), names, "value");
        expect(text).toBe(parts.map((part) => (part === "${main}" ? main : part)).join(""));
      }),
    );
  });
});

/** Every operator by what it compares, with a value that it takes beside an ARN. */
const operators = ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"]
  .concat(["StringLike", "StringNotLike", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"])
  .flatMap((each) => [each, `${each}IfExists`, `ForAnyValue:${each}`, `ForAllValues:${each}`]);

interface Written {
  readonly version: string | undefined;
  readonly effect: string;
  readonly element: string;
  readonly resources: readonly string[];
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

const rest = fc.constantFrom("", "/agent/*", "/agent/${aws:userid}", "/queue/?", "/contact/${*}", "/*");
const written: fc.Arbitrary<Written> = fc.record({
  version: fc.constantFrom("2012-10-17", "2008-10-17", undefined),
  effect: fc.constantFrom("Allow", "Deny"),
  element: fc.constantFrom("Resource", "NotResource"),
  resources: fc.array(
    fc.tuple(fc.constantFrom("${main}", "${Training-2_b}", main), rest).map((some) => some.join("")),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
  operator: fc.constantFrom(...operators),
  key: fc.constantFrom("aws:PrincipalTag/Instance", "connect:InstanceId", "jwt:instance"),
  values: fc.array(
    fc
      .tuple(fc.constantFrom("${main}", "${Training-2_b}", "${aws:username}"), rest)
      .map((some) => some.join("")),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
});

function textOf({ version, effect, element, resources, operator, key, values }: Written): string {
  const one = (texts: readonly string[]) => (texts.length === 1 ? texts[0] : texts);
  return JSON.stringify({
    ...(version === undefined ? {} : { Version: version }),
    Statement: [
      {
        Effect: effect,
        Action: "connect:*",
        [element]: one(resources),
        Condition: { [operator]: { [key]: one(values) } },
      },
    ],
  });
}

/** A parsed document without the places of its elements in the text. */
function contentOf(text: string, some?: InstanceNames) {
  const parsed = parsePolicy(text, { name: "p", file: "policies/p.json", ...(some ? { names: some } : {}) });
  if (!parsed.ok) return parsed.issues.map(({ code, path }) => ({ code, path }));
  compilePolicies([parsed.document]);
  const plain = JSON.stringify(parsed.document, (key, value) =>
    ["start", "end", "position"].includes(key) ? undefined : value,
  );
  return { document: JSON.parse(plain), warnings: parsed.warnings.map(({ code, path }) => ({ code, path })) };
}

describe("a policy with names", () => {
  it("is the policy with the ARNs written by hand: every operator, version, effect and element", () => {
    fc.assert(
      fc.property(written, (policy) => {
        const text = textOf(policy);
        const byHand = text.replaceAll("${main}", main).replaceAll("${Training-2_b}", other);
        expect(contentOf(text, names)).toEqual(contentOf(byHand));
        expect(contentOf(byHand, names)).toEqual(contentOf(byHand));
      }),
      { numRuns: 300 },
    );
  });

  it("keeps the places of its elements, and each text as it was written", () => {
    const text = `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "connect:DescribeUser",
    "Resource": ["*", "\${main}/agent/*"],
    "Condition": { "ArnLike": { "aws:PrincipalTag/Home": "\\u0024{main}" } }
  }
}`;
    const parsed = parsePolicy(text, { name: "p", file: "p.json", names });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    expect(parsed.document.statements[0]).toMatchObject({
      resources: { patterns: ["*", `${main}/agent/*`] },
      conditions: [{ values: [main] }],
      start: { line: 3, column: 16 },
      end: { line: 8, column: 4 },
    });
    expect(Object.fromEntries(parsed.written)).toMatchObject({
      "Statement[0].Resource[1]": {
        line: 6,
        column: 23,
        written: "${main}/agent/*",
        resolved: `${main}/agent/*`,
      },
      "Statement[0].Condition.ArnLike.aws:PrincipalTag/Home[0]": { line: 7, column: 58, resolved: main },
    });
  });

  it("has only the error of a wrong name at its place, not what would follow from it", () => {
    const text = textOf({
      version: "2012-10-17",
      effect: "Allow",
      element: "Resource",
      resources: ["${main}", "${mian}/agent/*", "x${main}"],
      operator: "ArnLike",
      key: "aws:PrincipalTag/Home",
      values: ["${trainign-2_b}"],
    });
    const parsed = parsePolicy(text, { name: "p", file: "p.json", names });
    const issues = parsed.ok ? [] : parsed.issues;
    expect(issues.map(({ code, path, column }) => `${code} ${path} ${column}`)).toEqual([
      `unknownName Statement[0].Resource[1] ${text.indexOf('"${mian}') + 1}`,
      `misplacedName Statement[0].Resource[2] ${text.indexOf('"x${main}') + 1}`,
      `unknownName Statement[0].Condition.ArnLike.aws:PrincipalTag/Home[0] ${text.indexOf('"${trainign') + 1}`,
    ]);
  });

  it("is IAM's own where there are no names: `${main}` is a variable that no request has", () => {
    const text = textOf({
      version: "2012-10-17",
      effect: "Allow",
      element: "Resource",
      resources: [`${main}/agent/\${main}`],
      operator: "StringEquals",
      key: "jwt:a",
      values: ["${main}"],
    });
    const parsed = parsePolicy(text, { name: "p", file: "p.json" });
    expect(parsed).toMatchObject({
      ok: true,
      document: { statements: [{ resources: { patterns: [`${main}/agent/\${main}`] } }] },
    });
  });
});
