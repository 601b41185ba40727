/** Callers of the library: verified as in the functions, and known only by the principal that the authorizer made. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Authorizer,
  AuthorizerError,
  type Principal,
  TokenRefusedError,
} from "../../tools/library/index.ts";
import { allowAll, given, instanceArn, instanceId, tokenOf } from "../functions/lambda-fixture.ts";
import { authorizerOf } from "./library-fixture.ts";

let authorizer: Authorizer;
beforeAll(async () => {
  ({ authorizer } = await authorizerOf([allowAll]));
});

const input = { InstanceId: instanceId, UserId: "u-1" };
const decideFor = (principal: Principal, by = authorizer) =>
  by.decide({ principal, operation: "DescribeUser", input });

describe("identify", () => {
  it("gives the caller of a token, with or without its scheme, and nothing that can be changed", async () => {
    const token = tokenOf({ sub: "u-7" });
    for (const text of [token, `Bearer ${token}`]) {
      const principal = await authorizer.identify(text);
      expect(principal).toMatchObject({ id: "u-7", name: "u-7", issuer: "https://issuer.test" });
      expect(principal.groups).toEqual(["callers"]);
      expect([principal, principal.groups, principal.tags].every(Object.isFrozen)).toBe(true);
      expect(JSON.stringify(principal)).not.toContain(token);
    }
  });

  it.each([
    ["expired", { exp: 1 }],
    ["audience", { aud: "other" }],
    ["issuer", { iss: "https://other.test" }],
  ])("refuses a token and says why, without the token: %s", async (refusal, claims) => {
    const token = tokenOf(claims);
    const refused = await authorizer.identify(token).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TokenRefusedError);
    expect(refused).toBeInstanceOf(AuthorizerError);
    expect(refused).toMatchObject({ code: "unauthorized", refusal });
    expect(JSON.stringify(refused) + String(refused)).not.toContain(token.slice(0, 20));
  });

  it.each(["", "x", "a.b.c", `${"a".repeat(20_000)}.b.c`])(
    "refuses what is no token: %.10s",
    async (text) => {
      await expect(authorizer.identify(text)).rejects.toBeInstanceOf(TokenRefusedError);
    },
  );

  it.each([undefined, null, 7, {}])("refuses what is no text: %s", async (value) => {
    await expect(authorizer.identify(value as never)).rejects.toBeInstanceOf(TokenRefusedError);
  });
});

describe("a principal", () => {
  it("counts only if this authorizer made it", async () => {
    const own = await authorizer.identify(tokenOf());
    const { authorizer: other } = await authorizerOf([allowAll]);
    expect(await decideFor(own)).toMatchObject({ outcome: "allow" });
    const foreign = [
      { ...own },
      structuredClone(own),
      new Proxy(own, {}),
      Object.create(own),
      undefined,
      "u-1",
    ];
    for (const principal of foreign) {
      expect(await decideFor(principal as Principal)).toMatchObject({
        outcome: "deny",
        reason: "unauthorized",
      });
    }
    expect(await decideFor(own, other)).toMatchObject({ outcome: "deny", reason: "unauthorized" });
  });

  it("counts until its token expires", async () => {
    const principal = await authorizer.identify(tokenOf());
    const at = (seconds: number) => new Date(principal.expiresAtSeconds * 1000 + seconds * 1000);
    const request = { principal, operation: "DescribeUser", input };
    expect(await authorizer.decide({ ...request, now: at(-1) })).toMatchObject({ outcome: "allow" });
    const message = "the token has expired";
    expect(await authorizer.decide({ ...request, now: at(0) })).toMatchObject({ outcome: "deny", message });
    expect(await authorizer.decide({ ...request, now: new Date(Number.NaN) })).toMatchObject({
      outcome: "deny",
    });
  });
});

describe("identifyFromContext", () => {
  /** The context that the Lambda authorizer gives API Gateway for a call. */
  async function contextOf(by = given([allowAll])) {
    const { context } = await by.call("GET", `/users/${instanceId}/u-1`, { token: tokenOf({ sub: "u-7" }) });
    return { ...context, principalId: "u-7", integrationLatency: 12 };
  }

  it("gives the caller that our Lambda authorizer verified, in REST and HTTP APIs", async () => {
    const context = await contextOf();
    const { authorizer: same } = await authorizerOf([allowAll]);
    for (const form of [context, { lambda: context }]) {
      const principal = await same.identifyFromContext(form);
      expect(principal).toMatchObject({ id: "u-7", groups: ["callers"] });
      expect(await decideFor(principal, same)).toMatchObject({
        outcome: "allow",
        resource: `${instanceArn}/agent/u-1`,
      });
    }
  });

  it.each([
    ["nothing", undefined],
    ["no principal", {}],
    ["the context of an IAM authorizer", { iam: { userId: "u-7" } }],
    ["a principal that is not ours", { principal: "e30" }],
    ["claims of another authorizer", { claims: { sub: "u-7" } }],
  ])("refuses %s", async (_, context) => {
    await expect(authorizer.identifyFromContext(context)).rejects.toMatchObject({
      name: "AuthorizerError",
      code: "unauthorized",
    });
  });

  it("refuses a caller for whom the authorizer had newer policies than can be loaded here", async () => {
    const context = await contextOf(given([allowAll, { ...allowAll, Effect: "Deny" }]));
    await expect(authorizer.identifyFromContext(context)).rejects.toMatchObject({ code: "policiesOutdated" });
  });
});
