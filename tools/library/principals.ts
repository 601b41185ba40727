/** The principals of one authorizer: what callers of the library hold is a view, and the verified one stays here. */
import type { NamedPolicies } from "../../shared/bundle/source/source.ts";
import { CodedError } from "../../shared/errors.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";
import type { Principal } from "./types.ts";

export interface KnownPrincipal {
  readonly verified: VerifiedPrincipal;
  /** The policies that the Lambda authorizer decided with, if it identified the caller. */
  readonly named: NamedPolicies | undefined;
}

export class Principals {
  readonly #known = new WeakMap<object, KnownPrincipal>();

  add(verified: VerifiedPrincipal, named?: NamedPolicies): Principal {
    const { id, name, issuer, groups, tags, expiresAtSeconds } = verified;
    const view = Object.freeze({
      ...{ id, name, issuer, expiresAtSeconds },
      groups: Object.freeze([...groups]),
      tags: Object.freeze({ ...tags }),
    }) as Principal;
    this.#known.set(view, { verified, named });
    return view;
  }

  /** @throws CodedError `unauthorized` for any object that is not from {@link add} */
  find(principal: unknown): KnownPrincipal {
    const known = typeof principal === "object" && principal !== null && this.#known.get(principal);
    if (known) return known;
    throw new CodedError(
      "unauthorized",
      "the principal is not from `identify` or `identifyFromContext` of this authorizer",
    );
  }
}
