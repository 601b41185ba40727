import { describe, expect, it } from "vitest";
import { findOperation } from "../../../shared/catalog/catalog.ts";
import { sourcesOf } from "../../../shared/catalog/identifier-sources.ts";
import { rewriteAt } from "../../../shared/catalog/member-path.ts";
import { CodedError, InputError } from "../../../shared/errors.ts";
import { createCanonicalCall } from "../../../shared/request/canonical/canonical-call.ts";
import { canonicalizeBeginning } from "../../../shared/request/canonical/known-from-url.ts";
import { matchRoute } from "../../../shared/request/route/encoded-route.ts";
import type { ConnectInstance, OperationInput } from "../../../shared/request/types.ts";
import { readSdkOperations } from "../../../tools/catalog/sdk-operations.ts";
import { instanceArn, makeInput, makeTypedArn, place } from "../../catalog/synthetic-input.ts";

const east = instance("us-east-1", "aaaa");
const west = instance("us-west-2", "bbbb");
const instances = [east, west];
const uuid = "0a1b2c3d-0000-4000-8000-00000000000f";

function instance(region: string, id: string): ConnectInstance {
  return {
    arn: `arn:aws:connect:${region}:123456789012:instance/${id}`,
    partition: "aws",
    region,
    accountId: "123456789012",
    id,
  };
}

function canonical(operation: string, input: OperationInput) {
  const row = findOperation(operation);
  if (!row) throw new Error(operation);
  return createCanonicalCall({ row }, input, instances);
}

function outcome(operation: string, input: OperationInput): unknown {
  try {
    return canonical(operation, input).input;
  } catch (error) {
    if (error instanceof InputError) return `400 ${error.path}`;
    if (error instanceof CodedError && error.code === "unknownInstance") return "403";
    throw error;
  }
}

describe("an identifier", () => {
  const user = (UserId: string) => outcome("DescribeUser", { InstanceId: "aaaa", UserId });
  const same = (UserId: string) => ({ InstanceId: "aaaa", UserId });

  it.each([
    ["a bare id", "u-1", "u-1"],
    ["a UUID", uuid, uuid],
    ["a UUID in capitals", uuid.toUpperCase(), uuid],
    [
      "an id of AWS's examples in capitals",
      "00DTCDDD1-123E-111E-93E3-11111BFBFCC1",
      "00dtcddd1-123e-111e-93e3-11111bfbfcc1",
    ],
    ["another id in capitals", "User_1", "User_1"],
    ["its own ARN", `${east.arn}/agent/u-1`, "u-1"],
    ["its own ARN in capitals where a UUID stands", `${east.arn}/agent/${uuid.toUpperCase()}`, uuid],
    ["a qualified id", `${uuid.toUpperCase()}:$LATEST`, `${uuid}:$LATEST`],
  ])("that is %s is sent as its canonical form", (_, given, sent) => {
    expect(user(given)).toEqual(same(sent));
  });

  it.each([
    ["empty", ""],
    ["a dot", "."],
    ["two dots", ".."],
    ["a path upwards", "x/../u-1"],
    ["a path", "u-1/"],
    ["a wildcard", "u-*"],
    ["a question mark", "u-?"],
    ["percent-encoded", "u%2D1"],
    ["with a space behind", "u-1 "],
    ["with a line break behind", "u-1\n"],
    ["with a NUL", "u-1\u0000"],
    ["with a letter of another alphabet", "\u0443-1"],
    ["with a zero-width character", "u\u200b-1"],
    ["with two qualifiers", "u:1:2"],
    ["with an empty qualifier", "u:"],
    ["too long", "u".repeat(501)],
    ["an ARN of another type", `${east.arn}/queue/u-1`],
    ["an ARN of the word that is not the ARN's", `${east.arn}/user/u-1`],
    ["an ARN of another configured instance", `${west.arn}/agent/u-1`],
    [
      "an ARN of the instance's id in another region",
      "arn:aws:connect:us-west-2:123456789012:instance/aaaa/agent/u-1",
    ],
    ["an ARN of another account", "arn:aws:connect:us-east-1:999999999999:instance/aaaa/agent/u-1"],
    ["an ARN of another partition", "arn:aws-cn:connect:us-east-1:123456789012:instance/aaaa/agent/u-1"],
    ["an ARN of another service", "arn:aws:iam::123456789012:user/u-1"],
    ["an ARN of all", `${east.arn}/agent/*`],
    ["an ARN with a path behind", `${east.arn}/agent/u-1/x`],
    ["an ARN in capitals", `${east.arn}/agent/u-1`.toUpperCase()],
    ["an ARN with a space in front", ` ${east.arn}/agent/u-1`],
  ])("that is %s is refused by its member's name", (_, given) => {
    expect(user(given)).toBe("400 UserId");
  });

  it("in a list is named with its index", () => {
    const input = {
      InstanceId: "aaaa",
      Username: "x",
      RoutingProfileId: "r",
      SecurityProfileIds: ["s-1", "s/2"],
    };
    expect(outcome("CreateUser", input)).toBe("400 SecurityProfileIds[1]");
  });

  it("of an AWS-managed view stays an ARN, and another region's is refused", () => {
    const view = (ViewId: string) => outcome("DescribeView", { InstanceId: "aaaa", ViewId });
    const managed = "arn:aws:connect:us-east-1:aws:view/detail";
    expect(view(managed)).toEqual({ InstanceId: "aaaa", ViewId: managed });
    expect(view(`${east.arn}/view/v-1`)).toEqual({ InstanceId: "aaaa", ViewId: "v-1" });
    expect(view("arn:aws:connect:us-west-2:aws:view/detail")).toBe("400 ViewId");
  });
});

describe("the identifiers of every operation", () => {
  const here: ConnectInstance = { ...place, arn: instanceArn };

  it("become one call, whether they are ids or ARNs, and that call stays as it is", () => {
    let count = 0;
    for (const operation of readSdkOperations()) {
      const row = findOperation(operation.name);
      if (!row || row.refused !== undefined) continue;
      const input = makeInput(operation).input as OperationInput;
      let [byId, byArn] = [input, input];
      for (const { spec, types } of sourcesOf(row).ids) {
        const [type] = types;
        if (spec.discriminator || spec.orAnyArn || type === undefined) continue;
        byId = rewriteAt(byId, spec.source, () => uuid);
        byArn = rewriteAt(byArn, spec.source, () => makeTypedArn(type, uuid.toUpperCase()));
        count++;
      }
      const call = createCanonicalCall({ row }, byArn, [here]);
      expect(call.input).toEqual(createCanonicalCall({ row }, byId, [here]).input);
      expect(createCanonicalCall({ row }, call.input, [here])).toEqual(call);
    }
    expect(count).toBeGreaterThan(300);
  });
});

describe("an ARN that is one of several kinds of address", () => {
  const number = (region: string, id: string) => `arn:aws:connect:${region}:123456789012:phone-number/${id}`;
  const contact = (Address: string, kind: object) =>
    outcome("UpdateContact", {
      InstanceId: "aaaa",
      ContactId: "c-1",
      CustomerEndpoint: { ...kind, Address },
    });

  it.each([
    ["told", { Type: "CONNECT_PHONENUMBER_ARN" }],
    ["told in small letters", { Type: "connect_phonenumber_arn" }],
    ["not told", {}],
  ])("is canonical, in whichever region the number is, when its kind is %s", (_, kind) => {
    expect(contact(number("us-east-1", uuid.toUpperCase()), kind)).toMatchObject({
      CustomerEndpoint: { Address: number("us-east-1", uuid) },
    });
    expect(contact(number("us-west-2", uuid.toUpperCase()), kind)).toMatchObject({
      CustomerEndpoint: { Address: number("us-west-2", uuid) },
    });
    expect(contact(number("us-east-1", uuid).replace("123456789012", "999999999999"), kind)).toBe("400 ");
  });
});

describe("the instance of a call", () => {
  it.each([
    ["its id", "aaaa"],
    ["its ARN", east.arn],
  ])("is found by %s, and its id is sent", (_, InstanceId) => {
    const call = canonical("DescribeUser", { InstanceId, UserId: "u-1" });
    expect(call).toMatchObject({
      instance: east,
      namesInstance: true,
      input: { InstanceId: "aaaa", UserId: "u-1" },
    });
  });

  it.each([
    ["an unknown id", "cccc", "403"],
    ["a known id's beginning", "aaa", "403"],
    ["an unknown instance's ARN", "arn:aws:connect:us-east-1:123456789012:instance/cccc", "403"],
    ["a known id's ARN in another region", "arn:aws:connect:us-west-2:123456789012:instance/aaaa", "403"],
    ["an ARN of something in it", `${east.arn}/agent/u-1`, "400 InstanceId"],
    ["a path", "aaaa/agent", "400 InstanceId"],
    ["nothing", "", "400 InstanceId"],
  ])("is refused when named by %s", (_, InstanceId, expected) => {
    expect(outcome("DescribeUser", { InstanceId, UserId: "u-1" })).toBe(expected);
  });

  it("is the home instance when nothing names one, without being named", () => {
    expect(canonical("ListInstances", {})).toMatchObject({ instance: east, namesInstance: false });
    expect(canonical("DescribePhoneNumber", { PhoneNumberId: "p-1" })).toMatchObject({
      instance: east,
      namesInstance: false,
    });
  });

  it("is the one of an ARN-valued member, which stays an ARN", () => {
    const resourceArn = `${west.arn}/agent/${uuid.toUpperCase()}`;
    const call = canonical("TagResource", { resourceArn, tags: { a: "b" } });
    expect(call).toMatchObject({
      instance: west,
      namesInstance: true,
      input: { resourceArn: `${west.arn}/agent/${uuid}` },
    });
  });

  it("gives its region to a phone number's ARN, without being named", () => {
    const resourceArn = `arn:aws:connect:us-west-2:123456789012:phone-number/${uuid}`;
    expect(canonical("TagResource", { resourceArn, tags: { a: "b" } })).toMatchObject({
      instance: west,
      namesInstance: false,
    });
    const elsewhere = resourceArn.replace("us-west-2", "eu-west-1");
    expect(canonical("TagResource", { resourceArn: elsewhere, tags: { a: "b" } }).instance).toBe(east);
    const foreign = resourceArn.replace("123456789012", "999999999999");
    expect(outcome("TagResource", { resourceArn: foreign, tags: { a: "b" } })).toBe("403");
  });

  it("may not be two at once", () => {
    const input = { PhoneNumber: "+15550100", InstanceId: "aaaa", TargetArn: west.arn };
    expect(outcome("ClaimPhoneNumber", input)).toBe("400 ");
  });
});

describe("the labels of a path alone", () => {
  const labels = (method: string, path: string) => {
    const routed = matchRoute(method, path);
    if (!routed) throw new Error(path);
    const { input, destination } = canonicalizeBeginning(routed, instances);
    return { input, ...(destination ? { destination } : {}) };
  };

  it("tell the instance when it stands in the path", () => {
    expect(labels("GET", "/users/aaaa/u-1")).toEqual({
      input: { InstanceId: "aaaa", UserId: "u-1" },
      destination: { instance: east, namesInstance: true },
    });
  });

  it("leave it open when the body may still name it", () => {
    expect(labels("PUT", "/contact/outbound-voice")).toEqual({ input: {} });
  });

  it("leave a call home that can name no instance", () => {
    expect(labels("GET", "/instance").destination).toEqual({ instance: east, namesInstance: false });
  });
});
