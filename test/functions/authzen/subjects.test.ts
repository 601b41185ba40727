/** Who a question may be about, and by which policies it is answered. */
import { describe, expect, it } from "vitest";
import type { Configuration } from "../../../shared/bundle/types.ts";
import type { IssuerConfiguration } from "../../../shared/identity/types.ts";
import { allowAll, bundleOf, type Statement, tokenOf } from "../lambda-fixture.ts";
import { AuthzenDoor, describing, openDoor, self } from "./authzen-fixture.ts";

const usual = bundleOf([allowAll]).config.issuers[0] as IssuerConfiguration;
const backend = tokenOf({ sub: "backend", groups: ["backends"], team: "ops" });
const trusted = { authzen: { trusted: [{ groups: ["backends"] }] } };

/** Policy `p` is for the group `callers`; issuers map name and tags too. */
function trusting(statements: readonly Statement[], config: Partial<Configuration> = {}): AuthzenDoor {
  const claims = { id: "sub", name: "email", groups: "groups", tags: { team: "team" } };
  return openDoor(statements, { issuers: [{ ...usual, claims }], doors: trusted, ...config });
}

const about = (id: string, properties?: object) => ({
  type: "user",
  id,
  ...(properties ? { properties } : {}),
});
const bob = (properties: object = {}) => about("bob", { groups: ["callers"], ...properties });

describe("a caller without trust", () => {
  const door = openDoor([allowAll]);

  it.each([
    ["itself", self, true],
    ["itself, by its issuer", about("alice", { issuer: "https://issuer.test" }), true],
  ])("asks about %s", async (_, subject, decision) => {
    expect(await door.evaluate(describing("u-1", subject))).toMatchObject({
      status: 200,
      body: { decision },
    });
  });

  it.each([
    ["another", about("bob")],
    ["another in other case", about("Alice")],
    ["a caller of another issuer with the same id", about("alice", { issuer: "https://other.test" })],
    ["another, with groups", bob()],
  ])("must not ask about %s", async (_, subject) => {
    const answer = await door.evaluate(describing("u-1", subject));
    expect(answer).toMatchObject({ status: 403, body: expect.stringContaining("only about itself") });
    expect(door.records.at(-1)).toMatchObject({
      ...{ type: "evaluation", outcome: "deny", reason: "foreignSubject", principal: { id: "alice" } },
    });
    const { body } = await door.evaluations({ ...describing("u-1"), evaluations: [{ subject }, {}] });
    expect(body.evaluations).toMatchObject([
      { decision: false, context: { error: { status: 403 } } },
      { decision: true },
    ]);
  });

  it("gains nothing by what it says of itself", async () => {
    const admins = openDoor([allowAll], { bindings: [{ match: { groups: ["admins"] }, policies: ["p"] }] });
    const claims = {
      groups: ["admins"],
      tags: { team: "a" },
      claims: { role: "admin" },
      ip_address: "10.0.0.1",
    };
    expect((await admins.evaluate(describing("u-1", about("alice", claims)))).body.decision).toBe(false);
    const byAddress = openDoor([{ ...allowAll, Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } }]);
    const asked = {
      ...describing("u-1", about("alice", claims)),
      context: { ip: "10.0.0.1", sourceIp: "10.0.0.1" },
    };
    expect((await byAddress.evaluate(asked)).body.decision).toBe(false);
  });
});

describe("a trusted program", () => {
  const door = trusting([allowAll]);
  const ask = (subject: object, at = door, token = backend) =>
    at.evaluate(describing("u-1", subject), { token });

  it("is told of others by their groups, and recorded with them", async () => {
    expect((await ask(bob())).body).toEqual({ decision: true });
    expect(door.records.at(-1)).toMatchObject({
      type: "evaluation",
      principal: { id: "bob", groups: ["callers"] },
      askedBy: { id: "backend", groups: ["backends"] },
    });
    expect((await ask(bob({ groups: [] }))).body).toMatchObject({ decision: false });
  });

  it("has no other rights by that: of itself it is told by its own token", async () => {
    expect((await ask(about("backend", { groups: ["callers"] }))).body.decision).toBe(false);
    expect(door.records.at(-1)).not.toHaveProperty("askedBy");
  });

  it.each<[string, object, string]>([
    ["no groups, which the issuer maps", about("bob", {}), "subject.properties.groups: is missing"],
    ["groups that are a text", bob({ groups: "callers" }), "subject.properties.groups"],
    ["an issuer that is not configured", bob({ issuer: "https://evil.test" }), "is not configured"],
    ["a tag that is not mapped", bob({ tags: { site: "x" } }), "no claim"],
    [
      "a claim that the issuer writes",
      bob({ claims: { iss: "https://evil.test" } }),
      "written by the issuer",
    ],
    ["a claim of the id", bob({ claims: { sub: "admin" } }), "written by the issuer"],
    ["an address that is none", bob({ ip_address: "here" }), "expected an IP address"],
    ["another type", { ...bob(), type: "group" }, "subject.type: must be `user`"],
    ["an id that no token has", { ...bob(), id: "a\u0000b" }, "identifier"],
  ])("gets no answer about a subject with %s", async (_, subject, message) => {
    const { status, body } = await ask(subject);
    expect({ status, decision: body.decision }).toEqual({ status: 200, decision: false });
    expect(body.context.error).toMatchObject({ status: 400, message: expect.stringContaining(message) });
  });

  it.each<[string, Statement["Condition"], object, boolean]>([
    ["a tag that is told", { StringEquals: { "aws:PrincipalTag/team": "a" } }, { tags: { team: "a" } }, true],
    ["a tag that is left out", { StringNotEquals: { "aws:PrincipalTag/team": "a" } }, {}, false],
    ["tags that are told to be none", { Null: { "aws:PrincipalTag/team": "true" } }, { tags: {} }, true],
    ["a name that is told", { StringEquals: { "aws:username": "b@x" } }, { name: "b@x" }, true],
    ["a name that is left out", { StringNotEquals: { "aws:username": "root" } }, {}, false],
    ["the id", { StringEquals: { "aws:userid": "bob" } }, {}, true],
    ["a claim that is told", { StringEquals: { "jwt:role": "lead" } }, { claims: { role: "lead" } }, true],
    ["a claim that is left out", { StringNotEquals: { "jwt:role": "lead" } }, {}, false],
    ["the audience, which is left out", { StringEquals: { "jwt:aud": "my-app" } }, {}, false],
    [
      "an address that is told",
      { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } },
      { ip_address: "10.1.1.1" },
      true,
    ],
    ["an address that is left out", { NotIpAddress: { "aws:SourceIp": "10.0.0.0/8" } }, {}, false],
    ["the backend's own address", { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } }, {}, false],
    ["the user agent", { Null: { "aws:UserAgent": "true" } }, {}, false],
  ])("takes what is left out for unknown: %s", async (_, Condition, properties, decision) => {
    const one = trusting([{ ...allowAll, ...(Condition ? { Condition } : {}) }]);
    expect((await ask(bob(properties), one)).body.decision).toBe(decision);
    // A Deny on the same counts as long as it may apply.
    const deny = trusting([allowAll, { ...allowAll, Effect: "Deny", ...(Condition ? { Condition } : {}) }]);
    expect((await ask(bob(properties), deny)).body.decision, "deny").toBe(false);
  });

  it("must name the issuer where several are configured", async () => {
    const issuers = [usual, { ...usual, issuer: "https://second.test" }];
    const match = { groups: ["backends"], issuer: ["https://issuer.test"] };
    const two = openDoor([allowAll], {
      issuers,
      bindings: [{ match: { groups: ["callers"], issuer: ["https://second.test"] }, policies: ["p"] }],
      doors: { authzen: { trusted: [match] } },
    });
    expect((await ask(bob(), two)).body.context.error.message).toContain("several issuers");
    expect((await ask(bob({ issuer: "https://issuer.test" }), two)).body.decision).toBe(false);
    expect((await ask(bob({ issuer: "https://second.test" }), two)).body.decision).toBe(true);
  });

  it("is one by a claim that no policy uses", async () => {
    const byClaim = { authzen: { trusted: [{ claims: { client_id: ["console"] } }] } };
    const one = openDoor([allowAll], { doors: byClaim });
    expect(await ask(bob(), one, tokenOf({ client_id: "console" }))).toMatchObject({
      body: { decision: true },
    });
    expect(await ask(bob(), one, tokenOf({ client_id: "other" }))).toMatchObject({ status: 403 });
  });
});

describe("the setting", () => {
  it.each<[string, object | undefined, number]>([
    ["absent", undefined, 404],
    ["of another door", { mcp: true }, 404],
    ["that trusts everybody", { authzen: { trusted: [{}] } }, 500],
    ["that trusts nobody", { authzen: { trusted: [] } }, 500],
    ["of a later version", { authzen: { trusted: [{ groups: ["g"] }], search: true } }, 500],
  ])("%s answers nothing", async (_, doors, status) => {
    const door = new AuthzenDoor(bundleOf([allowAll], doors ? ({ doors } as Partial<Configuration>) : {}));
    expect(await door.evaluate(describing("u-1"))).toMatchObject({ status });
    const path = "/.well-known/authzen-configuration";
    expect(await door.send("GET", path, null, { context: { domainName: "d", path } })).toMatchObject({
      status,
    });
  });
});
