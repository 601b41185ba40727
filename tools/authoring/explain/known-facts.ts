/** Reads what a person says that Amazon Connect would tell: YAML or JSON, by resource. */
import { DocumentError } from "../../../shared/errors.ts";
import { checkShape } from "../configuration/check-shape.ts";
import { parseYaml } from "../document/parse-yaml.ts";
import { toldOfResources, type WrittenFacts } from "../tests/test-file.ts";
import { problemOfResource } from "../tests/told-facts.ts";

/** @param name of the text, in messages @throws DocumentError with everything that is wrong with it */
export function readKnownFacts(text: string, name: string): ReadonlyMap<string, WrittenFacts> {
  const { sink, root } = parseYaml(text, name, "it is empty");
  const written = root && checkShape(toldOfResources, root);
  for (const resource of Object.keys(written ?? {})) {
    const problem = problemOfResource(resource);
    if (problem !== undefined) root?.at([resource]).reportKey("unknownResource", problem);
  }
  const issues = sink.sorted();
  if (issues.length > 0) throw new DocumentError(issues);
  return new Map(
    Object.entries(written ?? {}).map(([resource, facts]) => [resource, { ...facts } as WrittenFacts]),
  );
}
