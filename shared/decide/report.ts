/** Describes a decision: in IAM's words for the caller, by names for the audit record. */
import type { DecisionRecord, RecordedAsk, RecordedPrincipal } from "../audit/record.ts";
import type { CodedError } from "../errors.ts";
import type { VerifiedPrincipal } from "../identity/types.ts";
import type { LayeredEvaluation } from "../policy/evaluate/layers.ts";
import type { AskDecision, CallDecision } from "./authorize.ts";

type Layer = NonNullable<LayeredEvaluation["layer"]>;

const policyTypes = {
  attached: "identity-based policy",
  boundary: "permissions boundary",
  guardrail: "guardrail",
} as const satisfies Record<Layer, string>;

const articles = { attached: "an", boundary: "a", guardrail: "a" } as const satisfies Record<Layer, string>;

/**
 * Describes a denial to the caller: `User: … is not authorized to perform: connect:X on resource: … with an explicit
 * deny in an identity-based policy` (IAM User Guide, "Troubleshoot access denied error messages").
 *
 * @param failure why a look-up that the decision needed failed, at Connect or in the table of principals; the caller
 *   learns only that it failed
 */
export function describeDenial(
  principal: VerifiedPrincipal,
  { decision, decisive }: CallDecision,
  failure?: CodedError,
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
  if (failure?.code === "bundleUnavailable")
    return `${refused} because the caller's own policies could not be read`;
  const keys = missingContextKeys.length > 0 ? `: ${missingContextKeys.join(", ")}` : "";
  return failure
    ? `${refused} because a policy needs a property of the resource that could not be looked up${keys}`
    : `${refused} because a policy uses a condition key whose value is unknown for this call${keys}`;
}

/** A caller chooses how many resources a call names, but a log line has a limit. */
const maxRecordedAsks = 100;

/** Names only, never claims or tags. */
export function summarizePrincipal({ id, name, issuer, groups }: VerifiedPrincipal): RecordedPrincipal {
  return { id, name, issuer, ...(groups.length === 0 ? {} : { groups }) };
}

/** The deciding question, the statements behind it, every question. */
export function summarizeDecision(decided: CallDecision): Partial<DecisionRecord> {
  const { ask, evaluation } = decided.decisive;
  return {
    operation: decided.operation,
    action: ask.action,
    ...(ask.resource === undefined ? {} : { resource: ask.resource }),
    decision: decided.decision,
    ...(evaluation.layer ? { layer: evaluation.layer } : {}),
    statements: evaluation.matched.map(({ policy, sid, index, effect, file, line }) => ({
      policy,
      ...(sid === undefined ? {} : { sid }),
      index,
      effect,
      file,
      line,
    })),
    ...summarizeAsks(decided.asks),
  };
}

function summarizeAsks(asks: readonly AskDecision[]): Pick<DecisionRecord, "asks" | "asksLeftOut"> {
  const distinct = new Map<string, RecordedAsk>();
  for (const { ask, evaluation } of asks) {
    const { action, resource, sort } = ask;
    const { decision } = evaluation;
    const recorded = { action, ...(resource === undefined ? {} : { resource }), sort, decision };
    distinct.set(JSON.stringify(recorded), recorded);
  }
  const leftOut = distinct.size - maxRecordedAsks;
  return {
    asks: [...distinct.values()].slice(0, maxRecordedAsks),
    ...(leftOut > 0 ? { asksLeftOut: leftOut } : {}),
  };
}
