/**
 * How each operation is served: by hand, or else by the rule of its family. What is in neither answers 501.
 *
 * To write an operation by hand, add `Name: (input, world) => output` to the handlers of its area and, for a new area,
 * the area's handlers here. It goes before the rule.
 */
import { operations } from "../../../shared/catalog/catalog.ts";
import type { OperationInput } from "../../../shared/request/types.ts";
import { agentContactHandlers } from "./by-hand/contacts/agent-contacts.ts";
import { chatHandlers } from "./by-hand/contacts/chats.ts";
import { contactAttributeHandlers } from "./by-hand/contacts/contact-attributes.ts";
import { contactHandlers } from "./by-hand/contacts/contacts.ts";
import { recordingHandlers } from "./by-hand/contacts/recordings.ts";
import { referenceHandlers } from "./by-hand/contacts/references.ts";
import { routingDataHandlers } from "./by-hand/contacts/routing-data.ts";
import { searchContactHandlers } from "./by-hand/contacts/search/search-contacts.ts";
import { createContactHandlers } from "./by-hand/contacts/start/create-contact.ts";
import { emailHandlers } from "./by-hand/contacts/start/emails.ts";
import { messageHandlers } from "./by-hand/contacts/start/messages.ts";
import { startContactHandlers } from "./by-hand/contacts/start/start-contact.ts";
import { startTaskHandlers } from "./by-hand/contacts/start/start-task.ts";
import { taskHandlers } from "./by-hand/contacts/tasks.ts";
import { transferHandlers } from "./by-hand/contacts/transfers.ts";
import { updateContactHandlers } from "./by-hand/contacts/update-contact.ts";
import { changeValueHandlers } from "./by-hand/data-tables/change-values.ts";
import { readValueHandlers } from "./by-hand/data-tables/read-values.ts";
import { evaluationFormHandlers } from "./by-hand/forms/evaluation-forms.ts";
import { evaluationHandlers } from "./by-hand/forms/evaluations.ts";
import { testCaseHandlers } from "./by-hand/forms/test-cases.ts";
import { hoursHandlers } from "./by-hand/hours/effective-hours.ts";
import { currentMetricHandlers } from "./by-hand/metrics/current-metrics.ts";
import { metricDataHandlers } from "./by-hand/metrics/metric-data.ts";
import { metricDataV2Handlers } from "./by-hand/metrics/metric-data-v2.ts";
import { userDataHandlers } from "./by-hand/metrics/user-data.ts";
import { associationHandlers } from "./by-hand/settings/associations.ts";
import { entitySecurityProfileHandlers } from "./by-hand/settings/entity-security-profiles.ts";
import { fileHandlers } from "./by-hand/settings/files.ts";
import { hierarchyStructureHandlers } from "./by-hand/settings/hierarchy-structure.ts";
import { instanceHandlers } from "./by-hand/settings/instances.ts";
import { notificationHandlers } from "./by-hand/settings/notifications.ts";
import { peopleHandlers } from "./by-hand/settings/people.ts";
import { phoneNumberHandlers } from "./by-hand/settings/phone-numbers.ts";
import { tagHandlers } from "./by-hand/settings/tags.ts";
import { trafficDistributionHandlers } from "./by-hand/settings/traffic-distribution.ts";
import { workspaceHandlers } from "./by-hand/settings/workspaces.ts";
import { findRule, serveByRule } from "./engine/serve.ts";
import type { Handlers } from "./handler.ts";
import type { World } from "./world.ts";

/** Serves any operation: its input must be that operation's, strictly decoded. */
export type Serve = (input: OperationInput, world: World) => object;

/** Operations on contacts. */
export const byContacts = {
  ...startContactHandlers,
  ...startTaskHandlers,
  ...createContactHandlers,
  ...emailHandlers,
  ...messageHandlers,
  ...chatHandlers,
  ...contactHandlers,
  ...searchContactHandlers,
  ...updateContactHandlers,
  ...referenceHandlers,
  ...routingDataHandlers,
  ...transferHandlers,
  ...contactAttributeHandlers,
  ...agentContactHandlers,
  ...recordingHandlers,
  ...taskHandlers,
} satisfies Handlers;

const byHand = {
  ...byContacts,
  ...userDataHandlers,
  ...currentMetricHandlers,
  ...metricDataHandlers,
  ...metricDataV2Handlers,
  ...instanceHandlers,
  ...peopleHandlers,
  ...tagHandlers,
  ...evaluationFormHandlers,
  ...evaluationHandlers,
  ...changeValueHandlers,
  ...readValueHandlers,
  ...testCaseHandlers,
  ...associationHandlers,
  ...entitySecurityProfileHandlers,
  ...fileHandlers,
  ...hierarchyStructureHandlers,
  ...hoursHandlers,
  ...notificationHandlers,
  ...phoneNumberHandlers,
  ...trafficDistributionHandlers,
  ...workspaceHandlers,
} satisfies Handlers;

// INVARIANT: a handler is called with its own operation's input only, which the decoder has held against the
// very schema that the handler's type comes from. The types of the table cannot say so for a name at run time.
const handlers = new Map<string, Serve>(Object.entries(byHand) as unknown as [string, Serve][]);

/** Finds how an operation is served; `undefined` when the local Connect does not implement it. */
export function findOperationServer(operation: string): Serve | undefined {
  const handler = handlers.get(operation);
  if (handler) return handler;
  const rule = findRule(operation);
  return rule && ((input, world) => serveByRule(operation, rule, { input, world }));
}

/** How an operation is served, for the documentation; `undefined` when it is not. */
export function wayOf(operation: string): { readonly family?: string; readonly verb: string } | undefined {
  if (handlers.has(operation)) return { verb: "by hand" };
  const rule = findRule(operation);
  return rule && { family: rule.family.name, verb: rule.verb };
}

export function implementedOperations(): readonly string[] {
  return operations()
    .map(({ name }) => name)
    .filter((name) => wayOf(name) !== undefined);
}
