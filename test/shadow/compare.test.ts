/**
 * What counts as a difference between two bundles on one call.
 */
import { describe, expect, it } from "vitest";
import type { ShadowDifference, ShadowSide } from "../../shared/audit/record.ts";
import { CodedError } from "../../shared/errors.ts";
import { attempt, differenceOf, sideOf } from "../../shared/shadow/compare.ts";

const allow: ShadowSide = { outcome: "allow", operation: "DescribeUser" };
const deny: ShadowSide = { outcome: "deny", operation: "DescribeUser", decision: "implicitDeny" };
const error = (reason: string): ShadowSide => ({ outcome: "error", reason });
const open: ShadowSide = { outcome: "notYetKnown" };

describe("a candidate's answer", () => {
  it.each<[live: ShadowSide, candidate: ShadowSide, difference: ShadowDifference | undefined]>([
    [allow, allow, undefined],
    [allow, { ...allow, statements: [] }, undefined],
    [allow, { ...allow, operation: "DeleteUser" }, "otherOperation"],
    [allow, deny, "loses"],
    [allow, error("unknownInstance"), "loses"],
    [allow, open, "undecided"],
    [allow, error("internal"), "failed"],
    [deny, allow, "gains"],
    [deny, { ...deny, decision: "explicitDeny" }, undefined],
    [deny, error("unknownOperation"), "otherRefusal"],
    [deny, open, "undecided"],
    [deny, error("internal"), "failed"],
    [error("unknownInstance"), allow, "gains"],
    [error("unknownInstance"), error("unknownInstance"), undefined],
    [error("unknownInstance"), error("unknownOperation"), "otherRefusal"],
    [error("unknownInstance"), deny, "otherRefusal"],
    [error("internal"), deny, "otherRefusal"],
  ])("%j beside %j is %s", (live, candidate, difference) => {
    expect(differenceOf(live, candidate)).toBe(difference);
  });
});

describe("an attempt to decide", () => {
  it("that fails is told by its code, never by its message", () => {
    const coded = attempt(() => {
      throw new CodedError("unknownInstance", "secret `input`");
    });
    expect(sideOf(coded, "deny")).toEqual({ outcome: "error", reason: "unknownInstance" });
    const bug = attempt(() => {
      throw new TypeError("secret");
    });
    expect(sideOf(bug, "deny")).toEqual({ outcome: "error", reason: "internal" });
  });

  it.each(["deny", "notYetKnown"] as const)("without a decision is %s, as its reader means it", (outcome) => {
    expect(
      sideOf(
        attempt(() => undefined),
        outcome,
      ),
    ).toEqual({ outcome });
  });
});
