/** What each provider of docs/how-to/identity sends and publishes, and what comes of it when something is wrong. */

export type Claims = Readonly<Record<string, unknown>>;

/** What works otherwise than by the page's own configuration. */
interface Alternative {
  readonly what: string;
  readonly claims: Claims;
  readonly configure: readonly (readonly [before: string, after: string])[];
  readonly line: string;
}

/** What does not work: the token or the configuration changed, and the line of `whoami` that the page names. */
interface Failure {
  readonly what: string;
  readonly claims?: Claims;
  readonly header?: object;
  readonly token?: string;
  readonly configure?: readonly [before: string, after: string];
  readonly line: string;
}

export interface Provider {
  readonly page: string;
  /** Of access tokens. */
  readonly header: object;
  /** Members of each published key. */
  readonly jwk: object;
  /** Address → answer. */
  readonly addresses: (keys: object) => Readonly<Record<string, object>>;
  readonly failures: readonly Failure[];
  readonly also?: readonly Alternative[];
}

const withoutUse = ["    claims: { id", "    tokenUse: access\n    claims: { id"] as const;
const noUser = { uid: undefined, sub: "0oaipnnzumvqt5tiu1d6" };
const pool = "https://cognito-idp.us-west-2.amazonaws.com/us-west-2_example";
const tenant = "https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee";
const okta = "https://example.okta.com/oauth2/default";
const auth0 = "https://example.eu.auth0.com/";
const cognito = {
  header: { typ: undefined },
  jwk: { alg: "RS256" },
  addresses: (keys: object) => ({ [`${pool}/.well-known/jwks.json`]: keys }),
} as const;

export const providers: readonly Provider[] = [
  {
    ...{ page: "cognito.md", ...cognito },
    failures: [
      {
        what: "an ID token",
        claims: { token_use: "id", aud: "57cbishk4j24pabc1234567890", client_id: undefined },
        line: "refused     use",
      },
      { what: "another app client", claims: { client_id: "other" }, line: "refused     audience" },
      {
        what: "the domain of the sign-in pages as issuer",
        configure: [pool, "https://example.auth.us-west-2.amazoncognito.com"],
        line: "refused     issuer",
      },
      { what: "no group", claims: { "cognito:groups": undefined }, line: "groups      none" },
      {
        what: "an attribute with a list in a text",
        claims: { "custom:groups": "[hr, Call Center]" },
        configure: ["cognito:groups", "custom:groups"],
        line: "refused     groupList",
      },
    ],
    also: [
      {
        what: "an attribute with a list in a text, split",
        claims: { "custom:groups": "[hr, Call Center]" },
        configure: [['groups: "cognito:groups"', 'groups: { claim: "custom:groups", split: json }']],
        line: "groups      hr, Call Center",
      },
      {
        what: "ID tokens, with a tag",
        claims: { token_use: "id", aud: "57cbishk4j24pabc1234567890", "custom:team": "a" },
        configure: [["tokenUse: access", "tokenUse: id"]],
        line: "tags        team=a",
      },
    ],
  },
  {
    page: "entra.md",
    header: { typ: "JWT" },
    // Entra ID's keys name no algorithm.
    jwk: { x5t: "k1", x5c: ["AAAA"], issuer: `${tenant}/v2.0` },
    addresses: (keys) => ({
      [`${tenant}/v2.0/.well-known/openid-configuration`]: {
        issuer: `${tenant}/v2.0`,
        jwks_uri: `${tenant}/discovery/v2.0/keys`,
      },
      [`${tenant}/discovery/v2.0/keys`]: keys,
    }),
    failures: [
      {
        what: "a v1.0 token",
        claims: { ver: "1.0", iss: "https://sts.windows.net/aaaabbbb-0000-cccc-1111-dddd2222eeee/" },
        line: "refused     issuer",
      },
      {
        what: "an ID token of the app",
        claims: { aud: "00001111-aaaa-2222-bbbb-3333cccc4444", scp: undefined },
        line: "refused     audience",
      },
      { what: "a token without scp", claims: { scp: undefined }, line: "refused     scope" },
      { what: "tokenUse", configure: withoutUse, line: "refused     use" },
      { what: "no role", claims: { roles: undefined }, line: "groups      none" },
    ],
    also: [
      {
        what: "a program, by its role",
        claims: { scp: undefined, preferred_username: undefined, name: undefined, azpacr: "1" },
        configure: [["    scopes: [access_as_user]\n", ""]],
        line: "groups      hr",
      },
    ],
  },
  {
    page: "okta.md",
    header: { typ: undefined },
    jwk: { alg: "RS256" },
    addresses: (keys) => ({
      [`${okta}/.well-known/openid-configuration`]: { issuer: okta, jwks_uri: `${okta}/v1/keys` },
      [`${okta}/v1/keys`]: keys,
    }),
    failures: [
      {
        what: "a token of the org authorization server",
        claims: { iss: "https://example.okta.com", aud: "https://example.okta.com" },
        line: "refused     issuer",
      },
      { what: "an ID token", claims: { aud: "0oaipnnzumvqt5tiu1d6" }, line: "refused     audience" },
      { what: "no scope", claims: { scp: ["openid"] }, line: "refused     scope" },
      { what: "tokenUse", configure: withoutUse, line: "refused     use" },
      { what: "a program", claims: noUser, line: "refused     noId" },
      {
        what: "a claim of another name",
        claims: { groups: undefined, Groups: ["connect-hr"] },
        line: "groups      none",
      },
    ],
    also: [
      {
        what: "one app alone",
        claims: {},
        configure: [["groups: [connect-hr]", "groups: [connect-hr], claims: { cid: 0oaipnnzumvqt5tiu1d6 }"]],
        line: "policies    hr/users",
      },
      {
        what: "a program of a server of its own",
        claims: { ...noUser, groups: undefined },
        configure: [
          ["id: uid", "id: sub"],
          ["groups: [connect-hr]", "claims: { cid: 0oaipnnzumvqt5tiu1d6 }"],
        ],
        line: "id          0oaipnnzumvqt5tiu1d6",
      },
    ],
  },
  {
    page: "auth0.md",
    header: { typ: "JWT" },
    jwk: { alg: "RS256" },
    addresses: (keys) => ({
      [`${auth0}.well-known/openid-configuration`]: {
        issuer: auth0,
        jwks_uri: `${auth0}.well-known/jwks.json`,
      },
      [`${auth0}.well-known/jwks.json`]: keys,
    }),
    failures: [
      { what: "an opaque token", token: "3ZyTqVgJm9rN0aXk5uWb8sLc1dQeHf2o", line: "refused     notCompact" },
      {
        what: "an issuer without the slash",
        configure: [auth0, auth0.slice(0, -1)],
        line: "refused     issuer",
      },
      { what: "an ID token", claims: { aud: "my_client_id" }, line: "refused     audience" },
      { what: "tokenUse", configure: withoutUse, line: "refused     use" },
      { what: "no Action", claims: { "https://example.com/groups": undefined }, line: "groups      none" },
    ],
    also: [
      {
        what: "permissions",
        claims: { permissions: ["connect:hr"] },
        configure: [
          ['"https://example.com/groups"', "permissions"],
          ["groups: [hr]", 'groups: ["connect:hr"]'],
        ],
        line: "groups      connect:hr",
      },
      {
        what: "a program",
        claims: {
          sub: "my_client_id@clients",
          gty: "client-credentials",
          "https://example.com/groups": undefined,
        },
        configure: [["groups: [hr]", "claims: { azp: my_client_id }"]],
        line: "id          my_client_id@clients",
      },
    ],
  },
  {
    ...{ page: "machines.md", ...cognito },
    failures: [],
    also: [
      {
        what: "a scope",
        claims: { scope: "connect-api/read connect-api/write" },
        configure: [["client_id: 1example23456789 }", "scope: connect-api/read }"]],
        line: "policies    wallboard",
      },
    ],
  },
];
