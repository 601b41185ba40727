/** What would have to be allowed so that a call is: the least statements, by layer of policies. */
import type { AskDecision, CallDecision, Caller } from "../../../shared/decide/authorize.ts";
import { type EvaluationRequest, tallyStatements } from "../../../shared/policy/evaluate/evaluate.ts";
import type { PolicyLayer, PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import { FALSE, TRUE, UNKNOWN } from "../../../shared/policy/model/unknown.ts";
import { AskedResources, type ProposedPolicy, proposePolicy } from "../proposal/propose-policy.ts";

export interface Lacking {
  /** The least policy that each layer would need in addition to what it has. */
  readonly statements: readonly { readonly layer: PolicyLayer; readonly policy: ProposedPolicy }[];
  /** Whether the call is then certainly allowed. Otherwise another statement depends on something that is not known. */
  readonly isEnough: boolean;
}

const nothingAttached = { policies: [], boundaries: [], version: 0 };

/** Finds what a call lacks that nothing allows; `undefined` for every other call. */
export function findLacking(
  { decision, asks }: Pick<CallDecision, "decision" | "asks">,
  { bundle, principal, attachments }: Pick<Caller, "bundle" | "principal" | "attachments">,
): Lacking | undefined {
  // Also callers without a binding have guardrails.
  const layers = bundle.layersFor(principal, attachments ?? nothingAttached);
  if (decision !== "implicitDeny" || !layers) return undefined;
  const lacking = new Map<PolicyLayer, AskedResources>();
  let isEnough = true;
  for (const each of asks) {
    const { ask } = each;
    const { refusing, isOpen } = judge(each, layers);
    if (isOpen) isEnough = false;
    if (ask.sort === "referenced" || ask.resource === undefined) continue;
    for (const layer of refusing) {
      const asked = lacking.get(layer) ?? new AskedResources();
      asked.add({ action: ask.action, resource: ask.resource });
      lacking.set(layer, asked);
    }
  }
  const statements = [...lacking].map(([layer, asked]) => ({ layer, policy: proposePolicy(asked) }));
  return { statements, isEnough };
}

interface Judgement {
  /** Layers without an Allow, each once. */
  readonly refusing: ReadonlySet<PolicyLayer>;
  /** Whether a Deny may match, or an Allow may not. */
  readonly isOpen: boolean;
}

function judge({ ask, context }: AskDecision, layers: PolicyLayers): Judgement {
  const request: EvaluationRequest = { action: ask.action, resource: ask.resource ?? UNKNOWN, context };
  const sets = [
    { layer: "attached" as const, set: layers.attached, mustAllow: true },
    ...(layers.denying ? [{ layer: "attached" as const, set: layers.denying, mustAllow: false }] : []),
    ...layers.boundaries.map((set) => ({ layer: "boundary" as const, set, mustAllow: true })),
    ...layers.guardrails.map((set) => ({ layer: "guardrail" as const, set, mustAllow: set.hasAllow })),
  ];
  const refusing = new Set<PolicyLayer>();
  let isOpen = false;
  for (const { layer, set, mustAllow } of sets) {
    const { allow, deny } = tallyStatements(set, request);
    if (deny !== FALSE) isOpen = true;
    if (!mustAllow || ask.sort === "referenced") continue;
    if (allow === FALSE) refusing.add(layer);
    else if (allow !== TRUE) isOpen = true;
  }
  return { refusing, isOpen };
}
