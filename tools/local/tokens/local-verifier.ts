/** Verifies tokens as deployed, and the local gateway's tokens by its own key and the issuer's configuration. */
import type { Configuration } from "../../../shared/bundle/types.ts";
import { type CallerVerifier, createCallerVerifier } from "../../../shared/decide/verify-caller.ts";
import { carryPrincipal } from "../../../shared/identity/principal/carry-principal.ts";
import { readBearerToken } from "../../../shared/identity/token/bearer-token.ts";
import { TokenVerifier } from "../../../shared/identity/token/verify.ts";
import type { IssuerConfiguration } from "../../../shared/identity/types.ts";
import type { TokenIssuer } from "./token-issuer.ts";

/** Creates the verifier; tokens of the issuers themselves are verified as deployed, with the issuers' keys. */
export function createLocalVerifier({ jwks }: TokenIssuer): CallerVerifier {
  const verifyDeployed = createCallerVerifier();
  let standIn = new TokenVerifier([]);
  const standIns = new WeakMap<Configuration["issuers"], Configuration["issuers"]>();
  const standInsOf = (issuers: Configuration["issuers"]) => {
    const known = standIns.get(issuers) ?? issuers.map((issuer) => withLocalKey(issuer, jwks));
    standIns.set(issuers, known);
    return known;
  };
  return async (headers, bundle, carried = bundle.consultedClaims) => {
    const { issuers, tokenHeader } = bundle.config;
    const token = readBearerToken(headers, tokenHeader);
    const keyId = token === undefined ? undefined : keyIdOf(token);
    if (token === undefined || !jwks.keys.some(({ kid }) => kid === keyId))
      return verifyDeployed(headers, bundle, carried);
    standIn = standIn.for(standInsOf(issuers));
    return carryPrincipal(await standIn.verify(token), carried);
  };
}

function withLocalKey(
  { jwksUri: _jwksUri, ...issuer }: IssuerConfiguration,
  jwks: TokenIssuer["jwks"],
): IssuerConfiguration {
  return { ...issuer, jwks };
}

function keyIdOf(token: string): unknown {
  try {
    const [header = ""] = token.split(".");
    return JSON.parse(Buffer.from(header, "base64url").toString("utf8"))?.kid;
  } catch {
    return undefined;
  }
}
