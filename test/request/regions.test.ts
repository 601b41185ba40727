/**
 * The Region that stands before a route: read alike before every route, and only instances there are meant.
 */
import { describe, expect, it } from "vitest";
import { parseInstanceArn } from "../../shared/bundle/rules/instance-arn.ts";
import { findOperation, operations } from "../../shared/catalog/catalog.ts";
import { CodedError } from "../../shared/errors.ts";
import { createCanonicalCall } from "../../shared/request/canonical/canonical-call.ts";
import { routeCall } from "../../shared/request/route/route.ts";
import type { ConnectInstance, CustomRoute, HttpCall, OperationInput } from "../../shared/request/types.ts";

const prefix = "/regions/us-west-2";
const forms = ["encoded", "decoded", "unsure"] as const;

function routed(method: string, rawPath: string, pathForm: HttpCall["pathForm"] & string = "encoded") {
  const route: CustomRoute = {
    method: "GET",
    path: "/agents/{agentId}",
    operation: "DescribeUser",
    input: { InstanceId: "a", UserId: "{agentId}" },
  };
  return routeCall({ method, rawPath, pathForm, query: [], headers: new Map(), requestId: "r" }, [route]);
}

describe("a Region before the route", () => {
  it("is read before every operation's own route, and changes nothing else of it", () => {
    for (const { name, method, uri } of operations()) {
      const path = uri.replace(/\{\w+\}/g, "x");
      for (const form of forms) {
        const { region, ...there } = routed(method, `${prefix}${path}`, form) ?? {};
        expect([name, region]).toEqual([name, "us-west-2"]);
        expect(there).toEqual(routed(method, path, form));
        expect(routed(method, path, form)?.region).toBeUndefined();
      }
    }
  });

  it.each([
    ["POST", "/operations/ListUsers"],
    ["GET", "/agents/u-1"],
    // SDKs send it for an endpoint that ends in a slash.
    ["GET", "//users/a/u-1"],
  ])("is read before %s %s", (method, path) => {
    for (const form of forms)
      expect(routed(method, `${prefix}${path}`, form)).toEqual({
        ...routed(method, path, form),
        region: "us-west-2",
      });
  });

  it.each([
    ["in capitals", "/regions/US-WEST-2/users/a/u-1"],
    ["percent-encoded", "/regions/us%2Dwest-2/users/a/u-1"],
    ["with an encoded slash behind", "/regions/us-west-2%2Fusers/a/u-1"],
    ["that is none", "/regions/x/users/a/u-1"],
    ["that is empty", "/regions//users/a/u-1"],
    ["that is a dot segment", "/regions/../users/a/u-1"],
    ["with a wildcard", "/regions/us-*/users/a/u-1"],
    ["with a space", "/regions/us-west-2%20/users/a/u-1"],
    ["twice", "/regions/us-west-2/regions/us-west-2/users/a/u-1"],
    ["under another word", "/region/us-west-2/users/a/u-1"],
    ["behind a doubled slash", "//regions/us-west-2/users/a/u-1"],
    ["behind the route", "/users/a/u-1/regions/us-west-2"],
    ["alone", "/regions/us-west-2"],
  ])("%s is no route", (_, path) => {
    expect(routed("GET", path)).toBeUndefined();
  });
});

function instance(region: string, id: string): ConnectInstance {
  const found = parseInstanceArn(`arn:aws:connect:${region}:123456789012:instance/${id}`);
  if (!found) throw new Error(id);
  return found;
}

const [home, other, replica] = [
  instance("us-east-1", "a"),
  instance("us-east-1", "b"),
  instance("us-west-2", "a"),
];

/** Where a call goes and with what input, or the error's code. */
function outcome(operation: string, input: OperationInput, region?: string): unknown {
  const row = findOperation(operation);
  if (!row) throw new Error(operation);
  try {
    const call = createCanonicalCall(region === undefined ? { row } : { row, region }, input, [
      home,
      other,
      replica,
    ]);
    return [call.instance.arn, call.input];
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
}

describe("of an instance and its replica", () => {
  const users = (InstanceId: string, region?: string) => outcome("ListUsers", { InstanceId }, region);
  const sent = { InstanceId: "a" };

  it("an id alone is the first, an ARN the one that it names, and the id is sent", () => {
    expect(users("a")).toEqual([home.arn, sent]);
    expect(users(home.arn)).toEqual([home.arn, sent]);
    expect(users(replica.arn)).toEqual([replica.arn, sent]);
  });

  it("only the one in the Region that stands before the route is meant", () => {
    expect(users("a", "us-west-2")).toEqual([replica.arn, sent]);
    expect(users("a", "us-east-1")).toEqual([home.arn, sent]);
    expect(users(replica.arn, "us-west-2")).toEqual([replica.arn, sent]);
    expect(users(home.arn, "us-west-2")).toBe("unknownInstance");
    expect(users("b", "us-west-2")).toBe("unknownInstance");
    expect(users("a", "eu-west-1")).toBe("unknownInstance");
    expect(outcome("ListInstances", {})).toEqual([home.arn, {}]);
    expect(outcome("ListInstances", {}, "us-west-2")).toEqual([replica.arn, {}]);
    expect(outcome("ListInstances", {}, "eu-west-1")).toBe("unknownInstance");
  });

  it("where none is, no id is looked at, and ARNs are read as elsewhere", () => {
    const users = (InstanceId: string) => outcome("ListUsers", { InstanceId }, "eu-west-1");
    for (const id of ["a ", "%61", "a,b", "*", "a:1", "a".repeat(501)])
      expect([id, users(id)]).toEqual([id, "unknownInstance"]);
    expect(users("arn:aws:connect:eu-west-1:123456789012:instance/a*")).toBe("invalidInput");
    expect(users(`${home.arn}/agent/u-1`)).toBe("invalidInput");
    expect(users("..")).toBe("invalidInput");
  });

  it("the ARN of something in it names it, and both at once are refused", () => {
    const resourceArn = `${replica.arn}/agent/u-1`;
    expect(outcome("ListTagsForResource", { resourceArn })).toEqual([replica.arn, { resourceArn }]);
    expect(outcome("ListTagsForResource", { resourceArn }, "us-east-1")).toBe("unknownInstance");
    const user = (region?: string) =>
      outcome("DescribeUser", { InstanceId: "a", UserId: resourceArn }, region);
    expect(user()).toBe("invalidInput");
    expect(user("us-west-2")).toEqual([replica.arn, { InstanceId: "a", UserId: "u-1" }]);
    const claim = { PhoneNumber: "+15550100", InstanceId: "a", TargetArn: replica.arn };
    expect(outcome("ClaimPhoneNumber", claim)).toBe("invalidInput");
    expect(outcome("ClaimPhoneNumber", claim, "us-west-2")).toEqual([replica.arn, claim]);
  });

  it("the replica moves the traffic of a group that is at home", () => {
    const Id = "arn:aws:connect:us-east-1:123456789012:traffic-distribution-group/g-1";
    expect(outcome("UpdateTrafficDistribution", { Id })).toEqual([home.arn, { Id: "g-1" }]);
    expect(outcome("UpdateTrafficDistribution", { Id }, "us-west-2")).toEqual([replica.arn, { Id }]);
  });
});

it("what AWS manages in a Region stands beside any account's instance there", () => {
  const foreign = parseInstanceArn("arn:aws:connect:us-east-1:999999999999:instance/d");
  const row = findOperation("SendOutboundWebNotification");
  if (!foreign || !row) throw new Error("none");
  const ViewArn = "arn:aws:connect:us-east-1:aws:view/detail";
  const call = (InstanceId: string) =>
    createCanonicalCall({ row }, { InstanceId, Content: { ViewArn } }, [home, foreign, replica]).instance;
  expect(call("a")).toBe(home);
  expect(call("d")).toBe(foreign);
  expect(() => call(replica.arn)).toThrow(CodedError);
});
