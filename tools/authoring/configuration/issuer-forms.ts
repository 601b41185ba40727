/**
 * How well-known issuers spell themselves in `iss`, which is compared character by character: a URL that is right for people
 * may match no token. And which of them do not mark access tokens, as `tokenUse: access` asks (shared/identity/token).
 *
 * Sources: Amazon Cognito, "Verifying JSON web tokens"; Google, "OpenID Connect"; Microsoft identity platform, "Access token
 * claims reference"; Auth0, "Validate JSON Web Tokens", "Access Token Profiles"; Okta, "Authorization servers", "OpenID Connect &
 * OAuth 2.0 API: access token"; Keycloak, "Release Notes" of 26.2.
 */
import { lowerAscii } from "../../../shared/ascii.ts";

/** The hosts of well-known issuers. */
export const issuerHosts = {
  okta: /\.(?:okta|oktapreview|okta-emea|okta-gov)\.com$/,
  auth0: /\.auth0\.com$/,
  entra: /^login\.microsoftonline\.(?:com|us)$/,
} as const;

/** A host, and what is wrong with an issuer's URL there. */
interface Form {
  readonly host: RegExp;
  describe(url: URL, written: string): string | undefined;
}

const forms: readonly Form[] = [
  { host: /^cognito-idp\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/, describe: describeCognito },
  {
    host: /\.amazoncognito\.com$/,
    describe: () =>
      "this is the domain of a user pool's sign-in pages; its tokens have the issuer `https://cognito-idp.REGION.amazonaws.com/POOL-ID`, write that",
  },
  { host: /^accounts\.google\.com$/, describe: withoutSlash },
  { host: issuerHosts.okta, describe: withoutSlash },
  {
    host: issuerHosts.auth0,
    describe: (_url, written) =>
      written.endsWith("/")
        ? undefined
        : `tokens of Auth0 have a slash at the end of their issuer; write \`${written}/\``,
  },
  {
    host: issuerHosts.entra,
    describe: ({ pathname }) =>
      /^\/(?:common|organizations|consumers)(?:\/|$)/.test(pathname)
        ? "tokens of Microsoft Entra name the tenant of the caller in their issuer; write the tenant's id there"
        : undefined,
  },
];

/** An issuer, by its host or by the path of its URL, whose access tokens do not say what they are. */
interface Unmarked {
  readonly name: string;
  readonly host?: RegExp;
  readonly path?: RegExp;
  /** What has to be chosen there so that they say it, if anything can. */
  readonly setting?: string;
}

/** What people may have at any host is known by its path. */
const unmarked: readonly Unmarked[] = [
  { name: "Microsoft Entra ID", host: issuerHosts.entra },
  // Other clouds, external tenants, and tokens of version 1.0.
  {
    name: "Microsoft Entra ID",
    host: /^login\.partner\.microsoftonline\.cn$|\.(?:b2clogin|ciamlogin)\.com$|^sts\.windows\.net$/,
  },
  { name: "Okta", host: issuerHosts.okta },
  { name: "Okta", path: /^\/oauth2\/(?:default|aus[A-Za-z0-9]{17})$/ },
  { name: "Google", host: /^accounts\.google\.com$/ },
  { name: "Auth0", host: issuerHosts.auth0, setting: "the API's token profile is RFC 9068" },
  {
    name: "Keycloak",
    path: /\/realms\/[^/]+$/,
    setting: "the client has `at+jwt` as the type of its access tokens",
  },
];

/** Describes why `tokenUse: access` refuses the access tokens of an issuer; `undefined` if it does not, as far as is known. */
export function describeUnmarkedTokens(written: string): string | undefined {
  if (!URL.canParse(written)) return undefined;
  const { hostname, pathname } = new URL(written);
  const found = unmarked.find(({ host, path }) => host?.test(hostname) || path?.test(pathname));
  if (!found) return undefined;
  const { name, setting } = found;
  const instead = "leave `tokenUse` out and let `audience` and `scopes` refuse other tokens";
  return setting === undefined
    ? `${name} does not mark access tokens as such, so this refuses all of them; ${instead}`
    : `${name} marks access tokens as such only if ${setting}, and this refuses all others; choose that, or ${instead}`;
}

/** Describes why no token can have the URL as its issuer; `undefined` if one can, as far as is known. */
export function describeOtherIssuer(written: string): string | undefined {
  if (!URL.canParse(written)) return undefined;
  const url = new URL(written);
  const [before, document] = written.split("/.well-known/", 2);
  if (document !== undefined)
    return `this is a document of the issuer, and not the issuer; write \`${before}\``;
  const [, host = ""] = /^https?:\/\/([^/]+)/i.exec(written) ?? [];
  if (host !== lowerAscii(host))
    return `tokens have the issuer's host in small letters; write \`${written.replace(host, lowerAscii(host))}\``;
  return forms.find((form) => form.host.test(url.hostname))?.describe(url, written);
}

function withoutSlash(_url: URL, written: string): string | undefined {
  if (!written.endsWith("/")) return undefined;
  return `tokens of this issuer have no slash at its end; write \`${written.replace(/\/+$/, "")}\``;
}

function describeCognito({ hostname, pathname }: URL, written: string): string | undefined {
  const [, region = ""] = hostname.split(".");
  const [, pool = "", rest] = /^\/([^/]*)(.*)$/.exec(pathname) ?? [];
  if (!pool.includes("_"))
    return "tokens of a user pool have its id in their issuer; write `https://cognito-idp.REGION.amazonaws.com/POOL-ID`";
  if (rest)
    return `tokens of a user pool have nothing behind its id in their issuer; write \`${written.slice(0, -rest.length)}\``;
  const [own = ""] = pool.split("_");
  if (own === region) return undefined;
  return `the pool \`${pool}\` is of Region \`${own}\`, and the host of \`${region}\`; write one of them`;
}
