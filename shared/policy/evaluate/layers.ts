/**
 * Attached policies, permission boundaries and guardrails (IAM User Guide, "Policy evaluation logic"). A request is
 * allowed if all of them allow it; an explicit deny in any of them denies it.
 */

import { FALSE, not, TRUE, type Truth } from "../model/unknown.ts";
import type { CompiledPolicySet, MatchedStatement } from "./compile.ts";
import { type Decision, type EvaluationRequest, namesOf, type Tally, tallyStatements } from "./evaluate.ts";
import { findMissingKeys } from "./missing-keys.ts";

export type PolicyLayer = "attached" | "boundary" | "guardrail";

/** All policies that apply to a principal. */
export interface PolicyLayers {
  readonly attached: CompiledPolicySet;
  /** Policies that may or may not be attached: their Denies count and their Allows do not. */
  readonly denying?: CompiledPolicySet;
  /** Each must allow. */
  readonly boundaries: readonly CompiledPolicySet[];
  /** One set per guardrail. A set without Allows only subtracts; a set with Allows must allow, like an SCP. */
  readonly guardrails: readonly CompiledPolicySet[];
}

export interface LayeredEvaluation {
  readonly decision: Decision;
  /** For the two denies: the layer that denied. */
  readonly layer?: PolicyLayer;
  /**
   * Whether a Deny matches or may match, for callers who only need to know whether a resource is denied. An implicit
   * deny does not settle that: without an Allow, a possible Deny changes nothing.
   */
  readonly mayBeDenied: boolean;
  /** For an explicit deny, the Denies of all layers; otherwise the Allows among the attached policies. */
  readonly matched: readonly MatchedStatement[];
  /** For `unknown`: the missing context keys, as the policies spell them, and `resource`. */
  readonly missingContextKeys: readonly string[];
}

const NO_KEYS: readonly string[] = Object.freeze([]);

interface LayerTally {
  readonly layer: PolicyLayer;
  readonly tally: Tally;
  readonly mustAllow: boolean;
}

export function evaluateLayers(layers: PolicyLayers, request: EvaluationRequest): LayeredEvaluation {
  const attached = tallyStatements(layers.attached, request);
  const { denying } = layers;
  if (denying === undefined && layers.boundaries.length === 0 && layers.guardrails.length === 0) {
    return conclude(layers, request, [{ layer: "attached", tally: attached, mustAllow: true }]);
  }
  const tallies: LayerTally[] = [{ layer: "attached", tally: attached, mustAllow: true }];
  if (denying !== undefined) {
    tallies.push({ layer: "attached", tally: tallyStatements(denying, request), mustAllow: false });
  }
  for (const set of layers.boundaries) {
    tallies.push({ layer: "boundary", tally: tallyStatements(set, request), mustAllow: true });
  }
  for (const set of layers.guardrails) {
    tallies.push({ layer: "guardrail", tally: tallyStatements(set, request), mustAllow: set.hasAllow });
  }
  return conclude(layers, request, tallies);
}

function conclude(
  layers: PolicyLayers,
  request: EvaluationRequest,
  tallies: readonly LayerTally[],
): LayeredEvaluation {
  let deniedBy: PolicyLayer | undefined;
  let refusedBy: PolicyLayer | undefined;
  let access: Truth = TRUE;
  let mayBeDenied = false;
  for (const { layer, tally, mustAllow } of tallies) {
    if (tally.deny === TRUE) deniedBy ??= layer;
    if (tally.deny !== FALSE) mayBeDenied = true;
    const allow = mustAllow ? tally.allow : TRUE;
    if (allow === FALSE) refusedBy ??= layer;
    if (allow < access) access = allow;
    if (not(tally.deny) < access) access = not(tally.deny);
  }
  if (deniedBy !== undefined) return explicitDeny(deniedBy, tallies);
  if (refusedBy !== undefined) {
    const refusal = { layer: refusedBy, mayBeDenied, matched: [], missingContextKeys: NO_KEYS };
    return { decision: "implicitDeny", ...refusal };
  }
  const decision = access === TRUE ? "allowed" : "unknown";
  const matched = namesOf(tallies[0]?.tally.allows);
  if (decision === "allowed") return { decision, mayBeDenied, matched, missingContextKeys: NO_KEYS };
  return {
    decision,
    mayBeDenied,
    matched,
    // Computed on demand: the authorizer leaves many calls undecided and reports no keys.
    get missingContextKeys() {
      const possible = layers.denying === undefined ? [] : [layers.denying];
      const sets = [layers.attached, ...possible, ...layers.boundaries, ...layers.guardrails];
      return findMissingKeys(sets, request, "unknown");
    },
  };
}

function explicitDeny(layer: PolicyLayer, tallies: readonly LayerTally[]): LayeredEvaluation {
  const matched = tallies.flatMap(({ tally }) => namesOf(tally.denies));
  return { decision: "explicitDeny", layer, mayBeDenied: true, matched, missingContextKeys: NO_KEYS };
}
