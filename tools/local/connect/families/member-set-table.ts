/**
 * Lists inside a resource that operations of their own add to and remove from: the queues of a routing profile, the
 * proficiencies of a user. No rule finds them, since each names its parts in its own way.
 */

export interface MemberSet {
  readonly family: string;
  /** Member of the resource that holds the list; in the input of `add` it has the same name. */
  readonly member: string;
  /** Paths in an element that together identify it; none: the element itself. */
  readonly identity: readonly string[];
  /** The input of `remove`: its member, and where its elements hold the same parts. */
  readonly removed: { readonly member: string; readonly identity: readonly string[] };
  readonly operations: {
    readonly add: string;
    readonly remove: string;
    /** Changes elements that are there. */
    readonly replace?: string;
    readonly list?: string;
  };
  /** Family that an element names by the first path: its members are part of the list's answer. */
  readonly names?: string;
}

const queueAndChannel = ["QueueReference.QueueId", "QueueReference.Channel"];

export const memberSets: readonly MemberSet[] = [
  {
    family: "RoutingProfile",
    member: "QueueConfigs",
    identity: queueAndChannel,
    removed: { member: "QueueReferences", identity: ["QueueId", "Channel"] },
    operations: {
      add: "AssociateRoutingProfileQueues",
      remove: "DisassociateRoutingProfileQueues",
      replace: "UpdateRoutingProfileQueues",
      list: "ListRoutingProfileQueues",
    },
    names: "Queue",
  },
  {
    family: "RoutingProfile",
    member: "ManualAssignmentQueueConfigs",
    identity: queueAndChannel,
    removed: { member: "ManualAssignmentQueueReferences", identity: ["QueueId", "Channel"] },
    operations: {
      add: "AssociateRoutingProfileQueues",
      remove: "DisassociateRoutingProfileQueues",
      list: "ListRoutingProfileManualAssignmentQueues",
    },
    names: "Queue",
  },
  {
    family: "Queue",
    member: "QuickConnectIds",
    identity: [],
    removed: { member: "QuickConnectIds", identity: [] },
    operations: {
      add: "AssociateQueueQuickConnects",
      remove: "DisassociateQueueQuickConnects",
      list: "ListQueueQuickConnects",
    },
    names: "QuickConnect",
  },
  {
    family: "Queue",
    member: "EmailAddressesConfig",
    identity: ["EmailAddressId"],
    removed: { member: "EmailAddressesId", identity: [] },
    operations: {
      add: "AssociateQueueEmailAddresses",
      remove: "DisassociateQueueEmailAddresses",
      list: "ListQueueEmailAddresses",
    },
    names: "EmailAddress",
  },
  {
    family: "User",
    member: "UserProficiencies",
    identity: ["AttributeName", "AttributeValue"],
    removed: { member: "UserProficiencies", identity: ["AttributeName", "AttributeValue"] },
    operations: {
      add: "AssociateUserProficiencies",
      remove: "DisassociateUserProficiencies",
      replace: "UpdateUserProficiencies",
      list: "ListUserProficiencies",
    },
  },
  {
    family: "HoursOfOperation",
    member: "ParentHoursOfOperationConfigs",
    identity: ["HoursOfOperationId"],
    removed: { member: "ParentHoursOfOperationIds", identity: [] },
    operations: { add: "AssociateHoursOfOperations", remove: "DisassociateHoursOfOperations" },
  },
  {
    family: "EmailAddress",
    member: "AliasConfigurations",
    identity: ["EmailAddressId"],
    removed: { member: "AliasConfiguration", identity: ["EmailAddressId"] },
    operations: { add: "AssociateEmailAddressAlias", remove: "DisassociateEmailAddressAlias" },
  },
];
