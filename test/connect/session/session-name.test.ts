import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ownSessionName, sessionNameOf } from "../../../shared/connect/session/session-name.ts";

const issuer = "https://issuer.test";
const form = /^[\w+=,.@-]{2,64}$/;

describe("the name of a caller's session", () => {
  it.each(["alice", "alice@example.com", "00u1abcd", "a".repeat(64), "=,.@-+_"])(
    "is the id where that fits: %s",
    (id) => {
      expect(sessionNameOf({ id, issuer }, true)).toBe(id);
    },
  );

  it.each([
    ["auth0|5f7c", /^auth0-5f7c=[0-9a-f]{20}$/],
    ["Jürgen Müller", /^J-rgen-M-ller=[0-9a-f]{20}$/],
    ["a", /^a=[0-9a-f]{20}$/],
    ["", /^=[0-9a-f]{20}$/],
    ["aws:root", /^aws-root=[0-9a-f]{20}$/],
    ["x".repeat(65), /^x{43}=[0-9a-f]{20}$/],
    [ownSessionName, /^connect-authorizer=[0-9a-f]{20}$/],
  ])("says as much of another id as fits, and a hash: %s", (id, expected) => {
    expect(sessionNameOf({ id, issuer }, true)).toMatch(expected);
  });

  it("is never one that was made for somebody else", () => {
    const made = sessionNameOf({ id: "auth0|5f7c", issuer }, true);
    expect(sessionNameOf({ id: made, issuer }, true)).not.toBe(made);
  });

  it("tells callers of several issuers apart", () => {
    const names = ["https://a.test", "https://b.test"].map((each) =>
      sessionNameOf({ id: "alice", issuer: each }, false),
    );
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^alice=/);
  });

  it("is what STS takes, and different for different callers", () => {
    const ids = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.stringMatching(/^[a-c|]{1,3}$/),
    );
    fc.assert(
      fc.property(fc.array(ids, { minLength: 2, maxLength: 20 }), fc.boolean(), (callers, isOnlyIssuer) => {
        const distinct = [...new Set(callers)];
        const names = distinct.map((id) => sessionNameOf({ id, issuer }, isOnlyIssuer));
        for (const name of names) expect(name).toMatch(form);
        expect(new Set(names).size).toBe(distinct.length);
      }),
    );
  });
});
