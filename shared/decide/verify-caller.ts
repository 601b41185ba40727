/**
 * A request's one bearer token and the configuration's issuers, to a verified caller: for whoever stands first.
 */
import type { OpenedBundle } from "../bundle/bundle.ts";
import { CodedError } from "../errors.ts";
import { carryPrincipal } from "../identity/principal/carry-principal.ts";
import { describeMissingToken, readBearerToken } from "../identity/token/bearer-token.ts";
import { TokenVerifier } from "../identity/token/verify.ts";
import type { VerifiedPrincipal } from "../identity/types.ts";
import { writeLog } from "../observe/log.ts";

/**
 * Verifies the token that the bundle's token header carries.
 *
 * @param headers lower-case name → all values in order
 * @param carried lower-case names of the claims that travel; default: those that the bundle consults
 * @throws CodedError `unauthorized` or `jwksUnavailable`
 */
export type CallerVerifier = (
  headers: ReadonlyMap<string, readonly string[]>,
  bundle: OpenedBundle,
  carried?: ReadonlySet<string>,
) => Promise<VerifiedPrincipal>;

/**
 * Creates it; what its verifiers remember outlives a bundle whose issuers are the former one's.
 *
 * @param onKeysFailure told of each fetch of an issuer's keys that failed, also while there are others to go on with
 */
export function createCallerVerifier(onKeysFailure?: () => void): CallerVerifier {
  const logFailure = (uri: string, message: string) => {
    writeLog("WARN", "keysProblem", { uri, message });
    onKeysFailure?.();
  };
  let verifier = new TokenVerifier([], { onKeysFailure: logFailure });
  return async (headers, bundle, carried = bundle.consultedClaims) => {
    const { issuers, tokenHeader } = bundle.config;
    verifier = verifier.for(issuers);
    const token = readBearerToken(headers, tokenHeader);
    if (token === undefined) throw new CodedError("unauthorized", describeMissingToken(headers, tokenHeader));
    return carryPrincipal(await verifier.verify(token), carried);
  };
}
