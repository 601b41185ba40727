/**
 * Everything that the local Connect remembers of one instance: a table for each resource type.
 *
 * The words that ARNs use are those of the Service Authorization Reference for Amazon Connect, which differ
 * from the API's: a user is an `agent`, hours of operation are `operating-hours`.
 */
import type { ConnectInstance } from "../../../shared/request/types.ts";
import type { ContactShape } from "./contacts/contact-shape.ts";
import { ResourceTable, type Row, type Tags } from "./resource-table.ts";
import type {
  ContactFlowShape,
  HierarchyGroupShape,
  HoursOfOperationShape,
  QueueShape,
  RoutingProfileShape,
  SecurityProfileShape,
  UserShape,
} from "./shapes.ts";

export interface InstanceState {
  readonly configured: ConnectInstance;
  /** Unique among the instances of one local Connect. */
  readonly alias: string;
  readonly createdAt: Date;
  /** Position among the instances; the cursor of `ListInstances`. */
  readonly sequence: number;
  tags: Tags;
  readonly users: ResourceTable<UserShape>;
  readonly securityProfiles: ResourceTable<SecurityProfileShape>;
  readonly routingProfiles: ResourceTable<RoutingProfileShape>;
  readonly queues: ResourceTable<QueueShape>;
  readonly contactFlows: ResourceTable<ContactFlowShape>;
  readonly hoursOfOperations: ResourceTable<HoursOfOperationShape>;
  readonly hierarchyGroups: ResourceTable<HierarchyGroupShape>;
  readonly contacts: ResourceTable<ContactShape>;
  /** Idempotency token of an operation → the output that its first call gave. */
  readonly answered: Map<string, object>;
}

/** Makes an instance without resources. @param sequence its position, from 1 */
export function createInstanceState(configured: ConnectInstance, sequence: number): InstanceState {
  const table = <Shape>(arnWord: string, label: string, uniqueNames = true): ResourceTable<Shape> =>
    new ResourceTable<Shape>(configured.arn, { arnWord, label, uniqueNames });
  return {
    configured,
    alias: `local-${sequence}`,
    createdAt: new Date(),
    sequence,
    tags: {},
    users: table("agent", "user"),
    securityProfiles: table("security-profile", "security profile"),
    routingProfiles: table("routing-profile", "routing profile"),
    queues: table("queue", "queue"),
    contactFlows: table("contact-flow", "contact flow"),
    hoursOfOperations: table("operating-hours", "hours of operation"),
    hierarchyGroups: table("agent-group", "hierarchy group"),
    contacts: table("contact", "contact", false),
    answered: new Map(),
  };
}

/** Answers the members that every summary in a list has. */
export function summarize(instance: InstanceState, row: Row<unknown>) {
  return { Id: row.id, Arn: row.arn, Name: row.name, ...lastModified(instance, row) };
}

export function lastModified(instance: InstanceState, row: Row<unknown>) {
  return { LastModifiedTime: row.modifiedAt, LastModifiedRegion: instance.configured.region };
}
