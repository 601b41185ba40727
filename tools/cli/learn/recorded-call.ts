/** What a record says about a call, for learning. Any program may write logs, so only exact records count. */

import { lowerAscii } from "../../../shared/ascii.ts";
import { findOperation } from "../../../shared/catalog/catalog.ts";
import { parseConnectArn } from "../../../shared/catalog/resource-arn.ts";
import { isPlainObject } from "../../../shared/shape.ts";
import { knownActions } from "../../authoring/configuration/known-actions.ts";
import type { Grant } from "../../authoring/proposal/propose-policy.ts";

export interface RecordedCall {
  readonly operation: string;
  readonly outcome: "allow" | "deny";
  readonly isExplicitDeny: boolean;
  /** Whether calls like it are not all recorded. */
  readonly isSampled: boolean;
  readonly principal: string;
  /** The issuer of the principal's id and groups; `undefined` if the record does not say. */
  readonly issuer: string | undefined;
  readonly groups: readonly string[];
  /** What must be allowed; `undefined` if the record is incomplete. */
  readonly grants: readonly Grant[] | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a record; `undefined` when it is of no decided call: an error, or one that the proxy has a record of too.
 *
 * The authorizer's "allow" and "not yet known" are decided once more by the proxy; its denials are final.
 */
export function readRecordedCall(record: Json): RecordedCall | undefined {
  const { outcome, stage, operation, principal, decision } = record;
  if (outcome !== "allow" && outcome !== "deny") return undefined;
  if (stage !== "proxy" && stage !== "library" && !(stage === "authorizer" && outcome === "deny"))
    return undefined;
  const id = isPlainObject(principal) ? principal["id"] : undefined;
  if (typeof operation !== "string" || !findOperation(operation) || typeof id !== "string") return undefined;
  return {
    operation,
    outcome,
    isExplicitDeny: decision === "explicitDeny",
    isSampled: record["samplePercent"] !== undefined,
    principal: id,
    issuer:
      isPlainObject(principal) && typeof principal["issuer"] === "string" ? principal["issuer"] : undefined,
    groups: isPlainObject(principal) ? textsOf(principal["groups"]) : [],
    grants: readGrants(record),
  };
}

function readGrants({ asks, asksLeftOut, cut }: Json): readonly Grant[] | undefined {
  // A shortened ARN can look like a whole one.
  if (!Array.isArray(asks) || asksLeftOut !== undefined || cut !== undefined) return undefined;
  const grants: Grant[] = [];
  for (const ask of asks as readonly unknown[]) {
    if (!isPlainObject(ask)) return undefined;
    const { action, resource, sort } = ask;
    if (sort === "referenced") continue;
    if (typeof action !== "string" || knownActions().get(lowerAscii(action)) !== action) return undefined;
    if (typeof resource !== "string" || !isAskedResource(resource)) return undefined;
    grants.push({ action, resource });
  }
  return grants.length === 0 ? undefined : grants;
}

/** Whether it is `*`, a resource, or all resources of a type: calls need nothing else. */
function isAskedResource(resource: string): boolean {
  if (resource === "*") return true;
  return parseConnectArn(resource.endsWith("/*") ? `${resource.slice(0, -1)}x` : resource) !== undefined;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
