/**
 * Key sets as RFC 7517 has them: what cannot be used is passed over, whatever it is; what can be used verifies exactly the
 * tokens that it is for.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TokenVerifier } from "../../../shared/identity/token/verify.ts";
import {
  base64url,
  ecKey,
  ed448Key,
  ed25519Key,
  issuer,
  makeToken,
  rsaKey,
  type SigningKey,
  signText,
  type TokenParts,
  toJwk,
} from "../tokens.ts";

type Entry = unknown;

/** Verifies with a set as it comes over the wire. */
function verifierFor(...keys: readonly Entry[]) {
  const download = async () => JSON.parse(JSON.stringify({ keys }));
  return new TokenVerifier([issuer({ jwksUri: "https://keys.example/set" })], { download });
}

async function outcomeOf(verifier: TokenVerifier, token: string): Promise<unknown> {
  return verifier.verify(token).then(
    () => "accepted",
    (error: { readonly refusal?: unknown }) => error.refusal,
  );
}

const refusalOf = (keys: readonly Entry[], token: string) => outcomeOf(verifierFor(...keys), token);

const withoutId = (key: SigningKey, { header, ...parts }: TokenParts = {}) =>
  makeToken(key, { ...parts, header: { ...header, kid: undefined } });

const good = rsaKey("good");
const goodJwk = toJwk(good);
const goodTokens = [makeToken(good), withoutId(good)];
const odd = rsaKey("odd");
const oddJwk = toJwk(odd);
const oddEc = ecKey("odd", "P-256");
const short = rsaKey("odd", 1024);
const secret = odd.privateKey.export({ format: "jwk" });

/** Entries that nobody may verify with, each with the key that signs tokens as if one could. */
const unusable: readonly (readonly [name: string, entry: Entry, key: SigningKey, algorithm?: string])[] = [
  ["null", null, odd],
  ["a number", 1, odd],
  ["a text", "key", odd],
  ["true", true, odd],
  ["a list", [oddJwk], odd],
  ["an empty list", [], odd],
  ["an empty object", {}, odd],
  ["no type", { ...oddJwk, kty: undefined }, odd],
  ["a type that is null", { ...oddJwk, kty: null }, odd],
  ["a type that is a number", { ...oddJwk, kty: 1 }, odd],
  ["a type that is a list", { ...oddJwk, kty: ["RSA"] }, odd],
  ["a type in lower case", { ...oddJwk, kty: "rsa" }, odd],
  ["a type of next year", { kty: "AKP", alg: "ML-DSA-65", kid: "odd", pub: "AAAA" }, odd],
  ["a symmetric key", { kty: "oct", kid: "odd", k: base64url("secret") }, odd],
  ["another type's name", { ...oddJwk, kty: "EC" }, odd],
  ["no modulus", { ...oddJwk, n: undefined }, odd],
  ["a modulus that is null", { ...oddJwk, n: null }, odd],
  ["a modulus that is a number", { ...oddJwk, n: 5 }, odd],
  ["an empty modulus", { ...oddJwk, n: "" }, odd],
  ["a short modulus", toJwk(short), short],
  ["a modulus that nothing can verify with", { ...oddJwk, n: base64url(Buffer.alloc(2_049, 0xff)) }, odd],
  ["no exponent", { ...oddJwk, e: undefined }, odd],
  ["an exponent of 1", { ...oddJwk, e: "AQ" }, odd],
  ["an even exponent", { ...oddJwk, e: "Ag" }, odd],
  ["an exponent of 0", { ...oddJwk, e: "AAAA" }, odd],
  ["an exponent that is a list", { ...oddJwk, e: ["AQAB"] }, odd],
  ["a use for encryption", { ...oddJwk, use: "enc" }, odd],
  ["a use in capitals", { ...oddJwk, use: "SIG" }, odd],
  ["a use that is a list", { ...oddJwk, use: ["sig"] }, odd],
  ["an empty use", { ...oddJwk, use: "" }, odd],
  ["operations without verifying", { ...oddJwk, use: undefined, key_ops: ["encrypt", "wrapKey"] }, odd],
  ["operations that are none", { ...oddJwk, key_ops: [] }, odd],
  ["operations that are a text", { ...oddJwk, key_ops: "verify" }, odd],
  ["an algorithm for encryption", { ...oddJwk, alg: "RSA-OAEP" }, odd],
  ["an algorithm that is not accepted", { ...oddJwk, alg: "PS256" }, odd],
  ["another algorithm", { ...oddJwk, alg: "RS512" }, odd],
  ["an algorithm of another type", { ...oddJwk, alg: "ES256" }, odd],
  ["an algorithm that is a number", { ...oddJwk, alg: 256 }, odd],
  ["an algorithm that is a list", { ...oddJwk, alg: ["RS256"] }, odd],
  ["an empty algorithm", { ...oddJwk, alg: "" }, odd],
  ["an id that is a number", { ...oddJwk, kid: 7 }, odd],
  ["an id that is a list", { ...oddJwk, kid: ["odd"] }, odd],
  ["an id that is an object", { ...oddJwk, kid: { odd: true } }, odd],
  ["its private key", { ...secret, kid: "odd" }, odd],
  ["a part of its private key", { ...oddJwk, d: secret.d }, odd],
  ["no curve", { ...toJwk(oddEc), crv: undefined }, oddEc, "ES256"],
  ["a curve that is a list", { ...toJwk(oddEc), crv: ["P-256"] }, oddEc, "ES256"],
  ["another curve", { ...toJwk(oddEc), crv: "P-384" }, oddEc, "ES256"],
  ["a curve of an algorithm that is not accepted", { ...toJwk(oddEc), crv: "secp256k1" }, oddEc, "ES256"],
  ["half a point", { ...toJwk(oddEc), y: undefined }, oddEc, "ES256"],
  ["a point off its curve", { ...toJwk(oddEc), y: toJwk(oddEc).x }, oddEc, "ES256"],
  ["a coordinate that is a number", { ...toJwk(oddEc), x: 1 }, oddEc, "ES256"],
];

describe("an entry that cannot be used", () => {
  const rows = unusable.map(
    ([name, entry, key, algorithm = "RS256"]) => [name, { entry, key, algorithm }] as const,
  );
  it.each(rows)(
    "is passed over beside a key that can, and verifies nothing: %s",
    async (_name, { entry, key, algorithm }) => {
      for (const set of [
        [entry, goodJwk],
        [goodJwk, entry],
        [goodJwk, entry, entry],
      ]) {
        for (const token of goodTokens) expect(await refusalOf(set, token)).toBe("accepted");
        for (const kid of ["odd", "7", undefined]) {
          const token = makeToken(key, { header: { kid, alg: algorithm } });
          expect(await refusalOf(set, token)).toMatch(/^(unfitKey|unknownKey|signature)$/);
          expect(await refusalOf([entry], token)).toMatch(/^(unfitKey|unknownKey)$/);
        }
      }
    },
  );

  it("is passed over whatever JSON it is", async () => {
    const property = fc.asyncProperty(
      fc.array(fc.jsonValue(), { maxLength: 6 }),
      fc.array(fc.jsonValue(), { maxLength: 6 }),
      async (before, after) => {
        const verifier = verifierFor(...before, goodJwk, ...after);
        for (const token of goodTokens)
          await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
        await expect(verifier.verify(makeToken(odd))).rejects.toMatchObject({ code: "unauthorized" });
      },
    );
    await fc.assert(property, { seed: 20260101, numRuns: 100 });
  });

  it("is passed over whichever members of a real key are something else", async () => {
    const names = ["kty", "kid", "use", "alg", "key_ops", "n", "e", "crv", "x", "y", "d", "x5c", "__proto__"];
    const members = fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 4 });
    const property = fc.asyncProperty(members, fc.constantFrom(oddJwk, toJwk(oddEc)), async (more, jwk) => {
      const verifier = verifierFor({ ...jwk, ...more }, goodJwk);
      await expect(verifier.verify(goodTokens[0] ?? "")).resolves.toMatchObject({ id: "alice" });
      const forged = makeToken(good, { header: { kid: "odd" } });
      await expect(verifier.verify(forged)).rejects.toMatchObject({ code: "unauthorized" });
    });
    await fc.assert(property, { seed: 20260101, numRuns: 200 });
  });
});

describe("a member without a value", () => {
  it.each([
    ["use", { use: null }],
    ["alg", { alg: null }],
    ["key_ops", { key_ops: null }],
    ["parts of a private key", { d: null, p: null, oth: [], k: "" }],
    ["x5c", { x5c: null, x5t: null }],
  ])("counts as absent: %s", async (_name, members) => {
    for (const token of goodTokens)
      expect(await refusalOf([{ ...goodJwk, ...members }], token)).toBe("accepted");
  });

  it("counts as absent: kid, so that the key is one without a name", async () => {
    const set = [{ ...goodJwk, kid: null }];
    expect(await refusalOf(set, withoutId(good))).toBe("accepted");
    expect(await refusalOf(set, makeToken(good))).toBe("unknownKey");
  });
});

describe("a set as issuers publish theirs", () => {
  const [first, second] = [rsaKey("first"), rsaKey("second")] as const;
  const bare = (key: SigningKey) => toJwk(key, { use: undefined });
  const x5c = ["MIIC/TCCAeWgAwIBAgIIUd7j/OIahkYwDQYJKoZIhvcNAQELBQAwLTErMCkGA1UEAxMi"];
  const encryption = (key: SigningKey, alg: string) => toJwk(key, { use: "enc", alg });

  it.each<[string, readonly Entry[]]>([
    ["Cognito", [toJwk(first, { alg: "RS256" }), toJwk(second, { alg: "RS256" })]],
    [
      "Microsoft Entra ID, without algorithms",
      [first, second].map((key) =>
        toJwk(key, { x5t: key.kid, x5c, issuer: "https://login.example/{tenantid}/v2.0" }),
      ),
    ],
    ["Auth0", [first, second].map((key) => toJwk(key, { x5t: "x", x5c, alg: "RS256" }))],
    [
      "Keycloak, with keys for encryption and of other types",
      [
        encryption(rsaKey("enc"), "RSA-OAEP"),
        toJwk(first, { alg: "RS256", x5c, "x5t#S256": "y" }),
        toJwk(ecKey("ec", "P-256"), { alg: "ES256" }),
        { kty: "EC", crv: "secp256k1", kid: "k1", use: "sig", alg: "ES256K", x: "AA", y: "AA" },
        toJwk(second, { alg: "RS256" }),
      ],
    ],
    ["Kubernetes, without more than it needs", [bare(first), bare(second)]],
    [
      "a provider on its way to post-quantum signatures",
      [
        { kty: "AKP", alg: "ML-DSA-44", kid: "pq", pub: "AAAA" },
        { kty: "LMS", kid: "hbs" },
        toJwk(first),
        toJwk(second, { alg: null, key_ops: null }),
      ],
    ],
    [
      "a serializer that writes every member of its class",
      [first, second].map((key) => {
        const empty = {
          crv: null,
          d: null,
          dp: null,
          k: null,
          oth: [],
          x: null,
          y: null,
          x5u: null,
          key_ops: null,
        };
        return toJwk(key, { ...empty, alg: "RS256" });
      }),
    ],
  ])("serves: %s", async (_name, keys) => {
    for (const key of [first, second]) expect(await refusalOf(keys, makeToken(key))).toBe("accepted");
    expect(await refusalOf(keys, makeToken({ ...good, kid: "first" }))).toBe("signature");
    expect(await refusalOf(keys, withoutId(first))).toBe("ambiguousKey");
  });
});

const kinds = [
  { key: rsaKey("rsa"), natural: "RS256", names: ["RS256", "RS384", "RS512"] },
  { key: ecKey("p256", "P-256"), natural: "ES256", names: ["ES256"] },
  { key: ecKey("p384", "P-384"), natural: "ES384", names: ["ES384"] },
  { key: ecKey("p521", "P-521"), natural: "ES512", names: ["ES512"] },
  { key: ed25519Key("ed25519"), natural: "EdDSA", names: ["EdDSA", "Ed25519"] },
  { key: ed448Key("ed448"), natural: "EdDSA", names: ["EdDSA", "Ed448"] },
] as const;
const algorithms = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519", "Ed448"];
const allKeys = kinds.map(({ key }) => toJwk(key));
/** A token whose header says one thing, signed with what the key is for. */
function tokenBy(key: SigningKey, natural: string, header: Readonly<Record<string, unknown>>): string {
  const names: readonly string[] = kinds.find((kind) => kind.key === key)?.names ?? [];
  const signAs = names.includes(String(header["alg"])) ? String(header["alg"]) : natural;
  return makeToken(key, { header, signAs });
}

describe("a key of each type under each algorithm", () => {
  it("verifies exactly what both of them are for, with and without its id", async () => {
    let rows = 0;
    for (const { key, natural, names } of kinds) {
      const isFor = (name: string | undefined) => names.some((each) => each === name);
      const tokens = algorithms.map((alg) => ({
        alg,
        named: tokenBy(key, natural, { alg }),
        unnamed: tokenBy(key, natural, { alg, kid: undefined }),
      }));
      for (const keyAlgorithm of [undefined, ...algorithms]) {
        const verifier = verifierFor(toJwk(key, { alg: keyAlgorithm }));
        for (const { alg, named, unnamed } of tokens) {
          const isSame = keyAlgorithm === alg || (natural === "EdDSA" && isFor(keyAlgorithm));
          const fits = isFor(alg) && (keyAlgorithm === undefined || isSame);
          const answers = [await outcomeOf(verifier, named), await outcomeOf(verifier, unnamed)];
          const row = `${key.kid}, alg ${keyAlgorithm}, under ${alg}`;
          expect([row, ...answers]).toEqual(
            fits ? [row, "accepted", "accepted"] : [row, "unfitKey", "unknownKey"],
          );
          rows++;
        }
      }
    }
    expect(rows).toBe(6 * 10 * 9);
  });

  it("is found among keys of every type, and without an id where it alone fits", async () => {
    for (const { key, natural, names } of kinds) {
      for (const alg of names) {
        expect(await refusalOf(allKeys, tokenBy(key, natural, { alg }))).toBe("accepted");
        const unnamed = await refusalOf(allKeys, tokenBy(key, natural, { alg, kid: undefined }));
        // Both curves of Edwards keys are for `EdDSA`.
        expect([alg, unnamed]).toEqual([alg, alg === "EdDSA" ? "ambiguousKey" : "accepted"]);
      }
    }
  });

  it("is found among keys that all have the same id", async () => {
    const set = [toJwk(rsaKey("x"), { use: "enc" }), ...allKeys].map((jwk) => ({ ...jwk, kid: "same" }));
    for (const { key, natural, names } of kinds)
      for (const alg of names)
        expect(await refusalOf(set, tokenBy(key, natural, { alg, kid: "same" }))).toBe("accepted");
    const forged = makeToken(rsaKey("same"));
    expect(await refusalOf(set, forged)).toBe("signature");
  });
});

describe("two keys of one type", () => {
  const [one, two] = [rsaKey("same"), rsaKey("same")] as const;

  it("may share an id: each verifies its own tokens, in either order", async () => {
    for (const set of [
      [toJwk(one), toJwk(two)],
      [toJwk(two), toJwk(one)],
    ]) {
      expect(await refusalOf(set, makeToken(one))).toBe("accepted");
      expect(await refusalOf(set, makeToken(two))).toBe("accepted");
      expect(await refusalOf(set, makeToken({ ...good, kid: "same" }))).toBe("signature");
    }
  });

  it("leave open which one a token without an id means, which is refused", async () => {
    expect(await refusalOf([toJwk(one), toJwk(two)], withoutId(one))).toBe("ambiguousKey");
    expect(await refusalOf([toJwk(one), toJwk(two, { kid: undefined })], withoutId(two))).toBe(
      "ambiguousKey",
    );
  });

  it("do not, where they are for different algorithms, or are the same entry", async () => {
    const set = [toJwk(one, { alg: "RS256" }), toJwk(two, { alg: "RS512" })];
    expect(await refusalOf(set, withoutId(one))).toBe("accepted");
    expect(await refusalOf(set, withoutId(two, { header: { alg: "RS512" } }))).toBe("accepted");
    expect(await refusalOf(set, withoutId(one, { header: { alg: "RS384" }, signAs: "RS384" }))).toBe(
      "unknownKey",
    );
    expect(await refusalOf([toJwk(one), toJwk(one)], withoutId(one))).toBe("accepted");
  });
});

describe("a key id in the header", () => {
  it.each([
    ["null", null],
    ["a number", 1],
    ["empty", ""],
    ["a list", ["good"]],
    ["an object", {}],
  ])("that is %s is refused, also where one key would fit", async (_name, kid) => {
    expect(await refusalOf([goodJwk], makeToken(good, { header: { kid } }))).toBe("keyId");
  });

  it("that is absent is not one that is called `undefined`", async () => {
    const header = JSON.stringify({ alg: "RS256", kid: "undefined" });
    const payload = Buffer.from(goodTokens[0]?.split(".")[1] ?? "", "base64url");
    expect(await refusalOf([goodJwk], signText(header, payload, good))).toBe("unknownKey");
  });
});
