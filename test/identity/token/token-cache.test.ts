/** Remembered tokens: taken again exactly when a verifier that remembers nothing would take them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CodedError } from "../../../shared/errors.ts";
import type { DownloadJson } from "../../../shared/identity/keys/download-json.ts";
import { digestToken, type TokenCacheLimits, TokenVerifier } from "../../../shared/identity/token/verify.ts";
import type { IssuerConfiguration } from "../../../shared/identity/types.ts";
import { issuer, makeToken, rsaKey, startClock, toJwk } from "../tokens.ts";

const startSeconds = 1_800_000_000;
const keys = [rsaKey("one"), rsaKey("two"), { ...rsaKey("one") }] as const;
const [one, two, successor] = keys;
const noCache = { maxTokens: 0, maxBytes: 0 };

/** An issuer whose key server is a variable. */
function keyServer() {
  let published: readonly object[] | undefined;
  const download: DownloadJson = async () => {
    if (published === undefined) throw new Error("down");
    // As over the wire: no object is the same twice.
    return JSON.parse(JSON.stringify({ keys: published }));
  };
  return {
    download,
    publish(...jwks: readonly object[]) {
      published = jwks;
    },
    goDown() {
      published = undefined;
    },
  };
}

describe("a remembered token", () => {
  function setUp(configuration: Partial<IssuerConfiguration> = {}) {
    const clock = startClock(startSeconds * 1000);
    const server = keyServer();
    server.publish(toJwk(one));
    const options = { now: clock.now, download: server.download };
    return { clock, server, verifier: new TokenVerifier([issuer(configuration)], options) };
  }
  const token = makeToken(one, { claims: { exp: startSeconds + 86_400 } });

  it("stands for the very same principal", async () => {
    const { verifier } = setUp();
    expect(await verifier.verify(token)).toBe(await verifier.verify(token));
  });

  it("is forgotten when it expires, to the second", async () => {
    const { verifier, clock } = setUp();
    const brief = makeToken(one, { claims: { exp: startSeconds + 60 } });
    await verifier.verify(brief);
    clock.pass(59_999);
    await expect(verifier.verify(brief)).resolves.toMatchObject({ id: "alice" });
    clock.pass(1);
    await expect(verifier.verify(brief)).rejects.toMatchObject({ refusal: "expired" });
  });

  it("is not valid before its time when the clock is set back", async () => {
    const { verifier, clock } = setUp();
    const claims = { exp: startSeconds + 60, nbf: startSeconds };
    const early = makeToken(one, { claims });
    await verifier.verify(early);
    clock.pass(-1);
    await expect(verifier.verify(early)).rejects.toMatchObject({ refusal: "notYetValid" });
  });

  it("is refused once its key was withdrawn, as soon as that is known", async () => {
    const { verifier, clock, server } = setUp();
    await verifier.verify(token);
    server.publish(toJwk(two));
    clock.pass(3_599_999);
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
    clock.pass(1);
    await expect(verifier.verify(token)).rejects.toMatchObject({ refusal: "unknownKey" });
  });

  it("is refused at once when a token of a new key brought the withdrawal to light", async () => {
    const { verifier, server } = setUp();
    await verifier.verify(token);
    server.publish(toJwk(two));
    await verifier.verify(makeToken(two, { claims: { exp: startSeconds + 60 } }));
    await expect(verifier.verify(token)).rejects.toMatchObject({ refusal: "unknownKey" });
  });

  it("is refused when another key has taken its key's name", async () => {
    const { verifier, clock, server } = setUp();
    await verifier.verify(token);
    server.publish(toJwk(successor));
    clock.pass(3_600_000);
    await expect(verifier.verify(token)).rejects.toMatchObject({ refusal: "signature" });
  });

  it("outlives the publication of more keys, however its own is written", async () => {
    const { verifier, clock, server } = setUp();
    const before = await verifier.verify(token);
    server.publish(toJwk(two), Object.fromEntries(Object.entries(toJwk(one)).reverse()));
    clock.pass(3_600_000);
    expect(await verifier.verify(token)).toBe(before);
  });

  it("is recognized only if all of its characters are equal", async () => {
    const { verifier } = setUp();
    await verifier.verify(token);
    const [header = "", payload = "", signature = ""] = token.split(".");
    const changed = `${header}.${payload}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
    await expect(verifier.verify(changed)).rejects.toMatchObject({ refusal: "signature" });
  });
});

describe("the cache", () => {
  const [a, b, c] = ["a", "b", "c"].map((sub) => makeToken(one, { claims: { sub } })) as [
    string,
    string,
    string,
  ];
  const bytesOf = (...all: readonly string[]) => all.join("").length;

  /** A verifier, and which of some tokens it remembers: asked once, since asking is a use. */
  function setUp(cache: TokenCacheLimits) {
    const verifier = new TokenVerifier([issuer({ jwks: { keys: [toJwk(one)] } })], { cache });
    const principals = new Map<string, object>();
    return {
      async verify(...all: readonly string[]) {
        for (const token of all) principals.set(token, await verifier.verify(token));
      },
      async isRemembered(token: string) {
        return (await verifier.verify(token)) === principals.get(token);
      },
    };
  }

  it("forgets the token that was unused for longest when there are too many", async () => {
    const { verify, isRemembered } = setUp({ maxTokens: 2, maxBytes: 100_000 });
    await verify(a, b, a, c);
    expect([await isRemembered(a), await isRemembered(c), await isRemembered(b)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("forgets as many tokens as necessary when they are too large together", async () => {
    const maxBytes = bytesOf(a, b);
    const fitting = setUp({ maxTokens: 10, maxBytes });
    await fitting.verify(a, b);
    expect([await fitting.isRemembered(a), await fitting.isRemembered(b)]).toEqual([true, true]);
    const tight = setUp({ maxTokens: 10, maxBytes: maxBytes - 1 });
    await tight.verify(a, b);
    expect([await tight.isRemembered(b), await tight.isRemembered(a)]).toEqual([true, false]);
  });

  it("drops nothing for a token that is too large by itself, which it does not keep", async () => {
    const large = makeToken(one, { claims: { sub: "large", more: "x".repeat(500) } });
    const { verify, isRemembered } = setUp({ maxTokens: 10, maxBytes: bytesOf(large) - 1 });
    await verify(a, large);
    expect([await isRemembered(a), await isRemembered(large)]).toEqual([true, false]);
  });

  it.each([noCache, { maxTokens: 0, maxBytes: 100_000 }])("remembers nothing with %j", async (limits) => {
    const { verify, isRemembered } = setUp(limits);
    await verify(a);
    expect(await isRemembered(a)).toBe(false);
  });

  it("knows tokens by their SHA-256 digest alone", () => {
    expect(digestToken("abc")).toBe("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
  });
});

describe("the verifier of the configuration in force", () => {
  const configured = (more: Partial<IssuerConfiguration> = {}) => [
    issuer({ jwks: { keys: [toJwk(one)] }, ...more }),
  ];

  it("stays when the issuers do, though the rest of the configuration changes", () => {
    const first = new TokenVerifier(configured());
    expect(first.for(configured())).toBe(first);
  });

  it.each<[string, Partial<IssuerConfiguration>, string]>([
    ["its audience", { audience: ["another-app"] }, "audience"],
    ["its keys", { jwks: { keys: [toJwk(two)] } }, "unknownKey"],
    ["its name", { issuer: "https://other.test" }, "issuer"],
    ["the scopes it must grant", { scopes: ["admin"] }, "scope"],
    ["the use of its tokens", { tokenUse: "access" }, "use"],
  ])("serves nothing that was verified before an issuer changed %s", async (_name, change, refusal) => {
    const first = new TokenVerifier(configured());
    const token = makeToken(one);
    await first.verify(token);
    const changed = first.for(configured(change));
    await expect(changed.verify(token)).rejects.toMatchObject({ refusal });
    await expect(changed.for(configured()).verify(token)).resolves.toMatchObject({ id: "alice" });
  });
});

/** One step of a random history. */
type Step =
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "publish"; readonly set: number }
  | { readonly kind: "verify"; readonly token: number };

const keySets = [
  [toJwk(one)],
  [toJwk(one), toJwk(two)],
  [toJwk(two)],
  [toJwk(successor)],
  [toJwk(successor), toJwk(two)],
  undefined,
];

const at = (exp: number, more: Readonly<Record<string, unknown>> = {}) => ({
  claims: { exp: startSeconds + exp, ...more },
});
const tokens = [
  makeToken(one, at(100_000)),
  makeToken(one, at(4_000)),
  makeToken(one, at(100_000, { nbf: startSeconds + 2_000 })),
  makeToken(two, at(100_000)),
  makeToken(two, at(8_000, { sub: "bob" })),
  makeToken(successor, at(100_000, { sub: "carol" })),
  makeToken(two, at(100_000, { aud: "their-app" })),
  makeToken(rsaKey("nobody's"), at(100_000)),
  makeToken(one, at(100_000, { iat: startSeconds + 5_000 })),
  ...[one, two, successor].map((key) => makeToken(key, { ...at(100_000), header: { kid: undefined } })),
];

const history: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant("verify" as const), token: fc.nat(tokens.length - 1) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("pass" as const),
        ms: fc.constantFrom(0, 1, 999, 2_000, 10_000, 61_000, 900_000, 3_600_000, 90_000_000, -1, -5_000_000),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("publish" as const), set: fc.nat(keySets.length - 1) }),
    },
  ),
  { minLength: 1, maxLength: 60 },
);

/** What a verifier makes of a history: for each token a principal's id, or why it was refused. */
async function outcomes(steps: readonly Step[], cache: { maxTokens: number; maxBytes: number }) {
  const clock = startClock(startSeconds * 1000);
  const server = keyServer();
  server.publish(toJwk(one), toJwk(two));
  const configuration = [issuer({ clockToleranceSeconds: 30 })];
  const options = { now: clock.now, download: server.download, cache };
  const verifier = new TokenVerifier(configuration, options);
  const seen: string[] = [];
  for (const step of steps) {
    if (step.kind === "pass") clock.pass(step.ms);
    else if (step.kind === "verify") seen.push(await outcome(verifier, tokens[step.token] ?? ""));
    else {
      const set = keySets[step.set];
      if (set) server.publish(...set);
      else server.goDown();
    }
  }
  return seen;
}

async function outcome(verifier: TokenVerifier, token: string): Promise<string> {
  try {
    return (await verifier.verify(token)).id;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return error.message;
  }
}

describe("remembering", () => {
  it("changes no answer, whatever tokens come, keys rotate and clocks do", async () => {
    const kinds = new Set<string>();
    const property = fc.asyncProperty(history, fc.constantFrom(1, 2, 100), async (steps, maxTokens) => {
      const uncached = await outcomes(steps, noCache);
      for (const each of uncached) kinds.add(each);
      expect(await outcomes(steps, { maxTokens, maxBytes: 100_000 })).toEqual(uncached);
    });
    await fc.assert(property, { seed: 20260101, numRuns: 150 });
    // The histories reach every kind of outcome: else the property would say little.
    for (const kind of ["alice", "bob", "carol"]) expect(kinds).toContain(kind);
    for (const part of [
      "expired",
      "not valid yet",
      "does not publish",
      "several for its algorithm",
      "signature",
      "audience",
      "future",
      "fetched",
    ])
      expect(
        [...kinds].some((kind) => kind.includes(part)),
        part,
      ).toBe(true);
  });
});
