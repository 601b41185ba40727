/** What a tool does, for clients that ask people before a change: hints by the verb that an operation's name begins with. */
import type { OperationRow } from "../../../shared/catalog/types.ts";

export interface Effect {
  readonly readOnlyHint: boolean;
  /** Whether something that is there may be changed or lost; always false for what only reads. */
  readonly destructiveHint: boolean;
  /** Whether a second call with the same input changes nothing more. */
  readonly idempotentHint: boolean;
}

const reading: Effect = { readOnlyHint: true, destructiveHint: false, idempotentHint: true };
/** Adds something, each time. */
const adding: Effect = { readOnlyHint: false, destructiveHint: false, idempotentHint: false };
/** Adds a relation, which is there or not. */
const joining: Effect = { readOnlyHint: false, destructiveHint: false, idempotentHint: true };
/** Sets something to a given state. */
const setting: Effect = { readOnlyHint: false, destructiveHint: true, idempotentHint: true };
/** What clients assume of a tool without hints. */
const changing: Effect = { readOnlyHint: false, destructiveHint: true, idempotentHint: false };

const effects: ReadonlyMap<string, Effect> = new Map([
  ...["Describe", "Evaluate", "Get", "List", "Search"].map((verb) => [verb, reading] as const),
  ...["Claim", "Create", "Import", "Monitor", "Replicate", "Start"].map((verb) => [verb, adding] as const),
  ...["Activate", "Associate", "Tag"].map((verb) => [verb, joining] as const),
  ...["Deactivate", "Delete", "Disassociate", "Put", "Release", "Untag", "Update"].map(
    (verb) => [verb, setting] as const,
  ),
]);

/** A verb that is not in the table is taken for the worst. */
export function effectOf({ name }: Pick<OperationRow, "name">): Effect {
  return effects.get(verbOf(name)) ?? changing;
}

/** `BatchGetFlowAssociation` → `Get` */
export function verbOf(operation: string): string {
  return /^(?:Batch)?([A-Z][a-z]+)/.exec(operation)?.[1] ?? "";
}
