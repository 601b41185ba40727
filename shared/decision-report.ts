/**
 * A decision told to people: to the caller in IAM's words, and to the audit record.
 */
import type { DecisionRecord } from "./audit/decision-record.ts";
import type { CallDecision } from "./authorize.ts";
import type { VerifiedPrincipal } from "./identity/types.ts";
import type { LayeredEvaluation } from "./policy/layers.ts";

type Layer = NonNullable<LayeredEvaluation["layer"]>;

const policyTypes = {
  attached: "identity-based policy",
  boundary: "permissions boundary",
  guardrail: "guardrail",
} as const satisfies Record<Layer, string>;

const articles = { attached: "an", boundary: "a", guardrail: "a" } as const satisfies Record<Layer, string>;

/**
 * Words a refusal for the caller: `User: … is not authorized to perform: connect:X on resource: … with an explicit
 * deny in an identity-based policy` (IAM User Guide, "Troubleshoot access denied error messages").
 *
 * @param failure why a look-up that the decision needed failed; the caller learns only that one did
 */
export function describeDenial(
  principal: VerifiedPrincipal,
  { decision, decisive }: CallDecision,
  failure?: Error,
): string {
  const { action, resource } = decisive.ask;
  const { layer = "attached", missingContextKeys } = decisive.evaluation;
  const on = resource === undefined ? "" : ` on resource: ${resource}`;
  const refused = `User: ${principal.name} is not authorized to perform: ${action}${on}`;
  if (decision === "explicitDeny") {
    return `${refused} with an explicit deny in ${articles[layer]} ${policyTypes[layer]}`;
  }
  if (decision === "implicitDeny") {
    return `${refused} because no ${policyTypes[layer]} allows the ${action} action`;
  }
  const keys = missingContextKeys.length > 0 ? `: ${missingContextKeys.join(", ")}` : "";
  return failure
    ? `${refused} because what a policy asks of a resource could not be looked up${keys}`
    : `${refused} because a policy asks for what is not known of this call${keys}`;
}

/** Gives what a decision contributes to its record: the deciding question and the statements behind it. */
export function summarizeDecision(decided: CallDecision): Partial<DecisionRecord> {
  const { ask, evaluation } = decided.decisive;
  return {
    operation: decided.operation,
    action: ask.action,
    ...(ask.resource === undefined ? {} : { resource: ask.resource }),
    decision: decided.decision,
    ...(evaluation.layer ? { layer: evaluation.layer } : {}),
    statements: evaluation.matched.map(({ policy, sid, index, effect }) => ({
      policy,
      ...(sid === undefined ? {} : { sid }),
      index,
      effect,
    })),
  };
}
