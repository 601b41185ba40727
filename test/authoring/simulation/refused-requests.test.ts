/** What IAM refuses, in its words. */
import { describe, expect, it } from "vitest";
import { action, allow, deny, entry, errorOf, one, policy } from "./simulation-request.ts";

describe("a request that IAM refuses", () => {
  const good = { PolicyInputList: [policy(allow)], ActionNames: [action] };
  const inContext = (...ContextEntries: object[]) => ({ ...good, ContextEntries });
  const user = "arn:aws:iam::123456789012:user/bob";
  const withResourcePolicy = (more: object) => ({
    ...good,
    CallerArn: user,
    ResourceArns: [one],
    ResourcePolicy: policy({ ...allow, Resource: one, Principal: "*" }),
    ...more,
  });
  it.each([
    [
      undefined,
      "400 ValidationError: 1 validation error detected: Value at 'the request' failed to satisfy constraint: Member must be an object",
    ],
    [
      {},
      "400 ValidationError: 2 validation errors detected: Value at 'policyInputList' failed to satisfy constraint: Member must not be null; Value at 'actionNames' failed",
    ],
    [
      { ...good, PolicyInputList: "{}" },
      "Value at 'policyInputList' failed to satisfy constraint: Member must be a list",
    ],
    [
      { ...good, PolicyInputList: [{}] },
      "at 'policyInputList.1.member' failed to satisfy constraint: Member must be a string: a policy as JSON text",
    ],
    [{ ...good, PolicyInputList: [""] }, "Member must have length greater than or equal to 1"],
    [
      { ...good, PolicyInputList: ["x".repeat(131_073)] },
      "Member must have length less than or equal to 131072",
    ],
    [
      { ...good, PolicyInputList: ['{"a":"\u20ac"}'] },
      "Member must satisfy regular expression pattern: [\\u0009",
    ],
    [
      { ...good, policyInputList: [] },
      "Unknown parameter in input: 'policyInputList', must be one of: PolicyInputList, ",
    ],
    [{ ...good, PolicySourceArn: user }, "Unknown parameter in input: 'PolicySourceArn'"],
    [
      { ...good, MaxItems: 0 },
      "Value at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [{ ...good, MaxItems: 1001 }, "Member must have value less than or equal to 1000"],
    [{ ...good, MaxItems: "1" }, "Member must be a whole number"],
    [{ ...good, ActionNames: ["ab"] }, "Value at 'actionNames.1.member' failed"],
    [
      { ...good, OrderedOrganizationPolicyInputList: Array(8).fill({}) },
      "Member must have length less than or equal to 7",
    ],
    [
      inContext(entry("abcd", "string", "x")),
      "at 'contextEntries.1.member.contextKeyName' failed to satisfy constraint: Member must have length greater than or equal to 5",
    ],
    [
      inContext(entry("abcde", "text", "x")),
      "Member must satisfy enum value set: [string, stringList, numeric,",
    ],
    [{ ...good, ActionNames: [] }, "400 InvalidInput: ActionNames cannot be null or empty."],
    [
      { ...good, ActionNames: ["DescribeUser"] },
      "400 InvalidInput: The action is invalid since it is missing names",
    ],
    [{ ...good, Marker: "x" }, "400 InvalidInput: Invalid marker for pagination."],
    [
      { ...good, ResourceArns: ["*", one] },
      "400 InvalidInput: ResourceNames are not in a valid ARN format: *.",
    ],
    [
      { ...good, ResourceArns: ["arn:aws:s3:::"] },
      "400 InvalidInput: ResourceNames are not in a valid ARN format: arn:aws:s3:::.",
    ],
    [
      { ...good, PermissionsBoundaryPolicyInputList: [policy(allow), policy(allow)] },
      "400 InvalidInput: The list of Permissions Boundary policies cannot exceed 1 items.",
    ],
    [
      { ...good, OrderedOrganizationPolicyInputList: [{}] },
      "400 InvalidInput: Organization policy at index 1 must contain at least one service control policy",
    ],
    [
      { ...good, CallerArn: "arn:aws:sts::123456789012:assumed-role/a/b" },
      "400 InvalidInput: Invalid caller - Caller must be an IAM user, role or group in this context.",
    ],
    [{ ...good, ResourceOwner: "123456789012" }, "400 InvalidInput: Invalid Resource Owner."],
    [
      { ...good, ResourceArns: [one], ResourceHandlingOption: "EC2-VPC-EBS" },
      `400 InvalidInput: Invalid input resource handling options. Action does not support resource handling options: ${action}.`,
    ],
    [
      { ...good, PolicyInputList: ["{"] },
      "400 InvalidInput: Policy input list item 1 has invalid content: 1:2 expected a key",
    ],
    [
      { ...good, PolicyInputList: [policy(allow), policy({ ...allow, Efect: "Allow" })] },
      "Policy input list item 2 has invalid content: 1:103 unknown element `Efect`; did you mean `Effect`",
    ],
    [{ ...good, PolicyInputList: ['{"Statement":[], }'] }, "comments and trailing commas are not JSON"],
    [
      { ...good, PolicyInputList: [policy({ ...allow, Principal: "*" })] },
      "`Principal` is not allowed in identity policies",
    ],
    [withResourcePolicy({ CallerArn: undefined }), "Value at 'callerArn'"],
    [
      withResourcePolicy({ CallerArn: null }),
      "400 InvalidInput: Invalid caller - Caller cannot be null or empty.",
    ],
    [
      withResourcePolicy({ ResourceArns: [] }),
      "400 InvalidInput: Invalid Entity Arn: * does not clearly define entity type and name.",
    ],
    [
      withResourcePolicy({ ResourcePolicy: policy({ ...allow, Principal: "*" }) }),
      "400 InvalidInput: ResourceNames are not in a valid ARN format: *.",
    ],
    [
      withResourcePolicy({ ResourcePolicy: policy(allow) }),
      "Resource policy has invalid content: statement 1 has no `Principal`",
    ],
    [
      withResourcePolicy({ ResourcePolicy: policy({ ...deny, NotPrincipal: { AWS: user } }) }),
      "has `NotPrincipal`, which this simulator cannot decide",
    ],
    [
      withResourcePolicy({ ResourcePolicy: policy({ ...allow, Resource: one, Principal: { Aws: "*" } }) }),
      "`Principal` of statement 1 has no `Aws`",
    ],
    [
      inContext({ ContextKeyType: "string", ContextKeyValues: ["x"] }),
      "400 InvalidInput: ContextKeyName cannot be null or empty.",
    ],
    [
      inContext({ ContextKeyName: "abcde", ContextKeyValues: ["x"] }),
      "400 InvalidInput: Context key abcde has invalid type null.",
    ],
    [
      inContext(entry("abcde", "stringList")),
      "400 InvalidInput: Context values for context key abcde cannot be null or empty.",
    ],
    [
      inContext(entry("abcde", "string", "x", "y")),
      "400 InvalidInput: Context key string expected a single value, but received 2.",
    ],
    [
      inContext(entry("abcde", "string", "x"), entry("ABCDE", "string", "x")),
      "400 InvalidInput: Duplicate context key: ABCDE.",
    ],
    [
      inContext(entry("abcde", "numeric", "0x10")),
      "400 InvalidInput: Invalid context value for key abcde: expected numeric format.",
    ],
    [
      inContext(entry("abcde", "dateList", "2035", "tomorrow")),
      "Invalid context value for key abcde: expected DateTime format.",
    ],
    [
      inContext(entry("abcde", "ip", "10.0.0.0/8")),
      "Invalid context value for key abcde: expected IP address.",
    ],
    [
      inContext(entry("abcde", "binary", "a")),
      "Invalid context value for key abcde: expected base-64 encoded binary format.",
    ],
  ])("is told so in IAM's words: %j", (request, message) => {
    expect(errorOf("SimulateCustomPolicy", request)).toContain(message);
  });

  it("is read in a time that grows with its length, also if its numbers are long", () => {
    const values = ["5.", "+.5e-1", "-1.5E+10", "12"];
    expect(errorOf("SimulateCustomPolicy", inContext(entry("abcde", "numericList", ...values)))).toBe(
      "no error",
    );
    // What tries each place for the point takes half a minute.
    const message = errorOf(
      "SimulateCustomPolicy",
      inContext(entry("abcde", "numeric", `${"1".repeat(150_000)}x`)),
    );
    expect(message).toContain("expected numeric format");
  }, 10_000);

  it("may have an entry of the context that says nothing", () => {
    expect(errorOf("SimulateCustomPolicy", inContext({}))).toBe("no error");
  });
});
