/** Issuers that no token names, since they are compared character by character. */
import { describe, expect, it } from "vitest";
import { describeOtherIssuer } from "../../../tools/authoring/configuration/issuer-forms.ts";

const pool = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example";

describe("an issuer", () => {
  it.each([
    [`${pool}/`, `tokens of a user pool have nothing behind its id in their issuer; write \`${pool}\``],
    [`${pool}/oauth2`, `tokens of a user pool have nothing behind its id in their issuer; write \`${pool}\``],
    [
      pool.replace("/us-east-1_", "/eu-west-1_"),
      "the pool `eu-west-1_Example` is of Region `eu-west-1`, and the host of `us-east-1`; write one of them",
    ],
    [
      "https://cognito-idp.us-east-1.amazonaws.com/Example",
      "tokens of a user pool have its id in their issuer; write `https://cognito-idp.REGION.amazonaws.com/POOL-ID`",
    ],
    [
      "https://app.auth.us-east-1.amazoncognito.com",
      "this is the domain of a user pool's sign-in pages; its tokens have the issuer `https://cognito-idp.REGION.amazonaws.com/POOL-ID`, write that",
    ],
    [
      `${pool}/.well-known/jwks.json`,
      `this is a document of the issuer, and not the issuer; write \`${pool}\``,
    ],
    [
      "https://accounts.google.com/",
      "tokens of this issuer have no slash at its end; write `https://accounts.google.com`",
    ],
    [
      "https://a.okta.com/oauth2/default/",
      "tokens of this issuer have no slash at its end; write `https://a.okta.com/oauth2/default`",
    ],
    [
      "https://a.eu.auth0.com",
      "tokens of Auth0 have a slash at the end of their issuer; write `https://a.eu.auth0.com/`",
    ],
    [
      "https://login.microsoftonline.com/common/v2.0",
      "tokens of Microsoft Entra name the tenant of the caller in their issuer; write the tenant's id there",
    ],
    [
      "https://Issuer.example/A",
      "tokens have the issuer's host in small letters; write `https://issuer.example/A`",
    ],
  ])("%s is none", (url, message) => {
    expect(describeOtherIssuer(url)).toBe(message);
  });

  it.each([
    pool,
    "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Example",
    "https://accounts.google.com",
    "https://a.okta.com/oauth2/default",
    "https://a.eu.auth0.com/",
    "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0",
    "https://issuer.example/",
    "https://issuer.example/Realms/A/",
    "http://127.0.0.1:3000/",
    "no url",
  ])("%s may be one", (url) => {
    expect(describeOtherIssuer(url)).toBeUndefined();
  });
});
