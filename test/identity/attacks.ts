/**
 * Tokens that must be refused, each with the reason it must be refused for.
 *
 * Drawn from RFC 8725 (JWT best current practices), RFC 7515's and RFC 7519's rules, and the bugs that JWT
 * libraries have had.
 */
import { createHash, sign } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import type { TokenRefusal } from "../../shared/identity/token/token-error.ts";
import {
  base64url,
  ecKey,
  ed25519Key,
  goodClaims,
  hmacToken,
  issuerUrl,
  makeToken,
  nowSeconds,
  rsaKey,
  type SigningKey,
  signText,
  toJwk,
} from "./tokens.ts";

export interface Attack {
  readonly name: string;
  readonly token: string;
  readonly refusal: TokenRefusal;
}

const rsa = rsaKey("rsa");
const unmarkedRsa = rsaKey("rsa-no-alg");
const encryption = rsaKey("rsa-enc");
const ec = ecKey("ec", "P-256");
const ec384 = ecKey("ec384", "P-384");
const ed = ed25519Key("ed");
/** Keys that an issuer may well publish, and that nobody should verify with. */
const tinyRsa = rsaKey("rsa-1024", 1024);
const shortRsa = rsaKey("rsa-2047", 2047);
const wrapping = rsaKey("rsa-wrap");
/** The attacker's own key, which no issuer publishes, under a name that one does. */
const forger = { ...rsaKey("rsa") };
const forgerEc = ecKey("ec", "P-256");

export const trustedKeys = {
  keys: [
    toJwk(rsa, { alg: "RS256" }),
    toJwk(unmarkedRsa),
    toJwk(encryption, { use: "enc" }),
    toJwk(ec),
    toJwk(ec384),
    toJwk(ed),
    toJwk(tinyRsa),
    toJwk(shortRsa),
    { kty: "AKP", kid: "ml-dsa", alg: "ML-DSA-65", pub: "AAAA" },
    toJwk(wrapping, { use: undefined, key_ops: ["wrapKey"] }),
    { ...toJwk(rsa), kid: "rsa-exponent-1", e: "AQ" },
    { ...toJwk(ec), kid: "ec-off-curve", y: toJwk(ec).x },
    { kty: "OKP", crv: "X25519", kid: "x25519", x: toJwk(ed).x },
    { kty: "oct", kid: "oct", k: base64url("secret") },
    { kty: "RSA", kid: "broken", n: "AQAB", e: "" },
  ],
};

/** Tokens that the same verifier accepts: the attacks fail for their own fault, not for a broken set-up. */
export const genuine = {
  rs256: makeToken(rsa),
  rs512: makeToken(unmarkedRsa, { header: { alg: "RS512" } }),
  es256: makeToken(ec, { header: { alg: "ES256" } }),
  es384: makeToken(ec384, { header: { alg: "ES384" } }),
  eddsa: makeToken(ed, { header: { alg: "EdDSA" } }),
  withoutType: makeToken(rsa, { header: { typ: undefined } }),
  accessToken: makeToken(rsa, { header: { typ: "at+JWT" } }),
  audienceList: makeToken(rsa, { claims: { aud: ["other", "my-app"] } }),
  ed25519: makeToken(ed, { header: { alg: "Ed25519" } }),
  /** Of the trusted keys one alone is for this algorithm. */
  withoutKeyId: makeToken(ec384, { header: { alg: "ES384", kid: undefined } }),
  /** A claim without a value is none (OpenID Connect Core 1.0 section 5.3.2). */
  boundToNothing: makeToken(rsa, { claims: { cnf: null, events: null } }),
  /** Only an object under this name is what RFC 8417 defines. */
  eventsOfItsOwn: makeToken(rsa, { claims: { events: ["signup"] } }),
  /** What Keycloak writes into access and identity tokens, and what others mean by these words. */
  keycloak: makeToken(rsa, { claims: { typ: "Bearer", azp: "my-app" } }),
  keycloakIdentity: makeToken(rsa, { claims: { typ: "ID" } }),
  otherKinds: makeToken(rsa, { claims: { type: "offline", token_type: "Bearer", token_use: "session" } }),
  identityToken: makeToken(rsa, { claims: { nonce: "n-0S6_WzA2Mj", at_hash: "77QmUPtjPfzWtF2AnpK9RQ" } }),
};

const [goodHeader = "", goodPayload = "", goodSignature = ""] = genuine.rs256.split(".");
const publicPem = rsa.publicKey.export({ type: "spki", format: "pem" }).toString();
/** The forms in which a public key lies about: any of them could be what a careless verifier takes for a secret. */
const publicForms: readonly (readonly [string, string | Uint8Array])[] = [
  ["PEM", publicPem],
  ["PEM without its last line break", publicPem.trim()],
  ["PKCS #1 PEM", rsa.publicKey.export({ type: "pkcs1", format: "pem" })],
  ["DER", rsa.publicKey.export({ type: "spki", format: "der" })],
  ["JWK", JSON.stringify(toJwk(rsa, { alg: "RS256" }))],
  ["modulus", Buffer.from(String(toJwk(rsa).n), "base64url")],
  ["empty key", ""],
];
const headerText = JSON.stringify({ alg: "RS256", kid: "rsa" });
const unsigned = (header: Readonly<Record<string, unknown>>, signature: string) =>
  `${base64url(JSON.stringify(header))}.${goodPayload}.${signature}`;
const withClaims = (claims: Readonly<Record<string, unknown>>) => makeToken(rsa, { claims });
const withHeader = (header: Readonly<Record<string, unknown>>) => makeToken(rsa, { header, signAs: "RS256" });
/** The largest signature value there is: not a number below the key's modulus. */
const allOnes = base64url(Buffer.alloc(256, 0xff));

/** What "signs" a token under a key with the exponent 1: the padded digest itself (RFC 8017 section 9.2). */
function exponentOneSignature(kid: string): string {
  const input = unsigned({ alg: "RS256", kid }, "").slice(0, -1);
  const digestInfo = Buffer.from("3031300d060960864801650304020105000420", "hex");
  const digest = createHash("sha256").update(input).digest();
  const padding = Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(202, 0xff), Buffer.from([0])]);
  return base64url(Buffer.concat([padding, digestInfo, digest]));
}

/** Says the same bytes to a decoder that ignores the bits beyond them. */
function withUnusedBits(text: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return `${text.slice(0, -1)}${letters[letters.indexOf(text.slice(-1)) + 1]}`;
}

const form: readonly Attack[] = [
  { name: "an empty token", token: "", refusal: "empty" },
  { name: "one part", token: "abc", refusal: "notCompact" },
  { name: "two parts", token: `${goodHeader}.${goodPayload}`, refusal: "notCompact" },
  { name: "four parts", token: `${genuine.rs256}.${goodSignature}`, refusal: "notCompact" },
  { name: "five parts, as an encrypted token has", token: "a.b.c.d.e", refusal: "notCompact" },
  { name: "dots alone", token: "..", refusal: "notCompact" },
  { name: "no signature", token: `${goodHeader}.${goodPayload}.`, refusal: "notCompact" },
  { name: "padded base64", token: `${genuine.rs256}=`, refusal: "notCompact" },
  { name: "a line break at the end", token: `${genuine.rs256}\n`, refusal: "notCompact" },
  { name: "a space before", token: ` ${genuine.rs256}`, refusal: "notCompact" },
  { name: "standard base64 letters", token: `${goodHeader}.${goodPayload}.+/+/`, refusal: "notCompact" },
  { name: "a header of one letter", token: `A.${goodPayload}.${goodSignature}`, refusal: "notCompact" },
  { name: "letters that are not ASCII", token: `${goodHeader}.é.${goodSignature}`, refusal: "notCompact" },
  { name: "more than 10240 bytes", token: withClaims({ pad: "x".repeat(7300) }), refusal: "oversized" },
  { name: "a million dots", token: ".".repeat(1_000_000), refusal: "oversized" },
  { name: "a tab at the end", token: `${genuine.rs256}\t`, refusal: "notCompact" },
  { name: "a NUL at the end", token: `${genuine.rs256}\0`, refusal: "notCompact" },
  { name: "a NUL within", token: `${goodHeader}.\0${goodPayload}.${goodSignature}`, refusal: "notCompact" },
  {
    name: "a line break within",
    token: `${goodHeader}.\n${goodPayload}.${goodSignature}`,
    refusal: "notCompact",
  },
  { name: "two tokens joined by a comma", token: `${genuine.rs256},${genuine.rs256}`, refusal: "notCompact" },
  { name: "two tokens joined by a space", token: `${genuine.rs256} ${genuine.rs256}`, refusal: "notCompact" },
  { name: "a scheme before the token", token: `Bearer ${genuine.rs256}`, refusal: "notCompact" },
  { name: "a token in quotes", token: `"${genuine.rs256}"`, refusal: "notCompact" },
  { name: "a percent-encoded dot", token: genuine.rs256.replace(".", "%2E"), refusal: "notCompact" },
  { name: "dots of another alphabet", token: genuine.rs256.replaceAll(".", "\u3002"), refusal: "notCompact" },
  { name: "an empty header", token: `.${goodPayload}.${goodSignature}`, refusal: "notCompact" },
  { name: "an empty payload", token: `${goodHeader}..${goodSignature}`, refusal: "notCompact" },
  { name: "a detached payload", token: signText(headerText, "", rsa), refusal: "notCompact" },
  {
    name: "bits set beyond the last byte",
    // 256 bytes leave four bits of the last letter unused; some decoders ignore what is in them.
    token: `${goodHeader}.${goodPayload}.${withUnusedBits(goodSignature)}`,
    refusal: "notCompact",
  },
  {
    name: "the JSON serialization",
    token: JSON.stringify({ protected: goodHeader, payload: goodPayload, signature: goodSignature }),
    refusal: "notCompact",
  },
  { name: "a header that is not JSON", token: signText("{", "{}", rsa), refusal: "unreadable" },
  {
    name: "a payload in single quotes",
    token: signText(headerText, "{'sub':'a'}", rsa),
    refusal: "unreadable",
  },
  { name: "a payload with a comment", token: signText(headerText, "{}//", rsa), refusal: "unreadable" },
  { name: "a payload of NaN", token: signText(headerText, '{"exp":NaN}', rsa), refusal: "unreadable" },
  {
    name: "a payload that is a token",
    token: signText(headerText, genuine.rs256, rsa),
    refusal: "unreadable",
  },
  {
    name: "a header in UTF-16",
    token: signText(Buffer.from(headerText, "utf16le"), "{}", rsa),
    refusal: "unreadable",
  },
  {
    name: "a payload that is deflated",
    token: signText(
      '{"alg":"RS256","kid":"rsa","zip":"DEF"}',
      deflateRawSync(JSON.stringify(goodClaims())),
      rsa,
    ),
    refusal: "encrypted",
  },
  { name: "a header that is a list", token: signText("[]", "{}", rsa), refusal: "unreadable" },
  { name: "a header that is null", token: signText("null", "{}", rsa), refusal: "unreadable" },
  { name: "a payload that is a string", token: signText(headerText, '"x"', rsa), refusal: "unreadable" },
  {
    name: "a payload that is not JSON",
    token: signText(headerText, "sub=alice", rsa),
    refusal: "unreadable",
  },
  {
    name: "a payload with a byte order mark",
    token: signText(headerText, `\ufeff${JSON.stringify(goodClaims())}`, rsa),
    refusal: "unreadable",
  },
  {
    name: "a payload that is not UTF-8",
    token: `${goodHeader}.${base64url(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))}.${goodSignature}`,
    refusal: "unreadable",
  },
  {
    name: "deeply nested JSON",
    token: signText(headerText, `{"a":${"[".repeat(2500)}${"]".repeat(2500)}}`, rsa),
    refusal: "unreadable",
  },
];

const payload = JSON.stringify(goodClaims());
const duplicates: readonly Attack[] = [
  {
    name: "two issuers, the trusted one last",
    token: signText(headerText, payload.replace("{", '{"iss":"https://evil.test",'), rsa),
    refusal: "duplicate",
  },
  {
    name: "two expiries",
    token: signText(headerText, payload.replace(/}$/, ',"exp":9999999999}'), rsa),
    refusal: "duplicate",
  },
  {
    name: "a claim `__proto__`",
    token: signText(headerText, payload.replace("{", '{"__proto__":{"groups":["admins"]},'), rsa),
    refusal: "reserved",
  },
  {
    name: "a nested claim `__proto__`, escaped",
    token: signText(headerText, payload.replace("{", '{"a":[{"\\u005f_proto__":{}}],'), rsa),
    refusal: "reserved",
  },
  {
    name: "a claim `constructor`",
    token: signText(headerText, payload.replace("{", '{"constructor":{"prototype":{}},'), rsa),
    refusal: "reserved",
  },
  {
    name: "a header `__proto__`",
    token: signText('{"kid":"rsa","__proto__":{"alg":"RS256"}}', payload, rsa),
    refusal: "reserved",
  },
  {
    name: "two algorithms",
    token: signText('{"alg":"none","kid":"rsa","alg":"RS256"}', payload, rsa),
    refusal: "duplicate",
  },
  {
    name: "two subjects",
    token: signText(headerText, payload.replace("{", '{"sub":"admin",'), rsa),
    refusal: "duplicate",
  },
  {
    name: "two subjects, one of them escaped",
    token: signText(headerText, payload.replace("{", '{"s\\u0075b":"admin",'), rsa),
    refusal: "duplicate",
  },
  {
    name: "a nested member twice",
    token: signText(headerText, payload.replace("{", '{"realm":{"roles":["a"],"roles":["admin"]},'), rsa),
    refusal: "duplicate",
  },
];

const algorithms: readonly Attack[] = [
  ...["none", "None", "NONE", "nOnE", ""].map((alg): Attack => {
    return { name: `algorithm \`${alg}\``, token: unsigned({ alg, kid: "rsa" }, "AA"), refusal: "algorithm" };
  }),
  ...["HS256", "HS384", "HS512", "PS256", "RSA1_5", "dir", "rs256", "RS256 ", "ES256K"].map((alg): Attack => {
    return { name: `algorithm \`${alg}\``, token: withHeader({ alg }), refusal: "algorithm" };
  }),
  { name: "no algorithm", token: withHeader({ alg: undefined }), refusal: "algorithm" },
  { name: "an algorithm that is a list", token: withHeader({ alg: ["RS256"] }), refusal: "algorithm" },
  ...publicForms.flatMap(([form, secret]): readonly Attack[] => [
    {
      name: `HMAC with the public key's ${form} as its secret`,
      token: hmacToken({ alg: "HS256", kid: "rsa" }, secret),
      refusal: "algorithm",
    },
    {
      name: `an HMAC signature with the public key's ${form}, called RS256`,
      token: hmacToken({ alg: "RS256", kid: "rsa" }, secret),
      refusal: "signature",
    },
  ]),
  {
    name: "an HMAC signature by the key set's own symmetric key",
    token: hmacToken({ alg: "HS256", kid: "oct" }, "secret"),
    refusal: "algorithm",
  },
  { name: "an algorithm with a NUL", token: withHeader({ alg: "RS256\0" }), refusal: "algorithm" },
  {
    name: "an algorithm in letters that look alike",
    token: withHeader({ alg: "\u042fS256" }),
    refusal: "algorithm",
  },
  { name: "an algorithm that is null", token: withHeader({ alg: null }), refusal: "algorithm" },
  { name: "the algorithm `__proto__`", token: withHeader({ alg: "__proto__" }), refusal: "algorithm" },
  {
    name: "the algorithm in `ALG` alone",
    token: withHeader({ alg: undefined, ALG: "RS256" }),
    refusal: "algorithm",
  },
  {
    name: "an RSA key of 1024 bits",
    token: makeToken(tinyRsa),
    refusal: "unfitKey",
  },
  { name: "an RSA key of one bit too few", token: makeToken(shortRsa), refusal: "unfitKey" },
  {
    name: "an RSA key with the exponent 1, under which everybody can sign",
    token: unsigned({ alg: "RS256", kid: "rsa-exponent-1" }, exponentOneSignature("rsa-exponent-1")),
    refusal: "unfitKey",
  },
  { name: "a key for wrapping other keys", token: makeToken(wrapping), refusal: "unfitKey" },
  {
    name: "an elliptic key that is not on its curve",
    token: unsigned({ alg: "ES256", kid: "ec-off-curve" }, base64url(Buffer.alloc(64, 1))),
    refusal: "unfitKey",
  },
  {
    name: "a key for agreement under EdDSA",
    token: unsigned({ alg: "EdDSA", kid: "x25519" }, base64url(Buffer.alloc(64, 1))),
    refusal: "unfitKey",
  },
  { name: "another algorithm than the key's own", token: withHeader({ alg: "RS512" }), refusal: "unfitKey" },
  {
    name: "an RSA key used under an elliptic algorithm",
    token: makeToken(unmarkedRsa, { header: { alg: "ES256" }, signAs: "RS256" }),
    refusal: "unfitKey",
  },
  {
    name: "an elliptic key used under an RSA algorithm",
    token: makeToken(ec, { header: { alg: "RS256" }, signAs: "ES256" }),
    refusal: "unfitKey",
  },
  {
    name: "an elliptic key of another curve than the algorithm's",
    token: makeToken(ec, { header: { alg: "ES384" }, signAs: "ES384" }),
    refusal: "unfitKey",
  },
  {
    name: "an Edwards key used under an RSA algorithm",
    token: unsigned({ alg: "RS256", kid: "ed" }, goodSignature),
    refusal: "unfitKey",
  },
];

const headers: readonly Attack[] = [
  {
    name: "no key id, where several keys fit",
    token: withHeader({ kid: undefined }),
    refusal: "ambiguousKey",
  },
  { name: "an empty key id", token: withHeader({ kid: "" }), refusal: "keyId" },
  { name: "a key id that is a number", token: withHeader({ kid: 1 }), refusal: "keyId" },
  { name: "a key id that is a path", token: withHeader({ kid: "../../dev/null" }), refusal: "unknownKey" },
  { name: "a key id that is SQL", token: withHeader({ kid: "' UNION SELECT 'key" }), refusal: "unknownKey" },
  { name: "the key id `__proto__`", token: withHeader({ kid: "__proto__" }), refusal: "unknownKey" },
  { name: "the key id `constructor`", token: withHeader({ kid: "constructor" }), refusal: "unknownKey" },
  { name: "a key for encryption", token: makeToken(encryption), refusal: "unfitKey" },
  { name: "a symmetric key in the key set", token: withHeader({ kid: "oct" }), refusal: "unfitKey" },
  {
    name: "a forger's key in the header",
    token: makeToken(forger, { header: { kid: "mine", jwk: toJwk(forger) } }),
    refusal: "unknownKey",
  },
  {
    name: "a forger's key under a trusted key's name",
    token: makeToken(forger, { header: { jwk: toJwk(forger), x5c: ["MIIB"] } }),
    refusal: "signature",
  },
  {
    name: "a key set address in the header",
    token: makeToken(forger, { header: { jku: "http://127.0.0.1:1/jwks.json" } }),
    refusal: "signature",
  },
  { name: "a key id that is null", token: withHeader({ kid: null }), refusal: "keyId" },
  { name: "a key id that is a list", token: withHeader({ kid: ["rsa"] }), refusal: "keyId" },
  { name: "a key id that is an object", token: withHeader({ kid: { toString: "rsa" } }), refusal: "keyId" },
  { name: "a key id with a NUL", token: withHeader({ kid: "rsa\0" }), refusal: "unknownKey" },
  { name: "a key id with a space", token: withHeader({ kid: "rsa " }), refusal: "unknownKey" },
  { name: "a key id in another case", token: withHeader({ kid: "RSA" }), refusal: "unknownKey" },
  {
    name: "a key id that is an address",
    token: withHeader({ kid: "http://127.0.0.1:1/key" }),
    refusal: "unknownKey",
  },
  {
    name: "a key id that is a command",
    token: withHeader({ kid: "rsa|cat /etc/passwd" }),
    refusal: "unknownKey",
  },
  {
    name: "a key id that is a file of zeros",
    token: withHeader({ kid: "/dev/zero" }),
    refusal: "unknownKey",
  },
  {
    name: "a key id of a thousand letters",
    token: withHeader({ kid: "k".repeat(1000) }),
    refusal: "unknownKey",
  },
  {
    name: "a forger's certificate in the header",
    token: makeToken(forger, { header: { x5c: ["MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"], x5t: "AAAA" } }),
    refusal: "signature",
  },
  {
    name: "a certificate's address in the header",
    token: makeToken(forger, { header: { x5u: "http://127.0.0.1:1/cert.pem" } }),
    refusal: "signature",
  },
  {
    name: "a key set address in the header, and a key id that only it would have",
    token: makeToken(forger, { header: { kid: "mine", jku: "http://127.0.0.1:1/jwks.json" } }),
    refusal: "unknownKey",
  },
  { name: "critical extensions that are none", token: withHeader({ crit: [] }), refusal: "critical" },
  { name: "critical extensions that are null", token: withHeader({ crit: null }), refusal: "critical" },
  {
    name: "an unencoded payload that is not marked critical",
    token: withHeader({ b64: false }),
    refusal: "critical",
  },
  { name: "a compressed payload", token: withHeader({ zip: "DEF" }), refusal: "encrypted" },
  { name: "an encrypted payload", token: withHeader({ enc: "A256GCM" }), refusal: "encrypted" },
  { name: "critical extensions", token: withHeader({ crit: ["exp"] }), refusal: "critical" },
  { name: "an unencoded payload", token: withHeader({ b64: false, crit: ["b64"] }), refusal: "critical" },
  { name: "a logout token", token: withHeader({ typ: "logout+jwt" }), refusal: "type" },
  { name: "a security event token", token: withHeader({ typ: "secevent+jwt" }), refusal: "type" },
  { name: "a proof of possession", token: withHeader({ typ: "dpop+jwt" }), refusal: "type" },
  { name: "a type that is not a string", token: withHeader({ typ: 1 }), refusal: "type" },
  // Media types of JWTs that are no tokens of callers: IANA's registry, RFC 8725 section 3.11.
  ...[
    "application/logout+jwt",
    "LOGOUT+JWT",
    "application/secevent+jwt",
    "application/dpop+jwt",
    "oauth-authz-req+jwt",
    "token-introspection+jwt",
    "entity-statement+jwt",
    "trust-mark+jwt",
    "client-authentication+jwt",
    "statuslist+jwt",
    "txntoken+jwt",
    "oauth-id-jag+jwt",
    "kb+jwt",
    "dc+sd-jwt",
    "vc+jwt",
    "passport",
    "mc+jwt",
    "jose",
    "application/json",
    "",
    " JWT",
    "JWT,at+jwt",
  ].map((typ): Attack => {
    return { name: `a token of type \`${typ}\``, token: withHeader({ typ }), refusal: "type" };
  }),
];

const cutSignature = base64url(Buffer.from(goodSignature, "base64url").subarray(0, 255));
const swapped = base64url(JSON.stringify(goodClaims({ sub: "admin" })));
/** Order of P-256's base point: a signature part has to be below it. */
const p256Order = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");
const half = (byte: number) => Buffer.concat([Buffer.alloc(31), Buffer.from([byte])]);
const ecdsaZeros: readonly (readonly [string, Uint8Array])[] = [
  ["a zero and a one", Buffer.concat([half(0), half(1)])],
  ["a one and a zero", Buffer.concat([half(1), half(0)])],
  ["twice the group's order", Buffer.concat([p256Order, p256Order])],
  ["the group's order and a one", Buffer.concat([p256Order, half(1)])],
  ["nothing but ones", Buffer.alloc(64, 0xff)],
];

function signatureOf(key: SigningKey, text: string): string {
  return base64url(sign("sha256", Buffer.from(text), key.privateKey));
}

/** The same signature in the form that other protocols use; JWS wants the two numbers side by side (RFC 7518 section 3.4). */
function inDer(token: string): string {
  const [header = "", body = ""] = token.split(".");
  const der = sign("sha256", Buffer.from(`${header}.${body}`), { key: ec.privateKey, dsaEncoding: "der" });
  return `${header}.${body}.${base64url(der)}`;
}

function swapSignature(token: string, donor: string): string {
  return `${token.slice(0, token.lastIndexOf("."))}${donor.slice(donor.lastIndexOf("."))}`;
}

const signatures: readonly Attack[] = [
  { name: "another payload", token: `${goodHeader}.${swapped}.${goodSignature}`, refusal: "signature" },
  {
    name: "a signature of nothing but zeros",
    token: `${goodHeader}.${goodPayload}.AAAA`,
    refusal: "signature",
  },
  { name: "a cut signature", token: `${goodHeader}.${goodPayload}.${cutSignature}`, refusal: "signature" },
  { name: "a signature with bytes added", token: `${genuine.rs256}AAAA`, refusal: "signature" },
  {
    name: "a signature above the modulus",
    token: `${goodHeader}.${goodPayload}.${allOnes}`,
    refusal: "signature",
  },
  {
    name: "an elliptic signature of zeros (CVE-2022-21449)",
    token: unsigned({ alg: "ES256", kid: "ec" }, base64url(Buffer.alloc(64))),
    refusal: "signature",
  },
  ...ecdsaZeros.map(
    ([name, signature]): Attack => ({
      name: `an elliptic signature of ${name}`,
      token: unsigned({ alg: "ES256", kid: "ec" }, base64url(signature)),
      refusal: "signature",
    }),
  ),
  {
    name: "an elliptic signature in DER",
    token: inDer(genuine.es256),
    refusal: "signature",
  },
  {
    name: "an elliptic signature of zeros in DER",
    token: unsigned({ alg: "ES256", kid: "ec" }, base64url(Buffer.from("3006020100020100", "hex"))),
    refusal: "signature",
  },
  {
    name: "an elliptic signature that is cut",
    token: swapSignature(genuine.es256, `.${base64url(Buffer.alloc(63, 1))}`),
    refusal: "signature",
  },
  {
    name: "a signature of another token",
    token: swapSignature(genuine.rs256, withClaims({ sub: "bob" })),
    refusal: "signature",
  },
  {
    name: "another header with the same signature",
    token: `${base64url('{"kid":"rsa","alg":"RS256"}')}.${goodPayload}.${goodSignature}`,
    refusal: "signature",
  },
  {
    name: "a payload spelled otherwise",
    token: `${goodHeader}.${base64url(` ${JSON.stringify(goodClaims())}`)}.${goodSignature}`,
    refusal: "signature",
  },
  {
    name: "a signature of zeros as long as the key",
    token: `${goodHeader}.${goodPayload}.${base64url(Buffer.alloc(256))}`,
    refusal: "signature",
  },
  {
    name: "a signature of one",
    token: `${goodHeader}.${goodPayload}.${base64url(Buffer.concat([Buffer.alloc(255), Buffer.from([1])]))}`,
    refusal: "signature",
  },
  {
    name: "a signature over the payload alone",
    token: `${goodHeader}.${goodPayload}.${signatureOf(rsa, goodPayload)}`,
    refusal: "signature",
  },
  {
    name: "a signature by SHA-1",
    token: makeToken(rsa, { signAs: "RS1" }),
    refusal: "signature",
  },
  {
    name: "an Edwards signature by another key",
    token: makeToken({ ...ed25519Key("ed") }, { header: { alg: "EdDSA" } }),
    refusal: "signature",
  },
  {
    name: "an elliptic signature by another key",
    token: makeToken(forgerEc, { header: { alg: "ES256" } }),
    refusal: "signature",
  },
  {
    name: "an Edwards signature of zeros",
    token: unsigned({ alg: "EdDSA", kid: "ed" }, base64url(Buffer.alloc(64))),
    refusal: "signature",
  },
];

const claims: readonly Attack[] = [
  { name: "no issuer", token: withClaims({ iss: undefined }), refusal: "issuer" },
  { name: "an issuer that is a list", token: withClaims({ iss: [issuerUrl] }), refusal: "issuer" },
  { name: "another issuer", token: withClaims({ iss: "https://evil.test" }), refusal: "issuer" },
  { name: "the issuer with a slash", token: withClaims({ iss: `${issuerUrl}/` }), refusal: "issuer" },
  { name: "the issuer in capitals", token: withClaims({ iss: issuerUrl.toUpperCase() }), refusal: "issuer" },
  { name: "a longer issuer", token: withClaims({ iss: `${issuerUrl}.evil.test` }), refusal: "issuer" },
  { name: "the issuer `__proto__`", token: withClaims({ iss: "__proto__" }), refusal: "issuer" },
  { name: "the issuer with a dot", token: withClaims({ iss: `${issuerUrl}.` }), refusal: "issuer" },
  { name: "the issuer with a port", token: withClaims({ iss: `${issuerUrl}:443` }), refusal: "issuer" },
  { name: "the issuer with a query", token: withClaims({ iss: `${issuerUrl}?a` }), refusal: "issuer" },
  { name: "the issuer with a fragment", token: withClaims({ iss: `${issuerUrl}#a` }), refusal: "issuer" },
  { name: "the issuer with a user", token: withClaims({ iss: "https://a@issuer.test" }), refusal: "issuer" },
  { name: "the issuer over http", token: withClaims({ iss: "http://issuer.test" }), refusal: "issuer" },
  { name: "the issuer with a space", token: withClaims({ iss: ` ${issuerUrl}` }), refusal: "issuer" },
  { name: "the issuer with a NUL", token: withClaims({ iss: `${issuerUrl}\0` }), refusal: "issuer" },
  {
    name: "the issuer in letters that look alike",
    token: withClaims({ iss: "https://\u0456ssuer.test" }),
    refusal: "issuer",
  },
  {
    name: "the issuer in `ISS` alone",
    token: withClaims({ iss: undefined, ISS: issuerUrl }),
    refusal: "issuer",
  },
  { name: "an issuer that is an object", token: withClaims({ iss: { url: issuerUrl } }), refusal: "issuer" },
  { name: "an issuer that is null", token: withClaims({ iss: null }), refusal: "issuer" },
  { name: "an audience in another case", token: withClaims({ aud: "My-App" }), refusal: "audience" },
  { name: "an audience with a space", token: withClaims({ aud: "my-app " }), refusal: "audience" },
  { name: "audiences joined by a space", token: withClaims({ aud: "my-app other" }), refusal: "audience" },
  { name: "an empty audience", token: withClaims({ aud: "" }), refusal: "audience" },
  { name: "an audience that is null", token: withClaims({ aud: null }), refusal: "unreadable" },
  { name: "an audience that is a number", token: withClaims({ aud: 1 }), refusal: "unreadable" },
  { name: "an audience list in a list", token: withClaims({ aud: [["my-app"]] }), refusal: "unreadable" },
  {
    name: "an audience list with a number",
    token: withClaims({ aud: ["my-app", 1] }),
    refusal: "unreadable",
  },
  { name: "the audience `*`", token: withClaims({ aud: "*" }), refusal: "audience" },
  {
    name: "the audience in `azp` alone",
    token: withClaims({ aud: undefined, azp: "my-app" }),
    refusal: "audience",
  },
  { name: "no audience", token: withClaims({ aud: undefined }), refusal: "audience" },
  { name: "another audience", token: withClaims({ aud: "their-app" }), refusal: "audience" },
  { name: "an empty audience list", token: withClaims({ aud: [] }), refusal: "audience" },
  { name: "a longer audience", token: withClaims({ aud: "my-app-2" }), refusal: "audience" },
  {
    name: "an audience that is an object",
    token: withClaims({ aud: { "my-app": 1 } }),
    refusal: "unreadable",
  },
  {
    name: "the audience in `client_id` alone",
    token: withClaims({ aud: undefined, client_id: "my-app" }),
    refusal: "audience",
  },
  { name: "expired", token: withClaims({ exp: nowSeconds() - 10 }), refusal: "expired" },
  { name: "expired in 1970", token: withClaims({ exp: 0 }), refusal: "expired" },
  { name: "no expiry", token: withClaims({ exp: undefined }), refusal: "noExpiry" },
  { name: "an expiry that is text", token: withClaims({ exp: "9999999999" }), refusal: "unreadable" },
  { name: "an expiry that is null", token: withClaims({ exp: null }), refusal: "unreadable" },
  {
    name: "an infinite expiry",
    token: signText(headerText, payload.replace(/"exp":\d+/, '"exp":1e999'), rsa),
    refusal: "unreadable",
  },
  { name: "expired this very second", token: withClaims({ exp: nowSeconds() }), refusal: "expired" },
  { name: "an expiry before 1970", token: withClaims({ exp: -1 }), refusal: "times" },
  { name: "an expiry far before 1970", token: withClaims({ exp: -1e300 }), refusal: "times" },
  { name: "an expiry in milliseconds", token: withClaims({ exp: Date.now() + 600_000 }), refusal: "times" },
  { name: "an expiry beyond all years", token: withClaims({ exp: 1e300 }), refusal: "times" },
  {
    name: "an expiry that was, with a fraction",
    token: withClaims({ exp: nowSeconds() - 0.5 }),
    refusal: "expired",
  },
  { name: "an expiry that is true", token: withClaims({ exp: true }), refusal: "unreadable" },
  { name: "an expiry that is a list", token: withClaims({ exp: [9999999999] }), refusal: "unreadable" },
  {
    name: "an expiry that is a date",
    token: withClaims({ exp: "2099-01-01T00:00:00Z" }),
    refusal: "unreadable",
  },
  {
    name: "the expiry in `EXP` alone",
    token: withClaims({ exp: undefined, EXP: 9999999999 }),
    refusal: "noExpiry",
  },
  { name: "a start that is text", token: withClaims({ nbf: "0" }), refusal: "unreadable" },
  { name: "a start that is null", token: withClaims({ nbf: null }), refusal: "unreadable" },
  { name: "a start before 1970", token: withClaims({ nbf: -1 }), refusal: "times" },
  { name: "issued tomorrow", token: withClaims({ iat: nowSeconds() + 86_400 }), refusal: "issuedAhead" },
  { name: "issued in milliseconds", token: withClaims({ iat: Date.now() }), refusal: "times" },
  { name: "issued at a text", token: withClaims({ iat: "now" }), refusal: "unreadable" },
  { name: "not valid yet", token: withClaims({ nbf: nowSeconds() + 60 }), refusal: "notYetValid" },
  { name: "no subject", token: withClaims({ sub: undefined }), refusal: "noId" },
  { name: "an empty subject", token: withClaims({ sub: "" }), refusal: "noId" },
  { name: "a subject of spaces", token: withClaims({ sub: "  " }), refusal: "noId" },
  { name: "a subject with a line break", token: withClaims({ sub: "alice\nadmin" }), refusal: "noId" },
  { name: "a subject with a NUL", token: withClaims({ sub: "alice\0" }), refusal: "noId" },
  { name: "a subject with an escape", token: withClaims({ sub: "\u001b[31malice" }), refusal: "noId" },
  { name: "a subject with a line separator", token: withClaims({ sub: "alice\u2028" }), refusal: "noId" },
  { name: "a subject that is half a character", token: withClaims({ sub: "\ud800" }), refusal: "noId" },
  { name: "a subject that is null", token: withClaims({ sub: null }), refusal: "unreadable" },
  { name: "a subject that is a number", token: withClaims({ sub: 1 }), refusal: "unreadable" },
  { name: "a scope that is a list", token: withClaims({ scope: ["admin"] }), refusal: "unreadable" },
  { name: "a token id that is a number", token: withClaims({ jti: 1 }), refusal: "unreadable" },
  { name: "a subject that is a list", token: withClaims({ sub: ["alice"] }), refusal: "unreadable" },
];

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout";
/** Rightly signed, by the right issuer for the right audience, and yet nobody's who calls. */
const noCallers: readonly Attack[] = [
  ...[
    ["DPoP (RFC 9449)", { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }],
    ["mutual TLS (RFC 8705)", { "x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2" }],
    ["a key (RFC 7800)", { jwk: toJwk(ec) }],
    ["an encrypted key", { jwe: "eyJhbGciOiJSU0EtT0FFUCJ9" }],
    ["a key's id", { kid: "rsa" }],
    ["a key's address", { jku: "http://127.0.0.1:1/jwks.json", kid: "x" }],
    ["a method of next year", { "new#method": true }],
    ["nothing", {}],
    ["a list", []],
    ["a text", "jkt"],
    ["an empty text", ""],
    ["false", false],
    ["a number", 0],
  ].map(([name, cnf]): Attack => {
    return {
      name: `a token that is bound to its sender by ${name}`,
      token: withClaims({ cnf }),
      refusal: "bound",
    };
  }),
  {
    name: "an access token that is bound to its sender",
    token: makeToken(rsa, { header: { typ: "at+jwt" }, claims: { cnf: { jkt: "x" } } }),
    refusal: "bound",
  },
  {
    name: "a logout token without a type of its own",
    token: withClaims({ events: { [logoutEvent]: {} }, sid: "s" }),
    refusal: "event",
  },
  {
    name: "a logout token that names no type at all",
    token: makeToken(rsa, { header: { typ: undefined }, claims: { events: { [logoutEvent]: {} } } }),
    refusal: "event",
  },
  {
    name: "a logout token that says it is an access token",
    token: makeToken(rsa, { header: { typ: "at+jwt" }, claims: { events: { [logoutEvent]: {} } } }),
    refusal: "event",
  },
  {
    name: "a security event",
    token: withClaims({
      events: {
        "https://schemas.openid.net/secevent/risc/event-type/account-disabled": { reason: "hijacking" },
      },
    }),
    refusal: "event",
  },
  ...[
    { token_use: "refresh" },
    { token_type: "refresh" },
    { token_type: "REFRESH" },
    { type: "refresh" },
    { typ: "Refresh" },
    { typ: "Offline" },
    { token_type: "refresh_token" },
    { token_use: "RefreshToken" },
  ].map((mark): Attack => {
    return { name: `a refresh token: ${JSON.stringify(mark)}`, token: withClaims(mark), refusal: "use" };
  }),
  { name: "a security event without events", token: withClaims({ events: {} }), refusal: "event" },
];

export const attacks: readonly Attack[] = [
  ...form,
  ...duplicates,
  ...algorithms,
  ...headers,
  ...signatures,
  ...claims,
  ...noCallers,
];
