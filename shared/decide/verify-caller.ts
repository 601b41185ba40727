/** Verifies the caller of a request, for the function that receives the request first. */
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
 * @param carried lower-case names of the claims that are passed on; default: those that the bundle consults
 * @throws CodedError `unauthorized` or `jwksUnavailable`
 */
export type CallerVerifier = (
  headers: ReadonlyMap<string, readonly string[]>,
  bundle: OpenedBundle,
  carried?: ReadonlySet<string>,
) => Promise<VerifiedPrincipal>;

/**
 * Keys and verified tokens are kept until a bundle has other issuers.
 *
 * @param onKeysFailure called for each fetch of an issuer's keys that failed, even if known keys stay in use
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
