/** The status of users: set by `PutUserStatus`, and read with the contacts that they have in hand. */
import type { AgentContactReference, UserData } from "@aws-sdk/client-connect";
import { cutPage } from "../../engine/paging.ts";
import { pageOf } from "../../engine/read.ts";
import { groupPath, hierarchyLevels } from "../../families/hierarchy.ts";
import type { Handlers } from "../../handler.ts";
import type { InstanceState } from "../../instance-state.ts";
import type { InputOf } from "../../operation-types.ts";
import { invalidParameter, invalidRequest } from "../../service-fault.ts";
import { type Agent, agentsOf, servedBy, setStatus, slotsOf } from "./agents.ts";
import type { MeasuredContact } from "./contact-times.ts";
import { checkAtMost, metricSizes, readIds } from "./filters.ts";

export const userDataHandlers = {
  PutUserStatus(input, world) {
    const instance = world.instance(input.InstanceId);
    const user = instance.table("User").get(input.UserId);
    const status = instance.table("AgentStatus").get(input.AgentStatusId);
    if (status.shape["State"] === "DISABLED")
      throw invalidRequest(`agent status \`${status.id}\` is disabled`);
    setStatus(instance, user.id, { id: status.id, now: world.now() });
    return {};
  },
  /** Users who have never had a status are not active and not listed. */
  GetCurrentUserData(input, world) {
    const instance = world.instance(input.InstanceId);
    const isWanted = compileFilters(instance, input.Filters);
    const found = agentsOf(instance, world.now()).filter(isWanted);
    const items = found.map((agent) => ({ agent, sequence: agent.user.sequence }));
    const scope = `GetCurrentUserData:${JSON.stringify([input.InstanceId, input.Filters])}`;
    const page = cutPage(items, pageOf(input), { scope, sizes: metricSizes });
    return {
      UserDataList: page.items.map(({ agent }) => describeAgent(instance, agent)),
      NextToken: page.next,
      ApproximateTotalCount: found.length,
    };
  },
} satisfies Handlers;

type Filters = InputOf<"GetCurrentUserData">["Filters"];

function compileFilters(instance: InstanceState, filters: Filters): (agent: Agent) => boolean {
  const { Queues, RoutingProfiles, Agents, UserHierarchyGroups, ContactFilter } = filters;
  const given = Object.entries({ Queues, RoutingProfiles, Agents, UserHierarchyGroups })
    .filter(([, values]) => values && values.length > 0)
    .map(([name]) => name);
  if (given.length > 1)
    throw invalidParameter("Filters", `give one filter of resources, not ${given.join(" and ")}`);
  const read = (values: readonly string[] | undefined, family: string, name: string, most = 100) =>
    readIds(instance, values, { family, path: `Filters.${name}`, most });
  const queues = read(Queues, "Queue", "Queues");
  const profiles = read(RoutingProfiles, "RoutingProfile", "RoutingProfiles");
  const users = read(Agents, "User", "Agents");
  const groups = read(UserHierarchyGroups, "UserHierarchyGroup", "UserHierarchyGroups", 1);
  const states = ContactFilter?.ContactStates ?? [];
  checkAtMost(states, "Filters.ContactFilter.ContactStates", 9);
  return (agent) =>
    (!queues || servedBy(agent.profile).some(({ queueId }) => queues.has(queueId))) &&
    (!profiles || (agent.profile !== undefined && profiles.has(agent.profile.id))) &&
    (!users || users.has(agent.user.id)) &&
    (!groups || pathOf(instance, agent).some(({ Id }) => groups.has(String(Id)))) &&
    (states.length === 0 || agent.contacts.some((contact) => states.includes(stateOf(contact))));
}

/** The hierarchy group of an agent and those above it, the highest first. */
function pathOf(instance: InstanceState, { user }: Agent) {
  return groupPath(String(user.shape["HierarchyGroupId"] ?? ""), instance);
}

function describeAgent(instance: InstanceState, agent: Agent): UserData {
  const { user, profile, status, since, next, contacts } = agent;
  const levels = pathOf(instance, agent).map(({ Id, Arn }, at) => [
    `Level${hierarchyLevels[at]}`,
    { Id, Arn },
  ]);
  const slots = slotsOf(agent);
  const countBy = (count: (each: (typeof slots)[number]) => number) =>
    Object.fromEntries(slots.map((each) => [each.channel, count(each)]));
  return {
    User: { Id: user.id, Arn: user.arn },
    RoutingProfile: profile && { Id: profile.id, Arn: profile.arn },
    ...(levels.length === 0 ? {} : { HierarchyPath: Object.fromEntries(levels) }),
    Status: {
      StatusStartTimestamp: since,
      StatusArn: status.arn,
      StatusName: String(status.shape["Name"]),
    },
    NextStatus: next,
    AvailableSlotsByChannel: countBy(({ available }) => available),
    MaxSlotsByChannel: countBy(({ max }) => max),
    ActiveSlotsByChannel: countBy(({ active }) => active),
    Contacts: contacts.map((contact) => describeContact(instance, contact)),
  };
}

function describeContact(instance: InstanceState, contact: MeasuredContact): AgentContactReference {
  const { answeredAt, workStartedAt, phase } = contact;
  const startedAt = phase === "afterContactWork" ? workStartedAt : answeredAt;
  const queue = contact.queueId === undefined ? undefined : instance.table("Queue").find(contact.queueId);
  return {
    ContactId: contact.id,
    Channel: contact.channel,
    InitiationMethod: contact.initiation,
    AgentContactState: stateOf(contact),
    StateStartTimestamp: startedAt === undefined ? undefined : new Date(startedAt),
    ConnectedToAgentTimestamp: answeredAt === undefined ? undefined : new Date(answeredAt),
    Queue: queue && { Id: queue.id, Arn: queue.arn },
  };
}

/** In the agent's view, a contact in after contact work has ended. */
function stateOf({ phase }: MeasuredContact): "CONNECTED" | "ENDED" {
  return phase === "connected" ? "CONNECTED" : "ENDED";
}
