/** Decides a made-up call by both configurations, as the proxy does. */
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import { HIERARCHY_OF } from "../../../shared/catalog/ask.ts";
import {
  type CallDecision,
  decideCall,
  type KnownFacts,
  type LookedUp,
} from "../../../shared/decide/authorize.ts";
import { CodedError } from "../../../shared/errors.ts";
import { ClaimError } from "../../../shared/identity/principal/issued-claims.ts";
import { TokenError } from "../../../shared/identity/token/token-error.ts";
import type { VerifiedPrincipal } from "../../../shared/identity/types.ts";
import { findConfiguredIssuer } from "../configuration/configured-issuer.ts";
import { mintCaller } from "../configuration/mint-caller.ts";
import { callOperation } from "../tests/test-call.ts";
import type { WrittenFacts } from "../tests/test-file.ts";
import { shortNameOf, ToldFacts } from "../tests/told-facts.ts";
import type { DraftCall } from "./draft-call.ts";
import type { OperationInput } from "./operation-inputs.ts";

export interface DraftDecision {
  /** `notKnown`: the call is refused before, or something is not known. */
  readonly outcome: "allow" | "deny" | "notKnown";
  readonly decision?: CallDecision;
}

const notKnown: DraftDecision = { outcome: "notKnown" };

/** @param known is completed by what the decision asks for, by resource */
export function decideDraft(
  draft: DraftCall,
  { operation, input }: OperationInput,
  { bundle, known }: { readonly bundle: OpenedBundle; readonly known: Map<string, WrittenFacts> },
): DraftDecision {
  const principal = principalOf(draft, bundle);
  // Its tokens are not trusted.
  if (principal === "untrusted") return { outcome: "deny" };
  if (!principal) return notKnown;
  const { from, via } = draft;
  const source = { ...(from === undefined ? {} : { sourceIp: from }), ...(via === undefined ? {} : { via }) };
  const call = callOperation(operation, draft.inputOf(operation, input), { served: bundle.config, source });
  if ("message" in call) return notKnown;
  if (!call.canonical) return { outcome: "deny" };
  const caller = {
    bundle,
    principal,
    call: call.http,
    ...(draft.atMs === undefined ? {} : { nowMs: draft.atMs }),
  };
  try {
    let facts: KnownFacts = new Map();
    let decision = decideCall(caller, call.canonical, facts);
    for (let round = 0; round < 4 && decision.decision === "unknown"; round++) {
      const wanted = new Set(decision.asks.flatMap((each) => [...each.wanted]));
      if (wanted.size === 0) break;
      facts = new Map([
        ...facts,
        ...[...wanted].map((each) => [each, lookUp(each, draft.facts, known)] as const),
      ]);
      decision = decideCall(caller, call.canonical, facts);
    }
    return { outcome: outcomeOf[decision.decision], decision };
  } catch (error) {
    if (error instanceof CodedError) return notKnown;
    throw error;
  }
}

const outcomeOf = {
  allowed: "allow",
  explicitDeny: "deny",
  implicitDeny: "deny",
  unknown: "notKnown",
} as const satisfies Record<CallDecision["decision"], DraftDecision["outcome"]>;

/** `undefined` for a caller that no token describes. */
function principalOf(
  { id, name, groups, tags, claims, issuer: { issuer } }: DraftCall,
  { config }: OpenedBundle,
): VerifiedPrincipal | "untrusted" | undefined {
  const configured = findConfiguredIssuer(issuer, config.issuers);
  if (typeof configured === "string") return "untrusted";
  try {
    return mintCaller({ id, groups, tags, claims, ...(name === undefined ? {} : { name }) }, configured);
  } catch (error) {
    if (error instanceof ClaimError || error instanceof TokenError) return undefined;
    throw error;
  }
}

/** What a resource has that nothing is said of. */
const usual = {
  tags: {},
  hierarchy: [],
  channel: "VOICE",
  userArn: null,
  contactAssociationId: null,
  flowType: "CONTACT_FLOW",
} as const;

const askedFor: readonly (readonly [start: string, member: keyof typeof usual])[] = [
  ["aws:resourcetag/", "tags"],
  ["connect:hierarchygroup", "hierarchy"],
  ["connect:channel", "channel"],
  ["connect:userarn", "userArn"],
  ["connect:contactassociationid", "contactAssociationId"],
  ["connect:flowtype", "flowType"],
];

function lookUp(question: string, told: WrittenFacts, known: Map<string, WrittenFacts>): LookedUp {
  const resource = shortNameOf(question.replace(HIERARCHY_OF, ""));
  return {
    get: (key) => {
      const member = askedFor.find(([start]) => key.startsWith(start))?.[1];
      if (member !== undefined)
        known.set(resource, {
          ...known.get(resource),
          [member]: known.get(resource)?.[member] ?? told[member] ?? usual[member],
        });
      return new ToldFacts(known).lookUp(question).get(key);
    },
  };
}
