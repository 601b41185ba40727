/** The issuers that most people have: how their URL is written, and which claims their tokens have. */

export interface IssuerKind {
  readonly name: string;
  /** Of the issuer's host. */
  readonly host: RegExp;
  /** Of the whole URL; without it, the host is not an issuer's. */
  readonly url?: RegExp;
  /** The URL as its documentation writes it. */
  readonly form: string;
  readonly claims: { readonly name: string; readonly groups: string; readonly team: string };
  /** Where people find the URL. */
  readonly where: string;
}

const cognitoClaims = { name: "email", groups: "cognito:groups", team: "custom:team" };

const cognitoForm = {
  form: "https://cognito-idp.REGION.amazonaws.com/USER-POOL-ID",
  where: "Amazon Cognito console: the user pool's overview has its id, like us-east-1_Ab1Cd2Ef3",
};

/**
 * Sources: Cognito, "Verifying JSON web tokens"; Entra, "ID token claims reference"; Okta, "Authorization servers";
 * Auth0, "ID token structure": its issuers end with a slash, and only namespaced claims can be added.
 */
export const issuerKinds: readonly IssuerKind[] = [
  {
    name: "Amazon Cognito",
    host: /^cognito-idp(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/,
    url: /^https:\/\/[^/]+\/[a-z0-9-]+_[A-Za-z0-9]+$/,
    claims: cognitoClaims,
    ...cognitoForm,
  },
  // The pages on which people sign in; no token names them.
  {
    name: "Amazon Cognito",
    host: /\.amazoncognito\.com$/,
    claims: cognitoClaims,
    ...cognitoForm,
  },
  {
    name: "Microsoft Entra ID",
    host: /^login\.microsoftonline\.(?:com|us)$/,
    url: /^https:\/\/[^/]+\/[0-9a-f-]{36}\/v2\.0$/,
    form: "https://login.microsoftonline.com/TENANT-ID/v2.0",
    claims: { name: "preferred_username", groups: "roles", team: "team" },
    where: "Entra admin center: the overview has the tenant's id",
  },
  {
    name: "Okta",
    host: /\.(?:okta|oktapreview|okta-emea)\.com$/,
    url: /^https:\/\/[^/]+(?:\/oauth2\/[A-Za-z0-9]+)?$/,
    form: "https://YOUR-DOMAIN.okta.com/oauth2/default",
    claims: { name: "email", groups: "groups", team: "team" },
    where: "Okta admin console: Security → API → Authorization Servers, the column Issuer URI",
  },
  {
    name: "Auth0",
    host: /\.auth0\.com$/,
    url: /^https:\/\/[^/]+\/$/,
    form: "https://YOUR-TENANT.auth0.com/",
    claims: { name: "email", groups: "https://example.com/groups", team: "https://example.com/team" },
    where: "Auth0 dashboard: Applications → Settings → Domain, with https:// before and / after it",
  },
];

const otherClaims = { name: "email", groups: "groups", team: "team" };

export function kindOf(issuer: string): IssuerKind | undefined {
  if (!URL.canParse(issuer)) return undefined;
  const { hostname } = new URL(issuer);
  return issuerKinds.find(({ host }) => host.test(hostname));
}

/** The claims that tokens of an issuer usually have. */
export function claimsOf(issuer: string): IssuerKind["claims"] {
  return kindOf(issuer)?.claims ?? otherClaims;
}
