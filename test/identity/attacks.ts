/**
 * Tokens that must be refused, as tables: name, what is wrong with the token, and the reason it must be refused for.
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
  type TokenParts,
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
/** The forms in which public keys are found: any of them could be what a careless verifier takes for a secret. */
type PublicForm = readonly [name: string, secret: string | Uint8Array];
const publicForms: readonly PublicForm[] = [
  ["PEM", publicPem],
  ["PEM without its last line break", publicPem.trim()],
  ["PKCS #1 PEM", rsa.publicKey.export({ type: "pkcs1", format: "pem" })],
  ["DER", rsa.publicKey.export({ type: "spki", format: "der" })],
  ["JWK", JSON.stringify(toJwk(rsa, { alg: "RS256" }))],
  ["modulus", Buffer.from(String(toJwk(rsa).n), "base64url")],
  ["empty key", ""],
];
const headerText = JSON.stringify({ alg: "RS256", kid: "rsa" });
const payload = JSON.stringify(goodClaims());

type Members = Readonly<Record<string, unknown>>;

// How the tables' tokens are made, each out of the part that is wrong with it.
const asItIs = (token: string) => token;
const withClaims = (claims: Members) => makeToken(rsa, { claims });
const withHeader = (header: Members) => makeToken(rsa, { header, signAs: "RS256" });
const withPayload = (text: string) => signText(headerText, text, rsa);
const withMember = (text: string) => withPayload(payload.replace("{", `{${text},`));
const withSignature = (signature: string | Uint8Array) =>
  `${goodHeader}.${goodPayload}.${typeof signature === "string" ? signature : base64url(signature)}`;
const signedBy = (key: SigningKey) => makeToken(key);
const made = ([key, parts]: readonly [SigningKey, TokenParts]) => makeToken(key, parts);
const forged = (header: Members) => makeToken(forger, { header });
const unsigned = ([header, signature]: readonly [Members, string | Uint8Array]) =>
  `${base64url(JSON.stringify(header))}.${goodPayload}.${typeof signature === "string" ? signature : base64url(signature)}`;

/** A table's rows: what is wrong with a token, by the name of the attack. */
function refused<Part>(
  refusal: TokenRefusal,
  make: (part: Part) => string,
  rows: Readonly<Record<string, Part>>,
): readonly Attack[] {
  return Object.entries(rows).map(([name, part]) => ({ name, token: make(part), refusal }));
}

/** Attacks that differ in one value, which their names hold. */
function refusedEach<Value>(
  refusal: TokenRefusal,
  make: (value: Value) => string,
  nameOf: (value: Value) => string,
  values: readonly Value[],
): readonly Attack[] {
  return values.map((value) => ({ name: nameOf(value), token: make(value), refusal }));
}

/** What "signs" a token under a key with the exponent 1: the padded digest itself (RFC 8017 section 9.2). */
function exponentOneSignature(kid: string): string {
  const input = unsigned([{ alg: "RS256", kid }, ""]).slice(0, -1);
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
  ...refused("empty", asItIs, { "an empty token": "" }),
  ...refused("notCompact", asItIs, {
    "one part": "abc",
    "two parts": `${goodHeader}.${goodPayload}`,
    "four parts": `${genuine.rs256}.${goodSignature}`,
    "five parts, as an encrypted token has": "a.b.c.d.e",
    "dots alone": "..",
    "no signature": `${goodHeader}.${goodPayload}.`,
    "padded base64": `${genuine.rs256}=`,
    "a line break at the end": `${genuine.rs256}\n`,
    "a space before": ` ${genuine.rs256}`,
    "standard base64 letters": `${goodHeader}.${goodPayload}.+/+/`,
    "a header of one letter": `A.${goodPayload}.${goodSignature}`,
    "letters that are not ASCII": `${goodHeader}.é.${goodSignature}`,
    "a tab at the end": `${genuine.rs256}\t`,
    "a NUL at the end": `${genuine.rs256}\0`,
    "a NUL within": `${goodHeader}.\0${goodPayload}.${goodSignature}`,
    "a line break within": `${goodHeader}.\n${goodPayload}.${goodSignature}`,
    "two tokens joined by a comma": `${genuine.rs256},${genuine.rs256}`,
    "two tokens joined by a space": `${genuine.rs256} ${genuine.rs256}`,
    "a scheme before the token": `Bearer ${genuine.rs256}`,
    "a token in quotes": `"${genuine.rs256}"`,
    "a percent-encoded dot": genuine.rs256.replace(".", "%2E"),
    "dots of another alphabet": genuine.rs256.replaceAll(".", "\u3002"),
    "an empty header": `.${goodPayload}.${goodSignature}`,
    "an empty payload": `${goodHeader}..${goodSignature}`,
    "a detached payload": withPayload(""),
    // 256 bytes leave four bits of the last letter unused; some decoders ignore what is in them.
    "bits set beyond the last byte": withSignature(withUnusedBits(goodSignature)),
    "the JSON serialization": JSON.stringify({
      protected: goodHeader,
      payload: goodPayload,
      signature: goodSignature,
    }),
  }),
  ...refused("oversized", asItIs, {
    "more than 10240 bytes": withClaims({ pad: "x".repeat(7300) }),
    "a million dots": ".".repeat(1_000_000),
  }),
  ...refused("unreadable", asItIs, {
    "a header that is not JSON": signText("{", "{}", rsa),
    "a header in UTF-16": signText(Buffer.from(headerText, "utf16le"), "{}", rsa),
    "a header that is a list": signText("[]", "{}", rsa),
    "a header that is null": signText("null", "{}", rsa),
    "a payload that is not UTF-8": `${goodHeader}.${base64url(Buffer.from('{"\xff":1}', "latin1"))}.${goodSignature}`,
  }),
  ...refused("unreadable", withPayload, {
    "a payload in single quotes": "{'sub':'a'}",
    "a payload with a comment": "{}//",
    "a payload of NaN": '{"exp":NaN}',
    "a payload that is a token": genuine.rs256,
    "a payload that is a string": '"x"',
    "a payload that is not JSON": "sub=alice",
    "a payload with a byte order mark": `\ufeff${JSON.stringify(goodClaims())}`,
    "deeply nested JSON": `{"a":${"[".repeat(2500)}${"]".repeat(2500)}}`,
  }),
];

const duplicates: readonly Attack[] = [
  ...refused("duplicate", withMember, {
    "two issuers, the trusted one last": '"iss":"https://evil.test"',
    "two subjects": '"sub":"admin"',
    "two subjects, one of them escaped": '"s\\u0075b":"admin"',
    "a nested member twice": '"realm":{"roles":["a"],"roles":["admin"]}',
  }),
  ...refused("duplicate", asItIs, {
    "two expiries": withPayload(payload.replace(/}$/, ',"exp":9999999999}')),
    "two algorithms": signText('{"alg":"none","kid":"rsa","alg":"RS256"}', payload, rsa),
  }),
  ...refused("reserved", withMember, {
    "a claim `__proto__`": '"__proto__":{"groups":["admins"]}',
    "a nested claim `__proto__`, escaped": '"a":[{"\\u005f_proto__":{}}]',
    "a claim `constructor`": '"constructor":{"prototype":{}}',
  }),
  ...refused("reserved", asItIs, {
    "a header `__proto__`": signText('{"kid":"rsa","__proto__":{"alg":"RS256"}}', payload, rsa),
  }),
];

const algorithmName = (alg: string) => `algorithm \`${alg}\``;
const none = ["none", "None", "NONE", "nOnE", ""];
const unsupported = ["HS256", "HS384", "HS512", "PS256", "RSA1_5", "dir", "rs256", "RS256 ", "ES256K"];
const hmac = (alg: string, [, secret]: PublicForm) => hmacToken({ alg, kid: "rsa" }, secret);
const algorithms: readonly Attack[] = [
  ...refusedEach("algorithm", (alg) => unsigned([{ alg, kid: "rsa" }, "AA"]), algorithmName, none),
  ...refusedEach("algorithm", (alg) => withHeader({ alg }), algorithmName, unsupported),
  ...refusedEach(
    "algorithm",
    (form) => hmac("HS256", form),
    ([form]) => `HMAC with the public key's ${form} as its secret`,
    publicForms,
  ),
  ...refusedEach(
    "signature",
    (form) => hmac("RS256", form),
    ([form]) => `an HMAC signature with the public key's ${form}, called RS256`,
    publicForms,
  ),
  ...refused("algorithm", asItIs, {
    "an HMAC signature by the key set's own symmetric key": hmacToken({ alg: "HS256", kid: "oct" }, "secret"),
  }),
  ...refused("algorithm", withHeader, {
    "no algorithm": { alg: undefined },
    "an algorithm that is a list": { alg: ["RS256"] },
    "an algorithm with a NUL": { alg: "RS256\0" },
    "an algorithm in letters that look alike": { alg: "\u042fS256" },
    "an algorithm that is null": { alg: null },
    "the algorithm `__proto__`": { alg: "__proto__" },
    "the algorithm in `ALG` alone": { alg: undefined, ALG: "RS256" },
  }),
  ...refused("unfitKey", signedBy, {
    "an RSA key of 1024 bits": tinyRsa,
    "an RSA key of one bit too few": shortRsa,
    "a key for wrapping other keys": wrapping,
    "a key for encryption": encryption,
  }),
  ...refused("unfitKey", made, {
    "an RSA key used under an elliptic algorithm": [
      unmarkedRsa,
      { header: { alg: "ES256" }, signAs: "RS256" },
    ],
    "an elliptic key used under an RSA algorithm": [ec, { header: { alg: "RS256" }, signAs: "ES256" }],
    "an elliptic key of another curve than the algorithm's": [ec, { header: { alg: "ES384" } }],
  }),
  ...refused("unfitKey", unsigned, {
    "an RSA key with the exponent 1, under which everybody can sign": [
      { alg: "RS256", kid: "rsa-exponent-1" },
      exponentOneSignature("rsa-exponent-1"),
    ],
    "an elliptic key that is not on its curve": [{ alg: "ES256", kid: "ec-off-curve" }, Buffer.alloc(64, 1)],
    "a key for agreement under EdDSA": [{ alg: "EdDSA", kid: "x25519" }, Buffer.alloc(64, 1)],
    "an Edwards key used under an RSA algorithm": [{ alg: "RS256", kid: "ed" }, goodSignature],
  }),
  ...refused("unfitKey", withHeader, {
    "another algorithm than the key's own": { alg: "RS512" },
    "a symmetric key in the key set": { kid: "oct" },
  }),
];

const keys: readonly Attack[] = [
  ...refused("ambiguousKey", withHeader, { "no key id, where several keys fit": { kid: undefined } }),
  ...refused("keyId", withHeader, {
    "an empty key id": { kid: "" },
    "a key id that is a number": { kid: 1 },
    "a key id that is null": { kid: null },
    "a key id that is a list": { kid: ["rsa"] },
    "a key id that is an object": { kid: { toString: "rsa" } },
  }),
  ...refused("unknownKey", withHeader, {
    "a key id that is a path": { kid: "../../dev/null" },
    "a key id that is SQL": { kid: "' UNION SELECT 'key" },
    "the key id `__proto__`": { kid: "__proto__" },
    "the key id `constructor`": { kid: "constructor" },
    "a key id with a NUL": { kid: "rsa\0" },
    "a key id with a space": { kid: "rsa " },
    "a key id in another case": { kid: "RSA" },
    "a key id that is an address": { kid: "http://127.0.0.1:1/key" },
    "a key id that is a command": { kid: "rsa|cat /etc/passwd" },
    "a key id that is a file of zeros": { kid: "/dev/zero" },
    "a key id of a thousand letters": { kid: "k".repeat(1000) },
  }),
  ...refused("unknownKey", forged, {
    "a forger's key in the header": { kid: "mine", jwk: toJwk(forger) },
    "a key set address in the header, and a key id that only it would have": {
      kid: "mine",
      jku: "http://127.0.0.1:1/jwks.json",
    },
  }),
  ...refused("signature", forged, {
    "a forger's key under a trusted key's name": { jwk: toJwk(forger), x5c: ["MIIB"] },
    "a key set address in the header": { jku: "http://127.0.0.1:1/jwks.json" },
    "a forger's certificate in the header": { x5c: ["MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"], x5t: "AAAA" },
    "a certificate's address in the header": { x5u: "http://127.0.0.1:1/cert.pem" },
  }),
];

/** Media types of JWTs that are no tokens of callers: IANA's registry, RFC 8725 section 3.11. */
const otherTypes = [
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
];
const headers: readonly Attack[] = [
  ...refused("critical", withHeader, {
    "critical extensions that are none": { crit: [] },
    "critical extensions that are null": { crit: null },
    "an unencoded payload that is not marked critical": { b64: false },
    "critical extensions": { crit: ["exp"] },
    "an unencoded payload": { b64: false, crit: ["b64"] },
  }),
  ...refused("encrypted", withHeader, {
    "a compressed payload": { zip: "DEF" },
    "an encrypted payload": { enc: "A256GCM" },
  }),
  ...refused("encrypted", asItIs, {
    "a payload that is deflated": signText(
      '{"alg":"RS256","kid":"rsa","zip":"DEF"}',
      deflateRawSync(payload),
      rsa,
    ),
  }),
  ...refused("type", withHeader, {
    "a logout token": { typ: "logout+jwt" },
    "a security event token": { typ: "secevent+jwt" },
    "a proof of possession": { typ: "dpop+jwt" },
    "a type that is not a string": { typ: 1 },
  }),
  ...refusedEach(
    "type",
    (typ) => withHeader({ typ }),
    (typ) => `a token of type \`${typ}\``,
    otherTypes,
  ),
];

const cutSignature = Buffer.from(goodSignature, "base64url").subarray(0, 255);
const swapped = base64url(JSON.stringify(goodClaims({ sub: "admin" })));
/** Order of P-256's base point: a signature part has to be below it. */
const p256Order = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");
const half = (byte: number) => Buffer.concat([Buffer.alloc(31), Buffer.from([byte])]);

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
  ...refused("signature", asItIs, {
    "another payload": `${goodHeader}.${swapped}.${goodSignature}`,
    "a signature with bytes added": `${genuine.rs256}AAAA`,
    "a signature of another token": swapSignature(genuine.rs256, withClaims({ sub: "bob" })),
    "another header with the same signature": `${base64url('{"kid":"rsa","alg":"RS256"}')}.${goodPayload}.${goodSignature}`,
    "a payload spelled otherwise": `${goodHeader}.${base64url(` ${payload}`)}.${goodSignature}`,
    "an elliptic signature in DER": inDer(genuine.es256),
    "an elliptic signature that is cut": swapSignature(genuine.es256, `.${base64url(Buffer.alloc(63, 1))}`),
  }),
  ...refused("signature", withSignature, {
    "a signature of nothing but zeros": "AAAA",
    "a cut signature": cutSignature,
    // The largest value there is: not a number below the key's modulus.
    "a signature above the modulus": Buffer.alloc(256, 0xff),
    "a signature of zeros as long as the key": Buffer.alloc(256),
    "a signature of one": Buffer.concat([Buffer.alloc(255), Buffer.from([1])]),
    "a signature over the payload alone": sign("sha256", Buffer.from(goodPayload), rsa.privateKey),
  }),
  ...refused("signature", (signature: Uint8Array) => unsigned([{ alg: "ES256", kid: "ec" }, signature]), {
    "an elliptic signature of zeros (CVE-2022-21449)": Buffer.alloc(64),
    "an elliptic signature of a zero and a one": Buffer.concat([half(0), half(1)]),
    "an elliptic signature of a one and a zero": Buffer.concat([half(1), half(0)]),
    "an elliptic signature of twice the group's order": Buffer.concat([p256Order, p256Order]),
    "an elliptic signature of the group's order and a one": Buffer.concat([p256Order, half(1)]),
    "an elliptic signature of nothing but ones": Buffer.alloc(64, 0xff),
    "an elliptic signature of zeros in DER": Buffer.from("3006020100020100", "hex"),
  }),
  ...refused("signature", unsigned, {
    "an Edwards signature of zeros": [{ alg: "EdDSA", kid: "ed" }, Buffer.alloc(64)],
  }),
  ...refused("signature", made, {
    "a signature by SHA-1": [rsa, { signAs: "RS1" }],
    "an Edwards signature by another key": [ed25519Key("ed"), { header: { alg: "EdDSA" } }],
    "an elliptic signature by another key": [forgerEc, { header: { alg: "ES256" } }],
  }),
];

const claims: readonly Attack[] = [
  ...refused("issuer", withClaims, {
    "no issuer": { iss: undefined },
    "an issuer that is a list": { iss: [issuerUrl] },
    "another issuer": { iss: "https://evil.test" },
    "the issuer with a slash": { iss: `${issuerUrl}/` },
    "the issuer in capitals": { iss: issuerUrl.toUpperCase() },
    "a longer issuer": { iss: `${issuerUrl}.evil.test` },
    "the issuer `__proto__`": { iss: "__proto__" },
    "the issuer with a dot": { iss: `${issuerUrl}.` },
    "the issuer with a port": { iss: `${issuerUrl}:443` },
    "the issuer with a query": { iss: `${issuerUrl}?a` },
    "the issuer with a fragment": { iss: `${issuerUrl}#a` },
    "the issuer with a user": { iss: "https://a@issuer.test" },
    "the issuer over http": { iss: "http://issuer.test" },
    "the issuer with a space": { iss: ` ${issuerUrl}` },
    "the issuer with a NUL": { iss: `${issuerUrl}\0` },
    "the issuer in letters that look alike": { iss: "https://\u0456ssuer.test" },
    "the issuer in `ISS` alone": { iss: undefined, ISS: issuerUrl },
    "an issuer that is an object": { iss: { url: issuerUrl } },
    "an issuer that is null": { iss: null },
  }),
  ...refused("audience", withClaims, {
    "an audience in another case": { aud: "My-App" },
    "an audience with a space": { aud: "my-app " },
    "audiences joined by a space": { aud: "my-app other" },
    "an empty audience": { aud: "" },
    "the audience `*`": { aud: "*" },
    "the audience in `azp` alone": { aud: undefined, azp: "my-app" },
    "no audience": { aud: undefined },
    "another audience": { aud: "their-app" },
    "an empty audience list": { aud: [] },
    "a longer audience": { aud: "my-app-2" },
    "the audience in `client_id` alone": { aud: undefined, client_id: "my-app" },
  }),
  ...refused("expired", withClaims, {
    expired: { exp: nowSeconds() - 10 },
    "expired in 1970": { exp: 0 },
    "expired this very second": { exp: nowSeconds() },
    "an expiry that was, with a fraction": { exp: nowSeconds() - 0.5 },
  }),
  ...refused("noExpiry", withClaims, {
    "no expiry": { exp: undefined },
    "the expiry in `EXP` alone": { exp: undefined, EXP: 9999999999 },
  }),
  ...refused("notYetValid", withClaims, { "not valid yet": { nbf: nowSeconds() + 60 } }),
  ...refused("issuedAhead", withClaims, { "issued tomorrow": { iat: nowSeconds() + 86_400 } }),
  ...refused("times", withClaims, {
    "an expiry before 1970": { exp: -1 },
    "an expiry far before 1970": { exp: -1e300 },
    "an expiry in milliseconds": { exp: Date.now() + 600_000 },
    "an expiry beyond all years": { exp: 1e300 },
    "a start before 1970": { nbf: -1 },
    "issued in milliseconds": { iat: Date.now() },
  }),
  ...refused("noId", withClaims, {
    "no subject": { sub: undefined },
    "an empty subject": { sub: "" },
    "a subject of spaces": { sub: "  " },
    "a subject with a line break": { sub: "alice\nadmin" },
    "a subject with a NUL": { sub: "alice\0" },
    "a subject with an escape": { sub: "\u001b[31malice" },
    "a subject with a line separator": { sub: "alice\u2028" },
    "a subject that is half a character": { sub: "\ud800" },
  }),
  ...refused("unreadable", withClaims, {
    "an audience that is null": { aud: null },
    "an audience that is a number": { aud: 1 },
    "an audience list in a list": { aud: [["my-app"]] },
    "an audience list with a number": { aud: ["my-app", 1] },
    "an audience that is an object": { aud: { "my-app": 1 } },
    "an expiry that is text": { exp: "9999999999" },
    "an expiry that is null": { exp: null },
    "an expiry that is true": { exp: true },
    "an expiry that is a list": { exp: [9999999999] },
    "an expiry that is a date": { exp: "2099-01-01T00:00:00Z" },
    "a start that is text": { nbf: "0" },
    "a start that is null": { nbf: null },
    "issued at a text": { iat: "now" },
    "a subject that is null": { sub: null },
    "a subject that is a number": { sub: 1 },
    "a subject that is a list": { sub: ["alice"] },
    "a scope that is a list": { scope: ["admin"] },
    "a token id that is a number": { jti: 1 },
  }),
  ...refused("unreadable", withPayload, {
    "an infinite expiry": payload.replace(/"exp":\d+/, '"exp":1e999'),
  }),
];

const logout = { events: { "http://schemas.openid.net/event/backchannel-logout": {} } };
const disabled = "https://schemas.openid.net/secevent/risc/event-type/account-disabled";
const refreshMarks = [
  { token_use: "refresh" },
  { token_type: "refresh" },
  { token_type: "REFRESH" },
  { type: "refresh" },
  { typ: "Refresh" },
  { typ: "Offline" },
  { token_type: "refresh_token" },
  { token_use: "RefreshToken" },
];
/** Rightly signed, by the right issuer for the right audience, and yet no caller's. */
const noCallers: readonly Attack[] = [
  ...refused("bound", (cnf: unknown) => withClaims({ cnf }), {
    "a token that is bound to its sender by DPoP (RFC 9449)": {
      jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
    },
    "a token that is bound to its sender by mutual TLS (RFC 8705)": {
      "x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2",
    },
    "a token that is bound to its sender by a key (RFC 7800)": { jwk: toJwk(ec) },
    "a token that is bound to its sender by an encrypted key": { jwe: "eyJhbGciOiJSU0EtT0FFUCJ9" },
    "a token that is bound to its sender by a key's id": { kid: "rsa" },
    "a token that is bound to its sender by a key's address": {
      jku: "http://127.0.0.1:1/jwks.json",
      kid: "x",
    },
    "a token that is bound to its sender by a method of next year": { "new#method": true },
    "a token that is bound to its sender by nothing": {},
    "a token that is bound to its sender by a list": [],
    "a token that is bound to its sender by a text": "jkt",
    "a token that is bound to its sender by an empty text": "",
    "a token that is bound to its sender by false": false,
    "a token that is bound to its sender by a number": 0,
  }),
  ...refused("bound", made, {
    "an access token that is bound to its sender": [
      rsa,
      { header: { typ: "at+jwt" }, claims: { cnf: { jkt: "x" } } },
    ],
  }),
  ...refused("event", withClaims, {
    "a logout token without a type of its own": { ...logout, sid: "s" },
    "a security event": { events: { [disabled]: { reason: "hijacking" } } },
    "a security event without events": { events: {} },
  }),
  ...refused("event", made, {
    "a logout token that names no type at all": [rsa, { header: { typ: undefined }, claims: logout }],
    "a logout token that says it is an access token": [rsa, { header: { typ: "at+jwt" }, claims: logout }],
  }),
  ...refusedEach("use", withClaims, (mark) => `a refresh token: ${JSON.stringify(mark)}`, refreshMarks),
];

export const attacks: readonly Attack[] = [
  ...form,
  ...duplicates,
  ...algorithms,
  ...keys,
  ...headers,
  ...signatures,
  ...claims,
  ...noCallers,
];
