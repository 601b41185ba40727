/**
 * How well-known issuers spell themselves in `iss`, which is compared character by character: a URL that is right for people
 * may match no token.
 *
 * Sources: Amazon Cognito, "Verifying JSON web tokens"; Google, "OpenID Connect"; Microsoft identity platform, "Access token
 * claims reference"; Auth0, "Validate JSON Web Tokens"; Okta, "Authorization servers".
 */
import { lowerAscii } from "../../../shared/ascii.ts";

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
  { host: /\.(?:okta|oktapreview)\.com$/, describe: withoutSlash },
  {
    host: /\.auth0\.com$/,
    describe: (_url, written) =>
      written.endsWith("/")
        ? undefined
        : `tokens of Auth0 have a slash at the end of their issuer; write \`${written}/\``,
  },
  {
    host: /^login\.microsoftonline\.com$/,
    describe: ({ pathname }) =>
      /^\/(?:common|organizations|consumers)(?:\/|$)/.test(pathname)
        ? "tokens of Microsoft Entra name the tenant of the caller in their issuer; write the tenant's id there"
        : undefined,
  },
];

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
