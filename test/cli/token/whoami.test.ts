/** `whoami`: who a token is here, or why it is refused; and that no part of the token is printed. */
import { afterEach, describe, expect, it } from "vitest";
import { jwkProblem } from "../../../shared/bundle/rules/issuers.ts";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../../authoring/configuration/configuration-folder.ts";
import { attacks, genuine, trustedKeys } from "../../identity/attacks.ts";
import { makeToken, rsaKey, toJwk } from "../../identity/tokens.ts";
import { run } from "../command-run.ts";

let folder: ConfigurationFolder | undefined;
afterEach(async () => {
  await folder?.remove();
  folder = undefined;
});

const key = rsaKey("own");
const ownKeys = { keys: [toJwk(key, { alg: "RS256" })] };
const mapping = { groups: "groups" };

interface Setting {
  readonly claims?: object;
  readonly issuer?: object;
  readonly bindings?: readonly object[];
}

const usualBindings = [
  { match: { groups: ["agents"] }, policies: ["read"] },
  { match: { principals: ["alice"] }, policies: ["read"], boundary: "read" },
  { match: { claims: { dept: "sales" } }, policies: ["read"] },
];

/** The configuration is JSON, which is YAML: one line for each binding, from line 4. */
async function configure({
  claims = mapping,
  issuer = { jwks: ownKeys },
  bindings = usualBindings,
}: Setting) {
  folder = await createFolder({
    ...goodFiles,
    "authorizer.yaml": [
      "instances: [{ arn: arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1 }]",
      `issuers: [${JSON.stringify({ issuer: "https://issuer.test", audience: "my-app", claims, ...issuer })}]`,
      "bindings:",
      ...bindings.map((binding) => `  - ${JSON.stringify(binding)}`),
      "guardrails: [read]",
    ].join("\n"),
  });
  return folder;
}

async function whoami(token: string, setting: Setting = {}, ...flags: string[]) {
  const { path } = folder ?? (await configure(setting));
  return run(["whoami", "--token", "-", "--config", path, ...flags], `${token}\n`);
}

const parsed = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout) as Record<string, unknown>;

describe("whoami", () => {
  it("says who the caller is, which bindings match and where, and what they give", async () => {
    const token = makeToken(key, { claims: { groups: ["agents", "x"], team: "red", name: "Alice A." } });
    const claims = { ...mapping, name: "name", tags: { team: "team" } };
    const { status, stdout, stderr } = await whoami(token, { claims });
    const place = (line: number) => `${folder?.name}/authorizer.yaml:${line}:5`;
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.replace(/^expires .*$/m, "expires")).toBe(
      [
        "issuer      https://issuer.test",
        "id          alice",
        "name        Alice A.",
        "groups      agents, x",
        "tags        team=red",
        "expires",
        "signature   valid",
        `bindings    ${place(4)}`,
        `            ${place(5)}`,
        "policies    read",
        "boundaries  read",
        "guardrails  read",
        "",
      ].join("\n"),
    );
    expect(parsed(await whoami(token, {}, "--json"))).toEqual({
      ...{ accepted: true, signature: "valid", issuer: "https://issuer.test", id: "alice", name: "Alice A." },
      ...{ groups: ["agents", "x"], tags: { team: "red" }, expires: expect.stringMatching(/^2.*Z$/) },
      bindings: [
        { place: place(4), match: "certain", policies: ["read"] },
        { place: place(5), match: "certain", policies: ["read"], boundary: "read" },
      ],
      ...{ policies: ["read"], boundaries: ["read"], guardrails: ["read"] },
    });
  });

  it.each<[form: string, claims: object, inToken: object, expected: object]>([
    ["a list", { groups: "g" }, { g: ["agents"] }, { groups: ["agents"] }],
    ["a text", { groups: "g" }, { g: "agents" }, { groups: ["agents"] }],
    ["Cognito's", { groups: "cognito:groups" }, { "cognito:groups": ["agents"] }, { groups: ["agents"] }],
    ["a nested list", { groups: "r.g" }, { r: { g: ["agents"] } }, { groups: ["agents"] }],
    ["a URL", { groups: "https://e.com/g" }, { "https://e.com/g": ["agents"] }, { groups: ["agents"] }],
    [
      "a split text",
      { groups: { claim: "g", split: "space" } },
      { g: "a agents" },
      { groups: ["a", "agents"] },
    ],
    ["none", { groups: "g" }, {}, { groups: [] }],
    [
      "another id and name",
      { groups: "g", id: "oid", name: "n" },
      { oid: "o-1", n: "N" },
      { id: "o-1", name: "N" },
    ],
    ["tags", { groups: "g", tags: { team: "t.a" } }, { t: { a: 7 } }, { tags: { team: "7" } }],
  ])("reads claims as the functions do: %s", async (_form, claims, inToken, expected) => {
    for (const issuer of [{ jwks: ownKeys }, {}]) {
      await folder?.remove();
      await configure({ claims, issuer });
      const answer = await whoami(makeToken(key, { claims: { ...inToken } }), {}, "--json");
      expect(parsed(answer)).toMatchObject({ accepted: true, ...expected });
    }
  });

  it("says so if no binding matches, or if one only may, and exits with 1", async () => {
    const bindings = [{ match: { claims: { dept: "sales" } }, policies: ["read"] }];
    const stranger = await whoami(makeToken(key), { bindings });
    expect(stranger).toMatchObject({ status: 1, stderr: "" });
    expect(stranger.stdout).toContain("access      none: no binding matches\npolicies    none\n");
    const unclear = await whoami(makeToken(key, { claims: { dept: { name: "sales" } } }));
    expect(unclear.status).toBe(1);
    expect(unclear.stdout).toContain(":4:5: perhaps, it depends on a claim that cannot be read\n");
    expect(unclear.stdout).toContain("access      none: no binding matches\n");
  });

  it.each([
    ["keys at an address", { jwksUri: "https://127.0.0.1:1/keys" }],
    ["keys that discovery finds", {}],
    ["keys here and at an address", { jwks: ownKeys, jwksUri: "https://127.0.0.1:1/keys" }],
  ])("says plainly that a signature is not checked: %s", async (_where, issuer) => {
    const forged = makeToken(rsaKey("own"), { claims: { groups: ["agents"] } });
    const answer = await whoami(forged, { issuer });
    expect(answer).toMatchObject({ status: 0, stderr: "" });
    expect(answer.stdout).toContain("signature   not checked: anyone can write such a token; add --verify");
    expect(parsed(await whoami(forged, {}, "--json"))).toMatchObject({ signature: "not checked" });
  });

  it("fetches keys with --verify, and exits with 2 where there are none to be had", async () => {
    const answer = await whoami(
      makeToken(key),
      { issuer: { jwksUri: "http://127.0.0.1:1/keys" } },
      "--verify",
    );
    expect(answer).toMatchObject({ status: 2, stdout: "" });
    expect(answer.stderr).toContain("the token's signature cannot be checked: ");
  });

  it("takes the token as an argument, too, and leaves controls of the terminal out", async () => {
    const { path } = await configure({});
    const token = makeToken(key, { claims: { groups: ["agents", "\u001b[2J\u202e"] } });
    const { status, stdout } = await run(["whoami", "--token", token, "--config", path]);
    expect(status).toBe(0);
    expect(stdout).toContain("groups      agents, \\u{1b}[2J\\u{202e}\n");
  });

  it("takes a bundle, too, and counts its bindings, which have no lines", async () => {
    const { path } = await configure({});
    const out = `${path}/bundle.json`;
    expect(await run(["bundle", path, "--out", out])).toMatchObject({ status: 0 });
    const { status, stdout } = await run(["whoami", "--token", "-", "--config", out], makeToken(key));
    expect(status).toBe(0);
    expect(stdout).toContain(`bindings    ${folder?.name}/bundle.json: bindings[1]\n`);
  });

  it("refuses what is no token, and never reads without end", async () => {
    for (const [text, reason] of [
      ["", "empty"],
      ["x", "notCompact"],
      ["x".repeat(200_000), "oversized"],
    ] as const)
      expect(await whoami(text)).toMatchObject({
        status: 1,
        stdout: expect.stringContaining(`refused     ${reason}: `),
      });
  });

  it("exits with 2 for a configuration with errors", async () => {
    const { path } = await configure({ claims: {} });
    const { status, stderr } = await run(["whoami", "--token", "a.b.c", "--config", path]);
    expect(status).toBe(2);
    expect(stderr).toContain("groupsNotMapped");
  });
});

/** Reasons that only a key can give. */
const ofKeys = new Set(["unknownKey", "unfitKey", "ambiguousKey", "signature"]);
/** Keys that the configuration may hold: it refuses private and broken ones. */
const configurable = { keys: trustedKeys.keys.filter((each) => !jwkProblem(each)) };

describe("a token that is refused", () => {
  it("is refused for the reason of the answer 401, and no part of it is printed", async () => {
    await configure({ issuer: { jwks: configurable } });
    for (const { name, token, refusal } of attacks) {
      const { status, stdout, stderr } = await whoami(token, {}, "--json");
      expect({ name, status, stderr }).toEqual({ name, status: 1, stderr: "" });
      const answer = JSON.parse(stdout) as { readonly accepted: boolean; readonly reason: string };
      // Only a symmetric key in the set is not the same here: a configuration with one is refused.
      if (name === "a symmetric key in the key set") expect(answer.reason).toBe("unknownKey");
      else expect({ ...answer, name }).toMatchObject({ name, accepted: false, reason: refusal });
      expectNothingOf(token, stdout);
    }
  }, 120_000);

  it("is refused for the same reason without a key, unless it is about the key", async () => {
    await configure({ issuer: {} });
    for (const { name, token, refusal } of attacks.filter((each) => !ofKeys.has(each.refusal))) {
      const { stdout } = await whoami(token, {}, "--json");
      expect({ ...JSON.parse(stdout), name }).toMatchObject({ name, accepted: false, reason: refusal });
      expectNothingOf(token, stdout);
    }
  }, 120_000);

  it("is none that the functions accept", async () => {
    await configure({ issuer: { jwks: configurable } });
    for (const [name, token] of Object.entries(genuine)) {
      const { stdout } = await whoami(token, {}, "--json");
      expect({ ...JSON.parse(stdout), name }).toMatchObject({ name, accepted: true, signature: "valid" });
      expectNothingOf(token, stdout);
      expectNothingOf(token, (await whoami(token)).stdout);
    }
  });
});

/** Neither the beginning nor the end of header, payload or signature; a part of few characters could be in a word of the answer. */
function expectNothingOf(token: string, output: string): void {
  const parts = token.split(".").filter((part) => part.length >= 8);
  const found = parts.filter(
    (part) => output.includes(part.slice(0, 24)) || output.includes(part.slice(-24)),
  );
  expect(found).toEqual([]);
}
