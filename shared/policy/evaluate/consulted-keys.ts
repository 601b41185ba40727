/**
 * Which condition keys a statement can ask for at all, whatever the request.
 */

import type { Variable } from "../pattern/template.ts";
import type { StatementParts } from "./compile-statement.ts";

/** Adds the condition keys, in lower case, of a statement's conditions and policy variables. */
export function addConsultedKeys({ resources, conditions }: StatementParts, keys: Set<string>): void {
  for (const { template } of resources.patterns) if (template) addVariables(template.variables, keys);
  for (const { lowerKey, values } of conditions) {
    keys.add(lowerKey);
    for (const { template } of values) if (template) addVariables(template.variables, keys);
  }
}

function addVariables(variables: readonly Variable[], keys: Set<string>): void {
  for (const { lowerKey } of variables) keys.add(lowerKey);
}
