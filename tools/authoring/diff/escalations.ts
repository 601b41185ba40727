/**
 * Which actions of Amazon Connect let a caller get more rights than the policies say, or change how the whole instance works.
 * A reviewer sees these first, each with its reason.
 *
 * Every action is in one of the two tables: a test fails for one that is in neither, so that someone has to judge what a new SDK
 * brings. Until then it counts as one that escalates.
 */

import { lintFacts } from "../lint/facts/action-facts.ts";
import { actionsWithoutOperation } from "../lint/facts/actions-without-operation.ts";

/** Reason → operations. Actions that no operation asks are in it too: policies can name them. */
const reasons: Readonly<Record<string, string>> = {
  "it creates users with a password and any security profile that the policy reaches": "CreateUser",
  "it gives users, the caller's own too, any security profile that the policy reaches":
    "UpdateUserSecurityProfiles",
  "it gives users and AI agents security profiles, or takes away those that limit them":
    "AssociateSecurityProfiles DisassociateSecurityProfiles",
  "it changes the e-mail address of users, and so who can reset their password": "UpdateUserIdentityInfo",
  "it changes what everybody with a security profile may do": "CreateSecurityProfile UpdateSecurityProfile",
  "it moves users in the hierarchy, by which security profiles limit what they see":
    "UpdateUserHierarchy UpdateUserHierarchyStructure",
  "it changes from which addresses, and for how long, users are signed in":
    "CreateAuthenticationProfile UpdateAuthenticationProfile",
  "it hands out a session of Amazon Connect, which these policies do not limit":
    "CreateAuthCode GetFederationToken GetFederationTokens AdminGetEmergencyAccessToken",
  "it changes tags, and policies and security profiles may decide by tags": "TagResource UntagResource",
  "it creates, copies or deletes whole instances": "CreateInstance ReplicateInstance DeleteInstance",
  "it changes settings of the whole instance": "UpdateInstanceAttribute UpdateAttachedFilesConfiguration",
  "it changes where recordings, transcripts and reports are kept":
    "AssociateInstanceStorageConfig UpdateInstanceStorageConfig DisassociateInstanceStorageConfig",
  "it gives analytics data to another AWS account":
    "AssociateAnalyticsDataSet BatchAssociateAnalyticsDataSet",
  "it sends what is said on a contact to another place": "StartContactStreaming StartContactMediaProcessing",
  "it writes what flows do with every contact: run the connected Lambda functions, transfer calls to any number, stream what is said":
    "CreateContactFlow UpdateContactFlowContent CreateContactFlowModule UpdateContactFlowModuleContent",
  "it lets the user whom the call names, who need not be the caller, listen to a contact, and with BARGE speak in it":
    "MonitorContact",
  "it connects a Lambda function or a bot, which flows then run with a role of its own":
    "AssociateLambdaFunction AssociateLexBot AssociateBot",
  "it connects applications and other services, with roles of their own":
    "CreateIntegrationAssociation DeleteIntegrationAssociation CreateUseCase DeleteUseCase AssociateCustomerProfilesDomain DisassociateCustomerProfilesDomain StartForecastingPlanningSchedulingIntegration StopForecastingPlanningSchedulingIntegration",
  "it decides which web pages may embed Amazon Connect and use the agent's session":
    "AssociateApprovedOrigin",
  "it changes the keys that encrypt what customers enter": "AssociateSecurityKey DisassociateSecurityKey",
  "it changes in which Region callers are served and users sign in":
    "CreateTrafficDistributionGroup DeleteTrafficDistributionGroup UpdateTrafficDistribution UpdateCrossRegionRouting AssociateTrafficDistributionGroupUser DisassociateTrafficDistributionGroupUser",
};

/** The rest: they read, or change only what the resource itself does. */
const ordinary = `
  ActivateEvaluationForm AssociateContactWithUser AssociateDefaultVocabulary AssociateEmailAddressAlias AssociateFlow
  AssociateHoursOfOperations AssociatePhoneNumberContactFlow AssociateQueueEmailAddresses AssociateQueueQuickConnects
  AssociateRoutingProfileQueues AssociateUserProficiencies AssociateWorkspace BatchCreateDataTableValue BatchDeleteDataTableValue
  BatchDescribeDataTableValue BatchDisassociateAnalyticsDataSet BatchGetAttachedFileMetadata BatchGetFlowAssociation
  BatchPutContact BatchUpdateDataTableValue ClaimPhoneNumber CompleteAttachedFileUpload CreateAgentStatus CreateAttachedFile
  CreateContact CreateContactFlowModuleAlias CreateContactFlowModuleVersion CreateContactFlowVersion CreateDataTable
  CreateDataTableAttribute CreateEmailAddress CreateEvaluationForm CreateExtractionDefinition CreateHoursOfOperation
  CreateHoursOfOperationOverride CreateMetric CreateNotification CreateParticipant CreatePersistentContactAssociation
  CreatePredefinedAttribute CreatePrompt CreatePushNotificationRegistration CreateQueue CreateQuickConnect CreateRoutingProfile
  CreateRule CreateTaskTemplate CreateTestCase CreateUserHierarchyGroup CreateView CreateViewVersion CreateVocabulary
  CreateWorkspace CreateWorkspacePage DeactivateEvaluationForm DeleteAttachedFile DeleteContactData DeleteContactEvaluation
  DeleteContactFlow DeleteContactFlowModule DeleteContactFlowModuleAlias DeleteContactFlowModuleVersion DeleteContactFlowVersion
  DeleteDataTable DeleteDataTableAttribute DeleteEmailAddress DeleteEvaluationForm DeleteExtractionDefinition
  DeleteHoursOfOperation DeleteHoursOfOperationOverride DeleteMetric DeleteNotification DeletePredefinedAttribute DeletePrompt
  DeletePushNotificationRegistration DeleteQueue DeleteQuickConnect DeleteRoutingProfile DeleteRule DeleteSecurityProfile
  DeleteSession DeleteTaskTemplate DeleteTestCase DeleteUser DeleteUserHierarchyGroup DeleteView DeleteViewVersion
  DeleteVocabulary DeleteWorkspace DeleteWorkspaceMedia DeleteWorkspacePage DescribeAgentStatus DescribeAttachedFilesConfiguration
  DescribeAuthenticationProfile DescribeContact DescribeContactEvaluation DescribeContactFlow DescribeContactFlowModule
  DescribeContactFlowModuleAlias DescribeDataTable DescribeDataTableAttribute DescribeEmailAddress DescribeEvaluationForm
  DescribeExtractionDefinition DescribeForecastingPlanningSchedulingIntegration DescribeHoursOfOperation
  DescribeHoursOfOperationOverride DescribeInstance DescribeInstanceAttribute DescribeInstanceStorageConfig DescribeMetric
  DescribeNotification DescribePhoneNumber DescribePredefinedAttribute DescribePrompt DescribeQueue DescribeQuickConnect
  DescribeRoutingProfile DescribeRule DescribeSecurityProfile DescribeTestCase DescribeTrafficDistributionGroup DescribeUser
  DescribeUserHierarchyGroup DescribeUserHierarchyStructure DescribeView DescribeVocabulary DescribeWorkspace
  DisassociateAnalyticsDataSet DisassociateApprovedOrigin DisassociateBot DisassociateEmailAddressAlias DisassociateFlow
  DisassociateHoursOfOperations DisassociateLambdaFunction DisassociateLexBot DisassociatePhoneNumberContactFlow
  DisassociateQueueEmailAddresses DisassociateQueueQuickConnects DisassociateRoutingProfileQueues DisassociateUserProficiencies
  DisassociateWorkspace DismissUserContact EvaluateDataTableValues GetAttachedFile GetContactAttributes GetContactMetrics
  GetCrossRegionRouting GetCurrentMetricData GetCurrentUserData GetEffectiveHoursOfOperations GetEvaluationFormValidation
  GetFlowAssociation GetMetricData GetMetricDataV2 GetPromptFile GetTaskTemplate GetTestCaseExecutionSummary
  GetTrafficDistribution ImportPhoneNumber ImportWorkspaceMedia ListAgentStatuses ListAnalyticsDataAssociations
  ListAnalyticsDataLakeDataSets ListApprovedOrigins ListAssociatedContacts ListAttachedFilesConfigurations
  ListAuthenticationProfiles ListBots ListChildHoursOfOperations ListContactEvaluations ListContactFlowModuleAliases
  ListContactFlowModuleVersions ListContactFlowModules ListContactFlowVersions ListContactFlows ListContactReferences
  ListDataTableAttributes ListDataTablePrimaryValues ListDataTableValues ListDataTables ListDefaultVocabularies
  ListEntitySecurityProfiles ListEvaluationFormAIVersions ListEvaluationFormVersions ListEvaluationForms ListExtractionDefinitions
  ListFlowAssociations ListHoursOfOperationOverrides ListHoursOfOperations ListInstanceAttributes ListInstanceStorageConfigs
  ListInstances ListIntegrationAssociations ListLambdaFunctions ListLexBots ListMetrics ListNotifications ListPhoneNumbers
  ListPhoneNumbersV2 ListPredefinedAttributes ListPrompts ListQueueEmailAddresses ListQueueQuickConnects ListQueues
  ListQuickConnects ListRealtimeContactAnalysisSegments ListRealtimeContactAnalysisSegmentsV2
  ListRoutingProfileManualAssignmentQueues ListRoutingProfileQueues ListRoutingProfiles ListRules ListSecurityKeys
  ListSecurityProfileAIAgents ListSecurityProfileApplications ListSecurityProfileFlowModules ListSecurityProfilePermissions
  ListSecurityProfiles ListTagsForResource ListTaskTemplates ListTestCaseExecutionRecords ListTestCaseExecutions ListTestCases
  ListTrafficDistributionGroupUsers ListTrafficDistributionGroups ListUseCases ListUserHierarchyGroups ListUserNotifications
  ListUserProficiencies ListUsers ListViewVersions ListViews ListWorkspaceMedia ListWorkspacePages ListWorkspaces PauseContact
  PutUserStatus ReleasePhoneNumber ResumeContact ResumeContactRecording SearchAgentStatuses SearchAvailablePhoneNumbers
  SearchContactEvaluations SearchContactFlowModules SearchContactFlows SearchContacts SearchDataTables SearchEmailAddresses
  SearchEvaluationForms SearchHoursOfOperationOverrides SearchHoursOfOperations SearchMetrics SearchNotifications
  SearchPredefinedAttributes SearchPrompts SearchQueues SearchQuickConnects SearchResourceTags SearchRoutingProfiles SearchRules
  SearchSecurityProfiles SearchTestCases SearchUserHierarchyGroups SearchUsers SearchViews SearchVocabularies
  SearchWorkspaceAssociations SearchWorkspaces SendChatIntegrationEvent SendIntegrationEvent SendOutboundChatMessage
  SendOutboundEmail SendOutboundWebNotification StartAssistantContact StartAttachedFileUpload StartChatContact
  StartContactConversationalAnalyticsJob StartContactEvaluation StartContactRecording StartEmailContact
  StartEvaluationFormValidation StartOutboundChatContact StartOutboundEmailContact StartOutboundVoiceContact StartScreenSharing
  StartTaskContact StartTestCaseExecution StartWebRTCContact StopContact StopContactMediaProcessing StopContactRecording
  StopContactStreaming StopTestCaseExecution SubmitContactEvaluation SuspendContactRecording TagContact TransferContact
  UntagContact UpdateAgentStatus UpdateContact UpdateContactAttributes UpdateContactEvaluation UpdateContactFlowMetadata
  UpdateContactFlowModuleAlias UpdateContactFlowModuleMetadata UpdateContactFlowName UpdateContactRoutingData
  UpdateContactSchedule UpdateContactTaskTemplate UpdateDataTableAttribute UpdateDataTableMetadata UpdateDataTablePrimaryValues
  UpdateEmailAddressMetadata UpdateEvaluationForm UpdateExtractionDefinition UpdateHoursOfOperation UpdateHoursOfOperationOverride
  UpdateMetricContent UpdateMetricMetadata UpdateNotificationContent UpdateParticipantAuthentication UpdateParticipantRoleConfig
  UpdatePhoneNumber UpdatePhoneNumberMetadata UpdatePredefinedAttribute UpdatePrompt UpdateQueueHoursOfOperation
  UpdateQueueMaxContacts UpdateQueueName UpdateQueueOutboundCallerConfig UpdateQueueOutboundEmailConfig UpdateQueueStatus
  UpdateQuickConnectConfig UpdateQuickConnectName UpdateRoutingProfileAgentAvailabilityTimer UpdateRoutingProfileConcurrency
  UpdateRoutingProfileDefaultOutboundQueue UpdateRoutingProfileName UpdateRoutingProfileQueues UpdateRule UpdateTaskTemplate
  UpdateTestCase UpdateUserConfig UpdateUserHierarchyGroupName UpdateUserNotificationStatus UpdateUserPhoneConfig
  UpdateUserProficiencies UpdateUserRoutingProfile UpdateViewContent UpdateViewMetadata UpdateWorkspaceMetadata
  UpdateWorkspacePage UpdateWorkspaceTheme UpdateWorkspaceVisibility
`;

const wordsOf = (text: string) => text.trim().split(/\s+/);

const reasonOf: ReadonlyMap<string, string> = new Map(
  Object.entries(reasons).flatMap(([reason, names]) => wordsOf(names).map((name) => [name, reason] as const)),
);
const ordinaryNames: ReadonlySet<string> = new Set(wordsOf(ordinary));

/** Says why an action, like `connect:CreateUser`, escalates; `undefined` for one that does not. */
export function escalationOf(action: string): string | undefined {
  const name = action.replace(/^connect:/, "");
  if (ordinaryNames.has(name)) return undefined;
  return reasonOf.get(name) ?? "this version does not say whether it escalates";
}

let asked: readonly string[] | undefined;

/** Lists the actions that a call can ask, whether or not dependent ones are checked. */
export function askedActions(): readonly string[] {
  asked ??= [...lintFacts().actions.ignored.values()].flatMap(({ name, shapes }) =>
    shapes === 0n || actionsWithoutOperation.has(name) ? [] : [name],
  );
  return asked;
}

/** All names that are judged, for the test that none is missing or in both tables. */
export const judgedNames: readonly string[] = [...reasonOf.keys(), ...wordsOf(ordinary)];
