/** Issuers that no token names, since they are compared character by character, and those that do not mark access tokens. */
import { describe, expect, it } from "vitest";
import {
  describeOtherIssuer,
  describeUnmarkedTokens,
} from "../../../tools/authoring/configuration/issuer-forms.ts";

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

describe("access tokens are not marked", () => {
  const tenant = "11111111-2222-3333-4444-555555555555";

  it.each([
    [`https://login.microsoftonline.com/${tenant}/v2.0`, "Microsoft Entra ID does not"],
    [`https://login.microsoftonline.us/${tenant}/v2.0`, "Microsoft Entra ID does not"],
    [`https://login.partner.microsoftonline.cn/${tenant}/v2.0`, "Microsoft Entra ID does not"],
    [`https://${tenant}.ciamlogin.com/${tenant}/v2.0`, "Microsoft Entra ID does not"],
    [`https://a.b2clogin.com/${tenant}/v2.0/`, "Microsoft Entra ID does not"],
    [`https://sts.windows.net/${tenant}/`, "Microsoft Entra ID does not"],
    ["https://a.okta.com/oauth2/default", "Okta does not"],
    ["https://a.okta.com", "Okta does not"],
    ["https://a.oktapreview.com/oauth2/aus1abcDEF2ghi3JKL4m5", "Okta does not"],
    ["https://login.example.com/oauth2/aus1abcDEF2ghi3JKL45", "Okta does not"],
    ["https://accounts.google.com", "Google does not"],
    [
      "https://a.eu.auth0.com/",
      "Auth0 marks access tokens as such only if the API's token profile is RFC 9068,",
    ],
    ["https://id.example.com/realms/people", "Keycloak marks access tokens as such only if the client has"],
    [
      "https://id.example.com/auth/realms/people",
      "Keycloak marks access tokens as such only if the client has",
    ],
  ])("by %s", (url, message) => {
    expect(describeUnmarkedTokens(url)?.slice(0, message.length)).toBe(message);
  });

  it.each([
    pool,
    "https://issuer.example/",
    "https://okta.com.example/",
    "https://notokta.com/",
    "https://login.microsoftonline.com.example/",
    "https://issuer.example/oauth2/austria",
    "https://issuer.example/realms/",
    "https://issuer.example/realms/people/protocol",
    "http://127.0.0.1:3000/",
    "no url",
  ])("nobody knows that of %s", (url) => {
    expect(describeUnmarkedTokens(url)).toBeUndefined();
  });
});
