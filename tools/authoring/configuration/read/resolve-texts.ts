/** Names of instances in the inputs that an author writes: of custom routes, of policy tests. */
import { isPlainObject } from "../../../../shared/shape.ts";
import type { DocumentNode } from "../../document/document-node.ts";
import { type InstanceNames, resolveNames } from "../../policy/instance-names.ts";

/** Puts the ARNs of instances in the place of their names, in every text of a value. */
export function resolveTexts(value: unknown, node: DocumentNode, names: InstanceNames): unknown {
  if (typeof value === "string") {
    const { text: resolved, problem } = resolveNames(value, names, "pattern");
    if (problem) node.report(problem.code, problem.message);
    return resolved;
  }
  const inner = (each: unknown, key: number | string) => resolveTexts(each, node.at([key]), names);
  if (Array.isArray(value)) return value.map(inner);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inner(each, key)]));
}
