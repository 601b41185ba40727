/**
 * A caller of the configuration, as an ARN of IAM names it:
 *
 * - `arn:aws:iam::123456789012:user/alice` is the caller whose id is `alice`;
 * - `arn:aws:iam::123456789012:group/hr` and `…:role/hr` are a caller in the group `hr`, whose id is not said;
 * - a path names groups: `…:user/hr/supervisors/alice` is alice, who is in the groups `hr` and `supervisors`.
 *
 * Percent-encoding writes what an ARN has no room for: `group/%2Fteams%2Fhr`. The account is that of a configured instance.
 */
import { lowerAscii } from "../../../shared/ascii.ts";
import { createBindingFinder } from "../../../shared/bundle/binding-layers.ts";
import type { Bundle, Configuration } from "../../../shared/bundle/types.ts";
import { ClaimError } from "../../../shared/identity/principal/issued-claims.ts";
import { isUnknownClaimKey, readPrincipalKeys } from "../../../shared/identity/principal/principal-keys.ts";
import { TokenError } from "../../../shared/identity/token/token-error.ts";
import type { IssuerConfiguration, VerifiedPrincipal } from "../../../shared/identity/types.ts";
import type { ContextValue } from "../../../shared/policy/model/context.ts";
import type { PolicyDocument } from "../../../shared/policy/model/document.ts";
import { UNKNOWN } from "../../../shared/policy/model/unknown.ts";
import { findConfiguredIssuer } from "../configuration/configured-issuer.ts";
import { mintCaller } from "../configuration/mint-caller.ts";
import type { ContextValues } from "./context-entries.ts";
import type { EntityArn } from "./iam-arn.ts";
import { IamError, invalidInput } from "./iam-error.ts";

export interface ConfiguredCaller {
  readonly attached: readonly PolicyDocument[];
  /** Of bindings that may or may not match. */
  readonly denying: readonly PolicyDocument[];
  readonly boundaries: readonly PolicyDocument[];
  readonly guardrails: readonly PolicyDocument[];
}

/** @throws IamError `NoSuchEntity` for a group that no binding names, and a caller that no binding matches */
export function findCaller(
  source: EntityArn,
  entries: ContextValues,
  { config, policies }: Bundle,
): ConfiguredCaller {
  assertConfigured(source, config);
  const found = createBindingFinder(config.bindings)(mint(source, entries, config));
  if (!found.some(({ fit }) => fit === "certain"))
    throw noSuchEntity(source, "no binding of the configuration matches it");
  const byName = new Map(policies.map((document) => [document.name, document]));
  const named = (names: readonly string[]) =>
    [...new Set(names)].sort().flatMap((name) => byName.get(name) ?? []);
  const policiesOf = (wanted: string) =>
    named(found.flatMap(({ binding, fit }) => (fit === wanted ? binding.policies : [])));
  return {
    attached: policiesOf("certain"),
    denying: policiesOf("perhaps"),
    boundaries: named(found.flatMap(({ binding }) => binding.boundary ?? [])),
    guardrails: named(config.guardrails),
  };
}

/** The keys of the caller, without those that the request gives itself. */
export function readCallerKeys(
  caller: EntityArn,
  entries: ContextValues,
  config: Configuration,
): (key: string) => ContextValue {
  const principal = mint(caller, entries, config);
  const keys = readPrincipalKeys(principal);
  return (key) => {
    if (caller.kind !== "user" && ["aws:userid", "aws:username"].includes(key)) return UNKNOWN;
    return isUnknownClaimKey(principal, key) ? UNKNOWN : keys.get(key);
  };
}

function assertConfigured(source: EntityArn, { instances, bindings }: Configuration): void {
  if (!instances.some(({ accountId }) => accountId === source.account))
    throw noSuchEntity(source, `no configured instance is in account ${source.account}`);
  const known = new Set(bindings.flatMap(({ match }) => match.groups ?? []));
  const unknown = groupsOf(source).find((group) => !known.has(group));
  if (unknown !== undefined)
    throw noSuchEntity({ kind: "group", name: unknown }, "no binding of the configuration names it");
}

/** IAM's sentence, and why. */
function noSuchEntity({ kind, name }: Pick<EntityArn, "kind" | "name">, why: string): IamError {
  return new IamError("NoSuchEntity", `The ${kind} with name ${name} cannot be found. (${why})`);
}

function groupsOf({ kind, path, name }: EntityArn): readonly string[] {
  return (kind === "user" ? path : [...path, name]).map(decode);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalidInput(`Invalid Entity Arn: ${segment} is not percent-encoded text.`);
  }
}

/** Stands for the id of a caller that is named by its groups alone; its keys are not known. */
const unnamed = "(no id given)";

function mint(entity: EntityArn, entries: ContextValues, config: Configuration): VerifiedPrincipal {
  const url = entries.get("jwt:iss");
  const issuer = findConfiguredIssuer(typeof url === "string" ? url : undefined, config.issuers);
  if (typeof issuer === "string") throw invalidInput(`${issuer}; give it as the context key \`jwt:iss\``);
  const isUser = entity.kind === "user";
  const id = isUser ? decode(entity.name) : unnamed;
  try {
    const claims = claimsOf(entries, config, issuer);
    const principal = mintCaller({ id, groups: groupsOf(entity), claims }, issuer);
    if (isUser) return principal;
    const opaqueClaims = [...(principal.opaqueClaims ?? []), lowerAscii(issuer.claims.id)];
    return { ...principal, opaqueClaims };
  } catch (error) {
    if (error instanceof ClaimError) throw invalidInput(error.message);
    if (error instanceof TokenError) throw invalidInput(`a token like this is refused: ${error.description}`);
    throw error;
  }
}

/** The claims of the request that bindings look at. */
function claimsOf(
  entries: ContextValues,
  { bindings }: Configuration,
  { claims: mapping }: IssuerConfiguration,
): Readonly<Record<string, unknown>> {
  const groups = typeof mapping.groups === "object" ? mapping.groups.claim : mapping.groups;
  const names = new Set(bindings.flatMap(({ match }) => Object.keys(match.claims ?? {})));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const value = entries.get(`jwt:${lowerAscii(name)}`);
      const isOwn = ["iss", "aud", mapping.id, groups].includes(name);
      return value === undefined || isOwn ? [] : [[name, value]];
    }),
  );
}
