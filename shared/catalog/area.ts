/** The areas of Amazon Connect, for tables of operations: the first word of an operation's route, in one spelling. */
import type { OperationRow } from "./types.ts";

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

/** Broad areas, for an answer on one screen: each has some of the areas. */
export const broadAreas: ReadonlyMap<string, readonly string[]> = new Map([
  ["users", ["users", "user hierarchy groups", "agent statuses", "authentication profiles", "sessions"]],
  ["security profiles", ["security profiles"]],
  [
    "queues & routing",
    [
      ...["queues", "routing profiles", "hours of operations", "quick connects", "predefined attributes"],
      ...["traffic distribution groups", "cross region routing"],
    ],
  ],
  ["phone & email", ["phone numbers", "email addresses"]],
  [
    "contacts",
    ["contacts", "attached files", "notifications", "push notifications", "extraction definitions"],
  ],
  [
    "flows",
    [
      "contact flows",
      "contact flow modules",
      "flow associations",
      "prompts",
      "rules",
      "test cases",
      "data tables",
    ],
  ],
  ["evaluations", ["evaluation forms", "contact evaluations", "vocabularies"]],
  ["metrics", ["metrics", "analytics data"]],
  ["workspaces", ["workspaces", "views"]],
  ["instances", ["instances", "tags"]],
]);

const broadly: ReadonlyMap<string, string> = new Map(
  [...broadAreas].flatMap(([broad, areas]) => areas.map((area) => [area, broad] as const)),
);

/** Names the broad area that an operation's area belongs to: `flows`. */
export function broadAreaOf(row: Pick<OperationRow, "uri">): string {
  // A new area of the SDK: a test asks for its place above.
  return broadly.get(areaOf(row)) ?? "instances";
}

/** Names an operation's area: `contact flows`. */
export function areaOf({ uri }: Pick<OperationRow, "uri">): string {
  const word = uri.split("/")[1] ?? "";
  const bare = word.replace(beginnings, "").replace(endings, "");
  return (sameAreas.get(bare) ?? bare).replaceAll("-", " ");
}
