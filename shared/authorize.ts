/**
 * The one page that joins the rooms: a caller and a call in, a decision out.
 *
 * The authorizer asks with what the URL tells, the proxy with the whole input; both through the same questions and
 * the same engine, with "not known" where a reader cannot see. So the authorizer's allow or deny is the proxy's too.
 */
import { findOperation } from "./catalog/catalog.ts";
import { type Ask, type AskedInput, type CallPlace, NOT_KNOWN, resolveAsks } from "./catalog/targets.ts";
import type { OperationRow } from "./catalog/types.ts";
import type { OpenedBundle } from "./config/bundle.ts";
import { readPrincipalKeys } from "./identity/principal-keys.ts";
import type { VerifiedPrincipal } from "./identity/types.ts";
import type { RequestContext } from "./policy/evaluate.ts";
import { evaluateLayers, type LayeredEvaluation } from "./policy/layers.ts";
import { UNKNOWN } from "./policy/unknown.ts";
import { canonicalizeLabels } from "./request/canonical-call.ts";
import { readRequestKey } from "./request/condition-keys.ts";
import type { Destination } from "./request/destination.ts";
import { readEnvironmentKeys, uncachedEnvironmentKeys } from "./request/environment-keys.ts";
import type { CanonicalCall, HttpCall, RoutedCall } from "./request/types.ts";

/** Who asks, by which policies, and how the call came. */
export interface Caller {
  readonly bundle: OpenedBundle;
  readonly principal: VerifiedPrincipal;
  readonly call: HttpCall;
}

/** One question of a call and its answer. */
export interface AskDecision {
  readonly ask: Ask;
  readonly evaluation: LayeredEvaluation;
}

/** What is decided of a whole call. */
export interface CallDecision {
  /** `unknown` is "not yet known" to the authorizer; the proxy refuses it. */
  readonly decision: LayeredEvaluation["decision"];
  readonly operation: string;
  /** The question that decided: the first that refused; for an allowed call, the operation's own first one. */
  readonly decisive: AskDecision;
  readonly asks: readonly AskDecision[];
}

/**
 * Decides what a URL alone tells, as the authorizer does: the path's labels are known, and nothing that is missing
 * from API Gateway's cache key.
 *
 * @throws CodedError `invalidInput`, `unknownInstance` or `unknownOperation`, which refuse the call
 */
export function decideRoute(caller: Caller, routed: RoutedCall): CallDecision {
  const { row, labels } = routed;
  const { input, destination } = canonicalizeLabels(routed, caller.bundle.config.instances);
  const members = new Set(row.members.map((member) => member.name));
  const visible: AskedInput = {
    get: (member) => (labels.has(member) ? input[member] : members.has(member) ? NOT_KNOWN : undefined),
  };
  return decide(caller, { row, input: visible, destination, hidden: uncachedEnvironmentKeys });
}

/** Decides a whole call, as the proxy does just before it sends that very call. Errors as {@link decideRoute}. */
export function decideCall(caller: Caller, { row, input, ...destination }: CanonicalCall): CallDecision {
  const whole: AskedInput = { get: (member) => (Object.hasOwn(input, member) ? input[member] : undefined) };
  return decide(caller, { row, input: whole, destination, hidden: new Set() });
}

/** A call as far as its reader can see it. */
interface SeenCall {
  readonly row: OperationRow;
  readonly input: AskedInput;
  readonly destination: Destination | undefined;
  /** Condition keys, in lower case, that this reader must not depend on. */
  readonly hidden: ReadonlySet<string>;
}

function decide(caller: Caller, seen: SeenCall): CallDecision {
  const layers = caller.bundle.layersFor(caller.principal);
  const place = seen.destination && placeOf(seen.destination);
  const contextOf = createContexts(caller, seen);
  const asks = resolveAsks(seen.row, seen.input, place).map((ask): AskDecision => {
    const { action, resource = UNKNOWN } = ask;
    const evaluation: LayeredEvaluation = layers
      ? evaluateLayers(layers, { action, resource, context: contextOf(action) })
      : noBinding;
    return { ask, evaluation };
  });
  return { ...combine(asks), operation: seen.row.name, asks };
}

/** A principal that no binding matches has no policies, and so no access. */
const noBinding: LayeredEvaluation = {
  decision: "implicitDeny",
  layer: "attached",
  mayBeDenied: false,
  matched: [],
  missingContextKeys: [],
};

/**
 * One answer for all questions: an explicit deny on any target, of either sort, denies; each required target must be
 * allowed; what may turn out not to be asked at all can only make the answer unknown.
 */
function combine(asks: readonly AskDecision[]): Pick<CallDecision, "decision" | "decisive"> {
  const explicit = asks.find(
    ({ ask, evaluation }) => evaluation.decision === "explicitDeny" && !ask.mayBeAbsent,
  );
  if (explicit) return { decision: "explicitDeny", decisive: explicit };
  const implicit = asks.find(
    ({ ask, evaluation }) =>
      evaluation.decision === "implicitDeny" && ask.sort === "required" && !ask.mayBeAbsent,
  );
  if (implicit) return { decision: "implicitDeny", decisive: implicit };
  const open = asks.find(({ ask, evaluation }) => isOpen(ask, evaluation));
  if (open) return { decision: "unknown", decisive: open };
  const [first] = asks;
  // INVARIANT: resolveAsks gives at least one required question, or throws.
  if (!first) throw new TypeError("a call without a question");
  return { decision: "allowed", decisive: first };
}

/** A referenced target needs no Allow, but nothing may deny it; a required one needs a certain Allow. */
function isOpen({ sort }: Ask, { decision, mayBeDenied }: LayeredEvaluation): boolean {
  return sort === "referenced" ? mayBeDenied : decision !== "allowed";
}

function placeOf({ instance, namesInstance }: Destination): CallPlace {
  const { partition, region, accountId, id } = instance;
  return { partition, region, accountId, id, namesInstance };
}

/** Gives the request context that an action is evaluated in: the keys of the caller, of the moment and of the request. */
function createContexts(caller: Caller, seen: SeenCall): (action: string) => RequestContext {
  const { row, destination, hidden } = seen;
  const fixed = new Map<string, string | readonly string[]>([
    ...readEnvironmentKeys(caller.call, Date.now()),
    ...readPrincipalKeys(caller.principal),
  ]);
  const instanceId = !destination
    ? NOT_KNOWN
    : destination.namesInstance
      ? destination.instance.id
      : undefined;
  return (action) => {
    const carried =
      action === row.action
        ? row.conditionKeys
        : (findOperation(action.slice("connect:".length))?.conditionKeys ?? []);
    return {
      get(key) {
        if (hidden.has(key)) return UNKNOWN;
        if (key === "aws:requestedregion") return destination?.instance.region ?? UNKNOWN;
        const value = fixed.get(key) ?? readRequestKey(key, carried, { input: seen.input, instanceId });
        return value === NOT_KNOWN ? UNKNOWN : value;
      },
    };
  };
}
