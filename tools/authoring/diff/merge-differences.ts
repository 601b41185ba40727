/** Merges differences: the same change on the same resources, for several forms and actions. */

import type { FormDifference } from "../../../shared/reach/implication/compare-forms.ts";
import type { ExampleCall } from "../counterexample/example-call.ts";
import { escalationOf } from "./escalations.ts";
import type { RegionName } from "./statement-regions.ts";

export interface AccessDifference {
  readonly subject: string;
  /** `changes`: other conditions, neither stricter nor looser for certain. It may add access. */
  readonly change: "gains" | "loses" | "changes";
  /** Only for callers with more bindings: the change removes rights that this subject alone does not have. */
  readonly isWithOthers: boolean;
  readonly isConditional: boolean;
  readonly actions: readonly string[];
  /** Patterns that say which resources. */
  readonly resources: string;
  /** One that each action can be authorized on; `*` is the star of a create or list. Absent for too many patterns. */
  readonly example?: string;
  /** Whether a call shows it: both configurations were asked. Otherwise it is possible, and no call was found. */
  readonly proved: boolean;
  /** Such calls: of `changes`, one that is gained comes before one that is lost. Empty for what is not proved. */
  readonly calls: readonly ExampleCall[];
}

export type Change = Pick<AccessDifference, "change" | "isWithOthers" | "isConditional">;

/** A difference, and the requests that make it, before a call shows it. */
export interface Unproved extends Change {
  readonly region: RegionName;
  /** Absent for too many patterns. */
  readonly example?: string;
  readonly difference?: FormDifference;
  /** What all of the resources match, if they must be allowed themselves. */
  readonly within?: readonly ArrayLike<number>[];
}

export type Found = Change &
  Pick<AccessDifference, "proved" | "calls" | "example"> & { readonly region: RegionName };

type Merged = Omit<AccessDifference, "subject" | "actions">;

/** Merges the forms of resources of one action: the same patterns make one difference. */
export function mergeForms(found: readonly Found[]): readonly Merged[] {
  const groups = groupBy(found, ({ change, isWithOthers, isConditional, region }) =>
    JSON.stringify([change, isWithOthers, isConditional, region.matched]),
  );
  return groups.flatMap((group) => {
    // One form that a call shows shows the difference.
    const first = group.find(({ proved }) => proved) ?? group[0];
    if (!first) return [];
    const { region, ...same } = first;
    const except = [...new Set(group.flatMap((each) => each.region.except))].sort();
    return [{ ...same, resources: `${region.matched}${exceptText(except)}` }];
  });
}

function exceptText(patterns: readonly string[]): string {
  return patterns.length === 0 ? "" : ` except ${patterns.join(", ")}`;
}

export function mergeActions(
  found: readonly (Merged & { readonly action: string })[],
): readonly Omit<AccessDifference, "subject">[] {
  const groups = groupBy(found, ({ action: _action, calls: _calls, ...same }) => JSON.stringify(same));
  return groups.flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { action: _action, ...same } = first;
    // One call shows the row; what escalates has its own.
    const shown = group.filter((each) => each === first || escalationOf(each.action) !== undefined);
    const calls = shown.flatMap((each) => each.calls);
    return [{ ...same, calls, actions: group.map(({ action }) => action).sort() }];
  });
}

/** Groups items by a key, in the order in which they come. */
export function groupBy<Item>(
  items: readonly Item[],
  keyOfItem: (item: Item) => string,
): readonly (readonly Item[])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOfItem(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}
