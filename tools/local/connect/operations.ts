/** The table of operations that the local Connect implements. What is not in it answers 501. */
import type { OperationInput } from "../../../shared/request/types.ts";
import { contactAttributeHandlers } from "./contacts/contact-attributes.ts";
import { contactHandlers } from "./contacts/contacts.ts";
import { recordingHandlers } from "./contacts/recordings.ts";
import { startContactHandlers } from "./contacts/start-contact.ts";
import type { Handlers } from "./handler.ts";
import { contactFlowHandlers } from "./resources/contact-flows.ts";
import { instanceHandlers } from "./resources/instances.ts";
import { queueHandlers } from "./resources/queues.ts";
import { readOnlyHandlers } from "./resources/read-only-resources.ts";
import { routingProfileHandlers } from "./resources/routing-profiles.ts";
import { searchUserHandlers } from "./resources/search-users.ts";
import { securityProfileHandlers } from "./resources/security-profiles.ts";
import { tagHandlers } from "./resources/tags.ts";
import { userHandlers } from "./resources/users.ts";
import type { Store } from "./store.ts";

/** A handler of any operation: its input must be that operation's, strictly decoded. */
type Handler = (store: Store, input: OperationInput) => object;

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

export function implementedOperations(): readonly string[] {
  return [...byName.keys()].sort();
}
