/**
 * Bundles: one content has one hash, and nothing but exactly that content is opened.
 */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBundle, formatBundle, openBundle } from "../../shared/bundle/bundle.ts";
import { canonicalJson } from "../../shared/bundle/canonical-json.ts";
import { CodedError, DocumentError } from "../../shared/errors.ts";
import { parsePolicy } from "../../tools/authoring/policy/parse.ts";
import { bundleAllowing, configuration, policy } from "./bundle-fixture.ts";

const bundle = bundleAllowing("connect:DescribeUser");
const [instance] = configuration.instances;

/** A bundle whose hash is right for a content that no author's tool would write. */
function forged(content: Readonly<Record<string, unknown>>): unknown {
  const whole = { schemaVersion: 1, config: bundle.config, policies: bundle.policies, ...content };
  const text = canonicalJson(whole);
  return { ...whole, version: createHash("sha256").update(text).digest("hex") };
}

function withConfig(change: Readonly<Record<string, unknown>>): unknown {
  return forged({ config: { ...bundle.config, ...change } });
}

function refusal(json: unknown): string {
  try {
    openBundle(json);
  } catch (error) {
    if (error instanceof CodedError && error.code === "bundleUnavailable") return error.message;
    throw error;
  }
  return "opened";
}

describe("createBundle", () => {
  it("names its content by the SHA-256 of the canonical JSON", () => {
    const { version, ...content } = bundle;
    expect(version).toBe(createHash("sha256").update(canonicalJson(content)).digest("hex"));
  });

  it("is deterministic: the order of keys and of policies changes nothing", () => {
    const policies = ["a", "b", "p", "q"].map((name) => policy(name, "connect:*"));
    const expected = formatBundle(createBundle(configuration, policies));
    const order = fc.shuffledSubarray(policies, { minLength: policies.length });
    const keys = fc.shuffledSubarray(Object.entries(configuration), { minLength: 7 });
    const property = fc.property(order, keys, (shuffled, entries) => {
      const reordered: typeof configuration = JSON.parse(JSON.stringify(Object.fromEntries(entries)));
      expect(formatBundle(createBundle(reordered, shuffled))).toBe(expected);
    });
    fc.assert(property, { seed: 40, numRuns: 100 });
  });

  it("gives other content another version", () => {
    const other = createBundle({ ...configuration, tokenHeader: "x-connect-token" }, bundle.policies);
    expect(other.version).not.toBe(bundle.version);
    expect(bundleAllowing("connect:DeleteUser").version).not.toBe(bundle.version);
  });

  it("refuses what could not be opened", () => {
    expect(() => createBundle({ ...configuration, instances: [] }, bundle.policies)).toThrow(CodedError);
    expect(() => createBundle(configuration, [])).toThrow("names the policy `p`, which it does not have");
  });
});

const twoIssuers = ["https://i.example", "https://j.example"].map((issuer) => ({
  issuer,
  audience: ["a"],
  claims: { id: "sub" },
}));
const withIssuer = (members: object) =>
  withConfig({
    issuers: [{ issuer: "https://i.example", audience: ["a"], claims: { id: "sub" }, ...members }],
  });

describe("openBundle", () => {
  it("opens what createBundle made, from memory and from its file's text", () => {
    expect(openBundle(bundle).version).toBe(bundle.version);
    const opened = openBundle(JSON.parse(formatBundle(bundle)));
    expect(opened.version).toBe(bundle.version);
    expect(opened.config).toEqual(configuration);
  });

  it.each(["required", "ignored"] as const)("keeps whether dependent actions are %s", (dependentActions) => {
    const content = { ...configuration, dependentActions };
    const opened = openBundle(JSON.parse(formatBundle(createBundle(content, bundle.policies))));
    expect(opened.config).toEqual(content);
    expect(opened.version).not.toBe(bundle.version);
  });

  it("keeps which doors are open", () => {
    const content = { ...configuration, doors: { mcp: true } } as const;
    const opened = openBundle(JSON.parse(formatBundle(createBundle(content, bundle.policies))));
    expect(opened.config).toEqual(content);
    expect(opened.version).not.toBe(bundle.version);
  });

  it.each(["enforce", "shadow"] as const)("opens a candidate in the mode %s", (mode) => {
    const candidate = createBundle({ ...configuration, mode }, bundle.policies);
    expect(openBundle(candidate, [], { place: "candidate" }).version).toBe(candidate.version);
  });

  it("does not mind spaces or the order of keys in the file", () => {
    const spaced = JSON.stringify(Object.fromEntries(Object.entries(bundle).reverse()), undefined, 4);
    expect(openBundle(JSON.parse(spaced)).version).toBe(bundle.version);
  });

  it("refuses any single-byte change of the file", () => {
    const bytes = Buffer.from(formatBundle(bundle));
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const property = fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ flip;
      expect(() => openBundle(JSON.parse(decoder.decode(changed)))).toThrow();
    });
    fc.assert(property, { seed: 41, numRuns: 5000 });
  });

  it("refuses any truncation of the file", () => {
    const text = formatBundle(bundle);
    for (let end = 0; end < text.length; end += 1) {
      expect(() => openBundle(JSON.parse(text.slice(0, end)))).toThrow();
    }
  });

  it("answers any JSON with an opened bundle or a coded error", () => {
    const property = fc.property(fc.jsonValue(), (json) => {
      expect(refusal(json)).toContain("the policy bundle is refused");
    });
    fc.assert(property, { seed: 42, numRuns: 500 });
  });

  const forgeries: readonly (readonly [why: string, json: unknown, message: string])[] = [
    ["nothing", undefined, "expected an object"],
    ["a list", [], "expected an object"],
    ["a wrong hash", { ...bundle, version: "0".repeat(64) }, "does not match its version hash"],
    [
      "a hash in capitals",
      { ...bundle, version: bundle.version.toUpperCase() },
      "does not match its version hash",
    ],
    ["no hash", { ...bundle, version: undefined }, "version: expected a text"],
    ["an older format than the first", forged({ schemaVersion: 0 }), "schemaVersion: expected 1"],
    [
      "a newer format, with members of it",
      forged({ schemaVersion: 2, later: {} }),
      "the policy bundle is refused: a newer version made it (format 2); upgrade connect-authorizer here, or make it with this version",
    ],
    ["an unknown member", forged({ signature: "x" }), "unknown member `signature`"],
    ["an unknown member of the configuration", withConfig({ shadow: true }), "unknown member `shadow`"],
    ["shadow mode, where it would decide", withConfig({ mode: "shadow" }), "it never enforces"],
    ["an unknown mode", withConfig({ mode: "off" }), "mode: expected enforce or shadow"],
    ["an empty route", withConfig({ routes: [{}] }), "routes[0]: `method` is missing"],
    [
      "a route onto no operation",
      withConfig({ routes: [{ method: "GET", path: "/a", operation: "No", input: {} }] }),
      "has a route that is refused: there is no operation `No`",
    ],
    ["an unknown token header", withConfig({ tokenHeader: "cookie" }), "tokenHeader: expected"],
    ["unknown dependent actions", withConfig({ dependentActions: "off" }), "expected required or ignored"],
    [
      "an unknown role of the table",
      withConfig({ principals: "additive" }),
      "principals: expected authoritative",
    ],
    ["no instance", withConfig({ instances: [] }), "instances: a list of 0"],
    ["an instance twice", withConfig({ instances: [instance, instance] }), "duplicateInstance"],
    [
      "an instance unlike its ARN",
      withConfig({ instances: [{ ...instance, id: "other" }] }),
      "is not the instance of its ARN",
    ],
    [
      "a role of another partition",
      withConfig({ instances: [{ ...instance, roleArn: "arn:aws-cn:iam::123456789012:role/r" }] }),
      "has a `roleArn` that is not a role of its partition",
    ],
    [
      "a session policy without a role",
      withConfig({ instances: [{ ...instance, sessionPolicy: true }] }),
      "has an instance that is refused for its `sessionPolicy`: withoutRole",
    ],
    [
      "a text for a flag",
      withConfig({
        instances: [{ ...instance, roleArn: "arn:aws:iam::123456789012:role/r", sourceIdentity: "no" }],
      }),
      "sourceIdentity: expected true or false",
    ],
    [
      "a text for a number",
      withConfig({ instances: [{ ...instance, maxConcurrentCalls: "5" }] }),
      "maxConcurrentCalls: expected a whole number from 1 to 1000",
    ],
    [
      "a malformed external id",
      withConfig({
        instances: [{ ...instance, roleArn: "arn:aws:iam::123456789012:role/r", externalId: "é!" }],
      }),
      "has an instance that is refused for its `externalId`: malformedExternalId",
    ],
    [
      "an issuer over http",
      withConfig({ issuers: [{ issuer: "http://i.example", audience: ["a"], claims: { id: "sub" } }] }),
      "is not an https URL",
    ],
    [
      "an issuer without audience",
      withConfig({ issuers: [{ issuer: "https://i.example", audience: [], claims: { id: "sub" } }] }),
      "audience: a list of 0",
    ],
    [
      "a symmetric key",
      withConfig({
        issuers: [
          {
            issuer: "https://i.example",
            audience: ["a"],
            claims: { id: "sub" },
            jwks: { keys: [{ kty: "oct", kid: "k", k: "x" }] },
          },
        ],
      }),
      "private key",
    ],
    ["too large a tolerance", withIssuer({ clockToleranceSeconds: 301 }), "a whole number from 0 to 300"],
    ["a negative tolerance", withIssuer({ clockToleranceSeconds: -1 }), "a whole number from 0 to 300"],
    ["half a second of tolerance", withIssuer({ clockToleranceSeconds: 0.5 }), "a whole number"],
    ["a tolerance that is a text", withIssuer({ clockToleranceSeconds: "60" }), "a whole number"],
    ["an unknown use of tokens", withIssuer({ tokenUse: "any" }), "tokenUse: expected id or access"],
    ["no scopes", withIssuer({ scopes: [] }), "scopes: a list of 0"],
    ["a scope with a space", withIssuer({ scopes: ["a b"] }), "asks for a malformed scope"],
    [
      "an unknown split",
      withIssuer({ claims: { id: "sub", groups: { claim: "g", split: "none" } } }),
      "groups.split: expected space or comma or json",
    ],
    [
      "groups without a claim",
      withIssuer({ claims: { id: "sub", groups: { split: "space" } } }),
      "`claim` is missing",
    ],
    ["groups in a list", withIssuer({ claims: { id: "sub", groups: ["g"] } }), "groups: expected an object"],
    [
      "several issuers and a binding for anybody's groups",
      withConfig({ issuers: twoIssuers }),
      "trusts several issuers, and has a binding without an issuer",
    ],
    [
      "a binding for an issuer that is not trusted",
      withConfig({ bindings: [{ match: { issuer: ["https://other.test"] }, policies: ["p"] }] }),
      "has a binding for callers of an issuer that it does not trust",
    ],
    [
      "a binding for no issuer",
      withConfig({ bindings: [{ match: { issuer: [] }, policies: ["p"] }] }),
      "issuer: a list of 0",
    ],
    [
      "an issuer of a binding as a text",
      withConfig({ bindings: [{ match: { issuer: "https://issuer.example/" }, policies: ["p"] }] }),
      "issuer: expected a list",
    ],
    ["an empty match", withConfig({ bindings: [{ match: {}, policies: ["p"] }] }), "match: is empty"],
    [
      "a match of no claims",
      withConfig({ bindings: [{ match: { claims: {} }, policies: ["p"] }] }),
      "match: is empty",
    ],
    [
      "a match of no groups",
      withConfig({ bindings: [{ match: { groups: [] }, policies: ["p"] }] }),
      "groups: a list of 0",
    ],
    [
      "an unknown policy",
      withConfig({ bindings: [{ match: { groups: ["g"] }, policies: ["x"] }] }),
      "the policy `x`",
    ],
    [
      "an unknown boundary",
      withConfig({ bindings: [{ match: { groups: ["g"] }, policies: ["p"], boundary: "x" }] }),
      "the policy `x`",
    ],
    ["an unknown guardrail", withConfig({ guardrails: ["x"] }), "the policy `x`"],
    ["a policy without a name", forged({ policies: [{}] }), "has no name"],
    [
      "two policies with the same name",
      forged({ policies: [...bundle.policies, ...bundle.policies] }),
      "two policies with the same name",
    ],
    [
      "a policy of another shape",
      forged({ policies: [{ name: "p", file: "f", version: "2012-10-17", statements: [{}] }] }),
      "one of its policies is refused",
    ],
  ];
  it.each(forgeries)("refuses %s", (_why, json, message) => {
    expect(refusal(json)).toContain(message);
  });

  it("tells which claims any decision can depend on", () => {
    const statement = { Effect: "Allow", Action: "connect:*", Resource: "*" };
    const condition = { StringEquals: { "JWT:Dept": "sales", "aws:username": "x" } };
    const text = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ ...statement, Condition: condition }],
    });
    const parsed = parsePolicy(text, { name: "q", file: "policies/q.json" });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const bindings = [{ match: { claims: { "custom:Site": ["rome"] } }, policies: ["p"] }];
    const opened = openBundle(
      createBundle({ ...configuration, bindings }, [...bundle.policies, parsed.document]),
    );
    expect([...opened.consultedClaims].sort()).toEqual(["custom:site", "dept"]);
    expect(openBundle(bundle).consultedClaims.size).toBe(0);
  });

  it("opens with several issuers where each binding says whose callers it is for, an older bundle's by a claim", () => {
    for (const match of [
      { issuer: ["https://i.example"] },
      { groups: ["g"], claims: { iss: ["https://i.example"] } },
    ]) {
      const json = withConfig({ issuers: twoIssuers, bindings: [{ match, policies: ["p"] }] });
      expect(openBundle(json).config.bindings).toEqual([{ match, policies: ["p"] }]);
    }
  });

  it("refuses the whole set for a policy that nothing refers to, and keeps the compiler's issues", () => {
    const [document] = bundle.policies;
    const newer = {
      ...document,
      name: "unused",
      statements: document?.statements.map((statement) => ({ ...statement, effect: "Maybe" })),
    };
    const json = forged({ policies: [document, newer] });
    expect(() => openBundle(json)).toThrow(expect.objectContaining({ cause: expect.any(DocumentError) }));
  });

  it("refuses deep nesting without a crash", () => {
    let deep: unknown = {};
    for (let level = 0; level < 100_000; level += 1) deep = { deep };
    const jwks = { keys: [{ kty: "RSA", kid: "k", n: "n", e: "e", deep }] };
    const issuer = { issuer: "https://i.example", audience: ["a"], claims: { id: "sub" }, jwks };
    const json = { ...bundle, config: { ...bundle.config, issuers: [issuer] } };
    expect(refusal(json)).toContain("nested too deeply");
  });
});
