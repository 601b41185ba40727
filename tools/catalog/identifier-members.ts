/**
 * Which member names which type of resource: by its path, or by the end of its name. A member that looks like an
 * identifier and names no resource that a policy could be evaluated against is in `ignored-members.ts`.
 *
 * A member that looks like an identifier and is in none of these tables stops the generator.
 */
import { isIgnoredSomewhere, reasonToIgnore } from "./tables/ignored-members.ts";

/** What an identifier member holds. */
type MemberMeaning =
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
  | { readonly kind: "ignored" };

const views = ["customer-managed-view", "aws-managed-view"];
const id = (type: string, types?: readonly string[]): MemberMeaning =>
  types ? { kind: "id", type, types } : { kind: "id", type };
const arn = (...types: readonly string[]): MemberMeaning => ({ kind: "arn", types });
/** An address is a resource's ARN only for some types of endpoint (API reference, Endpoint and EndpointType). */
const endpoint: MemberMeaning = {
  kind: "arn",
  types: ["phone-number", "contact-flow"],
  discriminator: { member: "Type", values: ["CONNECT_PHONENUMBER_ARN", "CONTACT_FLOW"] },
};

/** Whole paths (`Operation.path` or `path`); they go before names. The call is authorized on all of them. */
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
};

/** By the end of the member's name; the longest that fits. The call is authorized on all of them. */
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
};

/** What the name of an identifier ends in, in each spelling of AWS's services: `ResourceARN` and `arn` are some of them. */
const looksLikeIdentifier = /(?:Id|ID|Arn|ARN|Identifier|Uuid|UUID)s?$|^(?:id|arn|identifier|uuid)s?$/;

/** A list or map named like resources holds their identifiers, as `Filters.Queues[]` does; a text named like one holds its. */
const looksLikeResources =
  /(?:Agent|Connect|Contact|Flow|Form|Group|Hour|Instance|Metric|Module|Notification|Number|Profile|Prompt|Queue|Rule|Statuse|Table|Template|User|View|Vocabularie|Workspace)s(?:\[\]|\{\})$|(?:Agent|Contact|Flow|Form|Group|Instance|Metric|Module|Profile|Prompt|Queue|Rule|Table|Template|User|View|Workspace)$/;

/**
 * Tells what a member path names. `undefined`: it does not look like an identifier. `unknown`: it does, and no table
 * has it, so you must decide. Ids are found by the end of a name, ARNs by the whole name.
 */
export function meaningOf(operation: string, path: string): MemberMeaning | "unknown" | undefined {
  const exact = lookUp(byPath, `${operation}.${path}`) ?? lookUp(byPath, path);
  if (exact) return exact;
  if (reasonToIgnore(operation, path) !== undefined) return { kind: "ignored" };
  const name = (path.split(".").at(-1) ?? "").replace(/[[\]{}]/g, "");
  if (looksLikeResources.test(path)) return "unknown";
  if (!looksLikeIdentifier.test(name)) return undefined;
  // A name that names nothing elsewhere may name something here: its ending does not say.
  if (isIgnoredSomewhere(name)) return "unknown";
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
