/**
 * What no rule decides about an operation, decided by a person: each entry with its reason and its source.
 *
 * Sources: SAR, the Service Authorization Reference of Amazon Connect; API, the Amazon Connect API Reference;
 * messages, the access-denied messages that users have published.
 */
import { filterTargets } from "./filter-keys.ts";

interface Override {
  readonly reason: string;
  /** Action it is authorized as, when not its own name. */
  readonly action?: string;
  /** All its targets, in the form of `shared/catalog/target-text.ts`, instead of those that the rules give. */
  readonly targets?: readonly string[];
  /** Why it is not served. */
  readonly refused?: string;
}

/** One of several filters that select the same data: it needs all resources of its type only if no other is given. */
const filters = {
  hierarchy: "Filters.UserHierarchyGroups[]",
  queues: "Filters.Queues[]",
  profiles: "Filters.RoutingProfiles[]",
  agents: "Filters.Agents[]",
};

const without = (own: string): string =>
  Object.values(filters)
    .filter((path) => path !== own)
    .join("|");

const eitherInstanceOrTarget =
  "API: `you must enter InstanceId or TargetArn`; the SAR lists instance and traffic distribution group as required, " +
  "which can only mean the one that is named";
const legacyNumber =
  "the SAR lists the number's current ARN; AWS's administrator guide has policies list the legacy ARN " +
  "(`instance/<id>/phone-number/<id>`) beside it, so a Deny on either must hold";
const emptyFilter =
  "the SAR lists each type that a filter can name. The call needs what the filter names (API: tagging and access follow " +
  "the resources passed in the filter). Without such a filter it reads everything, so it needs all resources of the type";
const securityProfiles =
  "SecurityProfiles is optional: without it the call names no profile, and the instance and the AI agent remain";
const viewForm =
  "views share one identifier; API: `this must be an ARN for Amazon Web Services managed views`, so a bare id is the " +
  "instance's own view and an ARN says itself what it is; a qualifier makes either the qualified type";
const metricForm =
  "metrics share one identifier; an id with a qualifier (`:$SAVED`) is the qualified type, else the plain one";
const typeInArn =
  "the type is in the ARN itself; every type of Connect's own in the resource table is accepted, no other ARN";
const flowAssociations =
  "SAR: every phone number; what the resource id names is referenced: API, an ARN of AWS End User Messaging, or, for the " +
  "other types of association, the id of a number or an email address of the instance";
/** For either type of association: an id of one type has no resource of the other. */
const associated = (source: string): readonly string[] =>
  ["phone-number", "legacy-phone-number", "email-address"].map((type) => `~${type} ${source} %`);
const mediaProcessing =
  "InstanceId and ContactId are optional in the schema, but the SAR requires both types and the call acts on one contact: without them it is refused";

export const overrides: Readonly<Record<string, Override>> = {
  AssociateFlow: {
    reason: flowAssociations,
    targets: ["contact-flow FlowId", "phone-number *", ...associated("ResourceId")],
  },
  AssociatePhoneNumberContactFlow: {
    reason: legacyNumber,
    targets: [
      "contact-flow ContactFlowId",
      "phone-number PhoneNumberId",
      "~legacy-phone-number PhoneNumberId",
    ],
  },
  AssociateRoutingProfileQueues: {
    reason:
      "both queue lists are optional: each queue named is required, and the routing profile remains when none is",
    targets: [
      "routing-profile RoutingProfileId",
      "queue QueueConfigs[].QueueReference.QueueId?",
      "queue ManualAssignmentQueueConfigs[].QueueReference.QueueId?",
    ],
  },
  AssociateSecurityProfiles: {
    reason: securityProfiles,
    targets: ["instance InstanceId", "security-profile SecurityProfiles[].Id?", "arn EntityArn @ai-agent"],
  },
  BatchGetFlowAssociation: {
    reason: flowAssociations,
    targets: ["phone-number *", "~instance InstanceId", ...associated("ResourceIds[]?")],
  },
  ClaimPhoneNumber: {
    reason: eitherInstanceOrTarget,
    targets: [
      "phone-number *",
      "instance InstanceId |TargetArn",
      "arn TargetArn? @instance,traffic-distribution-group",
    ],
  },
  CreateAuthCode: {
    reason:
      "not in the SAR; the code signs in as the entity that Scope.EntityId names, a customer profile of another service, for which " +
      "neither the reference nor the API gives a resource that a policy could be evaluated against",
    refused: "it would hand out a session of a customer profile, and no policy can be evaluated against one",
  },
  CreateInstance: {
    reason: "SAR: the action has no resource types, so the call needs `*`",
    targets: ["* *"],
  },
  CreatePersistentContactAssociation: {
    reason:
      "two members name a contact and neither is called ContactId: the call joins both, so both are required",
    targets: ["contact InitialContactId", "contact SourceContactId", "instance InstanceId"],
  },
  CreateQueue: {
    reason: legacyNumber,
    targets: [
      "queue *",
      "hours-of-operation HoursOfOperationId",
      "contact-flow OutboundCallerConfig.OutboundFlowId?",
      "phone-number OutboundCallerConfig.OutboundCallerIdNumberId?",
      "~legacy-phone-number OutboundCallerConfig.OutboundCallerIdNumberId?",
      "quick-connect QuickConnectIds[]?",
      "~email-address OutboundEmailConfig.OutboundEmailAddressId?",
      "~email-address EmailAddressesConfig[].EmailAddressId?",
    ],
  },
  CreateUserHierarchyGroup: {
    reason:
      "SAR: hierarchy-group is optional only. Like every create, the call needs all groups, and also the parent if it names one",
    targets: ["hierarchy-group *", "hierarchy-group ParentGroupId?"],
  },
  DeleteViewVersion: {
    reason:
      "SAR: customer-managed-view-version, whose ARN is the view's with the version behind it; the two are two members",
    targets: ["customer-managed-view ViewId :ViewVersion"],
  },
  DescribeMetric: { reason: metricForm, targets: ["metric MetricId"] },
  DescribeView: { reason: viewForm, targets: ["customer-managed-view ViewId @aws-managed-view"] },
  DisassociateFlow: {
    reason: flowAssociations,
    targets: ["phone-number *", "~instance InstanceId", ...associated("ResourceId")],
  },
  DisassociatePhoneNumberContactFlow: {
    reason: legacyNumber,
    targets: ["phone-number PhoneNumberId", "~legacy-phone-number PhoneNumberId", "~instance InstanceId"],
  },
  DisassociateSecurityProfiles: {
    reason: securityProfiles,
    targets: ["instance InstanceId", "security-profile SecurityProfiles[].Id?", "arn EntityArn @ai-agent"],
  },
  GetCurrentMetricData: {
    reason: emptyFilter,
    targets: [
      `queue ${filters.queues}+ @agent-queue |${filters.profiles}`,
      `routing-profile ${filters.profiles}+ |${filters.queues}`,
      "~agent-status Filters.AgentStatuses[]?",
      "~metric CurrentMetrics[].MetricId? @aws-managed-metric",
    ],
  },
  GetCurrentUserData: {
    reason: emptyFilter,
    targets: [
      `queue ${filters.queues}+ @agent-queue |${without(filters.queues)}`,
      `routing-profile ${filters.profiles}+ |${without(filters.profiles)}`,
      `user ${filters.agents}+ |${without(filters.agents)}`,
      `hierarchy-group ${filters.hierarchy}+ |${without(filters.hierarchy)}`,
    ],
  },
  GetFederationToken: {
    reason:
      "messages: authorized on `instance/<id>/user/<aws:userid>` of the session that calls, and through a proxy that is the " +
      "proxy's own session, for every caller; the token would sign the caller in as the proxy",
    refused:
      "it would sign the caller in with the proxy's own session; federate from the caller's own credentials instead",
  },
  GetFlowAssociation: {
    reason: flowAssociations,
    targets: ["phone-number *", "~instance InstanceId", ...associated("ResourceId")],
  },
  GetMetricData: {
    reason: "SAR: queue. Without a queue filter the call reads every queue, so it needs all queues",
    targets: [
      `queue ${filters.queues}+ @agent-queue`,
      `~routing-profile ${filters.profiles}?`,
      "~agent-status Filters.AgentStatuses[]?",
    ],
  },
  GetMetricDataV2: {
    reason:
      "FilterKey tells what FilterValues are; API: eleven keys `are used for authorizing requests`, and at least one of them " +
      "must be there, so a call without any is refused; what other keys and the metrics name is referenced",
    targets: [
      ...filterTargets(),
      "~arn ResourceArn @instance",
      "~metric Metrics[].MetricId? @aws-managed-metric",
    ],
  },
  ListInstances: { reason: "SAR: the action has no resource types, so the call needs `*`", targets: ["* *"] },
  ListTagsForResource: { reason: typeInArn, targets: ["arn resourceArn"] },
  ListViewVersions: { reason: viewForm, targets: ["customer-managed-view ViewId @aws-managed-view"] },
  SendChatIntegrationEvent: {
    reason:
      "SAR: the action has no resource types, and its members name no resource of Amazon Connect, so the call needs `*`",
    targets: ["* *"],
  },
  StartContactMediaProcessing: {
    reason: mediaProcessing,
    targets: ["instance InstanceId", "contact ContactId"],
  },
  StartEmailContact: {
    reason:
      "SAR: contact-flow is optional only. Without ContactFlowId the email address's own flow runs, and the call does not " +
      "say which, so it needs all flows",
    targets: ["contact-flow ContactFlowId+", "~contact RelatedContactId?"],
  },
  StartOutboundEmailContact: {
    reason:
      "SAR: contact-flow is optional only and no member names one. The call does not say which flow runs, so it needs all " +
      "flows. The contact for which it is sent is referenced",
    targets: ["contact-flow *", "~contact ContactId"],
  },
  StartOutboundVoiceContact: {
    reason:
      "SAR: contact until June 2026, no type since. The call needs all contacts, as before and as policies in use grant it. Flow, " +
      "queue and related contact are referenced",
    targets: ["contact *", "~contact-flow ContactFlowId", "~queue QueueId?", "~contact RelatedContactId?"],
  },
  StartTaskContact: {
    reason:
      "SAR: contact-flow. API: a task template or a quick connect brings its own flow, and the call then needs the template or " +
      "the quick connect. Without any of the three it needs all flows",
    targets: [
      "contact-flow ContactFlowId+ |TaskTemplateId|QuickConnectId",
      "task-template TaskTemplateId?",
      "quick-connect QuickConnectId?",
      "contact PreviousContactId?",
      "contact RelatedContactId?",
    ],
  },
  StopContactMediaProcessing: {
    reason: mediaProcessing,
    targets: ["instance InstanceId", "contact ContactId"],
  },
  TagResource: { reason: typeInArn, targets: ["arn resourceArn"] },
  UntagResource: { reason: typeInArn, targets: ["arn resourceArn"] },
  UpdateMetricContent: {
    reason: `${metricForm}; the metrics it is calculated from are required too`,
    targets: [
      "metric MetricId",
      "metric MetricCalculation.CalculationComponents[].MetricId? @aws-managed-metric",
    ],
  },
  UpdateMetricMetadata: { reason: metricForm, targets: ["metric MetricId"] },
  UpdatePhoneNumber: {
    reason: eitherInstanceOrTarget,
    targets: [
      "phone-number PhoneNumberId",
      "instance InstanceId |TargetArn",
      "arn TargetArn? @instance,traffic-distribution-group",
    ],
  },
  UpdateQueueOutboundCallerConfig: {
    reason: legacyNumber,
    targets: [
      "queue QueueId",
      "contact-flow OutboundCallerConfig.OutboundFlowId?",
      "phone-number OutboundCallerConfig.OutboundCallerIdNumberId?",
      "~legacy-phone-number OutboundCallerConfig.OutboundCallerIdNumberId?",
    ],
  },
  UpdateUserConfig: {
    reason: "SAR, actions required for the API: connect:UpdateUserPhoneConfig, on the user",
    action: "UpdateUserPhoneConfig",
    targets: ["user UserId"],
  },
};

const ownName =
  "not in the SAR: under its own name, on the instance and on every resource that its members name";
const testCase = `${ownName}; the SAR has no resource type for a test case`;

/** Operations that the reference does not list and the rule for such operations is right for. */
export const unlistedOperations: Readonly<Record<string, string>> = {
  AssociateHoursOfOperations: ownName,
  CreateTestCase: testCase,
  DeleteContactData: ownName,
  DeleteSession: ownName,
  DeleteTestCase: testCase,
  DescribeTestCase: testCase,
  DisassociateHoursOfOperations: ownName,
  GetTestCaseExecutionSummary: testCase,
  ListChildHoursOfOperations: ownName,
  ListTestCaseExecutionRecords: testCase,
  ListTestCaseExecutions: testCase,
  ListTestCases: testCase,
  SearchTestCases: testCase,
  StartAssistantContact: ownName,
  StartTestCaseExecution: testCase,
  StopTestCaseExecution: testCase,
  UpdateContactTaskTemplate: ownName,
  UpdateTestCase: testCase,
};
