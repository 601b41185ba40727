/** From claims to a principal. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ClaimSet, findClaim, UNREADABLE } from "../../../shared/identity/claims/claims.ts";
import { flattenClaims } from "../../../shared/identity/claims/flat-claims.ts";
import { readNumberTexts } from "../../../shared/identity/claims/numbers.ts";
import { carryPrincipal } from "../../../shared/identity/principal/carry-principal.ts";
import { mintPrincipal } from "../../../shared/identity/principal/principal.ts";
import { isUnknownClaimKey, readPrincipalKeys } from "../../../shared/identity/principal/principal-keys.ts";
import { readTokenMembers } from "../../../shared/identity/token/inspect-token.ts";
import { TokenError } from "../../../shared/identity/token/token-error.ts";
import type { ClaimMapping } from "../../../shared/identity/types.ts";

const mint = (claims: Readonly<Record<string, unknown>>, mapping: Partial<ClaimMapping> = {}) =>
  mintPrincipal(
    { iss: "https://issuer.test", exp: 1000, sub: "alice", ...claims },
    { id: "sub", ...mapping },
  );

describe("a principal", () => {
  it("has what the mapping names", () => {
    const claims = { email: "a@b.c", "cognito:groups": ["x", "y"], "custom:team": "red", n: 1 };
    const tags = { team: "custom:team" };
    expect(mint(claims, { name: "email", groups: "cognito:groups", tags })).toMatchObject({
      id: "alice",
      name: "a@b.c",
      groups: ["x", "y"],
      tags: { team: "red" },
      issuer: "https://issuer.test",
      expiresAtSeconds: 1000,
    });
  });

  it.each([
    ["no name claim is mapped", {}, {}],
    ["the name is missing", {}, { name: "email" }],
    ["the name is empty", { email: "" }, { name: "email" }],
    ["the name is null", { email: null }, { name: "email" }],
  ])("is named by its id when %s", (_name, claims, mapping) => {
    expect(mint(claims, mapping).name).toBe("alice");
  });

  it.each([
    ["groups", { groups: 7 }, { groups: "groups" }],
    ["groups", { groups: { a: true } }, { groups: "groups" }],
    ["groups", { groups: ["a", 7] }, { groups: "groups" }],
    ["groups", { groups: [["a"]] }, { groups: "groups" }],
    ["name", { email: ["a"] }, { name: "email" }],
    ["name", { email: "a\u0000b" }, { name: "email" }],
    ["tags", { team: ["a"] }, { tags: { team: "team" } }],
    ["tags", { team: { a: 1 } }, { tags: { team: "team" } }],
    ["noId", {}, { id: "employee" }],
    ["noId", { employee: { number: 1 } }, { id: "employee" }],
    ["noId", { employee: null }, { id: "employee" }],
    ["noExpiry", { exp: undefined }, {}],
  ])("is not made when a mapped claim cannot be read (%s)", (refusal, claims, mapping) => {
    expect(() => mint(claims, mapping)).toThrow(expect.objectContaining({ refusal }));
    expect(() => mint(claims, mapping)).toThrow(TokenError);
  });

  it("takes a number as an id", () => {
    expect(mint({ employee: { number: 4711 } }, { id: "employee.number" }).id).toBe("4711");
  });

  it("has tags only for claims that are there, with scalars as text", () => {
    const tags = { team: "team", level: "level", admin: "admin", none: "none" };
    const made = mint({ team: "red", level: 3, admin: false }, { tags }).tags;
    expect({ ...made }).toEqual({ team: "red", level: "3", admin: "false" });
  });

  it("never finds an inherited member", () => {
    expect(() => mint({}, { id: "constructor" })).toThrow(TokenError);
    expect(() => mint({}, { id: "toString.name" })).toThrow(TokenError);
    const { claims, tags } = mint({}, { tags: { team: "__proto__" } });
    expect([Object.getPrototypeOf(claims), Object.getPrototypeOf(tags)]).toEqual([null, null]);
    expect(claims["constructor"]).toBeUndefined();
    expect("team" in tags).toBe(false);
  });
});

describe("claim paths", () => {
  const claims = {
    realm_access: { roles: ["a"], "x.y": "dotted" },
    "realm_access.roles": "literal",
    "https://example.com/app": { groups: "nested" },
    "a.b": { c: "longest" },
    a: { "b.c": "middle", b: { c: "shortest" } },
    z: null,
  };

  it.each([
    ["realm_access.roles", "literal"],
    ["realm_access.x.y", "dotted"],
    ["https://example.com/app.groups", "nested"],
    ["a.b.c", "longest"],
    ["realm_access.none", undefined],
    ["realm_access.roles.0", UNREADABLE],
    ["z.a", undefined],
    ["", undefined],
    [".", undefined],
    ["a.", undefined],
    ["__proto__.toString", undefined],
  ])("`%s` finds %s", (path, expected) => {
    expect(findClaim(claims, path)).toEqual(expected);
  });

  it("prefer the longest name at each level, then a shorter one that leads on", () => {
    expect(findClaim({ a: { "b.c": "middle", b: { c: "shortest" } } }, "a.b.c")).toBe("middle");
    expect(findClaim({ "a.b": {}, a: { b: { c: "shortest" } } }, "a.b.c")).toBe("shortest");
  });
});

describe("flattened claims", () => {
  const flatten = (set: ClaimSet) => flattenClaims(set, readNumberTexts(JSON.stringify(set)));

  it("hold scalars and lists of scalars as text, and name what has no text form", () => {
    const { claims, opaqueClaims } = flatten({
      text: "x",
      number: 1.5,
      yes: true,
      list: ["a", 2, false],
      empty: [],
      nothing: null,
      Nested: { a: 1 },
      mixed: ["a", { b: 1 }],
      deep: [["a"]],
    });
    expect({ ...claims }).toEqual({
      text: "x",
      number: "1.5",
      yes: "true",
      list: ["a", "2", "false"],
      empty: [],
    });
    expect(opaqueClaims).toEqual(["nested", "mixed", "deep"]);
  });

  it.each(["scope", "scp", "SCP"])("hold the scopes of `%s` one by one, and no others", (name) => {
    const scopes = (value: unknown) => flatten({ [name]: value });
    for (const [value, expected] of [
      ["openid  users/read", ["openid", "users/read"]],
      ["a,b", ["a,b"]],
      ["", []],
      [
        ["a", "b"],
        ["a", "b"],
      ],
      [[], []],
    ] as const)
      expect({ ...scopes(value).claims }).toEqual({ [name]: expected });
    for (const value of ["a\tb", "a\nb", ["a b"], [["a"]], { a: true }, 7, true])
      expect(scopes(value)).toEqual({ claims: {}, opaqueClaims: [name.toLowerCase()] });
    expect(scopes(null)).toEqual({ claims: {}, opaqueClaims: [] });
  });

  it.each([
    ["the current actor", { act: { sub: "agent-1", act: { sub: "earlier" } } }, "agent-1", ["act"]],
    ["an actor whose id is a number", { act: { sub: 7 } }, "7", ["act"]],
    ["no actor", { sub: "u" }, undefined, []],
    ["no actor, said", { act: null }, undefined, []],
    ["an actor without an id", { act: { iss: "https://issuer.example" } }, undefined, ["act", "act.sub"]],
    ["an actor with several ids", { act: { sub: ["a", "b"] } }, undefined, ["act", "act.sub"]],
    ["a text in place of an actor", { act: "agent-1" }, undefined, ["act.sub"]],
    ["a list of actors", { act: [{ sub: "a" }] }, undefined, ["act", "act.sub"]],
    ["two actors", { act: { sub: "a" }, ACT: { sub: "b" } }, "b", ["act", "act.sub"]],
    ["two names of one actor", { act: { sub: "a" }, "act.sub": "b" }, "b", ["act", "act.sub"]],
    [
      "an actor elsewhere",
      { _claim_names: { act: "s" }, _claim_sources: { s: {} } },
      undefined,
      ["act", "act.sub"],
    ],
  ] as const)("name %s by its `sub`, or leave it open", (_, set: ClaimSet, sub, open: readonly string[]) => {
    const { claims, opaqueClaims } = flatten(set);
    expect(claims["act.sub"]).toBe(sub);
    const about = opaqueClaims.filter((name) => name.startsWith("act")).sort();
    expect(about).toEqual(open);
    const { isKnown, value } = seenActor(set);
    expect([isKnown, value]).toEqual(open.includes("act.sub") ? [false, undefined] : [true, sub]);
  });

  /** What policies see of the actor, with the whole token and with the claims that reach the proxy. */
  function seenActor(set: ClaimSet) {
    const principal = mint({ sub: "u", ...set });
    const seen = [principal, carryPrincipal(principal, new Set(["act.sub", "act"]))].map((each) => {
      const isKnown = !isUnknownClaimKey(each, "jwt:act.sub");
      return { isKnown, value: isKnown ? readPrincipalKeys(each).get("jwt:act.sub") : undefined };
    });
    expect(seen[1]).toEqual(seen[0]);
    expect(isUnknownClaimKey(principal, "jwt:act.iss")).toBe(isUnknownClaimKey(principal, "jwt:act"));
    return seen[0] ?? { isKnown: false, value: undefined };
  }

  it("leave open what two claims mean whose names differ in case", () => {
    expect(flatten({ Team: "red", team: "blue", other: 1 }).opaqueClaims).toEqual(["team"]);
  });
});

describe("members", () => {
  /** Why a text is refused, or `value`. */
  function outcomeOf(json: string): string {
    try {
      readTokenMembers(json);
      return "value";
    } catch (error) {
      if (error instanceof TokenError) return error.refusal;
      throw error;
    }
  }

  it.each([
    ['{"a":1,"a":2}', "duplicate"],
    ['{"a":1,"\\u0061":2}', "duplicate"],
    ['{"x":{"a":1,"b":[{"c":1,"c":2}]}}', "duplicate"],
    ['{"x":[1,2,{"a":1}],"x":1}', "duplicate"],
    ['{"":1,"":2}', "duplicate"],
    ['{"__proto__":1}', "reserved"],
    ['{"x":[{"\\u005f_proto__":1}]}', "reserved"],
    ['{"constructor":1}', "reserved"],
    ['{"a":"__proto__"}', "value"],
    ['{"a":"a","b":["a","a"]}', "value"],
    ['{"a":{"a":{"a":1}}}', "value"],
    ['[{"a":1},{"a":1}]', "value"],
    ['{"a":"\\",\\"a\\":","b":1}', "value"],
    ['{"a\\\\":1,"a":"}{"}', "value"],
    ["{}", "value"],
  ])("of %s: %s", (json, expected) => {
    expect(outcomeOf(json)).toBe(expected);
  });

  it("are never seen twice in what JSON.stringify writes", () => {
    const property = fc.property(fc.jsonValue(), (value) => outcomeOf(JSON.stringify(value)) !== "duplicate");
    fc.assert(property, { seed: 20260101, numRuns: 500 });
  });

  it("are always seen when a member is written twice", () => {
    const property = fc.property(fc.string(), fc.jsonValue(), (name, value) => {
      const member = `${JSON.stringify(name)}:${JSON.stringify(value)}`;
      return outcomeOf(`{${member}, ${member}}`) === "duplicate";
    });
    fc.assert(property, { seed: 20260101, numRuns: 300 });
  });
});
