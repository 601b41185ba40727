/**
 * Tokens and keys as standards publish them. None may pass here: they name no key, or are signed with a shared secret,
 * or not at all. Where `key` is given the test checks the signature with it, so that a copying mistake cannot pass for
 * a refusal.
 */
import type { TokenRefusal } from "../../shared/identity/token/token-error.ts";

export interface PublishedVector {
  readonly source: string;
  readonly token: string;
  readonly refusal: TokenRefusal;
  /** The key it was signed with: public, or a shared secret. */
  readonly key?: Readonly<Record<string, string>>;
}

/** The claims of RFC 7515's and RFC 7519's examples, line breaks included. */
export const joesClaims = '{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}';

const joe = Buffer.from(joesClaims).toString("base64url");
const sharedSecret = {
  kty: "oct",
  k: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
};
const text = (json: string) => Buffer.from(json).toString("base64url");

export const publishedVectors: readonly PublishedVector[] = [
  {
    source: "RFC 7515 A.1 and RFC 7519 3.1: HMAC SHA-256",
    token: `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${joe}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`,
    refusal: "algorithm",
    key: sharedSecret,
  },
  {
    source: "RFC 7515 A.2: RSASSA-PKCS1-v1_5 SHA-256",
    token: `eyJhbGciOiJSUzI1NiJ9.${joe}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw`,
    refusal: "ambiguousKey",
    key: {
      kty: "RSA",
      n: "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
      e: "AQAB",
    },
  },
  {
    source: "RFC 7515 A.3: ECDSA P-256 SHA-256",
    token: `eyJhbGciOiJFUzI1NiJ9.${joe}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`,
    refusal: "ambiguousKey",
    key: {
      kty: "EC",
      crv: "P-256",
      x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
      y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    },
  },
  {
    source: "RFC 7515 A.4: ECDSA P-521 SHA-512, over a payload that is no JSON",
    token:
      "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
    refusal: "unreadable",
    key: {
      kty: "EC",
      crv: "P-521",
      x: "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
      y: "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2",
    },
  },
  {
    source: "RFC 7515 A.5 and RFC 7519 6.1: unsecured",
    token: `eyJhbGciOiJub25lIn0.${joe}.`,
    refusal: "notCompact",
  },
  {
    source: "RFC 7515 A.6: the JSON serialization",
    token: JSON.stringify({
      payload: joe,
      signatures: [{ protected: "eyJhbGciOiJSUzI1NiJ9", header: { kid: "2010-12-29" }, signature: "AA" }],
    }),
    refusal: "notCompact",
  },
  {
    source: "RFC 7515 appendix E: an extension that must be understood, unsecured",
    token: `${text('{"alg":"none",\r\n "crit":["http://example.com/UNDEFINED"],\r\n "http://example.com/UNDEFINED":true\r\n}')}.${text("FAIL")}.`,
    refusal: "notCompact",
  },
  {
    source: "RFC 7797 4.2: an unencoded payload",
    token:
      "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19.$.02.A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY",
    refusal: "notCompact",
    key: sharedSecret,
  },
  {
    source: "RFC 7797 4.2: the same, detached",
    token:
      "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY",
    refusal: "notCompact",
  },
  {
    source: "RFC 8037 A.4: Ed25519, over a payload that is no JSON",
    token:
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
    refusal: "unreadable",
    key: { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" },
  },
];
