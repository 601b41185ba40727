/**
 * The closed shape of `authorizer.yaml`: what is accepted, and where exactly each mistake is reported.
 */
import { describe, expect, it } from "vitest";
import { readConfiguration } from "../../../tools/authoring/configuration/read/configuration.ts";
import { parseYaml } from "../../../tools/authoring/document/parse-yaml.ts";

const arn = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";
const instances = `instances: [{ arn: "${arn}" }]`;
const role = `roleArn: "arn:aws:iam::123456789012:role/r"`;
const instanceWith = (members: string) => `instances: [{ arn: "${arn}", ${members} }]`;
/** Two instances, the ARN of the second with a part that is another. */
const twice = (part: string, other: string) =>
  `instances: [{ arn: "${arn}" }, { arn: "${arn.replace(part, other)}" }]`;
const issuers = `issuers: [{ issuer: "https://issuer.example/", audience: app, claims: { groups: groups } }]`;
const bindings = "bindings: [{ match: { principals: [a] }, policies: [p] }]";

function read(text: string) {
  const { sink, root } = parseYaml(text, "authorizer.yaml");
  const config = root && readConfiguration(root).config;
  return { config, issues: sink.sorted() };
}

function issuesOf(text: string): string[] {
  return read(text).issues.map(({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`);
}

function messageOf(text: string): string | undefined {
  return read(text).issues[0]?.message;
}

describe("readConfiguration", () => {
  it("fills in what may be left out", () => {
    const { config, issues } = read([instances, issuers, bindings].join("\n"));
    expect(issues).toEqual([]);
    expect(config).toEqual({
      instances: [
        {
          arn,
          partition: "aws",
          region: "us-east-1",
          accountId: "123456789012",
          id: "00fbeee1-123e-111e-93e3-11111bfbfcc1",
        },
      ],
      issuers: [
        { issuer: "https://issuer.example/", audience: ["app"], claims: { id: "sub", groups: "groups" } },
      ],
      bindings: [{ match: { principals: ["a"] }, policies: ["p"] }],
      guardrails: [],
      mode: "enforce",
      tokenHeader: "authorization",
      routes: [],
      dependentActions: "required",
    });
  });

  it("reads every member", () => {
    const { config, issues } = read(`
instances:
  - arn: arn:aws-us-gov:connect:us-gov-west-1:123456789012:instance/aaaa
issuers:
  - issuer: http://127.0.0.1:3000
    audience: [one, two]
    claims: { id: oid, name: email, groups: "cognito:groups", tags: { team: "custom:team" } }
    jwksUri: https://keys.example/jwks.json?v=1
    jwks: { keys: [{ kty: RSA, kid: k1, n: AQAB, e: AQAB, key_ops: [verify] }] }
    clockToleranceSeconds: 60
    tokenUse: access
    scopes: [users/read, users/write]
bindings:
  - match: { groups: [a, b], principals: [id-1], claims: { department: sales, "custom:site": [x, y] } }
    policies: [p, q]
    boundary: r
guardrails: [s]
mode: enforce
tokenHeader: x-connect-token
routes: []
dependentActions: ignored
`);
    expect(issues).toEqual([]);
    expect(config).toMatchObject({
      instances: [
        { partition: "aws-us-gov", region: "us-gov-west-1", accountId: "123456789012", id: "aaaa" },
      ],
      issuers: [
        {
          issuer: "http://127.0.0.1:3000",
          audience: ["one", "two"],
          claims: { id: "oid", name: "email", groups: "cognito:groups", tags: { team: "custom:team" } },
          jwksUri: "https://keys.example/jwks.json?v=1",
          jwks: { keys: [{ kty: "RSA", kid: "k1", n: "AQAB", e: "AQAB", key_ops: ["verify"] }] },
          clockToleranceSeconds: 60,
          tokenUse: "access",
          scopes: ["users/read", "users/write"],
        },
      ],
      bindings: [
        {
          match: {
            groups: ["a", "b"],
            principals: ["id-1"],
            claims: { department: ["sales"], "custom:site": ["x", "y"] },
          },
          policies: ["p", "q"],
          boundary: "r",
        },
      ],
      guardrails: ["s"],
      tokenHeader: "x-connect-token",
      dependentActions: "ignored",
    });
  });

  it.each([
    ["doors: { mcp: true, authzen: true }", { mcp: true, authzen: true }],
    ["doors: { mcp: true, authzen: false }", { mcp: true }],
    ["doors: { authzen: true }", { authzen: true }],
    [
      "doors: { mcp: { resource: https://a.test/mcp, audience: x, operations: List* } }",
      { mcp: { operations: ["List*"], resource: "https://a.test/mcp", audience: ["x"] } },
    ],
    ["doors: { mcp: { audience: [x, y] } }", { mcp: { audience: ["x", "y"] } }],
    ["doors: { mcp: {} }", { mcp: {} }],
    [
      "doors: { authzen: { trusted: [{ groups: [a] }, { claims: { client_id: b } }] } }",
      { authzen: { trusted: [{ groups: ["a"] }, { claims: { client_id: ["b"] } }] } },
    ],
    ["doors: { mcp: false }", undefined],
    ["doors: {}", undefined],
    ["routes: []", undefined],
  ])("opens the doors that it names: %s", (text, doors) => {
    const { config, issues } = read([instances, issuers, bindings, text].join("\n"));
    expect(issues).toEqual([]);
    expect(config?.doors).toEqual(doors);
    expect(Object.hasOwn(config ?? {}, "doors")).toBe(doors !== undefined);
  });

  it.each([
    ["principals: authoritative", "authoritative"],
    ["principals: additive", undefined],
    ["routes: []", undefined],
  ])("keeps whether the table of principals also takes away: %s", (text, principals) => {
    const { config, issues } = read([instances, issuers, bindings, text].join("\n"));
    expect(issues).toEqual([]);
    expect(config?.principals).toBe(principals);
    expect(Object.hasOwn(config ?? {}, "principals")).toBe(principals !== undefined);
  });

  it("reports all issues of one file at once", () => {
    const text = `instance: []
issuers: []
bindings:
  - match: {}
    polices: [p]
mode: audit`;
    expect(issuesOf(text)).toEqual([
      "1:1 error missingKey",
      "1:1 error unknownKey",
      "2:10 error emptyList",
      "4:5 error missingKey",
      "4:12 error emptyMatch",
      "5:5 error unknownKey",
      "6:7 error unknownValue",
    ]);
  });
});

describe("the instances", () => {
  it("may name a role, how its sessions are made, and a limit", () => {
    const all = `${role}, externalId: "x:1/2", sourceIdentity: false, sessionPolicy: true, maxConcurrentCalls: 5`;
    const { config, issues } = read(`${instanceWith(all)}\n${issuers}\n${bindings}`);
    expect(issues).toEqual([]);
    expect(config?.instances[0]).toEqual({
      arn,
      partition: "aws",
      region: "us-east-1",
      accountId: "123456789012",
      id: "00fbeee1-123e-111e-93e3-11111bfbfcc1",
      roleArn: "arn:aws:iam::123456789012:role/r",
      externalId: "x:1/2",
      sourceIdentity: false,
      sessionPolicy: true,
      maxConcurrentCalls: 5,
    });
  });

  const cases: readonly (readonly [why: string, yaml: string, issues: readonly string[]])[] = [
    ["a missing list", "guardrails: []", ["1:1 error missingKey"]],
    ["an empty list", "instances: []", ["1:12 error emptyList"]],
    ["nothing", "instances:", ["1:1 error wrongType"]],
    ["a mapping for the list", "instances: { arn: x }", ["1:12 error wrongType"]],
    ["a text for the mapping", `instances: ["${arn}"]`, ["1:13 error wrongType"]],
    ["no arn", "instances: [{}]", ["1:13 error missingKey"]],
    ["an id for the arn", "instances: [{ arn: 00fbeee1 }]", ["1:20 error malformedArn"]],
    [
      "another service",
      `instances: [{ arn: "${arn.replace("connect", "s3")}" }]`,
      ["1:20 error malformedArn"],
    ],
    ["a resource within", `instances: [{ arn: "${arn}/agent/a" }]`, ["1:20 error malformedArn"]],
    ["a short account", `instances: [{ arn: "${arn.replace("9012", "901")}" }]`, ["1:20 error malformedArn"]],
    ["no region", `instances: [{ arn: "${arn.replace("us-east-1", "")}" }]`, ["1:20 error malformedArn"]],
    ["a wildcard", `instances: [{ arn: "${arn.slice(0, -4)}*" }]`, ["1:20 error malformedArn"]],
    ["capitals", `instances: [{ arn: "${arn.toUpperCase()}" }]`, ["1:20 error malformedArn"]],
    ["a number", "instances: [{ arn: 12 }]", ["1:20 error wrongType"]],
    ["an empty text", `instances: [{ arn: "" }]`, ["1:20 error emptyText"]],
    ["one id twice", `instances: [{ arn: "${arn}" }, { arn: "${arn}" }]`, ["1:117 error duplicateInstance"]],
    ["one id in two regions", twice("us-east-1", "us-west-2"), []],
    [
      "one id in two regions of two accounts",
      twice("us-east-1:123456789012", "us-west-2:999999999999"),
      ["1:117 error duplicateInstance"],
    ],
    [
      "one id in two accounts of a region",
      twice("123456789012", "999999999999"),
      ["1:117 error duplicateInstance"],
    ],
    ["an external id without a role", instanceWith("externalId: x1"), ["1:120 error withoutRole"]],
    ["a session policy without a role", instanceWith("sessionPolicy: true"), ["1:123 error withoutRole"]],
    ["a source identity without a role", instanceWith("sourceIdentity: false"), ["1:124 error withoutRole"]],
    [
      "an external id of one letter",
      instanceWith(`${role}, externalId: x`),
      ["1:165 error malformedExternalId"],
    ],
    [
      "an external id with a space",
      instanceWith(`${role}, externalId: a b`),
      ["1:165 error malformedExternalId"],
    ],
    ["a word for a flag", instanceWith(`${role}, sessionPolicy: "yes"`), ["1:168 error wrongType"]],
    ["a text for a number", instanceWith(`maxConcurrentCalls: "5"`), ["1:128 error wrongType"]],
    ["no calls at all", instanceWith("maxConcurrentCalls: 0"), ["1:128 error wrongNumber"]],
    ["more calls than a safe integer", instanceWith("maxConcurrentCalls: 1e21"), ["1:128 error wrongNumber"]],
    ["half a call", instanceWith("maxConcurrentCalls: 1.5"), ["1:128 error wrongNumber"]],
    [
      "more calls than there are sockets",
      instanceWith("maxConcurrentCalls: 1001"),
      ["1:128 error wrongNumber"],
    ],
    [
      "one role with two external ids",
      `instances: [{ arn: "${arn}", ${role}, externalId: a1 }, { arn: "${arn.slice(0, -1)}2", ${role}, externalId: a2 }]`,
      ["1:275 error differentRole"],
    ],
    ["a role of another account", instanceWith(role.replace("1234", "9999")), ["1:117 warning foreignRole"]],
    [
      "a bad role of a bad instance",
      `instances: [{ arn: "x", roleArn: "y" }]`,
      ["1:20 error malformedArn", "1:34 error malformedArn"],
    ],
    [
      "a user as role",
      `instances: [{ arn: "${arn}", roleArn: "arn:aws:iam::123456789012:user/u" }]`,
      ["1:117 error malformedArn"],
    ],
    [
      "a role of another partition",
      `instances: [{ arn: "${arn}", roleArn: "arn:aws-cn:iam::123456789012:role/r" }]`,
      ["1:117 error malformedArn"],
    ],
  ];
  it.each(cases)("report %s", (_why, yaml, expected) => {
    expect(issuesOf(`${yaml}\n${issuers}\n${bindings}`)).toEqual(expected);
  });
});

describe("the issuers", () => {
  const edwardsKey = `{ kty: OKP, crv: Ed25519, use: sig, x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }`;
  const issuer = (members: string) => `issuers: [{ issuer: https://i.example, audience: a, ${members} }]`;
  const named = (url: string) => `issuers: [{ issuer: "${url}", audience: a }]`;
  const cases: readonly (readonly [why: string, yaml: string, issues: readonly string[]])[] = [
    ["plain http", named("http://i.example"), ["1:21 error malformedUrl"]],
    [
      "http on a name that begins like this machine's",
      named("http://127.0.0.1.example"),
      ["1:21 error malformedUrl"],
    ],
    ["a user in the URL", named("https://u:p@i.example"), ["1:21 error malformedUrl"]],
    ["a query", named("https://i.example?x=1"), ["1:21 error malformedUrl"]],
    ["a fragment", named("https://i.example#"), ["1:21 error malformedUrl"]],
    ["a space", named("https://i.example /"), ["1:21 error malformedUrl"]],
    ["no URL", named("issuer"), ["1:21 error malformedUrl"]],
    ["another scheme", named("file:///etc/passwd"), ["1:21 error malformedUrl"]],
    [
      "the same issuer twice",
      "issuers: [{ issuer: https://i.example, audience: a }, { issuer: https://i.example, audience: b }]",
      ["1:65 error duplicateIssuer"],
    ],
    ["no audience", "issuers: [{ issuer: https://i.example }]", ["1:11 error missingKey"]],
    [
      "an empty audience list",
      "issuers: [{ issuer: https://i.example, audience: [] }]",
      ["1:50 error emptyList"],
    ],
    [
      "a numeric audience",
      "issuers: [{ issuer: https://i.example, audience: [1] }]",
      ["1:51 error wrongType"],
    ],
    ["an unknown claim mapping", issuer("claims: { group: g }"), ["1:63 error unknownKey"]],
    ["a list as a claim's name", issuer("claims: { groups: [g] }"), ["1:71 error wrongType"]],
    ["a split without claim", issuer("claims: { groups: { split: space } }"), ["1:71 error missingKey"]],
    [
      "an unknown split",
      issuer("claims: { groups: { claim: g, split: none } }"),
      ["1:90 error unknownValue"],
    ],
    ["a separator", issuer("claims: { groups: { claim: g, separator: x } }"), ["1:83 error unknownKey"]],
    ["a split of the id", issuer("claims: { id: { claim: g, split: space } }"), ["1:67 error wrongType"]],
    ["a tag without claim", issuer("claims: { tags: { team: } }"), ["1:71 error wrongType"]],
    [
      "tags that differ in case only",
      issuer("claims: { tags: { team: t, Team: u } }"),
      ["1:69 error duplicateKey"],
    ],
    ["keys over http", issuer("jwksUri: http://i.example/jwks"), ["1:62 error malformedUrl"]],
    ["a key set without keys", issuer("jwks: { keys: [] }"), ["1:67 error emptyList"]],
    [
      "a private key",
      issuer("jwks: { keys: [{ kty: RSA, kid: k, n: a, e: b, d: c }] }"),
      ["1:103 error privateKey"],
    ],
    ["a symmetric key", issuer("jwks: { keys: [{ kty: oct, kid: k, k: c }] }"), ["1:91 error privateKey"]],
    ["a key without type", issuer("jwks: { keys: [{ kid: k }] }"), ["1:68 error malformedKey"]],
    ["a key type that is a number", issuer("jwks: { keys: [{ kty: 1 }] }"), ["1:75 error malformedKey"]],
    [
      "a key with half a point",
      issuer("jwks: { keys: [{ kty: EC, crv: P-256, x: a }] }"),
      ["1:68 error malformedKey"],
    ],
    [
      "a key id that is a number",
      issuer("jwks: { keys: [{ kty: OKP, kid: 7, crv: Ed25519, x: a }] }"),
      ["1:85 error malformedKey"],
    ],
    [
      "keys of which none can verify a token",
      issuer(`jwks: { keys: [{ kty: OKP, crv: X25519, x: a }, ${edwardsKey.replace("sig", "enc")}] }`),
      ["1:67 error unusableKeys"],
    ],
    [
      "a key of an unknown type beside one that serves",
      issuer(`jwks: { keys: [{ kty: AKP, alg: ML-DSA-65, pub: a, d: null }, ${edwardsKey}] }`),
      ["1:75 warning unusedKey"],
    ],
    [
      "nothing of keys that say what they have not",
      issuer(`jwks: { keys: [${edwardsKey.replace("sig", "sig, alg: null, kid: null, d: null")}] }`),
      [],
    ],
    ["a tolerance above five minutes", issuer("clockToleranceSeconds: 301"), ["1:76 error outOfRange"]],
    ["a tolerance below nothing", issuer("clockToleranceSeconds: -1"), ["1:76 error outOfRange"]],
    ["a tolerance with a fraction", issuer("clockToleranceSeconds: 0.5"), ["1:76 error outOfRange"]],
    ["an infinite tolerance", issuer("clockToleranceSeconds: .inf"), ["1:76 error outOfRange"]],
    ["a tolerance beyond safe integers", issuer("clockToleranceSeconds: 1e21"), ["1:76 error outOfRange"]],
    ["a tolerance that is a text", issuer('clockToleranceSeconds: "60"'), ["1:76 error wrongType"]],
    ["no tolerance", issuer("clockToleranceSeconds: "), ["1:53 error wrongType"]],
    ["an unknown use of tokens", issuer("tokenUse: refresh"), ["1:63 error unknownValue"]],
    ["several uses of tokens", issuer("tokenUse: [id, access]"), ["1:63 error wrongType"]],
    ["an empty list of scopes", issuer("scopes: []"), ["1:61 error emptyList"]],
    ["two scopes in one text", issuer("scopes: a b"), ["1:61 error malformedScope"]],
    ["a scope twice", issuer("scopes: [a, a]"), ["1:65 error duplicateValue"]],
    ["a misspelled member", issuer("scope: a"), ["1:53 error unknownKey"]],
    [
      "a number that JSON can't hold",
      issuer(`jwks: { keys: [{ z: .inf, ${edwardsKey.slice(1)}] }`),
      ["1:73 error wrongType"],
    ],
  ];
  it.each(cases)("report %s", (_why, yaml, expected) => {
    expect(issuesOf(`${yaml}\n${instances}\n${bindings}`)).toEqual(expected);
  });

  it.each([
    ["g", "g"],
    ["{ claim: g }", "g"],
    ["{ claim: g, split: space }", { claim: "g", split: "space" }],
    ["{ claim: g, split: comma }", { claim: "g", split: "comma" }],
    ["{ split: json, claim: g }", { claim: "g", split: "json" }],
  ])("take the groups claim as %s", (yaml, expected) => {
    const { config } = read(`${issuer(`claims: { groups: ${yaml} }`)}\n${instances}\n${bindings}`);
    expect(config?.issuers[0]?.claims.groups).toEqual(expected);
  });

  it("accept no tolerance at all, the largest one, and one scope as a text", () => {
    const yaml = `issuers: [{ issuer: https://i.example, audience: a, clockToleranceSeconds: 0, scopes: a }, { issuer: https://j.example, audience: a, clockToleranceSeconds: 300 }]`;
    const bound = "bindings: [{ match: { issuer: https://i.example }, policies: [p] }]";
    expect(read(`${yaml}\n${instances}\n${bound}`)).toMatchObject({
      issues: [],
      config: {
        issuers: [{ clockToleranceSeconds: 0, scopes: ["a"] }, { clockToleranceSeconds: 300 }],
      },
    });
  });

  it.each([
    "https://i.example/",
    "https://i.example:8443/x",
    "http://localhost:1",
    "http://127.0.0.1",
    "http://[::1]:3",
  ])("accept %s as it is written", (url) => {
    expect(read(`${named(url)}\n${instances}\n${bindings}`)).toMatchObject({
      issues: [],
      config: { issuers: [{ issuer: url }] },
    });
  });
});

describe("the bindings", () => {
  const cases: readonly (readonly [why: string, yaml: string, issues: readonly string[]])[] = [
    ["a list without bindings", "bindings: []", ["1:11 warning noBindings"]],
    ["no match", "bindings: [{ policies: [p] }]", ["1:12 error missingKey"]],
    ["an empty match", "bindings: [{ match: {}, policies: [p] }]", ["1:21 error emptyMatch"]],
    ["a match of nothing", "bindings: [{ match: , policies: [p] }]", ["1:14 error wrongType"]],
    [
      "a group instead of a list",
      "bindings: [{ match: { groups: a }, policies: [p] }]",
      ["1:31 error wrongType"],
    ],
    [
      "no groups in the list",
      "bindings: [{ match: { groups: [] }, policies: [p] }]",
      ["1:31 error emptyList"],
    ],
    [
      "the same group twice",
      "bindings: [{ match: { groups: [a, a] }, policies: [p] }]",
      ["1:35 error duplicateValue"],
    ],
    ["a wildcard", `bindings: [{ match: { groups: ["*"] }, policies: [p] }]`, ["1:32 error wildcard"]],
    [
      "claims without a name",
      "bindings: [{ match: { claims: {} }, policies: [p] }]",
      ["1:31 error emptyMatch"],
    ],
    [
      "a claim without values",
      "bindings: [{ match: { claims: { c: [] } }, policies: [p] }]",
      ["1:36 error emptyList"],
    ],
    [
      "a boolean claim value",
      "bindings: [{ match: { claims: { c: true } }, policies: [p] }]",
      ["1:36 error wrongType"],
    ],
    [
      "an unknown kind of match",
      "bindings: [{ match: { group: [a] }, policies: [p] }]",
      ["1:23 error unknownKey"],
    ],
    ["no policies", "bindings: [{ match: { groups: [a] } }]", ["1:12 error missingKey"]],
    [
      "an empty list of policies",
      "bindings: [{ match: { groups: [a] }, policies: [] }]",
      ["1:48 error emptyList"],
    ],
    [
      "two boundaries",
      "bindings: [{ match: { groups: [a] }, policies: [p], boundary: [b, c] }]",
      ["1:63 error wrongType"],
    ],
  ];
  it.each(cases)("report %s", (_why, yaml, expected) => {
    expect(issuesOf(`${yaml}\n${instances}\n${issuers}`)).toEqual(expected);
  });

  const claims = "claims: { groups: groups }";
  const two = `issuers: [{ issuer: https://i.example, audience: a, ${claims} }, { issuer: https://j.example, audience: a, ${claims} }]`;
  const matching = (match: string) => `bindings: [{ match: { ${match} }, policies: [p] }]\n${instances}`;

  it.each([
    "groups: [x]",
    "principals: [x]",
    "claims: { c: x }",
    "groups: [x], principals: [x], claims: { c: x }",
  ])("say whose callers they are for, where several issuers are configured: %s", (match) => {
    expect(issuesOf(`${matching(match)}\n${two}`)).toEqual(["1:21 error withoutIssuer"]);
    expect(messageOf(`${matching(match)}\n${two}`)).toContain(
      "add `issuer: …` to say whose callers are meant",
    );
    expect(issuesOf(`${matching(match)}\n${issuers}`)).toEqual([]);
    for (const issuer of ["issuer: https://j.example", "issuer: [https://i.example, https://j.example]"])
      expect(issuesOf(`${matching(`${issuer}, ${match}`)}\n${two}`)).toEqual([]);
  });

  it("are of the callers of all, by name and with a warning, where a configuration is only tried", () => {
    const { sink, root } = parseYaml(`${matching("groups: [x]")}\n${two}`, "authorizer.yaml");
    const config = root && readConfiguration(root, { isTrial: true }).config;
    expect(config?.bindings[0]?.match).toEqual({
      issuer: ["https://i.example", "https://j.example"],
      groups: ["x"],
    });
    expect(sink.issues).toMatchObject([
      {
        severity: "warning",
        code: "withoutIssuer",
        message: expect.stringContaining("`validate` and `bundle` refuse it"),
      },
    ]);
  });

  it("take a claim `iss` for that, and an issuer alone for all of its callers", () => {
    expect(issuesOf(`${matching("groups: [x], claims: { iss: https://i.example }")}\n${two}`)).toEqual([]);
    const { config } = read(`${matching("issuer: https://i.example")}\n${two}`);
    expect(config?.bindings).toEqual([{ match: { issuer: ["https://i.example"] }, policies: ["p"] }]);
  });

  it.each([
    ["https://i.exampel", "no issuer `https://i.exampel` is configured; did you mean `https://i.example`"],
    ["https://i.example/", "no issuer `https://i.example/` is configured; did you mean `https://i.example`"],
    [
      "https://elsewhere.test",
      "no issuer `https://elsewhere.test` is configured; configured are `https://i.example`, `https://j.example`",
    ],
  ])("name no issuer that is not configured: %s", (issuer, message) => {
    expect(issuesOf(`${matching(`issuer: ${issuer}, groups: [x]`)}\n${two}`)).toEqual([
      "1:31 error unknownIssuer",
    ]);
    expect(messageOf(`${matching(`issuer: ${issuer}, groups: [x]`)}\n${two}`)).toBe(message);
    const byClaim = matching(`claims: { iss: [${issuer}], c: x }`);
    for (const some of [two, issuers])
      expect(issuesOf(`${byClaim}\n${some}`)).toEqual(["1:39 error unknownIssuer"]);
    expect(messageOf(`${byClaim}\n${two}`)).toBe(message);
  });

  describe("by groups, where issuers are without a claim for them,", () => {
    const [i, j] = ["https://i.example", "https://j.example"];
    const one = (members: string) => `issuers: [{ issuer: ${i}, audience: a${members} }]`;
    /** The second maps its groups, the first does not. */
    const mixed = `issuers: [{ issuer: ${i}, audience: a }, { issuer: ${j}, audience: a, ${claims} }]`;
    const neither = `issuers: [{ issuer: ${i}, audience: a }, { issuer: ${j}, audience: a }]`;
    const refused = (column: number) => [`1:${column} error groupsNotMapped`];

    it.each<[what: string, match: string, configured: string, issues: readonly string[]]>([
      ["the only issuer", "groups: [x]", one(""), refused(31)],
      ["the only issuer, with other claims", "groups: [x]", one(", claims: { id: oid }"), refused(31)],
      ["the only issuer, by name", `issuer: ${i}, groups: [x]`, one(""), refused(58)],
      ["the issuer that is named", `issuer: ${i}, groups: [x]`, mixed, refused(58)],
      ["one of those that are named", `issuer: [${i}, ${j}], groups: [x]`, mixed, refused(79)],
      ["the issuer of the claim `iss`", `claims: { iss: ${i} }, groups: [x]`, mixed, refused(67)],
      ["none of those that are named", `issuer: ${j}, groups: [x]`, mixed, []],
      ["none of those in both places", `issuer: [${i}, ${j}], claims: { iss: ${j} }, groups: [x]`, mixed, []],
      ["nobody's, since it names no groups", `issuer: ${i}, principals: [x]`, mixed, []],
      ["the only issuer, but for a name", "groups: [x]", one(", claims: { groups: g }"), []],
      [
        "the only issuer, but for a split",
        "groups: [x]",
        one(", claims: { groups: { claim: g, split: space } }"),
        [],
      ],
    ])("are an error: %s", (_what, match, configured, issues) => {
      expect(issuesOf(`${matching(match)}\n${configured}`)).toEqual(issues);
    });

    it("are an error if none is named and none has one; else the name comes first", () => {
      const [withoutIssuer] = ["1:21 error withoutIssuer"];
      expect(issuesOf(`${matching("groups: [x]")}\n${neither}`)).toEqual([withoutIssuer, ...refused(31)]);
      expect(issuesOf(`${matching("groups: [x]")}\n${mixed}`)).toEqual([withoutIssuer]);
    });

    it("are an error also where a configuration is only tried", () => {
      const { sink, root } = parseYaml(`${matching("groups: [x]")}\n${one("")}`, "authorizer.yaml");
      if (root) readConfiguration(root, { isTrial: true });
      expect(sink.issues).toMatchObject([{ severity: "error", code: "groupsNotMapped" }]);
    });

    it("are reported once where the claim is written, but wrong", () => {
      for (const wrong of ["claims: 1", "claims: { groups: 1 }", "claims: { groups: { split: space } }"])
        expect(issuesOf(`${matching("groups: [x]")}\n${one(`, ${wrong}`)}`).join()).not.toContain("groups");
    });

    it("say what to do", () => {
      expect(messageOf(`${matching("groups: [x]")}\n${one("")}`)).toBe(
        'callers of `https://i.example` are in no group, so this never matches them; add `claims: { groups: "NAME" }` to the issuer; NAME is the claim of the tokens that lists the caller\'s groups',
      );
      const pool = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example";
      expect(messageOf(`${matching("groups: [x]")}\nissuers: [{ issuer: ${pool}, audience: a }]`)).toContain(
        'add `claims: { groups: "cognito:groups" }` to the issuer',
      );
    });
  });
});

describe("what a mode and other choices may say", () => {
  const rest = `${instances}\n${issuers}\n${bindings}`;

  it("is told: a candidate enforces nothing", () => {
    expect(issuesOf(`mode: shadow\n${rest}`)).toEqual(["1:7 warning shadowMode"]);
    expect(issuesOf(`mode: enforce\n${rest}`)).toEqual([]);
  });

  it.each([
    ["tokenHeader: Authorization", "1:14 error unknownValue"],
    ["tokenHeader: cookie", "1:14 error unknownValue"],
    ["dependentActions: optional", "1:19 error unknownValue"],
    ["dependentActions: Ignored", "1:19 error unknownValue"],
    ["dependentActions: false", "1:19 error wrongType"],
    ["doors: true", "1:8 error wrongType"],
    ["doors: { mcp: yes }", "1:15 error wrongType"],
    ["doors: { authZen: true }", "1:10 error unknownKey"],
    ["doors: { mcp: { tools: [x] } }", "1:17 error unknownKey"],
    ["doors: { mcp: { audience: [] } }", "1:27 error emptyList"],
    ["doors: { mcp: { resource: http://a.test/mcp } }", "1:27 error badUrl"],
    ["doors: { mcp: { resource: https://a.test/mcp/ } }", "1:27 error badUrl"],
    ["doors: { mcp: { resource: https://a.test/mcp?x=1 } }", "1:27 error badUrl"],
    ["doors: { mcp: { operations: [] } }", "1:29 error emptyList"],
    ["doors: { mcp: { operations: [List*, DescribeUsr] } }", "1:37 error matchesNothing"],
    ['doors: { mcp: { operations: "GET /none/*" } }', "1:29 error matchesNothing"],
    ["doors: { authzen: yes }", "1:19 error wrongType"],
    ["doors: { authzen: {} }", "1:19 error missingKey"],
    ["doors: { authzen: { trusted: [] } }", "1:30 error emptyList"],
    ["doors: { authzen: { trusted: [{}] } }", "1:31 error emptyMatch"],
    ["doors: { authzen: { trusted: [{ issuer: https://evil.test }] } }", "1:41 error unknownIssuer"],
    ["doors: { authzen: { trusted: [{ groups: [a] }], search: true } }", "1:49 error unknownKey"],
    ["mode: true", "1:7 error wrongType"],
    ["principals: strict", "1:13 error unknownValue"],
    ["routes: none", "1:9 error wrongType"],
    ["guardrails: [p, p]", "1:17 error duplicateValue"],
    ["guardrails: p", "1:13 error wrongType"],
  ])("as are values that are not known: %s", (line, issue) => {
    expect(issuesOf(`${line}\n${rest}`)).toEqual([issue]);
  });
});

describe("the format's version", () => {
  const rest = [instances, issuers, bindings].join("\n");

  it("may be 1, which changes nothing", () => {
    expect(read(`version: 1\n${rest}`)).toMatchObject({ issues: [], config: read(rest).config });
  });

  it.each(["2", "0", '"1"', "1.5", "null"])("is refused at its place if it is %s", (version) => {
    expect(issuesOf(`${rest}\nversion: ${version}`)).toEqual([
      `${rest.split("\n").length + 1}:10 error unknownVersion`,
    ]);
  });

  it("that is not known says what to do", () => {
    expect(messageOf(`version: 2\n${rest}`)).toBe(
      "the format `2` is not known to this version of connect-authorizer, which reads format `1`; upgrade the package, or write the file in format `1`",
    );
    expect(messageOf(`version: "1"\n${rest}`)).toBe(
      "the format is a number; write `version: 1`, without quotes",
    );
  });
});

describe("a message", () => {
  it("says what the author probably meant", () => {
    const unknown = (text: string) => read(text).issues.find(({ code }) => code === "unknownKey")?.message;
    expect(unknown("binding: []")).toBe("unknown key `binding`; did you mean `bindings`");
    expect(unknown("xyz: []")).toContain(
      "known here are `instances`, `issuers`, `bindings`, `version`, `guardrails`",
    );
  });

  it("says what was found", () => {
    expect(messageOf("instances: 5\nissuers: []\nbindings: []")).toBe(
      "expected a list, found the number `5`; put it in quotes if it is a text",
    );
  });

  it("refuses a key that is no name where every name is accepted", () => {
    const tags =
      "issuers: [{ issuer: https://i.example, audience: a, claims: { tags: { __proto__: [1] } } }]";
    expect(issuesOf(`${tags}\n${instances}\n${bindings}`)).toEqual(["1:71 error unknownKey"]);
  });

  it("tells names of every object's prototype from known keys", () => {
    const issues = issuesOf(
      `constructor: 1\n__proto__: 2\ntoString: 3\n${instances}\n${issuers}\n${bindings}`,
    );
    expect(issues).toEqual(["1:1 error unknownKey", "2:1 error unknownKey", "3:1 error unknownKey"]);
  });
});
