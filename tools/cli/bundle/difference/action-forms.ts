/** Long lists of actions, as people can read them: `connect:List* (61 of 83)`. Names are grouped and never left out without a number. */
import { askedActions } from "../../../authoring/diff/escalations.ts";
import { groupBy } from "../../../authoring/diff/merge-differences.ts";

/** So many names are read at a glance. */
export const shortList = 6;
/** So many of a verb are a group. */
const leastGroup = 3;

export function groupActions(actions: readonly string[]): readonly string[] {
  if (actions.length <= shortList) return actions;
  return groupBy(actions, verbOf).flatMap((group) => {
    const verb = verbOf(group[0] ?? "");
    if (group.length < leastGroup) return group;
    const all = askedActions().filter((name) => verbOf(name) === verb).length;
    return [`${verb}* (${group.length === all ? `all ${all}` : `${group.length} of ${all}`})`];
  });
}

/** `connect:List` of `connect:ListUsers` */
function verbOf(action: string): string {
  return /^connect:[A-Z]?[a-z]*/.exec(action)?.[0] ?? action;
}
