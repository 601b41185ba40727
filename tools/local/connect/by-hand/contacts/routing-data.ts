/** How a contact is routed in its queue: priority, age, and routing criteria whose steps expire one after another. */
import type { RoutingCriteria, RoutingCriteriaInputStep } from "@aws-sdk/client-connect";
import type { Handlers } from "../../handler.ts";
import { checkReferences } from "../../records/checks.ts";
import { invalidParameter, ServiceFault } from "../../service-fault.ts";
import type { MeasuredContact } from "../metrics/contact-times.ts";
import type { ContactShape } from "./contact-shape.ts";

export const routingDataHandlers = {
  UpdateContactRoutingData(input, world) {
    const instance = world.instance(input.InstanceId);
    const row = instance.contacts.get(input.ContactId);
    const { QueuePriority, QueueTimeAdjustmentSeconds, RoutingCriteria } = input;
    checkRouting(QueuePriority, QueueTimeAdjustmentSeconds, RoutingCriteria?.Steps);
    checkReferences("UpdateContactRoutingData", input, instance);
    const { AgentInfo: agent, DisconnectTimestamp } = row.shape.described;
    if (DisconnectTimestamp || agent?.ConnectedToAgentTimestamp) {
      const message = `contact \`${row.id}\` is not to be routed: it ${DisconnectTimestamp ? "has ended" : "is connected to an agent"}`;
      throw new ServiceFault("ResourceConflictException", message);
    }
    const Steps = RoutingCriteria?.Steps?.map(({ Expiry, Expression }) => ({ Expiry, Expression }));
    const described = {
      ...row.shape.described,
      // Each takes the place of the other.
      ...(QueuePriority === undefined ? {} : { QueuePriority, QueueTimeAdjustmentSeconds: undefined }),
      ...(QueueTimeAdjustmentSeconds === undefined
        ? {}
        : { QueueTimeAdjustmentSeconds, QueuePriority: undefined }),
      ...(Steps ? { RoutingCriteria: { Steps, ActivationTimestamp: world.now() } } : {}),
    };
    instance.contacts.revise(row, { shape: { ...row.shape, described } });
    return {};
  },
} satisfies Handlers;

function checkRouting(
  priority: number | undefined,
  adjustment: number | undefined,
  steps: readonly RoutingCriteriaInputStep[] | undefined,
): void {
  if (priority !== undefined && adjustment !== undefined)
    throw invalidParameter("QueuePriority", "give either this or `QueueTimeAdjustmentSeconds`, not both");
  if (priority === undefined && adjustment === undefined && steps === undefined)
    throw invalidParameter("QueuePriority", "give this, `QueueTimeAdjustmentSeconds` or `RoutingCriteria`");
  if (priority !== undefined && priority < 1) throw invalidParameter("QueuePriority", "must be 1 or more");
  for (const [at, { Expiry }] of (steps ?? []).entries()) {
    const seconds = Expiry?.DurationInSeconds;
    if (seconds !== undefined && seconds < 1)
      throw invalidParameter(
        `RoutingCriteria.Steps[${at}].Expiry.DurationInSeconds`,
        "must be a positive number",
      );
  }
}

/** The criteria as they are at a time: a step is active from the expiry of the one before, once the contact is queued. */
export function routingAt({ described }: ContactShape, now: Date): RoutingCriteria | undefined {
  const { RoutingCriteria: kept, QueueInfo: queue, AgentInfo: agent } = described;
  if (!kept?.Steps) return kept;
  const set = kept.ActivationTimestamp?.getTime() ?? 0;
  const from = Math.max(set, queue?.EnqueueTimestamp?.getTime() ?? Number.POSITIVE_INFINITY);
  const joinedAt = agent?.ConnectedToAgentTimestamp;
  const until = (joinedAt ?? described.DisconnectTimestamp ?? now).getTime();
  if (from > until) return { Steps: kept.Steps.map((step) => ({ ...step, Status: "INACTIVE" })) };
  let begins = from;
  let index = kept.Steps.length;
  const Steps = kept.Steps.map((step, at) => {
    const seconds = step.Expiry?.DurationInSeconds;
    const ends = begins + (seconds ?? Number.POSITIVE_INFINITY) * 1000;
    const Status = begins > until ? "INACTIVE" : ends <= until ? "EXPIRED" : joinedAt ? "JOINED" : "ACTIVE";
    if (Status === "ACTIVE" || Status === "JOINED") index = at;
    const Expiry =
      seconds === undefined || Status === "INACTIVE"
        ? step.Expiry
        : { DurationInSeconds: seconds, ExpiryTimestamp: new Date(ends) };
    begins = ends;
    return { ...step, Expiry, Status } as const;
  });
  return { Steps, ActivationTimestamp: new Date(from), Index: Math.min(index, Steps.length - 1) };
}

/** Whether a contact that waits gets an agent before another in the same queue. */
export function routedBefore(one: MeasuredContact, other: MeasuredContact): boolean {
  return one.priority === other.priority ? one.agesFrom < other.agesFrom : one.priority < other.priority;
}
