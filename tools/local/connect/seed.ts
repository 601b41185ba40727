/**
 * What every instance of the local Connect begins with. The ids are the same in all of them, so that an example
 * works in each instance and a policy that names one instance can be seen not to reach another.
 */
import { enumerationAt } from "./families/facts.ts";
import type { InstanceState } from "./instance-state.ts";

/** Ids of the seeded resources, made up in the style of the examples in AWS's documentation. */
export const seedIds = {
  /** User `jane.doe`, with the security profile `Agent`. */
  user: "00dtcddd1-123e-111e-93e3-11111bfbfcc1",
  /** Security profile `Admin`: the one that the example policies forbid. */
  adminProfile: "11dtcggg1-123e-111e-93e3-11111bfbfcc17",
  agentProfile: "11dtcggg2-123e-111e-93e3-11111bfbfcc17",
  managerProfile: "11dtcggg3-123e-111e-93e3-11111bfbfcc17",
  analystProfile: "11dtcggg4-123e-111e-93e3-11111bfbfcc17",
  /** Routing profile `Basic Routing Profile`. */
  routingProfile: "22rp0001-123e-111e-93e3-11111bfbfcc17",
  queue: "33q00001-123e-111e-93e3-11111bfbfcc17",
  /** Contact flow `Sample inbound flow`. */
  contactFlow: "44cf0001-123e-111e-93e3-11111bfbfcc17",
  /** An ongoing inbound call, not recorded. */
  contact: "55c00001-123e-111e-93e3-11111bfbfcc17",
  /** An ongoing chat. */
  chatContact: "55c00002-123e-111e-93e3-11111bfbfcc17",
  /** Hours of operation `Basic Hours`. */
  hoursOfOperation: "66h00001-123e-111e-93e3-11111bfbfcc17",
  /** The authentication profile that all users have. */
  authenticationProfile: "88ap0001-123e-111e-93e3-11111bfbfcc17",
  /** Agent status `Available`, in which agents get contacts. */
  availableStatus: "99as0001-123e-111e-93e3-11111bfbfcc1",
  /** Agent status `Offline`. */
  offlineStatus: "99as0002-123e-111e-93e3-11111bfbfcc1",
  /** Hierarchy group `Everyone`. */
  hierarchyGroup: "77g00001-123e-111e-93e3-11111bfbfcc17",
} as const;

/** Tags that the policies of a new repository ask for (tools/cli/project/init): whose team, and which profile HR may give. */
const teamTags = { team: "a" };
const hrTags = { "assignable-by": "hr" };

export function seedInstance(instance: InstanceState): void {
  seedRouting(instance);
  seedPeople(instance);
  seedContacts(instance);
  seedSettings(instance);
}

function seedRouting(instance: InstanceState): void {
  instance.table("HoursOfOperation").add({
    id: seedIds.hoursOfOperation,
    shape: { Name: "Basic Hours", TimeZone: "UTC", Config: [] },
  });
  instance.table("Queue").add({
    id: seedIds.queue,
    tags: teamTags,
    shape: {
      Name: "BasicQueue",
      Description: "A simple, basic voice queue.",
      HoursOfOperationId: seedIds.hoursOfOperation,
      Status: "ENABLED",
      QueueType: "STANDARD",
    },
  });
  instance.table("RoutingProfile").add({
    id: seedIds.routingProfile,
    tags: teamTags,
    shape: {
      Name: "Basic Routing Profile",
      IsDefault: true,
      Description: "A simple routing profile.",
      DefaultOutboundQueueId: seedIds.queue,
      MediaConcurrencies: [{ Channel: "VOICE", Concurrency: 1 }],
      QueueConfigs: [{ QueueReference: { QueueId: seedIds.queue, Channel: "VOICE" }, Priority: 1, Delay: 0 }],
    },
  });
  seedFlow(instance);
}

/** Settings that nothing creates. The values are those that a new instance has. */
function seedSettings(instance: InstanceState): void {
  const on = ["INBOUND_CALLS", "OUTBOUND_CALLS", "AUTO_RESOLVE_BEST_VOICES", "EARLY_MEDIA"];
  for (const id of enumerationAt("UpdateInstanceAttributeRequest.AttributeType") ?? [])
    instance.table("InstanceAttribute").add({ id, shape: { Value: String(on.includes(id)) } });
  for (const id of enumerationAt("UpdateAttachedFilesConfigurationRequest.AttachmentScope") ?? [])
    instance.table("AttachedFilesConfiguration").add({ id, shape: { MaximumSizeLimitInBytes: 20_971_520 } });
  instance.table("AuthenticationProfile").add({
    id: seedIds.authenticationProfile,
    shape: { Name: "Default Authentication Profile", IsDefault: true, AllowedIps: [], BlockedIps: [] },
  });
}

function seedFlow(instance: InstanceState): void {
  instance.table("ContactFlow").add({
    id: seedIds.contactFlow,
    shape: {
      Name: "Sample inbound flow",
      Type: "CONTACT_FLOW",
      Description: "Ends the contact at once.",
      Content: JSON.stringify({
        Version: "2019-10-30",
        StartAction: "end",
        Actions: [{ Identifier: "end", Type: "DisconnectParticipant", Parameters: {}, Transitions: {} }],
      }),
      Status: "PUBLISHED",
      State: "ACTIVE",
    },
  });
}

function seedPeople(instance: InstanceState): void {
  const profiles = [
    { id: seedIds.adminProfile, name: "Admin", Permissions: ["Users.Create", "Users.Edit", "Users.Delete"] },
    { id: seedIds.agentProfile, name: "Agent", Permissions: ["BasicAgentAccess"], tags: hrTags },
    {
      id: seedIds.managerProfile,
      name: "CallCenterManager",
      Permissions: ["BasicAgentAccess", "Users.View"],
    },
    { id: seedIds.analystProfile, name: "QualityAnalyst", Permissions: ["BasicAgentAccess"] },
  ];
  for (const { id, name, Permissions, tags } of profiles)
    instance.table("SecurityProfile").add({ id, tags, shape: { SecurityProfileName: name, Permissions } });
  const statuses = [
    { id: seedIds.availableStatus, Name: "Available", Type: "ROUTABLE" },
    { id: seedIds.offlineStatus, Name: "Offline", Type: "OFFLINE" },
  ];
  for (const [index, { id, ...status }] of statuses.entries())
    instance
      .table("AgentStatus")
      .add({ id, shape: { ...status, State: "ENABLED", DisplayOrder: index + 1 } });
  instance.table("UserHierarchyGroup").add({ id: seedIds.hierarchyGroup, shape: { Name: "Everyone" } });
  instance.table("User").add({
    id: seedIds.user,
    tags: teamTags,
    shape: {
      Username: "jane.doe",
      IdentityInfo: { FirstName: "Jane", LastName: "Doe", Email: "jane.doe@example.com" },
      PhoneConfig: { PhoneType: "SOFT_PHONE", AutoAccept: false, AfterContactWorkTimeLimit: 0 },
      SecurityProfileIds: [seedIds.agentProfile],
      RoutingProfileId: seedIds.routingProfile,
    },
  });
}

function seedContacts(instance: InstanceState): void {
  const begun = { InitiationTimestamp: instance.createdAt };
  instance.contacts.add({
    id: seedIds.contact,
    shape: {
      name: "",
      described: {
        ...begun,
        Channel: "VOICE",
        InitiationMethod: "INBOUND",
        CustomerEndpoint: { Type: "TELEPHONE_NUMBER", Address: "+15555550100" },
        QueueInfo: { Id: seedIds.queue, EnqueueTimestamp: begun.InitiationTimestamp },
      },
      attributes: {},
      recording: { state: "none" },
    },
  });
  instance.contacts.add({
    id: seedIds.chatContact,
    shape: {
      name: "",
      described: { ...begun, Channel: "CHAT", InitiationMethod: "API" },
      attributes: {},
      recording: { state: "none" },
    },
  });
}
