/**
 * What OCSF's API Activity calls a call: one of four kinds, by the verb that an operation of Amazon Connect begins with.
 */

/** Values of `activity_id`, with their captions (OCSF, class `api_activity`; 0 and 99 are of all classes). */
export const activities = { Unknown: 0, Create: 1, Read: 2, Update: 3, Delete: 4, Other: 99 } as const;

export type ActivityName = keyof typeof activities;

const verbs: ReadonlyMap<string, ActivityName> = new Map(
  (
    [
      ["Create", "Create Claim Import Replicate"],
      ["Read", "Describe Evaluate Get List Search"],
      ["Update", "Activate Associate Complete Deactivate Put Submit Tag Update"],
      ["Delete", "Delete Disassociate Dismiss Release Untag"],
      // What is done with contacts, and no record of anything: Start, Stop, Transfer, Monitor, …
      ["Other", "Monitor Pause Resume Send Start Stop Suspend Transfer"],
    ] as const
  ).flatMap(([name, words]) => words.split(" ").map((word) => [word, name] as const)),
);

/** Finds the kind; `undefined` for a verb that is not in the table. */
export function findActivity(operation: string): ActivityName | undefined {
  const [, verb = ""] = /^(?:Batch)?([A-Z][a-z]+)/.exec(operation) ?? [];
  return verbs.get(verb);
}
