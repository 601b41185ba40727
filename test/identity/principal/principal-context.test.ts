/** What travels from the authorizer to the proxy: enough to decide, and nothing to be mistaken for missing. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carryPrincipal } from "../../../shared/identity/principal/carry-principal.ts";
import { mintPrincipal } from "../../../shared/identity/principal/principal.ts";
import { decodePrincipal, encodePrincipal } from "../../../shared/identity/principal/principal-context.ts";
import {
  isClaimKnown,
  isUnknownClaimKey,
  readPrincipalKeys,
} from "../../../shared/identity/principal/principal-keys.ts";

const mint = (claims: Readonly<Record<string, unknown>>) =>
  mintPrincipal(
    { iss: "https://issuer.test", exp: 1000, sub: "alice", ...claims },
    { id: "sub", groups: "groups" },
  );
const travel = (claims: Readonly<Record<string, unknown>>, ...consulted: readonly string[]) =>
  decodePrincipal(encodePrincipal(carryPrincipal(mint(claims), new Set(consulted))), 0);

describe("a principal that travels", () => {
  it("keeps what it is, and of its claims those that are consulted", () => {
    const traveller = travel({ groups: ["a"], Team: "red", site: "rome", iat: 5 }, "team", "absent");
    expect(traveller).toMatchObject({ id: "alice", name: "alice", groups: ["a"], expiresAtSeconds: 1000 });
    expect({ ...traveller.claims }).toEqual({ Team: "red" });
  });

  it("knows which claims it can speak of, whether the token holds them or not", () => {
    const traveller = travel({ team: "red", site: "rome" }, "team", "absent");
    const known = ["team", "absent", "site", "sub"].map((name) => isClaimKnown(traveller, name));
    expect(known).toEqual([true, true, false, false]);
    expect(isUnknownClaimKey(traveller, "jwt:site")).toBe(true);
    expect(isUnknownClaimKey(traveller, "aws:userid")).toBe(false);
    expect(readPrincipalKeys(traveller).get("jwt:team")).toBe("red");
  });

  it("is narrowed anew for other policies, though it is the same token's", () => {
    const whole = mint({ team: "red", site: "rome" });
    const [team, site] = [new Set(["team"]), new Set(["site"])];
    expect(carryPrincipal(whole, team)).toBe(carryPrincipal(whole, team));
    expect({ ...carryPrincipal(whole, site).claims }).toEqual({ site: "rome" });
    expect({ ...carryPrincipal(whole, team).claims }).toEqual({ team: "red" });
  });

  it("cannot speak of claims without a text form, or of two that differ in case", () => {
    const traveller = travel({ Nested: { a: 1 }, team: "red", TEAM: "blue" }, "nested", "team");
    expect([isClaimKnown(traveller, "nested"), isClaimKnown(traveller, "team")]).toEqual([false, false]);
  });

  it("never learns on a second journey what it did not know on the first", () => {
    const first = travel({ team: "red", site: "rome" }, "team");
    const second = decodePrincipal(encodePrincipal(carryPrincipal(first, new Set(["site", "team"]))), 0);
    expect([isClaimKnown(second, "team"), isClaimKnown(second, "site")]).toEqual([true, false]);
  });

  it("is small though its token is large", () => {
    const claims = { note: "x".repeat(5_700), groups: ["operators"] };
    expect(encodePrincipal(carryPrincipal(mint(claims), new Set())).length).toBeLessThan(400);
  });

  it("fits API Gateway's context with as many groups as a token can hold", () => {
    // What Microsoft Entra ID puts into a token: up to 200 ids; more than fit into 10,240 bytes.
    let state = 7;
    const digits = (count: number) =>
      Array.from({ length: count }, () => {
        state = (state * 1103515245 + 12345) % 2147483648;
        return ((state >> 8) % 16).toString(16);
      }).join("");
    const groups = Array.from(
      { length: 190 },
      () => `${digits(8)}-${digits(4)}-${digits(4)}-${digits(4)}-${digits(12)}`,
    );
    const encoded = encodePrincipal(carryPrincipal(mint({ groups }), new Set()));
    expect(encoded.length).toBeLessThan(6_000);
    expect(encoded).toMatch(/^[A-Za-z0-9_~-]+$/);
    expect(decodePrincipal(encoded, 0).groups).toEqual(groups);
  });

  it("arrives as it left, whatever its claims", () => {
    const claims = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string()), fc.integer()));
    const property = fc.property(claims, fc.array(fc.string()), fc.nat(4_000), (given, groups, pad) => {
      const consulted = new Set(Object.keys(given).map((name) => name.toLowerCase()));
      const { iss: _iss, sub: _sub, exp: _exp, groups: _groups, ...rest } = given;
      const carried = carryPrincipal(mint({ ...rest, groups, pad: "p".repeat(pad) }), consulted);
      const arrived = decodePrincipal(encodePrincipal(carried), 0);
      expect(JSON.stringify(arrived)).toBe(JSON.stringify(carried));
    });
    fc.assert(property, { seed: 20260101, numRuns: 200 });
  });

  const good = JSON.parse(
    Buffer.from(encodePrincipal(carryPrincipal(mint({}), new Set())), "base64url").toString("utf8"),
  );
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["an empty text", ""],
    ["a number", 1],
    ["no JSON", "AAAA"],
    ["null", encode(null)],
    ["a list", encode([])],
    ["no id", encode({ ...good, id: undefined })],
    ["groups that are a text", encode({ ...good, groups: "admins" })],
    ["tags that are numbers", encode({ ...good, tags: { a: 1 } })],
    ["claims that are objects", encode({ ...good, claims: { a: {} } })],
    ["no word of the claims that travelled", encode({ ...good, carriedClaims: undefined })],
    ["no word of the claims without a text form", encode({ ...good, opaqueClaims: undefined })],
    ["an expiry that is a text", encode({ ...good, expiresAtSeconds: "9" })],
    ["compressed content that is none", "~AAAA"],
    ["compressed content without an end", "~"],
  ])("is refused when the context holds %s", (_name, context) => {
    expect(() => decodePrincipal(context, 0)).toThrow(expect.objectContaining({ code: "unauthorized" }));
  });

  it("is refused when its token expired on the way", () => {
    const context = encodePrincipal(carryPrincipal(mint({}), new Set()));
    expect(decodePrincipal(context, 999.9).id).toBe("alice");
    expect(() => decodePrincipal(context, 1000)).toThrow(/expired/);
  });

  it("is refused when little text would become very much", async () => {
    const { deflateRawSync } = await import("node:zlib");
    const bomb = deflateRawSync(JSON.stringify({ ...good, name: "x".repeat(10_000_000) }));
    expect(() => decodePrincipal(`~${bomb.toString("base64url")}`, 0)).toThrow(/no readable principal/);
  });
});
