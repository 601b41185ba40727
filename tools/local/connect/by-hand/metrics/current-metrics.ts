/** `GetCurrentMetricData`: its rules, and real-time metrics by queue, channel, routing profile or agent status. */
import type { CurrentMetricResult, Dimensions, Grouping } from "@aws-sdk/client-connect";
import type { Handlers } from "../../handler.ts";
import type { InstanceState } from "../../instance-state.ts";
import type { InputOf } from "../../operation-types.ts";
import { invalidParameter } from "../../service-fault.ts";
import { currentFacts, type Fact } from "./current-facts.ts";
import { currentMetrics } from "./current-values.ts";
import { checkAtMost, notMeasured, readIds } from "./filters.ts";
import { pageOfSnapshot } from "./snapshots.ts";

type Input = InputOf<"GetCurrentMetricData">;

export const currentMetricHandlers = {
  /** A queue, a channel or an agent status with neither contacts nor online agents has no result. */
  GetCurrentMetricData(input, world) {
    const instance = world.instance(input.InstanceId);
    const now = world.now();
    const isWanted = compileFilters(instance, input);
    checkMetrics(input);
    checkGroupings(input);
    const call = { operation: "GetCurrentMetricData", instance, input, now };
    const page = pageOfSnapshot(call, () => {
      const groups = groupFacts(currentFacts(instance, now).filter(isWanted), input.Groupings ?? []);
      const results = groups.map((facts) => ({
        facts,
        result: describeGroup(instance, facts, { input, now }),
      }));
      return sort(results, input, now).map(({ result }) => result);
    });
    return {
      MetricResults: page.results,
      NextToken: page.next,
      DataSnapshotTime: page.takenAt,
      ApproximateTotalCount: page.total,
    };
  },
} satisfies Handlers;

function compileFilters(instance: InstanceState, { Filters }: Input): (fact: Fact) => boolean {
  const unmeasured = ["RoutingStepExpressions", "Subtypes", "ValidationTestTypes"] as const;
  for (const name of unmeasured)
    if (Filters[name] && Filters[name].length > 0) throw notMeasured("Filters", name);
  const queues = readIds(instance, Filters.Queues, { family: "Queue", path: "Filters.Queues" });
  const profiles = readIds(instance, Filters.RoutingProfiles, {
    family: "RoutingProfile",
    path: "Filters.RoutingProfiles",
  });
  if (queues && profiles)
    throw invalidParameter("Filters", "give either `Queues` or `RoutingProfiles`, not both");
  if (!queues && !profiles)
    throw invalidParameter("Filters", "give at least one of `Queues` and `RoutingProfiles`");
  const statuses = readIds(instance, Filters.AgentStatuses, {
    family: "AgentStatus",
    path: "Filters.AgentStatuses",
    most: 50,
  });
  if (statuses && !queues) throw invalidParameter("Filters.AgentStatuses", "needs the filter `Queues`");
  const channels = Filters.Channels ?? [];
  return ({ agent, queueId, channel, profileId }) =>
    (!queues || (queueId !== undefined && queues.has(queueId))) &&
    (!profiles || (profileId !== undefined && profiles.has(profileId))) &&
    (channels.length === 0 || channels.includes(channel)) &&
    (!statuses || !agent || statuses.has(agent.status.id));
}

function checkMetrics({ CurrentMetrics, SortCriteria = [] }: Input): void {
  if (CurrentMetrics.length === 0) throw invalidParameter("CurrentMetrics", "must have at least one element");
  for (const [index, { Name, MetricId, Unit }] of CurrentMetrics.entries()) {
    const path = `CurrentMetrics[${index}]`;
    if (MetricId !== undefined) throw notMeasured(`${path}.MetricId`, MetricId);
    if (Name === undefined) throw invalidParameter(`${path}.Name`, "is required");
    const rule = currentMetrics.get(Name);
    if (!rule) throw notMeasured(`${path}.Name`, Name);
    if (Unit !== undefined && Unit !== rule.unit)
      throw invalidParameter(`${path}.Unit`, `must be ${rule.unit} for \`${Name}\``);
  }
  checkAtMost(SortCriteria, "SortCriteria", 1);
  const by = SortCriteria[0]?.SortByMetric;
  if (by === undefined) return;
  if (by.startsWith("SLOTS_"))
    throw invalidParameter("SortCriteria[0].SortByMetric", `must not be \`${by}\``);
  if (!currentMetrics.has(by)) throw notMeasured("SortCriteria[0].SortByMetric", by);
}

/** The combinations that the API Reference rules out. */
function checkGroupings({ Groupings = [], Filters, CurrentMetrics }: Input): void {
  checkAtMost(Groupings, "Groupings", 2);
  for (const grouping of Groupings) if (!dimensions.has(grouping)) throw notMeasured("Groupings", grouping);
  const names = CurrentMetrics.map(({ Name }) => Name);
  const others = names.filter((name) => name !== "AGENTS_ONLINE");
  if (Groupings.includes("AGENT_STATUS")) {
    if (Groupings[0] !== "QUEUE" || !Filters.Queues)
      throw invalidParameter("Groupings", "`AGENT_STATUS` needs `QUEUE` before it and the filter `Queues`");
    if (others.length > 0)
      throw invalidParameter("CurrentMetrics", "`AGENT_STATUS` groups `AGENTS_ONLINE` only");
  }
  const ofContacts = ["CONTACTS_SCHEDULED", "CONTACTS_IN_QUEUE", "OLDEST_CONTACT_AGE"];
  const waiting = names.find((name) => name !== undefined && ofContacts.includes(name));
  if (Groupings.includes("ROUTING_PROFILE") && waiting && !Filters.RoutingProfiles)
    throw invalidParameter(
      "Filters",
      `\`${waiting}\` by ROUTING_PROFILE needs the filter \`RoutingProfiles\``,
    );
}

const dimensions: ReadonlyMap<Grouping, (fact: Fact) => string | undefined> = new Map([
  ["QUEUE", (fact: Fact) => fact.queueId],
  ["CHANNEL", (fact: Fact) => fact.channel],
  ["ROUTING_PROFILE", (fact: Fact) => fact.profileId],
  ["AGENT_STATUS", (fact: Fact) => (fact.kind === "seat" ? fact.agent?.status.id : undefined)],
] as const);

/** Groups with at least one fact. Each dimension of a result has a value, so a fact without one is in no group. */
function groupFacts(facts: readonly Fact[], groupings: readonly Grouping[]): readonly (readonly Fact[])[] {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    const values = groupings.map((grouping) => dimensions.get(grouping)?.(fact));
    if (values.includes(undefined)) continue;
    const key = JSON.stringify(values);
    const group = groups.get(key);
    if (group) group.push(fact);
    else groups.set(key, [fact]);
  }
  return [...groups.values()];
}

interface Asked {
  readonly input: Input;
  readonly now: Date;
}

function describeGroup(
  instance: InstanceState,
  facts: readonly Fact[],
  { input, now }: Asked,
): CurrentMetricResult {
  const { Groupings = [], CurrentMetrics } = input;
  const [first] = facts;
  return {
    ...(Groupings.length === 0 || !first ? {} : { Dimensions: describe(instance, first, Groupings) }),
    Collections: CurrentMetrics.map((metric) => {
      const value = currentMetrics.get(metric.Name ?? "")?.value(facts, now);
      // Without groupings, the unit says seconds and the value is in milliseconds (API Reference).
      const isInMs = metric.Name === "OLDEST_CONTACT_AGE" && Groupings.length === 0;
      return { Metric: metric, Value: isInMs && value !== undefined ? Math.round(value * 1000) : value };
    }),
  };
}

function describe(instance: InstanceState, fact: Fact, groupings: readonly Grouping[]): Dimensions {
  const referenceTo = (family: string, id: string | undefined) => {
    const row = id === undefined ? undefined : instance.table(family).find(id);
    return row ? { Id: row.id, Arn: row.arn } : { Id: id };
  };
  return {
    ...(groupings.includes("QUEUE") ? { Queue: referenceTo("Queue", fact.queueId) } : {}),
    ...(groupings.includes("CHANNEL") ? { Channel: fact.channel } : {}),
    ...(groupings.includes("ROUTING_PROFILE")
      ? { RoutingProfile: referenceTo("RoutingProfile", fact.profileId) }
      : {}),
    ...(groupings.includes("AGENT_STATUS")
      ? { AgentStatus: referenceTo("AgentStatus", fact.agent?.status.id) }
      : {}),
  };
}

/** By default, most agents online first; equal ones in the order of their groups. */
function sort<Each extends { readonly facts: readonly Fact[] }>(
  results: readonly Each[],
  { SortCriteria = [] }: Input,
  now: Date,
): readonly Each[] {
  const [{ SortByMetric = "AGENTS_ONLINE", SortOrder = "DESCENDING" } = {}] = SortCriteria;
  const sign = SortOrder === "ASCENDING" ? 1 : -1;
  const sortValue = ({ facts }: Each) => currentMetrics.get(SortByMetric)?.value(facts, now) ?? 0;
  return results
    .map((each) => ({ each, value: sortValue(each) }))
    .sort((a, b) => sign * (a.value - b.value))
    .map(({ each }) => each);
}
