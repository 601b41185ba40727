/**
 * Texts that somebody who has a signed bundle, but not the key, may put in its place.
 */
import fc from "fast-check";
import { createBundle, formatBundle } from "../../shared/bundle/bundle.ts";
import { configuration, policy } from "./bundle-fixture.ts";
import { ed25519, signatureOf } from "./signing-keys.ts";

/** Both are for the same deployment: it is the signature that tells them apart. */
const label = { audience: "prod", sequence: 1 };
/** What was signed. */
export const bundle = createBundle(configuration, [policy("p", "connect:DescribeUser")], label);
/** What a forger would rather have. */
export const other = createBundle(configuration, [policy("p", "connect:*")], label);
export const signature = signatureOf(bundle.version, ed25519);
export const signed = formatBundle(bundle, signature);
export const trusted = [{ key: ed25519.publicKey, scheme: "ed25519" } as const];

/** Member texts that say something else than the signed ones, to be written beside them. */
const additions = [
  `"bundle":${formatBundle(other)}`,
  `"\\u0062undle":${formatBundle(other)}`,
  `"signature":"${signature}"`,
  `"version":"${bundle.version}"`,
  `"policies":${JSON.stringify(other.policies)}`,
  `"config":${JSON.stringify(other.config)}`,
  '"more":1',
  formatBundle(other).slice(1, -1),
  " ",
  "\n",
  "\ufeff",
];
const positions = [...signed.matchAll(/(?<=[{}[\],:"])|$|^/g)].map(({ index }) => index);

/** Never the signed text itself. */
export const forgery = fc
  .oneof(
    // Anything more, wherever a member may stand.
    fc
      .tuple(
        fc.constantFrom(...positions),
        fc.constantFrom(...additions),
        fc.constantFrom("", ",", ","),
        fc.boolean(),
      )
      .map(([at, addition, comma, isBefore]) => {
        const inserted = isBefore ? `${addition}${comma}` : `${comma}${addition}`;
        return signed.slice(0, at) + inserted + signed.slice(at);
      }),
    // Less of it.
    fc
      .tuple(fc.nat(signed.length - 1), fc.integer({ min: 1, max: 200 }))
      .map(([at, length]) => signed.slice(0, at) + signed.slice(at + length)),
    // A part of the other bundle in place of a part of this one.
    fc
      .constantFrom<readonly [string, string]>(
        ["DescribeUser", "DeleteUser"],
        ['"Allow"', '"Deny"'],
        [formatBundle(bundle), formatBundle(other)],
        [JSON.stringify(bundle.policies), JSON.stringify(other.policies)],
        [bundle.version, other.version],
        ['"mode":"enforce"', '"mode":"shadow"'],
      )
      .map(([from, to]) => signed.replace(from, () => to)),
    // The same values, otherwise written.
    fc.constantFrom(
      JSON.stringify(JSON.parse(signed), undefined, 1),
      JSON.stringify({ signature, bundle }),
      signed.replaceAll("e", "\\u0065"),
      signed.replace("/", "\\/"),
      signed.replace(signature, () => signature.replace(/=+$/, "")),
      signed.replace(signature, () => `${signature}=`),
      signed.replace(signature, () => `${signature.slice(0, -3)}${signature.at(-3) === "A" ? "B" : "A"}==`),
      formatBundle(bundle),
    ),
    // Another byte somewhere.
    fc
      .tuple(fc.nat(signed.length - 1), fc.integer({ min: 0x20, max: 0x7e }))
      .map(([at, code]) => signed.slice(0, at) + String.fromCharCode(code) + signed.slice(at + 1)),
  )
  .filter((text) => text !== signed);
