/** Finding the one token of a request. */
import { describe, expect, it } from "vitest";
import { readBearerToken } from "../../../shared/identity/token/bearer-token.ts";

describe("the bearer token", () => {
  it.each([
    ["authorization", ["Bearer a.b.c"], "a.b.c"],
    ["authorization", ["bearer a.b.c"], "a.b.c"],
    ["authorization", ["BEARER   a.b.c "], "a.b.c"],
    ["authorization", ["a.b.c"], undefined],
    ["authorization", ["Bearer"], undefined],
    ["authorization", ["Bearer "], undefined],
    ["authorization", [""], undefined],
    ["authorization", ["Basic a.b.c"], undefined],
    ["authorization", ["AWS4-HMAC-SHA256 Credential=x, Signature=y"], undefined],
    ["authorization", ["Bearer a.b.c, Bearer d.e.f"], undefined],
    ["authorization", ["Bearer a.b.c d"], undefined],
    ["authorization", ["Bearer a.b.c\u00a0"], undefined],
    ["authorization", ["Bearer a.b.c", "Bearer a.b.c"], undefined],
    ["authorization", ["Bearer a.b.c", ""], undefined],
    ["authorization", [], undefined],
    ["x-connect-token", ["a.b.c"], "a.b.c"],
    ["x-connect-token", ["Bearer a.b.c"], "a.b.c"],
    ["x-connect-token", [" a.b.c\t"], "a.b.c"],
    ["x-connect-token", ["a.b.c, d.e.f"], undefined],
    ["x-connect-token", ["a.b.c", "d.e.f"], undefined],
    ["x-connect-token", ["Basic a.b.c"], undefined],
    ["x-connect-token", [""], undefined],
  ])("in `%s: %j` is %s", (header, values, expected) => {
    expect(readBearerToken(new Map([[header, values]]), header)).toBe(expected);
  });

  it("is looked for in the named header alone", () => {
    const headers = new Map([["authorization", ["Bearer a.b.c"]]]);
    expect(readBearerToken(headers, "x-connect-token")).toBeUndefined();
    expect(readBearerToken(new Map(), "authorization")).toBeUndefined();
  });

  it("is found in time that grows with the header's length only", () => {
    const startedAt = performance.now();
    const headers = new Map([["authorization", [`Bearer${" ".repeat(200_000)}\n`]]]);
    expect(readBearerToken(headers, "authorization")).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
