/**
 * A caller of whom a trusted program tells, as a token of a configured issuer would say it. No token was verified: such a
 * principal only ever answers a question (`functions/authzen`), and no call is sent for it.
 *
 * What the program leaves out is unknown, never missing: a Deny that depends on it still counts, and an Allow does not.
 */
import { lowerAscii } from "../../ascii.ts";
import { InputError } from "../../errors.ts";
import { TokenError } from "../token/token-error.ts";
import type { IssuerConfiguration, VerifiedPrincipal } from "../types.ts";
import { carryPrincipal } from "./carry-principal.ts";
import { ClaimError, issueClaims } from "./issued-claims.ts";
import { mintPrincipal } from "./principal.ts";

export interface GivenCaller {
  readonly id: string;
  /** Must be given if the issuer maps groups: bindings of a group that was left out would be lost, with their limits. */
  readonly groups?: readonly string[];
  readonly name?: string;
  /** All of the caller's tags, if given. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface GivenPrincipal {
  readonly principal: VerifiedPrincipal;
  /** Condition keys of the caller, in lower case, that are unknown. */
  readonly unseen: readonly string[];
}

/** Claims that the issuer always writes itself. */
const reserved = ["iss", "exp"];

/**
 * @param expiresAtSeconds of the program's own token
 * @throws InputError for a caller whom no token of the issuer describes
 */
export function mintGivenPrincipal(
  caller: GivenCaller,
  issuer: IssuerConfiguration,
  expiresAtSeconds: number,
): GivenPrincipal {
  const { id, groups, name, tags, claims = {} } = caller;
  const mapping = issuer.claims;
  if (mapping.groups !== undefined && groups === undefined)
    throw new InputError("subject.properties.groups", "is missing: give all groups, or an empty list");
  const said = {
    ...{ id, groups: groups ?? [], claims },
    ...(name === undefined ? {} : { name }),
    ...(tags === undefined ? {} : { tags }),
  };
  const unseen = [
    ...(name === undefined && mapping.name !== undefined ? ["aws:username"] : []),
    ...(tags === undefined
      ? Object.keys(mapping.tags ?? {}).map((key) => `aws:principaltag/${lowerAscii(key)}`)
      : []),
  ];
  try {
    const issued = { ...issueClaims(said, issuer, reserved), exp: expiresAtSeconds };
    return {
      principal: carryPrincipal(mintPrincipal(issued, mapping), knownClaims(caller, issuer)),
      unseen,
    };
  } catch (error) {
    if (error instanceof ClaimError)
      throw new InputError(["subject.properties", ...error.path].join("."), error.message);
    if (error instanceof TokenError) throw new InputError("subject", error.message);
    throw error;
  }
}

/** The claims whose value, or absence, the program has given. */
function knownClaims({ name, tags, claims }: GivenCaller, issuer: IssuerConfiguration): ReadonlySet<string> {
  const { groups, ...mapping } = issuer.claims;
  const names = [
    "iss",
    mapping.id,
    ...(groups === undefined ? [] : [typeof groups === "string" ? groups : groups.claim]),
    ...(name === undefined || mapping.name === undefined ? [] : [mapping.name]),
    ...(tags === undefined ? [] : Object.values(mapping.tags ?? {})),
    ...Object.keys(claims ?? {}),
  ];
  return new Set(names.map((each) => lowerAscii(each)));
}
