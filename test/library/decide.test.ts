/** Decisions of the library: those of the functions, and a denial for whatever cannot be decided. */
import { ListTagsForResourceCommand } from "@aws-sdk/client-connect";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { DecisionRecord } from "../../shared/audit/record.ts";
import { createAuthorizer, type DecisionRequest, type Principal } from "../../tools/library/index.ts";
import { assertRecord } from "../audit/assert-record.ts";
import {
  allowAll,
  bundleOf,
  given,
  instanceArn,
  instanceId,
  type Statement,
  tokenOf,
} from "../functions/lambda-fixture.ts";
import { mockConnect } from "../functions/mocked-connect.ts";
import { inputOf, served, withSeconds } from "../wire/synthetic-value.ts";
import { authorizerOf, CountingTransport, clientOn, type Kept } from "./library-fixture.ts";

const user = (UserId: string) => ({ InstanceId: instanceId, UserId });

async function decideOne(statements: readonly Statement[], more: Partial<DecisionRequest> = {}) {
  const { authorizer } = await authorizerOf(statements);
  const principal = await authorizer.identify(tokenOf());
  return authorizer.decide({ principal, operation: "DescribeUser", input: user("u-1"), ...more });
}

describe("the decision about every operation", () => {
  const connect = mockConnect();
  const statements: readonly Statement[] = [
    { ...allowAll, Resource: ["*", `${instanceArn}/agent/*`, `${instanceArn}/queue/*`, instanceArn] },
    { Effect: "Deny", Action: ["connect:Delete*", "connect:*Evaluation*"], Resource: "*" },
  ];
  let kept: Kept;
  let principal: Principal;
  beforeAll(async () => {
    kept = await authorizerOf(statements);
    principal = await kept.authorizer.identify(tokenOf());
  });

  /** Without what only the functions or only the library know. */
  const common = ({
    operation,
    outcome,
    message,
    decision,
    statements,
    asks,
    policyVersion,
  }: DecisionRecord) => ({
    ...{ operation, outcome, message, decision, statements, asks, policyVersion },
  });

  it.each(served.map(({ name }) => name))("is that of the functions: %s", async (operation) => {
    connect.onAnyCommand().resolves({ $metadata: {} });
    const input = inputOf(operation, { extent: "full" });
    const functions = given(statements);
    await functions.call("POST", `/operations/${operation}`, { body: withSeconds(input) as object });
    const decision = await kept.authorizer.decide({ principal, operation, input });
    const [own, theirs] = [kept.records.at(-1), functions.records.at(-1)] as DecisionRecord[];
    assertRecord(own as DecisionRecord);
    expect(common(own as DecisionRecord)).toEqual(common(theirs as DecisionRecord));
    expect(decision).toMatchObject({ outcome: own?.outcome, requestId: own?.requestId });
    expect(decision.outcome === "allow" ? decision.input : undefined).toEqual(
      decision.outcome === "allow" ? input : undefined,
    );
  });
});

describe("a decision", () => {
  it("says what decided, with file and line", async () => {
    expect(
      await decideOne([allowAll, { ...allowAll, Effect: "Deny", Action: "connect:DescribeUser" }]),
    ).toMatchObject({
      outcome: "deny",
      decision: "explicitDeny",
      message: `User: alice is not authorized to perform: connect:DescribeUser on resource: ${instanceArn}/agent/u-1 with an explicit deny in an identity-based policy`,
      action: "connect:DescribeUser",
      resource: `${instanceArn}/agent/u-1`,
      statements: [{ policy: "p", index: 1, effect: "Deny", file: "policies/p.json", line: 1 }],
      missingContextKeys: [],
    });
  });

  it("gives the input with canonical identifiers, as a copy", async () => {
    const input = { InstanceId: instanceArn, UserId: `${instanceArn}/agent/u-1` };
    const decision = await decideOne([allowAll], { input });
    expect(decision).toMatchObject({ outcome: "allow", input: user("u-1"), region: "us-west-2" });
    expect(input.UserId).toBe(`${instanceArn}/agent/u-1`);
  });

  it.each<[string, Partial<DecisionRequest>, object]>([
    [
      "an unknown operation",
      { operation: "InventUser" },
      { reason: "unknownOperation", message: /known up to SDK/ },
    ],
    ["an operation in another case", { operation: "describeuser" }, { reason: "unknownOperation" }],
    [
      "an operation that no object has by itself",
      { operation: "constructor" },
      { reason: "unknownOperation" },
    ],
    [
      "an unknown member",
      { input: { ...user("u-1"), More: 1 } },
      { reason: "invalidInput", message: /^More: is not a member/ },
    ],
    ["a missing member", { input: {} }, { reason: "invalidInput", message: /^UserId: is required$/ }],
    [
      "another instance",
      { input: { ...user("u-1"), InstanceId: "0a0b0c0d-1234-4000-8000-11111bfbfcc2" } },
      { reason: "unknownInstance" },
    ],
    [
      "another Region",
      { region: "us-east-1" },
      { reason: "unknownInstance", message: /an instance in the Region us-west-2/ },
    ],
    ["no principal", { principal: undefined as never }, { reason: "unauthorized" }],
  ])("denies %s", async (_, more, { reason, message }: { reason?: string; message?: RegExp }) => {
    expect(await decideOne([allowAll], more)).toMatchObject({
      outcome: "deny",
      reason,
      message: expect.stringMatching(message ?? /./),
      statements: [],
    });
  });

  it.each<[string, Statement["Condition"], Partial<DecisionRequest>, string]>([
    [
      "a matching address",
      { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
      { sourceIp: "192.0.2.1" },
      "allow",
    ],
    [
      "another address",
      { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
      { sourceIp: "198.51.100.1" },
      "deny",
    ],
    ["no address", { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } }, {}, "deny"],
    ["no address, and none may be", { Null: { "aws:SourceIp": "true" } }, {}, "deny"],
    [
      "no address, and a negated condition",
      { NotIpAddressIfExists: { "aws:SourceIp": "192.0.2.0/24" } },
      {},
      "deny",
    ],
    ["no known network", { Null: { "aws:SourceVpce": "true" } }, {}, "deny"],
    ["the public network", { Null: { "aws:SourceVpce": "true" } }, { sourceIp: "192.0.2.1" }, "allow"],
    [
      "no known user agent",
      { StringNotLike: { "aws:UserAgent": "curl/*" } },
      { sourceIp: "192.0.2.1" },
      "deny",
    ],
    ["no known referrer", { Null: { "aws:referer": "true" } }, { sourceIp: "192.0.2.1" }, "deny"],
    ["TLS", { Bool: { "aws:SecureTransport": "true" } }, {}, "allow"],
    [
      "a moment before",
      { DateLessThan: { "aws:CurrentTime": "2026-06-01T00:00:00Z" } },
      { now: new Date("2026-05-31T23:59:59Z") },
      "allow",
    ],
    [
      "a moment after",
      { DateLessThan: { "aws:CurrentTime": "2026-06-01T00:00:00Z" } },
      { now: new Date("2026-06-01T00:00:00Z") },
      "deny",
    ],
    [
      "an epoch time",
      { NumericEquals: { "aws:EpochTime": "1780000000" } },
      { now: new Date(1_780_000_000_000) },
      "allow",
    ],
  ])("is by conditions on the call: %s", async (_, Condition, more, outcome) => {
    expect(await decideOne([{ ...allowAll, ...(Condition ? { Condition } : {}) }], more)).toMatchObject({
      outcome,
    });
  });

  it("names what is missing when a condition is unknown", async () => {
    const Condition = { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } };
    expect(await decideOne([{ ...allowAll, Condition }])).toMatchObject({
      outcome: "deny",
      decision: "unknown",
      message: expect.stringMatching(/a condition key whose value is unknown for this call: aws:SourceIp$/),
      missingContextKeys: ["aws:SourceIp"],
    });
  });

  it("looks tags up by a client, and denies without one", async () => {
    const Condition = { StringEquals: { "aws:ResourceTag/Team": "blue" } };
    const statements = [{ ...allowAll, Condition }];
    expect(await decideOne(statements)).toMatchObject({
      outcome: "deny",
      reason: "upstreamUnavailable",
      message: expect.stringMatching(/could not be looked up: aws:ResourceTag\/Team$/),
      missingContextKeys: ["aws:ResourceTag/Team"],
    });
    const client = clientOn(new CountingTransport());
    const mock = mockClient(client);
    mock.on(ListTagsForResourceCommand).resolves({ tags: { Team: "blue" } });
    expect(await decideOne(statements, { client })).toMatchObject({ outcome: "allow" });
    expect(mock.calls()).toHaveLength(1);
  });

  it("never rejects, and denies whatever it cannot read (property)", async () => {
    const { authorizer } = await authorizerOf([allowAll]);
    const principal = await authorizer.identify(tokenOf());
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          operation: fc.oneof(fc.constantFrom("DescribeUser", "SearchUsers"), fc.anything()),
          input: fc.anything({ withDate: true, withTypedArray: true, withMap: true, withSparseArray: true }),
          sourceIp: fc.option(fc.anything(), { nil: undefined }),
          now: fc.option(fc.anything(), { nil: undefined }),
          region: fc.option(fc.anything(), { nil: undefined }),
        }),
        async (request) => {
          const decision = await authorizer.decide({ principal, ...request } as DecisionRequest);
          expect(decision.outcome).toBe("deny");
        },
      ),
      { numRuns: 500, seed: 15 },
    );
    for (const nothing of [undefined, null, 7])
      expect(await authorizer.decide(nothing as never)).toMatchObject({ outcome: "deny" });
  });
});

describe("the record of a decision", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("is one line on standard output by default", async () => {
    const authorizer = await createAuthorizer({ bundle: bundleOf([allowAll]) });
    const principal = await authorizer.identify(tokenOf());
    const lines: string[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(String(line)) > 0);
    await authorizer.decide({ principal, operation: "DescribeUser", input: user("u-1") });
    vi.restoreAllMocks();
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      type: "decision",
      stage: "library",
      outcome: "allow",
    });
  });

  it("holds no input, and no token", async () => {
    const { authorizer, records } = await authorizerOf([allowAll]);
    const token = tokenOf({ email: "secret@example.com" });
    const principal = await authorizer.identify(token);
    const Password = "secret-password";
    const input = {
      InstanceId: instanceId,
      Username: "u",
      Password,
      PhoneConfig: {},
      SecurityProfileIds: ["s"],
      RoutingProfileId: "r",
    };
    for (const each of [input, { ...input, secret: Password }])
      await authorizer.decide({ principal, operation: "CreateUser", input: each });
    expect(records).toMatchObject([{ outcome: "allow" }, { outcome: "error", reason: "invalidInput" }]);
    expect(JSON.stringify(records)).not.toMatch(/secret/);
    expect(JSON.stringify(records)).not.toContain(token.slice(0, 20));
  });

  it("changes no decision when it cannot be written", async () => {
    const onRecord = async () => {
      throw new Error("full");
    };
    const authorizer = await createAuthorizer({ bundle: bundleOf([allowAll]), onRecord });
    const principal = await authorizer.identify(tokenOf());
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const decided = authorizer.decide({ principal, operation: "DescribeUser", input: user("u-1") });
    await expect(decided).resolves.toMatchObject({ outcome: "allow" });
  });
});
