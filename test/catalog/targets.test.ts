import { describe, expect, it } from "vitest";
import { type Ask, NOT_KNOWN } from "../../shared/catalog/ask.ts";
import { findOperation } from "../../shared/catalog/catalog.ts";
import type { CallPlace } from "../../shared/catalog/resource-arn.ts";
import { parseTarget } from "../../shared/catalog/target-text.ts";
import { resolveAsks } from "../../shared/catalog/targets.ts";
import type { OperationRow } from "../../shared/catalog/types.ts";
import { instanceArn, place } from "./synthetic-input.ts";

type Input = Readonly<Record<string, unknown>>;

function rowWith(...targets: readonly string[]): OperationRow {
  return {
    name: "DoIt",
    method: "POST",
    uri: "/",
    members: [],
    action: "connect:DoIt",
    targets: targets.map(parseTarget),
    extraActions: [],
    conditionKeys: [],
  };
}

function ask(row: OperationRow | string, input: Input, where: CallPlace | undefined = place): readonly Ask[] {
  const found = typeof row === "string" ? findOperation(row) : row;
  if (!found) throw new Error(`no row for ${row}`);
  return resolveAsks(
    found,
    { get: (member) => (Object.hasOwn(input, member) ? input[member] : undefined) },
    where,
  );
}

function resources(
  row: OperationRow | string,
  input: Input,
  where?: CallPlace,
): readonly (string | undefined)[] {
  return ask(row, input, where).map(({ resource }) => resource);
}

const instance = { InstanceId: place.id };
const otherInstance = "00000000-0000-0000-0000-00000000000a";

describe("an identifier", () => {
  const user = rowWith("user UserId");

  it.each([
    ["a wildcard", "*"],
    ["a wildcard inside", "a*b"],
    ["a question mark", "a?"],
    ["a slash", "a/b"],
    ["a policy variable", `$${"{aws:userid}"}`],
    ["a blank", "a b"],
    ["a line break", "a\n"],
    ["dots", ".."],
    ["a dot", "."],
    ["a percent sign", "a%2Fb"],
    ["two qualifiers", "a:1:2"],
    ["an empty qualifier", "a:"],
    ["another alphabet", "а"],
    ["a control character", "a\u0000"],
    ["more than 500 characters", "a".repeat(501)],
    ["an ARN", `${instanceArn}/agent/u`],
  ])("is refused when it is or has %s", (_, UserId) => {
    expect(() => ask(user, { UserId })).toThrow(
      expect.objectContaining({ code: "invalidInput", path: "UserId" }),
    );
  });

  it.each([
    ["a number", 5],
    ["a list", ["u"]],
    ["an object", { toString: "u" }],
    ["true", true],
  ])("is refused when it is %s", (_, UserId) => {
    expect(() => ask(user, { UserId })).toThrow("UserId: must be a string");
  });

  it("is refused when it is empty or missing", () => {
    expect(() => ask(user, { UserId: "" })).toThrow("UserId: must not be empty");
    expect(() => ask(user, {})).toThrow("UserId: is missing");
    expect(() => ask(user, { UserId: null })).toThrow("UserId: is missing");
  });

  it("is taken from the input itself and never from what objects inherit", () => {
    const nested = rowWith("user *", "user Config.constructor?".replace("constructor", "toString"));
    expect(resources(nested, { Config: {} })).toEqual([`${instanceArn}/agent/*`]);
  });

  it("with a qualifier is asked with it, and can be denied without it", () => {
    const asks = ask("DescribeContactFlow", { ...instance, ContactFlowId: "f:$SAVED" });
    expect(asks.map(({ resource, sort, type }) => [sort, type, resource])).toEqual([
      ["required", "contact-flow", `${instanceArn}/contact-flow/f:$SAVED`],
      ["referenced", "contact-flow", `${instanceArn}/contact-flow/f`],
    ]);
  });

  it("with a qualifier is of the qualified type where the reference has one", () => {
    const asks = ask("DescribeMetric", { ...instance, MetricId: "m:$SAVED" });
    expect(asks.map(({ type }) => type)).toEqual(["qualified-metric", "metric"]);
  });

  it("is qualified by another member where the ARN needs it", () => {
    expect(resources("DeleteViewVersion", { ...instance, ViewId: "v", ViewVersion: 3 })).toEqual([
      `${instanceArn}/view/v:3`,
      `${instanceArn}/view/v`,
    ]);
  });
});

describe("an ARN", () => {
  it("is asked as it stands", () => {
    const view = "arn:aws:connect:us-east-1:aws:view/form:1";
    const asks = ask("DescribeView", { ...instance, ViewId: view });
    expect(asks.map(({ resource, type }) => [type, resource])).toEqual([
      ["qualified-aws-managed-view", view],
      ["aws-managed-view", "arn:aws:connect:us-east-1:aws:view/form"],
    ]);
  });

  it.each([
    ["of a type that cannot stand there", `${instanceArn}/queue/q`],
    ["of no type of the table", `${instanceArn}/moonbase/m`],
    ["of another service", "arn:aws:s3:::bucket"],
    ["that is a pattern", `${instanceArn}/agent/*`],
    ["of another account", `arn:aws:connect:us-east-1:210987654321:instance/${place.id}/agent/u`],
    ["of another partition", `arn:aws-us-gov:connect:us-east-1:123456789012:instance/${place.id}/agent/u`],
    ["of another region", `arn:aws:connect:eu-west-2:123456789012:instance/${place.id}/agent/u`],
    ["of another instance", `arn:aws:connect:us-east-1:123456789012:instance/${otherInstance}/agent/u`],
    ["that is none", "u"],
  ])("is refused when it is one %s", (_, arn) => {
    const row = rowWith("arn ResourceArns[] @user,routing-profile");
    expect(() => ask(row, { ResourceArns: [`${instanceArn}/agent/v`, arn] })).toThrow(
      expect.objectContaining({ code: "invalidInput", path: "ResourceArns[1]" }),
    );
  });

  it("of any type of Connect's own can be tagged, and none of another service", () => {
    expect(ask("TagResource", { resourceArn: `${instanceArn}/data-table/d` })[0]?.type).toBe("data-table");
    const campaign = "arn:aws:connect-campaigns:us-east-1:123456789012:campaign/c";
    expect(() => ask("TagResource", { resourceArn: campaign })).toThrow("is not the ARN");
  });
});

describe("lists and structures", () => {
  it("give one question for each element, with its index", () => {
    const row = rowWith("queue QueueConfigs[].QueueReference.QueueId");
    const QueueConfigs = [{ QueueReference: { QueueId: "a" } }, { QueueReference: { QueueId: "b" } }];
    expect(ask(row, { QueueConfigs }).map(({ source }) => source)).toEqual([
      "QueueConfigs[0].QueueReference.QueueId",
      "QueueConfigs[1].QueueReference.QueueId",
    ]);
  });

  it("nest to any depth", () => {
    const leaf = (id: string) => ({
      AttributeCondition: { MatchCriteria: { AgentsCriteria: { AgentIds: [id] } } },
    });
    const Expression = { ...leaf("a"), AndExpression: [leaf("b"), { OrExpression: [leaf("c")] }] };
    const input = { ...instance, ContactId: "x", RoutingCriteria: { Steps: [{ Expression }] } };
    expect(resources("UpdateContactRoutingData", input)).toEqual(
      ["contact/x", "agent/a", "agent/b", "agent/c"].map((path) => `${instanceArn}/${path}`),
    );
  });

  it("are refused when they nest too deep", () => {
    let expression: Record<string, unknown> = {};
    for (let depth = 0; depth < 200; depth++) expression = { AndExpression: [expression] };
    const input = { ...instance, ContactId: "x", RoutingCriteria: { Steps: [{ Expression: expression }] } };
    expect(() => ask("UpdateContactRoutingData", input)).toThrow("is nested too deep");
  });

  it.each([
    ["a list is given as something else", { SecurityProfileIds: "sp" }, "SecurityProfileIds: must be a list"],
    ["an element is null", { SecurityProfileIds: ["a", null] }, "SecurityProfileIds[1]: must be a string"],
    ["a list is empty that must not be", { SecurityProfileIds: [] }, "SecurityProfileIds: is missing"],
  ])("are refused when %s", (_, input, message) => {
    expect(() => ask(rowWith("security-profile SecurityProfileIds[]"), input)).toThrow(message);
  });
});

describe("what is absent", () => {
  it("is not asked, is asked on all, or refuses the call, as the target says", () => {
    expect(resources(rowWith("user *", "queue QueueId?"), {})).toEqual([`${instanceArn}/agent/*`]);
    expect(resources(rowWith("queue QueueId+"), {})).toEqual([`${instanceArn}/queue/*`]);
    expect(() => ask(rowWith("queue QueueId"), {})).toThrow("QueueId: is missing");
  });

  it("is made up for by an alternative", () => {
    const row = rowWith("contact *", "instance InstanceId |TargetArn", "arn TargetArn? @instance");
    expect(() => ask(row, {})).toThrow("InstanceId: is missing; give it or `TargetArn`");
    expect(resources(row, { TargetArn: instanceArn })).toEqual([`${instanceArn}/contact/*`, instanceArn]);
  });

  it("never leaves a call without a required question", () => {
    const only = "the call names no resource that `connect:DoIt` could be decided on";
    expect(() => ask(rowWith("user UserId?"), {})).toThrow(only);
    expect(() => ask(rowWith("~user UserId"), { UserId: "u" })).toThrow(only);
    expect(() => ask(rowWith(), {})).toThrow(only);
  });
});

describe("what is not known", () => {
  it("is asked with an unknown resource, which may vanish only if the target may", () => {
    const row = rowWith("user UserId", "queue QueueId?", "contact ContactId+", "prompt PromptId+ |FileId");
    const input = { UserId: NOT_KNOWN, QueueId: NOT_KNOWN, ContactId: NOT_KNOWN, PromptId: NOT_KNOWN };
    expect(ask(row, input).map(({ type, resource, mayBeAbsent }) => [type, resource, mayBeAbsent])).toEqual([
      ["user", undefined, false],
      ["queue", undefined, true],
      ["contact", undefined, false],
      ["prompt", undefined, true],
    ]);
  });

  it("may be the only alternative", () => {
    const row = rowWith("prompt PromptId+ |FileId", "user UserId |FileId");
    const asks = ask(row, { FileId: NOT_KNOWN });
    expect(asks.map(({ type, resource, mayBeAbsent }) => [type, resource, mayBeAbsent])).toEqual([
      ["prompt", `${instanceArn}/prompt/*`, true],
    ]);
  });

  it("may be where the call goes", () => {
    const row = rowWith("user UserId", "queue *", "* *");
    const asks = resolveAsks(row, { get: () => "u" }, undefined);
    expect(asks.map(({ resource }) => resource)).toEqual([undefined, undefined, "*"]);
  });

  it("leaves an extra action open", () => {
    const input = { ...instance, RoutingProfileId: "r", SecurityProfileIds: ["s"], Tags: NOT_KNOWN };
    const [tagging] = ask("CreateUser", input).filter(({ action }) => action === "connect:TagResource");
    expect(tagging).toMatchObject({ resource: `${instanceArn}/agent/*`, mayBeAbsent: true });
  });
});

describe("where a call goes", () => {
  it("is not another instance than the one the input names", () => {
    expect(() => ask("DescribeInstance", { InstanceId: otherInstance })).toThrow(
      "InstanceId: names another instance",
    );
  });

  it("is not guessed for a resource of an instance", () => {
    const nowhere = { ...place, namesInstance: false };
    const refused = "InstanceId: is missing, and the resource belongs to an instance";
    expect(() => ask(rowWith("user UserId"), { UserId: "u" }, nowhere)).toThrow(refused);
    expect(() => ask(rowWith("user *"), {}, nowhere)).toThrow(refused);
  });
});

describe("an operation that is not served", () => {
  it("is refused as unknown, with the reason", () => {
    expect(() => ask("GetFederationToken", instance)).toThrow(
      expect.objectContaining({
        code: "unknownOperation",
        message: expect.stringContaining("GetFederationToken"),
      }),
    );
  });
});
