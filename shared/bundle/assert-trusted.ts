/**
 * Whether a caller's issuer has its place in a bundle: what was verified once may outlive it.
 */
import { CodedError } from "../errors.ts";
import type { VerifiedPrincipal } from "../identity/types.ts";
import type { OpenedBundle } from "./bundle.ts";

/**
 * Refuses callers of an issuer that the bundle does not name.
 *
 * @throws CodedError `unauthorized`
 */
export function assertTrusted({ issuer }: VerifiedPrincipal, { config }: OpenedBundle): void {
  if (config.issuers.some((each) => each.issuer === issuer)) return;
  throw new CodedError("unauthorized", "the token's issuer is not trusted any more");
}
