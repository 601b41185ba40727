/**
 * Which condition keys a policy set can ask for at all, whatever the request.
 */
import type { CompiledPolicySet } from "./compiled.ts";
import type { Variable } from "./template.ts";

/** Finds the condition keys, in lower case, of a set's conditions and policy variables. */
export function findConsultedKeys(set: CompiledPolicySet): ReadonlySet<string> {
  const keys = new Set<string>();
  const add = (variables: readonly Variable[] = []) => {
    for (const { lowerKey } of variables) keys.add(lowerKey);
  };
  for (const { resources, conditions } of set.statements) {
    for (const { template } of resources.patterns) add(template?.variables);
    for (const { lowerKey, values } of conditions) {
      keys.add(lowerKey);
      for (const { template } of values) add(template?.variables);
    }
  }
  return keys;
}
