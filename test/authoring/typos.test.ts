// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
/** No slip of the pen in a policy is silent: each letter of each word that has a meaning, left out. */
import { describe, expect, it } from "vitest";
import { checkActions } from "../../tools/authoring/configuration/check-actions.ts";
import { parsePolicy } from "../../tools/authoring/policy/parse.ts";
import { instances, lintText } from "./lint/lint-cases.ts";

const arn = instances[0]?.arn;

const text = JSON.stringify(
  {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Own",
        Effect: "Allow",
        Action: ["connect:DescribeUser", "connect:UpdateUserIdentityInfo"],
        Resource: `${arn}/agent/\${aws:userid}`,
        Condition: {
          StringEquals: { "aws:PrincipalTag/team": "a" },
          IpAddress: { "aws:SourceIp": "203.0.113.0/24" },
          Bool: { "aws:SecureTransport": "true" },
        },
      },
      { Sid: "Never", Effect: "Deny", NotAction: "connect:List*", NotResource: `${arn}/queue/*` },
    ],
  },
  undefined,
  2,
);

function findingsOf(policy: string): readonly string[] {
  const parsed = parsePolicy(policy, { name: "linted", file: "linted.json" });
  if (!parsed.ok) return parsed.issues.map(({ code }) => code);
  const { document, positions, warnings } = parsed;
  const found = [...warnings, ...checkActions(document, positions), ...lintText(policy)];
  return found.map(({ code }) => code);
}

/** The word without each of its letters. */
function slipsOf(word: string): readonly string[] {
  return Array.from(word, (_, at) => word.slice(0, at) + word.slice(at + 1));
}

describe("a policy", () => {
  it("has no finding as it is", () => {
    expect(findingsOf(text)).toEqual([]);
  });

  it.each([
    ...["Version", "2012-10-17", "Statement", "Effect", "Allow", "Deny", "Action", "NotAction", "Resource"],
    ...["NotResource", "Condition", "StringEquals", "IpAddress", "Bool", "true"],
    ...["aws:PrincipalTag", "aws:SourceIp", "aws:SecureTransport", "aws:userid"],
    ...["connect:DescribeUser", "connect:UpdateUserIdentityInfo"],
    ...[
      "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1",
      "agent",
      "queue",
    ],
  ])("has one with each slip in %s", (word) => {
    const at = text.indexOf(word);
    const silent = slipsOf(word).filter(
      (slip) => findingsOf(text.slice(0, at) + slip + text.slice(at + word.length)).length === 0,
    );
    expect(silent).toEqual([]);
  });
});
