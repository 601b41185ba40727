/** The role session of a call: the name that CloudTrail shows, and the policies that AWS enforces a second time. */

import type { OutgoingSession } from "../connect/session/role-session.ts";
import { sessionNameOf } from "../connect/session/session-name.ts";
import { isUnknownClaimKey, readPrincipalKeys } from "../identity/principal/principal-keys.ts";
import type { RequestContext } from "../policy/evaluate/evaluate.ts";
import { UNKNOWN } from "../policy/model/unknown.ts";
import type { ConnectInstance } from "../request/types.ts";
import type { Caller } from "./authorize.ts";

/** Returns `undefined` for an instance without a role: the proxy calls it with its own role. */
export async function callerSessionOf(
  instance: ConnectInstance,
  { bundle, principal, attachments }: Pick<Caller, "bundle" | "principal" | "attachments">,
): Promise<OutgoingSession | undefined> {
  if (instance.roleArn === undefined) return undefined;
  const name = sessionNameOf(principal, bundle.config.issuers.length === 1);
  if (!instance.sessionPolicy) return { name, policies: [] };
  const own = readPrincipalKeys(principal);
  const keys: RequestContext = {
    get: (key) => (isCallers(key) && !isUnknownClaimKey(principal, key) ? own.get(key) : UNKNOWN),
  };
  const options = { service: "connect", instanceArn: instance.arn, keys };
  // A separate chunk: few instances want AWS to enforce a second time.
  const { sessionPoliciesOf } = await import("../policy/session/session-policy.ts");
  const policies = sessionPoliciesOf(bundle.documentsFor(principal, attachments), options);
  // AWS authorizes dependent actions for every session. Where we ignore them, the caller's policies may not allow or
  // may deny them. Only the last policy, which names no action, allows what we allow.
  return { name, policies: bundle.config.dependentActions === "ignored" ? policies.slice(-1) : policies };
}

/** Whether a condition key belongs to the caller, and so is the same during a whole session. */
function isCallers(key: string): boolean {
  return (
    key === "aws:userid" ||
    key === "aws:username" ||
    key.startsWith("aws:principaltag/") ||
    key.startsWith("jwt:")
  );
}
