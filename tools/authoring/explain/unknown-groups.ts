/** Groups that no binding names: most of them are mistyped. */
import type { Configuration } from "../../../shared/bundle/types.ts";
import { nearestName } from "../nearest-name.ts";

/** As many groups of the configuration are named, if none of them is similar. */
const maxNamed = 10;

/** Describes each group that no binding names, with the group that was probably meant. */
export function describeUnknownGroups(
  groups: readonly string[],
  { bindings }: Pick<Configuration, "bindings">,
): readonly string[] {
  const known = namedGroups(bindings);
  return groups
    .filter((group) => !known.includes(group))
    .map((group) => `no binding names the group \`${group}\`; ${hintFor(group, known)}`);
}

/** The same, only of groups that are similar to one that a binding names: others may be meant to have no access. */
export function describeMistypedGroups(
  groups: readonly string[],
  config: Pick<Configuration, "bindings">,
): readonly string[] {
  const known = namedGroups(config.bindings);
  return describeUnknownGroups(
    groups.filter((group) => nearestName(group, known) !== undefined),
    config,
  );
}

function namedGroups(bindings: Configuration["bindings"]): readonly string[] {
  return [...new Set(bindings.flatMap(({ match }) => match.groups ?? []))].sort();
}

function hintFor(group: string, known: readonly string[]): string {
  const nearest = nearestName(group, known);
  if (nearest !== undefined) return `did you mean \`${nearest}\``;
  if (known.length === 0) return "the bindings name no groups";
  const named = known.slice(0, maxNamed).map((each) => `\`${each}\``);
  const rest = known.length - named.length;
  return `the bindings name ${named.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
