/**
 * Which member names which type of resource: by the end of its name, by its path, and the members that look like
 * identifiers but name nothing that a policy could be asked on.
 *
 * A member that looks like an identifier and stands in none of these tables stops the generator.
 */

/** What an identifier member holds. */
export type MemberMeaning =
  | {
      readonly kind: "id";
      readonly type: string /** other types an ARN there may name */;
      readonly types?: readonly string[];
    }
  | {
      readonly kind: "arn";
      readonly types?: readonly string[];
      readonly discriminator?: { readonly member: string; readonly values: readonly string[] };
    }
  | { readonly kind: "ignored"; readonly reason: string };

const views = ["customer-managed-view", "aws-managed-view"];
const other = (what: string): MemberMeaning => ({ kind: "ignored", reason: what });
const id = (type: string, types?: readonly string[]): MemberMeaning =>
  types ? { kind: "id", type, types } : { kind: "id", type };
const arn = (...types: readonly string[]): MemberMeaning => ({ kind: "arn", types });
/** An address is a resource's ARN only for some types of endpoint (API reference, Endpoint and EndpointType). */
const endpoint: MemberMeaning = {
  kind: "arn",
  types: ["phone-number", "contact-flow"],
  discriminator: { member: "Type", values: ["CONNECT_PHONENUMBER_ARN", "CONTACT_FLOW"] },
};

const flowAssociation =
  "an ARN of AWS End User Messaging, or an id of one of the types that overrides.ts asks on";

/** Whole paths (`Operation.path` or `path`); they go before names. */
const byPath: Readonly<Record<string, MemberMeaning>> = {
  "GetTrafficDistribution.Id": id("traffic-distribution-group"),
  "UpdateTrafficDistribution.Id": id("traffic-distribution-group"),
  "SecurityProfiles[].Id": id("security-profile"),
  "QueueInfo.Id": id("queue"),
  "Filters.Queues[]": id("queue", ["agent-queue"]),
  "Filters.RoutingProfiles[]": id("routing-profile"),
  "Filters.Agents[]": id("user"),
  "Filters.UserHierarchyGroups[]": id("hierarchy-group"),
  "Filters.AgentStatuses[]": id("agent-status"),
  "CreateNotification.Recipients[]": arn("user", "instance"),
  "Actions[].ExtractInformationAction.RulesExtractionDefinitions[].Identifier": id("extraction-definition"),
  "SearchUsers.SearchCriteria<OrConditions[],AndConditions[]>.HierarchyGroupCondition.Value":
    id("hierarchy-group"),
  "SearchUsers.SearchFilter.UserAttributeFilter.OrConditions[].HierarchyGroupCondition.Value":
    id("hierarchy-group"),
  "SearchUsers.SearchFilter.UserAttributeFilter.AndCondition.HierarchyGroupCondition.Value":
    id("hierarchy-group"),
  "SearchUsers.SearchFilter.UserAttributeFilter.HierarchyGroupCondition.Value": id("hierarchy-group"),
  "AllowedAIAgents[].Arn": arn("ai-agent"),
  "AssociateWorkspace.ResourceArns[]": arn("user", "routing-profile"),
  "DisassociateWorkspace.ResourceArns[]": arn("user", "routing-profile"),
  "CreateWorkspacePage.ResourceArn": arn(...views),
  "UpdateWorkspacePage.ResourceArn": arn(...views),
  "GetMetricDataV2.ResourceArn": arn("instance"),
  "Metrics[].MetricId": id("metric", ["aws-managed-metric"]),
  "CurrentMetrics[].MetricId": id("metric", ["aws-managed-metric"]),
  "MetricCalculation.CalculationComponents[].MetricId": id("metric", ["aws-managed-metric"]),
  "SourceEndpoint.Address": endpoint,
  "DestinationEndpoint.Address": endpoint,
  "CustomerEndpoint.Address": endpoint,
  "SystemEndpoint.Address": endpoint,
  "ContactDataRequestList[].CustomerEndpoint.Address": endpoint,
  "ContactDataRequestList[].SystemEndpoint.Address": endpoint,
  "ContactDataRequestList[].RequestIdentifier": other("the caller's own name for one of the requests"),
  "AssociateFlow.ResourceId": other(flowAssociation),
  "DisassociateFlow.ResourceId": other(flowAssociation),
  "GetFlowAssociation.ResourceId": other(flowAssociation),
  "BatchGetFlowAssociation.ResourceIds[]": other(flowAssociation),
  "References{}.Arn": other("data for the agent, of any service"),
  "Actions[].TaskAction.References{}.Arn": other("data for the agent, of any service"),
  "SearchCriteria.AiAgents.Criteria[].Id": other("an AI agent as a search criterion: it narrows the result"),
  "Actions[].CreateCaseAction.Fields[].Id": other("a field of Connect Cases"),
  "Actions[].UpdateCaseAction.Fields[].Id": other("a field of Connect Cases"),
};

/** By the end of the member's name; the longest that fits. */
const byName: Readonly<Record<string, MemberMeaning>> = {
  AgentStatusId: id("agent-status"),
  AuthenticationProfileId: id("authentication-profile"),
  ContactId: id("contact"),
  EvaluationId: id("contact-evaluation"),
  ContactFlowId: id("contact-flow"),
  FlowId: id("contact-flow"),
  ContactFlowModuleId: id("contact-flow-module"),
  FlowModuleId: id("contact-flow-module"),
  DataTableId: id("data-table"),
  EmailAddressId: id("email-address"),
  EmailAddressesId: id("email-address"),
  EvaluationFormId: id("evaluation-form"),
  ExtractionDefinitionId: id("extraction-definition"),
  FileId: id("attached-file"),
  HierarchyGroupId: id("hierarchy-group"),
  ParentGroupId: id("hierarchy-group"),
  L1Id: id("hierarchy-group"),
  L2Id: id("hierarchy-group"),
  L3Id: id("hierarchy-group"),
  L4Id: id("hierarchy-group"),
  L5Id: id("hierarchy-group"),
  HoursOfOperationId: id("hours-of-operation"),
  InstanceId: id("instance"),
  IntegrationAssociationId: id("integration-association"),
  MetricId: id("metric"),
  NotificationId: id("notification"),
  PhoneNumberId: id("phone-number"),
  OutboundCallerIdNumberId: id("phone-number"),
  PromptId: id("prompt"),
  QueueId: id("queue"),
  QuickConnectId: id("quick-connect"),
  RoutingProfileId: id("routing-profile"),
  RuleId: id("rule"),
  SecurityProfileId: id("security-profile"),
  TaskTemplateId: id("task-template"),
  TrafficDistributionGroupId: id("traffic-distribution-group"),
  UseCaseId: id("use-case"),
  UserId: id("user"),
  AgentId: id("user"),
  ViewId: id("customer-managed-view"),
  VocabularyId: id("vocabulary"),
  WorkspaceId: id("workspace"),

  resourceArn: { kind: "arn" },
  AssociatedResourceArn: arn("contact", "case"),
  ConnectUserArn: arn("user"),
  EntityArn: arn("ai-agent"),
  TargetArn: arn("instance", "traffic-distribution-group"),
  ViewArn: arn(...views),

  AiAgentId: other(
    "an AI agent of Amazon Q in Connect; its ARN needs an assistant that the call does not name",
  ),
  AliasArn: other("a bot alias of Amazon Lex, associated with the instance"),
  AliasId: other("part of a flow module, which is asked on"),
  AssociationId: other("an association of the instance, which is asked on"),
  AttributeId: other("part of a data table, which is asked on"),
  AWSIdentityArn: other("the AWS identity behind an upload, recorded as data"),
  BrowserId: other("a customer's browser"),
  CampaignId: other("a campaign of Connect outbound campaigns, recorded with the contact"),
  CustomerId: other("a customer of Customer Profiles"),
  DefaultOptionRefId: other("a reference inside an evaluation form"),
  DataSetId: other("a data set of the analytics data lake; the reference asks on the instance"),
  DestinationId: other("a chat system's identifier; the reference lists no resource"),
  DirectoryId: other("a directory of AWS Directory Service"),
  DirectoryUserId: other("a user of the identity directory, not of Connect"),
  EntityId: other(
    "the customer or entity that a session is for; the reference lists no resource type for it",
  ),
  FieldId: other("a field of Connect Cases"),
  FirehoseArn: other("a stream of Amazon Data Firehose"),
  FunctionArn: other("a function of AWS Lambda, associated with the instance"),
  HoursOfOperationOverrideId: other("part of hours of operation, which are asked on"),
  IntegrationArn: other("what is integrated, of another service"),
  KeyId: other("a key of AWS KMS"),
  KnowledgeBaseId: other("a knowledge base of Amazon Q in Connect"),
  MessageTemplateId: other("a message template of Amazon Q in Connect"),
  OptionRefId: other("a reference inside an evaluation form"),
  OutboundRequestId: other("a request of an outbound campaign, recorded with the contact"),
  PinpointAppArn: other("an application of Amazon Pinpoint"),
  ProcessorArn: other("a function of AWS Lambda"),
  ProfileId: other("a profile of Customer Profiles"),
  RecordId: other("part of a data table, which is asked on"),
  RefId: other("a reference inside an evaluation form"),
  RegistrationId: other("a registration of the instance, which is asked on"),
  SessionId: other("a session of the instance, which is asked on"),
  SourceId: other("a chat system's identifier of a customer"),
  SourcePhoneNumberArn: other("a number of AWS End User Messaging; the reference asks on every phone number"),
  StreamArn: other("a stream of Amazon Kinesis"),
  StreamingEndpointArn: other("a topic of Amazon SNS"),
  StreamingId: other("a stream of a contact, which is asked on"),
  TargetAccountId: other("an AWS account that data is shared with; the reference asks on the instance"),
  TemplateId: other("a template of Connect Cases"),
  TestCaseExecutionId: other("an execution of a test case; the reference has no resource type for it"),
  TestCaseId: other("a test case; the reference has no resource type for it, so the instance is asked on"),
  ValueArn: other("a segment attribute: data of the contact"),
  WidgetId: other("a chat widget of the instance, which is asked on"),
};

/** What the name of an identifier ends in. */
const looksLikeIdentifier = /(?:Id|Arn|Identifier)s?$/;

/** A list named like resources holds their identifiers, as `Filters.Queues[]` does. */
const looksLikeResources =
  /(?:Agent|Connect|Contact|Flow|Form|Group|Hour|Instance|Metric|Module|Notification|Number|Profile|Prompt|Queue|Rule|Statuse|Table|Template|User|View|Vocabularie|Workspace)s\[\]$/;

/**
 * Tells what a member path names. `undefined`: it does not look like an identifier. `unknown`: it does, and no table
 * has it: somebody must decide. Only ids go by the end of a name; what is ignored is so by its whole name.
 */
export function meaningOf(operation: string, path: string): MemberMeaning | "unknown" | undefined {
  const exact = lookUp(byPath, `${operation}.${path}`) ?? lookUp(byPath, path);
  if (exact) return exact;
  const name = (path.split(".").at(-1) ?? "").replace(/[[\]{}]/g, "");
  if (looksLikeResources.test(path)) return "unknown";
  if (!looksLikeIdentifier.test(name)) return undefined;
  const singular = name.replace(/s$/, "");
  const ending = Object.keys(byName)
    .filter((end) => singular.endsWith(end))
    .sort((a, b) => b.length - a.length)[0];
  const found = ending === undefined ? undefined : lookUp(byName, ending);
  return found && (found.kind === "id" || ending === singular) ? found : "unknown";
}

/** Lists the entries of both tables, for the test that none of them is stale. */
export function meaningKeys(): readonly (readonly [string, MemberMeaning])[] {
  return [...Object.entries(byPath), ...Object.entries(byName)];
}

function lookUp(table: Readonly<Record<string, MemberMeaning>>, key: string): MemberMeaning | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
