/** Merges differences: the same change on the same resources, for several forms and actions. */
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
}

export type Change = Pick<AccessDifference, "change" | "isWithOthers" | "isConditional">;

export type Found = Change & { readonly region: RegionName; readonly example?: string };

/** How many patterns that are left out are named. */
const shownPatterns = 5;

type Merged = Omit<AccessDifference, "subject" | "actions">;

/** Merges the forms of resources of one action: the same patterns make one difference. */
export function mergeForms(found: readonly Found[]): readonly Merged[] {
  const groups = groupBy(found, ({ change, isWithOthers, isConditional, region }) =>
    JSON.stringify([change, isWithOthers, isConditional, region.matched]),
  );
  return groups.flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { region, ...same } = first;
    const except = [...new Set(group.flatMap((each) => each.region.except))].sort();
    return [{ ...same, resources: `${region.matched}${exceptText(except)}` }];
  });
}

function exceptText(patterns: readonly string[]): string {
  if (patterns.length === 0) return "";
  const more = patterns.length - shownPatterns;
  return ` except ${patterns.slice(0, shownPatterns).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

export function mergeActions(
  found: readonly (Merged & { readonly action: string })[],
): readonly Omit<AccessDifference, "subject">[] {
  const groups = groupBy(found, ({ change, isWithOthers, isConditional, resources, example }) =>
    JSON.stringify([change, isWithOthers, isConditional, resources, example]),
  );
  return groups.flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { action: _action, ...same } = first;
    return [{ ...same, actions: group.map(({ action }) => action).sort() }];
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
