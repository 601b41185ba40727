/**
 * The "did you mean" of messages.
 */
import { describe, expect, it } from "vitest";
import { nearestName } from "../../tools/authoring/nearest-name.ts";

const names = ["instances", "issuers", "bindings", "guardrails", "connect:CreateUser", "connect:CreateQueue"];

describe("nearestName", () => {
  it.each([
    ["instance", "instances"],
    ["bindigns", "bindings"],
    ["Guardrails", "guardrails"],
    ["isuers", "issuers"],
    ["connect:CreatUser", "connect:CreateUser"],
    ["connect:createuser", "connect:CreateUser"],
  ])("finds for %s %s", (name, expected) => {
    expect(nearestName(name, names)).toBe(expected);
  });

  it.each(["", "x", "routes", "instancesinstances", "s3:GetObject", "b".repeat(10_000)])(
    "finds nothing for %.20s",
    (name) => {
      expect(nearestName(name, names)).toBeUndefined();
    },
  );

  it("takes the nearest, and of equals the first", () => {
    expect(nearestName("abcf", ["abdd", "abcd", "abce"])).toBe("abcd");
  });
});
