/**
 * Whose tokens the door takes: those that were issued for it (RFC 8707; Model Context Protocol, "Token Handling").
 *
 * A door with an audience of its own takes no token of the other routes, and they take none of its tokens, since an
 * issuer's `audience` does not name it. Without one, the issuers' `audience` counts, as on every route.
 */
import type { OpenedBundle } from "../../shared/bundle/bundle.ts";
import type { CallerVerifier } from "../../shared/decide/verify-caller.ts";
import { isCognito } from "../../shared/identity/keys/key-source.ts";
import { carryPrincipal } from "../../shared/identity/principal/carry-principal.ts";
import { TokenError } from "../../shared/identity/token/token-error.ts";
import type { IssuerConfiguration, VerifiedPrincipal } from "../../shared/identity/types.ts";
import { doorOf } from "./resource.ts";

/** Verifies as the given verifier does, with the door's audience. The token is always in `authorization`. */
export function verifyForDoor(verify: CallerVerifier): CallerVerifier {
  const known = new WeakMap<OpenedBundle, Door>();
  return async (headers, bundle, carried = bundle.consultedClaims) => {
    const door = known.get(bundle) ?? openDoor(bundle);
    known.set(bundle, door);
    if (door.audience === undefined) return verify(headers, door.bundle, carried);
    const principal = await verify(headers, door.bundle, new Set([...carried, ...audienceClaims]));
    if (!audienceOf(principal).some((each) => door.audience?.has(each))) throw new TokenError("audience");
    return carryPrincipal(principal, carried);
  };
}

interface Door {
  /** The bundle as the door verifies tokens by it. */
  readonly bundle: OpenedBundle;
  readonly audience: ReadonlySet<string> | undefined;
}

const audienceClaims = ["aud", "client_id"];

function openDoor(bundle: OpenedBundle): Door {
  const audience = doorAudience(bundle.config);
  const { issuers: trusted } = bundle.config;
  const issuers = audience ? trusted.map((each) => forDoor(each, audience)) : trusted;
  const config = { ...bundle.config, issuers, tokenHeader: "authorization" } as const;
  return { bundle: { ...bundle, config }, audience: audience && new Set(audience) };
}

/** The configured audience, else the configured address. */
export function doorAudience(config: OpenedBundle["config"]): readonly string[] | undefined {
  const { audience, resource } = doorOf(config);
  return audience ?? (resource === undefined ? undefined : [resource]);
}

/** A user pool's `audience` is its app clients. Their access tokens name the resource, if they asked for it, in `aud`. */
function forDoor(issuer: IssuerConfiguration, audience: readonly string[]): IssuerConfiguration {
  const clients = isCognito(issuer.issuer) ? issuer.audience : [];
  return { ...issuer, audience: [...clients, ...audience] };
}

/** Of a pool's token that names no resource, its app client. */
function audienceOf({ issuer, claims: { aud, client_id: client } }: VerifiedPrincipal): readonly string[] {
  return [aud ?? (isCognito(issuer) ? client : undefined) ?? []].flat();
}
