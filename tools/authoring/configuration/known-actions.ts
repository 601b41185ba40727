/** Every IAM action of Amazon Connect, for telling a mistyped one from a real one. */
import { lowerAscii } from "../../../shared/ascii.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import accessLevels from "./generated/access-levels.generated.json" with { type: "json" };

/** IAM actions that no operation of the SDK needs (Service Authorization Reference). A policy may name them. */
const withoutOperation = [
  "connect:AdminGetEmergencyAccessToken",
  "connect:AssociateCustomerProfilesDomain",
  "connect:CreateAuthenticationProfile",
  "connect:DescribeForecastingPlanningSchedulingIntegration",
  "connect:DisassociateCustomerProfilesDomain",
  // The name that AdminGetEmergencyAccessToken had; AWS's own policies of that time deny it.
  "connect:GetFederationTokens",
  "connect:ListRealtimeContactAnalysisSegments",
  "connect:SendIntegrationEvent",
  "connect:SendOutboundChatMessage",
  "connect:StartForecastingPlanningSchedulingIntegration",
  "connect:StopForecastingPlanningSchedulingIntegration",
];

const levels: ReadonlyMap<string, string> = new Map(Object.entries(accessLevels));

/** As the Service Authorization Reference has it: Read, List, Write, Tagging, Permissions management; several with commas. */
export function accessLevelOf(action: string): string | undefined {
  return levels.get(action.replace(/^connect:/, ""));
}

let known: ReadonlyMap<string, string> | undefined;

/** Lists the actions: lower-case name → IAM's spelling, both with the prefix `connect:`. */
export function knownActions(): ReadonlyMap<string, string> {
  if (known) return known;
  const used = operations().flatMap((row) => [row.action, ...row.extraActions.map((extra) => extra.action)]);
  known = new Map([...used, ...withoutOperation].map((action) => [lowerAscii(action), action]));
  return known;
}
