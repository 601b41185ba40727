/**
 * A bundle hashed by its bytes is the same bundle as one hashed by its content, and nothing else is.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatBundle, openBundle } from "../../shared/config/bundle.ts";
import { signVersion } from "../../shared/config/bundle-signature.ts";
import { isTextOfVersion } from "../../shared/config/bundle-text.ts";
import { bundleAllowing } from "./bundle-fixture.ts";
import { ed25519 } from "./signing-keys.ts";

const bundle = bundleAllowing("connect:DescribeUser");
const other = bundleAllowing("connect:DeleteUser");
const signature = "c2lnbmF0dXJl";
const bytesOf = (text: string) => new TextEncoder().encode(text);

describe("a bundle's bytes", () => {
  it.each([
    ["alone", formatBundle(bundle)],
    ["in an envelope", formatBundle(bundle, signature)],
  ])("are the text of its version as they were written: %s", (_, text) => {
    expect(isTextOfVersion(bytesOf(text), bundle.version)).toBe(true);
    const padded = bytesOf(`xx${text}yy`);
    expect(isTextOfVersion(padded.subarray(2, -2), bundle.version)).toBe(true);
    expect(isTextOfVersion(padded, bundle.version)).toBe(false);
    expect(isTextOfVersion(bytesOf(text), other.version)).toBe(false);
  });

  it.each([
    ["nothing", ""],
    ["with spaces", JSON.stringify(bundle, undefined, 1)],
    [
      "with their keys in another order",
      JSON.stringify(Object.fromEntries(Object.entries(bundle).reverse())),
    ],
    ["of another bundle that claims the version", JSON.stringify({ ...other, version: bundle.version })],
    ["an envelope without signature", `{"bundle":${formatBundle(bundle)}}`],
    ["the beginning of an envelope", '{"bundle":'],
    ["the ending alone", `,"version":"${bundle.version}"}`],
  ])("are not the text of it: %s", (_, text) => {
    expect(isTextOfVersion(bytesOf(text), bundle.version)).toBe(false);
  });
});

/** Opens as a store's content is opened. */
function open(bytes: Uint8Array, trusted: Parameters<typeof openBundle>[1] = []) {
  const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  return openBundle(json, trusted, { bytes });
}

describe("a bundle opened from bytes", () => {
  it("is opened however it is written", () => {
    const reordered = JSON.stringify(Object.fromEntries(Object.entries(bundle).reverse()), undefined, 2);
    for (const text of [formatBundle(bundle), formatBundle(bundle, signature), reordered])
      expect(open(bytesOf(text)).version).toBe(bundle.version);
  });

  it("must be signed where a key is trusted, whatever its hash", () => {
    const key = { key: ed25519.privateKey, scheme: "ed25519" } as const;
    const trusted = [{ key: ed25519.publicKey, scheme: "ed25519" } as const];
    const signed = formatBundle(bundle, signVersion(bundle.version, key));
    expect(open(bytesOf(signed), trusted).version).toBe(bundle.version);
    expect(() => open(bytesOf(formatBundle(bundle)), trusted)).toThrow("it is not signed");
    const swapped = formatBundle(other, signVersion(bundle.version, key));
    expect(() => open(bytesOf(swapped), trusted)).toThrow("was not made for it");
  });

  it.each([
    ["alone", formatBundle(bundle)],
    ["in an envelope", formatBundle(bundle, signature)],
  ])("is refused after any change of a byte of the bundle: %s", (_, text) => {
    const bytes = bytesOf(text);
    const [from, to] = [text.indexOf('{"config"'), text.lastIndexOf(`"${bundle.version}"}`) + 66];
    const property = fc.property(
      fc.integer({ min: from, max: to }),
      fc.integer({ min: 1, max: 255 }),
      (at, flip) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(() => open(changed)).toThrow();
      },
    );
    fc.assert(property, { seed: 49, numRuns: 1_000 });
  });
});
