/** The roles of a configuration: callers who have exactly what a binding asks for, with the policies that they then have. */
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import type { BindingMatch, Configuration } from "../../../shared/bundle/types.ts";
import type { VerifiedPrincipal } from "../../../shared/identity/types.ts";
import type { PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import { type OpenCaller, principalNamed } from "../../../shared/reach/open-context.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import { findSubjects, type Subject } from "../diff/subjects.ts";

/** One way to be matched by a role's binding, with nothing else. */
export interface RoleCaller extends OpenCaller {
  /** What it consists of. */
  readonly subject: Subject;
  /** The same for callers with the same policies; `undefined`: no binding matches. */
  readonly layers: PolicyLayers | undefined;
}

/** What finds a caller's policies: `OpenedBundle`, or in a browser `BoundPolicies`. */
export type LayersFinder = Pick<OpenedBundle, "layersFor">;

/** Lists the roles of a configuration by name: every way to have what a binding asks for. */
export function rolesOf(
  config: Configuration,
  opened: LayersFinder,
): ReadonlyMap<string, readonly RoleCaller[]> {
  const roles = new Map<string, readonly RoleCaller[]>();
  for (const { match } of config.bindings) {
    const role = describeMatch(match);
    if (!roles.has(role)) roles.set(role, callersOf(match, config, opened));
  }
  return roles;
}

/** Lists every way to have what a binding asks for. Nothing but the id, if it asks for one, is known of such a caller. */
export function callersOf(
  match: BindingMatch,
  config: Configuration,
  opened: LayersFinder,
): readonly RoleCaller[] {
  return findSubjects([{ ...config, bindings: [{ match, policies: [] }] }]).map((subject) => {
    const principal = principalOf(subject, config);
    const isUnknown = (key: string) => key !== "aws:userid" || subject.principal === undefined;
    return { subject, principal, isUnknown, layers: opened.layersFor(principal) };
  });
}

function principalOf(subject: Subject, { issuers }: Configuration): VerifiedPrincipal {
  const { principal: id = "", group, claims } = subject;
  // With several issuers, each binding names its own.
  const issuer = subject.issuer ?? issuers[0]?.issuer ?? "";
  const named = principalNamed({ id, groups: group === undefined ? [] : [group], issuer });
  return { ...named, claims: { ...claims, iss: issuer } };
}

/** Writes a match in one line: `groups a, b and claim dept=sales`. Different matches are different lines. */
export function describeMatch({ issuer, groups, principals, claims }: BindingMatch): string {
  const listed = (names: readonly string[], separator: string) => names.map(quoteUnlessPlain).join(separator);
  const conditions = [
    ...(groups ? [`groups ${listed(groups, ", ")}`] : []),
    ...(principals ? [`principals ${listed(principals, ", ")}`] : []),
    ...Object.entries(claims ?? {}).map(
      ([name, values]) => `claim ${quoteUnlessPlain(name)}=${listed(values, "|")}`,
    ),
    ...(issuer ? [`issuer ${listed(issuer, "|")}`] : []),
  ];
  return withoutControls(conditions.join(" and "));
}

/** A name that could be taken for several, or for another condition, is quoted. So is one whose blanks do not show. */
function quoteUnlessPlain(name: string): string {
  const isPlain = /^[^\s"\\,|=]+(?: [^\s"\\,|=]+)*$/.test(name) && !/\band\b/.test(name);
  return isPlain ? name : JSON.stringify(name);
}
