/**
 * The token verifier of the configuration that is in force.
 *
 * Keys and verified tokens are kept for one set of issuers: a new configuration with the same issuers goes on with
 * them, and one that changes anything about an issuer starts anew, with nothing verified under the old rules.
 */
import type { IssuerConfiguration } from "../types.ts";
import { createTokenVerifier, type TokenVerifier, type VerifierOptions } from "./verify.ts";

/** Gives the verifier for a configuration's issuers; errors as {@link createTokenVerifier}. */
export type VerifierSource = (issuers: readonly IssuerConfiguration[]) => TokenVerifier;

/** Creates the source. It keeps one verifier, the one asked for last. */
export function createVerifierSource(options: VerifierOptions = {}): VerifierSource {
  let current:
    | {
        readonly issuers: readonly IssuerConfiguration[];
        readonly text: string;
        readonly verifier: TokenVerifier;
      }
    | undefined;
  return (issuers) => {
    if (current?.issuers === issuers) return current.verifier;
    // A bundle is canonical JSON: equal issuers have equal texts.
    const text = JSON.stringify(issuers);
    const verifier = current?.text === text ? current.verifier : createTokenVerifier(issuers, options);
    current = { issuers, text, verifier };
    return verifier;
  };
}
