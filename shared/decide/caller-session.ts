/**
 * In whose name a call goes to an instance that has a role: the session that CloudTrail will show, and what AWS is asked
 * to enforce a second time.
 */

import type { OutgoingSession } from "../connect/session/role-session.ts";
import { sessionNameOf } from "../connect/session/session-name.ts";
import { isUnknownClaimKey, readPrincipalKeys } from "../identity/principal/principal-keys.ts";
import type { RequestContext } from "../policy/evaluate/evaluate.ts";
import { UNKNOWN } from "../policy/model/unknown.ts";
import type { ConnectInstance } from "../request/types.ts";
import type { Caller } from "./authorize.ts";

/** Makes the caller's session for an instance; `undefined` where calls are the proxy's own. */
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
  // A chunk of its own: few instances ask AWS to enforce a second time.
  const { sessionPoliciesOf } = await import("../policy/session/session-policy.ts");
  const policies = sessionPoliciesOf(bundle.documentsFor(principal, attachments), options);
  // AWS asks dependent actions of every session, also where we do not: there the caller's policies may leave them out or
  // deny them, and only the last policy, which names no action, still allows what we do.
  return { name, policies: bundle.config.dependentActions === "ignored" ? policies.slice(-1) : policies };
}

/** Whether a condition key is the caller's, and so the same for a whole session. */
function isCallers(key: string): boolean {
  return (
    key === "aws:userid" ||
    key === "aws:username" ||
    key.startsWith("aws:principaltag/") ||
    key.startsWith("jwt:")
  );
}
