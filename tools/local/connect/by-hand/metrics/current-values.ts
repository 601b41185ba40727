/** Real-time metrics, each counted over facts (Administrator Guide, "Metric definitions"). */
import type { CurrentMetricName, Unit } from "@aws-sdk/client-connect";
import type { Agent } from "./agents.ts";
import { slotsOf } from "./agents.ts";
import type { Fact } from "./current-facts.ts";

interface CurrentMetricRule {
  readonly unit: Unit;
  readonly value: (facts: readonly Fact[], now: Date) => number;
}

const count = (value: CurrentMetricRule["value"]): CurrentMetricRule => ({ unit: "COUNT", value });

/** Agents who are not offline: each once, in however many queues. */
function onlineAgents(facts: readonly Fact[], isCounted: (agent: Agent) => boolean = () => true): number {
  const agents = facts.flatMap(({ kind, agent }) => (kind === "seat" && agent ? [agent] : []));
  return new Set(agents.filter(isCounted).map(({ user }) => user.id)).size;
}

function contactsOf(facts: readonly Fact[], kind: Fact["kind"]) {
  const found = facts.flatMap((fact) => (fact.kind === kind && fact.contact ? [fact.contact] : []));
  return [...new Map(found.map((contact) => [contact.id, contact])).values()];
}

/** Agents with a contact in hand, connected or in after contact work, from the queues in question. */
const onContact = count((facts) => new Set(contactsOf(facts, "handled").map(({ agentId }) => agentId)).size);

/** The rules; what is not here is not measured. */
export const currentMetrics: ReadonlyMap<string, CurrentMetricRule> = new Map(
  Object.entries({
    AGENTS_ONLINE: count((facts) => onlineAgents(facts)),
    // Another contact can still be routed to an agent who has one in hand: that is what `SLOTS_AVAILABLE` counts.
    AGENTS_AVAILABLE: count((facts) =>
      onlineAgents(facts, ({ statusType, contacts }) => statusType === "ROUTABLE" && contacts.length === 0),
    ),
    AGENTS_STAFFED: count((facts) => onlineAgents(facts, ({ statusType }) => statusType === "ROUTABLE")),
    AGENTS_NON_PRODUCTIVE: count((facts) => onlineAgents(facts, ({ statusType }) => statusType === "CUSTOM")),
    AGENTS_ON_CALL: onContact,
    AGENTS_ON_CONTACT: onContact,
    // Connect counts contacts here, whatever the name says.
    AGENTS_AFTER_CONTACT_WORK: count(
      (facts) => contactsOf(facts, "handled").filter(({ phase }) => phase === "afterContactWork").length,
    ),
    // A contact is queued, answered and ended here; it is never missed, so that no agent is in error.
    AGENTS_ERROR: count(() => 0),
    CONTACTS_IN_QUEUE: count((facts) => contactsOf(facts, "queued").length),
    CONTACTS_SCHEDULED: count((facts) => contactsOf(facts, "scheduled").length),
    OLDEST_CONTACT_AGE: {
      unit: "SECONDS",
      value: (facts, now) =>
        contactsOf(facts, "queued").reduce(
          (oldest, { enqueuedAt }) =>
            Math.max(oldest, (now.getTime() - (enqueuedAt ?? now.getTime())) / 1000),
          0,
        ),
    },
    SLOTS_ACTIVE: count((facts) => contactsOf(facts, "handled").length),
    SLOTS_AVAILABLE: count(slotsAvailable),
  } satisfies { [Name in CurrentMetricName]?: CurrentMetricRule }),
);

/** The free slots of each agent on each channel once, in however many queues. */
function slotsAvailable(facts: readonly Fact[]): number {
  const channels = new Map<string, number>();
  for (const { kind, agent, channel } of facts) {
    if (kind !== "seat" || !agent) continue;
    const free = slotsOf(agent).find((slots) => slots.channel === channel)?.available ?? 0;
    channels.set(`${agent.user.id} ${channel}`, free);
  }
  return [...channels.values()].reduce((sum, free) => sum + free, 0);
}
