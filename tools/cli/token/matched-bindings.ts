/** The bindings that match a caller, and where they are written. */
import { join } from "node:path";
import { createBindingFinder } from "../../../shared/bundle/binding-layers.ts";
import type { Configuration } from "../../../shared/bundle/types.ts";
import type { VerifiedPrincipal } from "../../../shared/identity/types.ts";
import type { Position } from "../../../shared/policy/model/document.ts";
import { displayPath } from "../../authoring/configuration/read/source-file.ts";
import type { MatchedBinding } from "../../authoring/explain/report.ts";

/** Where the bindings are written. */
interface BindingPlaces {
  /** Of the configuration: a folder, or a bundle. */
  readonly path: string;
  /** Empty for a bundle, which has no lines. */
  readonly bindingStarts: readonly Position[];
}

/** Finds them in the order of the configuration. */
export function findMatchedBindings(
  principal: VerifiedPrincipal,
  { bindings }: Pick<Configuration, "bindings">,
  places: BindingPlaces,
): readonly MatchedBinding[] {
  return createBindingFinder(bindings)(principal)
    .filter(({ fit }) => fit !== "none")
    .sort((a, b) => bindings.indexOf(a.binding) - bindings.indexOf(b.binding))
    .map(({ binding, fit }) => ({
      place: placeOf(bindings.indexOf(binding), places),
      match: fit as MatchedBinding["match"],
      policies: binding.policies,
      ...(binding.boundary === undefined ? {} : { boundary: binding.boundary }),
    }));
}

/** File, line and column; in a bundle, the number. */
function placeOf(index: number, { path, bindingStarts }: BindingPlaces): string {
  const start = bindingStarts[index];
  return start
    ? `${displayPath(join(path, "authorizer.yaml"))}:${start.line}:${start.column}`
    : `${displayPath(path)}: bindings[${index}]`;
}
