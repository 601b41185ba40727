/** The bindings that match a caller, and where they are written. */
import { join } from "node:path";
import { createBindingFinder } from "../../../shared/bundle/binding-layers.ts";
import type { Binding, Configuration } from "../../../shared/bundle/types.ts";
import type { VerifiedPrincipal } from "../../../shared/identity/types.ts";
import { displayPath, readSourceFile } from "../../authoring/configuration/read/source-file.ts";
import { parseYaml } from "../../authoring/document/parse-yaml.ts";
import type { MatchedBinding } from "../../authoring/explain/report.ts";

/**
 * Finds them in the order of the configuration.
 * @param path of the configuration: a folder, or a bundle
 */
export async function findMatchedBindings(
  principal: VerifiedPrincipal,
  { bindings }: Pick<Configuration, "bindings">,
  path: string,
): Promise<readonly MatchedBinding[]> {
  const placeOf = await findPlaces(path, bindings);
  return createBindingFinder(bindings)(principal)
    .filter(({ fit }) => fit !== "none")
    .sort((a, b) => bindings.indexOf(a.binding) - bindings.indexOf(b.binding))
    .map(({ binding, fit }) => ({
      place: placeOf(binding),
      match: fit as MatchedBinding["match"],
      policies: binding.policies,
      ...(binding.boundary === undefined ? {} : { boundary: binding.boundary }),
    }));
}

/** Finds where the bindings are written: file, line and column; in a bundle, which has no lines, by number. */
async function findPlaces(path: string, bindings: readonly Binding[]): Promise<(binding: Binding) => string> {
  const yaml = join(path, "authorizer.yaml");
  const file = await readSourceFile(yaml);
  const { root } = file.ok ? parseYaml(file.text, displayPath(yaml)) : {};
  return (binding) => {
    const index = bindings.indexOf(binding);
    const at = root?.at(["bindings", index]).start;
    return at ? `${displayPath(yaml)}:${at.line}:${at.column}` : `${displayPath(path)}: bindings[${index}]`;
  };
}
