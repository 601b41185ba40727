/** The roles of a configuration: callers who have exactly what a binding asks for, with the policies that they then have. */
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import type { BindingMatch, Configuration } from "../../../shared/bundle/types.ts";
import type { VerifiedPrincipal } from "../../../shared/identity/types.ts";
import type { PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import { findSubjects, type Subject } from "../diff/subjects.ts";
import { type OpenCaller, principalNamed } from "../reach/open-context.ts";

/** One way to be matched by a role's binding, with nothing else. */
export interface RoleCaller {
  /** What it consists of. */
  readonly subject: Subject;
  readonly caller: OpenCaller;
  readonly layers: PolicyLayers | undefined;
  /** Equal for callers with the same answers. */
  readonly key: string;
}

/** Lists the roles of a configuration by name: what each binding asks for, and every way to be asked so. */
export function rolesOf(
  config: Configuration,
  opened: OpenedBundle,
): ReadonlyMap<string, readonly RoleCaller[]> {
  const roles = new Map<string, readonly RoleCaller[]>();
  const numbers = new Map<PolicyLayers | undefined, number>();
  for (const binding of config.bindings) {
    const role = describeMatch(binding.match);
    if (roles.has(role)) continue;
    const callers = findSubjects([{ ...config, bindings: [binding] }]).map((subject): RoleCaller => {
      const principal = principalOf(subject, config);
      const layers = opened.layersFor(principal);
      const number = numbers.get(layers) ?? numbers.size;
      numbers.set(layers, number);
      const { principal: id } = subject;
      return {
        subject,
        caller: { principal, isUnknown: (key) => key !== "aws:userid" || id === undefined },
        layers,
        key: JSON.stringify([number, id ?? null]),
      };
    });
    roles.set(role, callers);
  }
  return roles;
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
