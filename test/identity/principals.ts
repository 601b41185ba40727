/**
 * Callers as the identity room would give them, without a token.
 */
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";

const someone: Omit<VerifiedPrincipal, symbol> = {
  id: "id-1",
  name: "someone",
  groups: [],
  tags: {},
  issuer: "https://issuer.example/",
  claims: {},
  expiresAtSeconds: 4_102_444_800,
};

/** A caller with the given facts: the only place of the tests that makes the brand itself. */
export function principalOf(facts: Partial<VerifiedPrincipal> = {}): VerifiedPrincipal {
  return { ...someone, ...facts } as VerifiedPrincipal;
}
