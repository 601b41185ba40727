/**
 * The table of operations that the local Connect implements. What is not in it answers 501.
 */
import type { OperationInput } from "../../../shared/request/types.ts";
import { contactAttributeHandlers } from "./contact-attributes.ts";
import { contactFlowHandlers } from "./contact-flows.ts";
import { contactHandlers } from "./contacts.ts";
import type { Handlers } from "./handler.ts";
import { instanceHandlers } from "./instances.ts";
import { queueHandlers } from "./queues.ts";
import { readOnlyHandlers } from "./read-only-resources.ts";
import { recordingHandlers } from "./recordings.ts";
import { routingProfileHandlers } from "./routing-profiles.ts";
import { searchUserHandlers } from "./search-users.ts";
import { securityProfileHandlers } from "./security-profiles.ts";
import { startContactHandlers } from "./start-contact.ts";
import type { Store } from "./store.ts";
import { tagHandlers } from "./tags.ts";
import { userHandlers } from "./users.ts";

/** A handler once its operation's name is forgotten: its input must be that operation's, strictly decoded. */
export type Handler = (store: Store, input: OperationInput) => object;

const handlers = {
  ...userHandlers,
  ...searchUserHandlers,
  ...securityProfileHandlers,
  ...routingProfileHandlers,
  ...queueHandlers,
  ...contactFlowHandlers,
  ...readOnlyHandlers,
  ...startContactHandlers,
  ...contactHandlers,
  ...contactAttributeHandlers,
  ...recordingHandlers,
  ...instanceHandlers,
  ...tagHandlers,
} satisfies Handlers;

// INVARIANT: a handler is called with its own operation's input only, which the decoder has held against the
// very schema that the handler's type comes from. The types of the table cannot say so for a name at run time.
const byName = new Map<string, Handler>(Object.entries(handlers) as unknown as [string, Handler][]);

/** Finds the handler of an operation; `undefined` when the local Connect does not implement it. */
export function findHandler(operation: string): Handler | undefined {
  return byName.get(operation);
}

/** Lists the implemented operations, sorted. */
export function implementedOperations(): readonly string[] {
  return [...byName.keys()].sort();
}
