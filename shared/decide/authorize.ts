/**
 * The page that joins the rooms: it takes a caller and a call, and returns a decision.
 *
 * The authorizer decides by the URL, the proxy by the whole input. Both use the same questions and the same engine;
 * what one cannot see is "not known" to it. So the proxy repeats each allow or deny of the authorizer.
 */

import { type Ask, type AskedInput, NOT_KNOWN } from "../catalog/ask.ts";
import type { CallPlace } from "../catalog/resource-arn.ts";
import { resolveAsks } from "../catalog/targets.ts";
import type { RequestContext } from "../policy/evaluate/evaluate.ts";
import { evaluateLayers, type LayeredEvaluation } from "../policy/evaluate/layers.ts";
import { UNKNOWN } from "../policy/model/unknown.ts";
import type { CanonicalCall } from "../request/canonical/canonical-call.ts";
import type { Destination } from "../request/canonical/destination.ts";
import { canonicalizeBeginning } from "../request/canonical/known-from-url.ts";
import { proxyOnlyKeys, uncachedEnvironmentKeys } from "../request/keys/environment-keys.ts";
import type { OperationInput, RoutedCall } from "../request/types.ts";
import { type Caller, createContexts, type KnownFacts, type SeenCall } from "./call-context.ts";

export type { Caller, KnownFacts, LookedUp } from "./call-context.ts";

export interface AskDecision {
  readonly ask: Ask;
  readonly evaluation: LayeredEvaluation;
  /** For explanations. */
  readonly context: RequestContext;
  /** Whether the answer still depends on something that is not known. */
  readonly isOpen: boolean;
  /** ARNs of resources whose properties the policies need, and that have not been looked up at Connect. */
  readonly wanted: ReadonlySet<string>;
}

export interface CallDecision {
  /** The authorizer passes `unknown` on as "not yet known"; the proxy refuses it. */
  readonly decision: LayeredEvaluation["decision"];
  readonly operation: string;
  /** The deciding question: the first that was refused or, for an allowed call, the first of the operation itself. */
  readonly decisive: AskDecision;
  /** In the order of the questions; an explicit deny is the last. */
  readonly asks: readonly AskDecision[];
}

/** What the authorizer's answer may depend on: its cache key only, or everything that it sees. */
export type RouteView = "cacheKey" | "wholeUrl";

/**
 * Decides by the URL alone, as the authorizer does. It knows only the input that method and path determine. Other parts
 * of the URL are unknown if API Gateway's cache key lacks them, unless nothing is cached.
 *
 * @throws CodedError `invalidInput`, `unknownInstance` or `unknownOperation`, which refuse the call
 */
export function decideRoute(caller: Caller, routed: RoutedCall, view: RouteView = "cacheKey"): CallDecision {
  const { row } = routed;
  const query = view === "wholeUrl" ? caller.call.query : undefined;
  const { instances } = caller.bundle.config;
  const { input, isCertain, destination } = canonicalizeBeginning(routed, instances, query);
  const visible: AskedInput = {
    get: (member) => (isCertain(member) ? memberOf(input, member) : NOT_KNOWN),
  };
  const decided = decide(caller, {
    row,
    input: visible,
    destination,
    hidden: view === "wholeUrl" ? proxyOnlyKeys : uncachedEnvironmentKeys,
    facts: noFacts,
  });
  // Even a call that is allowed everywhere is refused in an instance that is not configured.
  return decided.decision === "allowed" && !destination ? { ...decided, decision: "unknown" } : decided;
}

/**
 * Decides a whole call, just before the proxy sends it. Throws as {@link decideRoute} does.
 *
 * @param facts what was looked up; the rest is not known
 */
export function decideCall(
  caller: Caller,
  { row, input, ...destination }: CanonicalCall,
  facts: KnownFacts = noFacts,
): CallDecision {
  const whole: AskedInput = { get: (member) => memberOf(input, member) };
  return decide(caller, { row, input: whole, destination, hidden: caller.unseen ?? nothingHidden, facts });
}

function memberOf(input: OperationInput, member: string): unknown {
  return Object.hasOwn(input, member) ? input[member] : undefined;
}

const noFacts: KnownFacts = new Map();
const nothingHidden: ReadonlySet<string> = new Set();

function decide(caller: Caller, seen: SeenCall): CallDecision {
  const layers = caller.bundle.layersFor(caller.principal, caller.attachments);
  const asks = resolveAsks(
    seen.row,
    seen.input,
    seen.destination && placeOf(seen.destination),
    caller.bundle.config,
  );
  const contextOf = createContexts(caller, seen, asks);
  const decisions: AskDecision[] = [];
  for (const ask of asks) {
    const wanted = new Set<string>();
    const context = contextOf(ask, wanted);
    const { action, resource = UNKNOWN } = ask;
    const evaluation = layers ? evaluateLayers(layers, { action, resource, context }) : noBinding;
    decisions.push({ ask, evaluation, context, isOpen: isOpen(ask, evaluation), wanted });
    // No later question changes the answer.
    if (isFinal(ask, evaluation)) break;
  }
  return { ...combine(decisions), operation: seen.row.name, asks: decisions };
}

/** A principal without a matching binding and without attachments has no policies and no access. */
const noBinding: LayeredEvaluation = {
  decision: "implicitDeny",
  layer: "attached",
  mayBeDenied: false,
  matched: [],
  missingContextKeys: [],
};

/**
 * Combines all answers. An explicit deny on any target, required or referenced, denies. Each required target must be
 * allowed. A question that may not apply can only make the answer unknown.
 */
function combine(asks: readonly AskDecision[]): Pick<CallDecision, "decision" | "decisive"> {
  const explicit = asks.find(({ ask, evaluation }) => isFinal(ask, evaluation));
  if (explicit) return { decision: "explicitDeny", decisive: explicit };
  const implicit = asks.find(
    ({ ask, evaluation }) =>
      evaluation.decision === "implicitDeny" && ask.sort === "required" && !ask.mayBeAbsent,
  );
  if (implicit) return { decision: "implicitDeny", decisive: implicit };
  const open = asks.find((each) => each.isOpen);
  if (open) return { decision: "unknown", decisive: open };
  const [first] = asks;
  // INVARIANT: resolveAsks gives at least one required question, or throws.
  if (!first) throw new TypeError("a call without a question");
  return { decision: "allowed", decisive: first };
}

/** Whether this is an explicit deny on a target, required or referenced, that certainly applies. */
function isFinal({ mayBeAbsent }: Ask, { decision }: LayeredEvaluation): boolean {
  return decision === "explicitDeny" && !mayBeAbsent;
}

/** A referenced target needs no Allow, but nothing may deny it. A required one needs a certain Allow. */
function isOpen({ sort }: Ask, { decision, mayBeDenied }: LayeredEvaluation): boolean {
  return sort === "referenced" ? mayBeDenied : decision !== "allowed";
}

function placeOf({ instance, namesInstance }: Destination): CallPlace {
  const { partition, region, accountId, id } = instance;
  return { partition, region, accountId, id, namesInstance };
}
