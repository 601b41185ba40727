/** The policy that grants exactly one operation. */
import type { TargetSpec } from "../../../shared/catalog/types.ts";

export interface GrantStatement {
  readonly Effect: "Allow";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/** A policy in the form of its file. */
export interface GrantPolicy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly GrantStatement[];
}

/** What has to be granted: an action on a resource, if it is required. */
interface Granted {
  readonly action: string;
  readonly sort: TargetSpec["sort"];
  readonly resource: string;
}

/** Writes the smallest policy for a call with every member: one statement for all actions on the same resources. */
export function grantOf(targets: readonly Granted[]): GrantPolicy {
  const byAction = new Map<string, Set<string>>();
  for (const { action, sort, resource } of targets)
    if (sort === "required") byAction.set(action, (byAction.get(action) ?? new Set()).add(resource));
  const byResources = new Map<
    string,
    { readonly actions: string[]; readonly resources: readonly string[] }
  >();
  for (const [action, all] of byAction) {
    const resources = [...all].filter((resource) => !isCovered(resource, all));
    const key = JSON.stringify([...resources].sort());
    const same = byResources.get(key);
    if (same) same.actions.push(action);
    else byResources.set(key, { actions: [action], resources });
  }
  const statements = [...byResources.values()].map(
    ({ actions, resources }): GrantStatement => ({
      Effect: "Allow",
      Action: oneOrAll(actions),
      Resource: oneOrAll(resources),
    }),
  );
  return { Version: "2012-10-17", Statement: statements };
}

/** `agent-group/*` also allows `agent-group/<ParentGroupId>`. */
function isCovered(resource: string, all: ReadonlySet<string>): boolean {
  return [...all].some(
    (other) => other !== resource && other.endsWith("/*") && resource.startsWith(other.slice(0, -1)),
  );
}

function oneOrAll(texts: readonly string[]): string | readonly string[] {
  const [first] = texts;
  return texts.length === 1 && first !== undefined ? first : texts;
}
