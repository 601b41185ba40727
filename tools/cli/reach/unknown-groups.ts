/** Groups that no binding names: most of them are mistyped. */
import type { Configuration } from "../../../shared/bundle/types.ts";
import { nearestName } from "../../authoring/nearest-name.ts";

/** As many groups of the configuration are named, if none of them is similar. */
const maxNamed = 10;

/** Describes each group that no binding names, with the group that was probably meant. */
export function describeUnknownGroups(
  groups: readonly string[],
  { bindings }: Pick<Configuration, "bindings">,
): readonly string[] {
  const known = [...new Set(bindings.flatMap(({ match }) => match.groups ?? []))].sort();
  return groups
    .filter((group) => !known.includes(group))
    .map((group) => `no binding names the group \`${group}\`; ${hintFor(group, known)}`);
}

function hintFor(group: string, known: readonly string[]): string {
  const nearest = nearestName(group, known);
  if (nearest !== undefined) return `did you mean \`${nearest}\``;
  if (known.length === 0) return "the bindings name no groups";
  const named = known.slice(0, maxNamed).map((each) => `\`${each}\``);
  const rest = known.length - named.length;
  return `the bindings name ${named.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
