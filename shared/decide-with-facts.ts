/**
 * A whole call decided with what only Connect knows: asked for when the decision hangs on it, and only then.
 */
import { type CallDecision, type Caller, decideCall, type KnownFacts } from "./authorize.ts";
import { CodedError } from "./errors.ts";
import type { CanonicalCall } from "./request/types.ts";

/** A decision, and why it could not be completed, if it could not. */
export interface DecisionWithFacts {
  readonly decision: CallDecision;
  /** What was looked up for it. */
  readonly facts: KnownFacts;
  /** What went wrong when a resource was looked up; the decision is then `unknown`, and the call refused. */
  readonly failure?: CodedError;
}

/** Looks up a resource by its ARN; rejects when it cannot. */
export type FactLookUp = (resource: string) => Promise<ReadonlyMap<string, string | readonly string[]>>;

/** A call has its own resources and those it refers to; more rounds than this mean a bug. */
const maxRounds = 4;

/**
 * Decides a call, looking up each resource that an open question asks something of, once.
 *
 * @throws what {@link decideCall} throws
 */
export async function decideWithFacts(
  caller: Caller,
  call: CanonicalCall,
  lookUp: FactLookUp,
): Promise<DecisionWithFacts> {
  let facts: KnownFacts = new Map();
  let decision = decideCall(caller, call, facts);
  for (let round = 0; round < maxRounds && decision.decision === "unknown"; round++) {
    const wanted = new Set(decision.asks.flatMap((each) => (each.isOpen ? [...each.wanted] : [])));
    if (wanted.size === 0) break;
    try {
      const found = await Promise.all([...wanted].map(async (arn) => [arn, await lookUp(arn)] as const));
      facts = new Map([...facts, ...found]);
    } catch (error) {
      if (error instanceof CodedError) return { decision, facts, failure: error };
      throw error;
    }
    decision = decideCall(caller, call, facts);
  }
  return { decision, facts };
}
