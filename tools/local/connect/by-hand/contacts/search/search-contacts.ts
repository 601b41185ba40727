/**
 * SearchContacts: contacts of a time range that meet all criteria, sorted, with their number.
 *
 * A page's token holds the place of its last contact in the order, so that contacts which come and go between two pages
 * neither repeat nor hide the others.
 */
import type { ContactSearchSummary, SortableFieldName } from "@aws-sdk/client-connect";
import { cutOrdered } from "../../../engine/paging.ts";
import type { Handlers } from "../../../handler.ts";
import type { ContactShape } from "../contact-shape.ts";
import { routingAt } from "../routing-data.ts";
import { expiryOf } from "../segment-attributes.ts";
import { compileCriteria, compileTimeRange, type Found, timesOf } from "./contact-criteria.ts";

/** `MaxResults` in the API Reference. */
const sizes = { usual: 100, largest: 100 };

export const searchContactHandlers = {
  SearchContacts(input, world) {
    const instance = world.instance(input.InstanceId);
    const { TimeRange, SearchCriteria = {}, Sort } = input;
    const { FieldName = "INITIATION_TIMESTAMP", Order = "DESCENDING" } = Sort ?? {};
    const tests = [compileTimeRange(TimeRange, "TimeRange"), ...compileCriteria(SearchCriteria, instance)];
    const found = instance.contacts.all().filter((row) => tests.every((test) => test({ row, instance })));
    const items = found.map((row) => ({ row, sequence: row.sequence, key: sortKeyOf(row.shape, FieldName) }));
    const asked = { TimeRange, SearchCriteria, FieldName, Order };
    const page = cutOrdered(items, input, {
      scope: `SearchContacts:${input.InstanceId}:${JSON.stringify(asked)}`,
      sizes,
      isDescending: Order === "DESCENDING",
    });
    return {
      Contacts: page.items.map(({ row }) => summarize({ row, instance }, world.now())),
      NextToken: page.next,
      TotalCount: found.length,
    };
  },
} satisfies Handlers;

/** `undefined` for what a contact does not have, which comes last. */
function sortKeyOf(shape: ContactShape, field: SortableFieldName): string | number | undefined {
  const { described } = shape;
  switch (field) {
    case "CHANNEL":
      return described.Channel;
    case "INITIATION_METHOD":
      return described.InitiationMethod;
    case "EXPIRY_TIMESTAMP":
      return expiryOf(shape)?.getTime();
    default:
      return timesOf[field](described)?.getTime();
  }
}

function summarize({ row, instance }: Found, now: Date): ContactSearchSummary {
  const { shape, id, arn, tags } = row;
  const { QueueInfo, AgentInfo, SegmentAttributes, RoutingCriteria, ...described } = shape.described;
  const { Id, ConnectedToAgentTimestamp } = AgentInfo ?? {};
  const segments = Object.entries(SegmentAttributes ?? {}).flatMap(([key, { ValueString, ValueMap }]) =>
    ValueString === undefined && ValueMap === undefined ? [] : [[key, { ValueString, ValueMap }] as const],
  );
  const { region } = instance.configured;
  return {
    Id: id,
    Arn: arn,
    ...(shape.name === "" ? {} : { Name: shape.name }),
    InitialContactId: described.InitialContactId,
    PreviousContactId: described.PreviousContactId,
    InitiationMethod: described.InitiationMethod,
    Channel: described.Channel,
    QueueInfo,
    ...(AgentInfo ? { AgentInfo: { Id, ConnectedToAgentTimestamp } } : {}),
    InitiationTimestamp: described.InitiationTimestamp,
    DisconnectTimestamp: described.DisconnectTimestamp,
    ScheduledTimestamp: described.ScheduledTimestamp,
    ...(segments.length === 0 ? {} : { SegmentAttributes: Object.fromEntries(segments) }),
    ...(RoutingCriteria ? { RoutingCriteria: routingAt(shape, now) } : {}),
    Tags: { ...tags },
    GlobalResiliencyMetadata: { ActiveRegion: region, OriginRegion: region },
    ...(shape.session?.aiAgents ? { AiAgentInfo: [...shape.session.aiAgents] } : {}),
  };
}
