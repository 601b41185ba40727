/** Decides a whole call. Properties that only Connect knows are looked up only when the decision depends on them. */

import { CodedError, InputError } from "../errors.ts";
import type { CanonicalCall } from "../request/canonical/canonical-call.ts";
import { type CallDecision, type Caller, decideCall, type KnownFacts, type LookedUp } from "./authorize.ts";

export interface DecisionWithFacts {
  readonly decision: CallDecision;
  /** The results of look-ups for this decision. */
  readonly facts: KnownFacts;
  /** Why a resource could not be looked up; the decision is then `unknown`, and the call is refused. */
  readonly failure?: CodedError;
}

/** Rejects when the resource cannot be looked up. */
export type FactLookUp = (resource: string) => Promise<LookedUp>;

/** A call has its own resources and those that it refers to; more rounds are a bug. */
const maxRounds = 4;
/** Look-ups for one decision. Each is a call to Connect, which throttles all callers of an account together. */
const maxLookUps = 32;
/** Concurrent look-ups. */
const maxAtOnce = 4;

/** @throws what {@link decideCall} throws, and InputError if the call needs more look-ups than allowed */
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
    if (facts.size + wanted.size > maxLookUps) throw tooMany(decision, [...wanted][maxLookUps - facts.size]);
    try {
      facts = new Map([...facts, ...(await lookUpAll([...wanted], lookUp))]);
    } catch (error) {
      if (error instanceof CodedError) return { decision, facts, failure: error };
      throw error;
    }
    decision = decideCall(caller, call, facts);
  }
  return { decision, facts };
}

/** Looks resources up, a few at a time. After a failure no other look-up begins. */
async function lookUpAll(resources: readonly string[], lookUp: FactLookUp): Promise<KnownFacts> {
  const found = new Map<string, LookedUp>();
  const rest = resources.values();
  let failed = false;
  const work = async () => {
    for (const arn of rest) {
      if (failed) return;
      try {
        found.set(arn, await lookUp(arn));
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(maxAtOnce, resources.length) }, work));
  return found;
}

function tooMany({ asks }: CallDecision, resource = ""): InputError {
  const path = asks.find(({ wanted }) => wanted.has(resource))?.ask.source ?? "";
  return new InputError(
    path,
    `is beyond the ${maxLookUps} resources that policies may have looked up for one call; name fewer in one call`,
  );
}
