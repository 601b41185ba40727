/** The form of an input without a browser: its shapes are the SDK's, and each value is the same on both sides or is said to be shown as JSON only. */
import { describe, expect, it } from "vitest";
import { findOperation, operations } from "../../shared/catalog/catalog.ts";
import { CodedError } from "../../shared/errors.ts";
import { decodeInput } from "../../shared/request/decode/decode.ts";
import { findRoute, findServedSchema } from "../../shared/request/route/served-route.ts";
import { httpCallOf } from "../../tools/authoring/own-request.ts";
import {
  memberOf,
  misfitOf,
  startOf,
  timeOf,
  withChoices,
  withoutSecrets,
} from "../../tools/console/page/try/form/form-value.ts";
import { type Shape, shapeOf } from "../../tools/console/page/try/form/shape.ts";
import { TryModel } from "../../tools/console/page/try/try-model.ts";
import { givenOf } from "./random-tries.ts";

const served = operations().filter(({ refused }) => refused === undefined);

function shapeFor(operation: string): Shape {
  const row = findOperation(operation);
  if (row === undefined) throw new Error(operation);
  return shapeOf(findServedSchema(row).input);
}

function at(shape: Shape, path: string): Shape | undefined {
  return path
    .split(".")
    .reduce<Shape | undefined>(
      (inner, name) =>
        inner === undefined
          ? undefined
          : name === "[]" && "item" in inner
            ? inner.item
            : memberOf(inner, name)?.shape,
      shape,
    );
}

/** What the gateway reads of an input, or why it refuses it. */
function decoded(operation: string, input: unknown): string {
  const call = httpCallOf({
    ...{ method: "POST", path: `/operations/${operation}`, query: [], headers: [] },
    body: JSON.stringify(input),
  });
  const routed = findRoute(call, []);
  try {
    return JSON.stringify(decodeInput(call, routed, findServedSchema(routed.row)));
  } catch (cause) {
    if (cause instanceof CodedError) return `${operation}: ${cause.message}`;
    throw cause;
  }
}

describe("the form of an input", () => {
  it("has each operation's members, and what it begins with is read by the gateway", () => {
    expect(served.length).toBeGreaterThan(300);
    for (const { name, members } of served) {
      const shape = shapeFor(name);
      const own = "members" in shape ? shape.members : [];
      expect(own.map((each) => each.name).sort()).toEqual(members.map((each) => each.name).sort());
      const required = members.filter((each) => each.required).map((each) => each.name);
      expect(
        own
          .slice(0, required.length)
          .map((each) => each.name)
          .sort(),
      ).toEqual(required.sort());
      // A member that is added begins with what the gateway reads, whatever it holds.
      const all = Object.fromEntries(own.map((each) => [each.name, startOf(each.shape)]));
      expect(misfitOf(shape, all), name).toBeUndefined();
      expect(decoded(name, all), name).toMatch(/^\{/);
    }
  });

  it("shows what Try fills in, for every operation, with a value of each enumeration", async () => {
    const model = new TryModel(await givenOf());
    for (const { name } of served) {
      const filled: unknown = JSON.parse(model.fill(name));
      const shape = model.shape(name);
      if (shape === undefined) throw new Error(name);
      expect(misfitOf(shape, filled), name).toBeUndefined();
      expect(withChoices(shape, filled)).toEqual(filled);
    }
    expect(JSON.parse(model.fill("CreateContactFlow"))).toMatchObject({ Type: "AGENT_HOLD" });
    expect(model.shape("Nothing")).toBeUndefined();
  });

  it("knows enumerations, times, numbers, what is secret, and what is one of several", () => {
    expect(at(shapeFor("CreateContactFlow"), "Type")).toMatchObject({
      choices: expect.arrayContaining(["CONTACT_FLOW", "AGENT_WHISPER"]),
    });
    expect(at(shapeFor("ListPhoneNumbersV2"), "PhoneNumberTypes.[]")).toMatchObject({
      choices: expect.arrayContaining(["DID"]),
    });
    expect(at(shapeFor("CreateUser"), "Password")).toEqual({ kind: "text", isSecret: true });
    expect(at(shapeFor("CreateUser"), "IdentityInfo.Email")).toEqual({ kind: "text", isSecret: true });
    expect(at(shapeFor("CreateUser"), "Username")).toEqual({ kind: "text", isSecret: false });
    expect(at(shapeFor("CreateUser"), "PhoneConfig.AutoAccept")).toEqual({ kind: "boolean" });
    expect(at(shapeFor("GetMetricDataV2"), "StartTime")).toEqual({ kind: "time" });
    expect(at(shapeFor("ListUsers"), "MaxResults")).toEqual({ kind: "number" });
    expect(at(shapeFor("CreateUser"), "Tags")).toMatchObject({ kind: "map" });
    expect(at(shapeFor("SearchUsers"), "SearchCriteria.OrConditions.[].OrConditions.[]")).toMatchObject({
      kind: "structure",
    });
    expect(at(shapeFor("UpdateContact"), "SegmentAttributes")).toMatchObject({ kind: "map" });
    expect(at(shapeFor("CreateEvaluationForm"), "Items.[]")).toMatchObject({ kind: "oneOf" });
  });

  it.each([
    ["CreateUser", { Username: 1 }, "`Username` must be a text, and is 1"],
    ["CreateUser", { Usernam: "a" }, "`Usernam` is not a member"],
    ["CreateUser", { SecurityProfileIds: "a" }, "`SecurityProfileIds` must be a list"],
    [
      "CreateUser",
      { SecurityProfileIds: ["a", null] },
      "`SecurityProfileIds[1]` must be a text, and is null",
    ],
    ["CreateUser", { PhoneConfig: { AutoAccept: "yes" } }, "`PhoneConfig.AutoAccept` must be true or false"],
    ["CreateUser", [], "the whole must be an object"],
    ["CreateUser", JSON.parse('{"__proto__": {}}'), "`__proto__` is not a member"],
    ["CreateUser", { Tags: { a: 1 } }, "`Tags.a` must be a text"],
    ["ListUsers", { MaxResults: 2 ** 60 }, "`MaxResults` must be a number"],
    ["GetMetricDataV2", { StartTime: "soon" }, "`StartTime` must be a time"],
    ["CreateEvaluationForm", { Items: [{ Section: {}, Question: {} }] }, "`Items[0]` has 2 members"],
  ])("says why it cannot show an input of %s: %j", (operation, value, why) => {
    expect(misfitOf(shapeFor(operation), value)).toContain(why);
  });

  it("leaves a long list to JSON", () => {
    const value = { SecurityProfileIds: Array(101).fill("a") };
    expect(misfitOf(shapeFor("CreateUser"), value)).toBe(
      "`SecurityProfileIds` has 101 entries, too many for a form",
    );
  });

  it("refuses what is nested too deeply, instead of never ending", () => {
    let value: object = { StringCondition: { Value: "a" } };
    for (let depth = 0; depth < 5_000; depth++) value = { OrConditions: [value] };
    expect(misfitOf(shapeFor("SearchUsers"), { SearchCriteria: value })).toContain("nested too deeply");
  });

  it("shows times of both forms in UTC", () => {
    expect([
      timeOf(1_767_225_600),
      timeOf("2026-12-24T18:00:00+02:00"),
      timeOf("2026-12-24T18:00:00"),
      timeOf(1e20),
    ]).toEqual(["2026-01-01T00:00:00", "2026-12-24T16:00:00", undefined, undefined]);
  });

  it("keeps secrets out of the address", async () => {
    const model = new TryModel(await givenOf());
    const input = { Username: "a", Password: "hidden", IdentityInfo: { Email: "hidden" }, Tags: { a: "b" } };
    expect(model.withoutSecrets("CreateUser", JSON.stringify(input))).toBe(
      '{"Username":"a","IdentityInfo":{},"Tags":{"a":"b"}}',
    );
    expect(model.withoutSecrets("CreateUser", "{")).toBe("");
    expect(model.withoutSecrets("Nothing", JSON.stringify(input))).toBe("");
    expect(withoutSecrets(shapeFor("CreateUser"), [1])).toEqual([1]);
  });
});
