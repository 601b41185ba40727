/** Identifies the caller by the authorizer's context or, without an authorizer, by the call's own token. */
import type { OpenedBundle } from "../bundle/bundle.ts";
import { type BundleSource, readNamedPolicies } from "../bundle/source/source.ts";
import type { CallerVerifier } from "../decide/verify-caller.ts";
import { decodePrincipal } from "../identity/principal/principal-context.ts";
import type { VerifiedPrincipal } from "../identity/types.ts";
import type { ProxyRequest } from "../request/event/proxy-event.ts";
import type { Trail } from "./trail.ts";

/** Finds the caller, and the bundle to decide with. @throws CodedError `unauthorized`, or why there is no bundle */
export type Identifier = (
  request: ProxyRequest,
  trail: Trail,
) => Promise<{ readonly principal: VerifiedPrincipal; readonly bundle: OpenedBundle }>;

/** @param verifyCaller verifies tokens; without it, the authorizer's context counts */
export function identifyBy(verifyCaller: CallerVerifier | undefined, bundles: BundleSource): Identifier {
  if (!verifyCaller) {
    return async ({ authorizer }, trail) => {
      const principal = decodePrincipal(authorizer["principal"], Date.now() / 1000);
      const bundle = await bundles.current(readNamedPolicies(authorizer));
      trail.note({ policyVersion: bundle.version });
      return { principal, bundle };
    };
  }
  return async ({ call }, trail) => {
    const bundle = await bundles.current();
    trail.note({ policyVersion: bundle.version });
    const principal = await verifyCaller(call.headers, bundle, trail.claimsFor(bundle));
    return { principal, bundle };
  };
}
