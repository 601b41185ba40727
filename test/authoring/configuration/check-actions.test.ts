/**
 * Which actions and patterns of actions exist.
 */
import { describe, expect, it } from "vitest";
import { operations } from "../../../shared/catalog/catalog.ts";
import { checkAction } from "../../../tools/authoring/configuration/check-actions.ts";

describe("checkAction", () => {
  it("accepts the action of every operation, in any case", () => {
    for (const { action, extraActions } of operations()) {
      for (const each of [action, ...extraActions.map((extra) => extra.action)]) {
        expect(checkAction(each)).toBeUndefined();
        expect(checkAction(each.toLowerCase())).toBeUndefined();
        expect(checkAction(each.toUpperCase())).toBeUndefined();
      }
    }
  });

  it.each([
    "*",
    "connect:*",
    "Connect:*",
    "connect:Describe*",
    "connect:*Contact",
    "connect:?reateUser",
    "connect:*metricdata*",
    "connect:AdminGetEmergencyAccessToken",
    "connect:sendoutboundchatmessage",
  ])("accepts %s", (pattern) => {
    expect(checkAction(pattern)).toBeUndefined();
  });

  it.each([
    ["connect:CreateUsr", "there is no action `connect:CreateUsr`; did you mean `connect:CreateUser`"],
    ["connect:Fly", "there is no action `connect:Fly`; `connect-authorizer catalog` lists the operations"],
    [
      "connect:UpdatUser*",
      "`connect:UpdatUser*` matches no action of Amazon Connect; `connect-authorizer catalog` lists the operations",
    ],
    [
      "connect:DeleteUserX*",
      "`connect:DeleteUserX*` matches no action of Amazon Connect; did you mean `connect:DeleteUser`",
    ],
    [
      "connect:constructor",
      "there is no action `connect:constructor`; `connect-authorizer catalog` lists the operations",
    ],
    [
      "connect:CreateUser?",
      "`connect:CreateUser?` matches no action of Amazon Connect; did you mean `connect:CreateUser`",
    ],
    [
      "*:DeleteUsr",
      "`*:DeleteUsr` matches no action of Amazon Connect; `connect-authorizer catalog` lists the operations",
    ],
    [
      "?onnect:DeleteUsr",
      "`?onnect:DeleteUsr` matches no action of Amazon Connect; did you mean `connect:DeleteUser`",
    ],
    [
      "conn*:Foo*",
      "`conn*:Foo*` matches no action of Amazon Connect; `connect-authorizer catalog` lists the operations",
    ],
  ])("refuses %s", (pattern, message) => {
    expect(checkAction(pattern)).toEqual({ severity: "error", code: "unknownAction", message });
  });

  it.each(["s3:GetObject", "s3:*", "connect-campaigns:*", "connectx:Fly", "connects:*", "conn:*", "s*:Get?"])(
    "warns of %s",
    (pattern) => {
      expect(checkAction(pattern)).toMatchObject({ severity: "warning", code: "foreignAction" });
    },
  );
});
