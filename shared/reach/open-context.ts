/** The request context of a call that is only partly known, made by the code that real calls use. */
import { NOT_KNOWN } from "../catalog/ask.ts";
import type { OperationRow } from "../catalog/types.ts";
import { createContexts } from "../decide/call-context.ts";
import type { VerifiedPrincipal } from "../identity/types.ts";
import type { RequestContext } from "../policy/model/context.ts";
import { UNKNOWN } from "../policy/model/unknown.ts";
import { hierarchyLevelOf } from "../request/keys/condition-keys.ts";
import { uncachedEnvironmentKeys } from "../request/keys/environment-keys.ts";
import { lowerNames, ownKeys } from "../request/keys/global-keys.ts";
import type { ConnectInstance, HttpCall } from "../request/types.ts";
import type { AskForm } from "./operation-asks.ts";

/** The caller: a principal as from a verified token, and which of its condition keys are unknown. */
export interface OpenCaller {
  readonly principal: VerifiedPrincipal;
  /** @param key one of the keys about the caller, in lower case */
  isUnknown(key: string): boolean;
  /** The door of the caller's calls; not known if it is left out. */
  readonly via?: "mcp";
}

/** The first letters of the keys about the caller (`shared/identity/principal/principal-keys.ts`). */
const principalKeys = ["jwt:", "aws:principaltag/", "aws:userid", "aws:username", "aws:tokenissuetime"];

/** A caller about whom nothing is known. */
export const unknownCaller: OpenCaller = { principal: principalNamed({ id: "" }), isUnknown: () => true };

export function principalNamed(facts: {
  readonly id: string;
  readonly groups?: readonly string[];
  readonly issuer?: string;
}): VerifiedPrincipal {
  const { id, groups = [], issuer = "asked" } = facts;
  // INVARIANT: only for questions about many calls; no call is decided for it.
  return {
    id,
    name: id,
    groups,
    tags: {},
    issuer,
    claims: {},
    expiresAtSeconds: Number.MAX_SAFE_INTEGER,
  } as unknown as VerifiedPrincipal;
}

const noCall: HttpCall = { method: "", rawPath: "", query: [], headers: new Map(), requestId: "" };

/** A call may come by any door. */
const ofAnyDoor: ReadonlySet<string> = new Set([...uncachedEnvironmentKeys, ...lowerNames(ownKeys)]);

/** Makes the context of an action on one form of resource, for a call of the operation that goes to the instance. */
type ContextMaker = (action: string, form: AskForm) => RequestContext;

export function openContexts(
  caller: OpenCaller,
  { row, instance }: { readonly row: OperationRow; readonly instance: ConnectInstance },
): ContextMaker {
  const members = new Set(row.members.map(({ name }) => name));
  const input = { get: (member: string) => (members.has(member) ? NOT_KNOWN : undefined) };
  const namesInstance = alwaysNamesInstance(row);
  const contextOf = createContexts(
    { principal: caller.principal, call: caller.via ? { ...noCall, via: caller.via } : noCall },
    {
      row,
      input,
      destination: { instance, namesInstance: true },
      hidden: caller.via ? uncachedEnvironmentKeys : ofAnyDoor,
      facts: new Map(),
    },
    [],
  );
  return (action, { type, isNamed }) => {
    const resource = isNamed ? undefined : "*";
    const ask = { action, resource, type, sort: "required", source: "", mayBeAbsent: true } as const;
    const context = contextOf(ask, new Set());
    return {
      get(key) {
        if (principalKeys.some((start) => key.startsWith(start)) && caller.isUnknown(key)) return UNKNOWN;
        if (key === "connect:instanceid" && !namesInstance) return UNKNOWN;
        // Whether the call is also about a user is not considered.
        if (hierarchyLevelOf(key) !== undefined) return UNKNOWN;
        return context.get(key);
      },
    };
  };
}

function alwaysNamesInstance({ members, targets }: OperationRow): boolean {
  return (
    members.some(({ name, required }) => name === "InstanceId" && required) ||
    targets.some((spec) => spec.source === "InstanceId" && spec.whenAbsent === "error" && !spec.alternatives)
  );
}
