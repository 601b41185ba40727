/** Decides calls by the engine itself, apart from what finds them. */
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import {
  type CallDecision,
  type Caller,
  decideCall,
  type KnownFacts,
} from "../../../shared/decide/authorize.ts";
import type { VerifiedPrincipal } from "../../../shared/identity/types.ts";
import type { CanonicalCall } from "../../../shared/request/canonical/canonical-call.ts";
import { mintCaller } from "../../../tools/authoring/configuration/mint-caller.ts";
import type { ExampleCall } from "../../../tools/authoring/counterexample/example-call.ts";
import { callOperation, type TestCall } from "../../../tools/authoring/tests/test-call.ts";
import type { WrittenFacts } from "../../../tools/authoring/tests/test-file.ts";
import { ToldFacts } from "../../../tools/authoring/tests/told-facts.ts";
import { settings } from "./random-pairs.ts";

/** Decides with what Amazon Connect would tell, until nothing more is asked. */
export function decide(
  caller: Caller & { readonly bundle: OpenedBundle },
  call: CanonicalCall,
  known: ReadonlyMap<string, WrittenFacts>,
): CallDecision {
  const facts = new Map<string, ReturnType<ToldFacts["lookUp"]>>();
  let decision = decideCall(caller, call, facts as KnownFacts);
  for (let round = 0; round < 4 && decision.decision === "unknown"; round++) {
    for (const question of decision.asks.flatMap(({ wanted }) => [...wanted])) {
      const told = new ToldFacts(known);
      facts.set(question, told.lookUp(question));
    }
    decision = decideCall(caller, call, facts as KnownFacts);
  }
  return decision;
}

/** The caller of a token that says this. */
export function principalOf(caller: Parameters<typeof mintCaller>[0]): VerifiedPrincipal {
  const [issuer] = settings.issuers;
  if (!issuer) throw new Error("no issuer");
  return mintCaller(caller, issuer);
}

export function makeCall(
  operation: string,
  input: Readonly<Record<string, unknown>>,
  from: string | undefined,
): TestCall & { readonly canonical: CanonicalCall } {
  const call = callOperation(operation, input, {
    served: settings,
    source: from === undefined ? {} : { sourceIp: from },
  });
  if ("message" in call || !call.canonical) throw new Error(JSON.stringify(call));
  return { ...call, canonical: call.canonical };
}

/** What each side decides of a call that a difference has. */
export function decideExample(
  { caller, operation, input, known = {}, from, at }: ExampleCall,
  sides: readonly OpenedBundle[],
) {
  const { http, canonical } = makeCall(operation, input, from);
  const principal = principalOf(caller);
  const moment = at === undefined ? {} : { nowMs: Date.parse(at) };
  return sides.map(
    (bundle) =>
      decide({ bundle, principal, call: http, ...moment }, canonical, new Map(Object.entries(known)))
        .decision,
  );
}

export const word = (decision: string | undefined) =>
  decision === "allowed" ? "allow" : decision === "unknown" ? "unknown" : "deny";
