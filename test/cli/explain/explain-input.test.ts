/** The caller's file of `explain` and `what-can`: its claims are read as a token's are. */
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { ofConfiguredIssuer, readPrincipal } from "../../../tools/cli/explain/explain-input.ts";

async function reading(text: string) {
  return readPrincipal("-", { stdin: Readable.from([Buffer.from(text)]) });
}

describe("a caller's file", () => {
  it("has claims as a token would say them", async () => {
    const caller = await reading(
      '{"id":"a","tags":{"level":1e2},"claims":{"scp":"openid users.read","n":9007199254740993,"o":{"a":1},"x":null,"_claim_names":{"dept":"src1"}}}',
    );
    expect({ ...caller.claims }).toEqual({ scp: ["openid", "users.read"], n: "9007199254740993" });
    expect([...(caller.opaqueClaims ?? [])].sort()).toEqual(["_claim_names", "dept", "o"]);
    expect(caller.tags).toEqual({ level: "100" });
  });

  it("is one of the configured issuers' callers, and has their `iss`", async () => {
    const issuers = ["https://a.test", "https://b.test"].map((issuer) => ({
      issuer,
      audience: [],
      claims: { id: "sub" },
    }));
    const [nobodys, bs, other] = [
      await reading('{"id":"x"}'),
      await reading('{"id":"x","issuer":"https://b.test"}'),
      await reading('{"id":"x","issuer":"https://c.tset"}'),
    ];
    expect(ofConfiguredIssuer(nobodys, { issuers: issuers.slice(0, 1) })).toMatchObject({
      issuer: "https://a.test",
      claims: { iss: "https://a.test" },
    });
    expect(ofConfiguredIssuer(bs, { issuers }).issuer).toBe("https://b.test");
    expect(() => ofConfiguredIssuer(nobodys, { issuers })).toThrow(
      "several issuers are configured; choose one with `issuer` (on the command line `--issuer`): `https://a.test`, `https://b.test`",
    );
    expect(() => ofConfiguredIssuer(other, { issuers })).toThrow(
      "no issuer `https://c.tset` is configured; did you mean",
    );
    const byClaim = await reading('{"id":"x","claims":{"iss":"https://b.test"}}');
    expect(ofConfiguredIssuer(byClaim, { issuers }).issuer).toBe("https://b.test");
    const both = await reading('{"id":"x","issuer":"https://a.test","claims":{"iss":"https://b.test"}}');
    expect(() => ofConfiguredIssuer(both, { issuers })).toThrow(
      "the caller's `issuer` is `https://a.test`, and its claim `iss` is `https://b.test`",
    );
  });

  it("has the claim that its issuer's groups are split from as a list, like a caller with a token", async () => {
    const groups = { claim: "roles", split: "comma" } as const;
    const issuers = [{ issuer: "https://a.test", audience: [], claims: { id: "sub", groups } }];
    const [caller, odd] = [
      await reading('{"id":"x","claims":{"roles":"ops, frozen","level":"a,b"}}'),
      await reading('{"id":"x","claims":{"roles":"[ops]"}}'),
    ];
    expect(ofConfiguredIssuer(caller, { issuers }).claims).toEqual({
      iss: "https://a.test",
      roles: ["ops", "frozen"],
      level: "a,b",
    });
    const message = "the token's groups claim does not have the configured form";
    expect(() => ofConfiguredIssuer(odd, { issuers })).toThrow(
      expect.objectContaining({ name: "UsageError", message }),
    );
  });

  it("is refused for a tag that is no single value", async () => {
    await expect(reading('{"id":"a","tags":{"team":["x"]}}')).rejects.toThrow(
      /`tags.team` must be a single value/,
    );
  });
});
