/**
 * What the Service Authorization Reference says of actions that no served operation asks, so that a policy that names
 * one of them is judged by what Amazon Connect would ask and not called wrong.
 *
 * Source: "Actions, resources, and condition keys for Amazon Connect".
 */

/** Resource types and condition keys of one action. */
interface ReferenceAction {
  /** Keys of the resource type table, or `*`. */
  readonly types: readonly string[];
  /** In the reference's spelling. */
  readonly keys: readonly string[];
}

const instance: ReferenceAction = { types: ["instance"], keys: [] };
const instanceById: ReferenceAction = { types: ["instance"], keys: ["connect:InstanceId"] };

/** By the action's name in the reference's spelling. */
export const actionsWithoutOperation: ReadonlyMap<string, ReferenceAction> = new Map([
  ["connect:AdminGetEmergencyAccessToken", instance],
  ["connect:AssociateCustomerProfilesDomain", instance],
  [
    "connect:CreateAuthenticationProfile",
    { types: ["authentication-profile"], keys: ["connect:InstanceId"] },
  ],
  ["connect:DescribeForecastingPlanningSchedulingIntegration", instanceById],
  ["connect:DisassociateCustomerProfilesDomain", instance],
  // An operation that is not served. `userSession` is what the service asks (administrator guide, "Configure SAML").
  ["connect:GetFederationToken", { types: ["instance", "userSession"], keys: ["connect:InstanceId"] }],
  // The former name of AdminGetEmergencyAccessToken.
  ["connect:GetFederationTokens", instance],
  [
    "connect:ListRealtimeContactAnalysisSegments",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the reference's own placeholder
    { types: ["contact"], keys: ["aws:ResourceTag/${TagKey}"] },
  ],
  ["connect:SendIntegrationEvent", { types: ["*"], keys: [] }],
  [
    "connect:SendOutboundChatMessage",
    { types: ["instance", "phone-number"], keys: ["connect:InstanceId", "connect:Subtype"] },
  ],
  ["connect:StartForecastingPlanningSchedulingIntegration", instanceById],
  ["connect:StopForecastingPlanningSchedulingIntegration", instanceById],
]);
