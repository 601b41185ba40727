import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resourceTypes } from "../../shared/catalog/catalog.ts";
import { isIdentifier, makeArn, parseConnectArn } from "../../shared/catalog/resource-arn.ts";
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
        if (!isIdentifier(text)) return;
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
