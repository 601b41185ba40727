// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
/**
 * IAM's policy simulator with our engine: answers as the IAM API Reference documents them, and, where it is silent, as AWS's
 * own simulator gave them in September 2026.
 */
import { describe, expect, it } from "vitest";
import { answerIam, type SimulationAnswer } from "../../../tools/authoring/simulation/answer-iam.ts";
import {
  action,
  allow,
  deny,
  elsewhere,
  entry,
  instance,
  one,
  policy,
  resultOf,
  simulate,
  sources,
} from "./simulation-request.ts";

const two = `${instance}/agent/2`;

describe("a custom policy", () => {
  it("on all resources has no results by resource", () => {
    expect(simulate({ PolicyInputList: [policy(allow)] })).toEqual({
      EvaluationResults: [
        {
          EvalActionName: action,
          EvalResourceName: "*",
          EvalDecision: "allowed",
          MatchedStatements: [
            {
              SourcePolicyId: "PolicyInputList.1",
              SourcePolicyType: "IAM Policy",
              StartPosition: { Line: 1, Column: 38 },
              EndPosition: { Line: 1, Column: 103 },
            },
          ],
          MissingContextValues: [],
        },
      ],
      IsTruncated: false,
    });
    expect(resultOf({ PolicyInputList: [policy(allow)], ResourceArns: ["*"] }).EvalResourceName).toBe("*");
  });

  it("on one resource names it, and on several the form of their ARNs", () => {
    const single = resultOf({ PolicyInputList: [policy(allow)], ResourceArns: [one] });
    expect(single).toMatchObject({ EvalResourceName: one, EvalDecisionDetails: {} });
    expect(single.ResourceSpecificResults).toHaveLength(1);
    const several = resultOf({
      PolicyInputList: [policy({ ...allow, Resource: one })],
      ResourceArns: [one, two],
    });
    expect(several).toMatchObject({
      EvalResourceName: "arn:aws:connect:${Region}:${Account}:instance/${InstanceId}/agent/${UserId}",
      EvalDecision: "implicitDeny",
      EvalDecisionDetails: {},
    });
    expect(sources(several.MatchedStatements)).toEqual(["PolicyInputList.1 IAM Policy"]);
    expect(several.ResourceSpecificResults).toEqual([
      {
        EvalResourceName: one,
        EvalResourceDecision: "allowed",
        MatchedStatements: several.MatchedStatements,
      },
      { EvalResourceName: two, EvalResourceDecision: "implicitDeny" },
    ]);
  });

  it("decides what it denies by the denies alone, and a mixture by what restricts most", () => {
    const denied = resultOf({
      PolicyInputList: [policy(allow), policy(elsewhere, { ...deny, Resource: two })],
      ResourceArns: [one, two],
    });
    expect(denied.EvalDecision).toBe("explicitDeny");
    expect(
      denied.ResourceSpecificResults?.map((each) => [
        each.EvalResourceDecision,
        sources(each.MatchedStatements),
      ]),
    ).toEqual([
      ["allowed", ["PolicyInputList.1 IAM Policy"]],
      ["explicitDeny", ["PolicyInputList.2 IAM Policy"]],
    ]);
  });

  it.each([
    // AWS's example of the AWS CLI has just these columns.
    [
      '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}',
      [1, 38, 1, 167],
    ],
    [
      '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}',
      [1, 41, 1, 92],
    ],
    [
      '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Effect": "Allow",\n      "Action": "*",\n      "Resource": "*"\n    }\n  ]\n}',
      [3, 17, 8, 6],
    ],
    [
      '{"Statement":[{"Effect":"Allow","Action":"a:b","Resource":"*"} , {"Effect":"Allow","Action":"*","Resource":"*"}]}',
      [1, 65, 1, 112],
    ],
  ])("has its statements where AWS's simulator has them: %s", (text, [line, column, endLine, endColumn]) => {
    const answer = simulate({
      PolicyInputList: [text],
      ActionNames: ["dynamodb:CreateBackup"],
      ContextEntries: [entry("aws:CurrentTime", "date", "2019-04-25T11:00:00Z")],
    });
    expect(answer.EvaluationResults[0]?.MatchedStatements).toMatchObject([
      { StartPosition: { Line: line, Column: column }, EndPosition: { Line: endLine, Column: endColumn } },
    ]);
  });

  it("lists keys without a value where the answer is an implicit deny", () => {
    const conditional = {
      ...allow,
      Condition: { StringEquals: { "aws:PrincipalTag/Team": "${aws:username}" } },
    };
    const request = { PolicyInputList: [policy(conditional)], ResourceArns: [one] };
    const missing = ["aws:PrincipalTag/Team", "aws:username"];
    const result = resultOf(request);
    expect(result).toMatchObject({ EvalDecision: "implicitDeny", MissingContextValues: missing });
    expect(result.ResourceSpecificResults?.[0]).toMatchObject({ MissingContextValues: missing });
    const known = [entry("aws:principaltag/TEAM", "string", "a"), entry("aws:username", "string", "a")];
    expect(resultOf({ ...request, ContextEntries: known })).toMatchObject({
      EvalDecision: "allowed",
      MissingContextValues: [],
    });
    expect(
      resultOf({ PolicyInputList: [policy(conditional), policy(deny)], ResourceArns: [one] }),
    ).toMatchObject({ EvalDecision: "explicitDeny", MissingContextValues: [] });
  });

  it("knows of the caller what its ARN says, unless the request says otherwise", () => {
    const named = { ...allow, Condition: { StringEquals: { "aws:username": "bob" } } };
    const CallerArn = "arn:aws:iam::123456789012:user/path/bob";
    const PolicyInputList = [policy(named)];
    const decide = (more: object) => resultOf({ PolicyInputList, ...more }).EvalDecision;
    expect(decide({ CallerArn })).toBe("allowed");
    expect(decide({ CallerArn: CallerArn.replace("user", "role") })).toBe("implicitDeny");
    expect(decide({ CallerArn, ContextEntries: [entry("aws:username", "string", "eve")] })).toBe(
      "implicitDeny",
    );
  });

  it.each([
    ["implicitDeny", false, [], policy(elsewhere)],
    [
      "explicitDeny",
      false,
      ["PermissionsBoundaryPolicyInputList.1 Permissions Boundary Policy"],
      policy(allow, deny),
    ],
    ["allowed", true, ["PolicyInputList.1 IAM Policy"], policy(allow)],
  ] as const)("is bounded: %s", (decision, isAllowed, matched, boundary) => {
    const result = resultOf({
      PolicyInputList: [policy(allow)],
      PermissionsBoundaryPolicyInputList: [boundary],
      ResourceArns: [one],
    });
    const detail = { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: isAllowed } };
    expect(result).toMatchObject({ EvalDecision: decision, ...detail });
    expect(result.ResourceSpecificResults?.[0]).toMatchObject(detail);
    expect(sources(result.MatchedStatements)).toEqual(matched);
  });

  it.each([
    ["allowed", true, [[allow], [elsewhere, allow]]],
    ["implicitDeny", false, [[allow], [elsewhere]]],
    ["explicitDeny", false, [[allow, deny], [allow]]],
    ["implicitDeny", false, [[{ ...deny, Action: "connect:ListUsers" }]]],
  ] as const)("must be allowed by each level of an organization: %s", (decision, isAllowed, levels) => {
    const result = resultOf({
      PolicyInputList: [policy(allow)],
      OrderedOrganizationPolicyInputList: levels.map((statements) => ({
        ServiceControlPolicyInputList: statements.map((statement) => policy(statement)),
      })),
      ResourceArns: [one],
    });
    expect(result).toMatchObject({
      EvalDecision: decision,
      OrganizationsDecisionDetail: { AllowedByOrganizations: isAllowed },
    });
    // An organization's denial names nothing, and ends the simulation.
    if (!isAllowed) expect(result).toMatchObject({ MatchedStatements: [], MissingContextValues: [] });
    expect("EvalDecisionDetails" in result).toBe(isAllowed);
  });
});

describe("pages", () => {
  it("count actions, and together are the answer without pages, whatever their length", () => {
    const ActionNames = Array.from({ length: 7 }, (_, index) => `connect:A${index % 3}`);
    const request = { PolicyInputList: [policy({ ...allow, Action: "connect:A1" })], ActionNames };
    const whole = simulate(request).EvaluationResults;
    for (const MaxItems of [1, 2, 3, 6, 7, 1000]) {
      const pages: SimulationAnswer[] = [];
      for (
        let Marker: string | undefined;
        pages.length === 0 || Marker !== undefined;
        Marker = pages.at(-1)?.Marker
      )
        pages.push(simulate({ ...request, MaxItems, ...(Marker ? { Marker } : {}) }));
      expect(pages.flatMap(({ EvaluationResults }) => EvaluationResults)).toEqual(whole);
      expect(pages.map(({ IsTruncated }) => IsTruncated)).toEqual(
        pages.map((_, at) => at < pages.length - 1),
      );
    }
    expect(simulate({ ...request, ActionNames: Array(101).fill("a:b") })).toMatchObject({
      IsTruncated: true,
    });
  });
});

describe("pages of many resources", () => {
  it("are shorter than asked for, and begin where the one before ended", () => {
    const ResourceArns = Array.from({ length: 40_000 }, (_, index) => `${instance}/agent/${index}`);
    const request = { PolicyInputList: [policy(allow)], ActionNames: ["a:b", action, "a:c"], ResourceArns };
    const first = simulate(request);
    expect(first.EvaluationResults.map(({ EvalActionName }) => EvalActionName)).toEqual(["a:b", action]);
    expect(simulate({ ...request, Marker: first.Marker }).EvaluationResults).toMatchObject([
      { EvalActionName: "a:c" },
    ]);
  });
});

describe("the keys of policies", () => {
  it("are listed once, as they are written first", () => {
    const PolicyInputList = [
      policy({
        ...allow,
        Condition: { StringLike: { "aws:UserName": "a*", "jwt:dept": "${aws:username}" } },
      }),
      policy({
        ...allow,
        Resource: "arn:aws:s3:::${aws:userid}/*",
        Condition: { Null: { "JWT:Dept": "true" } },
      }),
    ];
    expect(answerIam("GetContextKeysForCustomPolicy", { PolicyInputList })).toEqual({
      ContextKeyNames: ["aws:UserName", "jwt:dept", "aws:userid"],
    });
  });
});
