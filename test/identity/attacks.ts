/**
 * Tokens that must be refused, each with the reason it must be refused for.
 *
 * Drawn from RFC 8725 (JWT best current practices), RFC 7515's and RFC 7519's rules, and the bugs that JWT
 * libraries have had.
 */
import type { TokenRefusal } from "../../shared/identity/token-error.ts";
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
const ed = ed25519Key("ed");
/** The attacker's own key, which no issuer publishes, under a name that one does. */
const forger = { ...rsaKey("rsa") };
const forgerEc = ecKey("ec", "P-256");

export const trustedKeys = {
  keys: [
    toJwk(rsa, { alg: "RS256" }),
    toJwk(unmarkedRsa),
    toJwk(encryption, { use: "enc" }),
    toJwk(ec),
    toJwk(ed),
    { kty: "oct", kid: "oct", k: base64url("secret") },
    { kty: "RSA", kid: "broken", n: "AQAB", e: "" },
  ],
};

/** Tokens that the same verifier accepts: the attacks fail for their own fault, not for a broken set-up. */
export const genuine = {
  rs256: makeToken(rsa),
  rs512: makeToken(unmarkedRsa, { header: { alg: "RS512" } }),
  es256: makeToken(ec, { header: { alg: "ES256" } }),
  eddsa: makeToken(ed, { header: { alg: "EdDSA" } }),
  withoutType: makeToken(rsa, { header: { typ: undefined } }),
  accessToken: makeToken(rsa, { header: { typ: "at+JWT" } }),
  audienceList: makeToken(rsa, { claims: { aud: ["other", "my-app"] } }),
};

const [goodHeader = "", goodPayload = "", goodSignature = ""] = genuine.rs256.split(".");
const publicPem = rsa.publicKey.export({ type: "spki", format: "pem" }).toString();
const headerText = JSON.stringify({ alg: "RS256", kid: "rsa" });
const unsigned = (header: Readonly<Record<string, unknown>>, signature: string) =>
  `${base64url(JSON.stringify(header))}.${goodPayload}.${signature}`;
const withClaims = (claims: Readonly<Record<string, unknown>>) => makeToken(rsa, { claims });
const withHeader = (header: Readonly<Record<string, unknown>>) => makeToken(rsa, { header, signAs: "RS256" });
/** The largest signature value there is: not a number below the key's modulus. */
const allOnes = base64url(Buffer.alloc(256, 0xff));

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
  { name: "more than 8192 bytes", token: withClaims({ pad: "x".repeat(7000) }), refusal: "oversized" },
  { name: "a million dots", token: ".".repeat(1_000_000), refusal: "oversized" },
  { name: "a header that is not JSON", token: signText("{", "{}", rsa), refusal: "unreadable" },
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
    refusal: "issuer",
  },
];

const payload = JSON.stringify(goodClaims());
const duplicates: readonly Attack[] = [
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
  {
    name: "HMAC with the public key as its secret",
    token: hmacToken({ alg: "HS256", kid: "rsa" }, publicPem),
    refusal: "algorithm",
  },
  {
    name: "an HMAC signature called RS256",
    token: hmacToken({ alg: "RS256", kid: "rsa" }, publicPem),
    refusal: "signature",
  },
  { name: "another algorithm than the key's own", token: withHeader({ alg: "RS512" }), refusal: "algorithm" },
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
    refusal: "unverifiable",
  },
];

const headers: readonly Attack[] = [
  { name: "no key id", token: withHeader({ kid: undefined }), refusal: "noKeyId" },
  { name: "an empty key id", token: withHeader({ kid: "" }), refusal: "noKeyId" },
  { name: "a key id that is a number", token: withHeader({ kid: 1 }), refusal: "noKeyId" },
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
  { name: "critical extensions", token: withHeader({ crit: ["exp"] }), refusal: "critical" },
  { name: "an unencoded payload", token: withHeader({ b64: false, crit: ["b64"] }), refusal: "critical" },
  { name: "a logout token", token: withHeader({ typ: "logout+jwt" }), refusal: "type" },
  { name: "a security event token", token: withHeader({ typ: "secevent+jwt" }), refusal: "type" },
  { name: "a proof of possession", token: withHeader({ typ: "dpop+jwt" }), refusal: "type" },
  { name: "a type that is not a string", token: withHeader({ typ: 1 }), refusal: "type" },
];

const cutSignature = base64url(Buffer.from(goodSignature, "base64url").subarray(0, 255));
const swapped = base64url(JSON.stringify(goodClaims({ sub: "admin" })));
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
  { name: "not valid yet", token: withClaims({ nbf: nowSeconds() + 60 }), refusal: "notYetValid" },
  { name: "no subject", token: withClaims({ sub: undefined }), refusal: "noId" },
  { name: "an empty subject", token: withClaims({ sub: "" }), refusal: "noId" },
  { name: "a subject of spaces", token: withClaims({ sub: "  " }), refusal: "noId" },
  { name: "a subject with a line break", token: withClaims({ sub: "alice\nadmin" }), refusal: "noId" },
  { name: "a subject that is a list", token: withClaims({ sub: ["alice"] }), refusal: "unreadable" },
];

export const attacks: readonly Attack[] = [
  ...form,
  ...duplicates,
  ...algorithms,
  ...headers,
  ...signatures,
  ...claims,
];
