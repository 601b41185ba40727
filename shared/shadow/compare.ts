/** Compares the decisions of two bundles on one call. */
import type { ShadowDifference, ShadowSide } from "../audit/record.ts";
import type { CallDecision } from "../decide/authorize.ts";
import { summarizeDecision } from "../decide/report.ts";
import { CodedError } from "../errors.ts";

/** A decision (`undefined` if the URL alone decides nothing), or the error that prevented it. */
export type Attempt = { readonly decision: CallDecision | undefined } | { readonly error: unknown };

/** What a decision counts as that depends on something unknown: a live bundle denies, a candidate may leave it open. */
export type OpenOutcome = "deny" | "notYetKnown";

export function attempt(decide: () => CallDecision | undefined): Attempt {
  try {
    return { decision: decide() };
  } catch (error) {
    return { error };
  }
}

/** The recorded part of an attempt. */
export function sideOf(tried: Attempt, openOutcome: OpenOutcome): ShadowSide {
  if ("error" in tried) {
    return { outcome: "error", reason: tried.error instanceof CodedError ? tried.error.code : "internal" };
  }
  if (!tried.decision) return { outcome: openOutcome };
  const { asks: _asks, asksLeftOut: _leftOut, ...summary } = summarizeDecision(tried.decision);
  const outcome = outcomeOf(tried.decision, openOutcome);
  const { missingContextKeys } = tried.decision.decisive.evaluation;
  return { ...summary, outcome, ...(missingContextKeys.length > 0 ? { missingContextKeys } : {}) };
}

function outcomeOf({ decision }: CallDecision, openOutcome: OpenOutcome): ShadowSide["outcome"] {
  if (decision === "allowed") return "allow";
  return decision === "unknown" ? openOutcome : "deny";
}

/** Compares what callers would notice; `undefined` if that is equal. The same answer by other statements is equal. */
export function differenceOf(live: ShadowSide, candidate: ShadowSide): ShadowDifference | undefined {
  if (candidate.outcome === "notYetKnown") return "undecided";
  if (candidate.outcome === "error" && candidate.reason === "internal") return "failed";
  const [was, would] = [live.outcome === "allow", candidate.outcome === "allow"];
  if (was !== would) return would ? "gains" : "loses";
  if (was) return live.operation === candidate.operation ? undefined : "otherOperation";
  return live.outcome === candidate.outcome && errorOf(live) === errorOf(candidate)
    ? undefined
    : "otherRefusal";
}

function errorOf({ outcome, reason }: ShadowSide): string | undefined {
  return outcome === "error" ? reason : undefined;
}
