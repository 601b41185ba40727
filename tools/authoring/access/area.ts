/** The areas of Amazon Connect, for tables of operations: the first word of an operation's route, in one spelling. */
import type { OperationRow } from "../../../shared/catalog/types.ts";

/** Routes of one area begin with different words: `/search-users`, `/users-summary/…`, `/user/…`. */
const beginnings = /^(?:search|associate|disassociate|default|effective|entity)-/;
const endings = /-(?:summary|batch|remove|permissions|applications|ai-agents|configurations)$/;

/** Words that are left, where one area has several. */
const sameAreas: ReadonlyMap<string, string> = new Map([
  ["agent-status", "agent-statuses"],
  ["auth", "sessions"],
  ["chat-integration-event", "contacts"],
  ["contact", "contacts"],
  ["hours-of-operation-overrides", "hours-of-operations"],
  ["instances", "evaluation-forms"],
  ["instance", "instances"],
  ["phone-number", "phone-numbers"],
  ["push-notification", "push-notifications"],
  ["resource-tags", "tags"],
  ["security-profiles-flow-modules", "security-profiles"],
  ["test-case-executions", "test-cases"],
  ["traffic-distribution", "traffic-distribution-groups"],
  ["traffic-distribution-group", "traffic-distribution-groups"],
  ["user", "users"],
  ["user-hierarchy-structure", "user-hierarchy-groups"],
  ["vocabulary", "vocabularies"],
  ["workspace-associations", "workspaces"],
]);

/** Names an operation's area: `contact flows`. */
export function areaOf({ uri }: Pick<OperationRow, "uri">): string {
  const word = uri.split("/")[1] ?? "";
  const bare = word.replace(beginnings, "").replace(endings, "");
  return (sameAreas.get(bare) ?? bare).replaceAll("-", " ");
}
