// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
/** In whose name calls go to instances with a role. */
import { describe, expect, it } from "vitest";
import { createBundle, openBundle } from "../../shared/bundle/bundle.ts";
import { callerSessionOf } from "../../shared/decide/caller-session.ts";
import type { ConnectInstance } from "../../shared/request/types.ts";
import { parsePolicy } from "../../tools/authoring/policy/parse.ts";
import { configuration } from "../bundle/bundle-fixture.ts";
import { principalOf } from "../identity/principals.ts";

const [bare] = configuration.instances;
const instance = {
  ...bare,
  roleArn: "arn:aws:iam::123456789012:role/r",
  sessionPolicy: true,
} as ConnectInstance;
const agents = `${instance.arn}/agent`;
const parsed = parsePolicy(
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "connect:DescribeUser", Resource: `${agents}/\${jwt:team}` },
      { Effect: "Allow", Action: "connect:ListUsers", Resource: `${agents}/\${aws:SourceIp}` },
      { Effect: "Deny", Action: "connect:DeleteUser", Resource: `${agents}/\${aws:username}` },
    ],
  }),
  { name: "p", file: "policies/p.json" },
);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
const bundle = openBundle(createBundle(configuration, [parsed.document]));
const caller = (facts: Parameters<typeof principalOf>[0] = {}) => ({
  bundle,
  principal: principalOf({ id: "id-1", name: "jane", groups: ["g"], claims: { team: "blue" }, ...facts }),
});
const resourcesOf = async (facts: Parameters<typeof principalOf>[0] = {}) => {
  const [first = ""] = (await callerSessionOf(instance, caller(facts)))?.policies ?? [];
  return JSON.parse(first).Statement.map(({ Resource }: { Resource: string }) => Resource);
};

describe("a caller's session", () => {
  it("is none for an instance without a role, and without policies where none are asked for", async () => {
    expect(await callerSessionOf(bare as ConnectInstance, caller())).toBeUndefined();
    expect(await callerSessionOf({ ...instance, sessionPolicy: false }, caller())).toEqual({
      name: "id-1",
      policies: [],
    });
  });

  it("takes the caller's values into its policy, and nothing of the single call", async () => {
    expect(await resourcesOf()).toEqual([`${agents}/blue`, `${agents}/*`, `${agents}/jane`, "*"]);
  });

  it("counts what a table attaches in, without the Denies, which take nothing from the caller's own policies", async () => {
    const attachments = { policies: ["p"], boundaries: ["p"], version: 1 };
    const stranger = { ...caller({ groups: [] }), attachments };
    const [first = ""] = (await callerSessionOf(instance, stranger))?.policies ?? [];
    const { Statement } = JSON.parse(first);
    expect(Statement.map(({ Effect }: { Effect: string }) => Effect)).toEqual(["Allow", "Allow", "Allow"]);
    expect(Statement[0]).toMatchObject({ Action: "connect:DescribeUser", Resource: `${agents}/blue` });
  });

  it("drops statements that depend on a claim that the token does not hold", async () => {
    expect(await resourcesOf({ claims: {} })).toEqual([`${agents}/*`, `${agents}/jane`, "*"]);
  });

  it("opens statements that depend on a claim that the principal does not know", async () => {
    expect(await resourcesOf({ carriedClaims: [], claims: {} })).toEqual([
      `${agents}/*`,
      `${agents}/jane`,
      "*",
    ]);
    const [first = ""] =
      (await callerSessionOf(instance, caller({ carriedClaims: [], claims: {} })))?.policies ?? [];
    expect(JSON.parse(first).Statement[0].Action).toEqual(["connect:DescribeUser", "connect:ListUsers"]);
  });

  it("is bound by the instance alone where dependent actions are ignored, since AWS asks them all the same", async () => {
    const ignoring = openBundle(
      createBundle({ ...configuration, dependentActions: "ignored" }, [parsed.document]),
    );
    const policies = (await callerSessionOf(instance, { ...caller(), bundle: ignoring }))?.policies ?? [];
    expect(policies).toEqual((await callerSessionOf(instance, caller()))?.policies.slice(-1));
    const [{ Effect, Action }] = JSON.parse(policies[0] ?? "").Statement;
    expect({ Effect, Action }).toEqual({ Effect: "Allow", Action: "connect:*" });
  });
});
