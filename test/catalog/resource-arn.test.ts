import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resourceTypes } from "../../shared/catalog/catalog.ts";
import { assertBelongs, isArnId, makeArn, parseConnectArn } from "../../shared/catalog/resource-arn.ts";
import { InputError } from "../../shared/errors.ts";
import { instanceArn, makeTypedArn, place } from "./synthetic-input.ts";

const plainTypes = resourceTypes()
  .map(({ name }) => name)
  .filter((name) => !name.startsWith("qualified-"));

describe("reading an ARN", () => {
  it.each(plainTypes)("recognizes the type %s", (type) => {
    expect(parseConnectArn(makeTypedArn(type, "x"))?.type).toBe(type);
  });

  it("gives its parts", () => {
    expect(parseConnectArn(`${instanceArn}/agent/u:1`)).toEqual({
      text: `${instanceArn}/agent/u:1`,
      partition: "aws",
      region: "us-east-1",
      accountId: "123456789012",
      type: "user",
      instanceId: place.id,
      id: "u:1",
    });
    expect(parseConnectArn(instanceArn)).toMatchObject({
      type: "instance",
      id: place.id,
      instanceId: place.id,
    });
    expect(parseConnectArn(`${instanceArn}/queue/agent/u`)).toMatchObject({ type: "agent-queue", id: "u" });
    const phone = parseConnectArn("arn:aws-us-gov:connect:us-gov-west-1:123456789012:phone-number/p");
    expect(phone).toEqual({
      text: "arn:aws-us-gov:connect:us-gov-west-1:123456789012:phone-number/p",
      partition: "aws-us-gov",
      region: "us-gov-west-1",
      accountId: "123456789012",
      type: "phone-number",
      id: "p",
    });
  });

  it("tells a number's legacy ARN from its current one", () => {
    expect(parseConnectArn(`${instanceArn}/phone-number/p`)?.type).toBe("legacy-phone-number");
  });

  it.each([
    "",
    "arn",
    "arn:aws:connect:us-east-1:123456789012:",
    "arn:aws:connect:us-east-1:123456789012:instance",
    "arn:aws:connect:us-east-1:123456789012:instance/",
    "arn:aws:connect:us-east-1:123456789012:instance/a:1",
    "arn:aws:connect:us-east-1:123456789012:/instance/a",
    "arn:aws:connect:us-east-1:123456789012:instance/*",
    "arn:aws:connect:us-east-1:aws:instance/a",
    "arn:aws:connect:us-east-1:123456789012:view/form",
    "arn:aws:connect:*:123456789012:instance/a",
    "arn:aws:connect:us-east-1:*:instance/a",
    "arn:aws:connect::123456789012:instance/a",
    "arn:*:connect:us-east-1:123456789012:instance/a",
    "ARN:aws:connect:us-east-1:123456789012:instance/a",
    `${instanceArn}/agent`,
    `${instanceArn}/agent/`,
    `${instanceArn}/agent/u/v`,
    `${instanceArn}/agent/..`,
    `${instanceArn}/agent/u:1:2`,
    `${instanceArn}/Agent/u`,
    `${instanceArn}/constructor/u`,
    `${instanceArn}/agent/u `,
    `${instanceArn}//agent/u`,
  ])("refuses `%s`", (arn) => {
    expect(parseConnectArn(arn)).toBeUndefined();
  });
});

describe("making an ARN", () => {
  const word = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
  const single = plainTypes.filter((type) => !["ai-agent", "case"].includes(type));

  it("is undone by reading it", () => {
    const id = fc.tuple(word, fc.option(fc.constantFrom("$SAVED", "$LATEST", "7"), { nil: undefined }));
    fc.assert(
      fc.property(
        fc.constantFrom(...single.filter((type) => type !== "instance")),
        id,
        (type, [name, qualifier]) => {
          const text = qualifier === undefined ? name : `${name}:${qualifier}`;
          expect(parseConnectArn(makeArn(type, text, place, "Id"))).toMatchObject({ type, id: text });
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  it("never lets a character through that means something in an ARN or a policy", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 12 }), (text) => {
        const isPlain = /^[A-Za-z0-9._$:-]+$/.test(text);
        if (!isArnId(text)) return;
        expect(isPlain).toBe(true);
        expect(text).not.toMatch(/^\.|\.\.|\.$|^\$|:.*:/);
      }),
      { seed: 2, numRuns: 5000 },
    );
  });

  it("keeps every character of the identifier as it is", () => {
    expect(makeArn("user", "Ab_9-x", place, "UserId")).toBe(`${instanceArn}/agent/Ab_9-x`);
  });
});

describe("an ARN in a call to an instance", () => {
  const outcome = (arn: string, namesInstance = true) => {
    const parsed = parseConnectArn(arn);
    if (!parsed) throw new Error(arn);
    try {
      assertBelongs(parsed, { ...place, namesInstance }, "UserId");
      return "stands";
    } catch (error) {
      return error instanceof InputError ? error.message : error;
    }
  };
  const refused =
    "UserId: names a resource of another partition, region, account or instance than the call goes to";
  const user = `${instanceArn}/agent/u`;
  const phone = "arn:aws:connect:us-east-1:123456789012:phone-number/p";

  it.each([
    ["of the instance", user],
    ["of the instance itself", instanceArn],
    ["that AWS manages there", "arn:aws:connect:us-east-1:aws:view/detail"],
    ["of a type that two Regions share", phone.replace("us-east-1", "us-west-2")],
  ])("stands there when it is one %s", (_, arn) => {
    expect(outcome(arn)).toBe("stands");
  });

  it.each([
    ["partition", user.replace("arn:aws:", "arn:aws-cn:")],
    ["Region", user.replace("us-east-1", "us-west-2")],
    ["account", user.replace("123456789012", "210987654321")],
    ["instance", user.replace(place.id, "other")],
    ["Region, managed by AWS", "arn:aws:connect:us-west-2:aws:view/detail"],
    ["account, of a type that two Regions share", phone.replace("123456789012", "210987654321")],
    ["partition, of a type that two Regions share", phone.replace("arn:aws:", "arn:aws-us-gov:")],
  ])("is refused when it is one of another %s", (_, arn) => {
    expect(outcome(arn)).toBe(refused);
  });

  it("may be of any instance of the Region when the call names none", () => {
    const other = user.replace(place.id, "other");
    expect(outcome(other, false)).toBe("stands");
    expect(outcome(other.replace("us-east-1", "us-west-2"), false)).toBe(refused);
    expect(outcome(other.replace("123456789012", "210987654321"), false)).toBe(refused);
  });
});
