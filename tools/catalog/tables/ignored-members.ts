/**
 * Members that look like identifiers, or like tags, and name no resource that a policy could be evaluated against: each by its
 * operation and its whole path, under the reason.
 *
 * Never by its bare name: a new operation with a member of the same name may mean something else by it, and the generator
 * stops at it until a person has decided. The call is authorized on ARNs of Connect's in these members too, as everywhere
 * (`shared/catalog/named-arns.ts`).
 */

/** Reason → `Operation.path`. */
type Ignored = Readonly<Record<string, readonly string[]>>;

export const ignoredIdentifiers: Ignored = {
  "a lock's version of the data table, which the call is authorized on": [
    "BatchCreateDataTableValue.Values[].LockVersion.DataTable",
    "BatchDeleteDataTableValue.Values[].LockVersion.DataTable",
    "BatchUpdateDataTableValue.Values[].LockVersion.DataTable",
    "UpdateDataTablePrimaryValues.LockVersion.DataTable",
  ],
  "a metric that Amazon Connect itself defines, by its name": [
    "GetCurrentMetricData.SortCriteria[].SortByMetric",
  ],
  "a view's own structure": ["CreateView.Content.Template", "UpdateViewContent.Content.Template"],
  "whether to wait for the end of an answering machine's prompt": [
    "StartOutboundVoiceContact.AnswerMachineDetectionConfig.AwaitAnswerMachinePrompt",
  ],
  "a bot alias of Amazon Lex, associated with the instance": [
    "AssociateBot.LexV2Bot.AliasArn",
    "DisassociateBot.LexV2Bot.AliasArn",
  ],
  "a campaign of Connect outbound campaigns, recorded with the contact": [
    "BatchPutContact.ContactDataRequestList[].Campaign.CampaignId",
    "SendOutboundEmail.SourceCampaign.CampaignId",
    "SendOutboundWebNotification.Source.SourceCampaign.CampaignId",
    "StartOutboundVoiceContact.CampaignId",
  ],
  "a chat system's identifier of a customer": ["SendChatIntegrationEvent.SourceId"],
  "a chat system's identifier; the reference lists no resource": ["SendChatIntegrationEvent.DestinationId"],
  "a chat widget of the instance, which the call is authorized on": [
    "SendOutboundWebNotification.Destination.WidgetId",
  ],
  "a customer of Customer Profiles": ["StartChatContact.CustomerId"],
  "a customer's browser": ["SendOutboundWebNotification.BrowserId"],
  "a data set of the analytics data lake; the reference authorizes on the instance": [
    "AssociateAnalyticsDataSet.DataSetId",
    "BatchAssociateAnalyticsDataSet.DataSetIds[]",
    "BatchDisassociateAnalyticsDataSet.DataSetIds[]",
    "DisassociateAnalyticsDataSet.DataSetId",
    "ListAnalyticsDataAssociations.DataSetId",
  ],
  "a directory of AWS Directory Service": ["CreateInstance.DirectoryId"],
  "a field of Connect Cases": [
    "CreateRule.Actions[].AssignSlaAction.CaseSlaConfiguration.FieldId",
    "CreateRule.Actions[].CreateCaseAction.Fields[].Id",
    "CreateRule.Actions[].UpdateCaseAction.Fields[].Id",
    "UpdateRule.Actions[].AssignSlaAction.CaseSlaConfiguration.FieldId",
    "UpdateRule.Actions[].CreateCaseAction.Fields[].Id",
    "UpdateRule.Actions[].UpdateCaseAction.Fields[].Id",
  ],
  "a function of AWS Lambda": ["StartContactMediaProcessing.ProcessorArn"],
  "a function of AWS Lambda, associated with the instance": [
    "AssociateLambdaFunction.FunctionArn",
    "DisassociateLambdaFunction.FunctionArn",
  ],
  "a key of AWS KMS": [
    "AssociateInstanceStorageConfig.StorageConfig.KinesisVideoStreamConfig.EncryptionConfig.KeyId",
    "AssociateInstanceStorageConfig.StorageConfig.S3Config.EncryptionConfig.KeyId",
    "UpdateInstanceStorageConfig.StorageConfig.KinesisVideoStreamConfig.EncryptionConfig.KeyId",
    "UpdateInstanceStorageConfig.StorageConfig.S3Config.EncryptionConfig.KeyId",
  ],
  "a knowledge base of Amazon Q in Connect": [
    "SendOutboundEmail.EmailMessage.TemplatedMessageConfig.KnowledgeBaseId",
    "StartOutboundChatContact.InitialTemplatedSystemMessage.KnowledgeBaseId",
    "StartOutboundEmailContact.EmailMessage.TemplatedMessageConfig.KnowledgeBaseId",
  ],
  "a message template of Amazon Q in Connect": [
    "SendOutboundEmail.EmailMessage.TemplatedMessageConfig.MessageTemplateId",
    "StartOutboundChatContact.InitialTemplatedSystemMessage.MessageTemplateId",
    "StartOutboundEmailContact.EmailMessage.TemplatedMessageConfig.MessageTemplateId",
  ],
  "a number of AWS End User Messaging; the reference authorizes on every phone number": [
    "ImportPhoneNumber.SourcePhoneNumberArn",
  ],
  "a profile of Customer Profiles": ["SendOutboundWebNotification.Destination.ProfileId"],
  "a reference inside an evaluation form": [
    "CreateEvaluationForm.Items[].Question.Enablement.Condition.Operands[].Expression.Source.RefId",
    "CreateEvaluationForm.Items[].Question.Enablement.Condition.Operands[].Expression.Values[].RefId",
    "CreateEvaluationForm.Items[].Question.QuestionTypeProperties.MultiSelect.Automation.DefaultOptionRefIds[]",
    "CreateEvaluationForm.Items[].Question.QuestionTypeProperties.MultiSelect.Automation.Options[].RuleCategory.OptionRefIds[]",
    "CreateEvaluationForm.Items[].Question.QuestionTypeProperties.MultiSelect.Options[].RefId",
    "CreateEvaluationForm.Items[].Question.QuestionTypeProperties.SingleSelect.Automation.DefaultOptionRefId",
    "CreateEvaluationForm.Items[].Question.QuestionTypeProperties.SingleSelect.Automation.Options[].RuleCategory.OptionRefId",
    "CreateEvaluationForm.Items[].Question.QuestionTypeProperties.SingleSelect.Options[].RefId",
    "CreateEvaluationForm.Items[].Question.RefId",
    "CreateEvaluationForm.Items[].Section.RefId",
    "UpdateEvaluationForm.Items[].Question.Enablement.Condition.Operands[].Expression.Source.RefId",
    "UpdateEvaluationForm.Items[].Question.Enablement.Condition.Operands[].Expression.Values[].RefId",
    "UpdateEvaluationForm.Items[].Question.QuestionTypeProperties.MultiSelect.Automation.DefaultOptionRefIds[]",
    "UpdateEvaluationForm.Items[].Question.QuestionTypeProperties.MultiSelect.Automation.Options[].RuleCategory.OptionRefIds[]",
    "UpdateEvaluationForm.Items[].Question.QuestionTypeProperties.MultiSelect.Options[].RefId",
    "UpdateEvaluationForm.Items[].Question.QuestionTypeProperties.SingleSelect.Automation.DefaultOptionRefId",
    "UpdateEvaluationForm.Items[].Question.QuestionTypeProperties.SingleSelect.Automation.Options[].RuleCategory.OptionRefId",
    "UpdateEvaluationForm.Items[].Question.QuestionTypeProperties.SingleSelect.Options[].RefId",
    "UpdateEvaluationForm.Items[].Question.RefId",
    "UpdateEvaluationForm.Items[].Section.RefId",
  ],
  "a registration of the instance, which the call is authorized on": [
    "DeletePushNotificationRegistration.RegistrationId",
  ],
  "a request of an outbound campaign, recorded with the contact": [
    "SendOutboundEmail.SourceCampaign.OutboundRequestId",
    "SendOutboundWebNotification.Source.SourceCampaign.OutboundRequestId",
  ],
  "a segment attribute: data of the contact; the call is authorized on an ARN of Connect's in it, as on every one":
    [
      "CreateContact.SegmentAttributes<ValueList[]>{}.ValueArn",
      "StartChatContact.SegmentAttributes<ValueList[]>{}.ValueArn",
      "StartEmailContact.SegmentAttributes<ValueList[]>{}.ValueArn",
      "StartOutboundChatContact.SegmentAttributes<ValueList[]>{}.ValueArn",
      "StartTaskContact.SegmentAttributes<ValueList[]>{}.ValueArn",
      "StartWebRTCContact.SegmentAttributes<ValueList[]>{}.ValueArn",
      "UpdateContact.SegmentAttributes<ValueList[]>{}.ValueArn",
    ],
  "a session of the instance, which the call is authorized on": [
    "DeleteSession.SessionId",
    "SendOutboundWebNotification.SessionId",
  ],
  "a stream of Amazon Data Firehose": [
    "AssociateInstanceStorageConfig.StorageConfig.KinesisFirehoseConfig.FirehoseArn",
    "UpdateInstanceStorageConfig.StorageConfig.KinesisFirehoseConfig.FirehoseArn",
  ],
  "a stream of Amazon Kinesis": [
    "AssociateInstanceStorageConfig.StorageConfig.KinesisStreamConfig.StreamArn",
    "UpdateInstanceStorageConfig.StorageConfig.KinesisStreamConfig.StreamArn",
  ],
  "a stream of a contact, which the call is authorized on": ["StopContactStreaming.StreamingId"],
  "a template of Connect Cases": [
    "CreateRule.Actions[].CreateCaseAction.TemplateId",
    "UpdateRule.Actions[].CreateCaseAction.TemplateId",
  ],
  "a test case; the reference has no resource type for it, so the call is authorized on the instance": [
    "CreateTestCase.TestCaseId",
    "DeleteTestCase.TestCaseId",
    "DescribeTestCase.TestCaseId",
    "GetTestCaseExecutionSummary.TestCaseId",
    "ListTestCaseExecutionRecords.TestCaseId",
    "ListTestCaseExecutions.TestCaseId",
    "StartTestCaseExecution.TestCaseId",
    "StopTestCaseExecution.TestCaseId",
    "UpdateTestCase.TestCaseId",
  ],
  "a topic of Amazon SNS": [
    "SendChatIntegrationEvent.NewSessionDetails.StreamingConfiguration.StreamingEndpointArn",
    "StartContactStreaming.ChatStreamingConfiguration.StreamingEndpointArn",
  ],
  "a user of the identity directory, not of Connect": ["CreateUser.DirectoryUserId"],
  "an AI agent as a search criterion: it narrows the result": [
    "SearchContacts.SearchCriteria.AiAgents.Criteria[].Id",
  ],
  "an AI agent of Amazon Q in Connect; its ARN needs an assistant that the call does not name": [
    "StartAssistantContact.AiAgent.AiAgentId",
  ],
  "an ARN of AWS End User Messaging, or an id of one of the types that overrides.ts authorizes on": [
    "AssociateFlow.ResourceId",
    "BatchGetFlowAssociation.ResourceIds[]",
    "DisassociateFlow.ResourceId",
    "GetFlowAssociation.ResourceId",
  ],
  "an AWS account that data is shared with; the reference authorizes on the instance": [
    "AssociateAnalyticsDataSet.TargetAccountId",
    "BatchAssociateAnalyticsDataSet.TargetAccountId",
    "BatchDisassociateAnalyticsDataSet.TargetAccountId",
    "DisassociateAnalyticsDataSet.TargetAccountId",
  ],
  "an application of Amazon Pinpoint": ["CreatePushNotificationRegistration.PinpointAppArn"],
  "an association of the instance, which the call is authorized on": [
    "AssociateInstanceStorageConfig.StorageConfig.AssociationId",
    "DescribeInstanceStorageConfig.AssociationId",
    "DisassociateInstanceStorageConfig.AssociationId",
    "DisassociateSecurityKey.AssociationId",
    "UpdateInstanceStorageConfig.AssociationId",
    "UpdateInstanceStorageConfig.StorageConfig.AssociationId",
  ],
  "an execution of a test case; the reference has no resource type for it": [
    "GetTestCaseExecutionSummary.TestCaseExecutionId",
    "ListTestCaseExecutionRecords.TestCaseExecutionId",
    "StopTestCaseExecution.TestCaseExecutionId",
  ],
  "data for the agent, of any service; the call is authorized on an ARN of Connect's in it, as on every one":
    [
      "CreateContact.References{}.Arn",
      "CreateRule.Actions[].TaskAction.References{}.Arn",
      "StartEmailContact.References{}.Arn",
      "StartOutboundVoiceContact.References{}.Arn",
      "StartTaskContact.References{}.Arn",
      "StartWebRTCContact.References{}.Arn",
      "UpdateContact.References{}.Arn",
      "UpdateRule.Actions[].TaskAction.References{}.Arn",
    ],
  "part of a data table, which the call is authorized on": [
    "ListDataTableAttributes.AttributeIds[]",
    "ListDataTablePrimaryValues.RecordIds[]",
    "ListDataTableValues.RecordIds[]",
  ],
  "part of a flow module, which the call is authorized on": [
    "DeleteContactFlowModuleAlias.AliasId",
    "DescribeContactFlowModuleAlias.AliasId",
    "UpdateContactFlowModuleAlias.AliasId",
  ],
  "part of hours of operation, which the call is authorized on": [
    "DeleteHoursOfOperationOverride.HoursOfOperationOverrideId",
    "DescribeHoursOfOperationOverride.HoursOfOperationOverrideId",
    "UpdateHoursOfOperationOverride.HoursOfOperationOverrideId",
  ],
  "the AWS identity behind an upload, recorded as data": ["StartAttachedFileUpload.CreatedBy.AWSIdentityArn"],
  "the caller's own name for one of the requests": [
    "BatchPutContact.ContactDataRequestList[].RequestIdentifier",
  ],
  "the customer or entity that a session is for; the reference lists no resource type for it": [
    "CreateAuthCode.Scope.EntityId",
  ],
  "what is integrated, of another service": [
    "CreateIntegrationAssociation.IntegrationArn",
    "ListIntegrationAssociations.IntegrationArn",
  ],
};

/** Members that look like tags, but are tags of something else. */
export const otherTags: Ignored = {
  "tells whom a rule notifies, by the tags of users": [
    "CreateRule.Actions[].SendNotificationAction.Recipient.UserTags{}",
    "UpdateRule.Actions[].SendNotificationAction.Recipient.UserTags{}",
  ],
  "tells whom a rule does not notify, by the tags of users": [
    "CreateRule.Actions[].SendNotificationAction.Exclusion.UserTags{}",
    "UpdateRule.Actions[].SendNotificationAction.Exclusion.UserTags{}",
  ],
  "the tags by which a security profile's users see resources inside Amazon Connect": [
    "CreateSecurityProfile.AllowedAccessControlTags{}",
    "UpdateSecurityProfile.AllowedAccessControlTags{}",
  ],
  "the resource types to which a security profile's access control tags apply": [
    "CreateSecurityProfile.TagRestrictedResources[]",
    "UpdateSecurityProfile.TagRestrictedResources[]",
  ],
  "what SearchResourceTags looks for among tags; it is narrowed to nothing by it": [
    "SearchResourceTags.SearchCriteria.TagSearchCondition.tagKey",
    "SearchResourceTags.SearchCriteria.TagSearchCondition.tagValue",
  ],
  "how SearchResourceTags compares what it looks for among tags": [
    "SearchResourceTags.SearchCriteria.TagSearchCondition.tagKeyComparisonType",
    "SearchResourceTags.SearchCriteria.TagSearchCondition.tagValueComparisonType",
  ],
};

const identifiers = invert(ignoredIdentifiers);
const tags = invert(otherTags);

/** Why a member that looks like an identifier names nothing; `undefined` if the table has no reason. */
export function reasonToIgnore(operation: string, path: string): string | undefined {
  return identifiers.get(`${operation}.${path}`);
}

const names = new Set([...identifiers.keys()].map(nameOf));

export function isIgnoredSomewhere(name: string): boolean {
  return names.has(nameOf(name));
}

/** The last name of a path, in the singular. */
function nameOf(path: string): string {
  return (path.split(".").at(-1) ?? "").replace(/[[\]{}]/g, "").replace(/s$/, "");
}

/** Why no condition key is read from a member that looks like a tag; `undefined` if the table has no reason. */
export function reasonForOtherTag(operation: string, path: string): string | undefined {
  return tags.get(`${operation}.${path}`);
}

function invert(table: Ignored): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(table).flatMap(([reason, places]) => places.map((place) => [place, reason] as const)),
  );
}
