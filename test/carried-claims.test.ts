// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
/**
 * What does not travel from the authorizer to the proxy opens nothing: with the policies that the authorizer had, the
 * proxy decides as if the whole token had travelled; with newer ones it never allows more than that.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBundle, type OpenedBundle, openBundle } from "../shared/bundle/bundle.ts";
import type { Binding } from "../shared/bundle/types.ts";
import { findOperation } from "../shared/catalog/catalog.ts";
import { decideCall } from "../shared/decide/authorize.ts";
import { carryPrincipal } from "../shared/identity/principal/carry-principal.ts";
import { mintPrincipal } from "../shared/identity/principal/principal.ts";
import { decodePrincipal, encodePrincipal } from "../shared/identity/principal/principal-context.ts";
import type { VerifiedPrincipal } from "../shared/identity/types.ts";
import { createCanonicalCall } from "../shared/request/canonical/canonical-call.ts";
import type { HttpCall } from "../shared/request/types.ts";
import { parsePolicy } from "../tools/authoring/policy/parse.ts";
import { configuration } from "./bundle/bundle-fixture.ts";

const [instance] = configuration.instances;
const row = findOperation("DescribeUser");
if (!row || !instance) throw new Error("no operation to ask about");
const call: HttpCall = {
  method: "GET",
  rawPath: "/",
  query: [],
  headers: new Map(),
  body: "",
  requestId: "r",
};
const canonical = createCanonicalCall(
  { row },
  { InstanceId: instance.id, UserId: "red-1" },
  configuration.instances,
);

/** A few claims, one of them in two spellings, and values that meet. */
const claimName = fc.constantFrom("dept", "Dept", "site", "level", "team", "role", "shift");
const value = fc.constantFrom("red", "blue");
const claimValue = fc.oneof(
  { weight: 6, arbitrary: value },
  fc.array(value, { maxLength: 2 }),
  fc.constantFrom<unknown>({ nested: "red" }, ["red", { a: 1 }], null, 7),
);
const token = fc.dictionary(claimName, claimValue, { maxKeys: 7 });

const condition = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      "StringEquals",
      "StringNotEquals",
      "StringLikeIfExists",
      "ForAnyValue:StringEquals",
      "ForAllValues:StringEquals",
    ),
    claimName,
    fc.oneof(value, fc.constantFrom("${jwt:site}", "${jwt:level, 'red'}")),
  ),
  fc.tuple(fc.constant("Null"), claimName, fc.constantFrom("true", "false")),
);
const statement = fc.record({
  effect: fc.constantFrom("Allow", "Allow", "Deny"),
  resource: fc.constantFrom("*", "*", `${instance.arn}/agent/\${jwt:dept}-1`, `${instance.arn}/agent/red-1`),
  condition: fc.option(condition, { nil: undefined, freq: 1 }),
});
const policies = fc.array(fc.array(statement, { minLength: 1, maxLength: 2 }), {
  minLength: 3,
  maxLength: 3,
});
const binding = fc.record({
  claims: fc.option(
    fc.dictionary(claimName, fc.array(value, { minLength: 1, maxLength: 2 }), { minKeys: 1, maxKeys: 2 }),
    {
      nil: undefined,
    },
  ),
  policy: fc.constantFrom("p0", "p1", "p2"),
  boundary: fc.option(fc.constantFrom("p0", "p1", "p2"), { nil: undefined }),
});
const settings = fc.record({
  policies,
  bindings: fc.array(binding, { maxLength: 3 }),
  guardrails: fc.constantFrom([], [], ["p2"]),
});

type Settings = typeof settings extends fc.Arbitrary<infer Value> ? Value : never;

function open({ policies: texts, bindings, guardrails }: Settings): OpenedBundle {
  const documents = texts.map((statements, index) => {
    const Statement = statements.map(({ effect, resource, condition: asked }) => ({
      Effect: effect,
      Action: "connect:*",
      Resource: resource,
      ...(asked ? { Condition: { [asked[0]]: { [`jwt:${asked[1]}`]: asked[2] } } } : {}),
    }));
    const name = `p${index}`;
    const text = JSON.stringify({ Version: "2012-10-17", Statement });
    const parsed = parsePolicy(text, { name, file: `policies/${name}.json` });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    return parsed.document;
  });
  // Everyone has a policy, so that there is something to lose.
  const attached = [{ claims: undefined, policy: "p0", boundary: undefined }, ...bindings].map(
    ({ claims, policy, boundary }): Binding => {
      const match = claims ? { claims: { ...claims } } : { groups: ["g"] };
      return { match, policies: [policy], ...(boundary === undefined ? {} : { boundary }) };
    },
  );
  return openBundle(createBundle({ ...configuration, bindings: attached, guardrails }, documents));
}

const mint = (claims: Readonly<Record<string, unknown>>) =>
  mintPrincipal(
    { ...claims, iss: "https://issuer.test", sub: "alice", exp: 4_102_444_800, groups: ["g"] },
    { id: "sub", groups: "groups" },
  );
const travel = (principal: VerifiedPrincipal, authorizers: OpenedBundle) =>
  decodePrincipal(encodePrincipal(carryPrincipal(principal, authorizers.consultedClaims)), 0);
const decide = (principal: VerifiedPrincipal, bundle: OpenedBundle) =>
  decideCall({ bundle, principal, call }, canonical).decision;

describe("claims that do not travel", () => {
  it("change no decision by the policies that the authorizer had", () => {
    const seen = new Set<string>();
    const property = fc.property(token, settings, (claims, given) => {
      const bundle = open(given);
      const whole = mint(claims);
      const decision = decide(whole, bundle);
      seen.add(decision);
      expect(decide(travel(whole, bundle), bundle)).toBe(decision);
    });
    fc.assert(property, { seed: 20260101, numRuns: 600 });
    expect([...seen].sort()).toEqual(["allowed", "explicitDeny", "implicitDeny", "unknown"]);
  });

  it("open nothing by newer policies, whatever claims those consult", () => {
    let narrower = 0;
    let allowed = 0;
    const property = fc.property(token, settings, settings, (claims, old, newer) => {
      const [before, after] = [open(old), open(newer)];
      const whole = mint(claims);
      const decision = decide(travel(whole, before), after);
      const full = decide(whole, after);
      if (decision === "allowed") {
        allowed++;
        expect(full).toBe("allowed");
      } else if (full === "allowed") narrower++;
    });
    fc.assert(property, { seed: 20260101, numRuns: 1_200 });
    expect(narrower).toBeGreaterThan(5);
    expect(allowed).toBeGreaterThan(10);
  });
});
