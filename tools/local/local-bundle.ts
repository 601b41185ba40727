/**
 * The author's configuration with the local token issuer added, in memory only.
 */
import { createBundle } from "../../shared/config/bundle.ts";
import type { Bundle } from "../../shared/config/types.ts";
import type { IssuerConfiguration } from "../../shared/identity/types.ts";
import { localAudience } from "./token-issuer.ts";

export interface LocalIssuer {
  readonly url: string;
  readonly jwks: NonNullable<IssuerConfiguration["jwks"]>;
}

/** Makes a bundle that trusts the local issuer in addition to the author's own. */
export function trustLocalIssuer({ config, policies }: Bundle, { url, jwks }: LocalIssuer): Bundle {
  // Local tokens carry tags under the claims that the author's issuers use, so that tag policies can be tried.
  const tags = Object.fromEntries(config.issuers.flatMap(({ claims }) => Object.entries(claims.tags ?? {})));
  const local: IssuerConfiguration = {
    issuer: url,
    audience: [localAudience],
    claims: { id: "sub", name: "username", groups: "groups", tags },
    jwks,
  };
  return createBundle({ ...config, issuers: [...config.issuers, local] }, policies);
}
