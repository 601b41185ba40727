/**
 * Which policies the authorizer decided with, as it says in its context.
 */
import type { NamedPolicies } from "../../shared/bundle/source/source.ts";

/**
 * Reads them; `undefined` when it names none. Without a time they may be newer than any others.
 *
 * @param context the authorizer's, every value a text
 */
export function namedPolicies(context: Readonly<Record<string, unknown>>): NamedPolicies | undefined {
  const { policyVersion: version, policyConfirmedAt: time } = context;
  if (typeof version !== "string") return undefined;
  const isTime = typeof time === "string" && /^\d{1,16}$/.test(time);
  return { version, confirmedAtMs: isTime ? Number(time) : Number.POSITIVE_INFINITY };
}
