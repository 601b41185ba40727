/**
 * The text of a signed bundle is the text that opens, and no other is: whatever is changed, added, left out or written
 * twice, inside the envelope or around it. And what is hashed by its bytes is what would be hashed by its content.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatBundle, openBundle, openContent } from "../../shared/bundle/bundle.ts";
import { unwrapText, versionOfText } from "../../shared/bundle/bundle-text.ts";
import { bundle, forgery, other, signature, signed, trusted } from "./forged-texts.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

function open(bytes: Uint8Array, keys: typeof trusted | [] = []) {
  return openContent({ kind: "text", bytes }, keys);
}

describe("a bundle's bytes", () => {
  it("are taken out of their envelope, wherever they stand in memory", () => {
    const padded = bytesOf(`xx${signed}yy`);
    const text = unwrapText(padded.subarray(2, -2));
    expect(text && Buffer.from(text.content).toString()).toBe(formatBundle(bundle));
    expect(text?.signature).toBe(signature);
    expect(text && versionOfText(text.content)).toBe(bundle.version);
  });

  it.each([
    ["nothing", ""],
    ["with spaces", JSON.stringify(bundle, undefined, 1)],
    ["with keys in another order", JSON.stringify(Object.fromEntries(Object.entries(bundle).reverse()))],
    ["of another bundle that claims the version", JSON.stringify({ ...other, version: bundle.version })],
    ["the ending alone", `,"version":"${bundle.version}"}`],
  ])("have no version: %s", (_, text) => {
    expect(versionOfText(bytesOf(text))).toBeUndefined();
  });
});

describe("without a trusted key, a bundle's text", () => {
  it("opens however the bundle is written, in its envelope or without", () => {
    const reordered = JSON.stringify(Object.fromEntries(Object.entries(bundle).reverse()), undefined, 2);
    for (const text of [formatBundle(bundle), signed, formatBundle(bundle, "AAAA"), reordered])
      expect(open(bytesOf(text)).version).toBe(bundle.version);
  });

  it.each([
    ["with a member twice", `${formatBundle(bundle).slice(0, -1)},"version":"${bundle.version}"}`],
    ["with a policy twice", formatBundle(bundle).replace('"config":', '"policies":[],"config":')],
    ["the beginning of an envelope", '{"bundle":'],
    ["an envelope without signature", `{"bundle":${formatBundle(bundle)}}`],
    ["an envelope with a third member", signed.replace(/}$/, ',"more":1}')],
    ["an envelope that ends in a line break", `${signed}\n`],
    ["an envelope the other way round", JSON.stringify({ signature, bundle })],
    ["of another hash", formatBundle({ ...bundle, version: other.version })],
    ["that is no JSON", "{"],
  ])("is refused %s", (_, text) => {
    expect(() => open(bytesOf(text))).toThrow("the policy bundle is refused");
  });

  it("is refused after any change of a byte of the bundle", () => {
    const bytes = bytesOf(formatBundle(bundle));
    const property = fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ flip;
      expect(() => open(changed)).toThrow();
    });
    fc.assert(property, { seed: 49, numRuns: 1_000 });
  });
});

describe("where a key is trusted", () => {
  it("the signed text opens", () => {
    expect(open(bytesOf(signed), trusted).version).toBe(bundle.version);
  });

  it("no other text than the signed one opens", () => {
    const property = fc.property(forgery, (text) => {
      expect(() => open(bytesOf(text), trusted)).toThrow("the policy bundle is refused");
    });
    fc.assert(property, { seed: 13, numRuns: 5_000 });
  });

  it("no change of a single bit opens", () => {
    const bytes = bytesOf(signed);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => open(changed, trusted)).toThrow("the policy bundle is refused");
    }
  });

  it("two members of one name are refused, whichever was signed", () => {
    const twins = [
      `{"bundle":${formatBundle(other)},"bundle":${formatBundle(bundle)},"signature":"${signature}"}`,
      `{"bundle":${formatBundle(bundle)},"bundle":${formatBundle(other)},"signature":"${signature}"}`,
      `{"bundle":${formatBundle(bundle)},"signature":"${signature}","bundle":${formatBundle(other)},"signature":"${signature}"}`,
    ];
    for (const text of twins)
      expect(() => open(bytesOf(text), trusted)).toThrow("the policy bundle is refused");
  });

  it("a value without text is held by the hash of the value itself", () => {
    expect(openBundle({ bundle, signature }, trusted).version).toBe(bundle.version);
    expect(() => openBundle({ bundle: { ...other, version: bundle.version }, signature }, trusted)).toThrow(
      "does not match its version hash",
    );
  });
});
