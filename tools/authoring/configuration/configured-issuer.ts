/** The configured issuer that a command line means. */
import { nearestName } from "../nearest-name.ts";

/** Finds the issuer of a URL, or without a URL the only issuer; otherwise the message says what to do. */
export function findConfiguredIssuer<Issuer extends { readonly issuer: string }>(
  url: string | undefined,
  issuers: readonly Issuer[],
): Issuer | string {
  const urls = issuers.map(({ issuer }) => issuer);
  const all = urls.map((each) => `\`${each}\``).join(", ");
  const found =
    url === undefined && issuers.length === 1 ? issuers[0] : issuers.find(({ issuer }) => issuer === url);
  if (found) return found;
  if (url === undefined)
    return `several issuers are configured; choose one with \`issuer\` (on the command line \`--issuer\`): ${all}`;
  const nearest = nearestName(url, urls);
  const hint = nearest === undefined ? `configured are ${all}` : `did you mean \`${nearest}\``;
  return `no issuer \`${url}\` is configured; ${hint}`;
}
