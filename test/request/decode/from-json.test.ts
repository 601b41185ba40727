import sdk from "@aws-sdk/client-connect/package.json" with { type: "json" };
import { describe, expect, it } from "vitest";
import { InputError } from "../../../shared/errors.ts";
import { decodeStructure } from "../../../shared/request/decode/from-json.ts";
import { findOperationSchema } from "../../../shared/request/decode/schemas.ts";

function decode(operation: string, value: unknown): unknown {
  const schema = findOperationSchema(operation);
  if (!schema) throw new Error(`no such operation: ${operation}`);
  return decodeStructure(schema.input, value, "");
}

const user = {
  Username: "jane",
  PhoneConfig: { PhoneType: "SOFT_PHONE", AutoAccept: true, AfterContactWorkTimeLimit: 5 },
  SecurityProfileIds: ["a", "b"],
  RoutingProfileId: "r",
  InstanceId: "i",
  Tags: { team: "blue" },
};

/** What a newer client is told, whose SDK knows the member. */
const notAMember = `is not a member of this operation's input (known up to SDK ${sdk.version})`;

describe("decodeStructure", () => {
  it("takes a whole input as it is", () => {
    expect(decode("CreateUser", user)).toEqual(user);
  });

  it.each([
    ["Username", { ...user, Username: ["x"] }, "must be a string"],
    ["Username", { ...user, Username: null }, "must be a string"],
    ["SecurityProfileIds", { ...user, SecurityProfileIds: "a" }, "must be a list"],
    ["SecurityProfileIds[1]", { ...user, SecurityProfileIds: ["a", null] }, "must be a string"],
    ["SecurityProfileIds[0]", { ...user, SecurityProfileIds: [["a"]] }, "must be a string"],
    ["PhoneConfig", { ...user, PhoneConfig: [] }, "must be an object"],
    ["PhoneConfig.AutoAccept", { ...user, PhoneConfig: { AutoAccept: "true" } }, "must be true or false"],
    [
      "PhoneConfig.AfterContactWorkTimeLimit",
      { ...user, PhoneConfig: { AfterContactWorkTimeLimit: "5" } },
      "must be a number",
    ],
    [
      "PhoneConfig.AfterContactWorkTimeLimit",
      { ...user, PhoneConfig: { AfterContactWorkTimeLimit: 2 ** 53 } },
      "is too large a number to be sent unchanged",
    ],
    ["Tags.team", { ...user, Tags: { team: 1 } }, "must be a string"],
    ["Tags", { ...user, Tags: JSON.parse('{"__proto__":"x"}') }, "must not have the key `__proto__`"],
    ["username", { ...user, username: "jane" }, notAMember],
    ["__type", { ...user, __type: "x" }, notAMember],
    ["constructor", { ...user, constructor: "x" }, notAMember],
    ["PhoneConfig.__type", { ...user, PhoneConfig: { __type: "x" } }, notAMember],
    ["Username", { ...user, Username: "\ud800" }, "must not contain a lone surrogate"],
  ])("refuses %s of %j", (path, value, message) => {
    expect(() => decode("CreateUser", value)).toThrow(new InputError(path, message));
  });

  it("refuses a missing required member by name", () => {
    const { RoutingProfileId: _, ...rest } = user;
    expect(() => decode("CreateUser", rest)).toThrow(new InputError("RoutingProfileId", "is required"));
  });

  it("refuses a union with no member or two", () => {
    const evaluation = (value: unknown) => ({
      InstanceId: "i",
      EvaluationId: "e",
      Answers: { q: { Value: value } },
    });
    expect(() => decode("SubmitContactEvaluation", evaluation({}))).toThrow(/must have exactly one member/);
    expect(() =>
      decode("SubmitContactEvaluation", evaluation({ StringValue: "a", NumericValue: 1 })),
    ).toThrow(new InputError("Answers.q.Value", "must have exactly one member"));
    expect(decode("SubmitContactEvaluation", evaluation({ StringValue: "a" }))).toBeDefined();
  });

  it("reads times as epoch seconds and as RFC 3339 text, and nothing else", () => {
    const at = (StartTime: unknown) => ({
      ResourceArn: "a",
      StartTime,
      EndTime: 1_700_000_000,
      Filters: [],
      Metrics: [],
    });
    const expected = { StartTime: new Date(1_700_000_000_500) };
    expect(decode("GetMetricDataV2", at(1_700_000_000.5))).toMatchObject(expected);
    expect(decode("GetMetricDataV2", at("2023-11-14T22:13:20.5Z"))).toMatchObject(expected);
    const noTimes = [
      "2023-13-14T22:13:20Z",
      "2023-02-29T22:13:20Z",
      "2023-11-14T24:00:00Z",
      "2023-11-14T22:13:60Z",
    ];
    for (const wrong of ["1700000000", "2023-11-14", ...noTimes, true, {}, 1e300]) {
      expect(() => decode("GetMetricDataV2", at(wrong))).toThrow(InputError);
    }
  });
});
