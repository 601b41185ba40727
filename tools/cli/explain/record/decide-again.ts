/**
 * Decides the questions of a record once more, with the configuration at hand. A record has no inputs, tags and claims:
 * what depends on them is not known.
 */
import type { DecisionRecord, RecordedPrincipal } from "../../../../shared/audit/record.ts";
import type { AttachmentLook } from "../../../../shared/bundle/attachments.ts";
import { createBindingFinder } from "../../../../shared/bundle/binding-layers.ts";
import type { OpenedBundle } from "../../../../shared/bundle/bundle.ts";
import { NOT_KNOWN } from "../../../../shared/catalog/ask.ts";
import type { OperationRow } from "../../../../shared/catalog/types.ts";
import type { AskDecision, CallDecision, Caller } from "../../../../shared/decide/authorize.ts";
import { createContexts } from "../../../../shared/decide/call-context.ts";
import { decideWithAttachments } from "../../../../shared/decide/with-table.ts";
import type { VerifiedPrincipal } from "../../../../shared/identity/types.ts";
import { evaluateLayers, type LayeredEvaluation } from "../../../../shared/policy/evaluate/layers.ts";
import type { RequestContext } from "../../../../shared/policy/model/context.ts";
import { UNKNOWN } from "../../../../shared/policy/model/unknown.ts";
import { hierarchyLevelOf } from "../../../../shared/request/keys/condition-keys.ts";
import { uncachedEnvironmentKeys } from "../../../../shared/request/keys/environment-keys.ts";
import type { HttpCall } from "../../../../shared/request/types.ts";

/** The caller of a record: its claims are not known. */
export function principalOf({ id, name, issuer, groups = [] }: RecordedPrincipal): VerifiedPrincipal {
  // INVARIANT: only to explain; no call is decided for it.
  return {
    ...{ id, name, issuer, groups, tags: {}, claims: {}, carriedClaims: [] },
    expiresAtSeconds: Number.MAX_SAFE_INTEGER,
  } as unknown as VerifiedPrincipal;
}

interface Recorded {
  readonly record: DecisionRecord;
  readonly principal: VerifiedPrincipal;
  readonly row: OperationRow;
  readonly bundle: OpenedBundle;
}

export interface DecidedAgain {
  readonly decision: CallDecision["decision"];
  readonly asks: readonly AskDecision[];
  /** With the attachments, if they counted. */
  readonly caller: Caller;
}

/** Decides them. What the record attaches from the table counts as it did, if the policies still exist. */
export async function decideAgain(recorded: Recorded): Promise<DecidedAgain> {
  const { record, principal, bundle } = recorded;
  const call = record.via === undefined ? noCall : { ...noCall, via: record.via };
  const caller: Caller = { bundle, principal, call, nowMs: Date.parse(record.time) };
  const look = lookOf(recorded);
  const source = { find: async () => look };
  const decide = (each: Caller) => ({ decision: decideAsks(each, recorded) });
  const isEarly = record.stage === "authorizer";
  const { decided, caller: counted } = await decideWithAttachments(caller, source, decide, isEarly);
  const { decision, asks } = decided.decision;
  // A binding that depends on a claim may allow or deny what its caller's other bindings do not.
  const mayHaveMore = createBindingFinder(bundle.config.bindings)(principal).some(
    ({ fit }) => fit === "perhaps",
  );
  return { decision: mayHaveMore && decision !== "allowed" ? "unknown" : decision, asks, caller: counted };
}

/** What the table had. A policy that does not exist any more refuses the item. */
function lookOf({ record: { attachments }, bundle }: Recorded): AttachmentLook {
  if (attachments?.kind !== "attached") return attachments ?? { kind: "none" };
  const { policies, ended = [], boundaries } = attachments;
  const isKnown = [...policies, ...ended, ...boundaries].every((name) => bundle.hasPolicy(name));
  return isKnown ? { kind: "attached", attachments } : { kind: "refused", reason: "a policy is gone" };
}

const noCall: HttpCall = { method: "", rawPath: "", query: [], headers: new Map(), requestId: "" };

function decideAsks(caller: Caller, { record, row }: Recorded): CallDecision {
  const layers = caller.bundle.layersFor(caller.principal, caller.attachments);
  const contextOf = createRecordedContexts(caller, record, row);
  const asks = (record.asks ?? []).map(({ action, resource, sort }): AskDecision => {
    const ask = { action, resource, sort, type: "", source: "*", mayBeAbsent: false } as const;
    const context = contextOf(ask);
    const evaluation = layers
      ? evaluateLayers(layers, { action, resource: resource ?? UNKNOWN, context })
      : noBinding;
    const isOpen = sort === "referenced" ? evaluation.mayBeDenied : evaluation.decision !== "allowed";
    return { ask, evaluation, context, isOpen, wanted: new Set() };
  });
  const [first] = asks;
  // INVARIANT: a record without questions is not decided again.
  if (!first) throw new TypeError("a record without questions");
  const is = (decision: AskDecision["evaluation"]["decision"]) =>
    asks.find(
      ({ ask, evaluation }) =>
        evaluation.decision === decision && (decision === "explicitDeny" || ask.sort === "required"),
    );
  const denied = is("explicitDeny") ?? is("implicitDeny");
  const decision =
    denied?.evaluation.decision ??
    (isWhole(record) && !asks.some((each) => each.isOpen) ? "allowed" : "unknown");
  return { decision, decisive: denied ?? first, operation: row.name, asks };
}

const noBinding: LayeredEvaluation = {
  ...{ decision: "implicitDeny", layer: "attached", mayBeDenied: false },
  ...{ matched: [], missingContextKeys: [] },
};

/** An explicit deny is the last question of its record, and a long record has not all of them. */
function isWhole({ decision, asksLeftOut, cut }: DecisionRecord): boolean {
  return decision !== "explicitDeny" && asksLeftOut === undefined && cut === undefined;
}

const clock: ReadonlySet<string> = new Set(["aws:currenttime", "aws:epochtime"]);

/** Of the keys that depend on a call, a record has the time and the Region. */
function createRecordedContexts(
  caller: Caller,
  record: DecisionRecord,
  row: OperationRow,
): (ask: AskDecision["ask"]) => RequestContext {
  const members = new Set(row.members.map(({ name }) => name));
  const input = { get: (member: string) => (members.has(member) ? NOT_KNOWN : undefined) };
  const hidden = new Set([...uncachedEnvironmentKeys].filter((key) => !clock.has(key)));
  const seen = { row, input, destination: undefined, hidden, facts: new Map() };
  const contextOf = createContexts(caller, seen, []);
  return (ask) => {
    const context = contextOf(ask, new Set());
    return {
      get(key) {
        if (key.startsWith("aws:principaltag/") || hierarchyLevelOf(key) !== undefined) return UNKNOWN;
        return key === "aws:requestedregion" ? (record.region ?? UNKNOWN) : context.get(key);
      },
    };
  };
}
