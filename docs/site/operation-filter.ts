/** Which operations a reader of the catalogue looks for. */
import type { OperationFacts } from "./operations.data.ts";

/** What is looked for; an empty text is everything. */
export interface Wanted {
  /** Parts of the operation's name or route. */
  readonly operation: string;
  /** A part of an action, with or without `connect:`. */
  readonly action: string;
  readonly area: string;
  readonly type: string;
  readonly key: string;
}

export const everything: Wanted = { operation: "", action: "", area: "", type: "", key: "" };

export function filterOperations(all: readonly OperationFacts[], wanted: Wanted): readonly OperationFacts[] {
  const words = wanted.operation.toLowerCase().split(/\s+/).filter(Boolean);
  const action = wanted.action.trim().toLowerCase();
  return all.filter((row) => {
    const text = `${row.name} ${row.route}`.toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      row.actions.some((each) => each.toLowerCase().includes(action)) &&
      (wanted.area === "" || row.area === wanted.area) &&
      (wanted.type === "" || row.resourceTypes.includes(wanted.type)) &&
      (wanted.key === "" || row.conditionKeys.includes(wanted.key))
    );
  });
}

/** The values to choose of, each once and in order. */
export function choicesOf(
  all: readonly OperationFacts[],
): Readonly<Record<"area" | "type" | "key", readonly string[]>> {
  const sorted = (values: readonly string[]) => [...new Set(values)].sort();
  return {
    area: sorted(all.map(({ area }) => area)),
    type: sorted(all.flatMap(({ resourceTypes }) => resourceTypes)),
    key: sorted(all.flatMap(({ conditionKeys }) => conditionKeys)),
  };
}

/** Reads what an address asks for: `?area=users&type=queue`. */
export function readWanted(query: string): Wanted {
  const given = new URLSearchParams(query);
  const entries = Object.keys(everything).map((name) => [name, given.get(name) ?? ""]);
  return { ...everything, ...Object.fromEntries(entries) };
}

/** Writes it, without what is not asked. */
export function writeWanted(wanted: Wanted): string {
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== "")).toString();
  return query === "" ? "" : `?${query}`;
}
