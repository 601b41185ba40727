/** The callers that a configuration is for: one for each binding, as a token would name them. */
import type { Configuration } from "../../../shared/bundle/types.ts";
import type { IssuedCaller } from "../../../shared/identity/principal/issued-claims.ts";
import { findSubjects } from "../diff/subjects.ts";
import { describeMatch } from "./roles.ts";

/** What a token is made of. */
export interface WrittenCaller extends IssuedCaller {
  readonly groups: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly claims: Readonly<Record<string, string>>;
  /** Needed if several are configured. */
  readonly issuer?: string;
}

/** The id of callers whose id nobody cares for. */
export const anyId = "try-caller";

/** Who a configuration knows. */
export interface KnownCallers {
  /** The callers that bindings are for, by the name that the access table has for them. */
  readonly bound: ReadonlyMap<string, WrittenCaller>;
  /** What the issuers' tokens call the id and the groups. */
  readonly idClaims: ReadonlySet<string>;
  readonly groupsClaims: ReadonlySet<string>;
}

export function knownCallers(config: Configuration): KnownCallers {
  const groupsClaims = config.issuers.flatMap(({ claims: { groups } }) =>
    groups === undefined ? [] : [typeof groups === "string" ? groups : groups.claim],
  );
  return {
    bound: boundCallers(config),
    idClaims: new Set(config.issuers.map(({ claims }) => claims.id)),
    groupsClaims: new Set(groupsClaims),
  };
}

function boundCallers(config: Configuration): ReadonlyMap<string, WrittenCaller> {
  return new Map(
    findSubjects([config]).map(({ group, principal, claims, issuer }) => {
      const match = {
        ...(group === undefined ? {} : { groups: [group] }),
        ...(principal === undefined ? {} : { principals: [principal] }),
        claims: Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, [value]])),
        ...(issuer === undefined || config.issuers.length === 1 ? {} : { issuer: [issuer] }),
      };
      const caller = {
        ...{ id: principal ?? anyId, groups: group === undefined ? [] : [group], tags: {}, claims },
        ...(issuer === undefined ? {} : { issuer }),
      };
      return [describeMatch(match) || "every caller", caller] as const;
    }),
  );
}
