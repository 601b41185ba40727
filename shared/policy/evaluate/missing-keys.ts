/** Lists the context keys that a decision needs and that the request lacks or does not know. */
import { lowerAscii } from "../../ascii.ts";
import { type CompiledCondition, evaluateCondition } from "../condition/condition.ts";
import type { RequestContext } from "../model/context.ts";
import { FALSE, UNDECIDED, UNKNOWN } from "../model/unknown.ts";
import { matchActions } from "../pattern/action-pattern.ts";
import { matchResourcePattern, matchResources } from "../pattern/resource-pattern.ts";
import type { Variable } from "../pattern/template.ts";
import type { CompiledPolicySet, CompiledStatement } from "./compile.ts";
import type { EvaluationRequest } from "./evaluate.ts";

/** Which keys to find: those of unknown value that leave a statement undecided, or absent ones as well. */
export type MissingSort = "unknown" | "unknownOrAbsent";

/** Finds the missing keys, each once, in the order and spelling of the policies. `resource` is the resource itself. */
export function findMissingKeys(
  sets: readonly CompiledPolicySet[],
  request: EvaluationRequest,
  sort: MissingSort,
): readonly string[] {
  const found = new Map<string, string>();
  const lowerAction = lowerAscii(request.action);
  for (const set of sets) {
    for (const statement of set.statements) {
      if (matchActions(statement.actions, lowerAction)) addMissing(statement, request, sort, found);
    }
  }
  return [...found.values()];
}

function addMissing(
  statement: CompiledStatement,
  request: EvaluationRequest,
  sort: MissingSort,
  found: Map<string, string>,
): void {
  const { context, resource } = request;
  const truth = matchResources(statement.resources, resource, context);
  const conditions = statement.conditions.map((condition) => evaluateCondition(condition, context));
  if (sort === "unknown" && (truth === FALSE || conditions.includes(FALSE))) return;
  if (truth === UNDECIDED && resource === UNKNOWN) found.set("resource", "resource");
  for (const pattern of statement.resources.others) {
    const isConsulted =
      resource === UNKNOWN || resource.startsWith(pattern.prefix) || statement.resources.negated;
    const isOpen =
      sort === "unknownOrAbsent" ||
      matchResourcePattern(statement.resources, pattern, resource, context) === UNDECIDED;
    if (isConsulted && isOpen) addVariables(pattern.template?.variables ?? [], context, sort, found);
  }
  if (truth === FALSE) return;
  for (const [i, condition] of statement.conditions.entries()) {
    if (sort === "unknownOrAbsent" || conditions[i] === UNDECIDED)
      addOfCondition(condition, context, sort, found);
  }
}

function addOfCondition(
  condition: CompiledCondition,
  context: RequestContext,
  sort: MissingSort,
  found: Map<string, string>,
): void {
  const isMissing = addKey(condition.source.key, condition.lowerKey, context, sort, found);
  if (isMissing) return;
  for (const { template } of condition.values) {
    if (template !== undefined) addVariables(template.variables, context, sort, found);
  }
}

function addVariables(
  variables: readonly Variable[],
  context: RequestContext,
  sort: MissingSort,
  found: Map<string, string>,
): void {
  for (const { key, lowerKey } of variables) addKey(key, lowerKey, context, sort, found);
}

function addKey(
  key: string,
  lowerKey: string,
  context: RequestContext,
  sort: MissingSort,
  found: Map<string, string>,
): boolean {
  const value = context.get(lowerKey);
  const isMissing = value === UNKNOWN || (value === undefined && sort === "unknownOrAbsent");
  if (isMissing && !found.has(lowerKey)) found.set(lowerKey, key);
  return isMissing;
}
