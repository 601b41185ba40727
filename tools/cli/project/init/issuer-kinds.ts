/** The issuers that most people have: how their URL is written, and which claims their access tokens have. */
import { issuerHosts } from "../../../authoring/configuration/issuer-forms.ts";

interface UsualClaims {
  readonly id: string;
  readonly name?: string;
  readonly groups: string;
  readonly team: string;
}

export interface IssuerKind {
  readonly name: string;
  /** Of the issuer's host. */
  readonly host: RegExp;
  /** Of the whole URL; without it, the host is not an issuer's. */
  readonly url?: RegExp;
  /** The URL as its documentation writes it. */
  readonly form: string;
  readonly claims: UsualClaims;
  /** What the audience is, in a line of at most 76 characters. */
  readonly audience: string;
  /** Where access tokens say that they are some: others are then refused. */
  readonly tokenUse?: "access";
  /** Where people find the URL. */
  readonly where: string;
  /** What access tokens need, if anything, to have the team. */
  readonly teamNeeds?: string;
  /** Issuers of this kind whose tokens are other. */
  readonly others?: { readonly url: RegExp; readonly tokens: Pick<IssuerKind, "claims" | "audience"> };
}

const otherClaims = { id: "sub", name: "email", groups: "groups", team: "team" };

const cognito = {
  name: "Amazon Cognito",
  claims: { id: "sub", name: "username", groups: "cognito:groups", team: "custom:team" },
  audience: "The app client's id: `client_id` in access tokens.",
  tokenUse: "access",
  teamNeeds: "which Cognito writes into access tokens only with a pre token generation trigger",
  form: "https://cognito-idp.REGION.amazonaws.com/USER-POOL-ID",
  where: "Amazon Cognito console: the user pool's overview has its id, like us-east-1_Ab1Cd2Ef3",
} as const;

/**
 * Sources: Cognito, "Understanding the access token"; Entra, "Access token claims reference": `oid` is the user's id in the
 * tenant; Okta, "OpenID Connect & OAuth 2.0 API: access token": `uid` is the user's id, `sub` the login, which can change; Auth0,
 * "Access Token Profiles": its issuers end with a slash, and only namespaced claims can be added.
 */
export const issuerKinds: readonly IssuerKind[] = [
  {
    ...cognito,
    host: /^cognito-idp(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/,
    url: /^https:\/\/[^/]+\/[a-z0-9-]+_[A-Za-z0-9]+$/,
  },
  // The pages on which people sign in; no token names them.
  { ...cognito, host: /\.amazoncognito\.com$/ },
  {
    name: "Microsoft Entra ID",
    host: issuerHosts.entra,
    url: /^https:\/\/[^/]+\/[0-9a-f-]{36}\/v2\.0$/,
    form: "https://login.microsoftonline.com/TENANT-ID/v2.0",
    claims: { id: "oid", name: "preferred_username", groups: "roles", team: "team" },
    audience: "The client id of the API's app registration: `aud` in access tokens.",
    where: "Entra admin center: the overview has the tenant's id",
  },
  {
    name: "Okta",
    host: issuerHosts.okta,
    url: /^https:\/\/[^/]+(?:\/oauth2\/[A-Za-z0-9]+)?$/,
    form: "https://YOUR-DOMAIN.okta.com/oauth2/default",
    claims: { id: "uid", name: "sub", groups: "groups", team: "team" },
    audience: "The authorization server's, like api://default: `aud` in access tokens.",
    where: "Okta admin console: Security → API → Authorization Servers, the column Issuer URI",
    // The org server, which every customer has.
    others: {
      url: /^https:\/\/[^/]+$/,
      tokens: {
        claims: otherClaims,
        audience: "The app's client id: `aud` in ID tokens. This server's others are for Okta.",
      },
    },
  },
  {
    name: "Auth0",
    host: issuerHosts.auth0,
    url: /^https:\/\/[^/]+\/$/,
    form: "https://YOUR-TENANT.auth0.com/",
    claims: { id: "sub", groups: "https://example.com/groups", team: "https://example.com/team" },
    audience: "The API's identifier: `aud` in access tokens.",
    where: "Auth0 dashboard: Applications → Settings → Domain, with https:// before and / after it",
  },
];

export function kindOf(issuer: string): IssuerKind | undefined {
  if (!URL.canParse(issuer)) return undefined;
  const { hostname } = new URL(issuer);
  const kind = issuerKinds.find(({ host }) => host.test(hostname));
  return kind?.others?.url.test(issuer) ? { ...kind, ...kind.others.tokens } : kind;
}

/** The claims that tokens of an issuer usually have. */
export function claimsOf(issuer: string): UsualClaims {
  return kindOf(issuer)?.claims ?? otherClaims;
}
