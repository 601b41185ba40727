/**
 * Extra actions that an operation needs: tagging what it creates, describing what a search shows.
 *
 * Source: the Service Authorization Reference's dependent actions and, behind them, AWS's service reference ("IAM actions
 * required for the API call").
 */
import { lowerAscii } from "../../../shared/ascii.ts";
import { parseTarget } from "../../../shared/catalog/target-text.ts";
import type { ExtraAction, TargetSpec } from "../../../shared/catalog/types.ts";
import type { IamReference } from "../iam-reference.ts";
import type { SdkOperation } from "../sdk-operations.ts";

/** What an operation also reads, by the reference: the action, and what it is authorized on. */
const described = [["DescribeInstance", "instance InstanceId"]] as const;
const besides: Readonly<Record<string, readonly (readonly [action: string, target: string])[]>> = {
  AssociateTrafficDistributionGroupUser: [
    ["DescribeUser", "user UserId"],
    ["SearchUsers", "instance InstanceId"],
  ],
  CreateIntegrationAssociation: described,
  CreateUseCase: described,
  DeleteIntegrationAssociation: described,
  DeleteUseCase: described,
  ListIntegrationAssociations: described,
  ListUseCases: described,
  // The reference knows neither; but what the search answers is what the Describe does, whole.
  SearchTestCases: [["DescribeTestCase", "instance InstanceId"]],
};

/** Operations whose tags are what their own action is about. */
const tagsThemselves = new Set(["TagContact", "TagResource"]);

/** What is tagged, where no target of the operation is the created type's `*`. */
const tagged: Readonly<Record<string, string>> = {
  CreateEmailAddress: "email-address *",
  CreateInstance: "instance *",
  CreateNotification: "notification *",
  CreateTestCase: "instance InstanceId",
};

/** Extra actions that a search needs; `when` names the member that makes one needed. */
const searches: Readonly<Record<string, readonly { readonly action: string; readonly when?: string }[]>> = {
  SearchAgentStatuses: [{ action: "DescribeAgentStatus" }],
  SearchContactEvaluations: [{ action: "DescribeContactEvaluation" }],
  SearchContactFlowModules: [{ action: "DescribeContactFlowModule" }],
  SearchContactFlows: [{ action: "DescribeContactFlow" }],
  // AWS's own example policy for SearchContacts grants no GetContactAttributes: it is for searches by attribute.
  SearchContacts: [
    { action: "DescribeContact" },
    { action: "GetContactAttributes", when: "SearchCriteria.SearchableContactAttributes" },
  ],
  SearchDataTables: [{ action: "DescribeDataTable" }],
  SearchEmailAddresses: [{ action: "DescribeEmailAddress" }],
  SearchEvaluationForms: [{ action: "DescribeEvaluationForm" }],
  // The reference named the first two until 2026, and since then the third.
  SearchHoursOfOperationOverrides: [
    { action: "DescribeHoursOfOperation" },
    { action: "ListHoursOfOperationOverrides" },
    { action: "DescribeHoursOfOperationOverride" },
  ],
  SearchHoursOfOperations: [{ action: "DescribeHoursOfOperation" }],
  SearchMetrics: [{ action: "DescribeMetric" }],
  SearchNotifications: [{ action: "DescribeNotification" }],
  SearchPredefinedAttributes: [{ action: "DescribePredefinedAttribute" }],
  SearchPrompts: [{ action: "DescribePrompt" }],
  SearchQueues: [{ action: "DescribeQueue" }],
  SearchQuickConnects: [{ action: "DescribeQuickConnect" }],
  SearchRoutingProfiles: [{ action: "DescribeRoutingProfile" }],
  SearchRules: [{ action: "DescribeRule" }],
  SearchSecurityProfiles: [{ action: "DescribeSecurityProfile" }],
  SearchUserHierarchyGroups: [{ action: "DescribeUserHierarchyGroup" }],
  SearchUsers: [{ action: "DescribeUser" }, { action: "ListUserProficiencies" }],
  SearchViews: [{ action: "DescribeView" }],
  SearchWorkspaces: [{ action: "DescribeWorkspace" }],
};

/** Searches that need their own action only. */
const searchesAlone = new Set([
  "SearchAvailablePhoneNumbers",
  "SearchResourceTags",
  "SearchVocabularies",
  "SearchWorkspaceAssociations",
]);

/** Lists an operation's extra actions; open decisions go to `undecided`. */
export function deriveExtraActions(
  operation: SdkOperation,
  targets: readonly TargetSpec[],
  context: { readonly reference: IamReference; readonly undecided: string[] },
): readonly ExtraAction[] {
  const extras: ExtraAction[] = [];
  const { name, members } = operation;
  if (members.some((member) => member.name === "Tags") && !tagsThemselves.has(name)) {
    const created = tagged[name] ? [parseTarget(tagged[name])] : targets.filter(isCreated);
    if (created.length === 0) context.undecided.push("Tags: which type do they go on?");
    extras.push({ action: "connect:TagResource", when: { member: "Tags" }, targets: created });
  }
  if (name.startsWith("Search") && !searches[name] && !besides[name] && !searchesAlone.has(name))
    context.undecided.push("a search: which Describe does it need?");
  for (const { action, when } of searches[name] ?? []) {
    const asked = describedTargets(action, context.reference);
    extras.push({
      action: `connect:${action}`,
      when: when === undefined ? "always" : { member: when },
      targets: asked,
    });
  }
  for (const [action, target] of besides[name] ?? [])
    extras.push({ action: `connect:${action}`, when: "always", targets: [parseTarget(target)] });
  return extras;
}

function isCreated({ type, source }: TargetSpec): boolean {
  return source === "*" && type !== "*";
}

/** A search shows any of the instance's resources, so it needs all of each type that the Describe requires. */
function describedTargets(action: string, { actions }: IamReference): readonly TargetSpec[] {
  const required = actions.get(lowerAscii(action))?.resourceTypes.filter(({ required }) => required) ?? [];
  return required
    .map(({ name }) => name)
    .filter((name) => !/^(?:qualified-|aws-managed-)/.test(name))
    .map((name) => parseTarget(name === "instance" ? "instance InstanceId" : `${name} *`));
}
