/**
 * Signed bundles: opened only when a configured key signed exactly this content, whatever else is in order.
 */

import { generateKeyPairSync, sign } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatBundle, openBundle } from "../../shared/bundle/bundle.ts";
import { isSignedBy, parsePublicKeys, signedMessage } from "../../shared/bundle/signature.ts";
import { createBundleSource } from "../../shared/bundle/source/source.ts";
import { CodedError } from "../../shared/errors.ts";
import { readSettings } from "../../shared/settings.ts";
import { bundleAllowing } from "./bundle-fixture.ts";
import { derOf, ecdsa, ed25519, pemOf, rsa, signatureOf } from "./signing-keys.ts";

const bundle = bundleAllowing("connect:DescribeUser");
const other = bundleAllowing("connect:DeleteUser");
const pairs = [ed25519, ecdsa, rsa];
const signed = (signature: unknown, content: unknown = bundle): unknown => ({ bundle: content, signature });

function outcome(json: unknown, keys: string = derOf(ed25519.publicKey)): string {
  try {
    return `opened ${openBundle(json, parsePublicKeys(keys)).version}`;
  } catch (error) {
    if (error instanceof CodedError && error.code === "bundleUnavailable") return error.message;
    throw error;
  }
}

describe.each(pairs)("a bundle signed with $name", (pair) => {
  const signature = signatureOf(bundle.version, pair);

  it("opens with its public key, in either form, alone or among others", () => {
    const json: unknown = JSON.parse(formatBundle(bundle, signature));
    const decoys = pairs.filter((each) => each !== pair);
    const keys = [...decoys, pair].map(({ publicKey }) => publicKey);
    const forms = [
      derOf(pair.publicKey),
      pemOf(pair.publicKey),
      keys.map(derOf).join(","),
      keys.map(pemOf).join(""),
      keys.map(derOf).join(", "),
    ];
    expect(forms.map((form) => outcome(json, form))).toEqual(forms.map(() => `opened ${bundle.version}`));
  });

  it("is refused with another key of the same type, and with every other type", () => {
    const strangers = [
      generateKeyPairSync("ed25519"),
      generateKeyPairSync("ec", { namedCurve: "P-256" }),
      generateKeyPairSync("rsa", { modulusLength: 2048 }),
    ];
    for (const { publicKey } of strangers)
      expect(outcome(signed(signature), derOf(publicKey))).toContain("its signature was not made for it");
  });

  it("is refused when any bit of the signature is another", () => {
    const bytes = Buffer.from(signature, "base64");
    const keys = parsePublicKeys(derOf(pair.publicKey));
    const property = fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(isSignedBy(keys, bundle.version, changed.toString("base64"))).toBe(false);
    });
    fc.assert(property, { seed: 41, numRuns: 200 });
  });

  it("lends its signature to no other content", () => {
    const key = derOf(pair.publicKey);
    expect(outcome(signed(signature, other), key)).toContain("its signature was not made for it");
    const grafted = { ...other, version: bundle.version };
    expect(outcome(signed(signature, grafted), key)).toContain("does not match its version hash");
  });
});

describe("a configured public key", () => {
  it("refuses an unsigned bundle, also the packaged one", async () => {
    expect(outcome(bundle)).toContain("it is not signed, though a public key is configured");
    const environment = { AUTHORIZER_BUNDLE_PUBLIC_KEY: derOf(ed25519.publicKey) };
    const problems: unknown[] = [];
    const options = { onProblem: (problem: unknown) => problems.push(problem) };
    await expect(
      createBundleSource(readSettings(environment), bundle, options).current(),
    ).rejects.toMatchObject({
      code: "bundleUnavailable",
      message: expect.stringContaining("it is not signed"),
    });
    expect(problems).toHaveLength(1);
    const good = signed(signatureOf(bundle.version, ed25519));
    expect((await createBundleSource(readSettings(environment), good, options).current()).version).toBe(
      bundle.version,
    );
  });

  it("refuses a signature that the same key made for something else", () => {
    const raw = sign(null, Buffer.from(bundle.version), ed25519.privateKey).toString("base64");
    expect(outcome(signed(raw))).toContain("its signature was not made for it");
    expect(signedMessage(bundle.version)?.toString()).toBe(`connect-authorizer bundle\n${bundle.version}`);
  });

  it.each([
    ["nothing", ""],
    ["no base64", "%%%"],
    ["a number", 7],
    ["null", null],
    ["a list", [signatureOf(bundle.version, ed25519)]],
  ])("refuses %s as a signature", (_what, signature) => {
    expect(outcome(signed(signature))).not.toContain("opened");
  });

  it("refuses a version that is none", () => {
    for (const version of [undefined, 7, "x", `${bundle.version}\n`]) {
      expect(outcome(signed(signatureOf(bundle.version, ed25519), { ...bundle, version }))).toContain(
        "its signature was not made for it",
      );
    }
  });

  it.each([
    ["text that is no key", "nonsense", "cannot be read"],
    ["a private key", pemOf(ed25519.privateKey), "cannot be read"],
    ["a good key and a bad one", `${derOf(ed25519.publicKey)},x`, "cannot be read"],
    ["a good key and text", `${pemOf(ed25519.publicKey)}x`, "cannot be read"],
    ["an empty list", ",", "cannot be read"],
    [
      "another curve",
      derOf(generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey),
      "a key of type `ec` cannot sign bundles",
    ],
    [
      "a short RSA key",
      derOf(generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey),
      "RSA of at least 2048 bits",
    ],
    ["a key for key agreement", derOf(generateKeyPairSync("x25519").publicKey), "a key of type `x25519`"],
  ])("that is %s refuses every call", async (_what, key, message) => {
    const source = createBundleSource(readSettings({ AUTHORIZER_BUNDLE_PUBLIC_KEY: key }), bundle);
    await expect(source.current()).rejects.toMatchObject({
      code: "bundleUnavailable",
      message: expect.stringContaining(message),
    });
  });
});

describe("without a configured key", () => {
  it("a signed bundle opens like any other, its signature unseen", () => {
    expect(openBundle(signed("AAAA")).version).toBe(bundle.version);
  });

  it.each([
    ["a third member", { bundle, signature: "AAAA", more: 1 }],
    ["no signature", { bundle }],
    ["an envelope within", { bundle: { bundle, signature: "AAAA" }, signature: "AAAA" }],
  ])("an envelope with %s is refused", (_what, json) => {
    expect(() => openBundle(json)).toThrow("the policy bundle is refused");
  });
});
