/** Policies of resources beside those of the caller, in one account and across two. */
import { describe, expect, it } from "vitest";
import { allow, deny, elsewhere, one, policy, resultOf, sources } from "./simulation-request.ts";

describe("a resource's policy", () => {
  const bob = "arn:aws:iam::123456789012:user/bob";
  const to = (principal: unknown, statement: object = { ...allow, Resource: one }) =>
    policy({ ...statement, Principal: principal });
  const ask = (ResourcePolicy: string, more: object = {}) =>
    resultOf({ PolicyInputList: [], CallerArn: bob, ResourceArns: [one], ResourcePolicy, ...more });

  it.each([
    ["allowed", { AWS: bob }],
    ["allowed", "*"],
    ["allowed", { AWS: ["arn:aws:iam::123456789012:user/eve", "123456789012"] }],
    ["allowed", { AWS: "arn:aws:iam::123456789012:root" }],
    ["implicitDeny", { AWS: "arn:aws:iam::123456789012:user/eve" }],
    ["implicitDeny", { AWS: "arn:aws:iam::999999999999:root" }],
    ["implicitDeny", { Service: "connect.amazonaws.com" }],
  ])("of the caller's account is enough: %s for %j", (decision, principal) => {
    const result = ask(to(principal));
    expect(result.EvalDecision).toBe(decision);
    expect(sources(result.MatchedStatements)).toEqual(
      decision === "allowed" ? ["ResourcePolicy Resource Policy"] : [],
    );
  });

  it("has its statements where they are written", () => {
    const text = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"${one}"}]}`;
    expect(ask(text).MatchedStatements).toMatchObject([
      { StartPosition: { Line: 1, Column: 38 }, EndPosition: { Line: 1, Column: text.length - 1 } },
    ]);
  });

  it("denies explicitly, and allows what no boundary allows", () => {
    const boundary = { PermissionsBoundaryPolicyInputList: [policy(elsewhere)] };
    expect(ask(to("*"), boundary)).toMatchObject({
      EvalDecision: "allowed",
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    });
    expect(ask(to("*", { ...deny, Resource: one }), { PolicyInputList: [policy(allow)] }).EvalDecision).toBe(
      "explicitDeny",
    );
    expect(ask(to("*"), { PermissionsBoundaryPolicyInputList: [policy(deny)] }).EvalDecision).toBe(
      "explicitDeny",
    );
  });

  it.each([
    ["implicitDeny", [], { "IAM Policy": "implicitDeny", "Resource Policy": "allowed" }],
    ["allowed", [policy(allow)], { "IAM Policy": "allowed", "Resource Policy": "allowed" }],
  ])("of another account is not: %s", (decision, PolicyInputList, details) => {
    const away = one.replace("123456789012", "999999999999");
    const result = ask(to({ AWS: bob }, { ...allow, Resource: away }), {
      PolicyInputList,
      ResourceArns: [away],
    });
    expect(result).toMatchObject({ EvalDecision: decision, EvalDecisionDetails: details });
    expect(result.ResourceSpecificResults?.[0]).toMatchObject({ EvalDecisionDetails: details });
  });

  it("of an owner that the ARN does not name is of `ResourceOwner`", () => {
    const bucket = "arn:aws:s3:::bucket";
    const statement = { ...allow, Resource: bucket };
    const decide = (more: object) =>
      ask(to("*", statement), { ResourceArns: [bucket], ...more }).EvalDecision;
    expect(decide({})).toBe("allowed");
    expect(decide({ ResourceOwner: "arn:aws:iam::999999999999:root" })).toBe("implicitDeny");
  });
});
